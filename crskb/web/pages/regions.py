"""What authorities and labels say, region by region, and the regions that a reader may choose."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from crskb.database.queries import Row
from crskb.web.pages import formats

_NO_BOXED_WARNING = ("EU", "UK")  # labels there have no boxed warnings; silence of the data means nothing
MAIN = ("US", "EU", "UK")  # first wherever regions stand in a row
# The choices of regions by their word in an address, and the regions of each; "other" holds all that no choice names.
CHOICES = {"us": "US", "eu-uk": "EU and UK", "other": "Elsewhere"}
CHOSEN = {"us": ("US",), "eu-uk": ("EU", "UK")}


def in_view(region: str | None, view: str | None) -> bool:
    """True if a row of this region belongs to what the reader chose; a row without a region belongs everywhere."""
    if view is None or region is None:
        return True
    return view == choice_with(region)


def choice_with(region: str | None) -> str:
    """The choice that holds a region; "other" for one without a choice of its own, and for none."""
    return next((choice for choice, held in CHOSEN.items() if region in held), "other")


def place(region: str | None) -> int:
    """Where a region stands among others: US, EU, UK, the rest, and last what names none."""
    if region is None:
        return len(MAIN) + 1
    return MAIN.index(region) if region in MAIN else len(MAIN)


def by_region(rows: list[Row], names: dict[str, str]) -> Iterator[Row]:
    """What the rows of one region say together: yes if any says yes, no if any says no and none yes, else unknown."""
    for region, grouped in groupby(rows, key=lambda row: row["region"]):
        of_region = list(grouped)
        rems = [row for row in of_region if row["rems"]]
        yield {
            "id": region,
            "name": names.get(region, region),
            "boxed": _boxed(region, _together(of_region, "boxed_warning_crs")),
            "label": _together(of_region, "label_warning_crs"),
            "rems": rems[-1] if rems else None,
            "status": "; ".join(_statuses(of_region)),
        }


def _boxed(region: str, said: str) -> str | None:
    return None if said == "unknown" and region in _NO_BOXED_WARNING else said


def _statuses(rows: list[Row]) -> Iterator[str]:
    """Each status once, approvals first, with the earliest date among its rows; where it is not an approval, with what it concerns.

    That is the brands, or else the indications: a use that was refused is not the medicine.
    """
    for status in sorted({row["status"] for row in rows}, key=lambda status: (status != "approved", status)):
        of_status = [row for row in rows if row["status"] == status]
        dates = [row["date"] for row in of_status if row["date"]]
        concerned = [row["brand"] or row["indication"] for row in of_status if status != "approved"]
        named = ", ".join(dict.fromkeys(filter(None, concerned)))
        told = f"{formats.words(status)} ({named})" if named else f"{formats.words(status)}"
        yield f"{told}, earliest decision here {formats.day(min(dates))}" if dates else told


def _together(rows: list[Row], key: str) -> str:
    values = {row[key] for row in rows}
    return "yes" if 1 in values else "no" if 0 in values else "unknown"
