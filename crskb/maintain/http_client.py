"""Ask web servers politely: under the project's name, few at once, with a pause between two questions to one host.

What comes back is a stranger's: its size, its time and where it may lead are bounded, and no word of it is handed on but the body.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from crskb import __version__
from crskb.errors import CrskbError
from crskb.maintain.network_errors import LEADS_NOWHERE, no_such_host, reason
from crskb.maintain.public_hosts import only_public

USER_AGENT = f"crskb/{__version__} (checks the sources of an open knowledge base once a week)"
MAX_BODY_BYTES = 1_000_000
_AT_ONCE = 4  # questions, all hosts together
_BUSY = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT_SECONDS = 60.0
_MAX_REDIRECTS = 8
_MAX_ADDRESS_LENGTH = 500
_HOSTS_UNTIL_OFFLINE = 5
_SILENCES_UNTIL_LEFT_ALONE = 2


class Offline(CrskbError):
    """Nobody answered, so nothing is known."""


@dataclass(frozen=True)
class Manners:
    """How to ask; seconds unless the name says otherwise. `timeout` is for one answer with all its redirects."""

    pause: float = 1.0
    timeout: float = 20.0
    tries: int = 3


@dataclass(frozen=True)
class Answer:
    """What came back: the status with the address it came from; `silence` says in our words why there is no status or no end.

    `final`: asking again would bring the same.
    """

    status: int | None
    url: str
    moved_for_good: bool = False
    silence: str = ""
    no_such_host: bool = False
    final: bool = False
    body: bytes = b""

    @property
    def busy(self) -> bool:
        """True if asking again later may bring more."""
        return self.status in _BUSY or (self.status is None and not self.final)


class Visitor:
    """Asks for addresses; use as an async context manager."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.answers = 0
        self._silent: set[str] = set()
        self._silences: Counter[str] = Counter()
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[str, float] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._client = httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
            timeout=manners.timeout,
            limits=httpx.Limits(max_keepalive_connections=0),  # so that each redirect connects anew and is looked at
        )

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    @property
    def offline(self) -> bool:
        """True once several hosts were silent and none has answered."""
        return not self.answers and len(self._silent) >= _HOSTS_UNTIL_OFFLINE

    async def ask(self, method: str, url: str, *, follow: bool = True, body: bool = False) -> Answer:
        """Ask for `url`, again after a wait where the host is busy or silent; never raises for what a server or network does."""
        try:
            host = httpx.URL(url).host
        except httpx.InvalidURL:
            return Answer(None, url, silence="is not an address", no_such_host=True, final=True)
        answer = Answer(None, url, silence="not asked")
        async with self._hosts[host]:  # one question at a time to each host, so that its pause holds
            for attempt in range(self.manners.tries):
                if self._silences[host] >= _SILENCES_UNTIL_LEFT_ALONE:
                    return Answer(None, url, silence="not asked: the host does not answer")
                async with self._room:
                    if self.offline:
                        return Answer(None, url, silence="not asked: no host answers")
                    await asyncio.sleep(self._last.get(host, -1e9) + self.manners.pause - time.monotonic())
                    answer, wait = await self._once(method, url, follow, body)
                    self._last[host] = time.monotonic()
                if answer.status is None:
                    self._silent.add(host)
                else:
                    self.answers += 1
                if not answer.busy:
                    break
                if attempt + 1 < self.manners.tries:
                    await asyncio.sleep(min(wait or self.manners.pause * 2 ** (attempt + 1), _LONGEST_WAIT_SECONDS))
            if answer.busy:
                self._silences[host] += 1
            else:
                self._silences.pop(host, None)
        return answer

    async def _once(self, method: str, url: str, follow: bool, body: bool) -> tuple[Answer, float | None]:
        """One question; the second value is the wait in seconds that a busy server asks for."""
        try:
            return await asyncio.wait_for(self._followed(method, url, follow, body), self.manners.timeout)
        except asyncio.TimeoutError:  # the whole answer took too long, however busily it dripped
            return Answer(None, url, silence="no answer in time"), None
        except (httpx.HTTPError, OSError, *LEADS_NOWHERE) as error:
            unknown = no_such_host(error)
            final = unknown or isinstance(error, LEADS_NOWHERE)
            return Answer(None, url, silence=reason(error), no_such_host=unknown, final=final), None

    async def _followed(self, method: str, url: str, follow: bool, body: bool) -> tuple[Answer, float | None]:
        here = given = httpx.URL(url)
        for_good = False
        for _ in range(_MAX_REDIRECTS + 1):
            if not 0 < (here.port or 1) < 65536:
                raise httpx.InvalidURL("no such port")
            # whoever gave the address may mean a host of their own network; whoever redirects may not
            extensions = {} if _origin(here) == _origin(given) else {"trace": only_public(here.raw_host.decode())}
            async with self._client.stream(method, here, extensions=extensions) as response:
                status = response.status_code
                if not follow or response.next_request is None:
                    read = await _read(response) if body else b""
                    if read is None:
                        return Answer(status, url, silence=f"its answer is longer than {MAX_BODY_BYTES:,} bytes"), None
                    wait = response.headers.get("retry-after", "")
                    answer = Answer(status, url if here == given else printable(str(here)), for_good, body=read)
                    return answer, float(wait) if wait.isdecimal() else None
                for_good = for_good or status in (301, 308)
                here = response.next_request.url
        return Answer(status, url, silence="redirects without end"), None


async def _read(response: httpx.Response) -> bytes | None:
    """The body as it was sent, or None if it is too long."""
    read = bytearray()
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) > MAX_BODY_BYTES:
            return None
    return bytes(read)


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port


def printable(url: str) -> str:
    """A stranger's address, fit for a terminal and an issue: of letters, digits and what addresses are made of, and not too long."""
    safe = quote(url, safe="/:?#&=;,+()._~%-")
    return safe if len(safe) <= _MAX_ADDRESS_LENGTH else f"{safe[:_MAX_ADDRESS_LENGTH]}..."


def as_json(answer: Answer) -> Any:
    """The JSON in the body, or None if it is not JSON."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
