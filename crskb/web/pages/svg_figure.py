"""What the figures of /compare share as SVG files. They carry their colours as attributes, so that they are drawn alike everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from xml.sax.saxutils import escape

WIDTH, LEFT, AXIS = 960, 470, 420  # whole width; x of the start of the axis, its length
ROW, TOP = 24, 74
ANY, SEVERE, INK, SOFT, LINE = "#0b6380", "#a3152c", "#15212b", "#475561", "#c6d0d6"
_LINE, _FOOT = 18, 26
_LONGEST = 150  # characters of a line at the foot
_CAUTION = "Different trials: patients, doses and grading scales differ. Do not compare rates by ratio. Absence from crskb is not evidence of safety."


def document(
    title: str,
    heading: str,
    legend: str,
    sentences: Iterable[str],
    parts: Iterable[str],
    rows: int,
    without: str,
    data_version: str,
) -> str:
    """An SVG document: heading and legend, `parts` for `rows` rows, then the medicines `without` a place on the axis, and the caution."""
    foot = [*wrap(without, _LONGEST), _CAUTION, f"crskb. Data version {data_version}"]
    bottom = TOP + ROW * rows
    height = bottom + _FOOT + _LINE * len(foot)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{escape(" ".join([*sentences, without]))}</desc>',
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            text(10, 24, heading, size=16, weight=650),
            text(10, 46, legend, colour=SOFT),
            *parts,
            *(text(10, bottom + _FOOT + _LINE * line, told, colour=SOFT) for line, told in enumerate(foot)),
            "</svg>",
        ]
    )


def axis(ticks: Iterable[tuple[float, str]], rows: int) -> Iterable[str]:
    """A line down the figure and a word above it for each tick, which stands at a percentage of the axis."""
    for percent, label in ticks:
        yield f'<path d="M{x(percent):g} {TOP - 6}V{TOP + ROW * rows}" stroke="{LINE}"/>'
        yield text(x(percent), TOP - 12, label, anchor="middle", colour=SOFT)


def x(percent: float) -> float:
    """A percentage of the axis in the figure."""
    return round(LEFT + AXIS * percent / 100, 1)


def text(
    x_: float, y: float, told: str, *, size: int = 12, weight: int = 400, anchor: str = "start", colour: str = INK
) -> str:
    """One line of text."""
    return f'<text x="{x_:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{colour}">{escape(told)}</text>'
