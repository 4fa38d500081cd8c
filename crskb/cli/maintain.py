"""Commands for those who change the data: new, diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crskb.cli.group import DATA, format_option, main, print_json

if TYPE_CHECKING:
    from crskb.maintain.new import Written


@main.group()
def new() -> None:
    """Write a commented file for a drug or for a source; nothing is ever overwritten."""


@new.command()
@click.argument("name")
@DATA
@click.option("--anyway", is_flag=True, help="Write it although the name is one letter from a known one.")
def drug(name: str, data: Path, anyway: bool) -> None:
    """Write data/drugs/ID.yaml for the medicine with this nonproprietary NAME."""
    from crskb.maintain.new import new_drug

    written = new_drug(data, name, anyway=anyway)
    _show(written)
    click.echo(
        "Next:\n"
        "  1. crskb new source DOI-or-PMID-or-URL    for each document you have read\n"
        f"  2. fill in the lines above in {written.path}, and the commented ones for which you have something\n"
        "  3. crskb validate                         until it finds nothing; it computes the tier, too\n"
        "  4. add a line to data/changes.yaml, and open a pull request (CONTRIBUTING.md)"
    )


@new.command()
@click.argument("document")
@DATA
@click.option("--id", "id_", default="", help="Id of the source, where the document does not tell it: us-pi-BRAND.")
@click.option("--title", default="", help="Title of the document.")
@click.option("--kind", default="", help="Kind of source: a word of vocabularies/source_kind.yaml.")
def source(document: str, data: Path, id_: str, title: str, kind: str) -> None:
    """Write data/sources/ID.yaml for DOCUMENT: a DOI, PubMed id, PMC id, NCT number or address."""
    from crskb.maintain.new import new_source

    written = new_source(data, document, id_=id_, title=title, kind=kind)
    _show(written)
    click.echo(
        f"Next: cite it as `source: {written.id}`, with a locator (section, table, abstract), then crskb validate"
    )


def _show(written: Written) -> None:
    click.echo(f"{written.path}: written")
    for remark in written.remarks:
        click.echo(f"Note: {remark}", err=True)
    if written.missing:
        click.echo("Still to be filled in:")
        for line, key in written.missing:
            click.echo(f"  {written.path}:{line}: {key}")


@main.command()
@click.argument("old")
@click.argument("new", default="", required=False)
@DATA
@format_option("markdown", "Notes for a reviewer or a release, or one JSON object.")
def diff(old: str, new: str, data: Path, output_format: str) -> None:
    """Say what a reviewer must know of two editions: tiers, figures, names, regulatory rows, sources.

    OLD and NEW are each a built file, a folder with YAML files, or a git revision of the data folder. NEW is the data folder as it
    stands if it is left out.
    """
    from dataclasses import asdict

    from crskb.maintain.diff import compare
    from crskb.maintain.diff_markdown import markdown
    from crskb.maintain.editions import edition

    found = compare(edition(old, data), edition(new or str(data), data))
    if output_format == "json":
        print_json(asdict(found))
    else:
        click.echo(markdown(found), nl=False)
