"""The SELECT for lists of orders: what is to be done first with each medicine."""

from __future__ import annotations

import sqlite3
from itertools import groupby

from crskb.database.queries import Row, select
from crskb.database.tables import CURRENT

_MOST_DETAILS = 2


def first_steps(connection: sqlite3.Connection) -> dict[str, Row]:
    """By drug, what its current text asks for first: where the patient stays, else what is watched, else what is given before.

    What holds for every patient before what depends on a condition. Of one region, the United States before the European Union before others; `details` holds at most two sentences, and `more` says whether there are others.
    """
    sql = f"""
        SELECT drug_id, measure, region, detail
        FROM mitigations
        WHERE {CURRENT} AND region IS NOT NULL
            AND measure IN ('hospitalisation', 'proximity', 'monitoring', 'premedication')
        ORDER BY drug_id,
            measure = 'premedication',
            condition IS NOT NULL,
            CASE region WHEN 'US' THEN 0 WHEN 'EU' THEN 1 WHEN 'UK' THEN 2 ELSE 3 END,
            region,
            CASE measure WHEN 'hospitalisation' THEN 0 WHEN 'proximity' THEN 1 ELSE 2 END,
            id
    """  # noqa: S608 - a constant of tables.py
    steps = {}
    for drug_id, rows in groupby(select(connection, sql), key=lambda row: row["drug_id"]):
        first, *others = rows
        details = [first["detail"]] + [
            row["detail"] for row in others if (row["region"], row["measure"]) == (first["region"], first["measure"])
        ]
        more = len(others) + 1 > _MOST_DETAILS
        steps[drug_id] = {
            "measure": first["measure"],
            "region": first["region"],
            "details": details[:_MOST_DETAILS],
            "more": more,
        }
    return steps
