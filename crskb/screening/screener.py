"""What a screening needs whatever the form of its table: answers as cells, each distinct text resolved once, and an account of every line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from crskb.errors import CrskbError
from crskb.lookup.answers import Answer
from crskb.lookup.resolver import Resolver
from crskb.words import LISTED, length_fault

COLUMNS = (
    "crskb_status",
    "crskb_drug_id",
    "crskb_relative_risk",
    "crskb_matched_name",
    "crskb_distance",
    "crskb_suggestions",
)
BAD_ROW = "bad_row"  # status of a row whose text cannot be read; kept, so that nobody misses it
MOST_NAMED = 1000  # faults that are named one by one
_MOST_KEPT = 200_000  # distinct texts in memory
_BETWEEN = "; "
_SHOWN = 60  # characters of a column's name in a message

Cells = tuple[str, str, str, str, str, str]
BAD_CELLS: Cells = (BAD_ROW, "", "", "", "", "")
Entry = tuple[Cells, list[int]]  # cells and, as a list of one, how many rows held the text


class Fault(NamedTuple):
    """What is wrong, and the lines (rows of Parquet) from `first` to `last` that it is wrong with, counted from 1."""

    first: int
    last: int
    text: str


@dataclass
class Screening:
    """What a run found. Every line of the table is in the output, blank, or left out and reported; of Parquet read "rows" for lines."""

    lines: int = 0  # of the table
    header: int = 0
    rows: int = 0  # in the output
    further_lines: int = 0  # of rows that run over several lines, without the first of each
    long_rows: int = 0
    longest: tuple[int, int] = (0, 0)  # first and last line of the row with most lines
    blank: int = 0
    left_out: int = 0
    unclosed: int = 0  # faults that may hide rows
    distinct: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_drug: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    unnamed: int = 0  # lines with faults beyond MOST_NAMED
    notes: list[str] = field(default_factory=list)  # what was chosen, and what was not read

    def report(self, first: int, last: int, text: str) -> None:
        """Name a fault; equal ones of lines that follow each other become one."""
        if self.faults and self.faults[-1].text == text and self.faults[-1].last + 1 == first:
            self.faults[-1] = self.faults[-1]._replace(last=last)
        elif len(self.faults) < MOST_NAMED:
            self.faults.append(Fault(first, last, text))
        else:
            self.unnamed += last - first + 1

    def leave_out(self, first: int, last: int, text: str) -> None:
        """Name a fault whose lines are not in the output."""
        self.left_out += last - first + 1
        self.report(first, last, text)

    def bad_row(self, line: int, text: str) -> None:
        """Name a fault of a row that is in the output, without an answer."""
        self.by_status[BAD_ROW] += 1
        self.report(line, line, text)

    def is_complete(self) -> bool:
        """Whether all lines and all rows are accounted for."""
        parts = self.header + self.rows + self.further_lines + self.blank + self.left_out
        return parts == self.lines and self.by_status.total() == self.rows


class Refused(CrskbError):
    """A table of which nothing is written, as rows may lie hidden in it; `found` says where."""

    def __init__(self, message: str, found: Screening):
        super().__init__(message)
        self.found = found


class Screener:
    """Answers as cells of a row; texts seen before are answered from memory."""

    def __init__(self, resolver: Resolver):
        self.found = Screening()
        self._resolver = resolver
        self.seen: dict[str, Entry] = {}

    def answer(self, text: str, line: int) -> Entry:
        """The cells of a text that is not in memory; one that cannot be looked up is reported with its line, and not kept."""
        fault = fault_of(text)
        if fault:
            self.found.bad_row(line, fault)
            return BAD_CELLS, [0]
        return self.resolve(text)

    def resolve(self, text: str) -> Entry:
        """The cells of a text that is not in memory and can be looked up."""
        if len(self.seen) >= _MOST_KEPT:
            self.settle()
        entry = cells(self._resolver.resolve(text)), [0]
        self.seen[text] = entry
        self.found.distinct += 1
        return entry

    def is_known(self, text: str) -> bool:
        """Whether a medicine is found in `text`, be it one of ours or another; nothing is counted."""
        if text in self.seen:
            return self.seen[text][0][0] != "unknown"
        return not fault_of(text) and self._resolver.resolve(text)["status"] != "unknown"

    def settle(self) -> None:
        """Count what is in memory and forget it."""
        for (status, drugs, *_), (count,) in self.seen.values():
            self.found.by_status[status] += count
            if drugs:
                for drug in drugs.split(_BETWEEN):
                    self.found.by_drug[drug] += count
        self.seen.clear()


def cells(answer: Answer) -> Cells:
    """An answer as the cells of COLUMNS. Several drugs of one text are joined by semicolons, with the highest of their tiers."""
    status, matches = answer["status"], answer["matches"]
    if status in LISTED and matches:
        highest = min((match["drug"] for match in matches), key=lambda drug: drug["relative_risk_rank"])
        drugs = _BETWEEN.join(match["drug"]["id"] for match in matches)
        names = _BETWEEN.join(dict.fromkeys(match["name"] for match in matches))
        return status, drugs, highest["relative_risk"], names, str(matches[0]["distance"]), ""
    if status == "suggestion":
        offers = _BETWEEN.join(f"{match['name']} ({match['drug']['id']})" for match in matches)
        return status, "", "", "", str(matches[0]["distance"]), offers
    known = (
        answer["class"] or answer["regimen"] or answer["treatment"] or answer["not_linked"] or answer["other_medicine"]
    )
    return status, "", "", known["name"] if known else "", "", ""


def check_columns(names: list[str], column: str, table: Path) -> int:
    """The place of `column` among the names of a table's columns; raises CrskbError if it is not there once, or a column of ours is there."""
    if names.count(column) > 1:
        raise CrskbError(f"{table}: has {names.count(column)} columns {column!r}; rename all but one")
    if column not in names:
        raise CrskbError(f"{table}: has no column {column!r}; it has {', '.join(map(shown, names[:30]))}")
    taken = [name for name in COLUMNS if name in names]
    if taken:
        raise CrskbError(f"{table}: has a column {taken[0]} already; it looks like the output of an earlier screening")
    return names.index(column)


def shown(name: str) -> str:
    """The name of a column as a message holds it."""
    name = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."
    return name if name.isprintable() else repr(name)  # what is written in a table does not command the terminal


def fault_of(text: str) -> str:
    """Why a text cannot be looked up, empty if it can."""
    if fault := length_fault(text):
        return f"the text {fault}"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "the text is not UTF-8"
    return "the text holds a NUL character" if "\0" in text else ""
