"""Who is answered and how: the hosts and methods that are taken, the bounds of Datasette's own pages, the headers of every answer."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from crskb.web.http import READ, TYPED, App, Message, Receive, Refusal, Send, check_method
from crskb.web.options import options_of
from crskb.web.table_limits import Turns, bounded, holds_sql, is_closed

if TYPE_CHECKING:
    from datasette.app import Datasette

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
_HOST = re.compile(rb"[\w.:\[\]-]{1,260}")  # names and addresses with a port; pages are kept by it, so it must not grow
# Of pages whose query strings hold choices alone; another value than those offered, or an id that no drug has, is a 404, which nobody keeps.
_CHOSEN_KEYS = {
    "/compare": frozenset({"drugs", "status", "tier", "class", "engaging", "region", "view", "sort", "order"}),
    "/drugs/": frozenset({"region"}),
    "/manage": frozenset({"guideline", "drug", "class"}),
}
_HSTS = (b"strict-transport-security", b"max-age=31536000")


def with_host(app: App) -> App:
    """`app` for requests that name one host, as RFC 9112 asks: absolute links are made of it."""

    async def named(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            hosts = [value for key, value in scope["headers"] if key == b"host"]
            if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
                await _refuse(scope, send, Refusal(400, "The request must name one host in its Host header."))
                return
        # Cancelled means that the server stops and has waited long enough for this client; nobody need read of it.
        with suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return named


def guarded(app: App, datasette: Datasette, methods_of: Callable[[str], str | None]) -> App:
    """`app` with security headers; cookies go neither in nor out, what a reader typed is stored by nobody, and Datasette's own
    pages are bounded. `methods_of` tells what a page of crskb's own takes, and None for all that is Datasette's."""
    turns = Turns()
    base = str(datasette.setting("base_url")).rstrip("/")

    async def guard(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        options = options_of(datasette)
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]  # as Datasette routes
        path = path.removeprefix(base) if path.startswith(f"{base}/") else path
        query = scope.get("query_string", b"").decode("latin-1")
        versioned = path.startswith("/-/static-plugins/crskb/") and bool(query)
        typed = not versioned and _holds_typed_text(path, query)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                refused = bool(query) and message["status"] >= 400  # for what was typed, perhaps
                headers = _completed(
                    list(message.get("headers", [])),
                    typed or refused,
                    versioned and message["status"] == 200,
                    options.https,
                )
                message = {**message, "headers": headers}
            await send(message)

        # A cookie set by another site on the same host would only cost a reader the cache, or a form its answer (Datasette's CSRF check).
        without_cookies = [(key, value) for key, value in scope["headers"] if key != b"cookie"]
        try:
            methods = methods_of(path)
            if methods is None and is_closed(path, tables=options.tables):
                raise Refusal(404, "Nothing is answered at this address.")
            check_method(scope["method"], methods or READ)
            if methods is None:
                query = bounded(query)
            with turns.taken(path) if methods is None and holds_sql(query) else nullcontext():
                await app(
                    {**scope, "headers": without_cookies, "query_string": query.encode("latin-1")},
                    receive,
                    send_guarded,
                )
        except Refusal as refusal:
            await _refuse(scope, send_guarded, refusal)

    return guard


async def _refuse(scope: Message, send: Send, refusal: Refusal) -> None:
    content_type, body = "text/plain; charset=utf-8", refusal.said
    if scope["path"].endswith(".json"):  # in the form of Datasette's own errors
        content_type = "application/json; charset=utf-8"
        body = json.dumps({"ok": False, "error": refusal.said, "status": refusal.status, "title": None})
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body.encode())).encode()),
        (b"access-control-allow-origin", b"*"),
        (b"cache-control", TYPED),
        *refusal.headers,
        *SECURITY_HEADERS.items(),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body.encode()})


def _holds_typed_text(path: str, query: str) -> bool:
    """True for every address with a query string but those that hold choices alone, however its keys are spelt."""
    chosen = next((keys for page, keys in _CHOSEN_KEYS.items() if path.startswith(page)), None)
    if not query or chosen is None:
        return bool(query)
    return not {key for key, _ in parse_qsl(query, keep_blank_values=True)} <= chosen


def _completed(
    headers: list[tuple[bytes, bytes]], typed: bool, versioned: bool, https: bool
) -> list[tuple[bytes, bytes]]:
    present = {key.lower() for key, _ in headers}
    kept = [(key, value) for key, value in headers if key.lower() != b"set-cookie"]
    if typed or versioned:
        kept = [(key, value) for key, value in kept if key.lower() != b"cache-control"]
        kept.append((b"cache-control", TYPED if typed else b"public, max-age=31536000, immutable"))
    if https:
        kept.append(_HSTS)
    return kept + [(key, value) for key, value in SECURITY_HEADERS.items() if key not in present]
