"""What a reader of /compare asked to see: some medicines or those that fit, of which region the texts, in which order and view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datasette import NotFound

from crskb.database import comparison_queries
from crskb.database.queries import Row
from crskb.web.pages.regions import CHOICES, choice_with
from crskb.web.running import read, site_of
from crskb.words import DRUG_STATUSES, listing

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

APPROVED, ALL = "approved", "all"
SORTS: dict[str, Callable[[Row], object]] = {
    "class": lambda row: row["class_name"],
    "name": lambda row: row["name"],
    "tier": lambda row: row["relative_risk_rank"],
    "any": lambda row: row["crs_any_grade_pct"],
    "severe": lambda row: row["crs_grade3plus_pct"],
    "treated": lambda row: row["n_treated"],
    "onset": lambda row: row["onset"].median_days if row["onset"] else None,
}
_HIGHEST_FIRST = ("any", "severe", "treated")


@dataclass(frozen=True)
class Choice:
    """Filters, the order and the view; None is whatever the page does by itself."""

    drugs: tuple[str, ...] = ()
    status: str | None = None
    tier: str | None = None
    drug_class: str | None = None
    engaging: str | None = None
    region: str | None = None
    view: str | None = None
    sorted_by: str | None = None
    reverse: bool = False

    @property
    def sort(self) -> str:
        """The order: by class, or by onset where onset is what is looked at."""
        return self.sorted_by or ("onset" if self.view else "class")

    @property
    def statuses(self) -> tuple[str, ...]:
        """The approved ones alone, unless others are asked for."""
        asked = self.status or (ALL if self.drugs else APPROVED)
        return DRUG_STATUSES if asked == ALL else (asked,)

    @property
    def parts(self) -> dict[str, str]:
        """This choice as keys and values of an address; a plain choice has none."""
        parts = {
            "drugs": ",".join(self.drugs),
            "status": self.status,
            "tier": self.tier,
            "class": self.drug_class,
            "engaging": self.engaging,
            "region": self.region,
            "view": self.view,
            "sort": self.sorted_by,
            "order": "reverse" if self.reverse else None,
        }
        return {key: value for key, value in parts.items() if value}

    def query(self, **changed: str | None) -> str:
        """This choice as a query string, with some parts changed; nothing for a plain choice."""
        chosen = {key: value for key, value in (self.parts | changed).items() if value}
        return f"?{urlencode(chosen, safe=',')}" if chosen else ""

    def toggled(self, sort: str) -> str:
        """The link of a column head: sort by it, or the other way round if that is the order already."""
        usual = replace(self, sorted_by=None).sort
        turned = self.sort == sort and not self.reverse
        return self.query(sort=None if sort == usual else sort, order="reverse" if turned else None)

    def direction(self, sort: str) -> str | None:
        """The aria-sort of a column head."""
        if self.sort != sort:
            return None
        return "descending" if (sort in _HIGHEST_FIRST) != self.reverse else "ascending"

    def names_region(self, region: str | None) -> bool:
        """True for a region whose texts are asked for; a text without a region is asked for under "other"."""
        return self.region in (None, choice_with(region))

    def fits(self, row: Row) -> bool:
        """True for a drug that passes every filter but that of the status."""
        return (
            not row["withdrawn_on"]
            and (not self.drugs or row["id"] in self.drugs)
            and self.tier in (None, row["relative_risk"])
            and self.drug_class in (None, row["drug_class"])
            and self.engaging in (None, "yes" if row["t_cell_engaging"] else "no")
        )

    def ordered(self, drugs: list[Row]) -> list[Row]:
        """The drugs, which come highest tier first, in the order chosen; those without the figure sorted by come last either way."""
        if self.sort == "class":  # the class with the highest tier first
            rank: dict[str, int] = {}
            for row in drugs:
                rank.setdefault(row["class_name"], row["relative_risk_rank"])
            return sorted(drugs, key=lambda row: (rank[row["class_name"]], row["class_name"]), reverse=self.reverse)
        key = SORTS[self.sort]
        known = [row for row in drugs if key(row) is not None]
        known.sort(key=key, reverse=(self.sort in _HIGHEST_FIRST) != self.reverse)  # type: ignore[arg-type]
        return known + [row for row in drugs if key(row) is None]


async def choice_of(request: Request, datasette: Datasette) -> Choice:
    """The choice in the query string; any other word is a 404, not an empty answer. Ids of drugs come as `a,b` and as `drugs=a&drugs=b`."""
    site = await site_of(datasette)
    allowed = {
        "status": {*DRUG_STATUSES, ALL},
        "tier": {tier["id"] for tier in site.tiers},
        "class": {drug_class["id"] for drug_class in site.classes},
        "engaging": {"yes", "no"},
        "region": set(CHOICES),
        "view": {"onset"},
        "sort": set(SORTS),
        "order": {"reverse"},
    }
    asked = {key: request.args.get(key) or None for key in allowed}
    for key, value in asked.items():
        if value is not None and value not in allowed[key]:
            raise NotFound(f"There is no {key} of that name.")
    joined = ",".join(request.args.getlist("drugs"))
    typed = [id_ for id_ in map(str.strip, joined.split(",")) if id_]
    return Choice(
        _current(typed, await read(datasette, comparison_queries.ids)) if typed else (),
        asked["status"],
        asked["tier"],
        asked["class"],
        asked["engaging"],
        asked["region"],
        asked["view"],
        asked["sort"],
        asked["order"] == "reverse",
    )


def _current(typed: list[str], ids: dict[str, str]) -> tuple[str, ...]:
    """The ids of today, each once; NotFound names those that no listed drug has."""
    unknown = [f"“{id_[:80]}”" for id_ in typed if id_ not in ids]
    if unknown:
        raise NotFound(
            f"There is no listed medicine with the id {listing(unknown[:5], 'or')}. An id is the last part of the address of a"
            " medicine's page. That says nothing about the medicine: search for it by its name."
        )
    return tuple(sorted({ids[id_] for id_ in typed}))
