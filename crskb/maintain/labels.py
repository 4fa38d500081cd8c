"""Whether a cited US label has a newer version than the one our figures come from, by openFDA and by DailyMed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from crskb.knowledge.fields import SourceKind
from crskb.knowledge.load import Knowledge
from crskb.knowledge.source import Source
from crskb.maintain.claims import figure, resting, summed
from crskb.maintain.visit import Manners, Offline, Visitor, as_json

OPENFDA = "https://api.fda.gov"
DAILYMED = "https://dailymed.nlm.nih.gov/dailymed/services/v2"
STATUSES = {
    "newer": "a newer version is out than the one that was read",
    "not_dated": "the source does not say which version was read, so it cannot be compared",
    "unanswered": "neither openFDA nor DailyMed answered",
    "not_found": "neither openFDA nor DailyMed has a label of this set id",
    "current": "the version that was read is the newest",
}
_VERSION = re.compile(r"\bDailyMed version (\d+)\b")


@dataclass(frozen=True)
class Version:
    """A label's newest version: its number, its date (YYYY-MM-DD), who says so, and how fresh what they say is."""

    version: int | None
    date: str
    told_by: str
    as_of: str | None = None


@dataclass(frozen=True)
class Label:
    """A cited label beside its newest version; `status` is a key of STATUSES, `figures` the cohorts that rest on it by drug."""

    id: str
    set_id: str
    read_date: str | None
    read_revision: str | None
    status: str
    detail: str
    newest: Version | None = None
    rests: dict[str, str] = field(default_factory=dict)
    figures: dict[str, list[str]] = field(default_factory=dict)


def us_labels(knowledge: Knowledge) -> tuple[dict[str, Source], list[str]]:
    """The US labels in use that carry a set id, and the ids of those that carry none."""
    labels = {
        id_: entry.record
        for id_, entry in knowledge.sources.items()
        if entry.record.kind == SourceKind.LABEL
        and entry.record.jurisdiction == "US"
        and not (entry.record.superseded_by or entry.record.retracted)
    }
    return (
        {id_: source for id_, source in labels.items() if source.set_id},
        sorted(id_ for id_, source in labels.items() if not source.set_id),
    )


def check_labels(
    knowledge: Knowledge,
    manners: Manners,
    openfda: str = OPENFDA,
    dailymed: str = DAILYMED,
    on_done: Callable[[str], None] = lambda _: None,
) -> list[Label]:
    """Ask for the newest version of each label with a set id; raises Offline if neither service answered at all."""
    sources, _ = us_labels(knowledge)
    newest = asyncio.run(
        _newest({str(source.set_id) for source in sources.values()}, manners, openfda, dailymed, on_done)
    )
    claims = resting(knowledge)
    labels = []
    for id_, source in sources.items():
        status, detail, version = _compared(source, newest[str(source.set_id)])
        rows = claims.get(id_, [])
        figures: dict[str, list[str]] = {}
        for claim in rows:
            if claim.cohort:
                figures.setdefault(claim.place, []).append(figure(claim.cohort))
        labels.append(
            Label(id_, str(source.set_id), source.date, source.revision, status, detail, version, summed(rows), figures)
        )
    order = list(STATUSES)
    return sorted(labels, key=lambda label: (order.index(label.status), label.id))


async def _newest(
    set_ids: set[str], manners: Manners, openfda: str, dailymed: str, on_done: Callable[[str], None]
) -> dict[str, Version | str]:
    """Set id -> its newest version, or the status word that says why there is none."""
    async with Visitor(manners) as visitor:

        async def one(set_id: str) -> tuple[str, Version | str]:
            answers = [await _openfda(visitor, openfda, set_id)]
            if not isinstance(answers[0], Version):  # openFDA leaves out labels, cell therapies among them
                answers.append(await _dailymed(visitor, dailymed, set_id))
            on_done(set_id)
            found = next((answer for answer in answers if isinstance(answer, Version)), None)
            return set_id, found or ("unanswered" if "unanswered" in answers else "not_found")

        found = dict(await asyncio.gather(*(one(set_id) for set_id in sorted(set_ids))))
        if set_ids and not visitor.answers:
            raise Offline(
                "neither openFDA nor DailyMed could be reached, so nothing can be said of the labels; is this machine online?"
            )
        return found


async def _openfda(visitor: Visitor, base: str, set_id: str) -> Version | str:
    query = quote(f'set_id:"{set_id}"', safe="")
    answer = await visitor.ask("GET", f"{base}/drug/label.json?search={query}&limit=1", body=True)
    said = as_json(answer)
    if answer.status == 404:
        return "not_found"
    try:
        label = said["results"][0]
        stated = label["effective_time"]
        if answer.status != 200 or label["set_id"] != set_id:
            return "unanswered"
        return Version(
            _number(label.get("version")), _day(stated, "%Y%m%d"), "openFDA", said["meta"].get("last_updated")
        )
    except (KeyError, IndexError, TypeError, ValueError):
        return "unanswered"


async def _dailymed(visitor: Visitor, base: str, set_id: str) -> Version | str:
    answer = await visitor.ask("GET", f"{base}/spls/{set_id}/history.json", body=True)
    said = as_json(answer)
    if answer.status == 404:
        return "not_found"
    try:
        history = said["data"]["history"]
        if answer.status != 200 or said["data"]["spl"]["setid"].lower() != set_id:
            return "unanswered"
        if not history:
            return "not_found"
        versions = [
            Version(_number(row["spl_version"]), _day(row["published_date"], "%b %d, %Y", "%Y-%m-%d"), "DailyMed")
            for row in history
        ]
        return max(versions, key=lambda version: (version.version or 0, version.date))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return "unanswered"


def _number(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None


def _day(stated: str, *forms: str) -> str:
    for form in forms:
        try:
            return datetime.strptime(stated, form).date().isoformat()
        except ValueError:
            continue
    raise ValueError(stated)


def _compared(source: Source, newest: Version | str) -> tuple[str, str, Version | None]:
    """Status, its reason in words, and the newest version. A version number decides over dates; a date decides as exactly as it is given."""
    if isinstance(newest, str):
        return newest, STATUSES[newest], None
    number = f"version {newest.version} of {newest.date}" if newest.version else newest.date
    said = f"newest is {number} ({newest.told_by}{f', data of {newest.as_of}' if newest.as_of else ''})"
    read = _VERSION.search(source.revision or "")
    if read and newest.version:
        same = newest.version <= int(read[1])
        return "current" if same else "newer", f"read version {read[1]}; {said}", newest
    if source.date and newest.date[: len(source.date)] != source.date:
        later = newest.date > source.date
        return "newer" if later else "current", f"read the revision of {source.date}; {said}", newest
    if source.date and len(source.date) > len("2026"):
        return "current", f"read the revision of {source.date}; {said}", newest
    if newest.date > source.seen_on:
        return "newer", f"read on {source.seen_on}; {said}", newest
    return (
        "not_dated",
        f"read {f'a revision of {source.date}' if source.date else 'an undated revision'}; {said}",
        newest,
    )
