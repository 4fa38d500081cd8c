"""The resolver of a running site: one for all pages and the API, made from the file once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from crskb.lookup.answers import Answer
from crskb.lookup.resolver import Resolver
from crskb.web.reading import read

_CHUNK = 25  # texts of a list that are resolved before other requests get their turn
_resolvers: WeakKeyDictionary[Any, Resolver] = WeakKeyDictionary()


async def resolver_of(datasette: Any) -> Resolver:
    """The resolver over the names in the file that `datasette` serves."""
    if datasette not in _resolvers:
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
