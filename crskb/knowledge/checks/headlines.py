"""Checks of the one cohort that decides the tier and stands on the list pages."""

from __future__ import annotations

from collections.abc import Iterator

from crskb.errors import Problem
from crskb.knowledge.cohort import Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import StudyDesign
from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.risk import has_label
from crskb.knowledge.shares import any_grade, grade3plus, same_patients
from crskb.knowledge.yamlfile import Steps

_NEVER_HEADLINE = {StudyDesign.REGISTRY, StudyDesign.RETROSPECTIVE}


def one_headline(knowledge: Knowledge) -> Iterator[Problem]:
    """At most one incidence row is the headline, and there is one where a label or prospective row could be."""
    for entry in knowledge.drugs.values():
        rows = entry.record.crs_incidence
        marked = [position for position, row in enumerate(rows) if row.headline]
        for position in marked[1:]:
            yield entry.problem(
                ("crs_incidence", position, "headline"),
                "one-headline",
                "a second headline",
                "mark the one row that decides: the label's at the approved dose, else the largest prospective cohort",
            )
        could = [position for position, row in enumerate(rows) if _could_be(row, entry.record)]
        if could and not marked and entry.read(("crs_incidence",), ("regulatory",)):
            yield entry.problem(
                ("crs_incidence", could[0]),
                "one-headline",
                "no row is the headline",
                "write `headline: true` in the row that decides",
            )


def _could_be(row: Incidence, drug: Drug) -> bool:
    return (
        row.study_design in (StudyDesign.LABEL, StudyDesign.PROSPECTIVE)
        and not (row.prophylaxis or row.class_level or row.superseded)
        and not (row.labelled_use is False and has_label(drug))
        and (row.pct_any_grade is not None or row.n_any_grade is not None)
    )


def _headlines(knowledge: Knowledge) -> Iterator[tuple[Entry[Drug], Steps, Incidence]]:
    for entry in knowledge.drugs.values():
        for position, row in enumerate(entry.record.crs_incidence):
            if row.headline:
                yield entry, ("crs_incidence", position), row


def headline_suits(knowledge: Knowledge) -> Iterator[Problem]:
    """The headline has a figure, tests no measure against CRS, is neither a registry nor a chart review, and no later text replaces it."""
    for entry, steps, row in _headlines(knowledge):
        if what := _unfit(row):
            yield entry.problem(
                (*steps, "headline"),
                "headline-suits",
                f"{what} cannot be the headline",
                "mark the label's row or the largest prospective cohort",
            )
        if any_grade(row) is None and grade3plus(row) is None and entry.read(steps):
            yield entry.problem(
                (*steps, "headline"), "headline-suits", "the headline has no rate", "mark a row with a rate of CRS"
            )


def _unfit(row: Incidence) -> str | None:
    if row.superseded:
        return "a superseded cohort"
    if row.class_level:
        return "a class of medicines"
    if row.prophylaxis:
        return "a cohort under prophylaxis"
    return f"a {row.study_design} cohort" if row.study_design in _NEVER_HEADLINE else None


def headline_of_labelled_use(knowledge: Knowledge) -> Iterator[Problem]:
    """Where a drug has a label, its headline is of the labelled use, dose and patients."""
    for entry, steps, row in _headlines(knowledge):
        if not entry.read((*steps, "labelled_use"), ("regulatory",)) or row.labelled_use or not has_label(entry.record):
            continue
        said = "labelled_use is false" if row.labelled_use is False else "labelled_use is not given"
        yield entry.problem(
            (*steps, "headline"),
            "headline-of-labelled-use",
            f"{said}, but the drug has a label",
            "write `labelled_use: true` if it is of that use, else mark another row or none",
        )


def headline_not_milder(knowledge: Knowledge) -> Iterator[Problem]:
    """No other count of the headline's own patients is more severe."""
    for entry, steps, row in _headlines(knowledge):
        shown = grade3plus(row)
        for other in same_patients(row, entry.record.crs_incidence):
            severe = None if other.superseded else grade3plus(other)
            if shown and severe and severe.pct > shown.pct:
                yield entry.problem(
                    (*steps, "headline"),
                    "headline-not-milder",
                    f"grade 3 or higher in {shown.pct:g}%, but in {severe.pct:g}% of the same patients in {other.cohort!r}",
                    "mark the row of the whole treatment",
                )


def headline_sourced(knowledge: Knowledge) -> Iterator[Problem]:
    """The headline rests on a source with an id (DOI, PubMed, PubMed Central, set id) or an address of its own."""
    for entry, steps, row in _headlines(knowledge):
        source = knowledge.sources.get(row.source)
        if source and not source.record.has_own_address and source.read():
            yield entry.problem(
                (*steps, "source"),
                "headline-sourced",
                f"{row.source} has no id and no address of its own",
                "add its doi, pmid, set_id or url, or rest the row on a better source",
            )
