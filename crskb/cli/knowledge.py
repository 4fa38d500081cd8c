"""Commands over the YAML files: validate, build, schema."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from crskb.cli.group import DATA, DATA_TO_READ, DB_TO_WRITE, FORMAT, main, print_json
from crskb.errors import CrskbError


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """All that is read lives until the command ends: looking for garbage in it would take a third of the time of reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@main.command()
@DATA
@click.option(
    "--fix",
    is_flag=True,
    help="First mend what needs no judgement: order of keys, short lists, spaces, left-overs of the template.",
)
@FORMAT
def validate(data: Path, fix: bool, output_format: str) -> None:
    """Check all YAML files and show every problem at once, each with its place and what to do.

    On GitHub (GITHUB_ACTIONS=true) each problem is also printed as an annotation of its line.
    """
    from dataclasses import asdict

    from crskb.cli.problems import show
    from crskb.knowledge.checks import check
    from crskb.knowledge.load import load
    from crskb.maintain.mend import mend_all

    mended = mend_all(data) if fix else {}
    with without_garbage_collection():
        knowledge = load(data)
        problems = check(knowledge)
    drugs, sources = len(knowledge.drugs), len(knowledge.sources)
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    if output_format == "json":
        counts = {"drugs": drugs, "sources": sources, "errors": errors, "warnings": warnings}
        print_json({**counts, "mended": mended, "problems": [asdict(problem) for problem in problems]})
    else:
        for file, changes in mended.items():
            click.echo(f"{file}: mended: {', '.join(changes)}")
        show(problems)
        click.echo(f"{drugs} drugs, {sources} sources: {errors} errors, {warnings} warnings", err=True)
    if errors:
        raise click.exceptions.Exit(1)


@main.command()
@DATA_TO_READ
@DB_TO_WRITE
def build(data: Path, db: Path) -> None:
    """Check the YAML files and write them to a SQLite file; data with errors are refused and the old file stays."""
    from crskb.database.build import build as write
    from crskb.knowledge.checks import load_checked

    with without_garbage_collection():
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
