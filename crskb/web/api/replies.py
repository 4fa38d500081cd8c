"""What the API sends: JSON with ETag and CORS, problems as RFC 9457 has them, the same bytes whatever Datasette runs below."""

from __future__ import annotations

import gzip
import json
from typing import Any

from crskb.web.api.problems import Problem, details
from crskb.web.http import TYPED, Headers, Message, Reply, Send
from crskb.web.security import SECURITY_HEADERS

JSON = b"application/json; charset=utf-8"
PROBLEM = b"application/problem+json; charset=utf-8"
_ALWAYS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Location"),
    *SECURITY_HEADERS.items(),
]
_SMALLEST_COMPRESSED = 2000  # bytes


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(value: Any) -> bytes:
    """JSON as sent."""
    return _to_json(value).encode()


def kept(value: Any) -> Reply:
    """A reply that is kept in memory, compressed once."""
    body = encode(value)
    return Reply(body, JSON, compressed=gzip.compress(body, 6, mtime=0) if len(body) >= _SMALLEST_COMPRESSED else None)


def typed(value: Any) -> Reply:
    """A reply that holds what somebody typed: no cache keeps it."""
    return Reply(encode(value), JSON, cache=TYPED)


def chosen(value: Any) -> Reply:
    """A reply to one of many choices, which hold no typed text: caches may keep it, this server does not."""
    return Reply(encode(value), JSON)


def problem(refused: Problem, root: str) -> Reply:
    """The problem document of a refusal, for an API that stands under `root`."""
    return Reply(encode(details(refused, root)), PROBLEM, refused.status, TYPED, headers=refused.headers)


def redirect(location: str) -> Reply:
    """A lasting redirect."""
    return Reply(b"", JSON, 308, headers=[(b"location", location.encode("ascii"))])


async def send_reply(reply: Reply, scope: Message, send: Send, etag: str) -> None:
    """Send to GET, HEAD or POST, without a body to HEAD; an answer to GET carries `etag`."""
    etag = etag if reply.status == 200 and scope["method"] != "POST" else ""
    status, headers, body = reply.to(scope["headers"], etag=etag)
    for message in messages(status, headers, b"" if scope["method"] == "HEAD" else body):
        await send(message)


def messages(status: int, headers: Headers, body: bytes) -> tuple[Message, Message]:
    """An answer as the two messages of ASGI that send it."""
    start = {"type": "http.response.start", "status": status, "headers": [*_ALWAYS, *headers]}
    return start, {"type": "http.response.body", "body": body}


async def send_options(send: Send, allowed: str) -> None:
    """The answer to OPTIONS, a browser's question before it asks from another site among them."""
    headers = [
        (b"allow", allowed.encode()),
        (b"access-control-allow-methods", allowed.encode()),
        (b"access-control-allow-headers", b"Content-Type, If-None-Match"),
        (b"access-control-max-age", b"86400"),
    ]
    for message in messages(204, headers, b""):
        await send(message)
