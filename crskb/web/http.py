"""HTTP as the pages and the API share it: the types of ASGI, bodies read up to a limit, and the one reply with ETag, gzip and cache.

Datasette has no ETag for pages and no bound for bodies; Starlette's gzip compresses each time anew and ignores a refusal ("q=0").
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

READ = "GET, HEAD, OPTIONS"  # the methods of an address that takes nothing
LARGEST_BODY = 1_000_000  # bytes; the longest list of the longest names fits
PUBLIC = b"public, max-age=300"
TYPED = b"no-store"  # holds what somebody typed
_REFUSED = re.compile(r"\s*q\s*=\s*0(?:\.0*)?\s*")


class Refusal(Exception):
    """A request that is answered with this status and sentence."""

    def __init__(self, status: int, said: str, headers: Headers | None = None):
        super().__init__(said)
        self.status, self.said, self.headers = status, said, headers or []


def check_method(method: str, allowed: str) -> None:
    """Raise Refusal, a 405, for a method that is not among those `allowed`."""
    if method not in allowed.split(", "):
        raise Refusal(405, f"This address answers {allowed}.", headers=[(b"allow", allowed.encode())])


class TooLarge(Exception):
    """The body is longer than is read."""


class Gone(Exception):
    """The client went away before it had sent everything."""


async def read_body(scope: Message, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """The whole body; raises TooLarge before more than `largest` bytes are kept, and Gone."""
    length = dict(scope.get("headers", ())).get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > largest:
        raise TooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > largest:
            raise TooLarge
        if not message.get("more_body", False):
            return bytes(body)


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent. `body` is None where only the gzip of it is kept; an empty `etag` is sent to nobody."""

    body: bytes | None
    content_type: bytes
    status: int = 200
    cache: bytes = PUBLIC
    compressed: bytes | None = None
    etag: str = ""
    headers: Headers = field(default_factory=list)

    def to(self, asked: Headers, *, etag: str = "") -> tuple[int, Headers, bytes]:
        """Status, headers and body for a client that sent `asked`: 304 where it holds the same, gzip where it takes that.

        `etag` is that of the data, for a reply without one of its own.
        """
        asked_for = dict(asked)
        headers = [*self.headers, (b"cache-control", self.cache)]
        if self.compressed:
            headers.append((b"vary", b"Accept-Encoding"))
        etag = self.etag or etag
        if etag:
            headers.append((b"etag", etag.encode("ascii")))
            if has_etag(asked_for.get(b"if-none-match", b"").decode("latin-1"), etag):
                return 304, headers, b""
        body = self.body
        if self.compressed and takes_gzip(asked_for.get(b"accept-encoding", b"").decode("latin-1")):
            body = self.compressed
            headers.append((b"content-encoding", b"gzip"))
        elif body is None:
            body = gzip.decompress(self.compressed or b"")
        if body:
            headers.append((b"content-type", self.content_type))
        headers.append((b"content-length", str(len(body)).encode()))
        return self.status, headers, body


def has_etag(if_none_match: str, etag: str) -> bool:
    """True if the header names this ETag, weak or not, or any."""
    opaque = etag.removeprefix("W/")
    return any(value.strip() == "*" or value.strip().removeprefix("W/") == opaque for value in if_none_match.split(","))


def takes_gzip(accept_encoding: str) -> bool:
    """True if the header names gzip and does not refuse it ("gzip;q=0")."""
    codings = (coding.partition(";") for coding in accept_encoding.lower().split(","))
    return any(name.strip() == "gzip" and not _REFUSED.fullmatch(quality) for name, _, quality in codings)
