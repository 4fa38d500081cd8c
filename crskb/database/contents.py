"""Everything that a built file says, table by table: what two files are compared by."""

from __future__ import annotations

import sqlite3

from crskb.database.queries import Row, select

# What other tables hold already in another form, facts about the build, and SQLite's own.
_NOT_DATA = ("drug_search", "citations", "targets", "grading_drivers", "build_info", "sqlite_")


def contents(connection: sqlite3.Connection) -> dict[str, list[Row]]:
    """Rows of every table that says something of its own, in the order in which they were written."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    tables = [name for (name,) in names if not name.startswith(_NOT_DATA)]
    return {table: select(connection, f"SELECT * FROM {table} ORDER BY rowid") for table in tables}  # noqa: S608 - a table's own name
