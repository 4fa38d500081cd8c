"""Screen a sheet of a workbook (XLSX), row by row; formulas are read as their text and never computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from crskb.errors import CrskbError
from crskb.screening.screener import BAD_CELLS, COLUMNS, Screener, Screening, check_columns
from crskb.screening.sheet import Row, SheetReader
from crskb.screening.workbook import Limits, Sheet, Workbook, opened
from crskb.screening.workbook_cells import ErrorValue, Formula, unarmed

_LIMITS = Limits(unpacked_bytes=2_000_000_000, strings=5_000_000, characters=500_000_000)
_STEP = 1000  # rows between two steps of the bar


def screen_xlsx(
    table: Path, column: str, sheet: str | None, writer: Any, screener: Screener, progress: Callable[[int], object]
) -> None:
    """Write the rows of a sheet with their answers to `writer`, which takes rows as csv.writer does.

    Raises CrskbError for a file that cannot be read, and for a sheet without rows or without `column` in its first row.
    """
    found = screener.found
    with _open_sheet(table, sheet, found) as (reader, rows):
        first = next(rows)
        header = _dense(first, max(first.cells))
        place = check_columns(header, column, table)
        found.blank, found.header = first.number - 1, 1
        writer.writerow([*map(unarmed, header), *COLUMNS])
        before = first.number
        for number, cells in rows:
            found.blank += number - before - 1
            before = number
            last = max(cells)
            if last > len(header):
                found.leave_out(number, number, f"{last} cells where the first row has {len(header)}")
                continue
            answer = _answer(cells.get(place + 1, ""), number, screener)
            writer.writerow([*(unarmed(cells.get(each, "")) for each in range(1, len(header) + 1)), *answer])
            found.rows += 1
            if found.rows % _STEP == 0:
                progress(_STEP)
        found.lines = before
        for top, bottom, left, right in reader.merged:
            if left <= place + 1 <= right and bottom > top and top <= before:
                said = f"column {column!r} is merged here: only the first of these rows holds the name; undo the merge and fill the rows"
                found.report(top, min(bottom, before), said)


def sample_xlsx(table: Path, sheet: str | None, most: int) -> tuple[list[str], list[list[str]]]:
    """The names of a sheet's columns, and its first rows, each as long as the names."""
    with _open_sheet(table, sheet, Screening()) as (_, rows):
        first = next(rows)
        width = max(first.cells)
        return _dense(first, width), [_dense(row, width) for row in islice(rows, most)]


@contextmanager
def _open_sheet(table: Path, sheet: str | None, found: Screening) -> Iterator[tuple[SheetReader, Iterator[Row]]]:
    """A sheet and its rows, of which there is one at least; what is not read is noted in `found`."""
    with table.open("rb") as file, opened(file, str(table), _LIMITS) as workbook:
        chosen = _named(workbook, sheet, table) if sheet is not None else _first_with_rows(workbook, table)
        for other in workbook.sheets:
            if other != chosen:
                hidden = "is hidden and " if other.hidden else ""
                found.notes.append(f"sheet {other.name!r} {hidden}was not read; --sheet names another")
        if len(workbook.sheets) > 1:
            found.notes.append(f"sheet {chosen.name!r} was read")
        reader = workbook.rows(chosen)
        yield reader, iter(reader)


def _named(workbook: Workbook, name: str, table: Path) -> Sheet:
    chosen = next((sheet for sheet in workbook.sheets if sheet.name == name), None)
    if chosen is None:
        names = ", ".join(repr(sheet.name) for sheet in workbook.sheets[:30])
        raise CrskbError(f"{table}: has no sheet {name!r}; it has {names}")
    if not any(True for _ in workbook.rows(chosen)):
        raise CrskbError(f"{table}: sheet {name!r} is empty; its first row must name the columns")
    return chosen


def _first_with_rows(workbook: Workbook, table: Path) -> Sheet:
    for sheet in workbook.sheets:
        if not sheet.hidden and next(iter(workbook.rows(sheet)), None) is not None:
            return sheet
    hidden = any(sheet.hidden for sheet in workbook.sheets)
    raise CrskbError(f"{table}: {'holds nothing but hidden sheets and empty ones' if hidden else 'is empty'}")


def _dense(row: Row, width: int) -> list[str]:
    return [row.cells.get(place, "") for place in range(1, width + 1)]


def _answer(text: str, number: int, screener: Screener) -> tuple[str, ...]:
    """The answer to the text of a cell; one that holds no text of its own has none, and is named."""
    if isinstance(text, Formula):
        fault = "the cell holds a formula, which is not computed; paste its values in its place"
    elif isinstance(text, ErrorValue):
        fault = f"the cell shows an error, {text}"
    else:
        known = screener.seen.get(text) or screener.answer(text, number)
        known[1][0] += 1
        return known[0]
    screener.found.bad_row(number, fault)
    return BAD_CELLS
