"""The rule of the tiers of relative risk: one table of conditions, which the build asks of a drug and the site tells its readers.

Which conditions a tier has, and with what threshold, stands in data/vocabularies/relative_risk.yaml; this table says what each
of its keys asks. A tier applies if any of its conditions holds. Nothing here needs the YAML files or their models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Facts:
    """What of one drug decides its tier. Percentages are of its headline cohort; None where not known.

    The texts complete the sentence that explains the tier: the targets, the regions whose labels warn (each as " (US, EU)" or
    empty), the name of the strongest kind of evidence, and what was seen where nothing decides.
    """

    t_cell_engaging: bool = False
    any_grade_pct: float | None = None
    any_grade_low_pct: float | None = None
    grade3plus_low_pct: float | None = None
    boxed_warning: bool = False
    label_warning: bool = False
    strongest_evidence: str | None = None
    targets_text: str = ""
    boxed_warning_text: str = ""
    label_warning_text: str = ""
    evidence_text: str = ""
    seen_text: str = ""


@dataclass(frozen=True)
class Condition:
    """One key of a tier: whether it holds for a drug, what it asks (with {value}, the tier's own), and the reason it gives."""

    key: str
    holds: Callable[[Facts, Any], bool]
    asks: str
    reason: str


def _reaches(figure: float | None, threshold: float) -> bool:
    return figure is not None and figure >= threshold


# In the order in which they are asked: the first that holds is the reason.
CONDITIONS = (
    Condition(
        "t_cell_engaging",
        lambda facts, _: facts.t_cell_engaging,
        "it is a T-cell-engaging immunotherapy",
        "it is a T-cell-engaging immunotherapy{facts.targets_text}",
    ),
    Condition(
        "grade3plus_low_pct_min",
        lambda facts, value: _reaches(facts.grade3plus_low_pct, value),
        "the lower 95% bound of grade 3 or higher CRS in the headline cohort is at least {value:g}%",
        "the lower 95% bound of grade 3 or higher CRS in the headline cohort reaches {value:g}%",
    ),
    Condition(
        "any_grade_low_pct_min",
        lambda facts, value: _reaches(facts.any_grade_low_pct, value),
        "the lower 95% bound of any-grade CRS in the headline cohort is at least {value:g}%",
        "the lower 95% bound of any-grade CRS in the headline cohort reaches {value:g}%",
    ),
    Condition(
        "boxed_warning",
        lambda facts, _: facts.boxed_warning,
        "a boxed warning names CRS",
        "a boxed warning names CRS{facts.boxed_warning_text}",
    ),
    Condition(
        "any_grade_pct_min",
        lambda facts, value: _reaches(facts.any_grade_pct, value),
        "any-grade CRS in the headline cohort is at least {value:g}%",
        "any-grade CRS in the headline cohort reaches {value:g}%",
    ),
    Condition(
        "label_warning",
        lambda facts, _: facts.label_warning,
        "the warnings of a label name CRS",
        "the warnings of a label name CRS{facts.label_warning_text}",
    ),
    Condition(
        "any_grade_pct_below",
        lambda facts, value: facts.any_grade_pct is not None and facts.any_grade_pct < value,
        "any-grade CRS in the headline cohort is below {value:g}%",
        "any-grade CRS in the headline cohort stays below {value:g}%",
    ),
    Condition(
        "strongest_evidence_in",
        lambda facts, value: facts.strongest_evidence in value,
        "the strongest evidence is {value}",
        "the strongest evidence is of the kind {facts.evidence_text}",
    ),
    Condition(
        "otherwise",
        lambda _facts, _: True,
        "a published source links it with CRS and no other tier applies",
        "a published source links it with CRS, but {facts.seen_text}; this is not the same as low",
    ),
)


def reason(tier: Mapping[str, Any], facts: Facts) -> str | None:
    """The reason for which this tier applies, as the middle of a sentence; None if it does not."""
    for condition, value in _conditions(tier):
        if condition.holds(facts, value):
            return condition.reason.format(value=value, facts=facts)
    return None


def conditions(tier: Mapping[str, Any], evidence: Sequence[str]) -> list[str]:
    """The conditions of a tier in words, any one of which is enough; `evidence` names the kinds of its strongest_evidence_in."""
    kinds = " or ".join(evidence).lower()
    return [
        condition.asks.format(value=kinds if condition.key == "strongest_evidence_in" else value)
        for condition, value in _conditions(tier)
    ]


def _conditions(tier: Mapping[str, Any]) -> Iterator[tuple[Condition, Any]]:
    """The conditions that the tier has, each with its value; a flag that is not set (also as 0) and an empty list are none."""
    for condition in CONDITIONS:
        value = tier[condition.key]
        if value or (value is not None and "{value:g}" in condition.asks):
            yield condition, value
