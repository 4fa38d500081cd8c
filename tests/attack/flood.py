"""Many clients at once for a minute, asking for everything a little."""

from __future__ import annotations

import asyncio
import random
import time

from tests.running_site import RunningSite

CONNECTIONS = 64
SECONDS = 60
PATHS = (
    "/",
    "/?q=kymriah",
    "/?q=grzmtfl",
    "/compare",
    "/check",
    "/reference",
    "/about",
    "/drugs/teclistamab",
    "/drugs/lenalidomide",
    "/api/v1/lookup?q=teclistamba",
    "/api/v1/lookup?q=tecvayli",
    "/api/v1/drugs/teclistamab",
    "/crskb/drugs.json?_search=tecvayli",
    "/crskb.json?sql=select+count(*)+from+sources",
)


def soak(site: RunningSite, seconds: float = SECONDS) -> list[tuple[str, float, float]]:
    """Requests a second, errors, and how long the slow ones took. SQL beyond its turns is told so with 503; that is no error."""
    took, statuses = asyncio.run(_all(site.port, seconds))
    wrong = sum(count for status, count in statuses.items() if status not in (200, 303, 503))
    return [
        (
            f"errors in {len(took):,} requests of {seconds:g} s ({len(took) / seconds:,.0f} a second; {statuses})",
            wrong,
            0,
        ),
        (
            f"milliseconds, p99; p50 is {took[len(took) // 2]:.0f}, p99.9 {took[int(len(took) * 0.999)]:.0f}, the slowest {took[-1]:.0f}",
            took[int(len(took) * 0.99)],
            1000,
        ),
    ]


async def _all(port: int, seconds: float) -> tuple[list[float], dict[int, int]]:
    took: list[float] = []
    statuses: dict[int, int] = {}
    until = time.monotonic() + seconds

    async def client(number: int) -> None:
        dice = random.Random(number)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < until:
            path = dice.choice(PATHS)
            start = time.perf_counter()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
            status = await _answer(reader)
            took.append((time.perf_counter() - start) * 1000)
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(client(number) for number in range(CONNECTIONS)))
    return sorted(took), statuses


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split()[1])
    if b"transfer-encoding: chunked" in head:
        while size := int((await reader.readline()).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readline()
        return status
    length = head.partition(b"content-length:")[2].split(b"\r\n")[0].strip()
    await reader.readexactly(int(length or b"0"))
    return status
