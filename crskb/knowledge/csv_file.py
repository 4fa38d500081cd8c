"""Read a CSV file of data/ row by row, so that each mistake is told with its line and column."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from crskb.errors import Problem

_FIELD = re.compile(r'("(?:[^"]|"")*"|[^,]*)(?:,|$)')


@dataclass(frozen=True)
class CsvRow:
    """The fields of one row, and where it stands."""

    path: str
    line: int
    written: str
    fields: tuple[str, ...]

    def problem(self, check: str, message: str, tip: str, field: int = 0) -> Problem:
        """A Problem at the place of a field, counted from 0."""
        starts = [found.start() for found in _FIELD.finditer(self.written)]
        column = starts[field] + 1 if field < len(starts) else 1
        return Problem(self.path, self.line, column, check, message, tip)


def read_rows(file: Path, shown_as: str, check: str, columns: list[str]) -> tuple[list[CsvRow], list[Problem]]:
    """The rows of a file that has these columns and no cell of several lines, and what could not be read."""

    def refused(message: str, tip: str, line: int = 1) -> list[Problem]:
        return [Problem(shown_as, line, 1, check, message, tip)]

    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return [], refused(f"cannot be read: {error.strerror}", "check its permissions")
    except UnicodeDecodeError as error:
        return [], refused(f"byte {error.start + 1} is not UTF-8", "save the file as UTF-8")
    lines = text.splitlines()
    reader = csv.reader(lines, strict=True)
    rows: list[CsvRow] = []
    problems: list[Problem] = []
    try:
        header = next(reader, [])
        if header != columns:
            return [], refused(f"the first line is {','.join(header)!r}", f"it must be {','.join(columns)}")
        before = reader.line_num
        for fields in reader:
            row = CsvRow(shown_as, reader.line_num, lines[reader.line_num - 1], tuple(fields))
            if reader.line_num > before + 1:
                problems += refused("a cell runs over several lines", "write each row on one line", before + 1)
            elif len(fields) != len(columns):
                tip = f"write {len(columns)} columns: {','.join(columns)}"
                problems.append(row.problem(check, f"{','.join(fields)[:80]!r}", tip))
            else:
                rows.append(row)
            before = reader.line_num
    except csv.Error as error:
        problems += refused(str(error), f"write each row as {','.join(columns)}", reader.line_num)
    return rows, problems
