"""When CRS begins after a dose, in days, on one axis for all medicines: the first days take more room, for they are watched."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from crskb.database.queries import Row
from crskb.web.pages import cohorts, formats

LAST_DAY = 63  # where the axis ends
TICKS = ((0, "0"), (1, "1 d"), (2, "2 d"), (4, "4 d"), (7, "1 wk"), (14, "2 wk"), (28, "4 wk"), (56, "8 wk"))
COUNTED = "Days count from the first dose and hours from the latest one, unless a note says something else."
_HOURS = 24


class Onset(NamedTuple):
    """The time of onset in one cohort, in days from whatever `note` says; None for what its source does not print."""

    text: str
    short: str
    median_days: float | None
    earliest_days: float | None
    latest_days: float | None
    quartiles_days: tuple[float, float] | None
    cohort: str
    headline: bool
    outside_label: bool
    note: str | None


def of(drug: Row) -> Onset | None:
    """The onset of a drug of `comparison_queries.side_by_side`; None where no cohort of its own gives one in numbers."""
    row = cohorts.timed(drug["incidence"], "onset")
    if row is None:
        return None
    quartiles = row["onset_iqr_low_days"], row["onset_iqr_high_days"]
    return Onset(
        formats.timing(row, "onset") or "",
        _short(row),
        _days(row, "median"),
        _days(row, "min"),
        _days(row, "max"),
        quartiles if None not in quartiles else None,
        row["cohort"],
        bool(row["headline"]),
        row["labelled_use"] == 0,
        row["onset_note"],
    )


def _short(row: Row) -> str:
    """Median and range under heads that say so: "2 days (1 to 6)", "8 to 72 hours"; in whole words where there is something else."""
    for unit in ("days", "hours"):
        median, low, high = (row[f"onset_{what}_{unit}"] for what in ("median", "min", "max"))
        span = None if low is None or high is None else f"{low:g} to {high:g}"
        if median is not None:
            told = f"{median:g} {unit[:-1] if median == 1 else unit}"
            return f"{told} ({span})" if span else told
        if span:
            return f"{span} {unit}"
    return formats.timing(row, "onset") or ""


def place(days: float) -> float:
    """Where a day stands on the axis, in percent of its length: the square root, so that day 2 is at 18% and day 28 at 67%."""
    return round(100 * sqrt(min(days, LAST_DAY) / LAST_DAY), 2)


def _days(row: Row, what: str) -> float | None:
    days, hours = row[f"onset_{what}_days"], row[f"onset_{what}_hours"]
    if days is not None:
        return float(days)
    return None if hours is None else hours / _HOURS
