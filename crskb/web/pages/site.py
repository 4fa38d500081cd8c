"""What every page of one running site shares, and how a page becomes an answer: rendered once, kept, compressed, with an ETag."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Response

from crskb.database import queries
from crskb.database.queries import Row
from crskb.lookup.answers import LONGEST_QUERY
from crskb.web import formats
from crskb.web.asked import has_etag, takes_gzip
from crskb.web.options import options_of
from crskb.web.reading import read

HTML = "text/html; charset=utf-8"
KEPT_PAGES = 512  # all drugs, pages and the usual filters, about 10 kB each
STATIC = Path(__file__).parents[1] / "static"
_sites: WeakKeyDictionary[Any, Site] = WeakKeyDictionary()


@dataclass(frozen=True)
class Rendered:
    """The bytes of a page, compressed. The ETag comes from them, so that data, template and address all change it."""

    compressed: bytes
    etag: str


@dataclass
class Site:
    """The facts of the built file that every page shows, and the pages rendered so far, least recently used first."""

    info: dict[str, str]
    tiers: list[Row]
    classes: list[Row]
    regions: dict[str, str]
    source_url: str | None
    license: str | None
    license_url: str | None
    assets: str
    kept: OrderedDict[Hashable, Rendered] = field(default_factory=OrderedDict)

    def tier(self, id_: str) -> Row:
        """One tier with its rank and name."""
        return next(tier for tier in self.tiers if tier["id"] == id_)

    @property
    def listed(self) -> int:
        """How many drugs are listed; withdrawn entries are not counted."""
        return sum(tier["drug_count"] for tier in self.tiers)

    def edit_url(self, path: str) -> str | None:
        """Where the file at `path` is edited in the repository; None if metadata.yml names no source_url."""
        return f"{self.source_url.rstrip('/')}/edit/main/{path}" if self.source_url else None


async def site_of(datasette: Any) -> Site:
    """The Site of a running Datasette; the file is immutable, so it is read once."""
    if datasette not in _sites:
        info, tiers, classes, regions = await read(
            datasette,
            lambda c: (
                queries.build_info(c),
                queries.tiers(c),
                queries.drug_classes(c),
                queries.vocabulary(c, "region"),
            ),
        )
        metadata = await _instance_metadata(datasette)
        _sites[datasette] = Site(
            info=info,
            tiers=tiers,
            classes=classes,
            regions={row["id"]: row["name"] for row in regions},
            source_url=metadata.get("source_url"),
            license=metadata.get("license"),
            license_url=metadata.get("license_url"),
            assets=_hash_of_assets(),
        )
    return _sites[datasette]


async def _instance_metadata(datasette: Any) -> dict[str, Any]:
    if hasattr(datasette, "get_instance_metadata"):  # Datasette 1.0
        found: dict[str, Any] = await datasette.get_instance_metadata()
        return found
    return datasette.metadata() or {}


def _hash_of_assets() -> str:
    digest = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


async def template_vars(datasette: Any) -> dict[str, Any]:
    """What templates know besides their own context."""
    return {
        "site": await site_of(datasette),
        "formats": formats,
        "longest_query": LONGEST_QUERY,
    }


def base_address(datasette: Any, request: Any) -> str:
    """Scheme and host of the site, with no slash at the end: those the operator named, else those under which the reader came."""
    root, public = datasette.urls.path("/"), options_of(datasette).public_url
    return (f"{public}{root}" if public else str(datasette.absolute_url(request, root))).rstrip("/")


async def kept_page(
    datasette: Any,
    request: Any,
    key: Hashable,
    make: Callable[[], Awaitable[str]],
    content_type: str = HTML,
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer with the page kept under `key`, made by `make` the first time. The reader's host is part of the key."""
    site = await site_of(datasette)
    whole_key = (base_address(datasette, request), key)
    if whole_key not in site.kept:
        site.kept[whole_key] = _rendered(await make(), content_type)
        while len(site.kept) > KEPT_PAGES:
            site.kept.popitem(last=False)
    site.kept.move_to_end(whole_key)
    return _answer(site.kept[whole_key], request, content_type, headers or {})


async def already_kept(datasette: Any, request: Any, key: Hashable) -> Response | None:
    """The page kept under `key`, if it was asked for before."""
    rendered = (await site_of(datasette)).kept.get((base_address(datasette, request), key))
    return _answer(rendered, request, HTML, {}) if rendered else None


def _answer(rendered: Rendered, request: Any, content_type: str, headers: dict[str, str]) -> Response:
    sent = {"etag": rendered.etag, "cache-control": "public, max-age=300", "vary": "Accept-Encoding", **headers}
    if has_etag(request.headers.get("if-none-match", ""), rendered.etag):
        return Response(b"", status=304, headers=sent, content_type=content_type)
    zipped = takes_gzip(request.headers.get("accept-encoding", ""))
    body = rendered.compressed if zipped else gzip.decompress(rendered.compressed)
    sent["content-length"] = str(len(body))
    if zipped:
        sent["content-encoding"] = "gzip"
    return Response(body, headers=sent, content_type=content_type)


def _rendered(text: str, content_type: str) -> Rendered:
    if content_type == HTML:
        text = re.sub(r"\s*\n\s*", "\n", text)  # templates indent; no kept page holds preformatted text
    body = text.encode()
    return Rendered(gzip.compress(body, 9, mtime=0), f'W/"{hashlib.sha256(body).hexdigest()[:20]}"')


async def private_page(
    datasette: Any, request: Any, template: str, context: dict[str, Any], status: int = 200
) -> Response:
    """A page that holds what the reader typed: rendered for this answer alone and stored nowhere."""
    body = await datasette.render_template(template, context, request=request)
    return Response(body, status=status, headers={"cache-control": "no-store"}, content_type=HTML)
