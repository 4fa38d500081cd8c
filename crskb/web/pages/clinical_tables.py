"""Tables of the clinical reference as pages need them: their rows, and the sources that these cite, numbered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from crskb.database import queries, reference_queries
from crskb.database.queries import Row


def with_sources(connection: sqlite3.Connection, *tables: str) -> dict[str, Any]:
    """The rows of these tables under their names, with `sources`, `numbers` and `kinds` for the templates that cite them."""
    found = reference_queries.reference(connection, tables)
    return {**found, **cited(connection, [row for rows in found.values() for row in rows])}


def cited(connection: sqlite3.Connection, rows: Iterable[Row]) -> dict[str, Any]:
    """The sources that `rows` and the rows within them cite (sources), source id -> number (numbers), and the kinds of source (kinds)."""
    sources = queries.sources_cited(connection, _whole(rows))
    return {
        "sources": sources,
        "numbers": {source["id"]: number for number, source in enumerate(sources, start=1)},
        "kinds": {row["id"]: row["name"] for row in queries.vocabulary(connection, "source_kind")},
    }


def _whole(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows, each followed by the rows within it: a treatment by its doses, approvals and evidence."""
    for row in rows:
        yield row
        for within in row.values():
            if isinstance(within, list):
                yield from (each for each in within if isinstance(each, dict))
