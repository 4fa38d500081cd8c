"""What authorities and labels say, region by region."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from crskb.database.queries import Row
from crskb.web.pages import formats

_NO_BOXED_WARNING = ("EU", "UK")  # labels there have no boxed warnings; silence of the data means nothing


def by_region(rows: list[Row], names: dict[str, str]) -> Iterator[Row]:
    """What the rows of one region say together: yes if any says yes, no if any says no and none yes, else unknown."""
    for region, grouped in groupby(rows, key=lambda row: row["region"]):
        of_region = list(grouped)
        boxed, label = _together(of_region, "boxed_warning_crs"), _together(of_region, "label_warning_crs")
        rems = [row["rems"] for row in of_region if row["rems"]]
        yield {
            "name": names.get(region, region),
            "boxed": None if boxed == "unknown" and region in _NO_BOXED_WARNING else boxed,
            "label": label,
            "silent": region not in ("US", "EU") and boxed == label == "unknown",
            "rems": (rems[-1] if rems else "unknown") if region == "US" else None,
            "status": "; ".join(_statuses(of_region)),
        }


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
