"""Everything that a built file says, table by table: what two files are compared by."""

from __future__ import annotations

import sqlite3

from crskb.database.queries import Row, select
from crskb.database.tables import tables

# What other tables hold already in another form, and facts about the build.
_NOT_DATA = ("drug_search", "citations", "targets", "grading_drivers", "build_info")


def contents(connection: sqlite3.Connection) -> dict[str, list[Row]]:
    """Rows of every table that says something of its own, in the order in which they were written.

    A file of another version of crskb may lack tables and columns: they are empty here.
    """
    held = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return {
        table: [{**dict.fromkeys(columns), **row} for row in _rows(connection, table)] if table in held else []
        for table, columns in tables().items()
        if not table.startswith(_NOT_DATA)
    }


def _rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    return select(connection, f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 - a table's own name
