"""Screen a table of any length: each row gets the answer to the name in one of its columns. Each distinct text is resolved once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crskb.errors import CrskbError
from crskb.lookup.answers import Answer
from crskb.lookup.resolver import Resolver
from crskb.words import length_fault

COLUMNS = (
    "crskb_status",
    "crskb_drug_id",
    "crskb_relative_risk",
    "crskb_matched_name",
    "crskb_distance",
    "crskb_suggestions",
)
BAD_ROW = "bad_row"  # status of a row whose text cannot be read; kept, so that nobody misses it
MOST_REPORTED = 20  # bad rows that are named one by one
_MOST_KEPT = 200_000  # distinct texts in memory
_BETWEEN = "; "

Cells = tuple[str, str, str, str, str, str]
Progress = Callable[[int], None]


@dataclass
class Screening:
    """What a run found. `bad` holds the first rows that could not be screened, each with its line; `bad_rows` is their number."""

    rows: int = 0
    distinct: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_drug: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[int, str]] = field(default_factory=list)
    bad_rows: int = 0
    left_out: int = 0

    def report(self, line: int, fault: str, *, left_out: bool) -> None:
        """Note a row that could not be screened; `left_out` if it is not in the output either."""
        self.bad_rows += 1
        if left_out:
            self.left_out += 1
        else:
            self.by_status[BAD_ROW] += 1
        if len(self.bad) < MOST_REPORTED:
            self.bad.append((line, fault))


class Screener:
    """Answers as cells of a row; texts seen before are answered from memory."""

    def __init__(self, resolver: Resolver):
        self.found = Screening()
        self._resolver = resolver
        self.seen: dict[str, tuple[Cells, list[int]]] = {}  # cells and, as a list of one, how many rows held the text

    def resolve(self, text: str, line: int) -> tuple[Cells, list[int]]:
        """The cells of a text that is not in memory."""
        if len(self.seen) >= _MOST_KEPT:
            self.settle()
        fault = _fault(text)
        if fault:
            self.found.report(line, fault, left_out=False)
            return (BAD_ROW, "", "", "", "", ""), [0]  # not kept: each such row is reported
        entry = cells(self._resolver.resolve(text)), [0]
        self.seen[text] = entry
        self.found.distinct += 1
        return entry

    def settle(self) -> None:
        """Count what is in memory and forget it."""
        for (status, drugs, *_), (count,) in self.seen.values():
            self.found.by_status[status] += count
            if drugs:
                for drug in drugs.split(_BETWEEN):
                    self.found.by_drug[drug] += count
        self.seen.clear()


def screen(
    table: Path, column: str, output: Path, resolver: Resolver, progress: Progress = lambda _: None
) -> Screening:
    """Write `table` with COLUMNS appended to `output`, which appears when it is complete; raises CrskbError if the table cannot be read.

    CSV, TSV and Parquet are told apart by the ending of the file. `progress` gets the bytes or rows done since it was last called.
    """
    if not table.is_file():
        raise CrskbError(f"{table}: no such file")
    if output.exists() and output.samefile(table):
        raise CrskbError(f"{output}: is the table itself; name another file for the output")
    kinds = [path.suffix.lower() == ".parquet" for path in (table, output)]
    if kinds[0] != kinds[1]:
        raise CrskbError("a Parquet table is written as Parquet, and a CSV or TSV table as CSV or TSV")
    screener = Screener(resolver)
    with _aside(output) as aside:
        if kinds[0]:
            from crskb.lookup.screen_parquet import screen_parquet

            screen_parquet(table, column, aside, screener, progress)
        else:
            from crskb.lookup.screen_csv import screen_csv

            tabs = output.suffix.lower() in (".tsv", ".tab")
            screen_csv(table, column, aside, screener, progress, tabs=tabs)
        os.replace(aside, output)
    screener.settle()
    return screener.found


def cells(answer: Answer) -> Cells:
    """An answer as the cells of COLUMNS. Several drugs of one text are joined by semicolons, with the highest of their tiers."""
    status, matches = answer["status"], answer["matches"]
    if status in ("match", "ambiguous"):
        highest = min((match["drug"] for match in matches), key=lambda drug: drug["relative_risk_rank"])
        drugs = _BETWEEN.join(match["drug"]["id"] for match in matches)
        names = _BETWEEN.join(dict.fromkeys(match["name"] for match in matches))
        return status, drugs, highest["relative_risk"], names, str(matches[0]["distance"]), ""
    if status == "suggestion":
        offers = _BETWEEN.join(f"{match['name']} ({match['drug']['id']})" for match in matches)
        return status, "", "", "", str(matches[0]["distance"]), offers
    known = answer["treatment"] or answer["not_linked"] or answer["other_medicine"]
    return status, "", "", known["name"] if known else "", "", ""


def check_columns(names: list[str], column: str, table: Path) -> int:
    """The place of `column` among the names of a table's columns; raises CrskbError if it is not there once, or a column of ours is there."""
    if names.count(column) > 1:
        raise CrskbError(f"{table}: has {names.count(column)} columns {column!r}; rename all but one")
    if column not in names:
        raise CrskbError(f"{table}: has no column {column!r}; it has {', '.join(names[:30])}")
    taken = [name for name in COLUMNS if name in names]
    if taken:
        raise CrskbError(f"{table}: has a column {taken[0]} already; it looks like the output of an earlier screening")
    return names.index(column)


@contextmanager
def _aside(output: Path) -> Iterator[Path]:
    """An empty file beside `output` that is gone afterwards unless it was moved."""
    if not output.parent.is_dir():
        raise CrskbError(f"{output.parent}: no such folder")
    if output.is_dir():
        raise CrskbError(f"{output}: is a folder, not a file")
    aside = output.with_name(f".{output.name}.{os.getpid()}.screening")
    try:
        aside.unlink(missing_ok=True)
        aside.touch(exist_ok=False)  # never through a link that somebody put there
        yield aside
    except OSError as error:
        raise CrskbError(f"{error.filename or output}: {error.strerror or error}") from error
    finally:
        aside.unlink(missing_ok=True)


def _fault(text: str) -> str:
    if fault := length_fault(text):
        return f"the text {fault}"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "the text is not UTF-8"
    return "the text holds a NUL character" if "\0" in text else ""
