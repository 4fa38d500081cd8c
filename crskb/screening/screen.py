"""Screen a table of any length: each row gets the answer to the name in one of its columns, and no line goes unaccounted for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from crskb.errors import CrskbError
from crskb.files import aside, beside
from crskb.lookup.resolver import Resolver
from crskb.screening.column import SAMPLED, guess
from crskb.screening.csv_table import row_writers, sample_csv, screen_csv
from crskb.screening.parquet_table import sample_parquet, screen_parquet
from crskb.screening.screener import Refused, Screener, Screening
from crskb.screening.xlsx_table import sample_xlsx, screen_xlsx

_DOING = "screening"
_WORKBOOKS = (".xlsx", ".xlsm")
_MODE = 0o600  # a row may tell of a patient: only the owner of a new output reads it


def screen(
    table: Path,
    column: str | None,
    output: Path,
    resolver: Resolver,
    progress: Callable[[int], object] = lambda _: None,
    *,
    quotes: bool = True,
    sheet: str | None = None,
) -> Screening:
    """Write `table` with COLUMNS appended to `output`, which appears when it is complete.

    CSV, TSV, XLSX and Parquet are told apart by the ending of the file. Without `column` it is guessed. `progress` gets the bytes
    or rows done since it was last called. Without `quotes` a quote in CSV and TSV is a letter like any other. `sheet` names one of
    XLSX; else it is the first that is not hidden and has rows. Raises CrskbError if the table cannot be read or the output cannot be
    written, Refused if a quote that is not closed may hide rows; the output is then as it was.
    """
    kind = _kind(table, output, sheet)
    form = output.suffix.lower()
    screener = Screener(resolver)
    found = screener.found
    if column is None:
        names, rows = _sample(table, kind, sheet, quotes=quotes)
        try:
            place, why = guess(names, rows, resolver)
        except CrskbError as error:
            raise CrskbError(f"{table}: {error}") from error
        column = names[place]
        found.notes.append(why)
    with aside(output, _DOING, _MODE) as new:
        if kind == ".parquet":
            screen_parquet(table, column, new.path, screener, progress)
        elif kind == ".xlsx":
            with row_writers(new.path, form) as (writer, for_long_rows):
                screen_xlsx(table, column, sheet, writer if form == ".xlsx" else for_long_rows, screener, progress)
        else:
            screen_csv(table, column, new.path, screener, progress, form=form, quotes=quotes)
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


def _sample(table: Path, kind: str, sheet: str | None, *, quotes: bool) -> tuple[list[str], list[list[str]]]:
    """The names of the columns and the first rows, of which the column is guessed."""
    if kind == ".parquet":
        return sample_parquet(table, SAMPLED)
    return sample_xlsx(table, sheet, SAMPLED) if kind == ".xlsx" else sample_csv(table, SAMPLED, quotes=quotes)


def _kind(table: Path, output: Path, sheet: str | None) -> str:
    """ ".parquet", ".xlsx", or an empty text for CSV and TSV; raises CrskbError if table and output do not go together."""
    if not os.path.exists(table):
        raise CrskbError(f"{table}: no such file")
    if not os.path.isfile(table):
        raise CrskbError(f"{table}: is not an ordinary file")
    for path in (output, beside(Path(os.path.realpath(output)), _DOING)):
        if os.path.exists(path) and os.path.samefile(path, table):
            raise CrskbError(f"{output}: is the table itself; name another file for the output")
    kinds = [path.suffix.lower() for path in (table, output)]
    if kinds.count(".parquet") == 1:
        raise CrskbError("a Parquet table is written as Parquet, and a CSV, TSV or XLSX table as CSV, TSV or XLSX")
    if kinds[0] in (".xls", ".xlsb", ".ods"):
        raise CrskbError(f"{table}: {kinds[0]} is not read; save it as .xlsx or .csv")
    if sheet is not None and kinds[0] not in _WORKBOOKS:
        raise CrskbError(f"{table}: has no sheets; --sheet is for .xlsx")
    return ".xlsx" if kinds[0] in _WORKBOOKS else ".parquet" if kinds[0] == ".parquet" else ""
