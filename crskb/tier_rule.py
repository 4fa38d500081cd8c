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
    """What of one drug decides its tier. Bounds are in percent, of the cohort that decides; None where not known.

    The texts complete the sentence that explains the tier: which cohort decides, the targets, the regions whose labels warn (each
    as " (US, EU)" or empty), the label's word of frequency, and what was seen where nothing decides.
    """

    t_cell_engaging: bool = False
    any_grade_low_pct: float | None = None
    grade3plus_low_pct: float | None = None
    n_treated: int | None = None
    boxed_warning: bool = False
    label_warning: bool = False
    label_frequency: str | None = None
    cohort_text: str = "the headline cohort"
    targets_text: str = ""
    boxed_warning_text: str = ""
    label_warning_text: str = ""
    label_frequency_text: str = ""
    seen_text: str = ""


@dataclass(frozen=True)
class Condition:
    """One key of a tier: whether it holds for a drug, what it asks (with {value}, the tier's own), and the reason it gives."""

    key: str
    holds: Callable[[Facts, Any, Mapping[str, Any]], bool]
    asks: str
    reason: str


def _reaches(figure: float | None, threshold: float) -> bool:
    return figure is not None and figure >= threshold


# In the order in which they are asked: the first that holds is the reason.
CONDITIONS = (
    Condition(
        "t_cell_engaging",
        lambda facts, _value, _tier: facts.t_cell_engaging,
        "it is a T-cell-engaging immunotherapy",
        "it is a T-cell-engaging immunotherapy{facts.targets_text}",
    ),
    Condition(
        "grade3plus_low_pct_min",
        lambda facts, value, _tier: _reaches(facts.grade3plus_low_pct, value),
        "the lower 95% bound of grade 3 or higher CRS in the deciding cohort is at least {value:g}%",
        "the lower 95% bound of grade 3 or higher CRS in {facts.cohort_text} reaches {value:g}%",
    ),
    Condition(
        "boxed_warning",
        lambda facts, _value, _tier: facts.boxed_warning,
        "a boxed warning names CRS",
        "a boxed warning names CRS{facts.boxed_warning_text}",
    ),
    Condition(
        "any_grade_low_pct_min",
        lambda facts, value, _tier: _reaches(facts.any_grade_low_pct, value),
        "the lower 95% bound of any-grade CRS in the deciding cohort is at least {value:g}%",
        "the lower 95% bound of any-grade CRS in {facts.cohort_text} reaches {value:g}%",
    ),
    Condition(
        "label_frequency_in",
        lambda facts, value, _tier: facts.label_frequency in value,
        "a label itself calls CRS {value}",
        "a label calls CRS {facts.label_frequency_text}",
    ),
    Condition(
        "label_warning",
        lambda facts, _value, _tier: facts.label_warning,
        "the warnings of a label name CRS",
        "the warnings of a label name CRS{facts.label_warning_text}",
    ),
    Condition(
        "any_grade_low_pct_below",
        lambda facts, value, tier: (
            _reaches(facts.n_treated, tier["n_treated_min"])
            and facts.any_grade_low_pct is not None
            and facts.any_grade_low_pct < value
        ),
        "the lower 95% bound of any-grade CRS is below {value:g}% in a deciding cohort of {tier[n_treated_min]} patients or more",
        "the lower 95% bound of any-grade CRS in {facts.cohort_text} stays below {value:g}% in {tier[n_treated_min]} patients or more",
    ),
    Condition(
        "otherwise",
        lambda _facts, _value, _tier: True,
        "a published source links it with CRS and no other tier applies",
        "a published source links it with CRS, but {facts.seen_text}; this is not the same as low",
    ),
)


def reason(tier: Mapping[str, Any], facts: Facts) -> str | None:
    """The reason for which this tier applies, as the middle of a sentence; None if it does not."""
    for condition, value in _conditions(tier):
        if condition.holds(facts, value, tier):
            return condition.reason.format(value=value, facts=facts, tier=tier)
    return None


def conditions(tier: Mapping[str, Any], frequencies: Sequence[str]) -> list[str]:
    """The conditions of a tier in words, any one of which is enough; `frequencies` are the names of its label_frequency_in."""
    words = " or ".join(frequencies).lower()
    return [
        condition.asks.format(value=words if condition.key == "label_frequency_in" else value, tier=tier)
        for condition, value in _conditions(tier)
    ]


def _conditions(tier: Mapping[str, Any]) -> Iterator[tuple[Condition, Any]]:
    """The conditions that the tier has, each with its value; a flag that is not set (also as 0) and an empty list are none."""
    for condition in CONDITIONS:
        value = tier[condition.key]
        if value or (value is not None and "{value:g}" in condition.asks):
            yield condition, value
