"""What is to be done with an order, region by region: the action tiles of a drug page, and what follows after CRS or a pause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crskb.database.queries import Row
from crskb.web.pages import formats, regions
from crskb.words import listing

_PLACES = {
    "hospital": "hospital",
    "facility": "healthcare facility",
    "near_facility": "near a facility",
    "home": "home",
}
_RANKS = {place: rank for rank, place in enumerate((*_PLACES, None))}
_OF_CHOSEN = (
    2  # rows that a tile at least shows of the first region where the reader chose, so that the choice shows more
)
_MOST_USES = 2
_REGIONS_SHOWN = 2


@dataclass(frozen=True)
class Group:
    """The rows of one region that a tile shows; `region` is None where the rows name none."""

    region: str | None
    rows: list[Row]


@dataclass(frozen=True)
class Tile:
    """One question of an order: what regions say, how many rows are left for the full list, and the regions without an answer:
    those whose label was read in other parts (`silent`), and those of whose label nothing was read (`unread`)."""

    heading: str
    groups: list[Group]
    more: int
    silent: list[str]
    unread: list[str]


_TILES = {
    "where": ("Where, and how long", ("hospitalisation", "proximity", "monitoring", "setting")),
    "before": ("What is given before", ("premedication", "prophylaxis", "preparation", "lymphodepletion")),
    "at_hand": ("What must be at hand", ("rescue_on_site",)),
}


def tiles(rows: list[Row], approved: Sequence[str], unread: Sequence[str], view: str | None) -> dict[str, Tile]:
    """The tiles by key for one view of the regions. `approved`: the regions that approved the medicine, of which a tile says where
    it has no answer of theirs; `unread`: those of whose label nothing was read here.

    Past texts are left out: they stand in the full list beneath what is current.
    """
    return {
        key: _tile(heading, [row for row in rows if row["measure"] in measures], measures, (approved, unread), view)
        for key, (heading, measures) in _TILES.items()
    }


def _tile(
    heading: str,
    rows: list[Row],
    measures: Sequence[str],
    regions_of: tuple[Sequence[str], Sequence[str]],
    view: str | None,
) -> Tile:
    current = [row for row in rows if not row["past"]]
    of_view = [row for row in current if regions.in_view(row["region"], view)]
    by_region = formats.grouped(sorted(of_view, key=lambda row: regions.place(row["region"])), "region")
    if view is None:
        by_region = [each for each in by_region if each[0] in regions.MAIN] or by_region[:1]
    groups = []
    for number, (region, of_region) in enumerate(by_region[:_REGIONS_SHOWN]):
        ranked = _first(of_region, measures)
        shown = _of_each_use(ranked, first=not number) if "hospitalisation" in measures else ranked[:1]
        if view and not number:
            shown += [row for row in ranked if row not in shown][: max(0, _OF_CHOSEN - len(shown))]
        groups.append(Group(region, shown))
    approved, unread = regions_of
    held = {row["region"] for row in current}
    wanted = [region for region in approved if view or region in regions.MAIN]
    missing = [region for region in wanted if regions.in_view(region, view) and region not in held]
    return Tile(
        heading,
        groups,
        more=len(current) - sum(len(group.rows) for group in groups),
        silent=[region for region in missing if region not in unread],
        unread=[region for region in missing if region in unread],
    )


def _of_each_use(rows: list[Row], first: bool) -> list[Row]:
    """The first row, and the first of another brand or use: a stay of nine days in one use is not that of another.

    Where there is one use, the first region also tells the next kind of stay or watch that has a length: near the centre for
    two weeks, and daily checks for one.
    """
    by_use: dict[tuple[str | None, str | None], Row] = {}
    for row in rows:
        by_use.setdefault((row["brand"], row["indication"]), row)
    if len(by_use) > 1 or not first:
        return list(by_use.values())[:_MOST_USES]
    top, *others = rows
    kind = (top["measure"], top["place"])
    return [top, *[row for row in others if row["hours"] and (row["measure"], row["place"]) != kind][:1]]


def _first(rows: Sequence[Mapping[str, Any]], measures: Sequence[str]) -> list[Row]:
    """Rows in the order in which a hurried reader needs them: the first of each kind of place or measure, then the others; restarts last."""
    ranked = sorted(
        map(dict, rows),
        key=lambda row: (row["applies_to"] == "restart", _RANKS[row["place"]], measures.index(row["measure"])),
    )
    seen: set[tuple[str, str | None]] = set()
    first: list[Row] = []
    others: list[Row] = []
    for row in ranked:
        kind = (row["measure"], row["place"])
        (others if kind in seen else first).append(row)
        seen.add(kind)
    return first + others


def stay(row: Row) -> str:
    """What the fields of a measure say before its words do: "hospital, 48 h", and when that holds, if not for every patient."""
    return ", ".join(filter(None, (_PLACES.get(row["place"] or ""), formats.hours(row["hours"]), row["condition"])))


def concerned(row: Row, steps: dict[str, str]) -> str:
    """Whom or what a measure concerns: brand, use and doses, by the names of the vocabulary of doses."""
    return ", ".join(filter(None, (row["brand"], row["indication"], doses(row["applies_to"], steps))))


def doses(applies_to: str | None, steps: dict[str, str]) -> str:
    """The doses in words: "step-up 1 and 2, first full dose". An infusion that is the only one is not named."""
    ids = [step for step in (applies_to or "").split(", ") if step and step != "infusion"]
    numbered = [id_.removeprefix("step_up_") for id_ in ids if id_.startswith("step_up_")]
    names = [steps.get(id_, id_.replace("_", " ")).lower() for id_ in ids if not id_.startswith("step_up_")]
    if numbered:
        names.insert(0, "step-up " + listing(numbered, "and"))
    return ", ".join(names)


def stays(rows: list[Row], region: str | None, brand: str | None, use: str | None) -> dict[str, str]:
    """Where the patient stays after each dose by its step, for one region, brand and use, the most binding first:
    {"step_up_1": "healthcare facility, 24 h; near a facility, 48 h"}."""
    found: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: _RANKS[row["place"]]):
        same = row["region"] == region and row["brand"] in (None, brand) and row["indication"] in (None, use)
        if same and not row["past"] and row["place"] and row["hours"]:
            for step in (row["applies_to"] or "").split(", "):
                found.setdefault(step, []).append(stay(row))
    return {step: "; ".join(dict.fromkeys(told)) for step, told in found.items() if step}


def after_grades(rows: list[Row], view: str | None) -> list[Row]:
    """What the next dose is after CRS of each grade, of the first region of the view that says it."""
    found = [row for row in of_measure(rows, ("next_dose_after_crs",), view) if row["grade_min"]]
    return [row for row in found if row["region"] == found[0]["region"]]


def of_measure(rows: list[Row], measures: Sequence[str], view: str | None) -> list[Row]:
    """The current rows of these measures in the view, the main regions first."""
    found = (
        row for row in rows if row["measure"] in measures and not row["past"] and regions.in_view(row["region"], view)
    )
    return sorted(found, key=lambda row: regions.place(row["region"]))
