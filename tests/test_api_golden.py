"""Clients of the API keep working: its document and its answers of version 1.0.0, to which there are only additions."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.golden import ANSWERS, FOLDER, broken_promises, lost_values

Json = dict[str, Any]
DOCUMENT = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))


def test_the_document_promises_all_that_it_ever_promised(client: Any) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert list(broken_promises(DOCUMENT, document)) == []
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
    "one more key needed in a body": lambda new: new["paths"]["/check"]["post"]["requestBody"]["content"][
        "application/json"
    ]["schema"]["required"].append("more"),
}


@pytest.mark.parametrize("change", BREAKING.values(), ids=BREAKING)
def test_what_would_break_a_client_is_seen(change: Callable[[Json], object]) -> None:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    assert list(broken_promises(DOCUMENT, document)) != []


def test_additions_and_better_texts_break_nobody() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/new"] = {}
    _of(document, "Incidence")["properties"]["more"] = {"type": "string"}
    _of(document, "Incidence")["required"].append("more")
    _of(document, "Incidence")["properties"]["dose"]["description"] = "Better."
    assert list(broken_promises(DOCUMENT, document)) == []
