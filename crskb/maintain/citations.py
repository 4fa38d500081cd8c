"""Which sources are in use, and which rows of which drugs rest on one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import PurePath

from crskb.knowledge.checks.references import citations
from crskb.knowledge.cohort import Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.load import Knowledge
from crskb.knowledge.source import Source
from crskb.percent import printed

# What one row of a section is called; several are called so with an s.
_SECTIONS = {
    "crs_incidence": "cohort",
    "regulatory": "regulatory row",
    "evidence": "statement",
    "mitigation": "mitigation",
    "risk_factors": "risk factor",
    "conflicts": "conflict",
    "identifiers": "code",
}


@dataclass(frozen=True)
class Claim:
    """One row that rests on a source: the drug (or the file, where the row belongs to no drug), its section, its cohort if the row is one."""

    place: str
    section: str
    cohort: Incidence | None = None


def in_use(knowledge: Knowledge) -> dict[str, Source]:
    """Id -> source, without those that are superseded or retracted."""
    records = {id_: entry.record for id_, entry in knowledge.sources.items()}
    return {id_: source for id_, source in records.items() if not (source.superseded_by or source.retracted)}


def resting(knowledge: Knowledge) -> dict[str, list[Claim]]:
    """Source id -> the rows that rest on it; a row that names it only beside another source does not rest on it."""
    found: defaultdict[str, list[Claim]] = defaultdict(list)
    for entry, steps, source in citations(knowledge):
        if "also_in" in steps:
            continue
        if isinstance(entry.record, Drug):
            section, position = str(steps[0]), steps[1]
            cohort = entry.record.crs_incidence[int(position)] if section == "crs_incidence" else None
            claim = Claim(entry.id, section, cohort)
        else:
            claim = Claim(PurePath(entry.document.path).name, "rows")
        found[source].append(claim)
    return found


def summed(claims: list[Claim]) -> dict[str, str]:
    """Drug or file -> what of it rests there, in words: "2 cohorts (the headline among them), 1 statement"."""
    places: dict[str, list[Claim]] = {}
    for claim in claims:
        places.setdefault(claim.place, []).append(claim)
    return {place: _words(rows) for place, rows in sorted(places.items())}


def _words(claims: list[Claim]) -> str:
    words = []
    for section, number in Counter(claim.section for claim in claims).items():
        headline = section == "crs_incidence" and any(claim.cohort and claim.cohort.headline for claim in claims)
        told = f"{number} {_SECTIONS.get(section, 'row')}{'' if number == 1 else 's'}"
        words.append(f"{told} (the headline among them)" if headline else told)
    return ", ".join(words)


def figure(cohort: Incidence) -> str:
    """A cohort with its rates as printed: "EXAMPLE-1 (headline): any grade 119/165, 72.1%; grade 3 or higher 1/165, 0.6%"."""
    rates = []
    for grade, n, pct in (
        ("any grade", cohort.n_any_grade, cohort.pct_any_grade),
        ("grade 3 or higher", cohort.n_grade3plus, cohort.pct_grade3plus),
    ):
        count = [] if n is None else [f"{n}/{cohort.n_treated or '?'}"]
        share = [] if pct is None else [printed(pct)]
        if count or share:
            rates.append(f"{grade} {', '.join(count + share)}")
    name = f"{cohort.cohort}{' (headline)' if cohort.headline else ''}"
    return f"{name}: {'; '.join(rates)}" if rates else name
