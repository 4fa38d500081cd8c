"""`crskb serve` in a process of its own on loopback, and raw requests to it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

LOOKUP = b"GET /api/v1/lookup?q=exemplia HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass
class RunningSite:
    """One server: where it listens, its process, and what it wrote."""

    port: int
    process: subprocess.Popen[str]

    def connect(self, sent: bytes = b"", seconds: float = 10) -> socket.socket:
        """A connection that has sent this much."""
        connection = socket.create_connection(("127.0.0.1", self.port), seconds)
        if sent:
            connection.sendall(sent)
        return connection

    def ask(self, sent: bytes, seconds: float = 10) -> tuple[int, bytes]:
        """Status and body of the answer to one raw request; (0, b"") where the server closed without one."""
        with self.connect(sent, seconds) as connection:
            return read_answer(connection)

    def get(self, path: str, seconds: float = 10, **headers: str) -> tuple[int, bytes]:
        """Status and body of one address."""
        status, _, body = self.ask_headers(path, seconds, **headers)
        return status, body

    def ask_headers(self, path: str, seconds: float = 10, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers but for the date, and body of one address."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            told = {key.lower(): value for key, value in answer.getheaders() if key.lower() != "date"}
            return answer.status, told, answer.read()
        finally:
            connection.close()

    def wait_until_ready(self, seconds: float = 20) -> None:
        """Return when every drug was rendered."""
        until = time.monotonic() + seconds
        while self.get("/-/ready")[0] != 200:
            if time.monotonic() > until:
                raise TimeoutError("the site is not ready")
            time.sleep(0.05)

    def resident_megabytes(self, peak: bool = False) -> float:
        """Memory of the process (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{'VmHWM' if peak else 'VmRSS'}:\s+(\d+)", status)[1]) / 1000  # type: ignore[index]


@contextmanager
def running_site(db: Path, *options: str, descriptors: int | None = None) -> Iterator[RunningSite]:
    """Serve `db` with these options, under a limit of descriptors if one is given."""
    command = [sys.executable, "-m", "crskb", "serve", "--db", str(db), "--port", "0", *options]
    if descriptors:
        command = ["bash", "-c", f'ulimit -n {descriptors}; exec "$@"', "bash", *command]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        address = process.stderr.readline()  # type: ignore[union-attr]
        found = re.search(r":(\d+)/$", address.strip())
        if not found:
            raise RuntimeError(address + (process.stderr.read() if process.stderr else ""))
        site = RunningSite(int(found[1]), process)
        site.wait_until_ready()
        yield site
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        if process.stderr:
            process.stderr.close()


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of what comes over a connection."""
    received = b""
    try:
        while b"\r\n\r\n" not in received:
            more = connection.recv(65_536)
            if not more:
                return 0, received
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        while length and len(body) < int(length[1]) and (more := connection.recv(65_536)):
            body += more
    except ConnectionError:
        return 0, received
    return int(head.split()[1]), body
