"""The newest version of a US label, as openFDA and DailyMed tell it; whatever does not have the shape of their answers is not an answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from crskb.maintain.http_client import Manners, Visitor, as_json

OPENFDA = "https://api.fda.gov"
DAILYMED = "https://dailymed.nlm.nih.gov/dailymed/services/v2"
_NUMBER = re.compile(r"[0-9]{1,6}")
_MISSHAPEN = (KeyError, IndexError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Version:
    """A label's newest version: its number, its date (YYYY-MM-DD), who says so, and of which day (YYYY-MM-DD) what they say is."""

    version: int | None
    date: str
    told_by: str
    as_of: str | None = None


@dataclass(frozen=True)
class NoVersion:
    """Why no version is known: `status` is "not_found" or "unanswered", `reason` says who answered what, in our words."""

    status: str
    reason: str


async def newest_versions(
    set_ids: set[str], manners: Manners, openfda: str, dailymed: str, on_done: Callable[[str], None]
) -> dict[str, Version | NoVersion]:
    """Set id -> its newest version, or why there is none."""
    async with Visitor(manners) as visitor:

        async def one(set_id: str) -> tuple[str, Version | NoVersion]:
            found = await _openfda(visitor, openfda, set_id)
            if isinstance(found, NoVersion):  # openFDA leaves out labels, cell therapies among them
                found = _second(found, await _dailymed(visitor, dailymed, set_id))
            on_done(set_id)
            return set_id, found

        return dict(await asyncio.gather(*(one(set_id) for set_id in sorted(set_ids))))


def _second(first: NoVersion, second: Version | NoVersion) -> Version | NoVersion:
    if isinstance(second, Version):
        return second
    status = "unanswered" if "unanswered" in (first.status, second.status) else "not_found"
    return NoVersion(status, f"{first.reason}; {second.reason}")


async def _openfda(visitor: Visitor, base: str, set_id: str) -> Version | NoVersion:
    query = quote(f'set_id:"{set_id}"', safe="")
    answer = await visitor.ask("GET", f"{base}/drug/label.json?search={query}&limit=1", body=True)
    if answer.silence:
        return NoVersion("unanswered", f"openFDA: {answer.silence}")
    said = as_json(answer)
    try:
        if answer.status == 404 and said["error"]["code"] == "NOT_FOUND":
            return NoVersion("not_found", "openFDA: not found")
        if answer.status != 200:
            return NoVersion("unanswered", f"openFDA: HTTP {answer.status}")
        label = said["results"][0]
        if label["set_id"] != set_id:
            return NoVersion("unanswered", "openFDA: the answer is about another label")
        date = _day(label["effective_time"], "%Y%m%d")
        return Version(_number(label.get("version")), date, "openFDA", _day_or_none(said["meta"].get("last_updated")))
    except _MISSHAPEN:
        return _misshapen("openFDA", answer.status)


async def _dailymed(visitor: Visitor, base: str, set_id: str) -> Version | NoVersion:
    answer = await visitor.ask("GET", f"{base}/spls/{set_id}/history.json", body=True)
    if answer.silence:
        return NoVersion("unanswered", f"DailyMed: {answer.silence}")
    if answer.status == 404:
        return NoVersion("not_found", "DailyMed: not found")
    said = as_json(answer)
    try:
        if answer.status != 200:
            return NoVersion("unanswered", f"DailyMed: HTTP {answer.status}")
        history = said["data"]["history"]
        if said["data"]["spl"]["setid"].lower() != set_id:
            return NoVersion("unanswered", "DailyMed: the answer is about another label")
        if history == []:
            return NoVersion("not_found", "DailyMed: not found")
        versions = [
            Version(_number(row["spl_version"]), _day(row["published_date"], "%b %d, %Y", "%Y-%m-%d"), "DailyMed")
            for row in history
        ]
        return max(versions, key=lambda version: (version.version or 0, version.date))
    except _MISSHAPEN:
        return _misshapen("DailyMed", answer.status)


def _misshapen(service: str, status: int | None) -> NoVersion:
    shape = "the answer has not the shape that is known" if status == 200 else f"HTTP {status}"
    return NoVersion("unanswered", f"{service}: {shape}")


def _number(value: Any) -> int | None:
    return int(value) if _NUMBER.fullmatch(str(value)) else None


def _day(stated: str, *forms: str) -> str:
    for form in forms:
        try:
            return datetime.strptime(stated, form).date().isoformat()
        except ValueError:
            continue
    raise ValueError(stated)


def _day_or_none(stated: Any) -> str | None:
    try:
        return _day(stated, "%Y-%m-%d")
    except (TypeError, ValueError):
        return None
