"""Screen CSV and TSV, row by row; cells are written again as they were read, undecodable bytes in other columns among them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from crskb.errors import CrskbError
from crskb.screening.screener import COLUMNS, Screener, check_columns
from crskb.screening.xlsx_writer import XlsxWriter

_DELIMITERS = (",", ";", "\t", "|")
_BATCH = 10_000  # rows between two writes
_LONGEST_HEADER = 1_000_000  # characters
_TEXT: dict[str, Any] = {"errors": "surrogateescape", "newline": ""}


def screen_csv(
    table: Path,
    column: str,
    aside: Path,
    screener: Screener,
    progress: Callable[[int], object],
    *,
    form: str,
    quotes: bool,
) -> None:
    """Write the rows of `table` with their answers to `aside`, in a `form` of ".xlsx", ".tsv" (also ".tab") or, for all else, CSV.

    Raises CrskbError for a table without `column` or without a line that names its columns.
    """
    quoting: Any = {"quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE, "strict": quotes}
    with table.open("rb") as raw, ExitStack() as open_files:
        lines = io.TextIOWrapper(io.BufferedReader(raw, 1 << 20), encoding="utf-8-sig", **_TEXT)
        first = lines.readline(_LONGEST_HEADER + 1)
        delimiter, header = _header(first, column, table, quoting)
        place = check_columns(header, column, table)
        screener.found.header = 1
        ending = "\r\n" if first.endswith("\r\n") else "\n"
        writer, for_long_rows = open_files.enter_context(
            row_writers(aside, form, "," if delimiter == "\t" else delimiter, ending)
        )
        writer.writerow([*header, *COLUMNS])
        done = 0
        for batch, is_long in _batches(csv.reader(lines, delimiter=delimiter, **quoting), len(header), place, screener):
            (for_long_rows if is_long else writer).writerows(batch)
            screener.found.rows += len(batch)
            if raw.tell() > done:
                progress(raw.tell() - done)
                done = raw.tell()


@contextmanager
def row_writers(aside: Path, form: str, delimiter: str = ",", ending: str = "\n") -> Iterator[tuple[Any, Any]]:
    """What writes rows to `aside` in this form, and what writes rows whose cells hold line ends. `delimiter` is for CSV."""
    if form == ".xlsx":
        with aside.open("wb") as file, XlsxWriter(file) as writer:
            yield writer, writer
        return
    style: Any = {"delimiter": "\t" if form in (".tsv", ".tab") else delimiter, "lineterminator": ending}
    with aside.open("w", encoding="utf-8", **_TEXT) as written:
        # until Python 3.13 a writer leaves a lone \r without quotes, where it would end the row
        yield csv.writer(written, **style), csv.writer(written, quoting=csv.QUOTE_ALL, **style)


def sample_csv(table: Path, most: int, *, quotes: bool) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and the first rows that have as many cells."""
    quoting: Any = {"quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE}
    with table.open(encoding="utf-8-sig", **_TEXT) as lines:
        delimiter, header = _header(lines.readline(_LONGEST_HEADER + 1), None, table, quoting)
        rows = []
        try:
            for row in islice(csv.reader(lines, delimiter=delimiter, **quoting), most):
                rows.append(row)
        except csv.Error:  # the run says where
            pass
    return header, [row for row in rows if len(row) == len(header)]


def _header(line: str, column: str | None, table: Path, quoting: Any) -> tuple[str, list[str]]:
    """The delimiter under which the first line holds the column, or most columns if none is named, and the names of all columns."""
    if len(line) > _LONGEST_HEADER:
        raise CrskbError(
            f"{table}: the first line must name the columns, but has more than {_LONGEST_HEADER:,} characters"
        )
    if not line.strip():
        raise CrskbError(f"{table}: is empty; the first line must name the columns")
    if "\0" in line:
        raise CrskbError(f"{table}: is not UTF-8 text; save it as UTF-8 CSV")
    headers: dict[str, list[str]] = {}
    fault = ""
    for delimiter in _DELIMITERS:
        try:
            headers[delimiter] = next(csv.reader([line], delimiter=delimiter, **quoting))
        except csv.Error as error:
            fault = fault or _said(error, over_lines=False)
    usual = "\t" if table.suffix.lower() in (".tsv", ".tab") else ","
    if column is None:
        found = max((usual, *_DELIMITERS), key=lambda each: len(headers.get(each, ())))
    else:
        found = next((each for each in (usual, *_DELIMITERS) if column in headers.get(each, ())), usual)
    if found not in headers:
        raise CrskbError(f"{table}:1: {fault}; the first line must name the columns")
    return found, headers[found]


def _batches(reader: Any, width: int, place: int, screener: Screener) -> Iterator[tuple[list[list[str]], bool]]:
    """Rows with their answers; true beside a row that runs over several lines, which comes alone."""
    found, seen, header = screener.found, screener.seen, screener.found.header
    batch: list[list[str]] = []
    line = 0  # lines after the header that are accounted for
    while True:
        try:
            for row in reader:
                line += 1
                if len(row) == width and reader.line_num == line:
                    text = row[place]
                    known = seen.get(text) or screener.answer(text, header + line)
                    known[1][0] += 1
                    row += known[0]
                    batch.append(row)
                    if len(batch) >= _BATCH:
                        yield batch, False
                        batch = []
                    continue
                first, last = header + line, header + reader.line_num
                line = reader.line_num
                if not row:
                    found.blank += 1
                elif len(row) != width:
                    said = "1 field" if len(row) == 1 else f"{len(row)} fields"
                    found.leave_out(first, last, f"{said} where the header has {width}")
                else:
                    yield batch, False
                    batch = []
                    yield [_long_row(row, place, first, last, reader.dialect.delimiter, screener)], True
            break
        except csv.Error as error:
            first, last = header + line + 1, header + reader.line_num
            line = reader.line_num
            found.leave_out(first, last, _said(error, over_lines=last > first))
            found.unclosed += last > first
    yield batch, False
    found.lines = header + reader.line_num


def _long_row(row: list[str], place: int, first: int, last: int, delimiter: str, screener: Screener) -> list[str]:
    """A row over several lines with its answer; lines of a cell that read as rows are reported, for the quote may be a mistake."""
    found = screener.found
    found.long_rows += 1
    found.further_lines += last - first
    found.longest = max(found.longest, (first, last), key=lambda lines: lines[1] - lines[0])
    hidden = 0
    for cell in row:
        within = csv.reader(cell.splitlines()[1:], delimiter=delimiter, quoting=csv.QUOTE_NONE)
        hidden += sum(len(fields) >= len(row) and screener.is_known(fields[place]) for fields in within)
    if hidden:
        lines = f"{hidden} lines within a cell read" if hidden > 1 else "a line within a cell reads"
        said = f"{lines} as a row with a medicine and got no answer; look whether a quote opens by mistake"
        found.report(first, last, said)
    known = screener.seen.get(row[place]) or screener.answer(row[place], first)
    known[1][0] += 1
    return [*row, *known[0]]


def _said(error: csv.Error, *, over_lines: bool) -> str:
    """What the reader found, in the words of somebody who looks at the table; its own words for all else, as NUL on Python 3.10."""
    if "end of data" in str(error):
        return "a quote opens in the row that begins here and is never closed"
    if "expected after" in str(error):
        within = 'a quote within a cell is not written twice, as in "5"" needle"'
        return "a quote opens in the row that begins here and is closed in another" if over_lines else within
    if "field limit" in str(error):
        return f"a cell of the row that begins here has more than {csv.field_size_limit():,} characters"
    return str(error)
