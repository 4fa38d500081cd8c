"""The answers to a list in the order in which a pharmacist needs them: what needs attention, what is to settle, then the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from crskb.lookup.answers import Answer, listed_drugs, urgency
from crskb.words import LISTED


class Line(NamedTuple):
    """A line of the list, numbered as it stood there from 1, with its answer."""

    number: int
    text: str
    answer: Answer


class Group(NamedTuple):
    """Lines that call for the same thing. `hint` says what to do with them."""

    id: str
    heading: str
    told: str  # after their number in a sentence
    hint: str
    lines: list[Line]


_GROUPS: list[tuple[Callable[[Answer], bool], str, str, str, str]] = [
    (
        lambda answer: answer["status"] in LISTED and bool(answer["matches"]),
        "attention",
        "Linked with cytokine release syndrome",
        "linked with CRS",
        "Highest tier first.",
    ),
    (
        lambda answer: answer["status"] in ("suggestion", "class"),
        "settle",
        "To settle: which medicine is meant",
        "to settle",
        "Similar names are offers, not answers: check the spelling against the order.",
    ),
    (
        lambda answer: answer["status"] == "unknown",
        "unknown",
        "Not recognised: each may still be one",
        "not recognised",
        "No name here is known to crskb. That says nothing about the medicine.",
    ),
    (
        lambda answer: answer["status"] == "treatment",
        "treatments",
        "Used against cytokine release syndrome",
        "used against CRS",
        "",
    ),
    (
        lambda _: True,
        "others",
        "Known, not listed",
        "known and not listed",
        "Not listed is not free of risk.",
    ),
]


def grouped(lines: Iterable[Line]) -> list[Group]:
    """The groups that hold a line. Within the first the most urgent medicine leads; elsewhere lines stay in their order."""
    groups = [Group(id_, heading, told, hint, []) for _, id_, heading, told, hint in _GROUPS]
    for line in lines:
        place = next(place for place, (holds, *_) in enumerate(_GROUPS) if holds(line.answer))
        groups[place].lines.append(line)
    groups[0].lines.sort(key=lambda line: min(urgency(match["drug"]) for match in line.answer["matches"]))
    return [group for group in groups if group.lines]


def drug_ids(lines: Iterable[Line]) -> list[str]:
    """The listed drugs that lines name, most urgent first: all that a link to share may hold."""
    return [drug["id"] for drug in listed_drugs(line.answer for line in lines)]
