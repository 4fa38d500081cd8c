"""/compare: all medicines side by side, as a page, as CSV and as one SVG figure; filters and order are links and a plain form."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette import NotFound, Response

from crskb.database import queries
from crskb.database.queries import Row
from crskb.web.pages import forest_plot, formats
from crskb.web.pages.rendering import kept_page, kept_template
from crskb.web.running import Site, read, site_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_SORTS = {
    "class": "class_name",
    "name": "name",
    "tier": "relative_risk_rank",
    "any": "crs_any_grade_pct",
    "severe": "crs_grade3plus_pct",
    "treated": "n_treated",
}
_HIGHEST_FIRST = ("any", "severe", "treated")
_CSV_COLUMNS = (
    "id", "name", "brand_names", "class_name", "targets", "t_cell_engaging", "relative_risk", "headline_cohort", "n_treated",
    "n_any_grade", "crs_any_grade_pct", "crs_any_grade_low", "crs_any_grade_high", "n_grade3plus", "crs_grade3plus_pct", "crs_grade3plus_low", "crs_grade3plus_high",
    "grading_scale", "onset_median_days", "boxed_warning_crs", "strongest_evidence", "headline_source_id", "reviewed_on",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """What a reader asked to see: filters (None: all) and the order."""

    tier: str | None
    drug_class: str | None
    engaging: str | None
    sort: str
    reverse: bool

    def query(self, **changed: str | None) -> str:
        """This choice as a query string, with some parts changed; nothing for a plain choice."""
        parts = {
            "tier": self.tier,
            "class": self.drug_class,
            "engaging": self.engaging,
            "sort": None if self.sort == "class" else self.sort,
            "order": "reverse" if self.reverse else None,
            **changed,
        }
        chosen = {key: value for key, value in parts.items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""

    def toggled(self, sort: str) -> str:
        """The link of a column head: sort by it, or the other way round if that is the order already."""
        return self.query(
            sort=None if sort == "class" else sort, order="reverse" if self.sort == sort and not self.reverse else None
        )

    def direction(self, sort: str) -> str | None:
        """The aria-sort of a column head."""
        if self.sort != sort:
            return None
        return "descending" if (sort in _HIGHEST_FIRST) != self.reverse else "ascending"


async def show_compare(request: Request, datasette: Datasette) -> Response:
    choice = _choice(request, await site_of(datasette))

    async def make() -> dict[str, Any]:
        rows = await _rows(datasette, choice)
        grouped = formats.grouped(rows, "class_name") if choice.sort == "class" else [(None, rows)]
        return {"here": "/compare", "choice": choice, "groups": grouped if rows else [], "count": len(rows)}

    return await kept_template(datasette, request, "crskb_compare.html", make, choice)


async def send_csv(request: Request, datasette: Datasette) -> Response:
    """The rows of the page as CSV."""
    return await _send_file(request, datasette, "compare.csv", "text/csv; charset=utf-8", _csv)


async def send_svg(request: Request, datasette: Datasette) -> Response:
    """The rows of the page as one figure."""
    return await _send_file(request, datasette, "compare.svg", "image/svg+xml", forest_plot.figure)


async def _send_file(
    request: Request, datasette: Datasette, name: str, content_type: str, written: Callable[[list[Row], str], str]
) -> Response:
    """The rows chosen as the file that `written` makes of them and the data version."""
    site = await site_of(datasette)
    choice = _choice(request, site)

    async def make() -> str:
        return written(await _rows(datasette, choice), site.info["data_version"])

    headers = {"content-disposition": f'attachment; filename="crskb-{name}"'}
    return await kept_page(datasette, request, (name, choice), make, content_type, headers)


def _csv(rows: list[Row], data_version: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_CSV_COLUMNS, "data_version"])
    writer.writerows([*(row[column] for column in _CSV_COLUMNS), data_version] for row in rows)
    return out.getvalue()


def _choice(request: Request, site: Site) -> Choice:
    """The choice in the query string; any other word is a 404, not an empty answer."""
    allowed = {
        "tier": {tier["id"] for tier in site.tiers},
        "class": {drug_class["id"] for drug_class in site.classes},
        "engaging": {"yes", "no"},
        "sort": set(_SORTS),
        "order": {"reverse"},
    }
    asked = {key: request.args.get(key) or None for key in allowed}
    for key, value in asked.items():
        if value is not None and value not in allowed[key]:
            raise NotFound(f"There is no {key} of that name.")
    return Choice(
        asked["tier"], asked["class"], asked["engaging"], asked["sort"] or "class", asked["order"] == "reverse"
    )


async def _rows(datasette: Datasette, choice: Choice) -> list[Row]:
    """The drugs chosen, in order; those without the figure sorted by come last either way."""
    drugs = [row for row in await read(datasette, queries.drug_list) if not row["withdrawn_on"] and _fits(row, choice)]
    key = _SORTS[choice.sort]
    if choice.sort == "class":  # the class with the highest tier first
        rank: dict[str, int] = {}
        for row in drugs:  # which come highest tier first
            rank.setdefault(row["class_name"], row["relative_risk_rank"])
        return sorted(drugs, key=lambda row: (rank[row["class_name"]], row["class_name"]), reverse=choice.reverse)
    known = [row for row in drugs if row[key] is not None]
    known.sort(key=lambda row: row[key], reverse=(choice.sort in _HIGHEST_FIRST) != choice.reverse)
    return known + [row for row in drugs if row[key] is None]


def _fits(row: Row, choice: Choice) -> bool:
    return (
        choice.tier in (None, row["relative_risk"])
        and choice.drug_class in (None, row["drug_class"])
        and choice.engaging in (None, "yes" if row["t_cell_engaging"] else "no")
    )
