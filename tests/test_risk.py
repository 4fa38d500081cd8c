"""The tier: each condition of the rule at its edge, and the sentence that explains it."""

from __future__ import annotations

from typing import Any

import pytest

from crskb.knowledge.drug import Drug
from crskb.knowledge.load import load
from crskb.knowledge.risk import Assessment, assess, wilson
from crskb.tier_rule import CONDITIONS, conditions
from tests.conftest import DATA

KNOWLEDGE = load(DATA)
TIERS = {id_: entry.record for id_, entry in KNOWLEDGE.terms["relative_risk"].items()}
KINDS = {id_: entry.record for id_, entry in KNOWLEDGE.terms["evidence_kind"].items()}


def assessed(
    *,
    engaging: bool = False,
    cohort: dict[str, Any] | None = None,
    evidence: str | None = None,
    label: dict[str, bool] | None = None,
) -> Assessment:
    drug: dict[str, Any] = {
        "name": "examplumab",
        "summary": "Invented.",
        "drug_class": "engager",
        "modality": "monoclonal_antibody",
        "t_cell_engaging": engaging,
        "relative_risk": "low",
        "status": "investigational",
        "reviewed_on": "2026-01-01",
        "crs_incidence": [{"cohort": "C", "headline": True, "study_design": "prospective", "source": "s", **cohort}]
        if cohort
        else [],
        "evidence": [{"kind": evidence, "statement": "Said.", "source": "s"}] if evidence else [],
        "regulatory": [{"region": "US", "status": "approved", "source": "s", **label}] if label else [],
    }
    found = assess(Drug.model_validate(drug), TIERS, KINDS)
    assert found
    return found


# Published examples of the Wilson interval without continuity correction: Newcombe, Statistics in Medicine 17:857-872 (1998), table I.
@pytest.mark.parametrize(
    ("n", "treated", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_the_interval_is_the_published_one(n: int, treated: int, low: float, high: float) -> None:
    assert wilson(n / treated, treated) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))


@pytest.mark.parametrize(
    ("given", "tier", "because"),
    [
        ({"engaging": True}, "highest", "T-cell-engaging"),
        (
            {"cohort": {"n_treated": 100, "n_any_grade": 30, "n_grade3plus": 16}},
            "highest",
            "grade 3 or higher CRS in the headline cohort reaches 10%",
        ),
        (
            {"cohort": {"n_treated": 100, "n_any_grade": 30, "n_grade3plus": 15}},
            "high",
            "any-grade CRS in the headline cohort reaches 10%",
        ),
        ({"cohort": {"n_treated": 100, "n_any_grade": 16}}, "high", "lower 95% bound of any-grade"),
        (
            {"cohort": {"n_treated": 100, "n_any_grade": 15}},
            "moderate",
            "any-grade CRS in the headline cohort reaches 1%",
        ),
        ({"cohort": {"pct_any_grade": 90}}, "moderate", "reaches 1%"),  # no number treated, no bound
        ({"label": {"boxed_warning_crs": True}}, "high", "a boxed warning names CRS (US)"),
        ({"label": {"label_warning_crs": True}}, "moderate", "the warnings of a label name CRS (US)"),
        ({"label": {"boxed_warning_crs": False}, "evidence": "mechanism"}, "not_quantified", "nothing seen counts CRS"),
        ({"cohort": {"n_treated": 1000, "n_any_grade": 10}}, "moderate", "reaches 1%"),
        ({"cohort": {"n_treated": 1000, "n_any_grade": 9}}, "low", "stays below 1%"),
        ({"evidence": "case_report"}, "low", "case report"),
        ({"evidence": "pharmacovigilance"}, "low", "pharmacovigilance"),
        ({"evidence": "prospective_cohort"}, "not_quantified", "nothing seen counts CRS"),
        ({"evidence": "review_listing"}, "not_quantified", "not the same as low"),
    ],
)
def test_the_first_condition_that_holds_decides(given: dict[str, Any], tier: str, because: str) -> None:
    found = assessed(**given)
    assert found.tier == tier
    assert because in found.why
    assert found.rank == TIERS[tier].rank


def test_context_is_not_evidence_of_a_link() -> None:
    assert assessed(evidence="context").strongest_evidence is None


def test_a_class_figure_is_not_evidence_for_one_drug() -> None:
    assert (
        assessed(cohort={"headline": False, "class_level": True, "n_treated": 10, "n_any_grade": 5}).strongest_evidence
        is None
    )


@pytest.mark.parametrize("outcome", ["n_grade1", "pct_grade1_2", "pct_grade3", "n_fatal"])
def test_a_case_of_any_grade_is_evidence_of_a_link(outcome: str) -> None:
    assert assessed(cohort={"n_treated": 50, outcome: 1}).strongest_evidence == "prospective_cohort"


def test_a_cohort_without_a_case_is_not_evidence_of_a_link() -> None:
    assert assessed(cohort={"n_treated": 50, "n_any_grade": 0}).strongest_evidence is None


def test_a_rate_without_the_number_treated_is_shown_without_an_interval() -> None:
    assert assessed(cohort={"pct_any_grade": 5}).why.endswith("Headline cohort C: any grade 5%.")


@pytest.mark.parametrize("treated", [1, 4, 25, 38, 100, 2672])
def test_nobody_of_any_number_has_a_bound_of_zero_and_all_have_one_of_a_hundred(treated: int) -> None:
    assert (wilson(0, treated)[0], wilson(1, treated)[1]) == (0.0, 100.0)
    assert 0 < wilson(1 / treated, treated)[0] < wilson(1 / treated, treated)[1] <= 100


@pytest.mark.parametrize(
    ("cohort", "says"),
    [
        ({"n_treated": 165, "n_any_grade": 119, "pct_any_grade": 72.1}, "any grade 119 of 165 (72.1%; 95% interval 64.8 to 78.4%)."),
        ({"n_treated": 200, "pct_any_grade": 70}, "any grade 70% of 200 (95% interval 63.3 to 75.9%)."),
        ({"n_any_grade": 7, "pct_any_grade": 70}, "any grade 70%."),
        ({"n_treated": 50, "n_any_grade": 45, "n_grade3plus": 10}, "any grade 45 of 50 (90%; 95% interval 78.6 to 95.7%); grade 3 or higher 10 of 50 (20%; 95% interval 11.2 to 33.0%)."),
    ],
)  # fmt: skip
def test_the_figures_behind_a_tier_stand_with_their_interval_where_the_number_treated_is_known(
    cohort: dict[str, Any], says: str
) -> None:
    assert assessed(cohort=cohort).why.split("Headline cohort C: ")[1] == says


def test_the_conditions_of_each_tier_are_told_in_words_with_its_thresholds() -> None:
    told = {
        id_: conditions(dict(tier), [KINDS[kind].name for kind in tier.strongest_evidence_in])
        for id_, tier in TIERS.items()
    }
    assert told == {
        "highest": ["it is a T-cell-engaging immunotherapy", "the lower 95% bound of grade 3 or higher CRS in the headline cohort is at least 10%"],
        "high": ["the lower 95% bound of any-grade CRS in the headline cohort is at least 10%", "a boxed warning names CRS"],
        "moderate": ["any-grade CRS in the headline cohort is at least 1%", "the warnings of a label name CRS"],
        "low": ["any-grade CRS in the headline cohort is below 1%", "the strongest evidence is pharmacovigilance or case report"],
        "not_quantified": ["a published source links it with CRS and no other tier applies"],
    }  # fmt: skip


def test_a_threshold_of_zero_is_a_condition_and_a_flag_of_zero_is_none() -> None:
    tier = dict.fromkeys((condition.key for condition in CONDITIONS), None) | {"any_grade_pct_min": 0.0, "otherwise": 0}
    assert conditions(tier, []) == ["any-grade CRS in the headline cohort is at least 0%"]


def test_every_condition_of_the_vocabulary_has_its_row_in_the_table() -> None:
    from crskb.knowledge.vocabulary import RiskTier, Term

    assert {condition.key for condition in CONDITIONS} == RiskTier.model_fields.keys() - Term.model_fields.keys() - {
        "rank"
    }
