"""Checks of what patients are told, and of what clinicians are told at each grade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.load import Entry, Knowledge

_HOME = re.compile(r"\bhome\b", re.IGNORECASE)
_FEVER = re.compile(r"\bfever|\bfebrile|\bpyrexia|\btemperature|\d[\d.]* ?°[CF]\b", re.IGNORECASE)


def patient_advice(knowledge: Knowledge) -> Iterator[Problem]:
    """Nothing that patients are told speaks of fever and of home together: fever after these medicines is a reason to call, and who may stay at home is for the treatment team to say."""
    for entry in knowledge.clinical.get("patient_advice", []):
        yield from _fever_at_home(entry, entry.record.topic, entry.record.advice, entry.record.applies_to)
    for entry in knowledge.clinical.get("symptoms", []):
        if entry.record.advice:
            yield from _fever_at_home(entry, entry.record.symptom, entry.record.advice, entry.record.note)


def grades_told(knowledge: Knowledge) -> Iterator[Problem]:
    """A guideline that advises by grade has a row for each of the grades 1 to 4, if only to say that its advice is not recorded: a list that ends at 2 reads as if 3 were treated like 2."""
    of_guideline: dict[str, list[Entry[Any]]] = {}
    for entry in knowledge.clinical.get("management", []):
        if not entry.read(("guideline",), ("grade",)):
            return
        of_guideline.setdefault(entry.record.guideline, []).append(entry)
    for guideline, entries in of_guideline.items():
        told = {entry.record.grade for entry in entries} - {None}
        missing = [str(grade) for grade in range(1, 5) if told and grade not in told]
        if missing:
            yield entries[-1].problem(
                ("guideline",),
                "grades-told",
                f"{guideline} has no row for grade {', '.join(missing)}",
                "add what it advises there, or a row with `topic: not-recorded`",
            )


def guidelines_described(knowledge: Knowledge) -> Iterator[Problem]:
    """Every guideline of management.yaml stands in guidelines.yaml, and each there has advice: only so is it offered to the readers whom it is for."""
    management, described = knowledge.clinical.get("management", []), knowledge.clinical.get("guidelines", [])
    names = {entry.record.name for entry in described}
    advising = {entry.record.guideline for entry in management}
    if all(entry.read(("name",)) for entry in described):
        for entry in management:
            if entry.read(("guideline",)) and entry.record.guideline not in names:
                yield entry.problem(
                    ("guideline",),
                    "guidelines-described",
                    f"no guideline of the name {entry.record.guideline!r}",
                    "describe it in guidelines.yaml, or write the name as it stands there",
                )
                names.add(entry.record.guideline)
    if all(entry.read(("guideline",)) for entry in management):
        for entry in described:
            if entry.read(("name",)) and entry.record.name not in advising:
                yield entry.problem(
                    ("name",),
                    "guidelines-described",
                    f"no row of management.yaml is of {entry.record.name!r}",
                    "add its advice, or take it out",
                )


def _fever_at_home(entry: Entry[Any], *texts: str | None) -> Iterator[Problem]:
    text = " ".join(filter(None, texts))
    home, fever = _HOME.search(text), _FEVER.search(text)
    if home and fever:
        yield entry.problem(
            ("advice",),
            "patient-advice",
            f"speaks of {fever[0]!r} and of {home[0]!r} in one",
            "say whom to call; what clinicians weigh before a patient stays at home stands in management.yaml",
        )
