"""The JSON Schemas that editors use: they take what `validate` takes, and offer the words of the vocabularies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from crskb.knowledge.load import load
from crskb.knowledge.schema import schemas
from crskb.knowledge.yamlfile import parse_yaml, read_yaml
from tests.conftest import KB

SCHEMAS = {name: json.loads(text) for name, text in schemas(load(KB)).items()}


def schema_of(file: Path) -> jsonschema.Draft202012Validator:
    name = file.parent.name[:-1] if file.parent.name in ("drugs", "sources") else file.stem
    return jsonschema.Draft202012Validator(SCHEMAS[f"{name}.json"])


@pytest.mark.parametrize("file", sorted(KB.rglob("*.yaml")), ids=lambda file: str(file.relative_to(KB)))
def test_every_file_of_the_invented_knowledge_base_fits_its_schema(file: Path) -> None:
    schema_of(file).validate(read_yaml(file, file.name).value)


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("drugs/examplumab.yaml", "drug_class: engager", "drug_class: bispecific"),
        ("drugs/examplumab.yaml", "relative_risk: highest", "relative_risk: extreme"),
        ("drugs/examplumab.yaml", "regions: [US, EU]", "regions: [US, GB]"),
        ("drugs/examplumab.yaml", "grading_scale: astct-2019", "grading_scale: ASTCT"),
        ("drugs/examplumab.yaml", "{kind: review_listing", "{kind: hearsay"),
        ("drugs/examplumab.yaml", "route: subcutaneous", "route: IV"),
        ("drugs/examplumab.yaml", "route: subcutaneous", "route: subcutaneous; IV"),
        ("drugs/examplumab.yaml", "kind: development_code", "kind: code"),
        ("sources/us-pi-exemplia.yaml", "jurisdiction: US", "jurisdiction: GB"),
        ("clinical/management.yaml", "topic: supportive", "topic: support"),
        ("clinical/grading_criteria.yaml", "scale: lee-2014", "scale: lee"),
        ("clinical/symptoms.yaml", "severity: mild", "severity: light"),
        ("clinical/background.yaml", "topic: diagnosis", "topic: signs"),
    ],
)
def test_a_word_that_is_not_of_the_vocabulary_does_not_fit(place: str, old: str, new: str) -> None:
    text = (KB / place).read_text()
    assert old in text
    wrong: Any = parse_yaml(text.replace(old, new, 1), place).value
    assert not schema_of(KB / place).is_valid(wrong)


def test_several_routes_with_remarks_fit() -> None:
    text = (KB / "drugs" / "examplumab.yaml").read_text()
    routes = "route: intravenous (Exemplia); subcutaneous"
    value = parse_yaml(text.replace("route: subcutaneous", routes), "").value
    assert schema_of(KB / "drugs" / "examplumab.yaml").is_valid(value)


def test_no_mark_is_left_in_a_schema() -> None:
    assert not [name for name, schema in SCHEMAS.items() if "x-mark" in json.dumps(schema)]
