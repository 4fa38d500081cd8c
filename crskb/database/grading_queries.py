"""The SELECTs of the grader: scales, their criteria and footnotes, limits of pressure by age, items of scores."""

from __future__ import annotations

import sqlite3
from typing import Any

from crskb.database.queries import select, sources_cited, vocabulary

_RULES = {
    "scales": "SELECT * FROM grading_scales ORDER BY rowid",
    "criteria": "SELECT * FROM grading_criteria ORDER BY rowid",
    "notes": "SELECT * FROM grading_notes ORDER BY id",
    "limits": "SELECT * FROM pressure_limits ORDER BY id",
    "score_items": "SELECT * FROM score_items ORDER BY id",
}


def grading_rules(connection: sqlite3.Connection) -> dict[str, Any]:
    """All that the grader applies and shows, one list of rows per table, the `sources` that these cite, and the names of their `kinds`."""
    rules = {key: select(connection, sql) for key, sql in _RULES.items()}
    cited = [row for key in ("criteria", "notes", "limits", "score_items") for row in rules[key]]
    kinds = {row["id"]: row["name"] for row in vocabulary(connection, "source_kind")}
    return {**rules, "sources": sources_cited(connection, cited), "kinds": kinds}
