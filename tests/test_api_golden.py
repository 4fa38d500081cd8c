"""Clients of the API lose nothing: neither what version 1.0.0 gave them, nor a column of a table that an answer is made from."""

from __future__ import annotations

import copy
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crskb.database.tables import tables
from crskb.lookup.answers import DrugCard
from crskb.web.api.shapes import DRUG
from crskb.web.api.shaping import fields_of
from tests.conftest import Client
from tests.golden import ANSWERS, FOLDER, broken_promises, lost_values, promises

Json = dict[str, Any]
DOCUMENT = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))


def test_the_document_promises_all_that_it_ever_promised(client: Any) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert list(broken_promises(promises(DOCUMENT), promises(document))) == []
    old, new = DOCUMENT["info"]["version"].split("."), document["info"]["version"].split(".")
    assert old[0] == new[0]
    assert list(map(int, old)) <= list(map(int, new))


@pytest.mark.parametrize(("file", "path"), ANSWERS.items())
def test_the_answers_hold_all_that_they_ever_held(client: Any, file: str, path: str) -> None:
    old = json.loads((FOLDER / file).read_text(encoding="utf-8"))
    assert list(lost_values(old, client.get(path).json())) == []


def _of(document: Json, shape: str) -> Json:
    found: Json = document["components"]["schemas"][shape]
    return found


BREAKING: dict[str, Callable[[Json], object]] = {
    "a path removed": lambda new: new["paths"].pop("/reference"),
    "a method removed": lambda new: new["paths"]["/check"].pop("post"),
    "a status removed": lambda new: new["paths"]["/drugs/{id}"]["get"]["responses"].pop("308"),
    "a shape removed": lambda new: new["components"]["schemas"].pop("Onset"),
    "a field removed": lambda new: _of(new, "Incidence")["properties"].pop("grading_note"),
    "a field named like a text removed": lambda new: _of(new, "Treatment")["properties"].pop("summary"),
    "a field that may be absent": lambda new: _of(new, "Incidence")["required"].remove("dose"),
    "another type": lambda new: _of(new, "Incidence")["properties"]["n_treated"].update(type=["number", "null"]),
    "null where there was none": lambda new: _of(new, "Incidence")["properties"]["cohort"].update(
        type=["string", "null"]
    ),
    "a word of an enum removed": lambda new: _of(new, "Answer")["properties"]["status"]["enum"].remove("unknown"),
    "an enum where any text was": lambda new: _of(new, "Symptom")["properties"]["severity"].update(enum=["mild"]),
    "another shape": lambda new: _of(new, "Drug")["properties"]["names"]["items"].update(
        {"$ref": "#/components/schemas/Name"}
    ),
    "a parameter removed": lambda new: new["paths"]["/lookup"]["get"]["parameters"].clear(),
    "a parameter needed": lambda new: new["paths"]["/drugs"]["get"]["parameters"].append(
        {"name": "tier", "in": "query", "required": True}
    ),
    "one more key needed in a body": lambda new: new["paths"]["/check"]["post"]["requestBody"]["content"][
        "application/json"
    ]["schema"]["required"].append("more"),
}


@pytest.mark.parametrize("change", BREAKING.values(), ids=BREAKING)
def test_what_would_break_a_client_is_seen(change: Callable[[Json], object]) -> None:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    assert list(broken_promises(DOCUMENT, document)) != []


def test_the_same_addresses_written_otherwise_break_nobody() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["servers"], document["paths"] = (
        [{"url": "/"}],
        {f"/api/v1{path}": of for path, of in document["paths"].items()},
    )
    assert list(broken_promises(promises(DOCUMENT), promises(document))) == []
    document["paths"]["/api/v2/check"] = document["paths"].pop("/api/v1/check")
    assert list(broken_promises(promises(DOCUMENT), promises(document))) == ["/paths//api/v1/check: is gone"]


def test_additions_and_better_texts_break_nobody() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/drugs"]["get"]["parameters"].append({"name": "tier", "in": "query", "required": False})
    document["paths"]["/new"] = {}
    _of(document, "Incidence")["properties"]["more"] = {"type": "string"}
    _of(document, "Incidence")["required"].append("more")
    _of(document, "Incidence")["properties"]["dose"]["description"] = "Better."
    _of(document, "Answer")["properties"]["status"]["enum"].append("more")
    assert list(broken_promises(DOCUMENT, document)) == []


# Columns that an answer leaves out: row numbers and owners, which its place tells, and what stands there in another form.
_PLACED = {"id", "drug_id", "treatment_id", "reviewed_id", "folded"}
_IN_NAMES = {"brand_names", "other_names"}


def of_drug(key: str) -> Callable[[Any], Any]:
    return lambda get: get("/drugs/examplumab")[key]


def of_reference(*keys: str) -> Callable[[Any], Any]:
    def rows(get: Any) -> Any:
        found = get("/reference")[keys[0]]
        return [inner for row in found for inner in row[keys[1]]] if keys[1:] else found

    return rows


SERVED: dict[str, Callable[[Any], Any]] = {  # table -> the rows of an answer that are made from it
    "drugs": lambda get: [get("/drugs/examplumab")],
    "sources": lambda get: [get("/sources/example-trial"), *get("/drugs/examplumab")["sources"]],
    "drug_names": of_drug("names"),
    "identifiers": of_drug("identifiers"),
    "crs_incidence": of_drug("crs_incidence"),
    "evidence": of_drug("evidence"),
    "regulatory": of_drug("regulatory"),
    "mitigations": of_drug("mitigation"),
    "conflicts": of_drug("conflicts"),
    "treatment_names": of_reference("treatments", "names"),
    "reviewed_names": of_reference("reviewed", "names"),
    "treatment_regulatory": of_reference("treatments", "regulatory"),
    "treatment_evidence": of_reference("treatments", "evidence"),
    "risk_tiers": of_reference("risk_tiers"),
    "grading_scales": of_reference("grading_scales"),
    "grading_criteria": of_reference("grading_criteria"),
    "grading_notes": of_reference("grading_notes"),
    "pressure_limits": of_reference("pressure_limits"),
    "score_items": of_reference("score_items"),
    "symptoms": of_reference("symptoms"),
    "onset": of_reference("onset"),
    "risk_factors": of_reference("risk_factors"),
    "differentials": of_reference("differentials"),
    "management": of_reference("management"),
    "treatments": of_reference("treatments"),
    "patient_advice": of_reference("patient_advice"),
    "meta_analyses": of_reference("meta_analyses"),
    "other_causes": of_reference("other_causes"),
    "background": of_reference("background"),
    "reviewed": of_reference("reviewed"),
}


@pytest.mark.parametrize("table", SERVED)
def test_no_column_of_a_table_is_lost_on_the_way_to_a_client(client: Any, kb_db: Path, table: str) -> None:
    with closing(sqlite3.connect(kb_db)) as connection:
        columns = {column[1] for column in connection.execute(f"PRAGMA table_info({table})")}
    rows = SERVED[table](lambda path: client.get(f"/api/v1{path}").json())
    assert rows, "the invented knowledge base has such a row"
    for row in rows:
        in_names = _IN_NAMES if "names" in row else set()
        assert columns - _PLACED - in_names - row.keys() == set()


def test_a_figure_of_several_medicines_together_says_so(real_client: Any, real_db: Path) -> None:
    with closing(sqlite3.connect(real_db)) as connection:
        flagged = connection.execute("SELECT drug_id, cohort FROM crs_incidence WHERE class_level = 1").fetchall()
    assert flagged
    for drug in {drug for drug, _ in flagged}:
        cohorts = real_client.get(f"/api/v1/drugs/{drug}").json()["crs_incidence"]
        told = {(drug, row["cohort"]) for row in cohorts if row["class_level"] is True}
        assert told == {row for row in flagged if row[0] == drug}


def test_a_list_keeps_an_item_with_a_comma_whole(run: Any, kb: Path, tmp_path: Path, loop: Any) -> None:
    file = kb / "drugs" / "examplumab.yaml"
    text = file.read_text(encoding="utf-8")
    assert "targets: [BCMA, CD3]" in text
    file.write_text(text.replace("[BCMA, CD3]", '[BCMA, "receptors I, IIa and III"]'), encoding="utf-8")
    assert run("build", "--data", kb, "--db", tmp_path / "crskb.db").exit_code == 0
    site = Client(tmp_path / "crskb.db", loop)
    assert site.get("/api/v1/drugs/examplumab").json()["targets"] == ["BCMA", "receptors I, IIa and III"]
    row = site.get("/crskb/drugs/examplumab.json?_shape=objects").json()["rows"][0]
    assert row["targets"] == "BCMA, receptors I, IIa and III"


def test_what_decides_a_grade_is_a_list_too(real_client: Any) -> None:
    scales = {scale["id"]: scale for scale in real_client.get("/api/v1/reference").json()["grading_scales"]}
    assert scales["astct-2019"]["drivers"] == ["fever", "hypotension", "hypoxia"]
    assert all(", ".join(scale["drivers"]) == (scale["driven_by"] or "") for scale in scales.values())


def test_a_source_names_every_drug_that_names_it(real_client: Any) -> None:
    cited: dict[str, set[str]] = {}
    for listed in real_client.get("/api/v1/drugs").json()["drugs"]:
        for source in real_client.get(f"/api/v1/drugs/{listed['id']}").json()["sources"]:
            cited.setdefault(source["id"], set()).add(listed["id"])
    for source in list(cited)[::5]:
        assert cited[source] <= set(real_client.get(f"/api/v1/sources/{source}").json()["cited_by"])


def test_the_card_of_a_drug_in_an_answer_to_a_name_has_the_types_of_its_columns() -> None:
    card = fields_of(DrugCard)
    shared = card.keys() & tables()["drugs"].keys()
    assert card.keys() - shared == {"tier_name", "class_name", "url"}
    assert {key: card[key][0] for key in shared} == {key: DRUG.fields[key][0] for key in shared}
