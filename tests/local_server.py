"""A web server on loopback that answers as a test says, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# (status, headers, body); a list of them is given out one by one, the last one again and again
Reply = tuple[int, dict[str, str], bytes]


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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
