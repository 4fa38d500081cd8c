"""Every SELECT that pages, API and lookup use: a connection in, plain dicts out, named as the columns are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]

_OF_A_DRUG = {
    "names": "SELECT name, kind, region, note, shared FROM drug_names WHERE drug_id = ? ORDER BY rowid",
    "identifiers": "SELECT scheme, value, main, source_id FROM identifiers WHERE drug_id = ? ORDER BY rowid",
    "incidence": (
        "SELECT crs_incidence.*, grading_scales.name AS scale_name FROM crs_incidence LEFT JOIN grading_scales ON grading_scales.id = grading_scale"
        " WHERE drug_id = ? ORDER BY headline DESC, crs_incidence.id"
    ),
    "evidence": (
        "SELECT evidence.*, vocabulary.name AS kind_name, vocabulary.rank AS kind_rank FROM evidence"
        " JOIN vocabulary ON vocabulary.vocabulary = 'evidence_kind' AND vocabulary.id = evidence.kind WHERE drug_id = ? ORDER BY vocabulary.rank, evidence.id"
    ),
    "regulatory": "SELECT * FROM regulatory WHERE drug_id = ? ORDER BY CASE region WHEN 'US' THEN 0 WHEN 'EU' THEN 1 ELSE 2 END, region, date, id",
    "mitigation": "SELECT * FROM mitigations WHERE drug_id = ? ORDER BY id",
    "risk_factors": "SELECT * FROM risk_factors WHERE drug_id = ? ORDER BY id",
    "conflicts": "SELECT statement, decision, sources FROM conflicts WHERE drug_id = ? ORDER BY id",
}
_REFERENCE = {
    "grading_scales": "SELECT * FROM grading_scales ORDER BY rowid",
    "grading_criteria": "SELECT * FROM grading_criteria ORDER BY rowid",
    "grading_notes": "SELECT * FROM grading_notes ORDER BY id",
    "symptoms": "SELECT * FROM symptoms ORDER BY id",
    "onset": "SELECT onset.*, drug_classes.name AS class_name FROM onset LEFT JOIN drug_classes ON drug_classes.id = drug_class ORDER BY onset.id",
    "risk_factors": (
        "SELECT risk_factors.*, drug_classes.name AS class_name FROM risk_factors LEFT JOIN drug_classes ON drug_classes.id = drug_class WHERE drug_id IS NULL ORDER BY risk_factors.id"
    ),
    "differentials": "SELECT * FROM differentials ORDER BY id",
    "management": (
        "SELECT management.*, vocabulary.name AS topic_name FROM management"
        " JOIN vocabulary ON vocabulary.vocabulary = 'management_topic' AND vocabulary.id = management.topic ORDER BY management.id"
    ),
    "patient_advice": "SELECT * FROM patient_advice ORDER BY superseded, id",
    "meta_analyses": "SELECT meta_analyses.*, drug_classes.name AS class_name FROM meta_analyses LEFT JOIN drug_classes ON drug_classes.id = drug_class ORDER BY meta_analyses.id",
    "other_causes": "SELECT * FROM other_causes ORDER BY id",
    "background": "SELECT * FROM background ORDER BY id",
    "conflicts": "SELECT statement, decision, sources FROM conflicts WHERE drug_id IS NULL ORDER BY id",
}
_CITING_TABLES = ("crs_incidence", "evidence", "regulatory", "mitigations", "risk_factors", "identifiers")


def build_info(connection: sqlite3.Connection) -> dict[str, str]:
    """What this file was built from: data_version, content_hash, counts."""
    return dict(connection.execute("SELECT key, value FROM build_info ORDER BY key").fetchall())


def tiers(connection: sqlite3.Connection) -> list[Row]:
    """The tiers of relative risk with their thresholds and how many drugs each holds, highest first."""
    return select(
        connection,
        "SELECT risk_tiers.*, (SELECT count(*) FROM drugs WHERE relative_risk = risk_tiers.id AND withdrawn_on IS NULL) AS drug_count FROM risk_tiers ORDER BY rank",
    )


def drug_classes(connection: sqlite3.Connection) -> list[Row]:
    """The classes that hold a drug, with how many."""
    return select(
        connection,
        "SELECT drug_classes.*, count(*) AS drug_count FROM drug_classes JOIN drugs ON drugs.drug_class = drug_classes.id"
        " WHERE withdrawn_on IS NULL GROUP BY drug_classes.id ORDER BY drug_classes.name",
    )


def vocabulary(connection: sqlite3.Connection, name: str) -> list[Row]:
    """The terms of one vocabulary: evidence_kind, source_kind, management_topic or region."""
    return select(
        connection, "SELECT id, name, definition, rank FROM vocabulary WHERE vocabulary = ? ORDER BY rank, rowid", name
    )


def drug_list(connection: sqlite3.Connection) -> list[Row]:
    """All drugs, highest tier first, each with its class and the counts of its headline cohort (n_treated, n_any_grade, n_grade3plus)."""
    return select(
        connection,
        "SELECT drugs.*, drug_classes.name AS class_name, risk_tiers.name AS tier_name, crs_incidence.cohort AS headline_cohort, n_treated, n_any_grade, n_grade3plus,"
        " n_grade3, pct_grade3, n_grade4, pct_grade4, n_grade3_4, pct_grade3_4,"
        " crs_incidence.grading_scale, grading_scales.name AS scale_name, crs_incidence.source_id AS headline_source_id FROM drugs"
        " JOIN drug_classes ON drug_classes.id = drugs.drug_class JOIN risk_tiers ON risk_tiers.id = drugs.relative_risk"
        " LEFT JOIN crs_incidence ON crs_incidence.drug_id = drugs.id AND crs_incidence.headline = 1 LEFT JOIN grading_scales ON grading_scales.id = crs_incidence.grading_scale"
        " ORDER BY relative_risk_rank, crs_any_grade_pct DESC, drugs.name",
    )


def drug(connection: sqlite3.Connection, drug_id: str) -> Row | None:
    """All that is known of one drug: its columns, and lists under names, identifiers, incidence, evidence, regulatory, mitigation, risk_factors, conflicts, indications, not_known, sources."""
    found = select(
        connection,
        "SELECT drugs.*, drug_classes.name AS class_name, drug_classes.definition AS class_definition, risk_tiers.name AS tier_name, risk_tiers.definition AS tier_definition"
        " FROM drugs JOIN drug_classes ON drug_classes.id = drugs.drug_class JOIN risk_tiers ON risk_tiers.id = drugs.relative_risk WHERE drugs.id = ?",
        drug_id,
    )
    if not found:
        return None
    whole = found[0]
    for key, sql in _OF_A_DRUG.items():
        whole[key] = select(connection, sql, drug_id)
    whole["indications"] = _column(
        connection, "SELECT indication FROM indications WHERE drug_id = ? ORDER BY position", drug_id
    )
    whole["not_known"] = _column(
        connection, "SELECT question FROM not_known WHERE drug_id = ? ORDER BY position", drug_id
    )
    in_order = ("incidence", "regulatory", "mitigation", "risk_factors", "evidence", "conflicts", "identifiers")
    whole["sources"] = sources_cited(connection, (row for key in in_order for row in whole[key]))
    return whole


def sources_cited(connection: sqlite3.Connection, rows: Iterable[Row]) -> list[Row]:
    """The sources that `rows` cite, in the order in which a reader meets them."""
    ids: dict[str, None] = {}
    for row in rows:
        for joined in (row.get("source_id"), row.get("also_in"), row.get("sources")):
            ids.update(dict.fromkeys(joined.split(", ") if joined else ()))
    found = {row["id"]: row for row in select(connection, "SELECT * FROM sources")}
    return [found[id_] for id_ in ids if id_ in found]


def current_id(connection: sqlite3.Connection, former_id: str) -> str | None:
    """The id that an entry has today, if `former_id` was its id once."""
    found = connection.execute("SELECT drug_id FROM former_ids WHERE former_id = ?", (former_id,)).fetchone()
    return found[0] if found else None


def source(connection: sqlite3.Connection, source_id: str) -> Row | None:
    """One source, with `cited_by`: the ids of the drugs whose rows rest on it."""
    found = select(connection, "SELECT * FROM sources WHERE id = ?", source_id)
    if not found:
        return None
    union = " UNION ".join(
        f"SELECT drug_id FROM {table} WHERE source_id = :id AND drug_id IS NOT NULL" for table in _CITING_TABLES
    )
    also = " UNION ".join(
        f"SELECT drug_id FROM {table} WHERE ', ' || also_in || ',' LIKE '%, ' || :id || ',%' AND drug_id IS NOT NULL"
        for table in _CITING_TABLES[:-1]
    )
    cited_by = connection.execute(
        f"SELECT drug_id FROM ({union} UNION {also}) ORDER BY drug_id", {"id": source_id}
    ).fetchall()
    return {**found[0], "cited_by": [row[0] for row in cited_by]}


def known_names(connection: sqlite3.Connection) -> list[str]:
    """Every name of a listed drug, of a treatment and of a medicine that was looked at."""
    return _column(
        connection,
        "SELECT name FROM drug_names UNION SELECT name FROM treatment_names UNION SELECT name FROM reviewed_names",
    )


def entity_paths(connection: sqlite3.Connection) -> list[str]:
    """The paths of all drugs and all sources below the root of the API, drugs first."""
    return _column(connection, "SELECT '/drugs/' || id FROM drugs UNION ALL SELECT '/sources/' || id FROM sources")


def reference(connection: sqlite3.Connection) -> dict[str, list[Row]]:
    """The clinical reference, one list of rows per table, treatments with their names, approvals and evidence among them."""
    whole = {key: select(connection, sql) for key, sql in _REFERENCE.items()}
    whole["treatments"] = treatments(connection)
    return whole


def treatments(connection: sqlite3.Connection) -> list[Row]:
    """The medicines used against CRS, each with lists under names, regulatory, evidence."""
    found = select(connection, "SELECT * FROM treatments ORDER BY rowid")
    for row in found:
        row["names"] = _names(connection, "treatment", row["id"])
        for key in ("regulatory", "evidence"):
            row[key] = select(
                connection, f"SELECT * FROM treatment_{key} WHERE treatment_id = ? ORDER BY id", row["id"]
            )
    return found


def reviewed(connection: sqlite3.Connection) -> list[Row]:
    """The medicines that were looked at and are not listed, by name, each with a list under names."""
    found = select(connection, "SELECT * FROM reviewed ORDER BY name")
    return [{**row, "names": _names(connection, "reviewed", row["id"])} for row in found]


def _names(connection: sqlite3.Connection, kind: str, id_: str) -> list[Row]:
    return select(connection, f"SELECT name, kind, region FROM {kind}_names WHERE {kind}_id = ? ORDER BY rowid", id_)


def changes(connection: sqlite3.Connection) -> list[Row]:
    """What changed for readers, newest first."""
    return select(
        connection,
        "SELECT changes.*, drugs.name AS drug_name FROM changes LEFT JOIN drugs ON drugs.id = drug_id ORDER BY date DESC, changes.id",
    )


def signs(connection: sqlite3.Connection, drug_id: str) -> list[str]:
    """The signs of CRS to watch for: the first mild one, then the first severe one of up to seven organ systems, a drug's own before the general."""
    return _column(
        connection,
        "SELECT symptom FROM (SELECT symptom, severity, min(CASE WHEN drug_id = ?1 THEN id - 1000000 ELSE id END) AS place FROM symptoms"
        " WHERE severity IN ('mild', 'severe') AND (drug_id IS NULL OR drug_id = ?1) GROUP BY CASE severity WHEN 'mild' THEN 'mild' ELSE coalesce(organ_system, symptom) END)"
        " ORDER BY severity = 'mild' DESC, place LIMIT 8",
        drug_id,
    )


def for_lookup(connection: sqlite3.Connection) -> dict[str, Any]:
    """All that the resolver holds in memory: names, codes and stems by kind of owner, and the drugs, treatments and reviewed medicines themselves."""
    return {
        "data_version": build_info(connection)["data_version"],
        "drugs": drug_list(connection),
        "treatments": select(connection, "SELECT id, name, treatment_class, summary FROM treatments ORDER BY rowid"),
        "reviewed": select(connection, "SELECT id, name, reason, reviewed_on FROM reviewed ORDER BY name"),
        "drug_names": select(
            connection, "SELECT drug_id AS owner, name, kind, region, shared, folded FROM drug_names ORDER BY rowid"
        ),
        "drug_codes": select(connection, "SELECT drug_id AS owner, scheme, value FROM identifiers ORDER BY rowid"),
        "treatment_names": select(
            connection, "SELECT treatment_id AS owner, name, kind, region, folded FROM treatment_names ORDER BY rowid"
        ),
        "treatment_codes": select(
            connection, "SELECT treatment_id AS owner, scheme, value FROM treatment_identifiers ORDER BY rowid"
        ),
        "reviewed_names": select(
            connection, "SELECT reviewed_id AS owner, name, kind, region, folded FROM reviewed_names ORDER BY rowid"
        ),
        "reviewed_codes": select(
            connection, "SELECT reviewed_id AS owner, scheme, value FROM reviewed_identifiers ORDER BY rowid"
        ),
        "other_names": select(
            connection, "SELECT name, kind, atc_code, folded FROM other_medicine_names ORDER BY rowid"
        ),
        "name_stems": select(connection, "SELECT id, pattern, class_hint, source_id FROM name_stems ORDER BY rowid"),
    }


def select(connection: sqlite3.Connection, sql: str, *parameters: object) -> list[Row]:
    """The rows of one SELECT as dicts."""
    cursor = connection.execute(sql, parameters)
    columns = [description[0] for description in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def _column(connection: sqlite3.Connection, sql: str, *parameters: object) -> list[Any]:
    return [row[0] for row in connection.execute(sql, parameters)]
