"""The SELECTs of what stands beside the bed: signs, the grades in short, and what is given against CRS."""

from __future__ import annotations

import sqlite3

from crskb.database.queries import Row, select


def own_signs(connection: sqlite3.Connection, drug_id: str) -> list[Row]:
    """The signs that a source names for this drug; signs of CRS in general are not among them."""
    return select(connection, "SELECT * FROM symptoms WHERE drug_id = ? ORDER BY id", drug_id)


def emergency_signs(connection: sqlite3.Connection) -> list[Row]:
    """The signs of an emergency in general, as the source lists them that comes first: the article that this work began with.

    Signs that another source names for some medicines only would not fit a card of any medicine.
    """
    sql = """
        SELECT symptom, advice, source_id
        FROM symptoms
        WHERE severity = 'emergency' AND drug_id IS NULL
          AND source_id = (
              SELECT source_id FROM symptoms WHERE severity = 'emergency' AND drug_id IS NULL ORDER BY id LIMIT 1
          )
        ORDER BY id
    """
    return select(connection, sql)


def grades(connection: sqlite3.Connection, scale_id: str) -> list[Row]:
    """The grades of one scale below death, each with its criteria in one sentence under summary, and the name of the scale."""
    sql = """
        SELECT grade, summary, grading_scales.name AS scale_name
        FROM grading_criteria
        JOIN grading_scales ON grading_scales.id = scale_id
        WHERE scale_id = ? AND grade < 5
        ORDER BY grade
    """
    return select(connection, sql, scale_id)


def treatment_names(connection: sqlite3.Connection) -> list[Row]:
    """The medicines used against CRS by id and name, in the order of the data."""
    return select(connection, "SELECT id, name FROM treatments ORDER BY rowid")
