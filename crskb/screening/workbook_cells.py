"""Cells of a workbook as the text that a reader sees: dates, numbers with leading zeros, and formulas, which are never computed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_ARMED = ("=", "+", "-", "@")
# The numbers of the formats that need not be written down in a file (ECMA-376, 18.8.30).
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NO_LETTERS_OF_DATES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_ZEROS = re.compile(r"0[0-]*0")  # "00000-0000-00": an NDC that is kept as a number
_WHOLE = re.compile(r"-?\d{1,15}")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Formula(str):
    """The text of a cell that holds a formula, with its "="."""

    __slots__ = ()


class ErrorValue(str):
    """The text of a cell that shows an error, such as #N/A."""

    __slots__ = ()


def unarmed(text: str) -> str:
    """`text` as a spreadsheet shows it: one that starts like a formula ("=", but also "- Kymriah") is marked as text."""
    return f"'{text}" if text.startswith(_ARMED) else text


def unescaped(text: str) -> str:
    """A text without the escapes by which Excel writes control characters: "_x000D_" is a carriage return."""
    return ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return "\ufffd" if "\ud800" <= letter <= "\udfff" else letter


def is_date(number: int, code: str) -> bool:
    """Whether a number format shows a date or a time; `code` is empty for a format that stands in no file."""
    if not code:
        return number in _DATES
    first = code.split(";")[0]
    return bool(_DATE_LETTERS.search(_NO_LETTERS_OF_DATES.sub("", first))) and first.lower() != "general"


def number_text(raw: str, code: str, *, date: bool, from_1904: bool) -> str:
    """A number as it is shown, without thousands separators, units or rounding to fewer than 15 digits."""
    if date and (shown := _day(raw, from_1904)):
        return shown
    if _WHOLE.fullmatch(raw):
        return _with_zeros(raw, code) if _ZEROS.fullmatch(code) and raw[0] != "-" else raw
    try:
        return f"{float(raw):.15g}"
    except ValueError:
        return raw


def _with_zeros(raw: str, code: str) -> str:
    digits = raw.zfill(code.count("0"))
    extra = len(digits) - code.count("0")
    rest = iter(digits[extra:])
    return digits[:extra] + "".join(next(rest) if sign == "0" else sign for sign in code)


def _day(raw: str, from_1904: bool) -> str:
    """A serial number of days as a date, a time, or both; empty where it is no day that can be told."""
    try:
        serial = float(raw)
        base = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if serial >= 61 else 31)
        moment = base + timedelta(seconds=round(serial * 86_400))
    except (ValueError, OverflowError):
        return ""
    if 0 <= serial < 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if serial == int(serial) else f"{moment:%Y-%m-%d %H:%M:%S}"
