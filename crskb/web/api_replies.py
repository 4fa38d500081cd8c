"""What the API sends: JSON with ETag and CORS, problems as RFC 9457 has them, the same bytes whatever Datasette runs below."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from crskb.web.api_answers import ProblemDetails, ProblemError
from crskb.web.asked import has_etag, takes_gzip
from crskb.web.security import SECURITY_HEADERS, Message, Send

JSON = b"application/json; charset=utf-8"
PROBLEM = b"application/problem+json; charset=utf-8"
_ALWAYS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Location"),
    *SECURITY_HEADERS.items(),
]
_TYPED = b"no-store"  # holds what somebody typed
_PUBLIC = b"public, max-age=300"
_SMALLEST_COMPRESSED = 2000  # bytes


class Refusal(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: list[ProblemError] | None = None,
        headers: list[tuple[bytes, bytes]] | None = None,
    ):
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors or [], headers or []


@dataclass
class Reply:
    """An answer before it is sent. `compressed` is set for bodies that are kept."""

    body: bytes
    status: int = 200
    content_type: bytes = JSON
    cache: bytes = _PUBLIC
    compressed: bytes | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(value: Any) -> bytes:
    """JSON as sent."""
    return _to_json(value).encode()


def kept(value: Any) -> Reply:
    """A reply that is kept in memory, compressed once."""
    body = encode(value)
    return Reply(body, compressed=gzip.compress(body, 6, mtime=0) if len(body) >= _SMALLEST_COMPRESSED else None)


def typed(value: Any) -> Reply:
    """A reply that holds what somebody typed: no cache keeps it."""
    return Reply(encode(value), cache=_TYPED)


def problem(refusal: Refusal) -> Reply:
    """The problem document of a refusal."""
    details: ProblemDetails = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "errors": refusal.errors,
    }
    return Reply(encode(details), refusal.status, PROBLEM, _TYPED, headers=refusal.headers)


def redirect(location: str) -> Reply:
    """A lasting redirect."""
    return Reply(b"", 308, headers=[(b"location", location.encode("ascii"))])


async def send_reply(reply: Reply, scope: Message, send: Send, etag: str) -> None:
    """Send to GET, HEAD or POST; 304 where the client holds the same data already, without a body to HEAD."""
    asked = dict(scope.get("headers", ()))
    cache = _TYPED if scope.get("query_string") else reply.cache  # an address with parameters may hold typed text
    headers = [*_ALWAYS, *reply.headers, (b"cache-control", cache)]
    if reply.status == 200 and scope["method"] != "POST":
        headers.append((b"etag", etag.encode("ascii")))
        if has_etag(asked.get(b"if-none-match", b"").decode("latin-1"), etag):
            await _send(send, 304, headers, b"")
            return
    body = reply.body
    if reply.compressed:
        headers.append((b"vary", b"Accept-Encoding"))
        if takes_gzip(asked.get(b"accept-encoding", b"").decode("latin-1")):
            body = reply.compressed
            headers.append((b"content-encoding", b"gzip"))
    if body:
        headers.append((b"content-type", reply.content_type))
    headers.append((b"content-length", str(len(body)).encode()))
    await _send(send, reply.status, headers, b"" if scope["method"] == "HEAD" else body)


async def send_options(send: Send, allowed: str) -> None:
    """The answer to OPTIONS, a browser's question before it asks from another site among them."""
    headers = [
        *_ALWAYS,
        (b"allow", allowed.encode()),
        (b"access-control-allow-methods", allowed.encode()),
        (b"access-control-allow-headers", b"Content-Type, If-None-Match"),
        (b"access-control-max-age", b"86400"),
    ]
    await _send(send, 204, headers, b"")


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
