"""Figures about the built file itself: how much it covers and how well it is sourced."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

_LOCATED = ("crs_incidence", "label_frequency", "evidence", "regulatory", "dose_schedule", "mitigations")


@dataclass(frozen=True)
class Stats:
    """Coverage of a database. Patients are those of rows about one drug that no other row counts already."""

    drugs: int
    cohorts: int
    patients: int
    sources: int
    sources_by_document_id: int
    names: int
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
        names=one("SELECT count(*) FROM drug_names"),
        claims=claims,
        claims_with_locator_pct=round(100 * located / claims, 1) if claims else 0.0,
        treatments=one("SELECT count(*) FROM treatments"),
        reviewed=one("SELECT count(*) FROM reviewed"),
        other_medicine_names=one("SELECT count(*) FROM other_medicine_names"),
        oldest_review=connection.execute("SELECT min(reviewed_on) FROM drugs").fetchone()[0] or "",
    )
