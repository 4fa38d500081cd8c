"""The SELECTs of the clinical reference, of treatments and of the reviewed medicines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from crskb.database.queries import Row, column, select
from crskb.database.tables import CURRENT

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
    "guidelines": """
        SELECT guidelines.*, drug_classes.name AS class_name
        FROM guidelines
        LEFT JOIN drug_classes ON drug_classes.id = drug_class
        ORDER BY guidelines.rowid
    """,
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


TABLES = (*_REFERENCE, "treatments")


def reference(connection: sqlite3.Connection, names: Iterable[str] = TABLES) -> dict[str, list[Row]]:
    """These tables of the clinical reference, one list of rows for each, treatments with their names, doses, approvals and evidence among them."""
    return {name: _table(connection, name) for name in names}


def _table(connection: sqlite3.Connection, name: str) -> list[Row]:
    if name == "treatments":
        return treatments(connection)
    found = select(connection, _REFERENCE[name])
    if name == "grading_scales":
        for scale in found:
            drivers = "SELECT driver FROM grading_drivers WHERE scale_id = ? ORDER BY position"
            scale["drivers"] = column(connection, drivers, scale["id"])
    return found


def treatments(connection: sqlite3.Connection) -> list[Row]:
    """The medicines used against CRS, each with lists under names, dose_rules, regulatory, evidence."""
    found = select(connection, "SELECT * FROM treatments ORDER BY rowid")
    for row in found:
        row["names"] = _names(connection, "treatment", row["id"])
        for key, table in (("dose_rules", "doses"), ("regulatory", "regulatory"), ("evidence", "evidence")):
            sql = f"SELECT * FROM treatment_{table} WHERE treatment_id = ? ORDER BY id"
            row[key] = select(connection, sql, row["id"])
    return found


def on_site(connection: sqlite3.Connection, treatment: str) -> list[Row]:
    """What current texts on listed drugs say of having this treatment at hand, by drug and region."""
    sql = f"""
        SELECT mitigations.*, drugs.name AS drug_name
        FROM mitigations
        JOIN drugs ON drugs.id = drug_id
        WHERE measure = 'rescue_on_site'
            AND {CURRENT}
            AND withdrawn_on IS NULL
            AND instr(lower(detail), lower(?))
        ORDER BY drugs.name, mitigations.id
    """
    return select(connection, sql, treatment)


def guidelines_for(connection: sqlite3.Connection, class_ids: list[str], drug_id: str | None) -> list[str]:
    """The ids of the guidelines for a drug or for classes (the narrowest first), those most fit first: of the drug itself, then guidelines before reviews and protocols of a hospital, those with advice on a grade before those without, of the nearest class first; where there is none, those of no class. Among equals that with advice on most grades comes first."""
    place = {class_id: number for number, class_id in enumerate(class_ids, start=1)}
    found = select(
        connection,
        """
        SELECT guidelines.id, kind, guidelines.drug_class, guidelines.drug_id, count(DISTINCT grade) AS grades
        FROM guidelines
        LEFT JOIN management ON management.guideline = guidelines.name AND topic != 'not-recorded'
        GROUP BY guidelines.id
        ORDER BY guidelines.rowid
        """,
    )
    of_drug = [row for row in found if drug_id and row["drug_id"] == drug_id]
    general = [row for row in found if not row["drug_id"]]
    of_class = [row for row in general if row["drug_class"] in place]
    of_none = [row for row in general if not row["drug_class"]]
    fit = of_drug + of_class or of_none

    def rank(row: Row) -> tuple[bool, bool, bool, int, int]:
        of_hospital, silent = row["kind"] != "guideline", not row["grades"]
        return not row["drug_id"], of_hospital, silent, place.get(row["drug_class"], 0), -row["grades"]

    return [row["id"] for row in sorted(fit, key=rank)]


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
