"""Commands that say what to look at again: stale, links, labels."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crskb.cli.group import DATA_TO_READ, FORMAT, main, print_json
from crskb.errors import CrskbError

if TYPE_CHECKING:
    from crskb.maintain.labels import Label

NOT_CHECKED = 3  # nobody answered: neither "fine" (0) nor "problems found" (1)


def _manners(command: Callable[..., None]) -> Callable[..., None]:
    """The options on how to ask other hosts."""
    options: tuple[tuple[str, float, click.ParamType[Any], str], ...] = (
        ("--tries", 3, click.IntRange(1, 10), "Tries before giving up on a busy or silent host."),
        ("--timeout", 20.0, click.FloatRange(0.1, 300), "Seconds to wait for an answer, its redirects included."),
        ("--pause", 1.0, click.FloatRange(0, 60), "Seconds between two questions to one host."),
    )
    for name, default, kind, help_text in options:
        command = click.option(name, default=default, show_default=True, type=kind, help=help_text)(command)
    return command


@main.command()
@DATA_TO_READ
@click.option(
    "--older-than", default="365d", show_default=True, metavar="DURATION", help="Age in days or weeks: 365d, 26w."
)
@FORMAT
def stale(data: Path, older_than: str, output_format: str) -> None:
    """List drugs by their last review, sources by the day they were read and labels by their revision, where older than asked, and what rests on them.

    Exit 1 if there are any, 0 otherwise; labels without a date of revision are named and do not count.
    """
    from crskb.knowledge.load import load
    from crskb.maintain import stale as ages

    try:
        older_than_days = ages.days(older_than)
    except CrskbError as error:
        raise click.BadParameter(str(error), param_hint="--older-than") from error
    found = ages.stale(load(data), older_than_days, date.today())
    if output_format == "json":
        print_json(asdict(found))
    else:
        for title, rows in (
            ("Drugs last reviewed", found.drugs),
            ("Sources last read", found.sources),
            ("Labels last revised", found.labels),
        ):
            click.echo(f"{title} more than {older_than_days} days ago (as of {found.as_of}): {len(rows)}")
            for row in rows:
                click.echo(f"  {row.date:10} {row.age_days:>5} days  {row.id}")
                for place, words in row.rests.items():
                    click.echo(f"{'':24}{place}: {words}")
        click.echo(f"Labels whose revision has no date: {len(found.labels_undated)}")
        for id_ in found.labels_undated:
            click.echo(f"  {id_}")
    if found.drugs or found.sources or found.labels:
        raise click.exceptions.Exit(1)


@main.command()
@DATA_TO_READ
@_manners
@FORMAT
def links(data: Path, output_format: str, **manners: Any) -> None:
    """Ask for every source's addresses and list those that do not lead to a page.

    Exit 1 if a link is broken, 3 if nobody answered (nothing is known then), 0 otherwise. Where more than a tenth of the
    addresses were not answered, the last line says so.
    """
    from crskb.knowledge.load import load
    from crskb.maintain.http_client import Manners
    from crskb.maintain.links import STATUSES, addresses, check_links

    wanted = addresses(load(data))
    with _asking(len(wanted)) as bar:
        checked = check_links(wanted, Manners(**manners), lambda _: bar.update(1))
    counts = {status: sum(link.status == status for link in checked) for status in STATUSES}
    note = _in_part(counts["unanswered"], len(checked) - counts["not_asked"])
    told = [link for link in checked if link.status != "fine"]
    if output_format == "json":
        print_json({"counts": counts, "note": note, "links": [asdict(link) for link in told]})
    else:
        for link in told:
            to = f" -> {link.leads_to}" if link.leads_to else ""
            click.echo(f"{link.status:10} {link.url}{to}\n{'':11}{link.detail}; {', '.join(link.sources)}")
        _print_counts(f"{len(checked)} addresses", counts, note)
    if counts["broken"]:
        raise click.exceptions.Exit(1)


@main.command()
@DATA_TO_READ
@_manners
@click.option("--openfda", metavar="URL", help="Another address of the openFDA API (a mirror).")
@click.option("--dailymed", metavar="URL", help="Another address of DailyMed's web services (a mirror).")
@FORMAT
def labels(data: Path, openfda: str | None, dailymed: str | None, output_format: str, **manners: Any) -> None:
    """Ask openFDA, then DailyMed, for the newest version of each cited US label and list the figures that rest on an older one.

    Exit 1 if there are such labels, 3 if nobody answered (nothing is known then), 0 otherwise. Where more than a tenth of
    the labels were not answered, the last line says so.
    """
    from crskb.knowledge.load import load
    from crskb.maintain.http_client import Manners
    from crskb.maintain.label_versions import DAILYMED, OPENFDA
    from crskb.maintain.labels import STATUSES, check_labels, us_labels

    knowledge = load(data)
    with_set_id, without = us_labels(knowledge)
    with _asking(len({source.set_id for source in with_set_id.values()})) as bar:
        checked = check_labels(
            knowledge, Manners(**manners), openfda or OPENFDA, dailymed or DAILYMED, lambda _: bar.update(1)
        )
    counts = {status: sum(label.status == status for label in checked) for status in STATUSES}
    note = _in_part(counts["unanswered"], len(checked))
    if output_format == "json":
        rows = [asdict(label) for label in checked]
        print_json({"counts": counts, "note": note, "labels": rows, "without_set_id": without})
    else:
        for label in checked:
            _print_label(label)
        if without:
            click.echo(f"Not asked, since they carry no set id: {', '.join(without)}")
        _print_counts(f"{len(checked)} labels", counts, note)
    if counts["newer"]:
        raise click.exceptions.Exit(1)


def _print_label(label: Label) -> None:
    click.echo(f"{label.status:10} {label.id}: {label.detail}")
    if label.status == "current":
        return
    for place, words in label.rests.items():
        click.echo(f"{'':11}{place}: {words}")
        for cohort in label.figures.get(place, []):
            click.echo(f"{'':13}{cohort}")


@contextmanager
def _asking(length: int) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere; where nobody answers the command ends with NOT_CHECKED."""
    from crskb.maintain.http_client import Offline

    try:
        with click.progressbar(length=length, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            yield bar
    except Offline as error:
        click.echo(f"Not checked: {error}", err=True)
        raise click.exceptions.Exit(NOT_CHECKED) from error


def _in_part(unanswered: int, asked: int) -> str | None:
    """What to say where more than a tenth of what was asked was not answered."""
    if unanswered * 10 <= asked:
        return None
    return f"Checked in part: {unanswered} of {asked} were not answered, and nothing is known of those."


def _print_counts(all_of_them: str, counts: dict[str, int], note: str | None) -> None:
    counted = ", ".join(f"{number} {status.replace('_', ' ')}" for status, number in counts.items())
    click.echo(f"{all_of_them}: {counted}")
    if note:
        click.echo(note)
