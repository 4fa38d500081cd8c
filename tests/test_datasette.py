"""Datasette's own pages and JSON over the built file: search by any name, descriptions, facets, and limits that hold in public."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

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


ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("delete from drugs where name = '<b>'", "Statement must be a SELECT"),
        (ENDLESS, "The SQL took longer than it may."),
        ("select nope from drugs", "no such column: nope"),
    ],
)
def test_sql_that_failed_stays_in_a_box_to_be_mended(client: Client, sql: str, said: str) -> None:
    answer = client.get("/crskb", params={"sql": sql})
    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, answer.headers["cache-control"]) == (400, "no-store")
    assert said in page.select_one(".message-error").get_text()
    (box,) = page.select("form[action='/crskb'] textarea[name=sql]")
    assert box.get_text().strip() == sql
    assert [tag for tag in page.select("main script, main [style]") if tag] == []


def test_failed_sql_changes_nothing_for_programs(client: Client) -> None:
    answer = client.get("/crskb.json", params={"sql": "delete from drugs"}, follow_redirects=True)
    assert answer.json() == {
        "ok": False, "error": "Statement must be a SELECT", "status": 400, "title": "Invalid SQL",
    }  # fmt: skip
    assert "<textarea" not in client.get("/crskb/drugs", params={"_where": "nope"}).text


def test_cells_of_a_table_can_be_cut_and_its_counts_are_folded(client: Client) -> None:
    page = BeautifulSoup(client.get("/crskb/drugs").text, "html.parser")
    assert page.select("td > .cell")
    assert not page.select("td:not(:has(> .cell))")
    (counts,) = page.select("details:has(.facet-results)")
    assert not counts.has_attr("open")
    asked = BeautifulSoup(client.get("/crskb/drugs?_facet=status").text, "html.parser")
    assert asked.select("details[open]:has(.facet-results)")
    for path in ("/crskb/drugs", "/crskb?sql=select+1"):
        assert client.get(path).text.count("/-/static-plugins/crskb/tables.css?") == 1
    assert "tables.css" not in client.get("/about").text
