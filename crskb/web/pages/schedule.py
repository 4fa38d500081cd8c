"""The doses of a medicine one by one, with the CRS that follows each and where the patient stays after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crskb.database.queries import Row
from crskb.web.pages import order, regions

_MOST_LINES = 6  # of the tables that stand open, as a page of usual width prints them
_LINE = 60  # letters of a dose


@dataclass(frozen=True)
class Schedule:
    """The doses of one region, brand and use. Each row carries `crs` (the row whose share is printed, or None) and `stay`."""

    region: str | None
    heading: str
    rows: list[Row]


def schedules(rows: list[Row], measures: list[Row], view: str | None) -> tuple[list[Schedule], list[Schedule]]:
    """Those to show at once and those to fold away: whole tables, the main regions first, up to about six lines together."""
    current = [row for row in rows if not row["past"]]
    shown: list[Schedule] = []
    folded: list[Schedule] = []
    for schedule in _all(current, measures):
        fits = sum(map(_lines, [*shown, schedule])) <= _MOST_LINES
        fits = fits and not any(each.region == schedule.region for each in folded)
        goes_on = fits and schedule.region == shown[0].region if shown else True
        (shown if goes_on and regions.in_view(schedule.region, view) else folded).append(schedule)
    return shown, folded


def _lines(schedule: Schedule) -> int:
    return sum(1 + len(row["dose"]) // _LINE for row in schedule.rows)


def _all(rows: list[Row], measures: list[Row]) -> Iterator[Schedule]:
    groups: dict[tuple[str | None, str | None, str | None], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["region"], row["brand"], row["indication"]), []).append(row)
    counted = [row for row in rows if row["pct_crs"] is not None]
    for (region, brand, use), of_group in sorted(groups.items(), key=lambda item: regions.place(item[0][0])):
        stays = order.stays(measures, region, brand, use)
        told = [{**row, "crs": _share(row, counted), "stay": stays.get(row["step"])} for row in of_group]
        yield Schedule(region, ", ".join(filter(None, (brand, use))), told)


def _share(row: Row, counted: list[Row]) -> Row | None:
    """The row that prints the share with CRS after this very dose: its own, else one of the same step, dose, brand and use elsewhere."""
    same = (each for each in counted if all(each[key] == row[key] for key in ("step", "dose", "brand", "indication")))
    return row if row["pct_crs"] is not None else next(same, None)
