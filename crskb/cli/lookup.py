"""Commands that resolve names: lookup, screen."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crskb.cli.group import DB, format_option, main
from crskb.cli.signals import undone_by_signals
from crskb.lookup.answers import NOT_SAFE, Answer
from crskb.words import LISTED, length_fault

if TYPE_CHECKING:
    from crskb.screening.screener import Screening


@main.command()
@DB
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@format_option("text", "Lines for a person, or one JSON object per name and line, as the API answers.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def lookup(db: Path, names: tuple[str, ...], output_format: str, as_json: bool) -> None:
    """Say for each NAME whether it is linked with CRS: a brand, generic or biosimilar name, a code, an order line.

    In place of a NAME, - stands for the lines of standard input: each is answered as it comes, blank ones are passed over, and one
    that cannot be looked up is named on standard error.

    Exit status 0 whatever the answer is; read its status. It is 1 if a line of standard input has no answer.
    """
    from crskb.lookup.resolver import Resolver
    from crskb.screening.screener import fault_of

    for name in names:
        if fault := length_fault(name):
            raise click.UsageError(f"a name {fault}")
    resolver = Resolver.from_file(db)
    left_out = 0
    for number, name in _typed_and_read(names):
        if fault := fault_of(name) if number else "":
            click.echo(f"-:{number}: {fault}", err=True)
            left_out += 1
            continue
        answer = resolver.resolve(name)
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json or output_format == "json" else _text(answer))
    if left_out:
        raise click.exceptions.Exit(1)


def _typed_and_read(names: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Each name with 0, or with its line if it comes from standard input."""
    for name in names:
        if name != "-":
            yield 0, name
            continue
        for number, line in enumerate(sys.stdin.buffer, start=1):
            text = line.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape").strip()
            if text:
                yield number, text


def _text(answer: Answer) -> str:
    lines = [f"{answer['query']}: {answer['status']}", f"  {answer['message']}"]
    if answer["status"] in LISTED:
        for match in answer["matches"]:
            drug = match["drug"]
            lines += [f"  {drug['name']}: {drug['summary']}", f"  {drug['why_this_tier']}"]
    for class_member in answer["class"]["members"] if answer["class"] else ():
        lines.append(f"  {class_member['name']}: {class_member['tier_name'].lower()}")
    for member in answer["regimen"]["members"] if answer["regimen"] else ():
        lines.append(f"  {member['name']}: {member['message']}")
    if answer["not_linked"]:
        lines.append(f"  {answer['not_linked']['reason']} Reviewed {answer['not_linked']['reviewed_on']}.")
    if answer["treatment"]:
        lines.append(f"  {answer['treatment']['summary']}")
    return "\n".join(lines)


@main.command()
@DB
@click.argument("table", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--column", help="Column that holds the names; else the one whose first 200 rows are a known medicine most often."
)
@click.option("--sheet", help="Sheet of an XLSX table; else the first that is not hidden and has rows.")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; replaced when the run is complete.",
)
@click.option("--no-quotes", is_flag=True, help="A quote in TABLE is a letter like any other; each line is one row.")
def screen(db: Path, table: Path, column: str | None, sheet: str | None, output: Path, no_quotes: bool) -> None:
    """Answer every row of TABLE (CSV, TSV, XLSX or Parquet), of any length, and write it with the answers appended.

    Every line is accounted for at the end of the run: it is in the output, blank, or left out and named. A row whose name cannot be
    read gets the status bad_row; a line with too few or too many fields, or with a quote in the wrong place, is left out. Neither
    stops the run. Where a quote is not closed in the row where it opens, the lines behind it might go unseen in one cell: then
    nothing is written and an old output stays. The exit status is 1 in each of these cases, and where a line within a cell of
    several lines reads as a row with a medicine.

    Cells of a CSV or TSV are passed through as they are, formulas such as =cmd|... among them: import such an output into a
    spreadsheet as text. Cells of XLSX are read as the text that they show and written as text; a formula is not computed, so a name
    that comes by one gets bad_row. What starts like a formula has an apostrophe before it there. A new output can be read by its owner alone; an old one keeps its permissions.
    """
    from crskb.lookup.resolver import Resolver
    from crskb.screening.screen import screen as run
    from crskb.screening.screener import Refused

    resolver = Resolver.from_file(db)
    bar: Any = click.progressbar(length=_length(table), label=f"Screening {table.name}", file=sys.stderr)
    try:
        with undone_by_signals(), bar:
            found = run(table, column, output, resolver, bar.update, quotes=not no_quotes, sheet=sheet)
    except Refused as error:
        _show_account(error.found, table, output)
        raise
    click.echo(f"{output}: {found.rows:,} rows, {found.distinct:,} distinct names", err=True)
    for status, count in found.by_status.most_common():
        click.echo(f"  {status:16}{count:>12,}", err=True)
    for drug, count in found.by_drug.most_common():
        click.echo(f"  {drug:40}{count:>12,}", err=True)
    click.echo(f"For all other rows: {NOT_SAFE}.", err=True)
    _show_account(found, table, output)
    if found.faults:
        click.echo(
            "Look at the places named above: what stands there has no answer, or may hide a row that has none.",
            err=True,
        )
        raise click.exceptions.Exit(1)


def _show_account(found: Screening, table: Path, output: Path) -> None:
    """What was chosen, every fault with its place, then what became of each line."""
    for note in found.notes:
        click.echo(f"{table}: {note}", err=True)
    unit = "lines" if found.header else "rows"
    for first, last, fault in found.faults:
        click.echo(f"{table}:{first}: {fault}{f' ({unit} {first} to {last})' if last > first else ''}", err=True)
    if found.unnamed:
        click.echo(f"{table}: {found.unnamed:,} more {unit} with faults are not named; mend these first", err=True)
    if found.long_rows:
        first, last = found.longest
        lines = f"{found.long_rows + found.further_lines:,} lines, the longest from line {first} to line {last}"
        click.echo(f"{table}: rows that run over several lines: {found.long_rows:,}, on {lines}", err=True)
    if found.header:
        parts = [
            f"{found.header} of the header",
            f"{found.rows + found.further_lines:,} of rows",
            f"{found.blank:,} blank",
        ]
    else:
        parts = [f"{found.rows:,} in {output}"]
    parts.append(f"{found.left_out:,} left out and named above")
    click.echo(f"{table}: {found.lines:,} {unit} read = {' + '.join(parts)}", err=True)


def _length(table: Path) -> int:
    """What the bar counts: bytes of text, rows of Parquet; 0 if it is not known (XLSX), or the table cannot be read, as the run says why."""
    if not os.path.isfile(table) or table.suffix.lower() in (".xlsx", ".xlsm"):
        return 0
    if table.suffix.lower() == ".parquet":
        try:
            from pyarrow import ArrowException
            from pyarrow.parquet import read_metadata
        except ImportError:
            return 0
        try:
            return int(read_metadata(table).num_rows)
        except (ArrowException, OSError, ValueError):
            return 0
    return table.stat().st_size
