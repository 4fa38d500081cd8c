"""The XML parts of a workbook, read in bounded memory: no tree is built, no entity is expanded, and no piece grows without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

_CHUNK = 1 << 16  # bytes
_LONGEST_PIECE = 1_000_000  # bytes of one tag or comment
_DEEPEST = 100  # elements within each other

Attributes = dict[str, str]


class Damaged(Exception):
    """What is in the file is no workbook, or more than is read."""


def local(name: str) -> str:
    """A name without its namespace: writers choose prefixes of their own."""
    return name.rpartition(":")[2]


def value_of(attributes: Attributes, name: str) -> str:
    """The attribute of this name whatever its prefix, or an empty text."""
    return next((value for key, value in attributes.items() if local(key) == name), "")


def read_xml(
    part: IO[bytes],
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] = lambda _: None,
    text: Callable[[str], object] | None = None,
) -> Iterator[None]:
    """Call `start`, `end` and `text` for what is in `part`; yields after each 64 KiB. Raises Damaged."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Damaged("its XML lies too deep")
        start(local(name), attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local(name))

    def declared(*_: object) -> None:
        raise Damaged("its XML declares entities, which no spreadsheet does")

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = declared
    if text:
        parser.CharacterDataHandler = text
    fed = 0
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST_PIECE:
                raise Damaged("a tag in its XML is too long")
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise Damaged(f"its XML is damaged: {error}") from error
