"""The forest plot of /compare as one SVG file: any grade above, grade 3 or higher below, each with its 95% interval."""

from __future__ import annotations

from collections.abc import Iterable

from crskb.database.queries import Row
from crskb.web.pages import formats, svg_figure
from crskb.web.pages.svg_figure import ANY, LEFT, ROW, SEVERE, SOFT, TOP, text, x

_TICKS = [(mark, f"{mark}%") for mark in (0, 25, 50, 75, 100)]


def figure(rows: list[Row], data_version: str) -> str:
    """An SVG document with one line per drug of `queries.drug_list` that has a rate; the others are named below."""
    plotted = [row for row in rows if row["has_rate"]]
    without = ", ".join(row["name"] for row in rows if not row["has_rate"])
    return svg_figure.document(
        "Cytokine release syndrome by medicine",
        "Cytokine release syndrome in the headline cohort of each medicine",
        "circle: any grade; diamond: grade 3 or higher; line: 95% interval (Wilson); hollow: number treated not known",
        map(_sentence, plotted),
        _parts(plotted),
        len(plotted),
        f"No rate fit to show, which does not mean rare: {without}." if without else "",
        data_version,
    )


def _parts(rows: list[Row]) -> Iterable[str]:
    yield text(LEFT - 16, TOP - 12, "any grade / grade 3 or higher", anchor="end", colour=SOFT)
    yield from svg_figure.axis(_TICKS, len(rows))
    for position, row in enumerate(rows):
        yield from _row(row, TOP + ROW * position + ROW / 2)


def _sentence(row: Row) -> str:
    any_, severe = _rates(row)
    return f"{row['name']}: any grade {any_}, grade 3 or higher {severe}."


def _rates(row: Row) -> list[str]:
    """The shares of any grade and of grade 3 or higher, or why there is none."""
    severe = formats.percent(row["crs_grade3plus_pct"]) or formats.severe_grades(row)
    return [formats.percent(row["crs_any_grade_pct"]) or "not printed", severe or "not printed"]


def _row(row: Row, y: float) -> Iterable[str]:
    yield text(10, y + 4, row["name"], weight=600)
    yield text(LEFT - 16, y + 4, _figures(row), anchor="end", colour=SOFT)
    yield from _mark(row, "any_grade", y - 4, ANY, "circle")
    yield from _mark(row, "grade3plus", y + 5, SEVERE, "diamond")


def _figures(row: Row) -> str:
    rates = " / ".join(_rates(row))
    return f"{rates}, n = {row['n_treated']}" if row["n_treated"] is not None else rates


def _mark(row: Row, which: str, y: float, colour: str, shape: str) -> Iterable[str]:
    value, low, high = (row[f"crs_{which}_{part}"] for part in ("pct", "low", "high"))
    if value is None:
        return
    if low is not None and high is not None:
        yield f'<path d="M{x(low):g} {y:g}H{x(high):g}" stroke="{colour}" stroke-width="2"/>'
    paint = f'fill="{colour if low is not None else "#fff"}" stroke="{colour}" stroke-width="1.5"'
    if shape == "circle":
        yield f'<circle cx="{x(value):g}" cy="{y:g}" r="3.5" {paint}/>'
    else:
        yield f'<path d="M{x(value):g} {y - 4.5:g}l4.5 4.5l-4.5 4.5l-4.5 -4.5z" {paint}/>'
