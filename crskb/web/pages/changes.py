"""/changes and its Atom feed: what changed for readers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from datasette import Response

from crskb.database import queries
from crskb.database.queries import Row
from crskb.web.pages.rendering import kept_page, kept_template
from crskb.web.running import base_address, read, site_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "crskb/changes")


async def show_changes(request: Request, datasette: Datasette) -> Response:
    async def make() -> dict[str, Any]:
        return {"here": "/changes", "changes": await read(datasette, queries.changes)}

    return await kept_template(datasette, request, "crskb_changes.html", make)


async def send_feed(request: Request, datasette: Datasette) -> Response:
    """The same as an Atom feed; the id of an entry stays while its date, drug and text stay."""

    async def make() -> str:
        rows, newest = await read(datasette, queries.changes), (await site_of(datasette)).info["newest_review"]
        return _feed(rows, base_address(datasette, request), newest)

    return await kept_page(datasette, request, ("changes.atom",), make, "application/atom+xml; charset=utf-8")


def _feed(rows: list[Row], base: str, newest: str) -> str:
    updated = rows[0]["date"] if rows else newest
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        "<title>What changed in crskb</title>",
        f"<id>{_NAMESPACE.urn}</id>",
        f"<updated>{updated}T00:00:00Z</updated>",
        "<author><name>The crskb maintainers</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(f"{base}/changes.atom")}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(f"{base}/changes")}/>',
    ]
    for row in rows:
        about = f"{row['drug_name']}: " if row["drug_name"] else ""
        address = f"{base}/drugs/{row['drug_id']}" if row["drug_id"] else f"{base}/changes"
        identity = uuid.uuid5(_NAMESPACE, f"{row['date']} {row['drug_id'] or ''} {row['summary']}")
        parts += [
            "<entry>",
            f"<id>{identity.urn}</id>",
            f"<title>{escape(about + row['summary'])}</title>",
            f"<updated>{row['date']}T00:00:00Z</updated>",
            f"<link href={quoteattr(address)}/>",
            f'<content type="text">{escape(about + row["summary"])}</content>',
            "</entry>",
        ]
    return "\n".join([*parts, "</feed>"])
