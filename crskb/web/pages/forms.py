"""A posted form, read without a cookie or a file on disk: fields and one uploaded text file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from crskb.web.http import read_body

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

_MOST_FIELDS = 20
_LONGEST_HEAD = 2000  # bytes of the headers of one part that are looked at
_BOUNDARY = re.compile(r"boundary=\"?([\w'()+,./:=? -]{1,70})", re.IGNORECASE)
_DISPOSITION = re.compile(rb"^content-disposition:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(rb"[;\s]name=\"?([^\";]*)", re.IGNORECASE)
_FILENAME = re.compile(rb"[;\s]filename\*?=\"?([^\";]*)", re.IGNORECASE)


class Unreadable(Exception):
    """The body is no form that a browser sends."""


@dataclass(frozen=True)
class Form:
    """Text fields by name, and the text of the uploaded file if there is one."""

    fields: dict[str, str]
    file: str | None


async def read_form(request: Request) -> Form:
    """The form in the body of `request`; raises Unreadable, and TooLarge and Gone as `read_body` does."""
    body = await read_body(request.scope, request.receive)
    content_type = request.headers.get("content-type", "")
    if content_type.lower().startswith("multipart/form-data"):
        return _multipart(content_type, body)
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Unreadable from error
    return Form({key: values[-1] for key, values in fields.items()}, None)


def _multipart(content_type: str, body: bytes) -> Form:
    """The parts of a form. Not by `email`, which takes seconds for parts within parts and raises RecursionError for brackets."""
    boundary = _BOUNDARY.search(content_type)
    if not boundary:
        raise Unreadable
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary[1].rstrip().encode("latin-1", "replace"), _MOST_FIELDS + 2)
    if len(parts) > _MOST_FIELDS + 2:
        raise Unreadable
    fields, file = {}, None
    for part in parts[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        disposition = _DISPOSITION.search(head[:_LONGEST_HEAD])
        if not disposition:
            continue
        filename, name = _FILENAME.search(disposition[1]), _NAME.search(disposition[1])
        if filename:
            file = decoded(content) if filename[1] else None
        elif name:
            fields[name[1].decode("utf-8", "replace")] = content.decode("utf-8", "replace")
    return Form(fields, file)


def decoded(content: bytes) -> str:
    """The text of a file as spreadsheets save it: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
