"""Budget: a drug page is served at no less than a third of the rate of a bare template page of the same Datasette."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl
from datasette.plugins import pm

from crskb.database.build import build
from crskb.knowledge.checks import load_checked
from crskb.web.server import make_datasette

DATA = Path(__file__).parents[2] / "data"
REQUESTS = 400


class Bare:
    """A plugin with one page, made from the smallest template."""

    __name__ = "bare"

    @hookimpl
    def register_routes(self) -> list[tuple[str, Any]]:
        """/bare."""

        async def show(datasette: Any, request: Any) -> Response:
            template = datasette.jinja_env.from_string("<!DOCTYPE html><title>bare</title><p>{{ request.path }}</p>")
            return Response.html(await datasette.render_template(template, {}, request=request))

        return [(r"^/bare$", show)]


def measure() -> tuple[str, float, float]:
    """What was measured, the ratio of times per page, and the most that it may be."""
    pm.register(bare := Bare(), name="bare")
    try:
        with tempfile.TemporaryDirectory() as folder:
            knowledge, _ = load_checked(DATA)
            build(knowledge, DATA, db := Path(folder) / "crskb.db")
            page, plain = asyncio.run(_both(db))
    finally:
        pm.unregister(bare)
    return (
        f"a drug page ({1 / page:,.0f} a second) / a bare template page ({1 / plain:,.0f} a second), by time",
        page / plain,
        3.0,
    )


async def _both(db: Path) -> tuple[float, float]:
    app = make_datasette(db).app()
    found = {path: await _seconds(app, path) for path in ("/bare", "/drugs/teclistamab") for _ in range(3)}
    return found["/drugs/teclistamab"], found["/bare"]


async def _seconds(app: Any, path: str) -> float:
    """Seconds for one page, after a first one that fills what is kept."""
    await _get(app, path)
    start = time.perf_counter()
    for _ in range(REQUESTS):
        await _get(app, path)
    return (time.perf_counter() - start) / REQUESTS


async def _get(app: Any, path: str) -> None:
    headers = [(b"host", b"localhost"), (b"accept-encoding", b"gzip")]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
    }
    statuses = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    if statuses != [200]:
        raise RuntimeError(f"{path} was answered {statuses}")
