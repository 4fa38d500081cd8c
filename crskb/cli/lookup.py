"""Commands that resolve names: lookup, screen."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from crskb.cli.group import DB, main
from crskb.lookup.answers import NOT_SAFE, Answer
from crskb.words import LISTED, length_fault


@main.command()
@DB
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per name, as the API answers.")
def lookup(db: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Say for each NAME whether it is linked with CRS: a brand, generic or biosimilar name, a code, an order line.

    Exit status 0 whatever the answer is; read its status.
    """
    from crskb.lookup.resolver import Resolver

    for name in names:
        if fault := length_fault(name):
            raise click.UsageError(f"a name {fault}")
    resolver = Resolver.from_file(db)
    for answer in map(resolver.resolve, names):
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _text(answer))


def _text(answer: Answer) -> str:
    lines = [f"{answer['query']}: {answer['status']}", f"  {answer['message']}"]
    if answer["status"] in LISTED:
        for match in answer["matches"]:
            drug = match["drug"]
            lines += [f"  {drug['name']}: {drug['summary']}", f"  {drug['why_this_tier']}"]
    if answer["not_linked"]:
        lines.append(f"  {answer['not_linked']['reason']} Reviewed {answer['not_linked']['reviewed_on']}.")
    if answer["treatment"]:
        lines.append(f"  {answer['treatment']['summary']}")
    return "\n".join(lines)


@main.command()
@DB
@click.argument("table", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--column", required=True, help="Column that holds the names.")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; replaced when the run is complete.",
)
def screen(db: Path, table: Path, column: str, output: Path) -> None:
    """Answer every row of TABLE (CSV, TSV or Parquet), whatever its length, and write it with the answers appended.

    Rows that cannot be screened are reported with their line: a row with too few or too many fields is left out, one whose name cannot be
    read gets the status bad_row. They do not stop the run; the exit status is 1 if there was one.
    """
    from crskb.lookup.resolver import Resolver
    from crskb.lookup.screen import screen as run

    resolver = Resolver.from_file(db)
    bar: Any = click.progressbar(length=_length(table), label=f"Screening {table.name}", file=sys.stderr)
    with bar:
        found = run(table, column, output, resolver, bar.update)
    click.echo(f"{output}: {found.rows:,} rows, {found.distinct:,} distinct names", err=True)
    for status, count in found.by_status.most_common():
        click.echo(f"  {status:16}{count:>12,}", err=True)
    for drug, count in found.by_drug.most_common():
        click.echo(f"  {drug:40}{count:>12,}", err=True)
    click.echo(f"For all other rows: {NOT_SAFE}.", err=True)
    for line, fault in found.bad:
        click.echo(f"{table}:{line}: {fault}", err=True)
    if found.bad_rows:
        more = f", {len(found.bad)} of them above" if found.bad_rows > len(found.bad) else ""
        click.echo(f"{found.bad_rows:,} bad rows{more}; {found.left_out:,} of them are not in the output", err=True)
        raise click.exceptions.Exit(1)


def _length(table: Path) -> int:
    """What the bar counts: bytes of text, rows of Parquet."""
    if table.suffix.lower() == ".parquet" and table.is_file():
        try:
            from pyarrow.parquet import read_metadata

            rows: int = read_metadata(table).num_rows
            return rows
        except (ImportError, OSError, ValueError):  # the run itself says what is wrong
            return 0
    return table.stat().st_size if table.is_file() else 0
