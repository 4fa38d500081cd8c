"""`crskb links`: what it says of each kind of answer, and how it asks; against a server on loopback."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from crskb.maintain import links
from tests.local_server import LocalServer, ok

Run = Callable[..., Result]
FAST = ("--pause", "0", "--timeout", "5")


pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.fixture
def with_links(kb: Path) -> Callable[..., Path]:
    """`with_links(a=url, b=url)`: the knowledge base with these sources, and no others."""

    def write(**urls: str) -> Path:
        shutil.rmtree(kb / "sources")
        (kb / "sources").mkdir()
        for id_, url in urls.items():
            source = {"title": id_, "kind": "web", "url": url, "seen_on": "2026-01-02"}
            (kb / "sources" / f"{id_}.yaml").write_text(yaml.safe_dump(source).replace("'2026-01-02'", "2026-01-02"))
        return kb

    return write


def statuses(result: Result) -> dict[str, str]:
    return {source: link["status"] for link in json.loads(result.stdout)["links"] for source in link["sources"]}


def test_each_kind_of_answer_has_its_status(run: Run, server: LocalServer, with_links: Callable[..., Path]) -> None:
    server.replies = {
        "HEAD /fine": ok(),
        "HEAD /only-get": (405, {}, b""),
        "GET /only-get": ok(b"x" * 100_000),
        "HEAD /gone": (410, {}, b""),
        "HEAD /members": (403, {}, b""),
        "GET /members": (403, {}, b""),
        "HEAD /old": (301, {"Location": "/new"}, b""),
        "HEAD /new": ok(),
        "HEAD /login": (302, {"Location": "/fine"}, b""),
        "HEAD /down": (503, {}, b""),
        "HEAD /circle": (302, {"Location": "/circle"}, b""),
    }
    pages = ("fine", "only-get", "gone", "missing", "members", "old", "login", "down", "circle")
    data = with_links(**{page: f"{server.url}/{page}" for page in pages})
    result = run("links", "--data", data, "--format", "json", *FAST)
    assert result.exit_code == 1
    assert statuses(result) == {
        "gone": "broken",
        "missing": "broken",
        "circle": "unanswered",
        "members": "refused",
        "old": "moved",
        "down": "unanswered",
    }
    answer = json.loads(result.stdout)
    assert answer["counts"] == {"broken": 2, "unanswered": 2, "moved": 1, "refused": 1, "not_asked": 0, "fine": 3}
    assert [link["leads_to"] for link in answer["links"] if link["status"] == "moved"] == [f"{server.url}/new"]
    assert [link["detail"] for link in answer["links"] if link["sources"] == ["gone"]] == ["HTTP 410"]


def test_a_broken_link_names_the_sources_that_carry_it(
    run: Run, server: LocalServer, with_links: Callable[..., Path]
) -> None:
    server.replies = {"HEAD /fine": ok()}
    result = run(
        "links", "--data", with_links(a=f"{server.url}/gone", b=f"{server.url}/gone", c=f"{server.url}/fine"), *FAST
    )
    assert f"broken     {server.url}/gone\n           HTTP 404; a, b" in result.stdout
    assert "2 addresses: 1 broken, 0 unanswered" in result.stdout
    assert server.asked.count("HEAD /gone") == 1


def test_exit_is_0_while_nothing_is_broken(run: Run, server: LocalServer, with_links: Callable[..., Path]) -> None:
    server.replies = {"HEAD /fine": ok(), "HEAD /down": (500, {}, b"")}
    result = run("links", "--data", with_links(a=f"{server.url}/fine", b=f"{server.url}/down"), *FAST)
    assert (result.exit_code, "1 unanswered" in result.stdout) == (0, True)


def test_a_busy_server_is_asked_again_after_the_wait_it_names(
    run: Run, server: LocalServer, with_links: Callable[..., Path]
) -> None:
    server.replies = {"HEAD /busy": [(429, {"Retry-After": "0"}, b""), (503, {}, b""), ok()]}
    result = run("links", "--data", with_links(a=f"{server.url}/busy"), *FAST)
    assert (result.exit_code, len(server.asked)) == (0, 3)
    assert "1 fine" in result.stdout


def test_questions_carry_the_name_of_the_project(
    run: Run, server: LocalServer, with_links: Callable[..., Path]
) -> None:
    run("links", "--data", with_links(a=f"{server.url}/fine"), *FAST)
    assert all(agent.startswith("crskb/") for agent in server.agents)
    assert server.agents


def test_one_host_is_never_asked_twice_at_once_nor_without_its_pause(
    run: Run, server: LocalServer, with_links: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from the clock that the visitor itself reads: each question to a host starts a pause after the last one ended."""
    import asyncio

    from crskb.maintain import http_client as visit

    now, slept = [0.0], []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += max(seconds, 0.0)

    monkeypatch.setattr(visit.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(visit.asyncio, "sleep", sleep)
    server.replies = {f"HEAD /{n}": ok() for n in range(4)}
    wanted = {f"{server.url}/{n}": [str(n)] for n in range(4)}
    checked = asyncio.run(links._check(wanted, visit.Manners(pause=7), lambda _: None))
    assert [link.status for link in checked] == ["fine"] * 4
    assert [seconds for seconds in slept if seconds > 0] == [7.0, 7.0, 7.0]


def test_a_host_listed_as_refusing_robots_is_not_asked_and_its_reason_is_told(
    run: Run, server: LocalServer, with_links: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        links, "_listed", lambda kind: {"127.0.0.1": "wants no robots"} if kind == "refuse_robots" else {}
    )
    result = run("links", "--data", with_links(a=f"{server.url}/x"), *FAST)
    assert (result.exit_code, server.asked) == (0, [])
    assert "wants no robots" in result.stdout


def test_a_resolver_is_asked_whether_it_redirects_and_not_where_to(
    run: Run, server: LocalServer, with_links: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "_listed", lambda kind: {"127.0.0.1": "resolves"} if kind == "resolvers" else {})
    server.replies = {"HEAD /10.1": (302, {"Location": "/publisher"}, b"")}
    result = run(
        "links", "--data", with_links(a=f"{server.url}/10.1", b=f"{server.url}/10.2"), "--format", "json", *FAST
    )
    assert statuses(result) == {"b": "broken"}
    assert "HEAD /publisher" not in server.asked


def test_every_listed_host_has_a_reason() -> None:
    for kind in ("refuse_robots", "resolvers"):
        assert all(len(reason) > 20 for reason in links._listed(kind).values())


def test_doi_comes_first_then_the_documents_own_address_and_the_copy(kb: Path) -> None:
    from crskb.knowledge.load import load

    found = links.addresses(load(kb))
    assert found["https://doi.org/10.5555/example.trial"] == ["example-trial"]
    assert found["https://example.org/review"] == ["example-review"]
    assert found["https://example.net/copy"] == ["example-review"]


def test_offline_is_told_apart_from_fine_and_from_broken(run: Run, with_links: Callable[..., Path]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}/"  # held, and nobody listens
        result = run("links", "--data", with_links(a=closed), *FAST, "--tries", "1")
    assert result.exit_code == 3
    assert "Not checked: no host answered" in result.stderr
    assert result.stdout == ""


def test_one_silent_host_among_others_is_unanswered_and_soon_left_alone(
    run: Run, server: LocalServer, with_links: Callable[..., Path]
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://localhost:{unused.getsockname()[1]}"
        server.replies = {"HEAD /fine": ok()}
        data = with_links(a=f"{server.url}/fine", **{f"silent-{n}": f"{closed}/{n}" for n in range(4)})
        result = run("links", "--data", data, "--format", "json", *FAST, "--tries", "1")
    found: dict[str, Any] = json.loads(result.stdout)
    assert (result.exit_code, found["counts"]["unanswered"], found["counts"]["fine"]) == (0, 4, 1)
    assert sorted(link["detail"] for link in found["links"])[-2:] == ["not asked: the host does not answer"] * 2


def test_a_pause_or_format_that_makes_no_sense_is_wrong_usage(run: Run, kb: Path) -> None:
    assert run("links", "--data", kb, "--pause", "-1").exit_code == 2
    assert run("links", "--data", kb, "--format", "xml").exit_code == 2
