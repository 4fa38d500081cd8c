"""The fixed words have one birthplace, and what must agree with them does."""

from __future__ import annotations

import re
import sys
from typing import Any, get_args

import pytest
from click.testing import Result

from crskb.knowledge.drug import Identifiers
from crskb.knowledge.fields import DevelopmentStatus, NameKind
from crskb.web.api.openapi import openapi
from crskb.words import (
    CODE_SYSTEMS,
    DRUG_STATUSES,
    KINDS,
    LEAST_REASSURING,
    LONGEST_QUERY,
    STATUSES,
    Status,
    is_blank,
    length_fault,
)


def test_the_type_of_a_status_and_its_table_hold_the_same_words_in_the_same_order() -> None:
    assert get_args(Status) == tuple(STATUSES)
    assert set(LEAST_REASSURING) <= set(STATUSES)


def test_the_kinds_of_names_are_those_that_the_files_may_hold_and_the_two_that_have_a_place_of_their_own() -> None:
    assert set(KINDS) == {"inn", "brand", *(str(kind) for kind in NameKind)}


def test_the_statuses_of_a_drug_are_those_that_the_files_may_hold() -> None:
    assert list(DRUG_STATUSES) == [str(status) for status in DevelopmentStatus]


def test_the_code_systems_are_those_that_the_files_may_hold() -> None:
    fields = {key.removesuffix("_also") for key in Identifiers.model_fields} - {"sources"}
    assert set(CODE_SYSTEMS) == fields


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_name_reads_well_in_a_sentence(kind: str) -> None:
    phrase, heading = KINDS[kind].phrase, KINDS[kind].heading
    first = "an " if phrase.split()[1][0] in "aeio" else "a "  # "a US name"
    assert phrase.startswith(first)
    assert heading[0].isupper()


def test_every_kind_and_system_has_its_heading_on_a_page_and_its_name_in_an_answer(client: Any) -> None:
    page = client.get("/drugs/examplumab").text
    for word in ("Brand", "US name with suffix", "Development code", "ATC", "RxCUI (RxNorm)"):
        assert f"<dt>{word}</dt>" in page
    assert "<dt>Misspelling</dt>" not in page
    for typed in ("RxCUI 9999901", "RxNorm 9999901", "rxcui: 9999901"):
        assert "RxCUI 9999901 is a code of" in client.get("/api/v1/lookup", params={"q": typed}).json()["message"]


def test_one_sentence_says_everywhere_that_a_text_is_too_long(client: Any, run: Any, kb_db: Any) -> None:
    text = "x" * (LONGEST_QUERY + 1)
    assert length_fault(text) == "has 201 characters; at most 200 can be looked up"
    assert length_fault(text[:-1]) == ""
    result: Result = run("lookup", "--db", kb_db, text)
    assert (result.exit_code, length_fault(text) in result.output) == (2, True)
    assert length_fault(text) in client.get("/", params={"q": text}).text
    assert length_fault(text) in client.get("/api/v1/lookup", params={"q": text}).text
    assert client.get(f"/drugs/{text}").status_code == 404
    assert client.get("/drugs/examplumab", params={"name": text}).status_code == 200


def test_white_space_is_what_python_and_ecma_262_both_have() -> None:
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        assert is_blank(letter) == (letter.isspace() or letter == "\ufeff"), hex(code)
    assert is_blank("")
    assert not is_blank(" x ")


@pytest.mark.parametrize("text", ["\x1d\x1d", " ", "\t\r\n", "\x85", "\u3000\ufeff"])
def test_white_space_alone_is_no_name_in_the_document_the_api_and_the_page(client: Any, text: str) -> None:
    query = openapi("/api/v1")["paths"]["/api/v1/lookup"]["get"]["parameters"][0]["schema"]
    assert not re.search(query["pattern"], text)
    answer = client.get("/api/v1/lookup", params={"q": text})
    assert answer.status_code == 422
    assert "is missing or empty" in answer.text
    assert client.get("/api/v1/lookup", params={"q": f"{text}exemplia{text}"}).json()["status"] == "match"
    assert client.post("/", data={"q": text}).status_code == 400
