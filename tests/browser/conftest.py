"""A real browser before the real server. Fixtures are module-wide: while playwright runs, no other event loop can."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crskb.web.server import listen, make_datasette

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium of this machine."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        missing = "no chromium on this machine: nothing of the pages was seen by a browser"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield launched
        launched.close()


def _served(db: Path) -> Iterator[str]:
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(make_datasette(db).app(), log_level="warning", access_log=False, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listening.close()


@pytest.fixture(scope="module")
def site(kb_db: Path) -> Iterator[str]:
    """The address of the site over the invented knowledge base."""
    yield from _served(kb_db)


@pytest.fixture(scope="module")
def real_site(real_db: Path) -> Iterator[str]:
    """The address of the site over the real data."""
    yield from _served(real_db)


class Watch:
    """What a page did that it should not: errors in the console, requests to elsewhere, cookies."""

    def __init__(self, context: BrowserContext, home: str):
        self.faults: list[str] = []
        self._context, self._home = context, home
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        context.on("request", lambda request: self._request(request.url))

    def _console(self, kind: str, text: str) -> None:
        # Chromium reports a page that is meant to be a 404 or 400 as a failed resource; the tests look at the status themselves.
        if kind in ("error", "warning") and "the server responded with a status of 40" not in text:
            self.faults.append(f"console {kind}: {text}")

    def _request(self, url: str) -> None:
        if not url.startswith((self._home, "data:", "blob:")):
            self.faults.append(f"request to elsewhere: {url}")

    def verdict(self) -> list[str]:
        """All faults so far, cookies among them."""
        return self.faults + [f"cookie: {cookie.get('name')}" for cookie in self._context.cookies()]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`open_page("/about", java_script_enabled=False)`: a page of a fresh context; what it did wrong fails the test at its end."""
    watched: list[tuple[BrowserContext, Watch]] = []

    def open_(path: str, home: str = site, **options: Any) -> Page:
        context = browser.new_context(**options)
        watched.append((context, Watch(context, home)))
        page = context.new_page()
        page.goto(home + path)
        return page

    yield open_
    faults = [fault for _, watch in watched for fault in watch.verdict()]
    for context, _ in watched:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
