"""What a reviewer must know of two editions of the data: tiers, figures, names and sources first, counts of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crskb.database.queries import Row
from crskb.maintain.diff_changes import (
    CohortRename,
    DrugAddition,
    DrugFactChange,
    DrugRemoval,
    DrugRestoration,
    DrugWithdrawal,
    EditionFacts,
    EvidenceChange,
    FigureChange,
    HeadlineMove,
    LineForReaders,
    NameAdded,
    NameChange,
    NameTaken,
    OrderChange,
    RegulatoryChange,
    Rewording,
    SourceChange,
    TableCount,
    ThresholdChange,
    TierMove,
)
from crskb.maintain.diff_names import Tables, names_added, names_changed, names_taken
from crskb.maintain.diff_rows import FieldChange, Matched, fields_changed, match
from crskb.maintain.editions import Edition

# Columns that the build computes from others; and texts and locators, which change no figure: of these only the place is told.
_COMPUTED = {"any_grade_low", "any_grade_high", "grade3plus_low", "grade3plus_high", "n_severe", "pct_severe"}
_COMPUTED |= {"id", "drug_id", "cohort"}
_WORDING = {
    "note",
    "onset_note",
    "duration_note",
    "grading_note",
    "arithmetic_note",
    "fatal_note",
    "headline_reason",
    "other_figures",
}
_WORDING |= {"indication", "dose", "statement", "locator", "also_in"}
_WORDING |= {"summary", "status_note", "t_cell_engaging_basis", "withdrawn_reason"}  # of a drug
# Columns of a drug that other parts of the comparison tell: its names, tier, figures and days. Every other one is a fact.
_TOLD_ELSEWHERE = {"brand_names", "other_names", "relative_risk", "relative_risk_rank", "why_this_tier"}
_TOLD_ELSEWHERE |= {f"crs_{grade}_{what}" for grade in ("any_grade", "grade3plus") for what in ("pct", "low", "high")}
_TOLD_ELSEWHERE |= {"onset_median_days", "reviewed_on", "withdrawn_on"}
# What tells that two rows are one row changed; where several are given, the first is tried on all rows before the next.
_REGULATORY_KEYS = (("drug_id", "region", "source_id", "brand"),)
_EVIDENCE_KEYS = (("drug_id", "source_id", "statement"), ("drug_id", "kind", "source_id"), ("drug_id", "source_id"))
# What is to be done with an order: each table with the column that says what a row is about, and how its rows are matched.
_ORDER = {
    "label_frequency": ("frequency", (("drug_id", "region", "source_id", "brand"),)),
    "dose_schedule": ("step", (("drug_id", "region", "source_id", "brand", "indication", "step"),)),
    "mitigations": (
        "measure",
        tuple(
            ("drug_id", "region", "source_id", "measure", *more)
            for more in (("detail",), ("brand", "indication", "applies_to"), ())
        ),
    ),
}
# Tables that have parts of their own in a comparison; of all others the rows are counted.
_OWN_PART = {
    "drugs",
    "drug_names",
    "crs_incidence",
    "regulatory",
    "evidence",
    "sources",
    "risk_tiers",
    "identifiers",
    *_ORDER,
}
_OWN_PART |= {"treatment_names", "treatment_identifiers", "reviewed_names", "reviewed_identifiers"}
_OWN_PART |= {"former_ids", "changes"}
_NO_LONGER_GOOD = ("superseded_by", "retracted")  # of a source


@dataclass
class Diff:
    """Two editions compared, in the order of the new edition's ids. What came or went as a whole is a row of its table, with the name of its drug."""

    old: EditionFacts
    new: EditionFacts
    told_to_readers: list[LineForReaders] = field(default_factory=list)
    tiers_moved: list[TierMove] = field(default_factory=list)
    thresholds_changed: list[ThresholdChange] = field(default_factory=list)
    drugs_removed: list[DrugRemoval] = field(default_factory=list)
    drugs_withdrawn: list[DrugWithdrawal] = field(default_factory=list)
    drugs_restored: list[DrugRestoration] = field(default_factory=list)
    drugs_added: list[DrugAddition] = field(default_factory=list)
    drug_facts_changed: list[DrugFactChange] = field(default_factory=list)
    names_taken: list[NameTaken] = field(default_factory=list)
    names_added: list[NameAdded] = field(default_factory=list)
    names_changed: list[NameChange] = field(default_factory=list)
    headlines_moved: list[HeadlineMove] = field(default_factory=list)
    figures_changed: list[FigureChange] = field(default_factory=list)
    cohorts_removed: list[Row] = field(default_factory=list)
    cohorts_renamed: list[CohortRename] = field(default_factory=list)
    cohorts_added: list[Row] = field(default_factory=list)
    regulatory_changed: list[RegulatoryChange] = field(default_factory=list)
    regulatory_removed: list[Row] = field(default_factory=list)
    regulatory_added: list[Row] = field(default_factory=list)
    evidence_changed: list[EvidenceChange] = field(default_factory=list)
    evidence_removed: list[Row] = field(default_factory=list)
    evidence_added: list[Row] = field(default_factory=list)
    order_changed: list[OrderChange] = field(default_factory=list)
    order_removed: list[Row] = field(default_factory=list)
    order_added: list[Row] = field(default_factory=list)
    sources_superseded: list[SourceChange] = field(default_factory=list)
    sources_changed: list[SourceChange] = field(default_factory=list)
    sources_removed: list[Row] = field(default_factory=list)
    sources_added: list[Row] = field(default_factory=list)
    reworded: list[Rewording] = field(default_factory=list)
    tables: list[TableCount] = field(default_factory=list)

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
    for pair in match(tables["risk_tiers"], new.tables["risk_tiers"], ["id"], ()).changed:
        diff.thresholds_changed += [ThresholdChange(pair[1]["id"], *change) for change in fields_changed(*pair)]
    lines = match(tables["changes"], new.tables["changes"], ("date", "drug_id", "summary")).added
    diff.told_to_readers = [LineForReaders(row["date"], row["drug_id"], row["summary"]) for row in lines]
    diff.names_taken = names_taken(tables, new.tables)
    diff.names_added = names_added(tables, new.tables, set(after) - kept)
    diff.names_changed = names_changed(tables, new.tables)
    names = {id_: row["name"] for id_, row in after.items()}
    _compare_cohorts(diff, tables, new.tables, names, kept)
    matched = _matched("regulatory", _REGULATORY_KEYS, tables, new.tables, kept)
    diff.regulatory_added, diff.regulatory_removed = _named(matched.added, names), _named(matched.removed, names)
    diff.regulatory_changed = [RegulatoryChange(*told) for told in _told(diff, "regulatory", "brand", matched, names)]
    matched = _matched("evidence", _EVIDENCE_KEYS, tables, new.tables, kept)
    diff.evidence_added, diff.evidence_removed = _named(matched.added, names), _named(matched.removed, names)
    diff.evidence_changed = [EvidenceChange(*told) for told in _told(diff, "evidence", "kind", matched, names)]
    for table, (what, keys) in _ORDER.items():
        matched = _matched(table, keys, tables, new.tables, kept)
        diff.order_added += [{"table": table, "what": row[what], **row} for row in _named(matched.added, names)]
        diff.order_removed += [{"table": table, "what": row[what], **row} for row in _named(matched.removed, names)]
        told = _told(diff, table, what, matched, names)
        diff.order_changed += [OrderChange(drug, name, table, *more) for drug, name, *more in told]
    _compare_sources(diff, match(tables["sources"], new.tables["sources"], ["id"], ()))
    for table in sorted(new.tables.keys() - _OWN_PART):
        matched = match(tables.get(table, []), new.tables[table], (), ("id", "position", "locator", "also_in"))
        gone = len(matched.removed) + len(matched.changed)
        came = len(matched.added) + len(matched.changed)
        if gone or came:
            diff.tables.append(TableCount(table, len(tables.get(table, [])), len(new.tables[table]), came, gone))
    return diff


def _about(edition: Edition) -> EditionFacts:
    drugs, cohorts, sources = (len(edition.tables[table]) for table in ("drugs", "crs_incidence", "sources"))
    return EditionFacts(edition.label, edition.data_version, drugs, cohorts, sources, edition.remarks)


def _moved(row: Row, renamed: dict[str, str]) -> Row:
    return {**row, "drug_id": renamed[row["drug_id"]]} if row.get("drug_id") in renamed else row


def _of(rows: list[Row], drugs: Collection[str]) -> list[Row]:
    return [row for row in rows if row["drug_id"] in drugs]


def _named(rows: list[Row], names: dict[str, str]) -> list[Row]:
    return [{"name": names[row["drug_id"]], **row} for row in rows]


def _compare_drugs(diff: Diff, before: dict[str, Row], after: dict[str, Row], tables: Tables) -> None:
    cohorts = Counter(row["drug_id"] for row in tables["crs_incidence"])
    diff.drugs_removed = [DrugRemoval(id_, row["name"]) for id_, row in before.items() if id_ not in after]
    for id_, new in after.items():
        old, name = before.get(id_), new["name"]
        if old is None:
            tier, why = new["relative_risk"], new["why_this_tier"]
            added = DrugAddition(id_, name, tier, why, new["brand_names"], new["withdrawn_on"], cohorts[id_])
            diff.drugs_added.append(added)
            continue
        if new["withdrawn_on"] and not old["withdrawn_on"]:
            diff.drugs_withdrawn.append(DrugWithdrawal(id_, name, new["withdrawn_on"], new["withdrawn_reason"]))
        elif old["withdrawn_on"] and not new["withdrawn_on"]:
            diff.drugs_restored.append(DrugRestoration(id_, name, old["withdrawn_reason"]))
        if old["relative_risk"] != new["relative_risk"]:
            keys = ("relative_risk", "relative_risk_rank", "why_this_tier")
            both = (row[key] for key in keys for row in (old, new))
            ranked = not {old["relative_risk"], new["relative_risk"]} & _without_rank(tables)
            way = ("up" if new["relative_risk_rank"] < old["relative_risk_rank"] else "down") if ranked else None
            diff.tiers_moved.append(TierMove(id_, name, *(*both, way)))
        facts = _facts_changed(diff, (old, new), _TOLD_ELSEWHERE, id_, name, "drug")
        diff.drug_facts_changed += [DrugFactChange(id_, name, *change) for change in facts]


def _without_rank(tables: Tables) -> set[str]:
    """The tiers that say nothing of how high a risk is."""
    return {row["id"] for row in tables["risk_tiers"] if row["otherwise"]}


def _compare_cohorts(diff: Diff, old: Tables, new: Tables, names: dict[str, str], kept: Collection[str]) -> None:
    matched = match(_of(old["crs_incidence"], kept), _of(new["crs_incidence"], kept), ("drug_id", "cohort"))
    renamed = match(
        matched.removed,
        matched.added,
        ("drug_id", "source_id", "n_treated", "n_any_grade", "pct_any_grade", "n_grade3plus"),
    )
    diff.cohorts_added, diff.cohorts_removed = _named(renamed.added, names), _named(renamed.removed, names)
    for before, after in renamed.changed:
        drug = after["drug_id"]
        diff.cohorts_renamed.append(CohortRename(drug, names[drug], before["cohort"], after["cohort"]))
    for pair in [*matched.changed, *renamed.changed]:
        drug, cohort = pair[1]["drug_id"], pair[1]["cohort"]
        facts = _facts_changed(diff, pair, _COMPUTED | {"headline"}, drug, names[drug], "cohort", cohort)
        diff.figures_changed += [FigureChange(drug, names[drug], cohort, *change) for change in facts]
    was, now = (
        {str(row["drug_id"]): str(row["cohort"]) for row in tables["crs_incidence"] if row["headline"]}
        for tables in (old, new)
    )
    called: dict[tuple[str, str | None], str] = {(row.drug, row.old): row.new for row in diff.cohorts_renamed}
    for drug in sorted(kept):
        then, today = was.get(drug), now.get(drug)
        if called.get((drug, then), then) != today:
            diff.headlines_moved.append(HeadlineMove(drug, names[drug], then, today))


def _matched(table: str, keys: Sequence[tuple[str, ...]], old: Tables, new: Tables, kept: Collection[str]) -> Matched:
    whole = Matched([], _of(new[table], kept), _of(old.get(table, []), kept))
    for each in keys:
        again = match(whole.removed, whole.added, each)
        whole = Matched([*whole.changed, *again.changed], again.added, again.removed)
    return whole


def _told(diff: Diff, table: str, column: str, matched: Matched, names: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """What to tell of each fact in which rows differ; `column` says which row of a drug, region and source it is."""
    for pair in matched.changed:
        row, drug = pair[1], pair[1]["drug_id"]
        for change in _facts_changed(diff, pair, ("id",), drug, names[drug], table):
            yield drug, names[drug], row["region"], row["source_id"], row[column], *change


def _facts_changed(diff: Diff, pair: tuple[Row, Row], ignore: Iterable[str], *place: str) -> list[FieldChange]:
    """The facts in which two rows differ; texts in which they differ are noted as reworded at `place`: drug, name, where, cohort."""
    drug, name, where, *cohort = place
    changes = fields_changed(*pair, ignore)
    diff.reworded += [Rewording(drug, name, where, text.field, *cohort) for text in changes if text.field in _WORDING]
    return [change for change in changes if change.field not in _WORDING]


def _compare_sources(diff: Diff, matched: Matched) -> None:
    diff.sources_added, diff.sources_removed = matched.added, matched.removed
    for old, new in matched.changed:
        for change in fields_changed(old, new, ("link",)):
            told = diff.sources_superseded if change.field in _NO_LONGER_GOOD and change.new else diff.sources_changed
            told.append(SourceChange(new["id"], new["title"], *change))
    for row in matched.added:
        diff.sources_superseded += [
            SourceChange(row["id"], row["title"], key, None, row[key]) for key in _NO_LONGER_GOOD if row[key]
        ]
