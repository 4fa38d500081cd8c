"""The three axes: each condition of the rule at its edge, which cohort decides, what it rests on, and the sentence that explains it."""

from __future__ import annotations

from typing import Any

import pytest

from crskb.knowledge.cohort import Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.load import load
from crskb.knowledge.risk import Assessment, Rules, assess
from crskb.knowledge.shares import grade3plus, wilson
from crskb.tier_rule import CONDITIONS, conditions
from tests.conftest import DATA

_RULES = Rules.of(load(DATA).terms)
if _RULES is None:
    raise ValueError("the vocabularies of data/ could not be read")
RULES: Rules = _RULES


def assessed(
    *,
    engaging: bool = False,
    cohort: dict[str, Any] | None = None,
    others: list[dict[str, Any]] | None = None,
    evidence: str | None = None,
    label: dict[str, Any] | None = None,
    frequency: dict[str, Any] | None = None,
    fatal: bool = False,
) -> Assessment:
    """A drug with a headline cohort, further cohorts, one statement, one regulatory row and one word of a label."""
    row = {"study_design": "prospective", "source": "s"}
    cohorts = [{"cohort": "C", "headline": True, **row, **cohort}] if cohort else []
    cohorts += [{"cohort": f"C{number}", **row, **other} for number, other in enumerate(others or [], start=2)]
    statement = {"kind": evidence or "case_report", "statement": "Said.", "source": "s", "fatal": fatal}
    drug: dict[str, Any] = {
        "name": "examplumab",
        "summary": "Invented.",
        "drug_class": "engager",
        "modality": "monoclonal_antibody",
        "t_cell_engaging": engaging,
        "relative_risk": "low",
        "status": "investigational",
        "reviewed_on": "2026-01-01",
        "crs_incidence": cohorts,
        "evidence": [statement] if evidence or fatal else [],
        "regulatory": [{"region": "US", "status": "approved", "source": "s", **label}] if label is not None else [],
        "label_frequency": [{"region": "EU", "source": "s", **frequency}] if frequency else [],
    }
    found = assess(Drug.model_validate(drug), RULES)
    assert found
    return found


# Published examples of the Wilson interval without continuity correction: Newcombe, Statistics in Medicine 17:857-872 (1998), table I.
@pytest.mark.parametrize(
    ("n", "treated", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_the_interval_is_the_published_one(n: int, treated: int, low: float, high: float) -> None:
    assert wilson(n / treated, treated) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))


@pytest.mark.parametrize("treated", [1, 4, 25, 38, 100, 2672])
def test_nobody_of_any_number_has_a_bound_of_zero_and_all_have_one_of_a_hundred(treated: int) -> None:
    assert (wilson(0, treated)[0], wilson(1, treated)[1]) == (0.0, 100.0)
    assert 0 < wilson(1 / treated, treated)[0] < wilson(1 / treated, treated)[1] <= 100


CLASS = {"class_level": True, "n_treated": 2672, "n_any_grade": 28}
CLL = {"labelled_use": False, "n_treated": 18, "n_any_grade": 15}
# what is known of a drug, the tier, a part of the reason, and what it rests on
RULE: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "engages T cells": ({"engaging": True}, "highest", "T-cell-engaging", "reports"),
    "severe from 10%": ({"cohort": {"n_treated": 100, "n_any_grade": 30, "n_grade3plus": 16}}, "highest", "grade 3 or higher CRS in the headline cohort reaches 10%", "trial_only"),
    "severe below 10%": ({"cohort": {"n_treated": 100, "n_any_grade": 30, "n_grade3plus": 15}}, "high", "any-grade CRS in the headline cohort reaches 10%", "trial_only"),
    "severe from the same patients": ({"cohort": {"n_treated": 16, "n_any_grade": 9}, "others": [{"counted_in": "C", "n_treated": 16, "n_grade3_4": 4}]}, "highest", "reaches 10%", "trial_only"),
    "severe from other patients": ({"cohort": {"n_treated": 16, "n_any_grade": 9}, "others": [{"counted_in": "C", "n_treated": 15, "n_grade3_4": 4}]}, "high", "any-grade", "trial_only"),
    "severe from a superseded count": ({"cohort": {"n_treated": 16, "n_any_grade": 9}, "others": [{"counted_in": "C", "n_treated": 16, "n_grade3_4": 4, "superseded_on": "2020"}]}, "high", "any-grade", "trial_only"),
    "a boxed warning": ({"label": {"boxed_warning_crs": True}}, "high", "a boxed warning names CRS (US)", "label"),
    "any grade from 10%": ({"cohort": {"n_treated": 100, "n_any_grade": 17}}, "high", "lower 95% bound of any-grade", "trial_only"),
    "any grade below 10%": ({"cohort": {"n_treated": 100, "n_any_grade": 16}}, "high", "reaches 10%", "trial_only"),
    "any grade well below 10%": ({"cohort": {"n_treated": 100, "n_any_grade": 15}}, "moderate", "any-grade CRS in the headline cohort reaches 1%", "trial_only"),
    "a share of an unknown number": ({"cohort": {"pct_any_grade": 90}}, "high", "reaches 10%", "trial_only"),
    "a label says very common": ({"frequency": {"frequency": "very_common"}}, "high", "a label calls CRS very common (EU)", "label"),
    "very common with another reaction": ({"frequency": {"frequency": "very_common", "pooled_with": "hypersensitivity"}}, "moderate", "very common (EU), counted together with hypersensitivity", "label"),
    "a label says common": ({"frequency": {"frequency": "common"}}, "moderate", "common (EU)", "label"),
    "common with another reaction": ({"frequency": {"frequency": "common", "pooled_with": "fever"}}, "low", "common (EU), counted together with fever", "label"),
    "a label warns": ({"label": {"label_warning_crs": True}}, "moderate", "the warnings of a label name CRS (US)", "label"),
    "any grade from 1%": ({"cohort": {"n_treated": 1000, "n_any_grade": 18}}, "moderate", "reaches 1%", "trial_only"),
    "any grade below 1% in many": ({"cohort": {"n_treated": 1000, "n_any_grade": 15}}, "low", "stays below 1% in 300 patients or more", "trial_only"),
    "any grade below 1% in 300": ({"cohort": {"n_treated": 300, "n_any_grade": 5}}, "low", "stays below 1%", "trial_only"),
    "any grade below 1% in few": ({"cohort": {"n_treated": 299, "n_any_grade": 5}}, "not_quantified", "the headline cohort is too small to place it", "trial_only"),
    "none of ten": ({"cohort": {"n_treated": 10, "n_any_grade": 0}, "evidence": "case_report"}, "not_quantified", "0 of 10 (at most 27.8%)", "trial_only"),
    "a label says uncommon": ({"frequency": {"frequency": "uncommon"}}, "low", "uncommon (EU)", "label"),
    "a label knows no frequency": ({"frequency": {"frequency": "not_known"}, "evidence": "case_report"}, "not_quantified", "case report", "label"),
    "a class cohort stands in": ({"cohort": None, "others": [CLASS], "label": {}}, "low", "in the class cohort stays below 1%", "class"),
    "a small class cohort does not": ({"others": [{**CLASS, "n_treated": 999, "n_any_grade": 10}], "evidence": "case_report"}, "not_quantified", "cohorts that never decide", "reports"),
    "a class cohort beside an own": ({"cohort": {"n_treated": 100, "n_any_grade": 16}, "others": [CLASS]}, "high", "headline cohort", "trial_only"),
    "outside the labelled use": ({"cohort": None, "others": [CLL], "label": {}}, "not_quantified", "only outside the approved uses (C2: any grade 15 of 18", "outside_label"),
    "a headline outside the labelled use": ({"cohort": CLL, "label": {}}, "not_quantified", "only outside the approved uses", "outside_label"),
    "another use without any label": ({"cohort": CLL}, "high", "reaches 10%", "trial_only"),
    "a superseded headline": ({"cohort": {"n_treated": 50, "n_any_grade": 40, "superseded_by": "C2"}, "label": {}}, "not_quantified", "never decide", "reports"),
    "a label's own figure": ({"cohort": {"study_design": "label", "labelled_use": True, "n_treated": 50, "n_any_grade": 40}, "label": {}}, "high", "reaches 10%", "label"),
    "a trial in the labelled use": ({"cohort": {"labelled_use": True, "n_treated": 50, "n_any_grade": 40}, "label": {}}, "high", "reaches 10%", "trial_in_labelled_use"),
    "case reports are not low": ({"evidence": "case_report"}, "not_quantified", "strongest evidence: case report", "reports"),
    "spontaneous reports are not low": ({"evidence": "pharmacovigilance"}, "not_quantified", "not the same as low", "reports"),
    "mechanism": ({"label": {"boxed_warning_crs": False}, "evidence": "mechanism"}, "not_quantified", "nothing seen counts CRS", "reports"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "tier", "because", "basis"), RULE.values(), ids=RULE)
def test_the_first_condition_that_holds_decides(given: dict[str, Any], tier: str, because: str, basis: str) -> None:
    found = assessed(**given)
    assert (found.tier, found.basis) == (tier, basis), found.why
    assert because in found.why
    assert found.rank == RULES.tiers[tier].rank


# what one cohort prints, and its share of grade 3 or higher in percent
SEVERE: dict[str, tuple[dict[str, Any], float | None]] = {
    "printed": ({"n_grade3plus": 5, "pct_grade3_4": 4}, 5.0),
    "grade 3 to 4": ({"n_grade3_4": 4}, 4.0),
    "grade 3 to 4 and deaths": ({"n_grade3_4": 4, "n_fatal": 1}, 5.0),
    "single grades in percent": ({"pct_grade3": 2, "pct_grade4": 0.5}, 2.5),
    "single grades, one counted as none": ({"pct_grade3": 3, "n_grade4": 0, "n_fatal": 0}, 3.0),
    "single grades and deaths": ({"n_grade3": 2, "n_grade4": 1, "n_fatal": 1}, 4.0),
    "grade 3 alone": ({"n_grade3": 2}, None),
    "deaths alone": ({"n_fatal": 2}, None),
}


@pytest.mark.parametrize(("figures", "pct"), SEVERE.values(), ids=SEVERE)
def test_the_severe_share_is_made_of_the_grades_that_a_source_prints(
    figures: dict[str, Any], pct: float | None
) -> None:
    row = {"cohort": "C", "study_design": "label", "source": "s", "n_treated": 100, **figures}
    found = grade3plus(Incidence.model_validate(row))
    assert (found.pct if found else None) == pct


@pytest.mark.parametrize(
    ("counted", "word", "severe", "severe_word"),
    [
        (100, "very_common", 100, "very_common"),
        (99, "common", 10, "common"),
        (10, "common", 9, "uncommon"),
        (9, "uncommon", 1, "uncommon"),
        (9, "uncommon", 0, "not_known"),
    ],
)
def test_frequencies_are_the_words_of_labels_for_the_headline(
    counted: int, word: str, severe: int, severe_word: str
) -> None:
    found = assessed(cohort={"n_treated": 1000, "n_any_grade": counted, "n_grade3plus": severe})
    assert (found.frequency, found.severe_frequency) == (word, severe_word)


def test_without_a_cohort_of_its_own_the_frequency_is_the_label_s_or_not_known() -> None:
    assert assessed(frequency={"frequency": "common"}).frequency == "common"
    of_class = assessed(others=[CLASS], label={})
    assert (of_class.frequency, of_class.any_grade, of_class.grade3plus) == ("not_known", None, None)


@pytest.mark.parametrize(
    ("given", "fatal"),
    [
        ({"cohort": {"n_treated": 50, "n_any_grade": 5, "n_fatal": 1}}, "yes"),
        ({"cohort": {"n_treated": 50, "n_any_grade": 5}, "others": [{"pct_fatal": 0.5}]}, "yes"),
        ({"cohort": {"n_treated": 50, "n_any_grade": 5, "n_fatal": 0}}, "none_reported"),
        ({"cohort": {"n_treated": 50, "n_any_grade": 5, "n_fatal": 0}, "fatal": True}, "yes"),
        ({"cohort": {"n_treated": 50, "n_any_grade": 5}}, "not_known"),
        ({"others": [{**CLASS, "n_fatal": 1}]}, "not_known"),  # a death under another medicine of the class
    ],
)
def test_a_death_is_told_wherever_it_was_seen(given: dict[str, Any], fatal: str) -> None:
    assert assessed(**given).fatal_cases == fatal


def test_context_is_not_evidence_of_a_link() -> None:
    assert assessed(evidence="context").strongest_evidence is None


def test_a_class_figure_is_not_evidence_for_one_drug() -> None:
    assert assessed(others=[{"class_level": True, "n_treated": 10, "n_any_grade": 5}]).strongest_evidence is None


@pytest.mark.parametrize("outcome", ["n_grade1", "pct_grade1_2", "pct_grade3", "n_fatal"])
def test_a_case_of_any_grade_is_evidence_of_a_link(outcome: str) -> None:
    assert assessed(cohort={"n_treated": 50, outcome: 1}).strongest_evidence == "prospective_cohort"


def test_a_cohort_without_a_case_is_not_evidence_of_a_link() -> None:
    assert assessed(cohort={"n_treated": 50, "n_any_grade": 0}).strongest_evidence is None


@pytest.mark.parametrize(
    ("cohort", "says"),
    [
        ({"n_treated": 165, "n_any_grade": 119, "pct_any_grade": 72.1}, "any grade 119 of 165 (72.1%; 95% interval 64.8 to 78.4%); grade 3 or higher not printed by the source."),
        ({"n_treated": 200, "pct_any_grade": 70}, "any grade 70% of 200 (95% interval 63.3 to 75.9%); grade 3 or higher not printed by the source."),
        ({"n_any_grade": 7, "pct_any_grade": 70}, "any grade 70%; grade 3 or higher not printed by the source."),
        ({"pct_any_grade": 5, "pct_grade3plus": 1}, "any grade 5%; grade 3 or higher 1%."),
        ({"n_treated": 50, "n_any_grade": 45, "n_grade3plus": 10, "n_fatal": 2}, "any grade 45 of 50 (90%; 95% interval 78.6 to 95.7%); grade 3 or higher 10 of 50 (20%; 95% interval 11.2 to 33.0%); fatal in 2."),
        ({"n_treated": 123, "n_any_grade": 71, "n_grade3plus": 0}, "any grade 71 of 123 (57.7%; 95% interval 48.9 to 66.1%); grade 3 or higher 0 of 123 (at most 3.0%)."),
    ],
)  # fmt: skip
def test_the_figures_behind_a_tier_stand_with_their_interval_where_the_number_treated_is_known(
    cohort: dict[str, Any], says: str
) -> None:
    assert assessed(cohort=cohort).why.split("Headline cohort C: ")[1] == says


def test_a_warning_without_a_rate_says_that_none_was_found() -> None:
    for given in ({"engaging": True}, {"label": {"boxed_warning_crs": True}}):
        assert assessed(**given).why.endswith("No rate of CRS was found in a source that could be read.")


def test_the_conditions_of_each_tier_are_told_in_words_with_its_thresholds() -> None:
    told = {
        id_: conditions(dict(tier), [RULES.frequencies[word].name for word in tier.label_frequency_in])
        for id_, tier in RULES.tiers.items()
    }
    bound = "the lower 95% bound of any-grade CRS in the deciding cohort is at least"
    assert told == {
        "highest": ["it is a T-cell-engaging immunotherapy", "the lower 95% bound of grade 3 or higher CRS in the deciding cohort is at least 10%"],
        "high": ["a boxed warning names CRS", f"{bound} 10%", "a label itself calls CRS very common"],
        "moderate": [f"{bound} 1%", "a label itself calls CRS common", "the warnings of a label name CRS"],
        "low": ["a label itself calls CRS uncommon or rare or very rare", "the lower 95% bound of any-grade CRS is below 1% in a deciding cohort of 300 patients or more"],
        "not_quantified": ["a published source links it with CRS and no other tier applies"],
    }  # fmt: skip


def test_a_threshold_of_zero_is_a_condition_and_a_flag_of_zero_is_none() -> None:
    tier = dict.fromkeys((condition.key for condition in CONDITIONS), None) | {
        "any_grade_low_pct_min": 0.0,
        "otherwise": 0,
    }
    assert conditions(tier, []) == ["the lower 95% bound of any-grade CRS in the deciding cohort is at least 0%"]


def test_every_condition_of_the_vocabulary_has_its_row_in_the_table() -> None:
    from crskb.knowledge.vocabulary import RiskTier, Term

    asked = RiskTier.model_fields.keys() - Term.model_fields.keys() - {"rank"}
    assert {condition.key for condition in CONDITIONS} | {"n_treated_min"} == asked
