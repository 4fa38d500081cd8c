"""Combinations that are ordered under one name: each medicine of them has its own answer, and a listed one is never hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from crskb.lookup.resolver import Resolver

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def resolver(kb_db: Path) -> Resolver:
    return Resolver.from_file(kb_db)


def drugs(answer: Any) -> list[str]:
    return [match["drug"]["id"] for match in answer["matches"]]


@pytest.mark.parametrize(
    "text",
    [
        "M-CHOP",
        "m chop",
        "MCHOP",
        "M-CHOP-21",
        "M-CHOP-14",
        "M-CHOP cycle 3 day 1",
        "Cycle 1 M-CHOP",
        "m-chop C2D1",
        "mCHOP x 6 IV",
    ],
)
def test_a_combination_with_a_listed_medicine_is_answered_with_it(resolver: Resolver, text: str) -> None:
    answer = resolver.resolve(text)
    assert (answer["status"], drugs(answer)) == ("regimen", ["mockizumab"])
    found = answer["regimen"]
    assert found
    assert (found["id"], found["source_id"]) == ("m-chop", "example-register")
    assert [(member["name"], member["status"], member["drug_id"]) for member in found["members"]] == [
        ("mockizumab", "match", "mockizumab"),
        ("inventomycin", "other_medicine", None),  # of no list: that it is a medicine is known from here
        ("otherolol", "other_medicine", None),
        ("placebolizumab", "treatment", None),
    ]
    assert all(member["name"] in member["message"] for member in found["members"])
    assert answer["message"] == (
        "M-CHOP is a regimen that holds mockizumab (Moderate), 1 medicine that is used against CRS too (placebolizumab)"
        " and 2 medicines not assessed (inventomycin, otherolol)."
    )
    assert (answer["matches"][0]["name"], answer["matches"][0]["kind"]) == ("M-CHOP", "regimen")


def test_one_without_a_listed_medicine_is_not_called_safe(resolver: Resolver) -> None:
    answer = resolver.resolve("CHOP")
    assert (answer["status"], answer["matches"]) == ("regimen", [])
    assert answer["message"].endswith("none of them is listed; absence here is not evidence of safety.")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("X-CHOP", "unknown"),  # another combination, which is not known
        ("X CHOP", "unknown"),
        ("Quux-CHOP", "unknown"),
        ("CHOP-X", "unknown"),
        ("exr", "unknown"),
        ("EXr tablets", "unknown"),
        ("Otherol 5 mg EXr", "other_medicine"),
        ("ordeal", "unknown"),
        ("an ordeal", "unknown"),
        ("EXr", "regimen"),
        ("EXR", "regimen"),
        ("EXr C1D1", "regimen"),
        ("rEX", "regimen"),
        ("ORDEAL", "regimen"),
        ("ORDEAL C1D8", "regimen"),
    ],
)
def test_short_names_and_ordinary_words_count_only_as_they_are_written(
    resolver: Resolver, text: str, status: str
) -> None:
    answer = resolver.resolve(text)
    assert answer["status"] == status
    assert bool(answer["regimen"]) == (status == "regimen")
    assert bool(answer["matches"]) == (status == "regimen")


def test_listed_members_come_highest_tier_first(resolver: Resolver) -> None:
    assert drugs(resolver.resolve("EXr")) == ["examplumab", "mockizumab"]


@pytest.mark.parametrize(
    ("text", "status", "named"),
    [
        ("M-CHOP + Exemplia", "ambiguous", ["mockizumab", "examplumab"]),
        ("M-CHOP + Mockira", "ambiguous", ["mockizumab"]),
        ("CHOP, Exemplia", "ambiguous", ["examplumab"]),
        ("CHOP with Otherol", "regimen", []),
        ("M-CHOP for Smith", "ambiguous", ["mockizumab"]),
        ("CHOP for Smith", "unknown", []),
        ("CHOP, M-CHOP", "ambiguous", ["mockizumab"]),
    ],
)
def test_beside_other_things_nothing_is_dropped(resolver: Resolver, text: str, status: str, named: list[str]) -> None:
    answer = resolver.resolve(text)
    assert (answer["status"], drugs(answer)) == (status, named)
    assert answer["regimen"]
    assert "regimen" in {part["status"] for part in answer["parts"]}
    assert "is the name of a combination" in answer["message"]


def test_lists_and_tables_count_it_as_naming_its_listed_medicine(
    client: Any, run: Run, kb_db: Path, tmp_path: Path
) -> None:
    summary = client.post("/api/v1/check", json={"medications": ["M-CHOP", "CHOP"]}).json()["summary"]
    assert (summary["drugs"], summary["highest_relative_risk"]) == (["mockizumab"], "moderate")
    assert summary["by_status"]["regimen"] == 2
    assert summary["message"].startswith("1 of 2 name a medicine linked with CRS")
    page = client.post("/check", data={"medications": "M-CHOP\nCHOP"}).text
    assert 'href="/drugs/mockizumab"' in page
    assert "none of them is listed" in page
    table = client.post("/check", data={"medications": "M-CHOP\nCHOP", "format": "csv"}).text
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["status"], row["drug"], row["relative_risk"]) for row in rows] == [
        ("regimen", "mockizumab", "moderate"),
        ("regimen", "", ""),
    ]
    (tmp_path / "list.csv").write_text("drug\nM-CHOP C1D1\nCHOP\n")
    out = tmp_path / "out.csv"
    assert run("screen", tmp_path / "list.csv", "--column", "drug", "--output", out, "--db", kb_db).exit_code == 0
    first, second = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (first["crskb_drug_id"], first["crskb_relative_risk"], first["crskb_matched_name"]) == (
        "mockizumab",
        "moderate",
        "M-CHOP",
    )
    assert (second["crskb_status"], second["crskb_drug_id"], second["crskb_matched_name"]) == ("regimen", "", "CHOP")


def test_the_home_page_shows_each_medicine_and_the_drug_page_how_it_was_found(client: Any) -> None:
    page = client.get("/?q=M-CHOP").text
    assert 'href="/drugs/mockizumab?name=M-CHOP"' in page
    assert "placebolizumab is used to treat CRS" in page
    assert "M-CHOP is a combination that holds mockizumab." in client.get("/drugs/mockizumab?name=M-CHOP").text


def test_the_command_line_tells_each_medicine(run: Run, kb_db: Path) -> None:
    told = run("lookup", "--db", kb_db, "M-CHOP").output
    assert "M-CHOP: regimen" in told
    assert "  inventomycin: inventomycin is another medicine, which was not assessed" in told


def test_the_tables_tell_which_member_is_a_listed_drug(client: Any) -> None:
    rows = client.get("/crskb/regimen_members.json?regimen_id=m-chop&_shape=array").json()
    assert [(row["position"], row["medicine"], row["drug_id"]) for row in rows][:2] == [
        (1, "mockizumab", "mockizumab"),
        (2, "inventomycin", None),
    ]
