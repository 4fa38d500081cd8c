"""The page on nginx: its configuration as it stands there, with other ports and folders, in front of the served site."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs/deploy.md"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on this machine")
Get = Callable[..., http.client.HTTPResponse]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "it did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def ask(folder: Path, kb_db: Path) -> Iterator[Get]:
    """`ask("/path", method=..., headers=..., body=...)` through nginx, which has the site of the invented knowledge base behind it."""
    site_port, port = free_port(), free_port()
    (written,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    here = {
        "127.0.0.1:8001": f"127.0.0.1:{site_port}",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "/var/cache/nginx/crskb": f"{folder}/cache",
        "/var/log/nginx/": f"{folder}/",
    }
    for there, with_ in here.items():
        assert there in written
        written = written.replace(there, with_)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/main.log;\n"
        f"events {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\n{temporary}{written}}}\n"
    )
    command = [sys.executable, "-m", "crskb", "serve", "--db", str(kb_db), "--port", str(site_port)]
    with (
        subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as site,
        subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")]) as nginx,
    ):
        try:
            wait_for(site_port, site)
            wait_for(port, nginx)

            def request(
                path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
            ) -> http.client.HTTPResponse:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request(method, path, body, {"Host": "crs.example.org", **(headers or {})})
                response = connection.getresponse()
                response.text = response.read()  # type: ignore[attr-defined]
                connection.close()
                return response

            yield request
        finally:
            nginx.terminate()
            site.terminate()


def test_a_page_comes_from_the_cache_the_second_time_even_for_another_browser(ask: Get) -> None:
    first = ask("/drugs/examplumab")
    second = ask("/drugs/examplumab", headers={"Cookie": "of=another site", "Accept-Language": "fr"})
    assert (first.status, first.headers["X-Cache"], second.headers["X-Cache"]) == (200, "MISS", "HIT")
    assert first.text == second.text  # type: ignore[attr-defined]


def test_a_reader_who_has_the_page_is_told_so(ask: Get) -> None:
    etag = ask("/drugs/nebulumab").headers["ETag"]
    again = ask("/drugs/nebulumab", headers={"If-None-Match": etag})
    assert (again.status, again.headers["X-Cache"], again.text) == (304, "HIT", b"")  # type: ignore[attr-defined]


def test_pages_are_compressed(ask: Get) -> None:
    response = ask("/drugs/mockizumab", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"


def test_what_a_reader_typed_is_in_no_log_and_no_cache_file(ask: Get, folder: Path) -> None:
    for _ in range(2):
        assert ask("/?q=zzpatient").headers["X-Cache"] == "BYPASS"
        assert ask("/api/v1/lookup?q=zzpatient").headers["X-Cache"] == "BYPASS"
    big = b'{"medications": ["' + b"zzpatient " * 20_000 + b'"]}'
    ask("/api/v1/check", "POST", {"Content-Type": "application/json"}, big)
    kept = [file for file in folder.rglob("*") if file.is_file()]
    assert any(file.name == "crskb.log" and b"GET /api/v1/lookup 200" in file.read_bytes() for file in kept)
    assert [file.name for file in kept if b"zzpatient" in file.read_bytes()] == []


def test_too_much_of_a_list_is_refused(ask: Get) -> None:
    assert ask("/api/v1/check", "POST", {"Content-Length": "7000000"}, None).status == 413
