"""What the tests share: the invented knowledge base, a copy to break, the built file, and a client for the served site."""

from __future__ import annotations

import asyncio
import gc
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from crskb.cli import main
from crskb.web.served_database import ServedDatabase
from crskb.web.server import make_datasette
from tests.local_server import LocalServer, serving

# The same examples in every run, so that a failure of today can be run again tomorrow, and no run fails by luck.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")

ROOT = Path(__file__).parents[1]
KB = ROOT / "tests" / "kb"
DATA = ROOT / "data"


def pytest_report_header() -> str:
    names = ("datasette", "sqlite-utils", "pydantic", "rapidfuzz", "pyyaml")
    return ", ".join([f"SQLite {sqlite3.sqlite_version}", *(f"{name} {version(name)}" for name in names)])


@pytest.fixture
def run() -> Callable[..., Result]:
    """`run("build", "--db", path)` runs the command line; a traceback fails the test."""

    def invoke(*arguments: object, **more: Any) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], **more)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """A copy of the invented knowledge base that a test may break."""
    return Path(shutil.copytree(KB, tmp_path / "kb"))


@pytest.fixture(scope="session")
def kb_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented knowledge base, built."""
    return _built(KB, tmp_path_factory.mktemp("kb") / "crskb.db")


@pytest.fixture(scope="session")
def real_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real data, built."""
    return _built(DATA, tmp_path_factory.mktemp("real") / "crskb.db")


def _built(data: Path, db: Path) -> Path:
    result = CliRunner().invoke(main, ["build", "--data", str(data), "--db", str(db)])
    assert result.exit_code == 0, result.output
    return db


class Client:
    """The served site without a network: `get` and `post` answer as `datasette.client` does."""

    def __init__(self, db: Path, loop: asyncio.AbstractEventLoop):
        self.datasette = make_datasette(db)
        self._loop = loop

    def request(self, method: str, path: str, **more: Any) -> Any:
        return self._loop.run_until_complete(self.datasette.client.request(method, path, **more))

    def get(self, path: str, **more: Any) -> Any:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> Any:
        return self.request("POST", path, **more)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for all requests of the session."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


_lasting: list[Client] = []  # of the whole session


@pytest.fixture(scope="module", autouse=True)
def _close_sites() -> Iterator[None]:
    """Close the sites that a module opened: SQLite's heap is bounded for a process, which in tests holds dozens of them."""
    yield
    lasting = [client.datasette.get_database("crskb") for client in _lasting]
    for database in [each for each in gc.get_objects() if isinstance(each, ServedDatabase)]:
        if database not in lasting:
            database.close()


@pytest.fixture(scope="session")
def client(kb_db: Path, loop: asyncio.AbstractEventLoop) -> Client:
    """The site over the invented knowledge base."""
    _lasting.append(client := Client(kb_db, loop))
    return client


@pytest.fixture(scope="session")
def real_client(real_db: Path, loop: asyncio.AbstractEventLoop) -> Client:
    """The site over the real data."""
    _lasting.append(client := Client(real_db, loop))
    return client


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask hosts of this machine directly, whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """Another host on loopback, which answers as the test says."""
    with serving() as local:
        yield local
