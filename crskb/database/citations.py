"""The table of citations: which row of which table cites which source, read off the rows themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from crskb.database.columns import Texts
from crskb.database.tables import listed_ids, tables

_CITING = {"source_id": 1, "sources": 1, "also_in": 0}  # column -> whether what it names bears the row
TEXTS: Texts = {
    "citations": {
        "source_id": "Id of the source that is cited.",
        "in_table": "Table of the row that cites it.",
        "in_row": "Primary key of that row, as in its address: its parts joined by commas.",
        "drug_id": "Id of the drug that the row is about, if it is about one.",
        "bears": "True where the row rests on the source, false where the source says the same too (also_in).",
    }
}


def write_citations(connection: sqlite3.Connection) -> int:
    """Fill `citations` from all other tables; how many rows it has then."""
    for table in tables():
        if table != "citations":
            connection.executemany(
                "INSERT OR IGNORE INTO citations (source_id, in_table, in_row, drug_id, bears) VALUES (?, ?, ?, ?, ?)",
                list(_citations_in(connection, table)),
            )
    return int(connection.execute("SELECT count(*) FROM citations").fetchone()[0])


def _citations_in(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, str, str, str | None, int]]:
    columns = tables()[table]
    keys = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    key = " || ',' || ".join(name for (name,) in keys)
    drug = "drug_id" if "drug_id" in columns else "NULL"
    for column, bears in _CITING.items():
        if column in columns:
            sql = f"SELECT CAST({key} AS TEXT), {drug}, {column} FROM {table} ORDER BY rowid"
            for row, drug_id, joined in connection.execute(sql):
                yield from ((source, table, row, drug_id, bears) for source in listed_ids(joined))
