"""The body of a request, read up to a limit."""

from __future__ import annotations

from crskb.web.security import Message, Receive

LARGEST_BODY = 1_000_000  # bytes; the longest list of the longest names fits


class TooLarge(Exception):
    """The body is longer than LARGEST_BODY."""


class Gone(Exception):
    """The client went away before it had sent everything."""


async def read_body(scope: Message, receive: Receive) -> bytes:
    """The whole body; raises TooLarge before more than LARGEST_BODY is kept, and Gone."""
    length = dict(scope.get("headers", ())).get(b"content-length", b"")
    if length.isdigit() and int(length[:20]) > LARGEST_BODY:
        raise TooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise TooLarge
        if not message.get("more_body", False):
            return bytes(body)
