"""Screen a sheet of a workbook (XLSX), row by row; formulas are read as their text and never computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from crskb.errors import CrskbError
from crskb.screening.screener import BAD_CELLS, COLUMNS, Screener, Screening, check_columns
from crskb.screening.workbook import Row, Sheet, sheets_of
from crskb.screening.workbook_cells import Computed, unarmed

_MOST_UNPACKED = 2_000_000_000  # bytes
_STEP = 1000  # rows between two steps of the bar


def screen_xlsx(
    table: Path, column: str, sheet: str | None, writer: Any, screener: Screener, progress: Callable[[int], object]
) -> None:
    """Write the rows of a sheet with their answers to `writer`, which takes rows as csv.writer does.

    Raises CrskbError for a file that cannot be read, and for a sheet without rows or without `column` in its first row.
    """
    found = screener.found
    with _open_sheet(table, sheet, found) as (chosen, rows):
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
        for left, top, right, bottom in chosen.merged:
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
def _open_sheet(table: Path, name: str | None, found: Screening) -> Iterator[tuple[Sheet, Iterator[Row]]]:
    """The sheet of that name or the first one that is not hidden, and its rows, of which there is one at least; what is not read is
    noted in `found`."""
    with table.open("rb") as file:
        sheets = sheets_of(file, str(table), _MOST_UNPACKED)
        if name is not None and name not in [sheet.name for sheet in sheets]:
            names = ", ".join(repr(sheet.name) for sheet in sheets[:30])
            raise CrskbError(f"{table}: has no sheet {name!r}; it has {names}")
        wanted = (sheet for sheet in sheets if sheet.name == name or (name is None and not sheet.hidden))
        chosen = next((sheet for sheet in wanted if next(sheet.rows(), None)), None)
        if not chosen and name is not None:
            raise CrskbError(f"{table}: sheet {name!r} is empty; its first row must name the columns")
        if not chosen:
            hidden = any(sheet.hidden for sheet in sheets)
            raise CrskbError(f"{table}: {'holds nothing but hidden sheets and empty ones' if hidden else 'is empty'}")
        for other in sheets:
            if other is not chosen:
                hidden_and = "is hidden and " if other.hidden else ""
                found.notes.append(f"sheet {other.name!r} {hidden_and}was not read; --sheet names another")
        if len(sheets) > 1:
            found.notes.append(f"sheet {chosen.name!r} was read")
        yield chosen, chosen.rows()


def _dense(row: Row, width: int) -> list[str]:
    return [row.cells.get(place, "") for place in range(1, width + 1)]


def _answer(text: str, number: int, screener: Screener) -> tuple[str, ...]:
    """The answer to the text of a cell; one that holds no text of its own has none, and is named."""
    if not isinstance(text, Computed):
        known = screener.seen.get(text) or screener.answer(text, number)
        known[1][0] += 1
        return known[0]
    formula = "the cell holds a formula, which is not computed; paste its values in its place"
    screener.found.bad_row(number, formula if text.startswith("=") else f"the cell shows an error, {text}")
    return BAD_CELLS
