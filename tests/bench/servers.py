"""Servers to measure, each in a process of its own, and the load put on them."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONNECTIONS = 4
SECONDS = 3
BARE_APP = """
import sys, uvicorn
BODY = b"x" * 1500
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"1500")]
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False, lifespan="off")
"""


@contextmanager
def crskb_server(db: Path) -> Iterator[tuple[str, int]]:
    """`crskb serve`: its address, the port with it, and its process id."""
    with _running([sys.executable, "-m", "crskb", "serve", "--db", str(db), "--port"]) as running:
        yield running


@contextmanager
def bare_server() -> Iterator[tuple[str, int]]:
    """An app that sends 1,500 bytes, on the same server: uvicorn with uvloop and httptools."""
    with _running([sys.executable, "-c", BARE_APP]) as running:
        yield running


@contextmanager
def _running(command: list[str]) -> Iterator[tuple[str, int]]:
    port = free_port()
    process = subprocess.Popen([*command, str(port)], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, seconds: float = 30) -> None:
    """Return when something listens there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")


def requests_per_second(address: str, path: str) -> float:
    """The rate at 4 connections: by wrk where it is installed, else by a client of our own."""
    if shutil.which("wrk"):
        said = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", f"http://{address}{path}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        if "Non-2xx" in said:
            raise RuntimeError(f"{path}: {said}")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    return asyncio.run(_load(address, path))


async def _load(address: str, path: str) -> float:
    host, port = address.split(":")
    request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode()
    until, done = time.monotonic() + SECONDS, [0]

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.monotonic() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{path}: {head[:60]!r}")
            await reader.readexactly(int(re.search(rb"content-length: (\d+)", head.lower())[1]))  # type: ignore[index]
            done[0] += 1
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return done[0] / SECONDS
