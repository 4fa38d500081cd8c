"""The command line; the only module that prints or exits."""

from __future__ import annotations

from pathlib import Path

import click

from crskb import __version__
from crskb.errors import CrskbError

DATA = click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=Path("data"), show_default=True, help="Folder with the YAML files.")


class _Group(click.Group):
    """Shows a CrskbError as its text and exits 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CrskbError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="crskb")
def main() -> None:
    """The open knowledge base of medicines linked with cytokine release syndrome (CRS)."""


@main.command()
@DATA
def validate(data: Path) -> None:
    """Check all YAML files and show every problem at once, each with its place and what to do."""
    from crskb.knowledge.checks import check
    from crskb.knowledge.load import load

    knowledge = load(data)
    problems = check(knowledge)
    errors = sum(problem.level == "error" for problem in problems)
    for problem in problems:
        click.echo(f"{problem}" if problem.level == "error" else f"{problem} [{problem.level}]")
    click.echo(f"{len(knowledge.drugs)} drugs, {len(knowledge.sources)} sources: {errors} errors, {len(problems) - errors} warnings", err=True)
    if errors:
        raise click.exceptions.Exit(1)
