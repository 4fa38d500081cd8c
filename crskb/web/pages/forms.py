"""A posted form, read without a cookie or a file on disk: fields and one uploaded file."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header

from crskb.web.http import LARGEST_BODY, read_body

if TYPE_CHECKING:
    from datasette.utils.asgi import Request
    from python_multipart.multipart import MultipartCallbacks

_MOST_FIELDS = 20
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # it would print signs of what was typed


class Unreadable(Exception):
    """The body is not a form that a browser sends."""


@dataclass(frozen=True)
class Form:
    """Text fields by name, and the content of the uploaded file if there is one."""

    fields: dict[str, str]
    file: bytes | None


def holds_file(request: Request) -> bool:
    """Whether the form may carry a file."""
    return (request.headers.get("content-type") or "").lower().startswith("multipart/form-data")


async def read_form(request: Request, largest: int = LARGEST_BODY) -> Form:
    """The form in the body of `request`; raises Unreadable, and TooLarge and Gone as `read_body` does."""
    body = await read_body(request.scope, request.receive, largest)
    content_type = request.headers.get("content-type", "")
    if holds_file(request):
        return _multipart(content_type, body)
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Unreadable from error
    return Form({key: values[-1] for key, values in fields.items()}, None)


class _Parts:
    """The parts of a multipart form, put together from the pieces in which the parser finds them."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.file: bytes | None = None
        self._count = 0
        self._disposition: dict[bytes, bytes] = {}
        self._header, self._value, self._content = bytearray(), bytearray(), bytearray()

    def callbacks(self) -> MultipartCallbacks:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_part_data": lambda data, start, end: self._content.extend(data[start:end]),
            "on_part_end": self._end_part,
        }

    def _begin(self) -> None:
        self._count += 1
        if self._count > _MOST_FIELDS:
            raise Unreadable
        self._disposition = {}
        self._content.clear()

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, self._disposition = parse_options_header(bytes(self._value))
        self._header.clear()
        self._value.clear()

    def _end_part(self) -> None:
        name, filename = self._disposition.get(b"name"), self._disposition.get(b"filename")
        if filename is not None:  # empty where no file was chosen
            self.file = bytes(self._content) if filename else None
        elif name:
            self.fields[name.decode("utf-8", "replace")] = self._content.decode("utf-8", "replace")


def _multipart(content_type: str, body: bytes) -> Form:
    """The parts of a form. Not by `email`, which takes seconds for parts within parts and raises RecursionError for brackets."""
    _, options = parse_options_header(content_type)
    parts = _Parts()
    try:
        parser = MultipartParser(options.get(b"boundary", b""), parts.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Unreadable from error
    if parser.state != MultipartState.END:  # cut off: its last part would be lost
        raise Unreadable
    return Form(parts.fields, parts.file)


def decoded(content: bytes) -> str:
    """The text of a file as spreadsheets save it: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
