"""Every SELECT that pages, API and lookup use: a connection in, plain dicts out, named as the columns are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from crskb.database.tables import PAST, listed_ids

Row = dict[str, Any]

_OF_A_DRUG = {
    "names": "SELECT name, kind, region, note, shared FROM drug_names WHERE drug_id = ? ORDER BY rowid",
    "identifiers": "SELECT scheme, value, main, source_id FROM identifiers WHERE drug_id = ? ORDER BY rowid",
    "product_codes": """
        SELECT * FROM product_codes
        WHERE drug_id = ?
        ORDER BY system, valid_to IS NOT NULL OR replaced_by IS NOT NULL, rowid
    """,
    "incidence": f"""
        SELECT crs_incidence.*, grading_scales.name AS scale_name,
               {PAST} AS past
        FROM crs_incidence
        LEFT JOIN grading_scales ON grading_scales.id = grading_scale
        WHERE drug_id = ?
        ORDER BY headline DESC, past, crs_incidence.id
    """,
    "evidence": """
        SELECT evidence.*, kinds.name AS kind_name, kinds.rank AS kind_rank
        FROM evidence
        JOIN vocabulary AS kinds ON kinds.vocabulary = 'evidence_kind' AND kinds.id = evidence.kind
        WHERE drug_id = ?
        ORDER BY kinds.rank, evidence.id
    """,
    "regulatory": """
        SELECT * FROM regulatory
        WHERE drug_id = ?
        ORDER BY CASE region WHEN 'US' THEN 0 WHEN 'EU' THEN 1 ELSE 2 END, region, date, id
    """,
    "label_frequency": "SELECT * FROM label_frequency WHERE drug_id = ? ORDER BY id",
    "dose_schedule": f"""
        SELECT dose_schedule.*, steps.name AS step_name, {PAST} AS past
        FROM dose_schedule
        JOIN vocabulary AS steps ON steps.vocabulary = 'dose_step' AND steps.id = dose_schedule.step
        WHERE drug_id = ?
        ORDER BY past, dose_schedule.id
    """,
    "mitigation": f"""
        SELECT *, {PAST} AS past FROM mitigations
        WHERE drug_id = ?
        ORDER BY past, id
    """,
    "risk_factors": "SELECT * FROM risk_factors WHERE drug_id = ? ORDER BY id",
    "conflicts": "SELECT statement, decision, sources FROM conflicts WHERE drug_id = ? ORDER BY id",
}
# In the order in which a reader meets the sources.
_CITING_OF_A_DRUG = (
    "incidence",
    "label_frequency",
    "regulatory",
    "dose_schedule",
    "mitigation",
    "risk_factors",
    "evidence",
    "conflicts",
    "identifiers",
)
_LISTS_OF_A_DRUG = {
    "indications": "SELECT indication FROM indications WHERE drug_id = ? ORDER BY position",
    "not_known": "SELECT question FROM not_known WHERE drug_id = ? ORDER BY position",
    "target_list": "SELECT target FROM targets WHERE drug_id = ? ORDER BY position",
}
_FOR_LOOKUP = {
    "treatments": "SELECT id, name, treatment_class, summary FROM treatments ORDER BY rowid",
    "reviewed": "SELECT id, name, read, reason, reviewed_on, atc_code, drug_class, sources FROM reviewed ORDER BY name",
    "drug_names": "SELECT drug_id AS owner, name, kind, region, shared, folded FROM drug_names ORDER BY rowid",
    "drug_codes": "SELECT drug_id AS owner, scheme, value FROM identifiers ORDER BY rowid",
    "product_codes": "SELECT drug_id AS owner, system, code, term_type, display, valid_from, valid_to, replaced_by FROM product_codes ORDER BY rowid",
    "treatment_names": "SELECT treatment_id AS owner, name, kind, region, folded FROM treatment_names ORDER BY rowid",
    "treatment_codes": "SELECT treatment_id AS owner, scheme, value FROM treatment_identifiers ORDER BY rowid",
    "reviewed_names": "SELECT reviewed_id AS owner, name, kind, region, folded FROM reviewed_names ORDER BY rowid",
    "reviewed_codes": "SELECT reviewed_id AS owner, scheme, value FROM reviewed_identifiers ORDER BY rowid",
    "other_names": "SELECT name, kind, stands_for, atc_code, folded FROM other_medicine_names ORDER BY rowid",
    "name_stems": "SELECT id, pattern, class_hint, drug_class, source_id FROM name_stems ORDER BY rowid",
    "classes": "SELECT id, name, definition, parent, atc_groups, source_id FROM drug_classes ORDER BY rowid",
    "class_words": "SELECT class_id, folded FROM class_words ORDER BY rowid",
    "class_members": "SELECT class_id, drug_id FROM class_members ORDER BY rowid",
    "regimens": "SELECT id, name, ordinary_word, source_id FROM regimens ORDER BY rowid",
    "regimen_names": "SELECT regimen_id, name, folded FROM regimen_names ORDER BY rowid",
    "regimen_members": "SELECT regimen_id, medicine FROM regimen_members ORDER BY regimen_id, position",
}


def build_info(connection: sqlite3.Connection) -> dict[str, str]:
    """What this file was built from: data_version, content_hash, counts."""
    return dict(connection.execute("SELECT key, value FROM build_info ORDER BY key").fetchall())


def tiers(connection: sqlite3.Connection) -> list[Row]:
    """The tiers of relative risk with their thresholds and how many drugs each holds, highest first."""
    sql = """
        SELECT risk_tiers.*, count(drugs.id) AS drug_count
        FROM risk_tiers
        LEFT JOIN drugs ON relative_risk = risk_tiers.id AND withdrawn_on IS NULL
        GROUP BY risk_tiers.id
        ORDER BY rank
    """
    return select(connection, sql)


def drug_classes(connection: sqlite3.Connection) -> list[Row]:
    """The classes that hold a drug, with how many."""
    sql = """
        SELECT drug_classes.*, count(*) AS drug_count
        FROM drug_classes
        JOIN drugs ON drugs.drug_class = drug_classes.id
        WHERE withdrawn_on IS NULL
        GROUP BY drug_classes.id
        ORDER BY drug_classes.name
    """
    return select(connection, sql)


def vocabulary(connection: sqlite3.Connection, name: str) -> list[Row]:
    """The terms of one vocabulary: evidence_kind, source_kind, management_topic or region."""
    sql = "SELECT id, name, definition, rank FROM vocabulary WHERE vocabulary = ? ORDER BY rank, rowid"
    return select(connection, sql, name)


def drug_list(connection: sqlite3.Connection) -> list[Row]:
    """All drugs, highest tier first, each with its class and the counts of its headline cohort (n_treated, n_any_grade, n_grade3plus)."""
    sql = """
        SELECT drugs.*, drug_classes.name AS class_name, risk_tiers.name AS tier_name,
               cohorts.cohort AS headline_cohort, n_treated, n_any_grade, n_grade3plus,
               n_severe, pct_severe, n_grade3, pct_grade3, n_grade4, pct_grade4, n_grade3_4, pct_grade3_4,
               cohorts.grading_scale, grading_scales.name AS scale_name, cohorts.source_id AS headline_source_id
        FROM drugs
        JOIN drug_classes ON drug_classes.id = drugs.drug_class
        JOIN risk_tiers ON risk_tiers.id = drugs.relative_risk
        LEFT JOIN crs_incidence AS cohorts ON cohorts.drug_id = drugs.id AND cohorts.headline = 1
        LEFT JOIN grading_scales ON grading_scales.id = cohorts.grading_scale
        ORDER BY relative_risk_rank,
                 -- a boxed warning without a rate is not a small one
                 boxed_warning_crs = 1 AND crs_any_grade_pct IS NULL AND crs_grade3plus_pct IS NULL DESC,
                 crs_grade3plus_pct DESC NULLS LAST, crs_any_grade_pct DESC NULLS LAST, drugs.name
    """
    return select(connection, sql)


def drug(connection: sqlite3.Connection, drug_id: str) -> Row | None:
    """All that is known of one drug: its columns, and lists under the keys of _OF_A_DRUG and _LISTS_OF_A_DRUG and under sources."""
    sql = """
        SELECT drugs.*, drug_classes.name AS class_name, drug_classes.definition AS class_definition,
               risk_tiers.name AS tier_name, risk_tiers.definition AS tier_definition
        FROM drugs
        JOIN drug_classes ON drug_classes.id = drugs.drug_class
        JOIN risk_tiers ON risk_tiers.id = drugs.relative_risk
        WHERE drugs.id = ?
    """
    found = select(connection, sql, drug_id)
    if not found:
        return None
    whole = found[0]
    whole |= {key: select(connection, of_drug, drug_id) for key, of_drug in _OF_A_DRUG.items()}
    whole |= {key: column(connection, of_drug, drug_id) for key, of_drug in _LISTS_OF_A_DRUG.items()}
    whole["sources"] = sources_cited(connection, (row for key in _CITING_OF_A_DRUG for row in whole[key]))
    return whole


def sources_cited(connection: sqlite3.Connection, rows: Iterable[Row]) -> list[Row]:
    """The sources that `rows` cite, in the order in which a reader meets them."""
    ids: dict[str, None] = {}
    for row in rows:
        for joined in (row.get("source_id"), row.get("also_in"), row.get("sources")):
            ids.update(dict.fromkeys(listed_ids(joined)))
    sql = """
        SELECT sources.*
        FROM json_each(?) AS cited
        JOIN sources ON sources.id = cited.value
        ORDER BY cited.key
    """
    return select(connection, sql, json.dumps(list(ids)))


def drug_name(connection: sqlite3.Connection, drug_id: str) -> str | None:
    """The name of one drug, where no more of it is needed; None for another id."""
    return next(iter(column(connection, "SELECT name FROM drugs WHERE id = ?", drug_id)), None)


def current_id(connection: sqlite3.Connection, former_id: str) -> str | None:
    """The id that an entry has today, if `former_id` was its id once."""
    found = connection.execute("SELECT drug_id FROM former_ids WHERE former_id = ?", (former_id,)).fetchone()
    return found[0] if found else None


def source(connection: sqlite3.Connection, source_id: str) -> Row | None:
    """One source, with `cited_by`: the ids of the drugs whose rows cite it."""
    found = select(connection, "SELECT * FROM sources WHERE id = ?", source_id)
    if not found:
        return None
    sql = """
        SELECT DISTINCT drug_id FROM citations
        WHERE source_id = ? AND drug_id IS NOT NULL
        ORDER BY drug_id
    """
    return {**found[0], "cited_by": column(connection, sql, source_id)}


def known_names(connection: sqlite3.Connection) -> list[str]:
    """Every name of a listed drug, of a treatment and of a medicine that was looked at."""
    return column(
        connection,
        "SELECT name FROM drug_names UNION SELECT name FROM treatment_names UNION SELECT name FROM reviewed_names",
    )


def entity_paths(connection: sqlite3.Connection) -> list[str]:
    """The paths of all drugs and all sources below the root of the API, drugs first."""
    return column(connection, "SELECT '/drugs/' || id FROM drugs UNION ALL SELECT '/sources/' || id FROM sources")


def changes(connection: sqlite3.Connection) -> list[Row]:
    """What changed for readers, newest first."""
    sql = """
        SELECT changes.*, drugs.name AS drug_name
        FROM changes
        LEFT JOIN drugs ON drugs.id = drug_id
        ORDER BY date DESC, changes.id
    """
    return select(connection, sql)


def for_lookup(connection: sqlite3.Connection) -> dict[str, Any]:
    """All that the resolver holds in memory: names, codes and stems by kind of owner, and the drugs, treatments and reviewed medicines themselves."""
    return {
        "data_version": build_info(connection)["data_version"],
        "drugs": drug_list(connection),
        **{key: select(connection, sql) for key, sql in _FOR_LOOKUP.items()},
    }


def select(connection: sqlite3.Connection, sql: str, *parameters: object) -> list[Row]:
    """The rows of one SELECT as dicts."""
    cursor = connection.execute(sql, parameters)
    columns = [description[0] for description in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def column(connection: sqlite3.Connection, sql: str, *parameters: object) -> list[Any]:
    """The values of a SELECT of one column."""
    return [row[0] for row in connection.execute(sql, parameters)]
