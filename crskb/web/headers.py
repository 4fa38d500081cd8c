"""The headers of every answer, Datasette's own pages among them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    b"content-security-policy": _CONTENT_SECURITY_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
}
_HOST = re.compile(rb"[\w.:\[\]-]{0,260}")  # names and addresses with a port; pages are kept by it, so it must not grow
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_TAKES_BODIES = re.compile("/check$|/api/")  # these say themselves what they take; nothing of Datasette's own does
_TYPED_KEYS = ("q=", "_search=", "_search_", "sql=")  # a query string that holds what a reader typed


def guarded(app: App) -> App:
    """`app` with security headers; cookies go neither in nor out, and what a reader typed is stored by nobody."""

    async def guard(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if not all(_HOST.fullmatch(value) for key, value in scope.get("headers", ()) if key.lower() == b"host"):
            await _refuse(send, 400, "The Host header names no host.")  # as RFC 9112 asks
            return
        if scope["method"] not in _READING and not _TAKES_BODIES.search(scope["path"]):
            await _refuse(send, 405, "This address is read with GET.", {b"allow": b"GET, HEAD, OPTIONS"})
            return
        typed = _holds_typed_text(scope)
        versioned = "/-/static-plugins/crskb/" in scope["path"] and bool(scope.get("query_string"))

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": _completed(
                        list(message.get("headers", [])), typed, versioned and message["status"] == 200
                    ),
                }
            await send(message)

        # A cookie set by another site on the same host would only cost a reader the cache, or a form its answer (Datasette's CSRF check).
        without_cookies = [(key, value) for key, value in scope.get("headers", []) if key.lower() != b"cookie"]
        await app({**scope, "headers": without_cookies}, receive, send_guarded)

    return guard


async def _refuse(send: Send, status: int, said: str, headers: dict[bytes, bytes] | None = None) -> None:
    body = said.encode()
    told = {b"content-type": b"text/plain; charset=utf-8", b"content-length": str(len(body)).encode()}
    complete = {**told, **(headers or {}), **SECURITY_HEADERS}
    await send({"type": "http.response.start", "status": status, "headers": [*complete.items()]})
    await send({"type": "http.response.body", "body": body})


def _holds_typed_text(scope: Message) -> bool:
    query = scope.get("query_string", b"").decode("latin-1")
    return any(part.startswith(_TYPED_KEYS) or "__" in part.partition("=")[0] for part in query.split("&"))


def _completed(headers: list[tuple[bytes, bytes]], typed: bool, versioned: bool) -> list[tuple[bytes, bytes]]:
    present = {key.lower() for key, _ in headers}
    kept = [(key, value) for key, value in headers if key.lower() != b"set-cookie"]
    if typed or versioned:
        kept = [(key, value) for key, value in kept if key.lower() != b"cache-control"]
        kept.append((b"cache-control", b"no-store" if typed else b"public, max-age=31536000, immutable"))
    return kept + [(key, value) for key, value in SECURITY_HEADERS.items() if key not in present]
