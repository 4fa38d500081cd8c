"""Screen a table of any length: each row gets the answer to the name in one of its columns, and no line goes unaccounted for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from crskb.errors import CrskbError
from crskb.files import aside, beside
from crskb.lookup.resolver import Resolver
from crskb.screening.csv_table import screen_csv
from crskb.screening.parquet_table import screen_parquet
from crskb.screening.screener import Refused, Screener, Screening

_DOING = "screening"
_MODE = 0o600  # a row may tell of a patient: only the owner of a new output reads it


def screen(
    table: Path,
    column: str,
    output: Path,
    resolver: Resolver,
    progress: Callable[[int], object] = lambda _: None,
    *,
    quotes: bool = True,
) -> Screening:
    """Write `table` with COLUMNS appended to `output`, which appears when it is complete.

    CSV, TSV and Parquet are told apart by the ending of the file. `progress` gets the bytes or rows done since it was last called.
    Without `quotes` a quote in CSV and TSV is a letter like any other. Raises CrskbError if the table cannot be read or the output
    cannot be written, Refused if a quote that is not closed may hide rows; the output is then as it was.
    """
    is_parquet = _is_parquet(table, output)
    screener = Screener(resolver)
    found = screener.found
    with aside(output, _DOING, _MODE) as new:
        if is_parquet:
            screen_parquet(table, column, new.path, screener, progress)
        else:
            tabs = output.suffix.lower() in (".tsv", ".tab")
            screen_csv(table, column, new.path, screener, progress, tabs=tabs, quotes=quotes)
        screener.settle()
        if found.unclosed:
            raise Refused(
                f"{output}: is not written, as rows may lie hidden behind a quote that is not closed. Close it, write a quote"
                " that is meant twice, or use --no-quotes if quotes are letters like any other in this table",
                found,
            )
        if not found.is_complete():
            raise CrskbError(f"{table}: not every line is accounted for, so nothing is written; please report this")
        new.replace()
    return found


def _is_parquet(table: Path, output: Path) -> bool:
    """Whether both are Parquet; raises CrskbError if they do not go together."""
    if not os.path.exists(table):
        raise CrskbError(f"{table}: no such file")
    if not os.path.isfile(table):
        raise CrskbError(f"{table}: is not an ordinary file")
    for path in (output, beside(Path(os.path.realpath(output)), _DOING)):
        if os.path.exists(path) and os.path.samefile(path, table):
            raise CrskbError(f"{output}: is the table itself; name another file for the output")
    kinds = [path.suffix.lower() == ".parquet" for path in (table, output)]
    if kinds[0] != kinds[1]:
        raise CrskbError("a Parquet table is written as Parquet, and a CSV or TSV table as CSV or TSV")
    return kinds[0]
