"""The command line; the only module that prints or exits."""

from __future__ import annotations

from pathlib import Path

import click

from crskb import __version__
from crskb.errors import CrskbError, InvalidData

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder with the YAML files.",
)

DB = click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=True),
    default=Path("crskb.db"),
    show_default=True,
    help="The SQLite file.",
)


class _Group(click.Group):
    """Shows a CrskbError as its text, problems in the data one a line, and exits 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except InvalidData as error:
            click.echo(str(error), err=True)
            raise click.exceptions.Exit(1) from error
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
    click.echo(
        f"{len(knowledge.drugs)} drugs, {len(knowledge.sources)} sources: {errors} errors, {len(problems) - errors} warnings",
        err=True,
    )
    if errors:
        raise click.exceptions.Exit(1)


@main.command()
@DATA
@DB
def build(data: Path, db: Path) -> None:
    """Check the YAML files and write them to a SQLite file; data with errors are refused and the old file stays."""
    from crskb.database.build import build as write
    from crskb.knowledge.checks import load_checked

    knowledge, warnings = load_checked(data)
    for warning in warnings:
        click.echo(f"{warning} [{warning.level}]", err=True)
    counts = write(knowledge, data, db)
    click.echo(
        f"{db}: {counts['drugs']} drugs, {counts['crs_incidence']} cohorts, {counts['sources']} sources, {db.stat().st_size:,} bytes"
    )


@main.command()
@DATA
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a schema is out of date.")
def schema(data: Path, check: bool) -> None:
    """Write the JSON Schemas that editors use (data/schema) from the models and vocabularies."""
    from crskb.knowledge.load import load
    from crskb.knowledge.schema import schemas, write_schemas

    knowledge, folder = load(data), data / "schema"
    if not check:
        changed = write_schemas(knowledge, folder)
        click.echo(f"{folder}: {len(changed)} written" if changed else f"{folder}: up to date")
        return
    for name, text in schemas(knowledge).items():
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text:
            raise CrskbError(f"{folder / name} is out of date; run `crskb schema`")
    click.echo(f"{folder}: up to date")


@main.command()
@DB
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def stats(db: Path, as_json: bool) -> None:
    """Print how much the built file covers and how well it is sourced."""
    import json
    from contextlib import closing
    from dataclasses import asdict

    from crskb.database.connection import open_readonly
    from crskb.database.stats import stats as count

    with closing(open_readonly(db)) as connection:
        figures = asdict(count(connection))
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    for name, figure in figures.items():
        click.echo(
            f"{name.replace('_', ' '):26}{figure:>12,}"
            if isinstance(figure, int)
            else f"{name.replace('_', ' '):26}{figure:>12}"
        )


@main.command()
@DB
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
def serve(db: Path, host: str, port: int) -> None:
    """Serve the built file: pages, JSON API and Datasette."""
    from crskb.web.server import serve as run

    click.echo(f"http://{host}:{port}/", err=True)
    run(db, host, port)
