"""The envelopes in which the API answers: lists, checks, versions and problems."""

from __future__ import annotations

from typing import Annotated, TypedDict

from crskb.lookup.answers import Answer, DrugCard


class Stamp(TypedDict):
    """What every answer about the data carries."""

    data_version: Annotated[str, "Version of the data that answered."]
    disclaimer: Annotated[str, "What this answer is not."]


class ListedDrug(DrugCard):
    """A drug in the list, with the counts of its headline cohort."""

    headline_cohort: Annotated[str | None, "Name of the headline cohort."]
    n_treated: Annotated[int | None, "Patients treated in it."]
    n_any_grade: Annotated[int | None, "Patients with CRS of any grade in it."]
    n_grade3plus: Annotated[int | None, "Patients with CRS of grade 3 or higher in it, as printed."]
    n_severe: Annotated[int | None, "The same, or the sum of the grades printed."]
    grading_scale: Annotated[str | None, "Its grading scale."]
    headline_source_id: Annotated[str | None, "Its source."]


class DrugList(Stamp):
    """The listed drugs, or those that were asked for."""

    count: Annotated[int, "How many; all are in this answer, there are no further pages."]
    drugs: Annotated[list[ListedDrug], "Highest tier first."]


class Version(Stamp):
    """What answers."""

    api_version: Annotated[str, "Version of this API."]
    crskb_version: Annotated[str, "Version of the code that built the data."]
    content_hash: Annotated[str, "SHA-256 over the data; the ETag comes from it."]
    newest_review: Annotated[str, "Day of the newest review."]
    drugs: Annotated[int, "Listed drugs."]
    incidence_rows: Annotated[int, "Cohorts."]
    sources: Annotated[int, "Cited documents."]


class CheckSummary(TypedDict):
    """The whole list at one look."""

    count: Annotated[int, "How many texts were asked."]
    by_status: Annotated[dict[str, int], "How many texts got each status; every status is there."]
    highest_relative_risk: Annotated[
        str | None,
        "Highest tier among matches of status match, ambiguous and regimen; null if nothing listed was named.",
    ]
    drugs: Annotated[list[str], "Ids of the listed drugs that were named, highest tier first."]
    message: Annotated[str, "One sentence for a person."]


class CheckAnswer(Stamp):
    """The answers to a list, in its order."""

    summary: Annotated[CheckSummary, "The whole list at one look."]
    results: Annotated[list[Answer], "One answer per text, in the order asked."]


class OpenGrade(TypedDict):
    """A grade that may be reached."""

    grade: Annotated[int, "The grade."]
    depends_on: Annotated[list[str], "On what it depends, in the words of the criteria."]


class ScaleGrade(TypedDict):
    """What one grading scale says to the answers."""

    scale_id: Annotated[str, "Id of the scale."]
    scale_name: Annotated[str, "Its name."]
    grade: Annotated[int | None, "The grade; null where these answers do not decide it, which is no grade 0."]
    at_least: Annotated[int | None, "The lowest grade that it can be; null where none can be told."]
    why: Annotated[str, "What makes the grade, or on what it depends, for a person."]
    open: Annotated[list[OpenGrade], "Higher grades that it may be."]
    notes: Annotated[list[str], "Footnotes of the scale that matter here."]
    source_id: Annotated[str | None, "Source of the criterion that was met."]


class GradeAnswer(Stamp):
    """What each scale says to the answers about one patient."""

    message: Annotated[str, "What this is, and what it is not."]
    systolic_mmhg_low_below: Annotated[
        float | None, "Systolic pressure below which it is low at this age; null where none was read."
    ]
    grades: Annotated[list[ScaleGrade], "Scales of CRS; that of neurotoxicity too where an ICE score is given."]


class ProblemError(TypedDict):
    """One fault in what was sent."""

    pointer: Annotated[str, "JSON Pointer to the fault in the body, or the name of the parameter."]
    parameter: Annotated[str | None, "Name of the parameter; null for a fault in the body."]
    detail: Annotated[str, "What is wrong there."]


class ProblemDetails(TypedDict):
    """An error, as RFC 9457 has it."""

    type: Annotated[str, "Address that tells of this kind of problem; it stays, so compare it, or its last part."]
    title: Annotated[str, "What kind of problem it is, in words."]
    status: Annotated[int, "HTTP status."]
    detail: Annotated[str, "What went wrong and what to do."]
    errors: Annotated[list[ProblemError], "Each fault with its place; empty if the place is the request itself."]


class ProblemKind(TypedDict):
    """A kind of problem, as its own address tells it."""

    type: Annotated[str, "Its address, as in a problem document."]
    name: Annotated[str, "The last part of that address."]
    status: Annotated[int, "HTTP status with which it comes."]
    title: Annotated[str, "What kind of problem it is."]
    remedy: Annotated[str, "What the caller does about it."]


class ProblemKinds(TypedDict):
    """All kinds of problems."""

    problems: Annotated[list[ProblemKind], "One row for each kind."]
