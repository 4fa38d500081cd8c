"""A scale's grade in words: what made it, or what it depends on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from crskb.grading.answers import Answers
from crskb.grading.grader import Grade, Open, Row, words
from crskb.words import OXYGENS, PRESSURES, listing

R = TypeVar("R", bound=Row)
MESSAGE = (
    "This grades the criteria of published scales, not a patient: nothing else that was seen is weighed, and no advice follows from it."
    " A sign counts only if nothing else explains it. What was answered is neither stored nor logged."
)


_TAKES = {
    "hypotension": "more about blood pressure",
    "hypoxia": "more about oxygen",
    "pressure": "blood pressure",
    "oxygen": "oxygen",
    "fever": "temperature",
    "temperature": "what fever counts",
    "ice_score": "why the ICE score is 0",
    "seizure": "seizures",
    "motor": "motor findings",
    "organ_toxicity": "organ toxicity",
    "care": "the care that was given",
    "raised_pressure": "raised pressure in the skull",
    "summary": "the course as a whole",
    "other": "other findings",
}


def why(grade: Grade, answers: Answers) -> str:
    """Why a scale says this grade, and on what a higher one depends, in full sentences."""
    depends = [f"Grade {open_.grade} depends on {'; '.join(depends_on(open_))}." for open_ in grade.open]
    return " ".join([basis(grade, answers), *depends])


def depends_on(open_: Open) -> list[str]:
    """On what a grade depends, in the words of its criterion."""
    found = []
    for part, told in open_.depends_on:
        words_of = told.rstrip(".") if part == "summary" else f"{part.replace('_', ' ')}: {told}"
        found.append(words_of if told else f"{_TAKES[part]}, not answered")
    return found


def basis(grade: Grade, answers: Answers) -> str:
    """What makes the grade, or the least one, and what it would take to tell a higher one; in full sentences."""
    if grade.without_fever:
        return (
            f"Not CRS by {grade.scale['name']}: {answers.temperature_c:g} °C is below {grade.fever_c:g} °C. That holds only if no"
            " antipyretic, tocilizumab or steroid was given; once one was, fever is no longer required."
        )
    told = []
    if grade.grade is not None:
        told.append(f"Grade {grade.grade} by {_met_by(grade, answers)}; no answer makes a higher one.")
        if grade.met_by == ["fever_treated"]:
            told.append("Whether the reaction has ended cannot be told from these.")
        return " ".join(told)
    if grade.at_least is not None:
        told.append(f"At least grade {grade.at_least} by {_met_by(grade, answers)}.")
    if grade.unsuited:
        told.append(f"The ICE score does not suit the age of {answers.age_years:g}; CAPD takes its place.")
    told += [f"None of its grades speaks of {_said(answers)[axis]}." for axis in grade.unnamed]
    subject = "Whether it is higher cannot" if grade.at_least is not None else "A grade cannot"
    parts = dict.fromkeys(reason.part for open_ in grade.open for reason in open_.depends_on)
    if parts:
        told.append(f"{subject} be told from these: that takes {listing((_TAKES.get(p, p) for p in parts), 'and')}.")
    return " ".join(told) or "No criterion of this scale is met."


def notes_for(notes: Iterable[R], scale_id: str, answers: Answers, fever_c: float | None) -> list[R]:
    """The footnotes of a scale that matter with these answers."""
    shown: set[str | None] = {answers.oxygen, answers.pressure}
    if answers.temperature_c is not None and fever_c is not None:
        shown.add("fever" if answers.temperature_c >= fever_c else "no_fever")
    if answers.fever_treated:
        shown = shown - {"no_fever"} | {"fever_treated"}
    return [note for note in notes if note["scale_id"] == scale_id and shown & set(words(note, "shown_with"))]


def _met_by(grade: Grade, answers: Answers) -> str:
    said = _said(answers)
    return listing((said[part] for part in grade.met_by), "and")


def _said(answers: Answers) -> dict[str, str]:
    """Each answer that was given, in a sentence."""
    said = {"fever_treated": "fever (counted as given, since it was treated)"}
    if answers.pressure:
        said["pressure"] = f"blood pressure ({PRESSURES[answers.pressure].lower()})"
    if answers.oxygen:
        said["oxygen"] = f"oxygen ({OXYGENS[answers.oxygen].lower()})"
    if answers.temperature_c is not None:
        said["fever"] = f"fever ({answers.temperature_c:g} °C)"
    if answers.ice_score is not None:
        said["ice_score"] = f"an ICE score of {answers.ice_score}"
    return said
