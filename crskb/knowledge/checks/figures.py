"""Checks of figures: counts, percentages, spans, and patients counted twice."""

from __future__ import annotations

from collections.abc import Iterator

from crskb.errors import Problem
from crskb.knowledge.cohort import OUTCOMES, Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import ShareOf
from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.yamlfile import Steps

_SPANS = (
    "onset_range_days",
    "onset_range_hours",
    "onset_iqr_days",
    "duration_range_days",
    "duration_range_hours",
    "duration_iqr_days",
)
_SAME_FIGURES = ("source", "n_treated", "n_any_grade", "pct_any_grade", "n_grade3plus", "pct_grade3plus")
_MEDIANS = {
    "onset_median_days": ("onset_range_days", "onset_iqr_days"),
    "onset_median_hours": ("onset_range_hours",),
    "duration_median_days": ("duration_range_days", "duration_iqr_days"),
    "duration_median_hours": ("duration_range_hours",),
}


def _rows(knowledge: Knowledge) -> Iterator[tuple[Entry[Drug], Steps, Incidence]]:
    for entry in knowledge.drugs.values():
        for position, row in enumerate(entry.record.crs_incidence):
            yield entry, ("crs_incidence", position), row


def counts_within_treated(knowledge: Knowledge) -> Iterator[Problem]:
    """No count is above the number treated, and no grade above the count of any grade."""
    for entry, steps, row in _rows(knowledge):
        for grade in OUTCOMES:
            n = getattr(row, f"n_{grade}")
            if n is None:
                continue
            if row.n_treated is not None and n > row.n_treated:
                yield entry.problem(
                    (*steps, f"n_{grade}"),
                    "counts-within-treated",
                    f"{n} of {row.n_treated} treated",
                    "correct one of the two counts",
                )
            elif row.n_any_grade is not None and n > row.n_any_grade:
                yield entry.problem(
                    (*steps, f"n_{grade}"),
                    "counts-within-treated",
                    f"{n}, but only {row.n_any_grade} had CRS of any grade",
                    "correct one of the two counts",
                )


def percentages_agree(knowledge: Knowledge) -> Iterator[Problem]:
    """A printed percentage is n/N to the digits printed."""
    for entry, steps, row in _rows(knowledge):
        if row.arithmetic_note or not entry.read((*steps, "arithmetic_note")):
            continue
        for what, of in _bases(row):
            n, pct = getattr(row, f"n_{what}"), getattr(row, f"pct_{what}")
            if n is None or pct is None or not of:
                continue
            if not _agree(n, of, pct):
                yield entry.problem(
                    (*steps, f"pct_{what}"),
                    "percentages-agree",
                    f"{pct:g}%, but {n} of {of} is {100 * n / of:.1f}%",
                    "correct it, or say in arithmetic_note what the source prints",
                )


def doses_agree(knowledge: Knowledge) -> Iterator[Problem]:
    """The share of patients with CRS after a dose is n/N to the digits printed, and no count is above the number treated."""
    for entry in knowledge.drugs.values():
        for position, row in enumerate(entry.record.dose_schedule):
            steps = ("dose_schedule", position)
            if row.n_crs is None or not row.n_treated:
                continue
            if row.n_crs > row.n_treated:
                message, tip = f"{row.n_crs} of {row.n_treated} treated", "correct one of the two counts"
                yield entry.problem((*steps, "n_crs"), "doses-agree", message, tip)
            elif row.pct_crs is not None and not _agree(row.n_crs, row.n_treated, row.pct_crs):
                exact = 100 * row.n_crs / row.n_treated
                message = f"{row.pct_crs:g}%, but {row.n_crs} of {row.n_treated} is {exact:.1f}%"
                yield entry.problem((*steps, "pct_crs"), "doses-agree", message, "correct one of the three")


def _agree(n: int, of: int, pct: float) -> bool:
    """Whether a percentage is n/N to the digits printed."""
    return abs(100 * n / of - pct) <= (0.5 if pct == int(pct) else 0.1) + 1e-9


def _bases(row: Incidence) -> Iterator[tuple[str, int | None]]:
    """What a cohort counts, each with the number of patients that its percentage is of; None where that is not known."""
    for outcome in OUTCOMES:
        yield outcome, row.n_treated
    yield "recurrent", row.n_treated
    yield "resolved", row.n_any_grade
    base_of = {ShareOf.CRS: row.n_any_grade, ShareOf.TREATED: row.n_treated, None: None}
    yield "tocilizumab", base_of[row.pct_tocilizumab_of]
    yield "corticosteroid", base_of[row.pct_corticosteroid_of]


def grades_add_up(knowledge: Knowledge) -> Iterator[Problem]:
    """Counts by grade never exceed, and where all are known equal, the count of any grade; percentages likewise within rounding."""
    for entry, steps, row in _rows(knowledge):
        if row.arithmetic_note or not entry.read((*steps, "arithmetic_note")):
            continue
        for unit, slack in (("n", 0.0), ("pct", 1.5)):
            figures = {outcome: getattr(row, f"{unit}_{outcome}") for outcome in OUTCOMES}
            total, severe = figures["any_grade"], figures["grade3plus"]
            low = _whole(figures["grade1_2"], figures["grade1"], figures["grade2"])
            high = _whole(severe, figures["grade3"], figures["grade4"])
            if total is not None and low is not None and high is not None and abs(low + high - total) > slack:
                yield entry.problem(
                    (*steps, f"{unit}_any_grade"),
                    "grades-add-up",
                    f"{total:g}, but grades 1 to 2 and 3 or higher make {low + high:g}",
                    "correct it, or say in arithmetic_note what the source prints",
                )
            for part in ("grade3", "grade4", "grade3_4", "fatal"):
                figure = figures[part]
                if severe is not None and figure is not None and figure > severe + slack:
                    yield entry.problem(
                        (*steps, f"{unit}_{part}"),
                        "grades-add-up",
                        f"{figure:g} above grade 3 or higher ({severe:g})",
                        "correct one of the two",
                    )


def _whole(printed: float | None, first: float | None, second: float | None) -> float | None:
    """The printed figure of two grades together, else their sum; None where neither is known."""
    if printed is not None or first is None or second is None:
        return printed
    return first + second


def spans_ordered(knowledge: Knowledge) -> Iterator[Problem]:
    """A span runs from the lower to the higher value, and a median lies in it."""
    for entry, steps, row in _rows(knowledge):
        for key in _SPANS:
            span = getattr(row, key)
            if span and span[0] > span[1]:
                yield entry.problem(
                    (*steps, key), "spans-ordered", f"{span[0]:g} to {span[1]:g}", "write the lower value first"
                )
        for median_key, span_keys in _MEDIANS.items():
            median = getattr(row, median_key)
            for key in span_keys:
                span = getattr(row, key)
                if median is not None and span and span[0] <= span[1] and not span[0] <= median <= span[1]:
                    yield entry.problem(
                        (*steps, median_key),
                        "spans-ordered",
                        f"median {median:g} outside {span[0]:g} to {span[1]:g}",
                        "correct the median or the span",
                    )


def cohorts_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """A drug names each cohort once, and `counted_in` names one of them."""
    for entry in knowledge.drugs.values():
        cohorts = [row.cohort for row in entry.record.crs_incidence]
        all_named = entry.read(*(("crs_incidence", position, "cohort") for position in range(len(cohorts))))
        for position, row in enumerate(entry.record.crs_incidence):
            steps: Steps = ("crs_incidence", position)
            if row.cohort and row.cohort in cohorts[:position]:
                yield entry.problem(
                    (*steps, "cohort"),
                    "cohorts-unique",
                    f"{row.cohort!r} again",
                    "tell the two cohorts apart in their names",
                )
            names_another = row.counted_in in cohorts and row.counted_in != row.cohort
            if row.counted_in and not names_another and all_named:
                yield entry.problem(
                    (*steps, "counted_in"),
                    "cohorts-unique",
                    f"no other cohort {row.counted_in!r}",
                    "write the other cohort's name as it stands",
                )


def patients_counted_once(knowledge: Knowledge) -> Iterator[Problem]:
    """Rows with the same number treated in the same trial, or from the same source with the same figures, say with `counted_in` (or `counted_in_drug`) that they count the same patients."""
    seen: dict[tuple[object, ...], tuple[Entry[Drug], Incidence]] = {}
    for entry, steps, row in _rows(knowledge):
        if row.n_treated is None or row.counted_in or row.counted_in_drug:
            continue
        if not entry.read((*steps, "counted_in"), (*steps, "counted_in_drug")):
            continue
        keys: list[tuple[object, ...]] = []
        if entry.read(*((*steps, key) for key in _SAME_FIGURES)):
            keys.append(tuple(getattr(row, key) for key in _SAME_FIGURES))
        if row.trial and (row.trial.nct or row.trial.name):
            keys.append((entry.id, row.trial.nct or row.trial.name, row.n_treated))
        for key in keys:
            first = seen.setdefault(key, (entry, row))
            if first[1] is not row:
                other, cohort = first
                where = (
                    f"cohort {cohort.cohort!r}"
                    if other is entry
                    else f"{other.record.name or other.id}, cohort {cohort.cohort!r}"
                )
                tip = "add counted_in with that cohort's name" if other is entry else f"add counted_in_drug: {other.id}"
                yield entry.problem(
                    (*steps, "n_treated"), "patients-counted-once", f"{row.n_treated} treated looks like {where}", tip
                )
                break
