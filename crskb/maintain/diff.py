"""What a reviewer must know of two editions of the data: tiers, figures, names and sources first, counts of the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from crskb.database.queries import Row
from crskb.maintain.diff_names import Tables, names_added, names_changed, names_taken
from crskb.maintain.diff_rows import Matched, fields_changed, match
from crskb.maintain.editions import Edition

# Columns that the build computes from others; and texts and locators, which change no figure: of these only the place is told.
_COMPUTED = {"any_grade_low", "any_grade_high", "grade3plus_low", "grade3plus_high", "id", "drug_id", "cohort"}
_WORDING = {
    "note",
    "onset_note",
    "duration_note",
    "grading_note",
    "arithmetic_note",
    "headline_reason",
    "other_figures",
}
_WORDING |= {"indication", "dose", "statement", "locator", "also_in"}
_WORDING_OF_DRUG = {"summary", "status_note", "t_cell_engaging_basis", "withdrawn_reason"}
# Columns of a drug that other parts of the comparison tell: its names, tier, figures and days. Every other one is a fact.
_TOLD_ELSEWHERE = {"brand_names", "other_names", "relative_risk", "relative_risk_rank", "why_this_tier"}
_TOLD_ELSEWHERE |= {f"crs_{grade}_{what}" for grade in ("any_grade", "grade3plus") for what in ("pct", "low", "high")}
_TOLD_ELSEWHERE |= {"onset_median_days", "reviewed_on", "withdrawn_on"}
# What tells that two rows are one row changed; where several are given, the first is tried on all rows before the next.
_KEYS: dict[str, list[tuple[str, ...]]] = {
    "regulatory": [("drug_id", "region", "source_id", "brand")],
    "evidence": [("drug_id", "source_id", "statement"), ("drug_id", "kind", "source_id"), ("drug_id", "source_id")],
}
# Tables that have parts of their own in a comparison; of all others the rows are counted.
_OWN_PART = {"drugs", "drug_names", "crs_incidence", "regulatory", "evidence", "sources", "risk_tiers", "identifiers"}
_OWN_PART |= {
    "treatment_names",
    "treatment_identifiers",
    "reviewed_names",
    "reviewed_identifiers",
    "former_ids",
    "changes",
}


@dataclass
class Diff:
    """Two editions compared. Every list holds plain rows, in the order of the new edition's ids."""

    old: dict[str, Any]
    new: dict[str, Any]
    told_to_readers: list[Row] = field(default_factory=list)
    tiers_moved: list[Row] = field(default_factory=list)
    thresholds_changed: list[Row] = field(default_factory=list)
    drugs_removed: list[Row] = field(default_factory=list)
    drugs_withdrawn: list[Row] = field(default_factory=list)
    drugs_restored: list[Row] = field(default_factory=list)
    drugs_added: list[Row] = field(default_factory=list)
    drug_facts_changed: list[Row] = field(default_factory=list)
    names_taken: list[Row] = field(default_factory=list)
    names_added: list[Row] = field(default_factory=list)
    names_changed: list[Row] = field(default_factory=list)
    headlines_moved: list[Row] = field(default_factory=list)
    figures_changed: list[Row] = field(default_factory=list)
    cohorts_removed: list[Row] = field(default_factory=list)
    cohorts_renamed: list[Row] = field(default_factory=list)
    cohorts_added: list[Row] = field(default_factory=list)
    regulatory_changed: list[Row] = field(default_factory=list)
    regulatory_removed: list[Row] = field(default_factory=list)
    regulatory_added: list[Row] = field(default_factory=list)
    evidence_changed: list[Row] = field(default_factory=list)
    evidence_removed: list[Row] = field(default_factory=list)
    evidence_added: list[Row] = field(default_factory=list)
    sources_superseded: list[Row] = field(default_factory=list)
    sources_changed: list[Row] = field(default_factory=list)
    sources_removed: list[Row] = field(default_factory=list)
    sources_added: list[Row] = field(default_factory=list)
    reworded: list[Row] = field(default_factory=list)
    tables: list[Row] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the two editions hold the same."""
        return not any(value for name, value in vars(self).items() if name not in ("old", "new"))


def compare(old: Edition, new: Edition) -> Diff:
    """All that differs between two editions."""
    diff = Diff(_about(old), _about(new))
    before = {row["id"]: row for row in old.tables["drugs"]}
    after = {row["id"]: row for row in new.tables["drugs"]}
    renamed = {row["former_id"]: row["drug_id"] for row in new.tables["former_ids"] if row["former_id"] in before}
    renamed = {former: id_ for former, id_ in renamed.items() if former not in after and id_ not in before}
    before = {renamed.get(id_, id_): row for id_, row in before.items()}
    tables = {table: [_moved(row, renamed) for row in rows] for table, rows in old.tables.items()}
    kept = before.keys() & after.keys()

    _compare_drugs(diff, before, after, new.tables)
    for tier in match(tables["risk_tiers"], new.tables["risk_tiers"], ["id"], ()).changed:
        diff.thresholds_changed += [{"tier": tier[1]["id"], **change} for change in fields_changed(*tier)]
    told = match(tables["changes"], new.tables["changes"], ("date", "drug_id", "summary"))
    diff.told_to_readers = [
        {"date": row["date"], "drug": row["drug_id"], "summary": row["summary"]} for row in told.added
    ]
    diff.names_taken = names_taken(tables, new.tables)
    diff.names_added = names_added(tables, new.tables, set(after) - kept)
    diff.names_changed = names_changed(tables, new.tables)
    names = {id_: row["name"] for id_, row in after.items()}
    _compare_cohorts(diff, tables, new.tables, names, kept)
    for table, keys in _KEYS.items():
        _compare_rows(diff, table, _matched(_of(tables[table], kept), _of(new.tables[table], kept), keys), names)
    _compare_sources(diff, match(tables["sources"], new.tables["sources"], ["id"], ()))
    for table in sorted(new.tables.keys() - _OWN_PART):
        matched = match(tables.get(table, []), new.tables[table], (), ("id", "position", "locator", "also_in"))
        gone = len(matched.removed) + len(matched.changed)
        came = len(matched.added) + len(matched.changed)
        if gone or came:
            counts = {"old": len(tables.get(table, [])), "new": len(new.tables[table]), "added": came, "removed": gone}
            diff.tables.append({"table": table, **counts})
    return diff


def _about(edition: Edition) -> dict[str, Any]:
    counted = {"drugs": "drugs", "cohorts": "crs_incidence", "sources": "sources"}
    counts = {what: len(edition.tables[table]) for what, table in counted.items()}
    return {"label": edition.label, "data_version": edition.data_version, **counts, "remarks": edition.remarks}


def _moved(row: Row, renamed: dict[str, str]) -> Row:
    return {**row, "drug_id": renamed[row["drug_id"]]} if row.get("drug_id") in renamed else row


def _of(rows: list[Row], drugs: Any) -> list[Row]:
    return [row for row in rows if row["drug_id"] in drugs]


def _named(rows: list[Row], names: dict[str, str]) -> list[Row]:
    return [{"name": names[row["drug_id"]], **row} for row in rows]


def _compare_drugs(diff: Diff, before: dict[str, Row], after: dict[str, Row], tables: Tables) -> None:
    cohorts = Counter(row["drug_id"] for row in tables["crs_incidence"])
    diff.drugs_removed = [{"drug": id_, "name": row["name"]} for id_, row in before.items() if id_ not in after]
    for id_, new in after.items():
        old, whose = before.get(id_), {"drug": id_, "name": new["name"]}
        if old is None:
            facts = ("relative_risk", "why_this_tier", "brand_names", "withdrawn_on")
            diff.drugs_added.append({**whose, **{key: new[key] for key in facts}, "cohorts": cohorts[id_]})
            continue
        if new["withdrawn_on"] and not old["withdrawn_on"]:
            diff.drugs_withdrawn.append({**whose, "on": new["withdrawn_on"], "reason": new["withdrawn_reason"]})
        elif old["withdrawn_on"] and not new["withdrawn_on"]:
            diff.drugs_restored.append({**whose, "reason": old["withdrawn_reason"]})
        if old["relative_risk"] != new["relative_risk"]:
            ranks = {f"{which}_rank": row["relative_risk_rank"] for which, row in (("old", old), ("new", new))}
            moved = {"old": old["relative_risk"], "new": new["relative_risk"], **ranks}
            diff.tiers_moved.append(
                {**whose, **moved, "why_old": old["why_this_tier"], "why_new": new["why_this_tier"]}
            )
        for change in fields_changed(old, new, _TOLD_ELSEWHERE):
            if change["field"] in _WORDING_OF_DRUG:
                diff.reworded.append({**whose, "where": "drug", "field": change["field"]})
            else:
                diff.drug_facts_changed.append({**whose, **change})


def _compare_cohorts(diff: Diff, old: Tables, new: Tables, names: dict[str, str], kept: Any) -> None:
    matched = match(_of(old["crs_incidence"], kept), _of(new["crs_incidence"], kept), ("drug_id", "cohort"))
    renamed = match(
        matched.removed,
        matched.added,
        ("drug_id", "source_id", "n_treated", "n_any_grade", "pct_any_grade", "n_grade3plus"),
    )
    diff.cohorts_added, diff.cohorts_removed = _named(renamed.added, names), _named(renamed.removed, names)
    for before, after in renamed.changed:
        diff.cohorts_renamed.append(
            {"drug": after["drug_id"], "name": names[after["drug_id"]], "old": before["cohort"], "new": after["cohort"]}
        )
    for before, after in [*matched.changed, *renamed.changed]:
        whose = {"drug": after["drug_id"], "name": names[after["drug_id"]], "cohort": after["cohort"]}
        for change in fields_changed(before, after, _COMPUTED | {"headline"}):
            if change["field"] in _WORDING:
                diff.reworded.append({**whose, "where": "cohort", "field": change["field"]})
            else:
                diff.figures_changed.append({**whose, **change})
    headlines = [
        {row["drug_id"]: row["cohort"] for row in tables["crs_incidence"] if row["headline"]} for tables in (old, new)
    ]
    names_of = {(row["drug"], row["old"]): row["new"] for row in diff.cohorts_renamed}
    for drug in sorted(kept):
        was, now = headlines[0].get(drug), headlines[1].get(drug)
        if names_of.get((drug, was), was) != now:
            diff.headlines_moved.append({"drug": drug, "name": names[drug], "old": was, "new": now})


def _matched(old: list[Row], new: list[Row], keys: list[tuple[str, ...]]) -> Matched:
    whole = match(old, new, keys[0])
    for further in keys[1:]:
        again = match(whole.removed, whole.added, further)
        whole = Matched([*whole.changed, *again.changed], again.added, again.removed)
    return whole


def _compare_rows(diff: Diff, table: str, matched: Matched, names: dict[str, str]) -> None:
    getattr(diff, f"{table}_added").extend(_named(matched.added, names))
    getattr(diff, f"{table}_removed").extend(_named(matched.removed, names))
    for old, new in matched.changed:
        changes = fields_changed(old, new, ("id",))
        wording = [change for change in changes if change["field"] in _WORDING]
        facts = [change for change in changes if change not in wording]
        row = {
            "drug": new["drug_id"],
            "name": names[new["drug_id"]],
            "region": new["region"],
            "source": new["source_id"],
        }
        row |= {"kind": new["kind"]} if table == "evidence" else {"brand": new["brand"]}
        getattr(diff, f"{table}_changed").extend({**row, **change} for change in facts)
        diff.reworded.extend({"drug": new["drug_id"], "where": table, "field": change["field"]} for change in wording)


def _compare_sources(diff: Diff, matched: Matched) -> None:
    diff.sources_added, diff.sources_removed = matched.added, matched.removed
    for old, new in matched.changed:
        for change in fields_changed(old, new, ("link",)):
            row = {"source": new["id"], "title": new["title"], **change}
            now = change["field"] in ("superseded_by", "retracted") and change["new"]
            (diff.sources_superseded if now else diff.sources_changed).append(row)
    for row in matched.added:
        diff.sources_superseded += [
            {"source": row["id"], "title": row["title"], "field": key, "old": None, "new": row[key]}
            for key in ("superseded_by", "retracted")
            if row[key]
        ]
