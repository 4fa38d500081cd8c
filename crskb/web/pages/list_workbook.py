"""The list in an uploaded workbook: one column of one sheet, each cell with the number of its row."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from itertools import chain, islice

from crskb.errors import CrskbError
from crskb.lookup.resolver import Resolver
from crskb.screening.column import guess
from crskb.screening.workbook import Row
from crskb.screening.workbook_cells import Computed
from crskb.screening.workbook_process import rows_apart
from crskb.web.http import Refusal

_MOST_CHARACTERS = 5_000_000  # of all cells
_SAMPLED, _MOST_SAMPLED_COLUMNS, _MOST_NAMED = 50, 50, 20


def is_workbook(content: bytes) -> bool:
    """Whether a file is a ZIP file, as XLSX is, or a workbook with a password, which begins as .xls does."""
    return content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def workbook_lines(content: bytes, column: str, sheet: str, most: int, resolver: Resolver) -> list[tuple[int, str]]:
    """The cells that hold something, each with its row. An empty `column` is guessed, and all rows are read; under one that is named
    by the first row, those beneath it. Raises Refusal where it is not certain what to read, or not all can be read."""
    if not find_spec("openpyxl"):
        raise Refusal(501, "This server reads no workbooks, as crskb[xlsx] is not installed. Save the sheet as CSV.")
    try:
        with closing(rows_apart(content, sheet)) as rows:
            sampled = list(islice(rows, _SAMPLED))
            place = _named(sampled[0], column) if column else _guessed(sampled, resolver)
            lines, bad, left = [], [], _MOST_CHARACTERS
            for number, cells in chain(sampled[bool(column) :], rows):
                text = cells.get(place, "")
                left -= len(text)
                if isinstance(text, Computed):
                    bad.append(number)
                elif text.strip():
                    lines.append((number, text.strip()))
                if len(lines) + len(bad) > most or left < 0:
                    raise Refusal(
                        413,
                        f"The sheet has more than {most:,} rows or very long texts, so nothing was checked. Split it, or use the command crskb screen, which has no limit.",
                    )
    except CrskbError as error:
        raise Refusal(400, f"{error}. Nothing was checked.") from error
    except OSError as error:
        raise Refusal(503, "The server cannot read a workbook now. Save the sheet as CSV, or try later.") from error
    if bad:
        numbers = ", ".join(map(str, bad[:_MOST_NAMED]))
        raise Refusal(
            400,
            f"A formula, which is not computed, or an error stands in row {numbers}. Paste the values in its place; nothing was checked.",
        )
    return lines


def _named(header: Row, column: str) -> int:
    places = [place for place, text in header.cells.items() if text.strip() == column]
    if len(places) != 1:
        raise Refusal(
            400,
            f"The first row names {len(places) or 'no'} column{'s' if places else ''} “{column}”. Nothing was checked.",
        )
    return places[0]


def _guessed(sampled: list[Row], resolver: Resolver) -> int:
    """The only column that holds something, or the one that holds known medicines most often."""
    places = sorted({place for row in sampled for place in row.cells})[:_MOST_SAMPLED_COLUMNS]
    if len(places) == 1:
        return places[0]
    names = [sampled[0].cells.get(place, f"number {place}") for place in places]
    rows = [[row.cells.get(place, "") for place in places] for row in sampled]
    return places[guess(names, rows, resolver)[0]]
