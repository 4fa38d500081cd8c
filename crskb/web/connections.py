"""Connections that cost no more than they may: bounded headers, a time limit for half-sent requests and unread answers, and room for new readers."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

try:
    import resource
except ImportError:  # no descriptor limits on this system
    resource = None  # type: ignore[assignment]

MOST_HEADER_BYTES = 32_768  # with the address; the longest SQL that is read fits
MOST_HEADERS = 100
REQUEST_SECONDS = 20  # from the first byte to the last; a list of 1 MB over a slow telephone fits
READER_SECONDS = 30  # how long a client may leave an answer unread
_MOST_CONNECTIONS = 1000
_OTHER_DESCRIPTORS = 128  # the file, once per connection to it, the event loop, the log, a burst of readers


def most_connections() -> int:
    """How many connections one process holds, by the descriptors that it may open."""
    if resource is None:
        return _MOST_CONNECTIONS
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(16, min(_MOST_CONNECTIONS, soft - _OTHER_DESCRIPTORS))


class JoinedWrites:
    """A transport that sends the head of an answer together with the body: uvicorn's two writes wake the reader twice, which took
    a third of the time of a lookup."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop):
        self._transport, self._loop = transport, loop
        self._head = b""

    def write(self, data: bytes) -> None:
        """Hold a head until the body comes, or until the loop turns: a body may come later."""
        if not self._head and data.endswith(b"\r\n\r\n") and data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._flush(data)

    def close(self) -> None:
        """Send what is held, then close."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self, data: bytes = b"") -> None:
        head, self._head = self._head, b""
        if head or data:
            self._transport.write(head + data)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, which bounds none of these. Where there are too many connections, the one that has waited longest goes."""

    _most = most_connections()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock; make room."""
        super().connection_made(transport)
        self.transport = JoinedWrites(transport, self.loop)  # type: ignore[assignment]
        self._since = self.loop.time()
        self._header_bytes = 0  # of the request that is arriving
        self._in_body = self._whole = self._refused = False
        self._late: asyncio.TimerHandle | None = self.loop.call_later(REQUEST_SECONDS, self._end_late)
        self._unread: asyncio.TimerHandle | None = None
        if len(self.connections) > self._most:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._stop_clock()
        if self._unread:
            self._unread.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what a request's headers take before it is whole."""
        if self._refused:
            return
        if not self._in_body:
            self._header_bytes += len(data)
        self._whole = False
        super().data_received(data)
        if self._whole:
            self._header_bytes = 0
            self._stop_clock()
        elif not self._in_body and self._header_bytes > MOST_HEADER_BYTES:
            self._refuse(431, "The headers are too large.")
        elif self._late is None:
            self._late = self.loop.call_later(REQUEST_SECONDS, self._end_late)

    def on_headers_complete(self) -> None:
        """Refuse headers that are too large or too many before anything is started for them."""
        self._in_body = True
        if len(self.headers) > MOST_HEADERS or (
            self._header_bytes > MOST_HEADER_BYTES and self._exact_header_bytes() > MOST_HEADER_BYTES
        ):
            self._refuse(431, "The headers are too large or too many.")
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Nothing is kept of a request that was refused."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._in_body, self._whole = False, True
        if not self._refused:
            super().on_message_complete()

    def pause_writing(self) -> None:
        """The client reads more slowly than is written."""
        super().pause_writing()
        self._unread = self.loop.call_later(READER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads on."""
        super().resume_writing()
        if self._unread:
            self._unread.cancel()
            self._unread = None

    def _make_room(self) -> None:
        """Let go of the oldest connection that has no whole request under way: one that never had any before one that had."""
        others = (other for other in self.connections if isinstance(other, BoundedProtocol) and other is not self)
        waiting = [other for other in others if not other._whole or other.cycle.response_complete]
        if waiting:
            oldest = min(waiting, key=lambda other: (other.cycle is not None, other._since))
            self.connections.discard(oldest)  # it is lost in a later turn of the loop only
            oldest.transport.abort()

    def _exact_header_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _stop_clock(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None

    def _end_late(self) -> None:
        if self._header_bytes and not self._in_body:
            self._refuse(408, "The request did not arrive in time.")
        else:
            self.transport.abort()

    def _refuse(self, status: int, said: str) -> None:
        """Answer at once and close; what still comes is not read."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        body = said.encode()
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()
