"""Whether a cited US label has a newer version than the one our figures come from, by openFDA and by DailyMed."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from crskb.knowledge.fields import SourceKind
from crskb.knowledge.load import Knowledge
from crskb.knowledge.source import Source
from crskb.maintain.citations import figure, in_use, resting, summed
from crskb.maintain.http_client import Manners, Offline
from crskb.maintain.label_versions import NoVersion, Version, newest_versions

STATUSES = {
    "newer": "a newer version is out than the one that was read",
    "not_dated": "the source does not say which version was read, so it cannot be compared",
    "unanswered": "no answer that tells its version",
    "not_found": "neither openFDA nor DailyMed has a label of this set id",
    "current": "the version that was read is the newest",
}
_VERSION = re.compile(r"\bDailyMed version (\d+)\b")


@dataclass(frozen=True)
class Label:
    """A cited label beside its newest version; `status` is a key of STATUSES, `figures` the cohorts that rest on it by drug."""

    id: str
    set_id: str
    read_date: str | None
    read_revision: str | None
    status: str
    detail: str
    newest: Version | None
    rests: dict[str, str]
    figures: dict[str, list[str]]


def us_labels(knowledge: Knowledge) -> tuple[dict[str, Source], list[str]]:
    """The US labels in use that carry a set id, and the ids of those that carry none."""
    labels = {
        id_: source
        for id_, source in in_use(knowledge).items()
        if source.kind == SourceKind.LABEL and source.jurisdiction == "US"
    }
    return (
        {id_: source for id_, source in labels.items() if source.set_id},
        sorted(id_ for id_, source in labels.items() if not source.set_id),
    )


def check_labels(
    knowledge: Knowledge, manners: Manners, openfda: str, dailymed: str, on_done: Callable[[str], None]
) -> list[Label]:
    """Ask for the newest version of each label with a set id; raises Offline if the answers tell nothing of any."""
    sources, _ = us_labels(knowledge)
    set_ids = {str(source.set_id) for source in sources.values()}
    newest = asyncio.run(newest_versions(set_ids, manners, openfda, dailymed, on_done))
    _refuse_silence(newest)
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


def _refuse_silence(newest: dict[str, Version | NoVersion]) -> None:
    """Services that know no label, or answer in a shape that is not known, look the same as "all current" in a count of newer ones."""
    unknown = [found for found in newest.values() if isinstance(found, NoVersion)]
    if len(unknown) < len(newest) or not unknown or [found.status for found in unknown] == ["not_found"]:
        return
    reason, times = Counter(found.reason for found in unknown).most_common(1)[0]
    raise Offline(
        f"neither openFDA nor DailyMed told the version of any of {len(unknown)} labels ({times} times: {reason}), "
        "so nothing can be said of them; is this machine online, and are these their addresses?"
    )


def _compared(source: Source, newest: Version | NoVersion) -> tuple[str, str, Version | None]:
    """Status, its reason in words, and the newest version. A version number decides over dates; a date decides as exactly as it is given."""
    if isinstance(newest, NoVersion):
        return newest.status, f"{STATUSES[newest.status]} ({newest.reason})", None
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
