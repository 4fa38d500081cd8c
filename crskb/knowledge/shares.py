"""Shares of a cohort with their Wilson 95% interval: CRS of any grade, of grade 3 or higher, and fatal CRS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from crskb import percent
from crskb.knowledge.cohort import Incidence

_Z_95 = 1.959963984540054  # two-sided 95% quantile of the normal distribution
# What makes up grade 3 or higher where no source prints it as one figure: parts that must be known, and one that may be.
_SEVERE_PARTS = (("grade3_4",), ("grade3", "grade4"))


@dataclass(frozen=True)
class Share:
    """A share in percent with its Wilson 95% interval; the bounds are None where the number treated is not known."""

    pct: float
    n: int | None
    treated: int | None
    low: float | None
    high: float | None

    @property
    def lowest(self) -> float:
        """The lower bound; where the number treated is not known, the printed percentage itself."""
        return self.pct if self.low is None else self.low

    def __str__(self) -> str:
        """As "9 of 16 (56%; 95% interval 33.2 to 76.9%)", "0 of 123 (at most 3.0%)" or, of an unknown number, "56%"."""
        pct = percent.printed(self.pct)
        if not self.treated or self.low is None or self.high is None:
            return pct
        if self.pct == 0:
            return f"0 of {self.treated} ({percent.at_most(self.high)})"
        bounds = f"95% interval {percent.interval(self.low, self.high)}"
        return (
            f"{pct} of {self.treated} ({bounds})" if self.n is None else f"{self.n} of {self.treated} ({pct}; {bounds})"
        )


def wilson(share: float, treated: int) -> tuple[float, float]:
    """Wilson 95% interval in percent of a share (0 to 1) seen in `treated` patients (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    z2 = _Z_95 * _Z_95
    centre = share + z2 / (2 * treated)
    half = _Z_95 * sqrt(share * (1 - share) / treated + z2 / (4 * treated * treated))
    scale = 100 / (1 + z2 / treated)
    # at the ends the bound is the share itself, which binary arithmetic misses by a hair
    return (centre - half) * scale if share > 0 else 0.0, (centre + half) * scale if share < 1 else 100.0


def share(n: int | None, pct: float | None, treated: int | None) -> Share | None:
    """Share with interval from a count, or from the printed percentage where no count was printed."""
    if n is not None and treated and n <= treated:  # a count above it is the figures' checks to report
        seen, shown = n / treated, percent.share(n, treated) if pct is None else pct
    elif pct is not None:
        seen, shown = pct / 100, pct
    else:
        return None
    low, high = wilson(seen, treated) if treated else (None, None)
    return Share(shown, n, treated, low, high)


def any_grade(row: Incidence) -> Share | None:
    """CRS of any grade in this cohort."""
    return share(row.n_any_grade, row.pct_any_grade, row.n_treated)


def grade3plus(row: Incidence) -> Share | None:
    """CRS of grade 3 or higher: as printed, else grade 3 to 4 or the single grades, with grade 5 where that is printed apart."""
    printed = share(row.n_grade3plus, row.pct_grade3plus, row.n_treated)
    if printed:
        return printed
    for parts in _SEVERE_PARTS:
        counts = [getattr(row, f"n_{part}") for part in parts]
        n = None if None in counts else sum(counts) + (row.n_fatal or 0)
        percentages = [_pct(row, part) for part in parts]
        fatal = (_pct(row, "fatal") or 0,)
        pct = None if None in percentages else percent.rounded(sum(figure or 0 for figure in (*percentages, *fatal)))
        if (found := share(n, pct if n is None else None, row.n_treated)) or (found := share(None, pct, row.n_treated)):
            return found
    return None


def _pct(row: Incidence, outcome: str) -> float | None:
    """The percentage as printed, else from the count."""
    n: int | None = getattr(row, f"n_{outcome}")
    pct: float | None = getattr(row, f"pct_{outcome}")
    if pct is None and n is not None and row.n_treated:
        return 100 * n / row.n_treated
    return 0.0 if n == 0 else pct


def severe_of(row: Incidence, cohorts: Sequence[Incidence]) -> Share | None:
    """CRS of grade 3 or higher in this cohort, else in another count of the same patients (`counted_in` with the same number)."""
    same = (other for other in same_patients(row, cohorts) if not other.superseded)
    return grade3plus(row) or next((found for other in same if (found := grade3plus(other))), None)


def same_patients(row: Incidence, cohorts: Sequence[Incidence]) -> list[Incidence]:
    """Other rows about the patients of this one, all of them: linked by `counted_in`, with the same number treated."""
    return [
        other
        for other in cohorts
        if other is not row
        and row.n_treated is not None
        and other.n_treated == row.n_treated
        and (other.counted_in == row.cohort or row.counted_in == other.cohort)
    ]
