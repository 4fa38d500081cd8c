"""`crskb labels`: newest versions as openFDA and DailyMed tell them, in the shapes in which they do; against a server on loopback."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.local_server import LocalServer, Reply, ok

Run = Callable[..., Result]
SET_ID = "0a1b2c3d-0000-4000-8000-0123456789ab"
OPENFDA = f"GET /drug/label.json?search=set_id%3A%22{SET_ID}%22&limit=1"
DAILYMED = f"GET /spls/{SET_ID}/history.json"


pytestmark = pytest.mark.usefixtures("no_proxy")


def openfda(
    effective_time: str, version: object = "17", set_id: str = SET_ID, last_updated: object = "2026-10-30"
) -> Reply:
    """An answer of openFDA's drug label API, cut to the parts that matter here."""
    answer = {
        "meta": {
            "disclaimer": "Do not rely on openFDA to make decisions regarding medical care.",
            "terms": "https://open.fda.gov/terms/",
            "license": "https://open.fda.gov/license/",
            "last_updated": last_updated,
            "results": {"skip": 0, "limit": 1, "total": 1},
        },
        "results": [
            {
                "spl_product_data_elements": ["EXEMPLIA examplumab"],
                "set_id": set_id,
                "id": "5c6d7e8f-0000-4000-8000-0123456789ab",
                "effective_time": effective_time,
                "version": version,
                "openfda": {"brand_name": ["EXEMPLIA"], "spl_set_id": [set_id]},
            }
        ],
    }
    return ok(json.dumps(answer).encode())


NOT_IN_OPENFDA: Reply = (404, {}, b'{"error": {"code": "NOT_FOUND", "message": "No matches found!"}}')


def dailymed(*versions: tuple[int, str]) -> Reply:
    """An answer of DailyMed's history service."""
    answer = {
        "data": {
            "history": [{"spl_version": version, "published_date": day} for version, day in versions],
            "spl": {"setid": SET_ID.upper(), "title": "EXEMPLIA (EXAMPLUMAB) INJECTION [EXAMPLE PHARMA]"},
        },
        "metadata": {"db_published_date": "Nov 20, 2026 07:50:58PM EST", "elements_per_page": 100, "current_page": 1},
    }
    return ok(json.dumps(answer).encode())


@pytest.fixture
def label(kb: Path) -> Callable[..., Path]:
    """`label(date=..., revision=...)`: the knowledge base with a set id on its US label."""

    def write(**more: str) -> Path:
        lines = {"date": "2025-07", "set_id": SET_ID, "seen_on": "2026-01-02", **more}
        text = "title: Exemplia, US prescribing information\nkind: label\njurisdiction: US\n"
        text += "".join(f"{key}: {value}\n" for key, value in lines.items() if value)
        (kb / "sources/us-pi-exemplia.yaml").write_text(text)
        return kb

    return write


@pytest.fixture
def ask(run: Run, server: LocalServer) -> Callable[..., Result]:
    def invoke(data: Path, *more: str, url: str = "") -> Result:
        base = url or server.url
        return run(
            "labels", "--data", data, "--openfda", base, "--dailymed", base, "--pause", "0", "--tries", "2", *more
        )

    return invoke


def the_label(result: Result) -> dict[str, Any]:
    (label,) = json.loads(result.stdout)["labels"]
    return dict(label)


def test_a_newer_revision_names_the_figures_that_rest_on_the_older_one(
    ask: Callable[..., Result], server: LocalServer, label: Callable[..., Path]
) -> None:
    server.replies[OPENFDA] = openfda("20260915")
    result = ask(label())
    assert result.exit_code == 1
    assert (
        "newer      us-pi-exemplia: read the revision of 2025-07; newest is version 17 of 2026-09-15 (openFDA, data of 2026-10-30)"
    ) in result.stdout
    assert "           examplumab: " in result.stdout
    assert "1 newer, 0 not dated, 0 unanswered, 0 not found, 0 current" in result.stdout


def test_cohorts_that_rest_on_an_older_label_are_listed_with_their_figures(
    ask: Callable[..., Result], server: LocalServer, label: Callable[..., Path]
) -> None:
    data = label()
    drug = data / "drugs/examplumab.yaml"
    drug.write_text(
        drug.read_text().replace(
            "    source: example-trial\n    locator: abstract", "    source: us-pi-exemplia\n    locator: abstract", 1
        )
    )
    server.replies[OPENFDA] = openfda("20260915")
    found = the_label(ask(data, "--format", "json"))
    assert found["figures"]["examplumab"][0].startswith(
        "EXAMPLE-1, recommended dose (headline): any grade 119/165, 72.1%"
    )


@pytest.mark.parametrize(
    ("date", "revision", "seen_on", "effective_time", "status"),
    [
        ("2025-07", "", "2026-01-02", "20250731", "current"),
        ("2025-07-15", "", "2026-01-02", "20250715", "current"),
        ("2025-07-15", "", "2026-01-02", "20250716", "newer"),
        ("2025-09", "", "2026-01-02", "20250801", "current"),
        ("2025", "", "2026-01-02", "20251101", "not_dated"),
        ("2025", "", "2026-01-02", "20260101", "newer"),
        ("", "", "2026-01-02", "20260103", "newer"),
        ("", "", "2026-01-02", "20260102", "not_dated"),
        ("2020-01", "DailyMed version 17", "2026-01-02", "20260915", "current"),
        ("2026-09-15", "DailyMed version 16", "2026-01-02", "20260915", "newer"),
    ],
)
def test_a_version_number_decides_over_dates_and_a_date_as_exactly_as_it_is_given(
    ask: Callable[..., Result],
    server: LocalServer,
    label: Callable[..., Path],
    date: str,
    revision: str,
    seen_on: str,
    effective_time: str,
    status: str,
) -> None:
    server.replies[OPENFDA] = openfda(effective_time)
    result = ask(label(date=date, revision=revision, seen_on=seen_on), "--format", "json")
    assert the_label(result)["status"] == status
    assert result.exit_code == (1 if status == "newer" else 0)
    assert server.asked == [OPENFDA]


def test_a_label_that_openfda_leaves_out_is_looked_up_at_dailymed(
    ask: Callable[..., Result], server: LocalServer, label: Callable[..., Path]
) -> None:
    server.replies = {
        OPENFDA: NOT_IN_OPENFDA,
        DAILYMED: dailymed((3, "Sep 15, 2026"), (12, "Oct 1, 2026"), (2, "Jul 4, 2025")),
    }
    found = the_label(ask(label(), "--format", "json"))
    assert found["status"] == "newer"
    assert found["newest"] == {"version": 12, "date": "2026-10-01", "told_by": "DailyMed", "as_of": None}


def test_a_label_that_neither_has_is_not_found_and_not_current(
    ask: Callable[..., Result], server: LocalServer, label: Callable[..., Path]
) -> None:
    server.replies = {OPENFDA: NOT_IN_OPENFDA}
    result = ask(label())
    assert (result.exit_code, "not_found  us-pi-exemplia" in result.stdout) == (0, True)


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J2026-10-30",
        "```\n@everyone",
        "2026-10-30\u009b31m",
        "2026-13-01",
        ["2026-10-30"],
        {"date": "2026-10-30"},
        None,
        20261030,
    ],
)
def test_a_date_of_the_service_is_printed_as_a_date_or_not_at_all(
    ask: Callable[..., Result], server: LocalServer, label: Callable[..., Path], hostile: object
) -> None:
    server.replies[OPENFDA] = openfda("20260915", last_updated=hostile)
    result = ask(label())
    assert result.exit_code == 1
    assert "newest is version 17 of 2026-09-15 (openFDA)\n" in result.stdout
    assert the_label(ask(label(), "--format", "json"))["newest"]["as_of"] is None


@pytest.mark.parametrize("hostile", ["17\x1b[31m", "1" * 4000, "-1", "1.5", [17], True])
def test_a_version_that_is_not_a_number_is_not_printed(
    ask: Callable[..., Result], server: LocalServer, label: Callable[..., Path], hostile: object
) -> None:
    server.replies[OPENFDA] = openfda("20260915", version=hostile)
    assert the_label(ask(label(), "--format", "json"))["newest"]["version"] is None


def test_labels_that_cannot_be_asked_for_are_named(
    ask: Callable[..., Result], server: LocalServer, label: Callable[..., Path]
) -> None:
    result = ask(label(set_id=""))
    assert result.exit_code == 0
    assert "Not asked, since they carry no set id: us-pi-exemplia" in result.stdout
    assert server.asked == []


def test_offline_is_told_apart_from_current(ask: Callable[..., Result], label: Callable[..., Path]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"  # held, and nobody listens
        result = ask(label(), url=closed)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "neither openFDA nor DailyMed told the version of any of 1 labels" in result.stderr
