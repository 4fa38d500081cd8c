"""Words for classes of medicine: in answers, on their pages, and as a hint for medicines that are not listed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from crskb.lookup.resolver import Resolver

Run = Callable[..., Result]
FIC, EX = "fictocabtagene-imaginaleucel", "examplumab"


@pytest.fixture(scope="module")
def resolver(kb_db: Path) -> Resolver:
    return Resolver.from_file(kb_db)


@pytest.mark.parametrize(
    ("text", "class_id", "members"),
    [
        ("CAR-T", "invented-car-t", [FIC]),
        ("car t", "invented-car-t", [FIC]),
        ("CAR-T therapy", "invented-car-t", [FIC]),
        ("CAR-T infusion day 0", "invented-car-t", [FIC]),
        ("iBiTEs", "engager", [EX]),
        ("BCMAxCD3", "bcma-engager", [EX]),
        ("T-cell engager", "invented-engaging", [EX, FIC]),  # two levels down, and by the target
        ("Invented T-cell-engaging medicine", "invented-engaging", [EX, FIC]),
    ],
)
def test_a_word_for_a_class_names_the_class_and_its_members_and_no_drug(
    resolver: Resolver, text: str, class_id: str, members: list[str]
) -> None:
    answer = resolver.resolve(text)
    assert answer["status"] == "class"
    assert answer["matches"] == []
    found = answer["class"]
    assert found
    assert (found["id"], found["url"]) == (class_id, f"/classes/{class_id}")
    assert [member["id"] for member in found["members"]] == members
    assert {member["tier_name"] for member in found["members"]} == {"Highest"}
    assert "is a class, not a medicine" in answer["message"]
    assert "not evidence of safety" in answer["message"]


def test_a_class_told_by_its_target_holds_only_what_binds_it(kb: Path, tmp_path: Path, run: Run) -> None:
    file = kb / "drugs" / "examplumab.yaml"
    text = file.read_text(encoding="utf-8").replace("targets: [BCMA, CD3]", "targets: [CD19, CD3]")
    file.write_text(text.replace("binds BCMA", "binds CD19"), encoding="utf-8")
    built = run("build", "--data", kb, "--db", tmp_path / "crskb.db")
    assert built.exit_code == 0, built.output
    changed = Resolver.from_file(tmp_path / "crskb.db")
    answer = changed.resolve("BCMA x CD3")
    assert answer["class"]
    assert answer["class"]["members"] == []
    assert "none is listed" in answer["message"]
    wider = changed.resolve("iBiTE")["class"]
    assert wider
    assert [member["id"] for member in wider["members"]] == [EX]


def test_a_class_word_that_is_a_name_of_a_drug_is_the_drug(resolver: Resolver) -> None:
    assert resolver.resolve("nebulumab")["status"] == "match"
    assert resolver.resolve("nebulumabs")["status"] == "class"  # no name


def test_a_class_word_beside_a_drug_of_that_class_says_nothing_new(resolver: Resolver) -> None:
    assert resolver.resolve("Exemplia (iBiTE) 10 mg")["status"] == "match"
    answer = resolver.resolve("Mockira (iBiTE)")  # of another class
    assert (answer["status"], [part["status"] for part in answer["parts"]]) == ("ambiguous", ["match", "class"])
    answer = resolver.resolve("Exemplia, Mockira (iBiTE)")  # of which only one is of that class
    assert [part["status"] for part in answer["parts"]] == ["match", "match", "class"]


def test_a_class_beside_another_medicine_is_the_least_reassuring_of_both(resolver: Resolver) -> None:
    answer = resolver.resolve("Otherol + CAR-T")
    assert answer["status"] == "class"
    assert answer["class"]
    assert answer["class"]["id"] == "invented-car-t"


@pytest.mark.parametrize("text", ["CAR", "T", "BCMA", "CD3", "an engager of sales", "CAR-T of Otherland"])
def test_what_only_resembles_a_class_word_is_no_class(resolver: Resolver, text: str) -> None:
    assert resolver.resolve(text)["class"] is None


@pytest.mark.parametrize(
    ("text", "status", "hint", "class_id"),
    [
        ("examplimab", "other_medicine", "Invented antibody", "invented-antibody"),  # by its ATC group
        ("quuxocabtagene", "unknown", None, None),
        ("quuxocabtagene autoleucel", "unknown", "CAR T cells", "invented-car-t"),
        ("quux-cel", "unknown", "a cell product", None),
        ("quuxcel", "unknown", None, None),
        ("Otherol", "other_medicine", None, None),
        ("nulliximab", "not_linked", None, None),
    ],
)
def test_a_medicine_that_is_not_listed_carries_the_class_that_its_code_or_name_tells(
    resolver: Resolver, text: str, status: str, hint: str | None, class_id: str | None
) -> None:
    answer = resolver.resolve(text)
    assert answer["status"] == status
    found = answer["class_hint"]
    assert (found["hint"], found["class_id"], found["inferred"]) == (hint, class_id, True) if found else hint is None
    assert ("others of this class are listed" in answer["message"]) == bool(class_id)


def test_a_reviewed_medicine_carries_the_class_that_was_read_of_it(kb: Path, tmp_path: Path, run: Run) -> None:
    file = kb / "reviewed.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  read:", "  drug_class: engager\n  read:"), encoding="utf-8")
    assert run("build", "--data", kb, "--db", tmp_path / "crskb.db").exit_code == 0
    found = Resolver.from_file(tmp_path / "crskb.db").resolve("Nullira")["class_hint"]
    assert found == {
        "hint": "Invented engager",
        "stem": "engager",
        "inferred": False,
        "source_id": "us-pi-exemplia",
        "class_id": "engager",
    }


def test_the_page_of_a_class_has_its_drugs_by_tier_and_the_way_up_and_down(client: Any) -> None:
    page = client.get("/classes/engager").text
    assert "A class is not a medicine" in page
    assert 'href="/drugs/examplumab"' in page
    assert "Very common, 72.1%; severe uncommon, 0.6%" in page
    assert 'href="/classes/invented-engaging"' in page
    assert 'href="/classes/bcma-engager"' in page
    assert 'href="/compare?status=all&amp;class=engager"' in page
    assert "class=invented-engaging" not in client.get("/classes/invented-engaging").text
    assert "No medicine of this class is listed" not in page


def test_drug_pages_the_home_page_and_the_map_lead_to_the_class(client: Any) -> None:
    assert 'href="/classes/engager"' in client.get("/drugs/examplumab").text
    assert 'href="/classes/engager"' in client.get("/").text
    assert "/classes/bcma-engager</loc>" in client.get("/sitemap.xml").text
    answer = client.get("/?q=CAR-T")
    assert answer.status_code == 200
    assert f'href="/drugs/{FIC}"' in answer.text
    assert 'href="/classes/invented-car-t"' in answer.text


@pytest.mark.parametrize("id_", ["none", "Engager"])
def test_there_is_no_page_for_any_other_class(client: Any, id_: str) -> None:
    assert client.get(f"/classes/{id_}").status_code == 404


def test_a_class_in_a_list_is_no_order_of_a_drug(client: Any, run: Run, kb_db: Path, tmp_path: Path) -> None:
    answer = client.post("/api/v1/check", json={"medications": ["CAR-T", "Otherol"]}).json()
    assert answer["summary"]["by_status"]["class"] == 1
    assert (answer["summary"]["drugs"], answer["summary"]["highest_relative_risk"]) == ([], None)
    assert answer["summary"]["message"].startswith("0 of 2 name")
    assert "1 only a class of medicines" in answer["summary"]["message"]
    page = client.post("/check", data={"medications": "CAR-T"}).text
    assert 'href="/classes/invented-car-t"' in page
    (tmp_path / "list.csv").write_text("drug\nCAR-T\n")
    out = tmp_path / "out.csv"
    assert run("screen", tmp_path / "list.csv", "--column", "drug", "--output", out, "--db", kb_db).exit_code == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (row["crskb_status"], row["crskb_drug_id"], row["crskb_relative_risk"]) == ("class", "", "")
    assert row["crskb_matched_name"] == "Invented CAR T cells"


def test_the_command_line_tells_the_members(run: Run, kb_db: Path) -> None:
    told = run("lookup", "--db", kb_db, "CAR-T")
    assert "CAR-T: class" in told.output
    assert "fictocabtagene imaginaleucel: highest" in told.output
    whole = json.loads(run("lookup", "--db", kb_db, "--json", "CAR-T").output)
    assert whole["class"]["members"][0]["id"] == FIC
