"""Cells of a workbook as the text that a reader sees: dates, numbers with leading zeros, and formulas, which are never computed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

_ARMED = ("=", "+", "-", "@")
_ZEROS = re.compile(r"0[0-]*0")  # "00000-0000-00": an NDC that is kept as a number
_ESCAPED = re.compile(r"_x(00[01][0-9A-F]|005F)_", re.IGNORECASE)  # "_x000D_" is a carriage return


class Computed(str):
    """The text of a cell that holds a formula, with its "=", or shows an error, such as #N/A."""

    __slots__ = ()


def unarmed(text: str) -> str:
    """`text` as a spreadsheet shows it: one that starts like a formula ("=", but also "- Kymriah") is marked as text."""
    return f"'{text}" if text.startswith(_ARMED) else text


def cell_text(cell: dict[str, Any], sheet: Any) -> str:
    """A cell as openpyxl reads it from a sheet; numbers without thousands separators, units or rounding to fewer than 15 digits."""
    value = cell["value"]
    if value is None:
        return ""
    if cell["data_type"] in ("f", "e"):
        return Computed(
            value if isinstance(value, str) else getattr(value, "text", "=")
        )  # a formula of an array is an object
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        text = f"{value:.15g}" if isinstance(value, float) else str(value)
        return _with_zeros(text, cell, sheet) if cell["style_id"] and text.isdecimal() else text
    return str(value).removesuffix(" 00:00:00") if isinstance(value, datetime) else str(value)


def _with_zeros(digits: str, cell: dict[str, Any], sheet: Any) -> str:
    from openpyxl.cell.read_only import ReadOnlyCell

    code = ReadOnlyCell(sheet, **cell).number_format.replace("\\", "")
    if not _ZEROS.fullmatch(code):
        return digits
    digits = digits.zfill(code.count("0"))
    extra = len(digits) - code.count("0")
    rest = iter(digits[extra:])
    return digits[:extra] + "".join(next(rest) if sign == "0" else sign for sign in code)
