"""The SELECTs of the clinical reference, of treatments and of the reviewed medicines."""

from __future__ import annotations

import sqlite3

from crskb.database.queries import Row, column, select

_REFERENCE = {
    "grading_scales": "SELECT * FROM grading_scales ORDER BY rowid",
    "grading_criteria": "SELECT * FROM grading_criteria ORDER BY rowid",
    "grading_notes": "SELECT * FROM grading_notes ORDER BY id",
    "pressure_limits": "SELECT * FROM pressure_limits ORDER BY id",
    "score_items": "SELECT * FROM score_items ORDER BY id",
    "symptoms": "SELECT * FROM symptoms ORDER BY id",
    "onset": """
        SELECT onset.*, drug_classes.name AS class_name
        FROM onset
        LEFT JOIN drug_classes ON drug_classes.id = drug_class
        ORDER BY onset.id
    """,
    "risk_factors": """
        SELECT risk_factors.*, drug_classes.name AS class_name
        FROM risk_factors
        LEFT JOIN drug_classes ON drug_classes.id = drug_class
        WHERE drug_id IS NULL
        ORDER BY risk_factors.id
    """,
    "differentials": "SELECT * FROM differentials ORDER BY id",
    "management": """
        SELECT management.*, topics.name AS topic_name
        FROM management
        JOIN vocabulary AS topics ON topics.vocabulary = 'management_topic' AND topics.id = management.topic
        ORDER BY management.id
    """,
    "patient_advice": "SELECT * FROM patient_advice ORDER BY superseded, id",
    "meta_analyses": """
        SELECT meta_analyses.*, drug_classes.name AS class_name
        FROM meta_analyses
        LEFT JOIN drug_classes ON drug_classes.id = drug_class
        ORDER BY meta_analyses.id
    """,
    "other_causes": "SELECT * FROM other_causes ORDER BY id",
    "background": "SELECT * FROM background ORDER BY id",
    "conflicts": "SELECT statement, decision, sources FROM conflicts WHERE drug_id IS NULL ORDER BY id",
}


def reference(connection: sqlite3.Connection) -> dict[str, list[Row]]:
    """The clinical reference, one list of rows per table, treatments with their names, approvals and evidence among them."""
    whole = {key: select(connection, sql) for key, sql in _REFERENCE.items()}
    drivers = "SELECT driver FROM grading_drivers WHERE scale_id = ? ORDER BY position"
    for scale in whole["grading_scales"]:
        scale["drivers"] = column(connection, drivers, scale["id"])
    whole["treatments"] = treatments(connection)
    return whole


def treatments(connection: sqlite3.Connection) -> list[Row]:
    """The medicines used against CRS, each with lists under names, regulatory, evidence."""
    found = select(connection, "SELECT * FROM treatments ORDER BY rowid")
    for row in found:
        row["names"] = _names(connection, "treatment", row["id"])
        for key in ("regulatory", "evidence"):
            sql = f"SELECT * FROM treatment_{key} WHERE treatment_id = ? ORDER BY id"
            row[key] = select(connection, sql, row["id"])
    return found


def reviewed(connection: sqlite3.Connection) -> list[Row]:
    """The medicines that were looked at and are not listed, by name, each with a list under names."""
    found = select(connection, "SELECT * FROM reviewed ORDER BY name")
    return [{**row, "names": _names(connection, "reviewed", row["id"])} for row in found]


def name_sources(connection: sqlite3.Connection) -> list[Row]:
    """The registers of other medicines' names, each with how many of these it holds under names."""
    sql = """
        SELECT name_sources.*, count(other_medicine_names.name) AS names
        FROM name_sources
        LEFT JOIN other_medicine_names ON instr(', ' || source || ',', ', ' || name_sources.id || ',')
        GROUP BY name_sources.id
        ORDER BY name_sources.rowid
    """
    return select(connection, sql)


def _names(connection: sqlite3.Connection, kind: str, id_: str) -> list[Row]:
    return select(connection, f"SELECT name, kind, region FROM {kind}_names WHERE {kind}_id = ? ORDER BY rowid", id_)
