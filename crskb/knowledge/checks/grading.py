"""Checks of what makes a grade: the grader applies it as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from crskb.errors import Problem
from crskb.knowledge.load import Entry, Knowledge
from crskb.words import Oxygen, Pressure

_MEND = "let an answer be enough for one grade, and in doubt only above it"
_AXES = {"pressure": get_args(Pressure), "oxygen": get_args(Oxygen)}


def criteria_rise(knowledge: Knowledge) -> Iterator[Problem]:
    """In one scale an answer of the grader is enough for one grade at most and may make only higher ones, and a worse answer is enough for no lower grade than a better one."""
    of_scale: dict[str, list[Entry[Any]]] = {}
    for entry in knowledge.clinical.get("grading_criteria", []):
        lists = [(f"{axis}_{how}",) for axis in _AXES for how in ("enough", "may")]
        if not entry.read(("scale",), ("grade",), *lists):
            return
        of_scale.setdefault(entry.record.scale, []).append(entry)
    for entries in of_scale.values():
        for axis in _AXES:
            yield from _rising(sorted(entries, key=lambda entry: int(entry.record.grade)), axis)


def criteria_told(knowledge: Knowledge) -> Iterator[Problem]:
    """What a criterion names in `not_asked` is written in that criterion, so that a reader learns on what the grade depends."""
    for entry in knowledge.clinical.get("grading_criteria", []):
        if not entry.read(("not_asked",)):
            continue
        for position, part in enumerate(entry.record.not_asked):
            if getattr(entry.record, str(part), None) is None:
                yield entry.problem(
                    ("not_asked", position),
                    "criteria-told",
                    f"{part} is not written in this criterion",
                    "write what the scale says of it, or take the word out",
                )


def _rising(entries: list[Entry[Any]], axis: str) -> Iterator[Problem]:
    """The problems of one scale, whose criteria come in the order of their grades."""
    makes: dict[str, int] = {}
    for entry in entries:
        grade = entry.record.grade
        for position, answer in enumerate(getattr(entry.record, f"{axis}_enough")):
            worse = _AXES[axis][_AXES[axis].index(answer) + 1 :]
            lower = [word for word in (answer, *worse) if makes.get(word, grade) < grade]
            if lower:
                said = f"{answer} cannot make grade {grade} first, since {lower[0]} makes grade {makes[lower[0]]}"
                yield entry.problem((f"{axis}_enough", position), "criteria-rise", said, _MEND)
            makes.setdefault(answer, grade)
    for entry in entries:
        for position, answer in enumerate(getattr(entry.record, f"{axis}_may")):
            if makes.get(answer, 0) >= entry.record.grade:
                said = f"{answer} makes grade {makes[answer]}, so it cannot be in doubt at grade {entry.record.grade}"
                yield entry.problem((f"{axis}_may", position), "criteria-rise", said, _MEND)
