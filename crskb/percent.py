"""Percentages: counted, rounded once and printed in one way, so that a rate has one interval on every page, in the API and in every table."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

_TENTH = Decimal("0.1")
_TWO_DIGITS = Context(prec=2, rounding=ROUND_DOWN)


def rounded(value: float | Decimal) -> float:
    """Percent to one decimal, halves up as they are written: 36.55 becomes 36.6, though its nearest binary number lies below.

    What is not zero never becomes zero: where one decimal shows nothing, two digits stay (0.0476 becomes 0.047).
    """
    exact = Decimal(str(value))
    tenths = exact.quantize(_TENTH, ROUND_HALF_UP)
    return float(tenths if tenths or not exact else _TWO_DIGITS.plus(exact))


def share(counted: int, treated: int) -> float:
    """Percent that `counted` are of `treated` (not 0), rounded."""
    return rounded(Decimal(100 * counted) / treated)


def printed(value: float) -> str:
    """A rate with the digits that it has: 72.1 is "72.1%", 70.0 is "70%"."""
    return f"{value:g}%"


def interval(low: float, high: float) -> str:
    """The bounds of an interval: "64.8 to 78.4%", "<0.1 to 0.2%"."""
    return f"{_bound(low)} to {_bound(high)}%"


def _bound(value: float) -> str:
    shown = rounded(value)
    return "<0.1" if 0 < shown < float(_TENTH) else f"{shown:.1f}"


def at_most(high: float) -> str:
    """The upper bound of a share of nobody: "at most 3.0%"."""
    return f"at most {_bound(high)}%"
