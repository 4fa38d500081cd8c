"""One short function per rule over the whole of data/; its docstring is what readers of the README see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from crskb.errors import InvalidData, Problem
from crskb.knowledge.checks import (
    accepted,
    advice,
    classes,
    entries,
    figures,
    grading,
    headlines,
    names,
    product_codes,
    references,
    regimens,
    tiers,
    treatments,
    wording,
)
from crskb.knowledge.load import Knowledge, load

Check = Callable[[Knowledge], Iterator[Problem]]

CHECKS: list[Check] = [
    entries.file_name_is_slug,
    entries.ids_never_reused,
    entries.dates_not_in_future,
    entries.approved_drugs_have_regulatory_rows,
    entries.modality_agrees_with_flag,
    entries.vocabularies_complete,
    references.sources_exist,
    references.sources_usable,
    references.sources_used,
    references.sources_unique,
    references.sources_linked,
    references.sources_followed,
    references.source_kind_read,
    references.terms_exist,
    names.names_unique,
    names.names_apart,
    names.identifiers_unique,
    names.identifiers_sourced,
    product_codes.product_codes_of_drugs,
    product_codes.product_codes_unique,
    classes.class_words_unique,
    classes.classes_nested,
    classes.atc_groups_sourced,
    regimens.regimen_names_unique,
    regimens.regimen_members_known,
    figures.counts_within_treated,
    figures.percentages_agree,
    figures.doses_agree,
    figures.grades_add_up,
    figures.spans_ordered,
    figures.cohorts_unique,
    figures.patients_counted_once,
    headlines.one_headline,
    headlines.headline_suits,
    headlines.headline_of_labelled_use,
    headlines.headline_not_milder,
    headlines.headline_sourced,
    wording.summary_figures,
    wording.past_text_marked,
    wording.rems_dated,
    tiers.relative_risk_agrees,
    tiers.drugs_linked_with_crs,
    advice.patient_advice,
    advice.grades_told,
    advice.guidelines_described,
    treatments.dose_rules_apart,
    treatments.dose_rules_printed,
    grading.criteria_rise,
    grading.criteria_told,
    accepted.accepted_warnings_given,
]


def name_of(check: Check) -> str:
    """The name of a check as it stands in a problem."""
    return check.__name__.replace("_", "-")


def check(knowledge: Knowledge) -> list[Problem]:
    """All problems, those met while reading among them, in the order of files and lines, but for warnings that are accepted."""
    everything = knowledge.as_read or knowledge
    found = knowledge.problems + [problem for function in CHECKS for problem in function(everything)]
    return sorted(problem for problem in found if not accepted.accepted(everything, problem))


def load_checked(data: Path) -> tuple[Knowledge, list[Problem]]:
    """The knowledge in `data` and its warnings; raises InvalidData with every problem if any is an error."""
    knowledge = load(data)
    problems = check(knowledge)
    if any(problem.level == "error" for problem in problems):
        raise InvalidData(problems)
    return knowledge, problems
