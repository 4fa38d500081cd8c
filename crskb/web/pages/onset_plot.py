"""The onset of CRS of each medicine on one axis, as one SVG file."""

from __future__ import annotations

from collections.abc import Iterable

from crskb.database.queries import Row
from crskb.web.pages import onset, svg_figure
from crskb.web.pages.svg_figure import ANY, LEFT, ROW, SOFT, TOP, text, x


def figure(rows: list[Row], data_version: str) -> str:
    """An SVG document with one line per drug that has an onset; the others are named below."""
    plotted = [row for row in rows if row["onset"]]
    without = ", ".join(row["name"] for row in rows if not row["onset"])
    return svg_figure.document(
        "Onset of cytokine release syndrome by medicine",
        "When cytokine release syndrome begins",
        "circle: median; line: range; thick line: interquartile range; †: in another cohort than the rates. The axis is stretched at its start.",
        (f"{row['name']}: {row['onset'].text}." for row in plotted),
        _parts(plotted),
        len(plotted),
        onset.COUNTED + (f" No onset in numbers, which does not mean late: {without}." if without else ""),
        data_version,
    )


def _parts(rows: list[Row]) -> Iterable[str]:
    yield text(LEFT - 16, TOP - 12, "median (range)", anchor="end", colour=SOFT)
    yield from svg_figure.axis(((onset.place(day), label) for day, label in onset.TICKS), len(rows))
    for position, row in enumerate(rows):
        yield from _row(row["name"], row["onset"], TOP + ROW * position + ROW / 2)


def _row(name: str, time: onset.Onset, y: float) -> Iterable[str]:
    yield text(10, y + 4, name, weight=600)
    yield text(LEFT - 16, y + 4, time.short if time.headline else f"{time.short} †", anchor="end", colour=SOFT)
    for span, width in (((time.earliest_days, time.latest_days), 2), (time.quartiles_days or (None, None), 6)):
        first, last = span
        if first is not None and last is not None:
            start, end = x(onset.place(first)), x(onset.place(last))
            yield f'<path d="M{start:g} {y:g}H{end:g}" stroke="{ANY}" stroke-width="{width}"/>'
    if time.median_days is not None:
        yield f'<circle cx="{x(onset.place(time.median_days)):g}" cy="{y:g}" r="4.5" fill="{ANY}"/>'
