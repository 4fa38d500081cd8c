"""A web server on loopback that answers as a test says, however badly, and remembers what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Raw:
    """Bytes put on the wire as they are, with a pause after each piece; `sent` collects their lengths."""

    pieces: Iterable[bytes]
    pause_seconds: float = 0.0
    sent: list[int] = field(default_factory=list)


# (status, headers, body); a list of them is given out one by one, the last one again and again
Reply = tuple[int, dict[str, str], bytes] | Raw


@dataclass
class LocalServer:
    """Replies by "METHOD /path?query"; 404 for whatever is not in `replies`."""

    url: str = ""
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)


def ok(body: bytes = b"") -> Reply:
    return 200, {}, body


@contextmanager
def serving() -> Iterator[LocalServer]:
    local = LocalServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            key = f"{self.command} {self.path}"
            local.asked.append(key)
            local.agents.add(self.headers.get("User-Agent", ""))
            reply = local.replies.get(key, (404, {}, b""))
            if isinstance(reply, list):
                reply = reply.pop(0) if len(reply) > 1 else reply[0]
            if isinstance(reply, Raw):
                self.close_connection = True
                for piece in reply.pieces:
                    self.wfile.write(piece)
                    reply.sent.append(len(piece))
                    time.sleep(reply.pause_seconds)
                return
            status, headers, body = reply
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = _answer

        def log_message(self, *arguments: object) -> None: ...

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up early is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    local.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield local
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
