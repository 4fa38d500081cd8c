"""Each scale's grade for the answers about one patient, by rules that stand with the criteria in the data.

A criterion is met, may be met, or is not met. The highest grade that is met is the least that can be told; it is the grade where no
higher one may be met. Whatever a scale says nothing of, or was not asked, leaves the grade open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from crskb.grading.answers import Answers
from crskb.words import OXYGENS, PRESSURES

Row = Mapping[str, Any]
# What is asked with fixed words, the best first, each with the text of a criterion that tells more.
_AXES: dict[str, tuple[str, list[str]]] = {
    "pressure": ("hypotension", list(PRESSURES)),
    "oxygen": ("hypoxia", list(OXYGENS)),
}


class Met(IntEnum):
    """How far a criterion is met."""

    NO = 0
    MAY = 1
    YES = 2


class Reason(NamedTuple):
    """What meets a criterion, or may: the answer that does, or the part of the criterion that decides."""

    part: str
    told: str = ""  # what the criterion says of that part


class Open(NamedTuple):
    """A grade that may be reached, and what it depends on."""

    grade: int
    depends_on: list[Reason]


class Grade(NamedTuple):
    """What one scale says; `grade` is None where the answers do not decide, `at_least` where not even a least grade can be told."""

    scale: Row
    grade: int | None
    at_least: int | None
    open: list[Open]
    met_by: list[str]  # the answers that make it: pressure, oxygen, fever, fever_treated, ice_score
    unnamed: list[str]  # answers of which no grade of the scale speaks: pressure, oxygen
    fever_c: float | None  # from which a temperature counts as fever
    without_fever: bool  # all else would count only with fever, and there is none
    unsuited: bool  # the ICE score does not suit the age
    criterion: Row | None  # of the grade, or of the least one


def words(row: Row, column: str) -> list[str]:
    """The fixed words in a column that holds a list of them."""
    return row[column].split(", ") if row[column] else []


def is_graded(row: Row) -> bool:
    """Whether a criterion says to the grader how it is met."""
    return any(row[key] for key in ("fever", "not_asked", "ice_age_years_min", *_lists()))


def grades(scales: Iterable[Row], criteria: Iterable[Row], answers: Answers) -> list[Grade]:
    """What every scale whose criteria can be applied says, in the order of `scales`; neurotoxicity only with an ICE score."""
    criteria = [row for row in criteria if is_graded(row)]
    stated = [row["temperature_c_min"] for row in criteria if row["temperature_c_min"] is not None]
    fever_c = max(stated, default=None)  # what counts as fever where a scale has no limit of its own
    found = []
    for scale in scales:
        rows = sorted((row for row in criteria if row["scale_id"] == scale["id"]), key=lambda row: row["grade"])
        if rows and (answers.ice_score is not None or not any(row["ice_score"] for row in rows)):
            found.append(_grade(scale, rows, answers, fever_c))
    return found


def _lists() -> list[str]:
    return [f"{axis}_{how}" for axis in _AXES for how in ("enough", "may")]


def _grade(scale: Row, rows: list[Row], answers: Answers, fever_c: float | None) -> Grade:
    told = [(row, *_applied(row, rows, answers, fever_c)) for row in rows]
    least = max((entry for entry in told if entry[1] is Met.YES), key=lambda entry: entry[0]["grade"], default=None)
    at_least = least[0]["grade"] if least else None
    unnamed = [axis for axis in _AXES if _is_unnamed(axis, rows, answers)] if at_least != rows[-1]["grade"] else []
    higher = [Open(row["grade"], why) for row, met, why in told if met is Met.MAY and row["grade"] > (at_least or 0)]
    fever, _ = _fever(rows[-1], answers, fever_c)
    without_fever = fever is Met.NO and all(row["fever"] for row in rows)
    unsuited = _is_unsuited(rows[0], answers)
    return Grade(
        scale,
        grade=None if higher or unnamed or unsuited else at_least,
        at_least=at_least,
        open=higher,
        met_by=[reason.part for reason in least[2]] if least else [],
        unnamed=[] if without_fever else unnamed,
        fever_c=fever_c if rows[-1]["temperature_c_min"] is None else rows[-1]["temperature_c_min"],
        without_fever=without_fever,
        unsuited=unsuited,
        criterion=least[0] if least else None,
    )


def _applied(row: Row, rows: list[Row], answers: Answers, fever_c: float | None) -> tuple[Met, list[Reason]]:
    """How far a criterion is met; the answers that meet it, or what it depends on."""
    fever, shown_by = _fever(row, answers, fever_c)
    parts: list[tuple[Met, Reason]] = []
    if row["fever"] == "enough":
        parts.append((fever, shown_by))
    for axis, (text, _) in _AXES.items():
        answer = getattr(answers, axis)
        met = _axis(row, axis, answer)
        parts.append((met, _told(row, text) if answer and met is Met.MAY else Reason(axis)))
    if answers.ice_score is not None and row["ice_score_min"] is not None:
        met = _ice(row, rows, answers)
        parts.append((met, _told(row, "ice_score") if met is Met.MAY else Reason("ice_score")))
    parts += [(Met.MAY, _told(row, part)) for part in words(row, "not_asked")]
    best = max((met for met, _ in parts), default=Met.NO)
    why = list(dict.fromkeys(reason for met, reason in parts if met is best))
    if row["fever"] != "needed" or best is Met.NO:
        return best, why
    if best is Met.MAY and fever is Met.YES:
        return best, why
    return min(best, fever), [*(why if best is Met.MAY or fever is Met.YES else []), shown_by]


def _told(row: Row, part: str) -> Reason:
    """What a criterion says of one part, or in all where it says nothing of that."""
    return Reason(part, row[part]) if row[part] else Reason("summary", row["summary"])


def _axis(row: Row, axis: str, answer: str | None) -> Met:
    enough, may = words(row, f"{axis}_enough"), words(row, f"{axis}_may")
    if answer is None:
        return Met.MAY if enough or may else Met.NO
    return Met.YES if answer in enough else Met.MAY if answer in may else Met.NO


def _fever(row: Row, answers: Answers, fever_c: float | None) -> tuple[Met, Reason]:
    """Whether there is fever as a criterion counts it, and by what: fever, fever_treated or what the criterion says of it."""
    limit = row["temperature_c_min"] if row["temperature_c_min"] is not None else fever_c
    if answers.temperature_c is not None and limit is not None and answers.temperature_c >= limit:
        return Met.YES, Reason("fever")
    if answers.fever_treated and row["fever_treated_counts"]:
        return Met.YES, Reason("fever_treated")
    if answers.temperature_c is None and not answers.fever_treated:
        return Met.MAY, Reason("fever")
    known = row["temperature_c_min"] is not None and not answers.fever_treated
    return Met.NO if known else Met.MAY, _told(row, "temperature")


def _ice(row: Row, rows: list[Row], answers: Answers) -> Met:
    """An ICE score that two grades name makes the lower one, and may make the higher."""
    fitting = [each["grade"] for each in rows if _in_range(each, answers.ice_score)]
    if row["grade"] not in fitting or _is_unsuited(row, answers):
        return Met.NO
    return Met.YES if row["grade"] == min(fitting) else Met.MAY


def _in_range(row: Row, score: int | None) -> bool:
    return (
        score is not None and row["ice_score_min"] is not None and row["ice_score_min"] <= score <= row["ice_score_max"]
    )


def _is_unsuited(row: Row, answers: Answers) -> bool:
    youngest = row["ice_age_years_min"]
    return youngest is not None and answers.age_years is not None and answers.age_years < youngest


def _is_unnamed(axis: str, rows: list[Row], answers: Answers) -> bool:
    answer = getattr(answers, axis)
    named = {word for row in rows for how in ("enough", "may") for word in words(row, f"{axis}_{how}")}
    return bool(named) and answer is not None and answer not in named and answer != _AXES[axis][1][0]


def limit_for_age(limits: Iterable[Row], age_years: float | None) -> tuple[float, Row] | None:
    """The systolic pressure in mmHg below which it is low at this age, with the row that says so; None where none was read."""
    for row in limits:
        highest = row["age_years_max"]
        if age_years is not None and row["age_years_min"] <= age_years and (highest is None or age_years <= highest):
            return row["systolic_mmhg"] + row["systolic_mmhg_per_year"] * age_years, row
    return None
