"""Figures about the built file itself: how much it covers and how well it is sourced."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from crskb.database.tables import CURRENT

# Medicines whose labels ask where a patient stays after a dose.
_ENGAGERS = "SELECT id FROM drugs WHERE t_cell_engaging = 1 AND status = 'approved' AND withdrawn_on IS NULL"
_LOCATED = ("crs_incidence", "label_frequency", "evidence", "regulatory", "dose_schedule", "mitigations")


@dataclass(frozen=True)
class Stats:
    """Coverage of a database. Patients are those of rows about one drug that no other row counts already."""

    drugs: int
    cohorts: int
    patients: int
    sources: int
    sources_by_document_id: int
    headlines: int
    headlines_by_document_id: int
    engagers_approved: int
    engagers_with_stay: int
    engagers_with_rescue: int
    drugs_with_dose_schedule: int
    drugs_with_restart: int
    names: int
    product_codes: int
    claims: int
    claims_with_locator_pct: float
    treatments: int
    reviewed: int
    other_medicine_names: int
    oldest_review: str


def stats(connection: sqlite3.Connection) -> Stats:
    """Count what `connection` holds."""

    def one(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0] or 0)

    claims = sum(one(f"SELECT count(*) FROM {table}") for table in _LOCATED)
    located = sum(one(f"SELECT count(locator) FROM {table}") for table in _LOCATED)
    return Stats(
        drugs=one("SELECT count(*) FROM drugs WHERE withdrawn_on IS NULL"),
        cohorts=one("SELECT count(*) FROM crs_incidence"),
        patients=one(
            "SELECT sum(n_treated) FROM crs_incidence WHERE counted_in IS NULL AND counted_in_drug IS NULL AND class_level = 0"
        ),
        sources=one("SELECT count(*) FROM sources"),
        sources_by_document_id=one("SELECT count(coalesce(doi, pmid, pmcid, set_id)) FROM sources"),
        headlines=one("SELECT count(*) FROM crs_incidence WHERE headline = 1"),
        headlines_by_document_id=one(
            """
            SELECT count(coalesce(doi, pmid, pmcid, set_id)) FROM crs_incidence
            JOIN sources ON sources.id = source_id
            WHERE headline = 1
            """
        ),
        engagers_approved=one(f"SELECT count(*) FROM ({_ENGAGERS})"),
        engagers_with_stay=one(
            f"""
            SELECT count(DISTINCT drug_id) FROM mitigations
            WHERE drug_id IN ({_ENGAGERS}) AND {CURRENT} AND hours IS NOT NULL
              AND measure IN ('hospitalisation', 'proximity', 'monitoring', 'setting')
            """
        ),
        engagers_with_rescue=one(
            f"""
            SELECT count(DISTINCT drug_id) FROM mitigations
            WHERE drug_id IN ({_ENGAGERS}) AND {CURRENT} AND measure = 'rescue_on_site'
            """
        ),
        drugs_with_dose_schedule=one(f"SELECT count(DISTINCT drug_id) FROM dose_schedule WHERE {CURRENT}"),
        drugs_with_restart=one(
            f"SELECT count(DISTINCT drug_id) FROM mitigations WHERE {CURRENT} AND measure = 'dose_delay'"
        ),
        names=one("SELECT count(*) FROM drug_names"),
        product_codes=one("SELECT count(*) FROM product_codes"),
        claims=claims,
        claims_with_locator_pct=round(100 * located / claims, 1) if claims else 0.0,
        treatments=one("SELECT count(*) FROM treatments"),
        reviewed=one("SELECT count(*) FROM reviewed"),
        other_medicine_names=one("SELECT count(*) FROM other_medicine_names"),
        oldest_review=connection.execute("SELECT min(reviewed_on) FROM drugs").fetchone()[0] or "",
    )
