"""When CRS starts and how long it lasts, as one small figure."""

from __future__ import annotations

from dataclasses import dataclass

from crskb.database.queries import Row

_STEPS = (1, 2, 5, 10, 20, 50, 100)
_STEPS_HOURS = (1, 2, 4, 6, 12, 24, 48, 96)
_MOST_STEPS = 8


@dataclass(frozen=True)
class Bar:
    """A median and a range in percent of the width of the figure; each may be missing."""

    median: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Timeline:
    """The figure: its unit, its marks as (place in percent, value), and the bars of onset and duration."""

    unit: str
    ticks: list[tuple[float, int]]
    onset: Bar | None
    duration: Bar | None


def timeline(onset: Row | None, duration: Row | None) -> Timeline | None:
    """The figure for the rows that give onset and duration (`cohorts.timing`), or None where neither gives a number."""
    times = {what: _times(of_row["row"], what) for what, of_row in (("onset", onset), ("duration", duration)) if of_row}
    numbers = {what: values for what, (values, _) in times.items() if any(value is not None for value in values)}
    if not numbers:
        return None
    unit = "hours" if all(unit == "hours" for _, unit in times.values()) else "days"
    if unit == "days":
        numbers = {
            what: [None if value is None else value / (24 if times[what][1] == "hours" else 1) for value in values]
            for what, values in numbers.items()
        }
    longest = max(value for values in numbers.values() for value in values if value is not None)
    steps = _STEPS_HOURS if unit == "hours" else _STEPS
    step = next((step for step in steps if longest <= step * _MOST_STEPS), steps[-1])
    count = max(1, -(-int(longest * 1000) // (step * 1000)))
    end = step * count
    bars = {
        what: Bar(*(None if v is None else round(100 * v / end, 1) for v in values)) for what, values in numbers.items()
    }
    ticks = [(round(100 * number / count, 1), step * number) for number in range(count + 1)]
    return Timeline(unit, ticks, bars.get("onset"), bars.get("duration"))


def _times(row: Row, what: str) -> tuple[list[float | None], str]:
    """Median, lowest and highest time of a row in the unit that it prints."""
    for unit in ("days", "hours"):
        values = [row[f"{what}_{key}_{unit}"] for key in ("median", "min", "max")]
        if any(value is not None for value in values):
            return values, unit
    return [None, None, None], "days"
