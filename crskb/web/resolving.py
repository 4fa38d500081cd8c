"""The resolver of a running site: one for all pages and the API, made from the file once."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from crskb.lookup.resolver import Resolver
from crskb.web.reading import read

_resolvers: WeakKeyDictionary[Any, Resolver] = WeakKeyDictionary()


async def resolver_of(datasette: Any) -> Resolver:
    """The resolver over the names in the file that `datasette` serves."""
    if datasette not in _resolvers:
        _resolvers[datasette] = await read(datasette, Resolver.of)
    return _resolvers[datasette]
