"""Datasette's own pages and JSON over the built file: search by any name, descriptions, facets, and limits that hold in public."""

from __future__ import annotations

import pytest

from tests.conftest import Client


def found(client: Client, words: str) -> list[str]:
    answer = client.get("/crskb/drugs.json", params={"_search": words, "_shape": "array"})
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()]


@pytest.mark.parametrize(
    "words", ["examplumab", "EXEMPLIA", "exemplia", "Éxemplio", "exemplio", "EX-101", "ex101", "xampl", "lumab-abcd"]
)
def test_table_search_finds_a_drug_by_any_name_in_any_case_and_by_a_part(client: Client, words: str) -> None:
    assert "examplumab" in found(client, words)


def test_table_search_finds_both_drugs_of_a_shared_name(client: Client) -> None:
    assert found(client, "PSG") == ["pseudoglobulin-equine", "pseudoglobulin-rabbit"]


@pytest.mark.parametrize(
    "words",
    ["nonesuch", "zz", '"', "'", "*", "a AND", "NEAR(", "-", "x' OR 1=1 --", "exemplia nonesuch", "mab" * 20_000],
)
def test_table_search_answers_whatever_is_typed(client: Client, words: str) -> None:
    assert found(client, words) == []


def test_a_word_typed_again_and_again_counts_once(client: Client) -> None:
    assert found(client, "exemplia " * 1000) == ["examplumab"]


def test_a_row_of_json_says_what_a_pharmacist_needs(client: Client) -> None:
    row = client.get("/crskb/drugs.json?_search=exemplia&_shape=array").json()[0]
    assert (row["id"], row["t_cell_engaging"], row["relative_risk"], row["drug_class"]) == (
        "examplumab",
        1,
        "highest",
        "engager",
    )
    assert row["brand_names"] == "Exemplia, Éxemplio"


def test_the_drugs_table_opens_sorted_with_facets_and_descriptions(client: Client) -> None:
    page = client.get("/crskb/drugs").text
    facets = client.get("/crskb/drugs.json").json()["facet_results"]
    assert list(facets) == ["relative_risk", "drug_class", "t_cell_engaging"]
    assert "Tier of relative risk" in page
    rows = client.get("/crskb/drugs.json?_shape=array").json()
    assert [row["relative_risk_rank"] for row in rows] == sorted(row["relative_risk_rank"] for row in rows)


def test_labels_of_foreign_keys_are_names(client: Client) -> None:
    rows = client.get("/crskb/drugs.json?_shape=array&_labels=on").json()
    assert {row["drug_class"]["label"] for row in rows if row["id"] == "examplumab"} == {"Invented engager"}


def test_arbitrary_sql_is_bounded_in_time_and_rows(client: Client) -> None:
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    assert client.get("/crskb.json", params={"sql": endless}, follow_redirects=True).status_code == 400
    many = "with recursive n(x) as (select 1 union all select x + 1 from n limit 5000) select x from n"
    answer = client.get("/crskb.json", params={"sql": many, "_shape": "objects"}, follow_redirects=True).json()
    assert len(answer["rows"]) == 2000
    assert answer["truncated"]


@pytest.mark.parametrize("path", ["/crskb/drug_names/1", "/crskb/drug_names/1.json", "/crskb/identifiers/x"])
def test_a_row_that_is_not_there_is_not_found(client: Client, path: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert client.get(path).status_code == 404
    assert " at /" not in capfd.readouterr().err
