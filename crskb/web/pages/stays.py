"""Where a patient stays after a dose and how long, region by region: the places and times that current texts name, in a few words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from crskb.web.pages import formats

# The most binding first. A stay at home, and a row without a place, which may watch for something else than CRS, are left to their own words.
_PLACES = {"hospital": "hospital", "facility": "in a facility", "near_facility": "near the centre"}
_SHOWN = 2  # places in one phrase
_RESTART = "restart"
_SINGLE = "infusion"  # of a cell product: that the time counts from it goes without saying
_NUMBERED = re.compile(r"(.+) (\d+)")


class Stay(NamedTuple):
    """What current texts of one region say: in a few words where they name a place and a time, and row by row."""

    region: str | None
    phrase: str | None
    rows: list[Mapping[str, Any]]


def by_region(rows: Iterable[Mapping[str, Any]], doses: Mapping[str, str]) -> list[Stay]:
    """The texts of each region in the order in which they come; `doses` are the names of the doses of a schedule."""
    stays = []
    for region, of_region in formats.grouped(rows, "region"):
        ordered = [row for _, of_measure in formats.by_measure(of_region) for row in of_measure]
        stays.append(Stay(region, _phrase(ordered, doses), ordered))
    return stays


def _phrase(rows: Iterable[Mapping[str, Any]], doses: Mapping[str, str]) -> str | None:
    """The first two places with their times: "hospital 48 h (step-up dose 1, 2), near the centre 2 weeks", and the disease where all is for one."""
    of_place: dict[str, list[Mapping[str, Any]]] = {place: [] for place in _PLACES}
    for row in rows:
        if _binds_every_patient(row):
            of_place[row["place"]].append(row)
    shown = [(place, asked) for place, asked in of_place.items() if asked][:_SHOWN]
    diseases = {row["indication"] for _, asked in shown for row in asked}
    only = diseases.pop() if len(diseases) == 1 else None
    told = ", ".join(f"{_PLACES[place]} {_times(asked, doses)}" for place, asked in shown)
    return f"{told}, in {only}" if only else told or None


def _binds_every_patient(row: Mapping[str, Any]) -> bool:
    """Not what depends on a condition or holds only after CRS or when treatment starts again, and nothing without a time but a stay after named doses."""
    if row["place"] not in _PLACES or row["condition"] or row["grade_min"] or row["applies_to"] == _RESTART:
        return False
    return row["hours"] is not None or (
        row["measure"] == "hospitalisation" and row["applies_to"] not in (None, _SINGLE)
    )


def _times(rows: list[Mapping[str, Any]], doses: Mapping[str, str]) -> str:
    """Each time with the doses that it follows: "48 h (step-up dose 1), 24 h (step-up dose 2)"."""
    spans: dict[str, list[str]] = {}
    for applies_to, of_doses in formats.grouped(rows, "applies_to"):
        spans.setdefault(_span(of_doses), []).extend((applies_to or "").split(", "))
    told = ((span, ", ".join(_named(after, doses))) for span, after in spans.items())
    return ", ".join(f"{span} ({named})".strip() if named else span for span, named in told)


def _span(rows: list[Mapping[str, Any]]) -> str:
    """The times after one dose, which may differ by disease: "72 h to 9 days"; empty where none is named."""
    hours = sorted({row["hours"] for row in rows if row["hours"] is not None})
    return " to ".join(str(formats.hours(value)) for value in dict.fromkeys((hours[0], hours[-1]))) if hours else ""


def _named(doses: Iterable[str], names: Mapping[str, str]) -> Iterator[str]:
    """Doses by name, a series as "step-up dose 1", "2"."""
    before = None
    for dose in dict.fromkeys(doses):
        if dose in ("", _SINGLE):
            continue
        name = names.get(dose, dose)
        numbered = _NUMBERED.fullmatch(name)
        series = numbered and numbered.group(1)
        yield numbered.group(2) if numbered and series == before else name[:1].lower() + name[1:]
        before = series
