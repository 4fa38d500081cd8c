"""A comparison as Markdown: for the reviewer of a change, and as release notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from crskb.database.queries import Row
from crskb.maintain.diff import Diff
from crskb.maintain.diff_changes import (
    DrugFactChange,
    EvidenceChange,
    FigureChange,
    NameChange,
    OrderChange,
    RegulatoryChange,
    SourceChange,
    ThresholdChange,
)
from crskb.percent import printed

_LONG = 25  # longer lists of sources and names are folded away
_ACTIVE = re.compile(r"([\\`*_{}\[\]<>|~&$])")
_REFERENCE = re.compile(r"([@#])(?=\w)")
_WORD = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")  # of a vocabulary
_FLAGS = {
    "t_cell_engaging",
    "boxed_warning_crs",
    "label_warning_crs",
    "class_level",
    "boxed_warning",
    "label_warning",
    "otherwise",
    "labelled_use",
    "fatal",
}
Changed = (
    DrugFactChange
    | EvidenceChange
    | FigureChange
    | NameChange
    | OrderChange
    | RegulatoryChange
    | SourceChange
    | ThresholdChange
)
OfDrug = TypeVar("OfDrug", DrugFactChange, EvidenceChange, OrderChange, RegulatoryChange)
_ADDRESS = re.compile(r"(https?|ftp|www)([:.])", re.IGNORECASE)


def markdown(diff: Diff) -> str:
    """Headings and lists, what bears on patients first; one sentence if nothing differs."""
    lines = [f"## Data changes: {escaped(diff.old.label)} to {escaped(diff.new.label)}", "", _counts(diff), ""]
    for which in (diff.old, diff.new):
        lines += [f"> {escaped(which.label)}: {escaped(remark)}\n" for remark in which.remarks]
    if diff.is_empty:
        return "\n".join([*lines, "Both hold the same data.", ""])
    for title, write in _PARTS:
        if part := list(write(diff)):
            lines += [f"### {title}", "", *part, ""]
    return "\n".join(lines)


def escaped(text: Any) -> str:
    """`text` on one line, with nothing in it that Markdown or GitHub would act on: no markup, link, mention or reference."""
    plain = " ".join(str(text).split())
    plain = _ADDRESS.sub(r"\1\\\2", _ACTIVE.sub(r"\\\1", plain))
    return _REFERENCE.sub("\\1\u200b", plain)


def _counts(diff: Diff) -> str:
    new, old = vars(diff.new), vars(diff.old)
    told = [f"{new[what]:,} {what} (before: {old[what]:,})" for what in ("drugs", "cohorts", "sources")]
    return f"{', '.join(told)}. Data version {escaped(new['data_version'])}, before {escaped(old['data_version'])}."


def _value(value: Any, column: str = "") -> str:
    if value is None:
        return "absent"
    if column in _FLAGS:
        return "yes" if value else "no"
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value.replace("_", " ")
    return f"{value:g}" if isinstance(value, float) else escaped(value)


def _change(change: Changed) -> str:
    old, new = (_value(value, change.field) for value in (change.old, change.new))
    return f"`{change.field}` {old} → {new}"


def _told(diff: Diff) -> Iterator[str]:
    for row in diff.told_to_readers:
        drug = f", {escaped(row.drug)}" if row.drug else ""
        yield f"- {row.date}{drug}: {escaped(row.summary)}"


def _tiers(diff: Diff) -> Iterator[str]:
    for row in diff.tiers_moved:
        way = f" {row.direction}" if row.direction else ""
        yield f"- **{escaped(row.name)}**{way}: {_words(row.old)} → **{_words(row.new)}**"
        yield f"  - before: {escaped(row.why_old)}"
        yield f"  - now: {escaped(row.why_new)}"


def _thresholds(diff: Diff) -> Iterator[str]:
    yield from (f"- tier {_words(row.tier)}: {_change(row)}" for row in diff.thresholds_changed)


def _gone(diff: Diff) -> Iterator[str]:
    for row in diff.drugs_withdrawn:
        yield f"- **{escaped(row.name)}** withdrawn on {row.on}: {escaped(row.reason)}"
    for back in diff.drugs_restored:
        yield f"- **{escaped(back.name)}** no longer withdrawn (it was: {escaped(back.reason)})"
    for gone in diff.drugs_removed:
        yield f"- **{escaped(gone.name)}** removed without a trace; an entry should be withdrawn with its reason"


def _added(diff: Diff) -> Iterator[str]:
    for row in diff.drugs_added:
        brands = f" ({escaped(row.brand_names)})" if row.brand_names else ""
        withdrawn = " (withdrawn)" if row.withdrawn_on else ""
        yield f"- **{escaped(row.name)}**{brands}{withdrawn}, {_plural(row.cohorts, 'cohort')}. {escaped(row.why_this_tier)}"


def _names(diff: Diff) -> Iterator[str]:
    for row in diff.names_taken:
        now = f"a name of {', '.join(map(escaped, row.now))}" if row.now else "unknown"
        now = "another medicine's, not assessed" if row.other_medicine and not row.now else now
        yield f"- **{escaped(row.written)}** ({_words(row.kind)}) taken from {escaped(row.owner)}; it is now {now}"
    for name in diff.names_added:
        if name.before:
            yield f"- **{escaped(name.written)}** ({_words(name.kind)}) now leads to {escaped(name.owner)}; before: {escaped(', '.join(name.before))}"
    fresh = [name for name in diff.names_added if not name.before]
    lines = [f"- {escaped(name.written)} ({_words(name.kind)}) added to {escaped(name.owner)}" for name in fresh]
    yield from _folded(lines, "names added")
    yield from (f"- {escaped(row.written)} of {escaped(row.owner)}: {_change(row)}" for row in diff.names_changed)


def _words(term: str) -> str:
    """A term of a vocabulary as people write it."""
    return "INN" if term == "inn" else term.replace("_", " ")


def _headlines(diff: Diff) -> Iterator[str]:
    for row in diff.headlines_moved:
        yield f"- **{escaped(row.name)}**: {_value(row.old)} → {_value(row.new)}"


def _figures(diff: Diff) -> Iterator[str]:
    def key(row: FigureChange) -> tuple[str, str]:
        return row.name, row.cohort

    for (name, cohort), rows in groupby(sorted(diff.figures_changed, key=key), key):
        yield f"- **{escaped(name)}**, {escaped(cohort)}: {'; '.join(_change(row) for row in rows)}"


def _cohorts(diff: Diff) -> Iterator[str]:
    for what, rows in (("removed", diff.cohorts_removed), ("added", diff.cohorts_added)):
        for row in rows:
            yield f"- {what}: **{escaped(row['name'])}**, {escaped(row['cohort'])}: {_rates(row)} (`{row['source_id']}`)"
    for called in diff.cohorts_renamed:
        yield f"- renamed: **{escaped(called.name)}**, {escaped(called.old)} → {escaped(called.new)}"


def _rates(row: Row) -> str:
    rates = []
    for word, n, pct in (
        ("any grade", "n_any_grade", "pct_any_grade"),
        ("grade 3 or higher", "n_grade3plus", "pct_grade3plus"),
    ):
        counted = f"{row[n]} of {row['n_treated']}" if row[n] is not None and row["n_treated"] else ""
        share = printed(row[pct]) if row[pct] is not None else ""
        if counted or share:
            rates.append(f"{word} {counted}{f' ({share})' if counted and share else share}")
    treated = f"{row['n_treated']} treated, " if row["n_treated"] and not any(" of " in rate for rate in rates) else ""
    return f"{row['study_design']}, {treated}{', '.join(rates) or 'no rate of CRS'}"


def _regulatory(diff: Diff) -> Iterator[str]:
    for what, rows in (("removed", diff.regulatory_removed), ("added", diff.regulatory_added)):
        for row in rows:
            told = [row["region"], row["brand"], row["status"], row["date"], *_warnings(row)]
            yield f"- {what}: **{escaped(row['name'])}**, {escaped(', '.join(word for word in told if word))} (`{row['source_id']}`)"
    yield from _by_drug(
        diff.regulatory_changed,
        lambda row: f"{escaped(' '.join(filter(None, (row.region, row.brand))))} {_change(row)}",
    )


def _warnings(row: Row) -> Iterator[str]:
    for column, word in (("boxed_warning_crs", "boxed warning"), ("label_warning_crs", "label warning")):
        if row[column] is not None:
            yield f"{word} {'names' if row[column] else 'does not name'} CRS"
    if row["rems"]:
        yield f"REMS {row['rems']}"


def _evidence(diff: Diff) -> Iterator[str]:
    for what, rows in (("removed", diff.evidence_removed), ("added", diff.evidence_added)):
        lines = [
            f"- {what}: **{escaped(row['name'])}**, {_words(row['kind'])}: {escaped(row['statement'])} (`{row['source_id']}`)"
            for row in rows
        ]
        yield from _folded(lines, f"statements {what}")
    yield from _by_drug(diff.evidence_changed, lambda row: f"`{row.source}` {_change(row)}")


def _order(diff: Diff) -> Iterator[str]:
    for what, rows in (("removed", diff.order_removed), ("added", diff.order_added)):
        lines = [
            f"- {what}: **{escaped(row['name'])}**, {escaped(row['region'] or '')} {_words(row['what'])}: {_asked(row)} (`{row['source_id']}`)"
            for row in rows
        ]
        yield from _folded(lines, f"rows {what}")
    yield from _by_drug(
        diff.order_changed,
        lambda row: f"{escaped(row.region or '')} {_words(row.what)} (`{row.source}`) {_change(row)}",
    )


def _asked(row: Row) -> str:
    """What one row asks for: the dose, the measure, or the words beside a frequency."""
    hours = f"{row['hours']} h; " if row.get("hours") is not None else ""
    share = f", CRS in {printed(row['pct_crs'])}" if row.get("pct_crs") is not None else ""
    pooled = f"with {row['pooled_with']}" if row.get("pooled_with") else ""
    return hours + escaped(row.get("detail") or row.get("dose") or pooled) + share


def _sources(diff: Diff) -> Iterator[str]:
    for row in diff.sources_superseded:
        what = "superseded by" if row.field == "superseded_by" else "found retracted on"
        yield f"- `{row.source}` {what} {escaped(row.new)}: {escaped(row.title)}"
    yield from (f"- removed: `{row['id']}`: {escaped(row['title'])}" for row in diff.sources_removed)
    changed = [
        f"- changed: `{id_}`: {'; '.join(_change(row) for row in rows)}"
        for id_, rows in groupby(diff.sources_changed, lambda row: row.source)
    ]
    yield from _folded(changed, "sources changed")
    added = [f"- added: `{row['id']}` ({_words(row['kind'])}): {escaped(row['title'])}" for row in diff.sources_added]
    yield from _folded(added, "sources added")


def _rest(diff: Diff) -> Iterator[str]:
    if diff.reworded:
        places = Counter(row.drug for row in diff.reworded)
        yield f"Texts, notes and locators changed in {_plural(len(diff.reworded), 'place')} of {_plural(len(places), 'drug')}: {escaped(', '.join(places))}."
    if diff.tables:
        yield from ([""] if diff.reworded else [])
        yield from ("| table | rows before | rows now | came | went |", "| --- | ---: | ---: | ---: | ---: |")
        for count in diff.tables:
            yield f"| `{count.table}` | {count.old:,} | {count.new:,} | {count.added:,} | {count.removed:,} |"
        yield from ("", "A row that changed counts as one that went and one that came; locators do not count.")


def _by_drug(rows: list[OfDrug], told: Callable[[OfDrug], str]) -> Iterator[str]:
    for drug, changes in groupby(sorted(rows, key=lambda row: row.name), lambda row: row.name):
        yield f"- **{escaped(drug)}**: {'; '.join(told(change) for change in changes)}"


def _folded(lines: list[str], what: str) -> Iterator[str]:
    if len(lines) <= _LONG:
        yield from lines
        return
    yield from ("", f"<details><summary>{len(lines)} {what}</summary>", "", *lines, "", "</details>", "")


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


_PARTS: list[tuple[str, Callable[[Diff], Iterator[str]]]] = [
    ("What readers are told", _told),
    ("Tiers moved", _tiers),
    ("Thresholds of the tiers changed", _thresholds),
    ("Drugs withdrawn or removed", _gone),
    ("Drugs added", _added),
    ("Facts of drugs changed", lambda diff: _by_drug(diff.drug_facts_changed, _change)),
    ("Names", _names),
    ("Headline cohorts moved", _headlines),
    ("Figures changed", _figures),
    ("Cohorts added and removed", _cohorts),
    ("Regulatory rows", _regulatory),
    ("Evidence", _evidence),
    ("What to do with an order", _order),
    ("Sources", _sources),
    ("Everything else", _rest),
]
