"""The ten minutes of a client: every request of the documentation is run as it is written, and the page /api says the same."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from crskb.web.api.problems import KINDS
from crskb.web.api.recipe import RULES, STEPS
from crskb.words import SHOW_OTHERWISE, STATUSES
from tests.conftest import ROOT
from tests.running_site import running_site

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
RUN = re.findall(r"(?s)```sh\n(curl [^\n]+)\n```\n\n```json\n(.*?)```", PAGE)


def lacking(shown: Any, answer: Any, place: str = "") -> list[str]:
    """The places at which `answer` has not what is `shown` of it."""
    if isinstance(shown, dict) and isinstance(answer, dict):
        return [lack for key, value in shown.items() for lack in lacking(value, answer.get(key), f"{place}/{key}")]
    if isinstance(shown, list) and isinstance(answer, list) and len(shown) == len(answer):
        pairs = zip(shown, answer, strict=True)
        return [lack for number, pair in enumerate(pairs) for lack in lacking(*pair, f"{place}/{number}")]
    return [] if shown == answer else [place]


def test_a_lack_is_seen() -> None:
    assert lacking({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}], "d": 3}) == []
    assert lacking({"a": [{"b": 1}]}, {"a": [{"b": 2}]}) == ["/a/0/b"]
    assert lacking({"a": [1]}, {"a": [1, 2]}) == ["/a"]


def test_every_request_of_the_page_answers_in_a_shell_what_the_page_shows(real_db: Path) -> None:
    if shutil.which("curl") is None:
        missing = "no curl on this machine: no request of the documentation was run"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    assert [command for command, _ in RUN] == [step.curl("http://127.0.0.1:8001/api/v1") for step in STEPS]
    with running_site(real_db) as site:
        for command, shown in RUN:
            here = command.replace("http://127.0.0.1:8001/", f"http://127.0.0.1:{site.port}/")
            asked = ["curl", "--noproxy", "*", *shlex.split(here)[1:]]
            answer = json.loads(subprocess.run(asked, capture_output=True, timeout=20, check=True).stdout)
            assert lacking(json.loads(shown), answer) == [], command


def test_the_page_of_a_site_says_what_the_documentation_says(real_client: Any) -> None:
    page = BeautifulSoup(real_client.get("/api").text, "html.parser")
    text = " ".join(page.get_text().split())
    for status, word in STATUSES.items():
        assert status in text
        assert word.show.replace("`", "") in text
        assert word.show in PAGE
    for sentence in (*RULES, *SHOW_OTHERWISE.values(), *(step.about for step in STEPS)):
        assert sentence.replace("`", "") in text
        assert sentence in PAGE
    for name, kind in KINDS.items():
        assert page.select_one(f'a[href="/api/v1/problems/{name}"]')
        assert kind.remedy in text
    shown = [json.loads(unescape(pre.get_text())) for pre in page.select(".recipe pre")]
    assert shown == [json.loads(answer) for _, answer in RUN]
    commands = [code.get_text() for code in page.select(".command")]
    assert commands == [step.curl("http://localhost/api/v1") for step in STEPS]


def test_every_link_within_the_page_leads_to_a_place_of_it(client: Any) -> None:
    page = BeautifulSoup(client.get("/api").text, "html.parser")
    ids = {tag["id"] for tag in page.select("[id]")}
    assert {link["href"][1:] for link in page.select('main a[href^="#"]')} - ids == set()


def test_every_address_to_try_answers(real_client: Any) -> None:
    page = BeautifulSoup(real_client.get("/api").text, "html.parser")
    tried = [link["href"] for link in page.select("#addresses ~ details a") if link["href"].startswith("/api/v1/")]
    assert any("grade?temperature_c=39.2" in path for path in tried)
    assert any("drugs?tier=highest" in path for path in tried)
    assert {path: real_client.get(path).status_code for path in tried} == dict.fromkeys(tried, 200)
