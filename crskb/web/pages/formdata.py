"""A posted form, read without a cookie or a file on disk: fields and one uploaded text file."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

LARGEST_BODY = 1_000_000  # bytes


class TooLarge(Exception):
    """The body is longer than LARGEST_BODY."""


@dataclass(frozen=True)
class Form:
    """Text fields by name, and the text of the uploaded file if there is one."""

    fields: dict[str, str]
    file: str | None


async def read_form(request: Any) -> Form:
    """The form in the body of `request`; raises TooLarge before more than LARGEST_BODY is read."""
    body = b""
    while True:
        message = await request.receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise TooLarge
        if not message.get("more_body"):
            break
    content_type = request.headers.get("content-type", "")
    if content_type.lower().startswith("multipart/form-data"):
        return _multipart(content_type, body)
    return Form(
        {key: values[-1] for key, values in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).items()},
        None,
    )


def _multipart(content_type: str, body: bytes) -> Form:
    head = f"content-type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    fields, file = {}, None
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_filename() is not None:
            file = decoded(content) if part.get_filename() else None
        else:
            fields[str(part.get_param("name", header="content-disposition"))] = content.decode("utf-8", "replace")
    return Form(fields, file)


def decoded(content: bytes) -> str:
    """The text of a file as spreadsheets save it: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
