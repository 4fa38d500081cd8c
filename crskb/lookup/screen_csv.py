"""Screen CSV and TSV, row by row; what was read is written again byte for byte, undecodable bytes in other columns among it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crskb.errors import CrskbError
from crskb.lookup.screen import COLUMNS, Progress, Screener, check_columns

_DELIMITERS = (",", ";", "\t", "|")
_BATCH = 10_000  # rows between two writes
_TEXT: dict[str, Any] = {"errors": "surrogateescape", "newline": ""}


def screen_csv(table: Path, column: str, aside: Path, screener: Screener, progress: Progress, *, tabs: bool) -> None:
    """Write the rows of `table` with their answers to `aside`, with tabs between the cells if `tabs`; raises CrskbError for a table without `column`."""
    with table.open("rb") as raw, aside.open("w", encoding="utf-8", **_TEXT) as written:
        lines = io.TextIOWrapper(io.BufferedReader(raw, 1 << 20), encoding="utf-8-sig", **_TEXT)
        first = lines.readline()
        delimiter, header = _header(first, column, table)
        place = check_columns(header, column, table)
        out = "\t" if tabs else "," if delimiter == "\t" else delimiter
        writer = csv.writer(written, delimiter=out, lineterminator="\r\n" if first.endswith("\r\n") else "\n")
        writer.writerow([*header, *COLUMNS])
        done = 0
        for batch in _batches(csv.reader(lines, delimiter=delimiter), len(header), place, screener):
            writer.writerows(batch)
            screener.found.rows += len(batch)
            progress(raw.tell() - done)
            done = raw.tell()


def _header(line: str, column: str, table: Path) -> tuple[str, list[str]]:
    """The delimiter under which the first line holds the column, and the names of all columns."""
    if not line.strip():
        raise CrskbError(f"{table}: is empty; the first line must name the columns")
    if "\0" in line:
        raise CrskbError(f"{table}: is not UTF-8 text; save it as UTF-8 CSV")
    headers = {delimiter: next(csv.reader([line], delimiter=delimiter)) for delimiter in _DELIMITERS}
    usual = "\t" if table.suffix.lower() in (".tsv", ".tab") else ","
    found = next((each for each in (usual, *_DELIMITERS) if column in headers[each]), usual)
    return found, headers[found]


def _batches(reader: Any, width: int, place: int, screener: Screener) -> Iterator[list[list[str]]]:
    seen, batch = screener.seen, []
    while True:
        try:
            for row in reader:
                if len(row) != width:
                    if row:  # a blank line is none
                        screener.found.report(
                            reader.line_num + 1, f"{len(row)} fields where the header has {width}", left_out=True
                        )
                    continue
                text = row[place]
                known = seen.get(text) or screener.resolve(text, reader.line_num + 1)
                known[1][0] += 1
                row += known[0]
                batch.append(row)
                if len(batch) >= _BATCH:
                    yield batch
                    batch = []
            break
        except csv.Error as error:
            screener.found.report(reader.line_num + 1, str(error), left_out=True)
    yield batch
