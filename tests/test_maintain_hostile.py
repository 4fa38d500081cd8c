"""The watch never goes blind in silence: whatever servers do, it ends, says that nothing is known, and prints no word of theirs."""

from __future__ import annotations

import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from click.testing import Result

from crskb.maintain import public_hosts
from tests.local_server import LocalServer, Raw, Reply, ok, serving

Run = Callable[..., Result]
SET_IDS = [f"{number:08d}-0000-4000-8000-0123456789ab" for number in range(12)]
NOT_FOUND: Reply = (404, {}, b'{"error": {"code": "NOT_FOUND", "message": "No matches found!"}}')
LONG = "its answer is longer than 1,000,000 bytes"
SHAPE = "the answer has not the shape that is known"
BREAKS = "its answer is not HTTP, or breaks off"
NO_ADDRESS = "leads to what is not a web address"
NOT_PUBLIC = "redirects to an address that is not public"


pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.fixture
def other() -> Iterator[LocalServer]:
    """A second host on the network of the machine that asks; it would answer everything."""
    with serving() as local:
        local.replies = {f"{method} /": ok(b"inside") for method in ("GET", "HEAD")}
        yield local


def openfda_key(set_id: str) -> str:
    return f"GET /drug/label.json?search=set_id%3A%22{set_id}%22&limit=1"


def openfda(set_id: str, **changed: object) -> Reply:
    label = {"set_id": set_id, "effective_time": "20250731", "version": "17"}
    return ok(json.dumps({"meta": {"last_updated": "2026-10-30"}, "results": [label], **changed}).encode())


@pytest.fixture
def labels(kb: Path) -> Callable[[int], Path]:
    """`labels(n)`: the knowledge base with n US labels, each of a set id of its own."""

    def write(number: int) -> Path:
        for set_id in SET_IDS[:number]:
            source = "title: A label\nkind: label\njurisdiction: US\ndate: 2025-07\nseen_on: 2026-01-02\n"
            (kb / f"sources/us-pi-{set_id[:8]}.yaml").write_text(f"{source}set_id: {set_id}\n")
        (kb / "sources/us-pi-exemplia.yaml").write_text(
            "title: Exemplia\nkind: label\njurisdiction: US\ndate: 2025-07\nseen_on: 2026-01-02\n"
        )
        return kb

    return write


@pytest.fixture
def watch(run: Run, server: LocalServer) -> Callable[..., Result]:
    """`watch(data, ...)`: `crskb labels` against the local server as both services, asked once and for a short time."""

    def ask(data: Path, *more: str) -> Result:
        url = server.url
        hurry = ("--pause", "0", "--tries", "1", "--timeout", "0.5")
        return run("labels", "--data", data, "--openfda", url, "--dailymed", url, *hurry, *more)

    return ask


def head(length: int | None = None, more: bytes = b"") -> bytes:
    stated = b"" if length is None else b"Content-Length: %d\r\n" % length
    return b"HTTP/1.1 200 OK\r\n%s%s\r\n" % (stated, more)


def endless_body(start: bytes) -> Raw:
    return Raw(itertools.chain([start], itertools.repeat(b"x" * 100_000, 2_000)))


BOMB = gzip.compress(b"[" + b" " * 50_000_000 + b"]", 1)
HOSTILE: dict[str, tuple[Callable[[], Reply], str]] = {
    "redirects for ever": (lambda: (302, {"Location": "/round"}, b""), "redirects without end"),
    "too many questions": (lambda: (429, {"Retry-After": "99999"}, b""), "HTTP 429"),
    "forbidden": (lambda: (403, {}, b""), "HTTP 403"),
    "error": (lambda: (500, {}, b""), "HTTP 500"),
    "a page for what is missing": (lambda: (404, {}, b"<h1>Not found</h1>"), "HTTP 404"),
    "a page": (lambda: ok(b"<html>Please log in</html>"), SHAPE),
    "broken JSON": (lambda: ok(b'{"results": [{"set_id"'), SHAPE),
    "nothing": (lambda: ok(b""), SHAPE),
    "no content": (lambda: (204, {}, b""), "HTTP 204"),
    "a list": (lambda: ok(b"[]"), SHAPE),
    "a number": (lambda: ok(b"9" * 5_000), SHAPE),
    "not UTF-8": (lambda: ok(b'{"results": "\xff\xfe"}'), SHAPE),
    "one level deeper": (lambda: ok(b'{"response": {"meta": {}, "results": []}}'), SHAPE),
    "no results": (lambda: openfda(SET_IDS[0], results=[]), SHAPE),
    "results by name": (lambda: openfda(SET_IDS[0], results={"set_id": SET_IDS[0]}), SHAPE),
    "another label": (lambda: openfda(SET_IDS[1]), "the answer is about another label"),
    "a date renamed": (lambda: openfda(SET_IDS[0], results=[{"set_id": SET_IDS[0], "date": "20260915"}]), SHAPE),
    "a day that is none": (
        lambda: openfda(SET_IDS[0], results=[{"set_id": SET_IDS[0], "effective_time": "someday"}]),
        SHAPE,
    ),
    "meta as a list": (lambda: openfda(SET_IDS[0], meta=[]), SHAPE),
    "deep": (lambda: ok(b"[" * 200_000), SHAPE),
    "deep and closed": (lambda: ok(b'{"results":' * 90_000 + b"1" + b"}" * 90_000), LONG),
    "a body without end": (lambda: endless_body(head()), LONG),
    "a body that says how endless it is": (lambda: Raw([head(10**15), b"x" * 1_500_000]), LONG),
    "a packed bomb": (
        lambda: (200, {"Content-Encoding": "gzip"}, BOMB),
        SHAPE,
    ),
    "headers without end": (
        lambda: Raw(itertools.chain([head()[:-2]], itertools.repeat(b"X: " + b"y" * 10_000 + b"\r\n", 50))),
        BREAKS,
    ),
    "a slow body": (lambda: Raw(itertools.chain([head(100)], itertools.repeat(b"x", 40)), 0.05), "no answer in time"),
    "slow headers": (lambda: Raw(itertools.repeat(b"H", 40), 0.05), "no answer in time"),
    "slow headers that look right": (
        lambda: Raw(itertools.chain([head()[:-2]], itertools.repeat(b"X: y\r\n", 40)), 0.05),
        "no answer in time",
    ),
    "silence": (lambda: Raw([b""], 2.0), "no answer in time"),
    "a body that breaks off": (lambda: Raw([head(5_000), b'{"results": []}']), BREAKS),
    "hanging up": (lambda: Raw([]), BREAKS),
    "not HTTP": (lambda: Raw([b"220 `@everyone` \x1b[2J ready\r\n"]), BREAKS),
    "to the host's own data": (
        lambda: (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b""),
        NOT_PUBLIC,
    ),
    "to IPv4 inside IPv6": (lambda: (302, {"Location": "http://[::ffff:10.0.0.1]/"}, b""), NOT_PUBLIC),
    "to a number": (lambda: (302, {"Location": "http://2130706433/"}, b""), NOT_PUBLIC),
    "to a file": (lambda: (302, {"Location": "file:///etc/passwd"}, b""), NO_ADDRESS),
    "to a port that is none": (lambda: (302, {"Location": "http://127.0.0.1:port/"}, b""), BREAKS),
    "to a name that is none": (lambda: (302, {"Location": f"http://{'a' * 70}.example/"}, b""), NO_ADDRESS),
}


@pytest.mark.parametrize("mode", HOSTILE)
def test_a_watch_that_nobody_answers_says_so_and_never_that_all_is_well(
    mode: str, server: LocalServer, labels: Callable[[int], Path], watch: Callable[..., Result]
) -> None:
    reply, reason = HOSTILE[mode]
    dailymed = f"GET /spls/{SET_IDS[0]}/history.json"
    server.replies = {openfda_key(SET_IDS[0]): reply(), dailymed: (503, {}, b""), "GET /round": reply()}
    data = labels(1)
    started = time.monotonic()
    result = watch(data)
    assert time.monotonic() - started < 3
    assert (result.exit_code, result.stdout) == (3, "")
    assert (
        f"Not checked: neither openFDA nor DailyMed told the version of any of 1 labels (1 times: openFDA: {reason};"
        in (result.stderr)
    )
    assert not set("\x1b`@") & set(result.stderr)


def test_no_more_of_a_body_without_end_is_taken_than_is_allowed(
    server: LocalServer, labels: Callable[[int], Path], watch: Callable[..., Result]
) -> None:
    endless = endless_body(head())
    server.replies = {openfda_key(SET_IDS[0]): endless}
    assert watch(labels(1)).exit_code == 3
    assert 1_000_000 < sum(endless.sent) < 20_000_000  # what lies in the buffers of two sockets comes on top


def test_the_other_service_still_answers_where_one_does_not(
    server: LocalServer, labels: Callable[[int], Path], watch: Callable[..., Result]
) -> None:
    history = {
        "data": {"history": [{"spl_version": 3, "published_date": "Sep 15, 2026"}], "spl": {"setid": SET_IDS[0]}}
    }
    dailymed = f"GET /spls/{SET_IDS[0]}/history.json"
    server.replies = {openfda_key(SET_IDS[0]): endless_body(head()), dailymed: ok(json.dumps(history).encode())}
    result = watch(labels(1))
    assert (result.exit_code, "newest is version 3 of 2026-09-15 (DailyMed)" in result.stdout) == (1, True)


def test_services_that_know_not_one_of_several_labels_are_not_believed(
    server: LocalServer, labels: Callable[[int], Path], watch: Callable[..., Result]
) -> None:
    server.replies = {openfda_key(set_id): NOT_FOUND for set_id in SET_IDS}
    result = watch(labels(3))
    assert (result.exit_code, result.stdout) == (3, "")
    assert "any of 3 labels (3 times: openFDA: not found; DailyMed: not found)" in result.stderr


@pytest.mark.parametrize(("unanswered", "said"), [(1, False), (2, True)])
def test_more_than_a_tenth_of_the_labels_without_an_answer_is_said(
    server: LocalServer, labels: Callable[[int], Path], watch: Callable[..., Result], unanswered: int, said: bool
) -> None:
    server.replies = {openfda_key(set_id): openfda(set_id) for set_id in SET_IDS[unanswered:]}
    server.replies.update({openfda_key(set_id): ok(b"<html>") for set_id in SET_IDS[:unanswered]})
    data = labels(10)
    result = watch(data)
    assert (result.exit_code, result.stdout.splitlines()[-1].startswith("Checked in part: ")) == (0, said)
    assert f"{unanswered} unanswered" in result.stdout
    found = json.loads(watch(data, "--format", "json").stdout)
    note = f"Checked in part: {unanswered} of 10 were not answered, and nothing is known of those."
    assert found["note"] == (note if said else None)


def test_a_host_that_stays_busy_is_soon_left_alone(
    run: Run, server: LocalServer, labels: Callable[[int], Path], watch: Callable[..., Result]
) -> None:
    """Else nineteen labels with a minute's wait each would outlast the weekly job, and a job that is stopped tells nobody."""
    server.replies = {openfda_key(set_id): (429, {}, b"") for set_id in SET_IDS}
    assert watch(labels(12)).exit_code == 3
    assert len([asked for asked in server.asked if "label.json" in asked]) == 2


@pytest.fixture
def check_links(run: Run, kb: Path) -> Callable[..., Result]:
    """`check_links(address, ...)`: `crskb links` of a knowledge base whose sources have these addresses."""

    def ask(*urls: str, more: tuple[str, ...] = ()) -> Result:
        for source in (kb / "sources").glob("*.yaml"):
            source.unlink()
        for number, url in enumerate(urls):
            source = yaml.safe_dump({"title": "A page", "kind": "web", "url": url})
            (kb / f"sources/page-{number}.yaml").write_text(f"{source}seen_on: 2026-01-02\n")
        return run("links", "--data", kb, "--pause", "0", "--tries", "1", "--timeout", "0.5", *more)

    return ask


def detail(result: Result) -> str:
    (link,) = json.loads(result.stdout)["links"]
    return str(link["detail"])


@pytest.mark.parametrize(
    "reply",
    [
        (429, {}, b""),
        (403, {}, b""),
        (503, {}, b""),
        (302, {"Location": "/round"}, b""),
        (302, {"Location": "http://169.254.169.254/"}, b""),
        Raw([b"SSH-2.0-`@everyone`\x1b[2J\r\n"]),
        Raw(itertools.repeat(b"H", 40), 0.05),
    ],
    ids=["busy", "forbidden", "error", "circle", "inside", "not HTTP", "slow"],
)
def test_links_that_nobody_answers_are_not_fine(
    server: LocalServer, check_links: Callable[..., Result], reply: Reply
) -> None:
    server.replies = {f"{method} /{page}": reply for method in ("GET", "HEAD") for page in ("a", "b", "round")}
    result = check_links(f"{server.url}/a", f"{server.url}/b")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "Not checked: no host answered" in result.stderr


@pytest.mark.parametrize(("down", "said"), [(1, False), (2, True)])
def test_more_than_a_tenth_of_the_links_without_an_answer_is_said(
    server: LocalServer, check_links: Callable[..., Result], down: int, said: bool
) -> None:
    server.replies = {f"HEAD /{page}": (503, {}, b"") if page in (0, 5)[:down] else ok() for page in range(11)}
    result = check_links(*(f"{server.url}/{page}" for page in range(11)))
    assert result.exit_code == 0
    assert (f"Checked in part: {down} of 11 were not answered" in result.stdout) == said


def test_bodies_of_pages_and_of_redirects_are_not_read(server: LocalServer, check_links: Callable[..., Result]) -> None:
    page, redirect = endless_body(head()), endless_body(b"HTTP/1.1 302 Found\r\nLocation: /page\r\n\r\n")
    server.replies = {"HEAD /old": (405, {}, b""), "GET /old": redirect, "GET /page": page}
    result = check_links(f"{server.url}/old")
    assert (result.exit_code, "1 fine" in result.stdout) == (0, True)
    assert sum(page.sent) + sum(redirect.sent) < 20_000_000


def test_where_a_page_moved_to_is_printed_without_what_a_terminal_or_an_issue_would_act_on(
    server: LocalServer, check_links: Callable[..., Result]
) -> None:
    hostile = "`x`=@everyone&![a](b)\x9b31m<b>" + "y" * 3_000
    sent = httpx.URL(f"/new?{hostile}").raw_path.decode()
    server.replies = {
        "HEAD /old": (301, {"Location": f"/new?{hostile}"}, b""),
        f"HEAD {sent}": ok(),
    }
    result = check_links(f"{server.url}/old")
    assert result.exit_code == 0
    (address,) = [line for line in result.stdout.splitlines() if " -> " in line]
    assert address.isascii()
    assert not set("`@![]<>\x1b") & set(address.split(" -> ")[1])
    assert len(address) < 600


def test_a_redirect_never_leads_into_the_network_of_the_one_who_asks(
    server: LocalServer, other: LocalServer, check_links: Callable[..., Result]
) -> None:
    port = other.url.rpartition(":")[2]
    for inside in (other.url, f"http://localhost:{port}", f"http://[::ffff:127.0.0.1]:{port}", f"http://0:{port}"):
        server.replies = {"HEAD /fine": ok(), "HEAD /out": (302, {"Location": f"{inside}/"}, b"")}
        result = check_links(f"{server.url}/fine", f"{server.url}/out", more=("--format", "json"))
        assert detail(result) == NOT_PUBLIC
    assert other.asked == []


def test_a_connection_that_is_open_already_is_no_way_round(
    run: Run, server: LocalServer, other: LocalServer, labels: Callable[[int], Path]
) -> None:
    other.replies = {openfda_key(SET_IDS[0]): NOT_FOUND}
    server.replies = {f"GET /spls/{SET_IDS[0]}/history.json": (302, {"Location": f"{other.url}/inside"}, b"")}
    services = ("--openfda", other.url, "--dailymed", server.url)
    result = run("labels", "--data", labels(1), *services, "--pause", "0", "--tries", "1")
    assert f"openFDA: not found; DailyMed: {NOT_PUBLIC}" in result.stderr
    assert other.asked == [openfda_key(SET_IDS[0])]


def test_an_address_that_no_network_knows_is_unanswered(
    server: LocalServer, check_links: Callable[..., Result]
) -> None:
    server.replies = {"HEAD /fine": ok()}
    result = check_links(f"{server.url}/fine", "http://127.0.0.1:99999/", more=("--format", "json"))
    assert (result.exit_code, detail(result)) == (0, NO_ADDRESS)


def test_a_redirect_to_a_public_host_is_followed(
    server: LocalServer, other: LocalServer, check_links: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_hosts, "is_public", lambda address: address == "127.0.0.1")
    server.replies = {"HEAD /out": (302, {"Location": f"{other.url}/"}, b"")}
    assert "1 fine" in check_links(f"{server.url}/out").stdout
    assert other.asked == ["HEAD /"]


def test_a_name_that_changes_between_look_up_and_connection_leads_nowhere(
    server: LocalServer, other: LocalServer, check_links: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def addresses(host: str) -> list[str]:
        return ["93.184.215.14"]

    monkeypatch.setattr(public_hosts, "addresses", addresses)
    server.replies = {"HEAD /fine": ok(), "HEAD /out": (302, {"Location": f"{other.url}/"}, b"")}
    result = check_links(f"{server.url}/fine", f"{server.url}/out", more=("--format", "json"))
    assert (detail(result), other.asked) == (NOT_PUBLIC, [])


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::808:808", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert public_hosts.is_public(address) == public
