"""What one running site holds: its file read off the event loop, its resolver, and the facts that every page shows."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from crskb.database import queries
from crskb.database.integrity import verify
from crskb.database.queries import Row
from crskb.lookup.answers import Answer
from crskb.lookup.resolver import Resolver
from crskb.web.http import Reply
from crskb.web.options import options_of
from crskb.web.served_database import DATABASE, ServedDatabase

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

STATIC = Path(__file__).parent / "static"
T = TypeVar("T")
_CHUNK = 25  # texts of a list that are resolved before other requests get their turn
_resolvers: WeakKeyDictionary[Any, Resolver] = WeakKeyDictionary()

_sites: WeakKeyDictionary[Any, Site] = WeakKeyDictionary()


async def read(datasette: Datasette, query: Callable[..., T], *arguments: object) -> T:
    """The answer of a function of crskb.database.queries, which gets a connection before `arguments`."""

    def run(connection: sqlite3.Connection) -> T:
        return query(connection, *arguments)

    database = datasette.get_database(DATABASE)
    # under plain `datasette crskb.db` the file has no lane of its own
    answer: T = await getattr(database, "read", database.execute_fn)(run)
    return answer


def verify_file(datasette: Datasette) -> None:
    """Raise CrskbError for a file that is not what was built, where plain `datasette crskb.db` opened it without asking."""
    database = datasette.get_database(DATABASE)
    if not isinstance(database, ServedDatabase):
        verify(Path(database.path))


async def resolver_of(datasette: Datasette) -> Resolver:
    """The resolver over the names in the file that `datasette` serves."""
    if datasette not in _resolvers:
        verify_file(datasette)
        _resolvers[datasette] = await read(datasette, Resolver.of)
    return _resolvers[datasette]


async def resolve_all(resolver: Resolver, texts: Iterable[str]) -> list[Answer]:
    """The answers to a list, in its order; a text that stands there twice is resolved once."""
    texts = list(texts)
    known: dict[str, Answer] = {}
    for number, text in enumerate(dict.fromkeys(texts), start=1):
        known[text] = resolver.resolve(text)
        if number % _CHUNK == 0:
            await asyncio.sleep(0)
    return [known[text] for text in texts]


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
    kept: OrderedDict[Hashable, Reply] = field(default_factory=OrderedDict)

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


async def site_of(datasette: Datasette) -> Site:
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


async def _instance_metadata(datasette: Datasette) -> dict[str, Any]:
    if hasattr(datasette, "get_instance_metadata"):  # Datasette 1.0
        found: dict[str, Any] = await datasette.get_instance_metadata()
        return found
    return datasette.metadata() or {}


def _hash_of_assets() -> str:
    contents = b"".join(file.read_bytes() for file in sorted(STATIC.iterdir()))
    return hashlib.sha256(contents).hexdigest()[:10]


def base_address(datasette: Datasette, request: Request) -> str:
    """Scheme and host of the site, with no slash at the end: those the operator named, else those under which the reader came."""
    root, public = datasette.urls.path("/"), options_of(datasette).public_url
    return (f"{public}{root}" if public else str(datasette.absolute_url(request, root))).rstrip("/")
