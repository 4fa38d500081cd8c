"""Whether the addresses of the sources still lead somewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from crskb.knowledge.load import Knowledge
from crskb.maintain.http_client import Answer, Manners, Offline, Visitor

STATUSES = {
    "broken": "the host says that there is no such page, or the host does not exist",
    "unanswered": "no answer that tells anything: silence, an error of the server, too many questions, redirects without end",
    "moved": "leads to another address for good",
    "refused": "the host answers, but not to programs",
    "not_asked": "the host is listed as refusing robots",
    "fine": "leads to a page",
}
_REFUSALS = frozenset({401, 403, 405, 406, 412, 451})
_HEAD_REFUSED = frozenset({400, 403, 404, 405, 406, 501})
_HOSTS = Path(__file__).with_name("hosts.yaml")


@dataclass(frozen=True)
class Link:
    """One address with what became of it; `status` is a key of STATUSES, `detail` says more in words."""

    url: str
    sources: list[str]
    status: str
    detail: str = ""
    leads_to: str | None = None


def addresses(knowledge: Knowledge) -> dict[str, list[str]]:
    """Every address of every source (the published link, the document's own, the copy that was read) -> ids of the sources."""
    found: dict[str, list[str]] = {}
    for id_, entry in knowledge.sources.items():
        source = entry.record
        copy = source.copy_read.url if source.copy_read else None
        for url in dict.fromkeys(filter(None, (source.link, source.url, copy))):
            found.setdefault(url, []).append(id_)
    return found


def check_links(wanted: dict[str, list[str]], manners: Manners, on_done: Callable[[Link], None]) -> list[Link]:
    """Ask for every address, worst first in the answer; raises Offline if no host told anything."""
    return asyncio.run(_check(wanted, manners, on_done))


async def _check(wanted: dict[str, list[str]], manners: Manners, on_done: Callable[[Link], None]) -> list[Link]:
    async with Visitor(manners) as visitor:

        async def one(url: str, sources: list[str]) -> Link:
            checked = await _check_one(visitor, url, sources)
            on_done(checked)
            return checked

        links = await asyncio.gather(*(one(url, sources) for url, sources in wanted.items()))
        asked = {checked.status for checked in links} - {"not_asked"}
        if asked and (not visitor.answers or asked <= {"unanswered", "refused"}):
            raise Offline(
                "no host answered, or none but with a refusal, so nothing can be said of the links; is this machine online?"
            )
    order = list(STATUSES)
    return sorted(links, key=lambda checked: (order.index(checked.status), checked.url))


async def _check_one(visitor: Visitor, url: str, sources: list[str]) -> Link:
    host = urlsplit(url).hostname or ""
    if reason := _listed("refuse_robots").get(host):
        return Link(url, sources, "not_asked", reason)
    resolver = host in _listed("resolvers")
    answer = await visitor.ask("HEAD", url, follow=not resolver)
    if answer.status in _HEAD_REFUSED:  # some hosts know only GET, and some say so with a 403 or 404
        answer = await visitor.ask("GET", url, follow=not resolver)
    return _judged(url, sources, answer, resolver)


def _judged(url: str, sources: list[str], answer: Answer, resolver: bool) -> Link:
    status = answer.status
    if answer.no_such_host:
        return Link(url, sources, "broken", answer.silence)
    if status is None or answer.silence:
        return Link(url, sources, "unanswered", answer.silence)
    if status in _REFUSALS:
        return Link(url, sources, "refused", f"HTTP {status}")
    if status >= 500 or status == 429:
        return Link(url, sources, "unanswered", f"HTTP {status}")
    if status >= 400 or (status >= 300 and not resolver):
        return Link(url, sources, "broken", f"HTTP {status}")
    if answer.moved_for_good and answer.url != url:
        return Link(url, sources, "moved", "redirects for good", answer.url)
    return Link(url, sources, "fine")


@cache
def _listed(kind: str) -> dict[str, str]:
    """Hosts of one kind in hosts.yaml, each with its reason."""
    entries = yaml.safe_load(_HOSTS.read_text(encoding="utf-8"))[kind]
    return {entry["host"]: entry["reason"] for entry in entries}
