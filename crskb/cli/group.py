"""The group that all commands belong to, how it shows errors, and the options that commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from crskb import __version__, paths
from crskb.errors import CrskbError, InvalidData

_data = partial(
    click.option, "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder with the YAML files."
)
DATA = _data(default=Path("data"), show_default=True)
DATA_TO_READ = _data(default=paths.data, show_default="data, or else the data installed with crskb")

_db = partial(click.option, "--db", type=click.Path(path_type=Path), help="The SQLite file.")
DB = _db(default=paths.database, show_default="crskb.db, or else the one installed with crskb")
DB_TO_WRITE = _db(default=Path("crskb.db"), show_default=True)


def format_option(usual: str, help_text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option for the form of the output: `usual`, which is the default, or JSON."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice([usual, "json"]),
        default=usual,
        show_default=True,
        help=help_text,
    )


FORMAT = format_option("text", "Lines for a person, or one JSON object.")


def print_json(value: object) -> None:
    """One JSON object, indented, with letters of all scripts as they are."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


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
