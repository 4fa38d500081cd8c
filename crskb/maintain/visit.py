"""Ask web servers politely: under the project's name, few at once, with a pause between two questions to one host."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

from crskb import __version__
from crskb.errors import CrskbError

USER_AGENT = f"crskb/{__version__} (checks the sources of an open knowledge base once a week)"
_BUSY = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT_SECONDS = 60.0
_HOSTS_UNTIL_OFFLINE = 5
_SILENCES_UNTIL_LEFT_ALONE = 2


class Offline(CrskbError):
    """Nothing could be asked, so nothing is known."""


@dataclass(frozen=True)
class Manners:
    """How to ask; seconds unless the name says otherwise."""

    pause: float = 1.0
    timeout: float = 20.0
    tries: int = 3
    at_once: int = 4


@dataclass(frozen=True)
class Answer:
    """What came back: the status with the address it came from, or (status None) in `silence` why nothing did."""

    status: int | None
    url: str
    moved_for_good: bool = False
    silence: str = ""
    no_such_host: bool = False
    body: bytes = b""


class Visitor:
    """Asks for addresses; use as an async context manager."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.answers = 0
        self._silent: set[str] = set()
        self._silences: Counter[str] = Counter()
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[str, float] = {}
        self._room = asyncio.Semaphore(manners.at_once)
        self._client = httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT},
            timeout=manners.timeout,
            max_redirects=8,
            limits=httpx.Limits(max_keepalive_connections=4),
        )

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    @property
    def offline(self) -> bool:
        """True once several hosts were silent and none has answered."""
        return not self.answers and len(self._silent) >= _HOSTS_UNTIL_OFFLINE

    async def ask(self, method: str, url: str, *, follow: bool = True, body: bool = False) -> Answer:
        """Ask for `url`, again after a wait where the host is busy or silent; never raises for what a server or network does."""
        try:
            host = httpx.URL(url).host
        except httpx.InvalidURL as error:
            return Answer(None, url, silence=f"is no address: {error}", no_such_host=True)
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
                    self._silences.pop(host, None)
                if answer.no_such_host or (answer.status is not None and answer.status not in _BUSY):
                    break
                if attempt + 1 < self.manners.tries:
                    await asyncio.sleep(min(wait or self.manners.pause * 2 ** (attempt + 1), _LONGEST_WAIT_SECONDS))
            if answer.status is None and not answer.no_such_host:
                self._silences[host] += 1
        return answer

    async def _once(self, method: str, url: str, follow: bool, body: bool) -> tuple[Answer, float | None]:
        """One question; the second value is the wait in seconds that a busy server asks for."""
        try:
            async with self._client.stream(method, url, follow_redirects=follow) as response:
                read = await response.aread() if body else b""
                wait = response.headers.get("retry-after", "")
                answer = Answer(
                    response.status_code,
                    str(response.url),
                    any(step.status_code in (301, 308) for step in response.history),
                    body=read,
                )
                return answer, float(wait) if wait.isdecimal() else None
        except httpx.TooManyRedirects:
            return Answer(310, url, silence="redirects in a circle"), None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(None, url, silence=_reason(error), no_such_host=_no_such_host(error)), None


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _no_such_host(error: BaseException) -> bool:
    return any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME for cause in _chain(error))


def _reason(error: BaseException) -> str:
    causes = _chain(error)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "no such host"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "its certificate is not valid"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error) or type(error).__name__


def as_json(answer: Answer) -> Any:
    """The JSON in the body, or None if it is none."""
    try:
        return json.loads(answer.body)
    except ValueError:
        return None
