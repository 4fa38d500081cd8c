"""/compare: medicines side by side, as a page, as CSV and as one SVG figure; filters and order are links and plain forms."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from datasette import Response

from crskb.database import comparison_queries, queries
from crskb.database.queries import Row
from crskb.lookup.answers import DrugCard
from crskb.lookup.messages import how_often
from crskb.web.pages import forest_plot, formats, onset, onset_plot, stays
from crskb.web.pages.compare_choice import ALL, APPROVED, Choice, choice_of
from crskb.web.pages.regions import CHOICES
from crskb.web.pages.rendering import kept_page, kept_template
from crskb.web.running import base_address, read, site_of
from crskb.words import DRUG_STATUSES

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_CSV_COLUMNS = (
    "id", "name", "brand_names", "class_name", "targets", "t_cell_engaging", "relative_risk", "headline_cohort", "n_treated",
    "n_any_grade", "crs_any_grade_pct", "crs_any_grade_low", "crs_any_grade_high", "n_grade3plus", "crs_grade3plus_pct", "crs_grade3plus_low", "crs_grade3plus_high",
    "grading_scale", "onset_median_days", "boxed_warning_crs", "strongest_evidence", "headline_source_id", "reviewed_on",
    "status", "caution", "fatal_cases",
)  # fmt: skip
_LATIN = re.compile(r"[\u0000-\u024f]+")
_NO_ONSET = "No cohort of its own gives one"
_MOST_UNFOLDED = 20  # rows of several statuses
_MOST_OPEN = 12  # medicines that were chosen one by one, and whose texts stand open


async def show_compare(request: Request, datasette: Datasette) -> Response:
    """The medicines that fit: those with a rate as rows, the others as a list with the reason; or all that have an onset on one axis."""
    choice = await choice_of(request, datasette)

    async def make() -> dict[str, Any]:
        fitting = await _fitting(datasette, choice)
        rows = _shown(fitting, choice)
        table = [row for row in rows if row["onset" if choice.view else "has_rate"] or choice.drugs]
        return {
            "here": "/compare",
            "choice": choice,
            "rows": rows,
            "sections": _sections(table, choice),
            "others": formats.grouped([row for row in rows if row not in table], "why"),
            "count": len(rows),
            "shown": len(table),
            "statuses": _counted(fitting, choice),
            "regions": CHOICES,
            "open": 0 < len(choice.drugs) <= _MOST_OPEN,
            "axis": [(onset.place(day), label) for day, label in onset.TICKS],
            "place": onset.place,
            "counted": onset.COUNTED,
            "address": f"{base_address(datasette, request)}/compare{choice.query()}",
        }

    return await kept_template(datasette, request, "crskb_compare.html", make, choice)


async def send_csv(request: Request, datasette: Datasette) -> Response:
    """The rows of the page as CSV."""
    return await _send_file(request, datasette, "compare.csv", "text/csv; charset=utf-8", lambda _: _csv)


async def send_svg(request: Request, datasette: Datasette) -> Response:
    """The rows of the page as one figure."""
    return await _send_file(
        request,
        datasette,
        "compare.svg",
        "image/svg+xml",
        lambda choice: onset_plot.figure if choice.view else forest_plot.figure,
    )


async def _send_file(
    request: Request,
    datasette: Datasette,
    name: str,
    content_type: str,
    written: Callable[[Choice], Callable[[list[Row], str], str]],
) -> Response:
    """The rows chosen as the file that is made of them and of the data version."""
    site = await site_of(datasette)
    choice = await choice_of(request, datasette)

    async def make() -> str:
        rows = _shown(await _fitting(datasette, choice), choice)
        return written(choice)(rows, site.info["data_version"])

    headers = {"content-disposition": f'attachment; filename="crskb-{name}"'}
    return await kept_page(datasette, request, (name, choice), make, content_type, headers)


def _csv(rows: list[Row], data_version: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_CSV_COLUMNS, "onset", "onset_cohort", "onset_note", "stay", "on_site", "data_version"])
    for row in rows:
        time = row["onset"]
        onset_told = (time.text, time.cohort, time.note) if time else (None, None, None)
        texts = [" ".join(map(_told, row[key])) for key in ("stays", "on_site")]
        writer.writerow([*(row[column] for column in _CSV_COLUMNS), *onset_told, *texts, data_version])
    return out.getvalue()


def _told(stay: stays.Stay) -> str:
    """The texts of one region in their own words: "US: In hospital for 48 h."."""
    return f"{stay.region or 'Region not named'}: {' '.join(row['detail'] for row in stay.rows)}"


async def _fitting(datasette: Datasette, choice: Choice) -> list[Row]:
    """The drugs of every status that pass the other filters, each with its onset, its stays and what is at hand, of the regions chosen."""
    names = await read(datasette, queries.vocabulary, "dose_step")
    doses = {row["id"]: row["name"] for row in names}
    drugs = [row for row in await read(datasette, comparison_queries.side_by_side) if choice.fits(row)]
    for row in drugs:
        row["onset"] = onset.of(row)
        row["has_rate"] = (row["crs_any_grade_pct"], row["crs_grade3plus_pct"]) != (None, None) or bool(
            formats.severe_grades(row)
        )
        for key in ("stays", "on_site"):
            row[key] = stays.by_region((text for text in row[key] if choice.names_region(text["region"])), doses)
        row["brands"] = _brands(row["brand_names"])
        row["why"] = _NO_ONSET if choice.view else _why_no_rate(row)
    return drugs


def _brands(joined: str | None) -> str:
    """Up to two brand names, those in Latin letters before others."""
    brands = joined.split(", ") if joined else []
    return ", ".join([brand for brand in brands if _LATIN.fullmatch(brand)][:2] or brands[:1])


def _why_no_rate(row: Row) -> str:
    """Why no rate is shown; that it turns T cells on a target comes first, for this alone makes CRS likely."""
    reason = how_often(cast(DrugCard, row))
    return f"T-cell-engaging; {reason}" if row["t_cell_engaging"] else formats.capital(reason)


def _shown(fitting: list[Row], choice: Choice) -> list[Row]:
    return choice.ordered([row for row in fitting if row["status"] in choice.statuses])


def _sections(table: list[Row], choice: Choice) -> list[tuple[str, list[tuple[Any, list[Row]]], bool | None]]:
    """The rows by status, each by class where that is the order, and whether they are folded: None where there is nothing to fold."""
    by_class = choice.sort == "class" and not choice.drugs

    def groups(rows: list[Row]) -> list[tuple[Any, list[Row]]]:
        return formats.grouped(rows, "class_name") if by_class else [(None, rows)]  # type: ignore[return-value]

    if choice.drugs or len(choice.statuses) == 1:
        return [("", groups(table), None)] if table else []
    of_status = [(status, [row for row in table if row["status"] == status]) for status in choice.statuses]
    folds = len(table) > _MOST_UNFOLDED
    return [(status, groups(rows), folds and status != APPROVED) for status, rows in of_status if rows]


def _counted(fitting: list[Row], choice: Choice) -> list[tuple[str | None, str, int, bool]]:
    """The statuses as links of the page: value in the address, word, how many drugs, and whether they are shown."""
    counts = {status: sum(row["status"] == status for row in fitting) for status in DRUG_STATUSES}
    links = [
        (None if status == APPROVED else status, status, count, choice.statuses == (status,))
        for status, count in counts.items()
        if count or status == APPROVED
    ]
    return [*links, (ALL, ALL, len(fitting), choice.statuses == DRUG_STATUSES)]
