"""Budgets of the serving process: at most 150 MB resident after 100,000 requests and hostile SQL, started in at most 1.5 times the time of plain Datasette."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from tests.attack.statements import BOMBS
from tests.bench.servers import SECONDS, crskb_server, free_port, requests_per_second, wait_for

# Datasette as it is, without the plugin that this environment has installed
PLAIN = "import os, sys; os.environ['DATASETTE_LOAD_PLUGINS'] = ''; from datasette.cli import cli; cli(['serve', '-i', sys.argv[1], '--port', sys.argv[2]])"
PATHS = (
    "/",
    "/compare",
    "/reference",
    "/about",
    "/api",
    "/drugs/teclistamab",
    "/crskb/drugs",
    "/api/v1/reference",
    "/api/v1/drugs/teclistamab",
    "/api/v1/lookup?q=kimria",
)
ROUNDS = 5
REQUESTS = 100_000


def measure(db: Path) -> list[tuple[str, float, float]]:
    """What was measured, megabytes or ratio, and the most that it may be."""
    ours = theirs = 1e9
    for _ in range(ROUNDS):
        ours = min(ours, _start([sys.executable, "-m", "crskb", "serve", "--db", str(db), "--port"]))
        theirs = min(theirs, _start([sys.executable, "-c", PLAIN, str(db)]))
    with crskb_server(db) as (address, pid):
        for path in PATHS:
            urllib.request.urlopen(f"http://{address}{path}").read()
        for statement in BOMBS.values():
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://{address}/crskb.json?" + urlencode({"sql": statement})).read()
        answered = 0.0
        while answered < REQUESTS:
            answered += requests_per_second(address, "/api/v1/lookup?q=kimria") * SECONDS
        megabytes = _resident_kilobytes(pid) / 1000
    return [
        ("serving process, megabytes resident after 100,000 requests and hostile SQL", megabytes, 150),
        (f"start of crskb serve ({ours:.2f} s) / of plain Datasette ({theirs:.2f} s)", ours / theirs, 1.5),
    ]


def _start(command: list[str]) -> float:
    """Seconds until the first answer."""
    port = free_port()
    start = time.perf_counter()
    process = subprocess.Popen([*command, str(port)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        urllib.request.urlopen(f"http://127.0.0.1:{port}/crskb/drugs.json?_size=1").read()
        return time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(10)


def _resident_kilobytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


if __name__ == "__main__":
    print(*measure(Path(sys.argv[1])), sep="\n")
