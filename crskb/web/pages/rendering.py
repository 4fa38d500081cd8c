"""What every page of one running site shares, and how a page becomes an answer: rendered once, kept, compressed, with an ETag."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.web.http import Reply
from crskb.web.pages import formats
from crskb.web.running import base_address, site_of
from crskb.words import LONGEST_QUERY

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

HTML = "text/html; charset=utf-8"
KEPT_PAGES = 1024  # all drugs in each view of the regions, their cards, pages and the usual filters, about 10 kB each


async def template_vars(datasette: Datasette) -> dict[str, Any]:
    """What templates know besides their own context."""
    return {
        "site": await site_of(datasette),
        "formats": formats,
        "longest_query": LONGEST_QUERY,
    }


async def kept_page(
    datasette: Datasette,
    request: Request,
    key: Hashable,
    make: Callable[[], Awaitable[str]],
    content_type: str = HTML,
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer with the page kept under `key`, made by `make` the first time. The reader's host is part of the key."""
    site = await site_of(datasette)
    whole_key = (base_address(datasette, request), key)
    if whole_key not in site.kept:
        site.kept[whole_key] = _rendered(await make(), content_type, headers or {})
        while len(site.kept) > KEPT_PAGES:
            site.kept.popitem(last=False)
    site.kept.move_to_end(whole_key)
    return _answer(site.kept[whole_key], request)


async def kept_template(
    datasette: Datasette,
    request: Request,
    template: str,
    make: Callable[[], Awaitable[dict[str, Any]]],
    choice: Hashable = None,
) -> Response:
    """Answer with the page kept for a template and what the reader chose; `make` gives its context the first time."""

    async def render() -> str:
        return str(await datasette.render_template(template, await make(), request=request))

    return await kept_page(datasette, request, (template, choice), render)


async def already_kept(datasette: Datasette, request: Request, key: Hashable) -> Response | None:
    """The page kept under `key`, if it was asked for before."""
    reply = (await site_of(datasette)).kept.get((base_address(datasette, request), key))
    return _answer(reply, request) if reply else None


def _answer(reply: Reply, request: Request) -> Response:
    status, headers, body = reply.to(request.scope["headers"])
    sent = {key.decode(): value.decode() for key, value in headers if key != b"content-type"}
    return Response(body, status=status, headers=sent, content_type=reply.content_type.decode())


def _rendered(text: str, content_type: str, headers: dict[str, str]) -> Reply:
    """The page as it is kept: compressed, about 10 kB. The ETag comes from its bytes, so that data, template and address all change it."""
    if content_type == HTML:
        text = re.sub(r"\s*\n\s*", "\n", text)  # templates indent; no kept page holds preformatted text
    body = text.encode()
    return Reply(
        None,
        content_type.encode(),
        compressed=gzip.compress(body, 9, mtime=0),
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:20]}"',
        headers=[(key.encode(), value.encode()) for key, value in headers.items()],
    )


async def private_page(
    datasette: Datasette, request: Request, template: str, context: dict[str, Any], status: int = 200
) -> Response:
    """A page that holds what the reader typed: rendered for this answer alone and stored nowhere."""
    body = await datasette.render_template(template, context, request=request)
    return Response(body, status=status, headers={"cache-control": "no-store"}, content_type=HTML)
