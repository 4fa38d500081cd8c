"""The forest plot of /compare as one SVG file. It carries its colours as attributes, so that it is drawn alike everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from crskb.database.queries import Row
from crskb.web.pages import formats

_ROW, _TOP, _FOOT = 24, 74, 62
_LEFT, _AXIS, _WIDTH = 470, 420, 960  # x of 0%, length of 0 to 100%, whole width
_ANY, _SEVERE, _INK, _SOFT, _LINE = "#0b6380", "#a3152c", "#15212b", "#475561", "#c6d0d6"
_CAUTION = "Different trials: patients, doses and grading scales differ. Do not compare rates by ratio. Absence from crskb is not evidence of safety."


def figure(rows: list[Row], data_version: str) -> str:
    """An SVG document with one line per drug of `queries.drug_list`: any grade above, grade 3 or higher below, each with its 95% interval."""
    height = _TOP + _ROW * len(rows) + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif">',
        '<title id="title">Cytokine release syndrome by medicine</title>',
        f'<desc id="desc">{escape(" ".join(map(_sentence, rows)))}</desc>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        _text(10, 24, "Cytokine release syndrome in the headline cohort of each medicine", size=16, weight=650),
        _text(
            10,
            46,
            "circle: any grade; diamond: grade 3 or higher; line: 95% interval (Wilson); hollow: number treated not known",
            colour=_SOFT,
        ),
        _text(_LEFT - 16, _TOP - 12, "any grade / grade 3 or higher", anchor="end", colour=_SOFT),
        *_axis(height),
    ]
    for position, row in enumerate(rows):
        parts += _row(row, _TOP + _ROW * position + _ROW / 2)
    parts += [
        _text(10, height - 30, _CAUTION, colour=_SOFT),
        _text(10, height - 12, f"crskb. Data version {data_version}", colour=_SOFT),
        "</svg>",
    ]
    return "\n".join(parts)


def _sentence(row: Row) -> str:
    any_, severe = _rates(row)
    return f"{row['name']}: any grade {any_}, grade 3 or higher {severe}."


def _rates(row: Row) -> list[str]:
    """The shares of any grade and of grade 3 or higher, or why there is none."""
    none = "not printed" if row["headline_cohort"] else "not known"
    return [formats.percent(row[f"crs_{outcome}_pct"]) or none for outcome in ("any_grade", "grade3plus")]


def _axis(height: float) -> Iterable[str]:
    for mark in (0, 25, 50, 75, 100):
        yield f'<path d="M{_x(mark):g} {_TOP - 6}V{height - _FOOT}" stroke="{_LINE}"/>'
        yield _text(_x(mark), _TOP - 12, f"{mark}%", anchor="middle", colour=_SOFT)


def _row(row: Row, y: float) -> Iterable[str]:
    yield _text(10, y + 4, row["name"], weight=600)
    yield _text(_LEFT - 16, y + 4, _figures(row), anchor="end", colour=_SOFT)
    yield from _mark(row, "any_grade", y - 4, _ANY, "circle")
    yield from _mark(row, "grade3plus", y + 5, _SEVERE, "diamond")


def _figures(row: Row) -> str:
    rates = " / ".join(_rates(row))
    return f"{rates}, n = {row['n_treated']}" if row["n_treated"] is not None else rates


def _mark(row: Row, which: str, y: float, colour: str, shape: str) -> Iterable[str]:
    value, low, high = (row[f"crs_{which}_{part}"] for part in ("pct", "low", "high"))
    if value is None:
        return
    if low is not None and high is not None:
        yield f'<path d="M{_x(low):g} {y:g}H{_x(high):g}" stroke="{colour}" stroke-width="2"/>'
    paint = f'fill="{colour if low is not None else "#fff"}" stroke="{colour}" stroke-width="1.5"'
    if shape == "circle":
        yield f'<circle cx="{_x(value):g}" cy="{y:g}" r="3.5" {paint}/>'
    else:
        yield f'<path d="M{_x(value):g} {y - 4.5:g}l4.5 4.5l-4.5 4.5l-4.5 -4.5z" {paint}/>'


def _x(percent: float) -> float:
    return round(_LEFT + _AXIS * percent / 100, 1)


def _text(
    x: float, y: float, text: str, *, size: int = 12, weight: int = 400, anchor: str = "start", colour: str = _INK
) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
