"""The real data: it validates, it builds, and what a pharmacist relies on is there."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crskb.knowledge.checks import check
from crskb.knowledge.load import load
from tests.conftest import DATA, Client

Query = Callable[..., list[tuple[object, ...]]]

FOUNDING_ARTICLE = "healthgrades-cytokine-release-syndrome"
FOUNDING_DRUGS = {
    "anti-thymocyte-globulin-rabbit": ["ATG", "anti-thymocyte globulin", "Thymoglobulin"],
    "anti-thymocyte-globulin-equine": ["ATG", "anti-thymocyte globulin", "Atgam"],
    "theralizumab": ["TGN1412"],
    "dacetuzumab": ["SGN-40", "sgn40"],
    "alemtuzumab": ["campath", "Lemtrada"],
    "blinatumomab": ["BLINCYTO"],
    "brentuximab-vedotin": ["Adcetris"],
    "lenalidomide": ["Revlimid"],
    "nivolumab": ["Opdivo"],
    "obinutuzumab": ["Gazyva"],
    "oxaliplatin": ["Eloxatin"],
    "rituximab": ["Rituxan", "Truxima", "Ruxience", "Riabni"],
    "tisagenlecleucel": ["Kymriah", "kymr"],
}


@pytest.fixture(scope="module")
def query(real_db: Path) -> Iterator[Query]:
    with closing(sqlite3.connect(real_db)) as connection:
        yield lambda sql, *values: connection.execute(sql, values).fetchall()


def test_the_data_have_no_problem() -> None:
    assert [str(problem) for problem in check(load(DATA))] == []  # no warning either: one that is right is accepted


@pytest.mark.parametrize("drug", FOUNDING_DRUGS)
def test_a_drug_of_the_founding_article_is_found_by_its_names(real_client: Client, drug: str) -> None:
    for name in [*FOUNDING_DRUGS[drug], drug.split("-rabbit")[0].split("-equine")[0].replace("-", " ")[:30]]:
        rows = real_client.get("/crskb/drugs.json", params={"_search": name, "_shape": "array"}).json()
        assert drug in [row["id"] for row in rows], name


def test_every_drug_of_the_founding_article_carries_it_as_evidence(query: Query) -> None:
    citing = {
        row[0]
        for row in query(
            "SELECT drug_id FROM evidence WHERE source_id = ? AND kind = 'review_listing'", FOUNDING_ARTICLE
        )
    }
    assert set(FOUNDING_DRUGS) <= citing


def test_kymriah_is_a_t_cell_engaging_drug_of_the_highest_tier(real_client: Client) -> None:
    rows = real_client.get("/crskb/drugs.json?_search=kymriah&_shape=array").json()
    assert [(row["id"], row["t_cell_engaging"], row["relative_risk"], row["drug_class"]) for row in rows] == [
        ("tisagenlecleucel", 1, "highest", "cd19-car-t")
    ]
    assert "Kymriah" in rows[0]["brand_names"]


def test_at_least_fifty_drugs_are_listed(query: Query) -> None:
    assert query("SELECT count(*) >= 50 FROM drugs WHERE withdrawn_on IS NULL") == [(1,)]


def test_t_cell_engaging_drugs_and_no_others_are_engineered_cells_or_engagers(query: Query) -> None:
    assert (
        query(
            "SELECT id FROM drugs WHERE t_cell_engaging <> (modality IN ('car_t', 'tcr_t', 'bispecific_t_cell_engager'))"
        )
        == []
    )
    for activating in ("theralizumab", "muromonab-cd3", "teplizumab"):
        assert query("SELECT t_cell_engaging FROM drugs WHERE id = ?", activating) == [(0,)]


def test_every_figure_has_a_source_that_opens_a_record(query: Query) -> None:
    assert query("SELECT id FROM sources WHERE link IS NULL AND copy_publisher IS NULL") == []
    assert query("SELECT count(*) FROM crs_incidence WHERE source_id IS NULL") == [(0,)]


def test_an_approved_drug_has_the_decision_of_a_region(query: Query) -> None:
    assert (
        query(
            "SELECT id FROM drugs WHERE status = 'approved' AND id NOT IN (SELECT drug_id FROM regulatory WHERE status = 'approved')"
        )
        == []
    )


@pytest.mark.parametrize(
    ("table", "least"),
    [("grading_criteria", 35), ("symptoms", 30), ("onset", 7), ("risk_factors", 40), ("differentials", 15), ("management", 40), ("treatments", 7), ("patient_advice", 15), ("meta_analyses", 13), ("other_causes", 10), ("background", 15), ("other_medicine_names", 3000), ("reviewed", 5)],
)  # fmt: skip
def test_the_clinical_reference_is_filled(query: Query, table: str, least: int) -> None:
    assert query(f"SELECT count(*) FROM {table}")[0][0] >= least  # type: ignore[operator]


def test_the_founding_article_names_four_grades_and_eleven_emergency_signs(query: Query) -> None:
    assert query(
        "SELECT grade FROM grading_criteria WHERE scale_id = 'four-grades' AND source_id = ? ORDER BY grade",
        FOUNDING_ARTICLE,
    ) == [(1,), (2,), (3,), (4,)]
    assert query("SELECT count(*) FROM symptoms WHERE severity = 'emergency' AND source_id = ?", FOUNDING_ARTICLE) == [
        (11,)
    ]


def test_treatments_are_no_drugs(query: Query) -> None:
    assert query("SELECT folded FROM treatment_names INTERSECT SELECT folded FROM drug_names") == []
    assert query("SELECT folded FROM other_medicine_names INTERSECT SELECT folded FROM drug_names") == []
    assert query(
        "SELECT count(*) FROM treatment_names WHERE folded IN ('tocilizumab', 'actemra', 'roactemra', 'siltuximab', 'anakinra')"
    ) == [(5,)]


def test_no_patient_is_told_to_stay_at_home_with_fever(query: Query, real_client: Client) -> None:
    advice = [f"{topic} {text}" for topic, text in query("SELECT topic, advice FROM patient_advice")]
    advice += [f"{symptom} {text}" for symptom, text in query("SELECT symptom, advice FROM symptoms WHERE advice > ''")]
    served = real_client.get("/api/v1/reference").json()
    advice += [f"{row['topic']} {row['advice']}" for row in served["patient_advice"]]
    advice += re.findall(r"<dd>.*?</dd>|<li>.*?</li>", real_client.get("/patients").text, re.DOTALL)
    assert len(advice) > 60
    at_home = re.compile(r"\bhome\b", re.IGNORECASE)
    with_fever = re.compile(r"fever|temperature|febrile|°C", re.IGNORECASE)
    assert [text for text in advice if at_home.search(text) and with_fever.search(text)] == []


def test_neurotoxicity_is_graded_apart_from_crs(query: Query, real_client: Client) -> None:
    assert query(
        "SELECT grade, ice_score_min, ice_score_max FROM grading_criteria WHERE scale_id = 'astct-icans-2019' ORDER BY grade"
    ) == [(1, 7, 9), (2, 3, 6), (3, 0, 2), (4, 0, 0), (5, None, None)]
    assert query("SELECT score, sum(points) FROM score_items GROUP BY score ORDER BY score") == [
        ("CAPD", 32),
        ("ICE", 10),
    ]
    notes = query("SELECT note FROM grading_notes WHERE scale_id = 'astct-2019'")
    assert any("ICANS" in str(note) for (note,) in notes)
    served = real_client.get("/api/v1/reference").json()
    assert len([row for row in served["grading_criteria"] if row["consciousness"]]) == 4
    assert [row["points"] for row in served["score_items"] if row["score"] == "ICE"] == [4, 3, 1, 1, 1]


def test_a_grade_read_alone_says_that_fever_may_be_hidden(query: Query) -> None:
    rows = query(
        "SELECT summary, temperature FROM grading_criteria WHERE scale_id = 'astct-2019' AND grade IN (2, 3, 4)"
    )
    assert len(rows) == 3
    assert all(
        "without fever" in str(summary) and "no longer required" in str(temperature) for summary, temperature in rows
    )


def test_every_guideline_that_stops_at_a_grade_says_so_in_that_grade(query: Query) -> None:
    graded = "SELECT guideline, count(DISTINCT grade) FROM management WHERE grade <= 4 GROUP BY guideline"
    assert [guideline for guideline, grades in query(graded) if grades != 4] == []
    assert ("Lee 2014", 4) in query("SELECT guideline, grade FROM management WHERE topic = 'not-recorded'")
    assert query("SELECT count(DISTINCT guideline) >= 6 FROM management WHERE population LIKE '%on %mab'") == [(1,)]


def test_patients_are_told_whom_to_call_and_past_advice_is_marked(query: Query) -> None:
    numbers = "SELECT region, advice FROM patient_advice WHERE topic = 'emergency number'"
    assert {region: re.findall(r"\b(?:911|112|999)\b", str(advice)) for region, advice in query(numbers)} == {
        "US": ["911"],
        "EU": ["112"],
        "UK": ["999"],
    }
    for topic in ("driving", "proximity"):
        assert query(
            "SELECT count(*) > 0 FROM patient_advice WHERE superseded AND topic = ? AND region = 'US'", topic
        ) == [(1,)]
        assert query(
            "SELECT drugs FROM patient_advice WHERE NOT superseded AND topic = ? AND date = '2025-06' AND advice LIKE '%2 weeks%'",
            topic,
        ) == [("lisocabtagene-maraleucel, idecabtagene-vicleucel",)]


def test_what_a_pharmacist_acts_on_does_not_get_lost(query: Query) -> None:
    """Floors under what was read once: sources of headlines, stay, rescue medicine, schedules, restart."""
    ((headlines, with_id, nowhere),) = query(
        """
        SELECT count(*), count(coalesce(doi, pmid, pmcid, set_id)), count(*) - count(coalesce(doi, pmid, pmcid, set_id, url))
        FROM crs_incidence JOIN sources ON sources.id = source_id WHERE headline = 1
        """
    )
    assert headlines >= 45
    assert with_id >= 0.6 * headlines
    assert nowhere == 0
    measured = dict(
        query(
            """
            SELECT measure, count(DISTINCT drug_id) FROM mitigations
            WHERE superseded_on IS NULL AND superseded_by IS NULL GROUP BY measure
            """
        )
    )
    assert measured["rescue_on_site"] >= 15
    assert measured["dose_delay"] >= 4
    assert measured["premedication"] >= 15
    ((stays,),) = query(
        """
        SELECT count(DISTINCT drug_id) FROM mitigations
        WHERE hours IS NOT NULL AND measure IN ('hospitalisation', 'proximity', 'monitoring', 'setting')
          AND superseded_on IS NULL AND superseded_by IS NULL
        """
    )
    assert stays >= 20
    assert query("SELECT count(DISTINCT drug_id) FROM dose_schedule")[0][0] >= 10


@pytest.mark.parametrize(
    ("drug", "tier", "basis"),
    [
        ("lenalidomide", "not_quantified", "outside_label"),
        ("recombinant-human-interleukin-15", "highest", "trial_only"),
        ("inotuzumab-ozogamicin", "not_quantified", "reports"),
        ("nivolumab", "low", "class"),
        ("ipilimumab", "low", "class"),
        ("dinutuximab-beta", "moderate", "label"),
        ("tagraxofusp", "moderate", "label"),
        ("linvoseltamab", "highest", "label"),
    ],
)
def test_the_cases_of_the_audit_stand_where_they_belong(query: Query, drug: str, tier: str, basis: str) -> None:
    assert query("SELECT relative_risk, risk_basis FROM drugs WHERE id = ?", drug) == [(tier, basis)]
