"""The command that makes the list of other medicines' names again: names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from crskb.cli.group import DATA, main
from crskb.maintain.registers import REGISTERS


def _registers(command: Callable[..., None]) -> Callable[..., None]:
    """An option for the file of each register."""
    for register in reversed(REGISTERS):
        kind = click.Path(path_type=Path, exists=True, dir_okay=False)
        command = click.option(f"--{register.option}", type=kind, help=register.help)(command)
    return command


@main.command()
@DATA
@_registers
@click.option("--dry-run", is_flag=True, help="Write nothing; print the account alone.")
def names(data: Path, dry_run: bool, **files: Path | None) -> None:
    """Make data/other_medicine_names.csv again from the registers' own files.

    Each file is optional. What the list holds from a register whose file is given is replaced by that file; the rest stays. Every row
    that is read is in the list, the same as another, or left out, and the account says why. Read the difference before you commit it:
    a brand name may be an ordinary word, and a name that is left out because it holds one of ours may belong to a drug of ours.
    """
    from crskb.knowledge.load import load
    from crskb.maintain.name_list import make_again, write_names

    given = {register: file for register in REGISTERS if (file := files[register.option.replace("-", "_")])}
    if not given:
        raise click.UsageError("name at least one file of a register")
    listed, account = make_again(load(data), given)
    for reason, count in account.left_out.most_common():
        click.echo(f"{count:>10,} left out: {reason}")
    left_out = account.left_out.total()
    click.echo(
        f"{account.read:>10,} rows read = {account.taken:,} names + {account.merged:,} said before + {left_out:,} left out"
    )
    click.echo(f"{account.gone:>10,} names stand in no register any more, or are ours now")
    file = data / "other_medicine_names.csv"
    if not dry_run:
        write_names(listed, file)
    click.echo(f"{file}: {account.names:,} names{', not written' if dry_run else ''}")
