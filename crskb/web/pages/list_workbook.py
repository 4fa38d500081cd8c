"""The list in an uploaded workbook: one column of one sheet, each cell with the number of its row."""

from __future__ import annotations

import io
from itertools import islice

from crskb.errors import CrskbError
from crskb.lookup.resolver import Resolver
from crskb.screening.column import guess
from crskb.screening.sheet import Row
from crskb.screening.workbook import Limits, Sheet, Workbook, opened
from crskb.screening.workbook_cells import ErrorValue, Formula
from crskb.web.http import Refusal

_LIMITS = Limits(unpacked_bytes=50_000_000, strings=200_000, characters=5_000_000)
_SAMPLED, _MOST_SAMPLED_COLUMNS, _MOST_NAMED = 50, 50, 20


def is_workbook(content: bytes) -> bool:
    """Whether a file is a ZIP file, as XLSX is, or a workbook with a password, which begins as .xls does."""
    return content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def workbook_lines(content: bytes, column: str, sheet: str, most: int, resolver: Resolver) -> list[tuple[int, str]]:
    """The cells that hold something, each with its row. An empty `column` is guessed, and all rows are read; under one that is named
    by the first row, those beneath it. Raises Refusal where it is not certain what to read, or not all can be read."""
    try:
        with opened(io.BytesIO(content), "The file", _LIMITS) as workbook:
            chosen = _sheet(workbook, sheet)
            sampled = list(islice(workbook.rows(chosen), _SAMPLED))
            place = _named(sampled[0], column) if column else _guessed(sampled, resolver)
            lines, bad = [], []
            for number, cells in workbook.rows(chosen):
                if number == sampled[0].number and column:
                    continue
                text = cells.get(place, "")
                if isinstance(text, (Formula, ErrorValue)):
                    bad.append(number)
                elif text.strip():
                    lines.append((number, text.strip()))
                if len(lines) + len(bad) > most:
                    raise Refusal(
                        413,
                        f"The sheet has more than {most:,} rows, so nothing was checked. Split it, or use the command crskb screen, which has no limit.",
                    )
    except CrskbError as error:
        raise Refusal(400, f"{error}. Nothing was checked.") from error
    if bad:
        rows = ", ".join(map(str, bad[:_MOST_NAMED]))
        raise Refusal(
            400,
            f"A formula, which is not computed, or an error stands in row {rows}. Paste the values in its place; nothing was checked.",
        )
    return lines


def _sheet(workbook: Workbook, name: str) -> Sheet:
    """The sheet of that name, or the only one that has rows."""
    full = [sheet for sheet in workbook.sheets if next(iter(workbook.rows(sheet)), None) is not None]
    if name:
        full = [sheet for sheet in full if sheet.name == name]
    if len(full) > 1:
        names = ", ".join(f"“{sheet.name}”{' (hidden)' if sheet.hidden else ''}" for sheet in full[:_MOST_NAMED])
        raise Refusal(400, f"The workbook has several sheets: {names}. Say which one; nothing was checked.")
    if not full:
        raise Refusal(400, f"The workbook has no rows in a sheet “{name}”." if name else "The workbook is empty.")
    return full[0]


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
