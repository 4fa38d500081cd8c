"""The server as a stranger, a proxy and an orchestrator meet it: connections, headers, time limits, stopping, health, workers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import uvicorn

from crskb.errors import CrskbError
from crskb.web import connections
from crskb.web.connections import MOST_HEADER_BYTES, MOST_HEADERS, BoundedProtocol
from crskb.web.options import Options
from crskb.web.server import listen, make_datasette
from tests.conftest import Client
from tests.running_site import LOOKUP, RunningSite, read_answer, running_site


@pytest.fixture(scope="module")
def site(kb_db: Path) -> Iterator[RunningSite]:
    """The server with few descriptors."""
    with running_site(kb_db, descriptors=256) as running:
        yield running


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"POST /check HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nq"],
    ids=["silent", "half headers", "half a body"],
)
def test_half_sent_requests_keep_nobody_out(site: RunningSite, sent: bytes) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(400):
            held.enter_context(site.connect(sent))
        assert [site.ask(LOOKUP)[0] for _ in range(20)] == [200] * 20


@pytest.mark.parametrize(
    "hosts",
    [b"", b"Host: a\r\nHost: b\r\n", b"Host: a\r\nHost: a\r\n", b"Host:\r\n", b"Host: a b\r\n", b"Host: a/b\r\n"],
)
@pytest.mark.parametrize("path", [b"/", b"/api/v1/version", b"/crskb", b"/-/live"])
def test_a_request_names_one_host(site: RunningSite, hosts: bytes, path: bytes) -> None:
    assert site.ask(b"GET %s HTTP/1.1\r\n%s\r\n" % (path, hosts))[0] == 400


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"a" * MOST_HEADER_BYTES + b"\r\n",
        b"".join(b"X%d: a\r\n" % number for number in range(MOST_HEADERS + 1)),
        b"A: b\r\n" * 20_000,
        b"X: " + b"a" * 5_000_000 + b"\r\n",
    ],
    ids=["one long", "many", "very many", "5 MB"],
)
def test_headers_have_a_budget(site: RunningSite, head: bytes) -> None:
    with site.connect() as connection:
        with contextlib.suppress(ConnectionError):  # refused before all of it was read
            connection.sendall(b"GET /api/v1/version HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n")
        assert read_answer(connection)[0] in (0, 431)
    assert site.ask(LOOKUP)[0] == 200


def test_an_address_has_the_same_budget(site: RunningSite) -> None:
    assert site.get("/?q=" + "a" * (MOST_HEADER_BYTES - 200))[0] == 400  # longer than a name
    assert site.get("/?q=" + "a" * MOST_HEADER_BYTES)[0] == 431


def test_a_header_without_end_is_cut_off(site: RunningSite) -> None:
    before = site.resident_megabytes(peak=True)
    with site.connect(b"GET / HTTP/1.1\r\nHost: x\r\nX: ") as connection, pytest.raises(ConnectionError):
        connection.sendall(b"a" * 300_000_000)
    assert site.resident_megabytes(peak=True) - before < 20


def test_an_ordinary_request_split_into_bytes_and_two_in_one_are_answered(site: RunningSite) -> None:
    with site.connect() as connection:
        for byte in LOOKUP:
            connection.sendall(bytes([byte]))
        assert read_answer(connection)[0] == 200
        connection.sendall(LOOKUP)
        assert read_answer(connection)[0] == 200
    body = b'{"medications": ["Exemplia"]}'
    post = (
        b"POST /api/v1/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        % len(body)
    )
    with site.connect(post) as connection:
        time.sleep(0.1)
        connection.sendall(body)
        assert read_answer(connection)[0] == 200


@pytest.fixture
def hasty_site(kb_db: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server in this process that waits for a tenth of a second."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.1)
    monkeypatch.setattr(connections, "READER_SECONDS", 0.1)
    with listen("127.0.0.1", 0) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        config = uvicorn.Config(
            make_datasette(kb_db).app(), http=BoundedProtocol, lifespan="on", ws="none", log_level="error"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", 408),
        (b"GET", 408),
        (b"", 0),
        (b"POST /check HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nmed", 0),
    ],
    ids=["half headers", "half a line", "nothing", "half a body"],
)
def test_a_half_sent_request_ends_in_time(hasty_site: int, sent: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", hasty_site), 5) as connection:
        if sent:
            connection.sendall(sent)
        assert read_answer(connection)[0] == status


def test_who_does_not_read_the_answer_is_let_go(hasty_site: int) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(5)
        connection.connect(("127.0.0.1", hasty_site))
        connection.sendall(b"GET /crskb.db HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
        time.sleep(1)
        received = 0
        with contextlib.suppress(ConnectionError):
            while more := connection.recv(65_536):
                received += len(more)
    assert received < 3_000_000  # not the 40 files


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_server_stops_within_five_seconds_whatever_clients_do(kb_db: Path, workers: str) -> None:
    endless = "with+recursive+n(x)+as+(select+1+union+all+select+x%2B1+from+n)+select+count(*)+from+n"
    with running_site(kb_db, "--workers", workers) as site, contextlib.ExitStack() as held:
        for sent in (
            b"POST /check HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nmed",
            b"GET / HTTP/1.1\r\nHo",
            LOOKUP,
            f"GET /crskb.json?sql={endless} HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        ):
            held.enter_context(site.connect(sent))
        time.sleep(0.2)
        start = time.monotonic()
        site.process.send_signal(signal.SIGTERM)
        site.process.wait(10)
        assert time.monotonic() - start < 5
        assert "Traceback" not in site.process.stderr.read()  # type: ignore[union-attr]


def test_workers_share_the_port_and_one_that_dies_is_replaced(kb_db: Path) -> None:
    with running_site(kb_db, "--workers", "2") as site:
        children = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not tell the children of a process")

        def workers() -> list[int]:
            return [
                pid
                for pid in map(int, children.read_text().split())
                if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()
            ]

        before = workers()
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + 10
        while (now := workers()) == before or len(now) < 2:
            assert time.monotonic() < until
            time.sleep(0.1)
        site.wait_until_ready()
        assert [site.ask(LOOKUP)[0] for _ in range(10)] == [200] * 10


def test_an_answer_made_before_is_the_answer_made_when_asked(site: RunningSite, client: Client, kb_db: Path) -> None:
    with contextlib.closing(sqlite3.connect(kb_db)) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM drug_names UNION SELECT name FROM treatment_names")
        ]
    assert len(names) > 10
    for name in names:
        for text in (name, name.lower(), name.upper()):
            query = "/api/v1/lookup?q=" + quote_plus(text)
            early, late = site.ask_headers(query), client.get(query)
            assert early == (200, {key: late.headers[key] for key in early[1]}, late.content), text
            assert early[1]["cache-control"] == "no-store"
            assert site.get(query, **{"If-None-Match": late.headers["etag"]}) == (304, b"")


def test_workers_end_with_a_parent_that_was_killed(kb_db: Path) -> None:
    with running_site(kb_db, "--workers", "2") as site:
        site.process.kill()
        site.process.wait(10)
        until = time.monotonic() + 10
        while True:
            try:
                site.connect().close()
            except ConnectionRefusedError:
                break
            assert time.monotonic() < until, "workers serve on without their parent"
            time.sleep(0.1)


# Health


def test_health_tells_what_an_orchestrator_needs_and_no_more(site: RunningSite, kb_db: Path) -> None:
    assert site.get("/-/live") == (200, b'{"live":true}')
    status, body = site.get("/-/ready")
    facts = json.loads(body)
    assert (status, facts["ready"], facts["file"]) == (200, True, "verified")
    assert facts["data_version"].startswith("0.1.0-")
    assert facts["data_age_days"] == (date.today() - date.fromisoformat(facts["newest_review"])).days
    assert set(facts) == {"ready", "file", "data_version", "newest_review", "data_age_days"}
    assert str(kb_db.parent).encode() not in body


def test_a_file_that_changes_while_it_is_served_is_told(kb_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(kb_db, tmp_path / "a b#c?d%.db"))  # a name that no address takes as it stands
    with running_site(db) as site:
        assert site.ask(LOOKUP)[0] == 200
        os.replace(shutil.copy(kb_db, tmp_path / "newer.db"), db)
        assert json.loads(site.get("/-/ready")[1])["file"] == "replaced"
        assert site.get("/-/ready")[0] == 200
    with running_site(db) as site:
        with db.open("r+b") as file:
            file.truncate(1000)
        assert (site.get("/-/ready")[0], json.loads(site.get("/-/ready")[1])["file"]) == (503, "changed")
        assert site.get("/drugs/examplumab")[0] == 200  # rendered at the start
        assert site.get("/api/v1/drugs/examplumab")[0] == 200


def test_a_file_put_in_place_later_is_not_half_served(kb_db: Path, real_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(kb_db, tmp_path / "crskb.db"))
    with running_site(db) as site:
        os.replace(shutil.copy(real_db, tmp_path / "other.db"), db)
        found = {json.loads(site.get("/crskb/drugs.json?_shape=array&_size=1")[1])[0]["id"] for _ in range(10)}
        found |= {
            row[0] for _ in range(5) for row in json.loads(site.get("/crskb.json?sql=select+id+from+drugs")[1])["rows"]
        }
        assert "teclistamab" not in found


def test_every_drug_is_rendered_before_the_first_reader_asks(kb_db: Path, loop: asyncio.AbstractEventLoop) -> None:
    """With the threads of the pages gone, the pages of drugs and the answers of the API still come."""
    client = Client(kb_db, loop)
    client.datasette = make_datasette(kb_db, Options(public_url="https://crs.example"))
    app = client.datasette.app()

    async def start() -> None:
        async def receive() -> Any:
            return {"type": "lifespan.startup"} if not done.is_set() else await asyncio.sleep(3600)

        async def send(message: Any) -> None:
            done.set()

        done = asyncio.Event()
        lifespan = asyncio.ensure_future(app({"type": "lifespan"}, receive, send))
        await done.wait()
        for _ in range(200):
            if (await ask("/-/ready")) == 200:
                break
            await asyncio.sleep(0.02)
        client.datasette.get_database("crskb").close()
        assert await ask("/drugs/examplumab") == 200
        assert await ask("/api/v1/drugs/examplumab") == 200
        assert await ask("/api/v1/sources/us-pi-exemplia") == 200
        lifespan.cancel()

    async def ask(path: str) -> int:
        import httpx

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:
            return (await http.get(f"http://any.example{path}")).status_code

    loop.run_until_complete(start())


def test_pages_and_api_wait_for_memory_that_sql_of_strangers_has(kb_db: Path, loop: asyncio.AbstractEventLoop) -> None:
    database = make_datasette(kb_db).get_database("crskb")
    asked = []

    def read(_: sqlite3.Connection) -> int:
        asked.append(1)
        if len(asked) < 3:
            raise MemoryError
        return len(asked)

    assert loop.run_until_complete(database.read(read)) == 3


# Options


def test_links_and_transport_security_follow_the_public_address(kb_db: Path, loop: asyncio.AbstractEventLoop) -> None:
    client = Client(kb_db, loop)
    client.datasette = make_datasette(kb_db, Options(public_url="https://crs.example/"))
    answer = client.get("/drugs/examplumab", headers={"host": "evil.example"})
    assert "https://crs.example/drugs/examplumab" in answer.text
    assert "evil.example" not in answer.text
    for path in ("/drugs/examplumab", "/", "/crskb/drugs", "/nowhere"):
        assert client.get(path).headers["strict-transport-security"] == "max-age=31536000"
    client.datasette = make_datasette(kb_db, Options(public_url="http://crs.example"))
    assert "strict-transport-security" not in client.get("/").headers


@pytest.mark.parametrize(
    "url",
    [
        "crs.example",
        "ftp://crs.example",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://u@a",
        "https://a:x",
        "https://[",
        "",
    ],
)
def test_a_public_address_is_a_scheme_and_a_host(url: str) -> None:
    with pytest.raises(CrskbError, match=r"address|scheme"):
        Options(public_url=url)


def test_a_search_by_post_puts_nothing_typed_into_an_address(kb_db: Path, loop: asyncio.AbstractEventLoop) -> None:
    client = Client(kb_db, loop)
    client.datasette = make_datasette(kb_db, Options(post_search=True))
    for path in ("/", "/drugs/examplumab"):
        page = client.get(path).text
        assert 'role="search" action="/" method="post">' in page
        assert "data-lookup" not in page
    answer = client.post("/", data={"q": " Exemplia "})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Exemplia is a brand name of examplumab." in answer.text
    assert "<h1" in answer.text
    for text, said in (("mokizumab", "Not found"), ("grzmtfl", "No such name"), ("PSG", "Listed; more than one thing")):
        answer = client.post("/", data={"q": text})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert said in answer.text
    for body in ({"q": ""}, {"q": "x" * 201}, {"other": "x"}):
        assert client.post("/", data=body).status_code == 400
    assert client.post("/", content=b"x" * 1_000_001).status_code == 400


def test_the_search_form_asks_by_address_unless_told_otherwise(client: Client) -> None:
    assert 'method="post"' not in client.get("/drugs/examplumab").text
    assert client.post("/", data={"q": "Exemplia"}).status_code == 200  # answered in any case
