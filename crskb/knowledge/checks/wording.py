"""Checks of what texts say beside the fields: figures of a summary, and texts that a later one replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from crskb import percent
from crskb.errors import Problem
from crskb.knowledge.claim import DatedClaim
from crskb.knowledge.cohort import Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import Rems
from crskb.knowledge.load import Knowledge

_PERCENTAGE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?) ?%")
_PAST = re.compile(r"\b(superseded|older text|before june)\b", re.IGNORECASE)
_SAYS = ("cohort", "detail", "dose", "note")
_DATED = ("crs_incidence", "dose_schedule", "mitigation")


def summary_figures(knowledge: Knowledge) -> Iterator[Problem]:
    """Every percentage in a summary is a figure of the same file."""
    for entry in knowledge.drugs.values():
        if not entry.read():
            continue
        written_here = _PERCENTAGE.findall(entry.record.summary or "")
        known = set(_printed(entry.record)) if written_here else set()
        if not known.issuperset(map(float, written_here)):
            known |= set(_told(entry.record))
        for written in written_here:
            if float(written) not in known:
                yield entry.problem(
                    ("summary",),
                    "summary-figures",
                    f"{written}% is not a figure of this file",
                    "write the headline row's figure, or add the row it comes from",
                )


def _printed(drug: Drug) -> Iterator[float]:
    """The percentages that have a field of their own."""
    for row in (*drug.crs_incidence, *drug.dose_schedule):
        yield from (value for key, value in row if key.startswith("pct_") and isinstance(value, float))


def _told(drug: Drug) -> Iterator[float]:
    """The percentages that are counted (to one decimal and whole), and those that the texts of the file tell."""
    for row in _records(drug):
        for _, value in row:
            if isinstance(value, str) and row is not drug:
                yield from map(float, _PERCENTAGE.findall(value))
        if isinstance(row, Incidence) and row.n_treated:
            counted = (value for key, value in row if key.startswith("n_") and isinstance(value, int))
            for share in (percent.share(count, row.n_treated) for count in counted if count <= row.n_treated):
                yield from (share, float(round(share)))


def _records(record: BaseModel) -> Iterator[BaseModel]:
    yield record
    for _, value in record:
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, BaseModel):
                yield from _records(inner)


def past_text_marked(knowledge: Knowledge) -> Iterator[Problem]:
    """A row that says of itself that its text is past has `superseded_on` or `superseded_by`."""
    for entry in knowledge.drugs.values():
        for part in _DATED:
            rows: list[DatedClaim] = getattr(entry.record, part)
            for position, row in enumerate(rows):
                steps = (part, position)
                past = next((key for key in _SAYS if _PAST.search(getattr(row, key, None) or "")), None)
                if past and not row.superseded and entry.read((*steps, "superseded_on"), (*steps, "superseded_by")):
                    yield entry.problem(
                        (*steps, past),
                        "past-text-marked",
                        "the text says that it is past, but nothing marks the row so",
                        "add superseded_on (the day) or superseded_by (what replaces it), or reword it",
                    )


def rems_dated(knowledge: Knowledge) -> Iterator[Problem]:
    """A REMS that is called current says when it was last seen to be."""
    for entry in knowledge.drugs.values():
        for position, row in enumerate(entry.record.regulatory):
            steps = ("regulatory", position)
            if row.rems == Rems.CURRENT and not row.rems_seen_on and entry.read((*steps, "rems_seen_on")):
                yield entry.problem(
                    (*steps, "rems"),
                    "rems-dated",
                    "current, but not when that was last seen",
                    "add rems_seen_on: the date of the newest text that says so",
                )
