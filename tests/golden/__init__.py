"""Answers of the API that clients were written against. What is there stays there; only additions and better texts may differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ANSWERS = {
    "drug.json": "/api/v1/drugs/examplumab",
    "drugs.json": "/api/v1/drugs",
    "source.json": "/api/v1/sources/example-trial",
    "reference.json": "/api/v1/reference",
}
_TEXTS = {"description", "summary", "example", "info"}
_MAPS_OF_NAMES = ("/properties", "/paths", "/schemas", "/responses", "/headers")  # whose keys are no words of OpenAPI


def promises(document: Any) -> Any:
    """A document with its whole addresses for paths, whether its server or its paths hold the first part of them."""
    root = document["servers"][0]["url"].rstrip("/")
    whole = {key: value for key, value in document.items() if key != "servers"}
    return {**whole, "paths": {root + path: about for path, about in document["paths"].items()}}


def broken_promises(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """The places at which a client of the OpenAPI document `old` could fail with an API that keeps to `new`."""
    if isinstance(old, dict) and isinstance(new, dict):
        names = place.endswith(_MAPS_OF_NAMES)
        kept = [key for key in old if names or key not in _TEXTS]
        yield from (f"{place}/{key}: is gone" for key in kept if key not in new)
        if not names:
            yield from (f"{place}/{key}: is new" for key in new if key not in old and key not in _TEXTS)
        for key in kept:
            if key in new:
                yield from broken_promises(old[key], new[key], f"{place}/{key}")
    elif place.endswith("/required") and isinstance(old, list) and "/requestBody/" not in place:
        yield from (f"{place}/{name}: may be absent now" for name in old if name not in new)
    elif place.endswith("/parameters"):
        before, after = ({(each["in"], each["name"]): each for each in some} for some in (old, new))
        yield from (
            f"{place}/{name}: is needed now"
            for (where, name), each in after.items()
            if each["required"] and (where, name) not in before
        )
        for key in before:
            yield from broken_promises(before[key], after.get(key), f"{place}/{key[1]}")
    elif place.endswith("/enum") and isinstance(old, list) and isinstance(new, list):
        yield from (f"{place}/{word}: is gone" for word in old if word not in new)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from broken_promises(before, after, f"{place}/{number}")
    elif place.endswith("/enum") and isinstance(old, list) and isinstance(new, list):
        yield from (f"{place}/{word}: is gone" for word in old if word not in new)  # a further word is an addition
    elif old != new:
        yield f"{place}: was {old}, is {new}"


def lost_values(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """The places at which the answer `new` lacks a value of `old`, or has another."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() - {"data_version"}:
            if key in new:
                yield from lost_values(old[key], new[key], f"{place}/{key}")
            else:
                yield f"{place}/{key}: is gone"
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from lost_values(before, after, f"{place}/{number}")
    elif old != new:
        yield f"{place}: was {old}, is {new}"
