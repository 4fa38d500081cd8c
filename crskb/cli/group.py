"""The group that all commands belong to, how it shows errors, and the options that commands share."""

from __future__ import annotations

from pathlib import Path

import click

from crskb import __version__, paths
from crskb.errors import CrskbError, InvalidData

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder with the YAML files.",
)

DATA_TO_READ = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=paths.data,
    show_default="data, or else the data installed with crskb",
    help="Folder with the YAML files.",
)

DB = click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=True),
    default=paths.database,
    show_default="crskb.db, or else the one installed with crskb",
    help="The SQLite file.",
)

DB_TO_WRITE = click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=True),
    default=Path("crskb.db"),
    show_default=True,
    help="The SQLite file.",
)

FORMAT = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for a person, or one JSON object.",
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
