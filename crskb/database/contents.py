"""Everything that a built file holds, table by table: what two files are compared by."""

from __future__ import annotations

import sqlite3

from crskb.database.queries import Row

_NOT_DATA = ("drug_search", "build_info", "sqlite_")  # the search index, facts about the build, SQLite's own


def contents(connection: sqlite3.Connection) -> dict[str, list[Row]]:
    """Rows of every table, in the order in which they were written."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    tables = [name for (name,) in names if not name.startswith(_NOT_DATA)]
    return {table: _rows(connection, table) for table in tables}


def _rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 - a table's own name
    columns = [description[0] for description in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]
