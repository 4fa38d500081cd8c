"""The grader over the file that a site serves, for the page and the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict
from weakref import WeakKeyDictionary

from crskb.database.grading_queries import grading_rules
from crskb.database.queries import Row
from crskb.grading.answers import Answers
from crskb.grading.grader import Grade, grades, limit_for_age
from crskb.grading.sentences import MESSAGE, basis, depends_on, notes_for, why
from crskb.web.api.answer_shapes import ScaleGrade
from crskb.web.running import read

if TYPE_CHECKING:
    from datasette.app import Datasette

_rules: WeakKeyDictionary[Any, Rules] = WeakKeyDictionary()


class Told(NamedTuple):
    """One scale's grade, as it was found and as it is told."""

    found: Grade
    answer: ScaleGrade  # as the API tells it
    basis: str  # what it says for certain
    notes: list[Row]  # the footnotes that matter


class Graded(TypedDict):
    """What the API answers about the answers, without the stamp of the data."""

    message: str
    systolic_mmhg_low_below: float | None
    grades: list[ScaleGrade]


@dataclass(frozen=True)
class Rules:
    """Scales, criteria, footnotes, limits of pressure, items of scores and their sources, as the file has them."""

    scales: list[Row]
    criteria: list[Row]
    notes: list[Row]
    limits: list[Row]
    score_items: list[Row]
    sources: list[Row]
    kinds: dict[str, str]

    def graded(self, answers: Answers) -> list[Told]:
        """What each scale says, in the order of the vocabulary."""
        told = []
        for grade in grades(self.scales, self.criteria, answers):
            notes = notes_for(self.notes, grade.scale["id"], answers, grade.fever_c)
            answer: ScaleGrade = {
                "scale_id": grade.scale["id"],
                "scale_name": grade.scale["name"],
                "grade": grade.grade,
                "at_least": grade.at_least,
                "why": why(grade, answers),
                "open": [{"grade": open_.grade, "depends_on": depends_on(open_)} for open_ in grade.open],
                "notes": [note["note"] for note in notes],
                "source_id": grade.criterion["source_id"] if grade.criterion else None,
            }
            told.append(Told(grade, answer, basis(grade, answers), notes))
        return told

    def answer(self, answers: Answers) -> Graded:
        """The body of an answer of the API."""
        limit = limit_for_age(self.limits, answers.age_years)
        return {
            "message": MESSAGE,
            "systolic_mmhg_low_below": limit[0] if limit else None,
            "grades": [told.answer for told in self.graded(answers)],
        }


async def rules_of(datasette: Datasette) -> Rules:
    """The rules in the file that `datasette` serves, read once."""
    if datasette not in _rules:
        _rules[datasette] = Rules(**await read(datasette, grading_rules))
    return _rules[datasette]
