"""What has grown old: drugs by their last review, sources by the day they were read, labels by their revision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from crskb.errors import CrskbError
from crskb.knowledge.fields import SourceKind
from crskb.knowledge.load import Knowledge
from crskb.maintain.citations import Claim, in_use, resting, summed

_LABELS = (SourceKind.LABEL, SourceKind.SMPC)
_DURATION = re.compile(r"([1-9][0-9]{0,5})([dw])")


@dataclass(frozen=True)
class Old:
    """A drug or source: the date that counts as its file states it, its age in days, and what rests on it (place -> words)."""

    id: str
    date: str
    age_days: int
    rests: dict[str, str]


@dataclass(frozen=True)
class Stale:
    """All that is older than asked, oldest first, and the cited labels whose revision has no date."""

    as_of: str
    older_than_days: int
    drugs: list[Old]
    sources: list[Old]
    labels: list[Old]
    labels_undated: list[str]


def days(duration: str) -> int:
    """Days in "365d" or "26w"; raises CrskbError for anything else."""
    match = _DURATION.fullmatch(duration)
    if not match:
        raise CrskbError(f"{duration!r} is not a duration: write days or weeks, such as 365d or 26w")
    return int(match[1]) * (7 if match[2] == "w" else 1)


def stale(knowledge: Knowledge, older_than_days: int, today: date) -> Stale:
    """What is more than `older_than_days` old on `today`; withdrawn drugs and superseded or retracted sources do not count.

    A revision dated by month or year counts from its first day: rather looked at once too often.
    """
    claims = resting(knowledge)
    sources = in_use(knowledge)
    labels = {id_: source.date for id_, source in sources.items() if source.kind in _LABELS}
    reviewed = {id_: entry.record.reviewed_on for id_, entry in knowledge.drugs.items() if not entry.record.withdrawn}

    def oldest(stated: dict[str, str], rests: dict[str, list[Claim]]) -> list[Old]:
        found = []
        for id_, day in stated.items():
            age = (today - date.fromisoformat(f"{day}-01-01"[:10])).days
            if age > older_than_days:
                found.append(Old(id_, day, age, summed(rests.get(id_, []))))
        return sorted(found, key=lambda hit: (-hit.age_days, hit.id))

    return Stale(
        today.isoformat(),
        older_than_days,
        oldest(reviewed, {}),
        oldest({id_: source.seen_on for id_, source in sources.items()}, claims),
        oldest({id_: day for id_, day in labels.items() if day}, claims),
        sorted(id_ for id_, day in labels.items() if not day),
    )
