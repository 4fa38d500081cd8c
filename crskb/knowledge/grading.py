"""What the files in data/clinical say of grading: what makes a grade, and how a score is counted."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.claim import Claim
from crskb.knowledge.fields import (
    CriterionPart,
    Decimal,
    FeverRule,
    Scale,
    ShownWith,
    Text,
    Word,
)
from crskb.words import Oxygen, Pressure


class GradingCriterion(Claim):
    """What makes one grade of one scale (grading_criteria.yaml)."""

    scale: Scale = Field(description="Id of the scale.")
    grade: int = Field(ge=1, le=5, description="Grade, 1 to 5.")
    summary: Text = Field(description="The whole grade in one sentence.")
    temperature: Text | None = Field(None, description="What fever counts.")
    temperature_c_min: Decimal | None = Field(
        None, ge=30, le=45, description="Lowest temperature that counts as fever, in degrees Celsius."
    )
    hypotension: Text | None = Field(None, description="What low blood pressure counts.")
    vasopressors: Text | None = Field(None, description="What need of vasopressors counts.")
    hypoxia: Text | None = Field(None, description="What low oxygen counts.")
    oxygen: Text | None = Field(None, description="What oxygen or ventilation counts.")
    organ_toxicity: Text | None = Field(None, description="What organ toxicity counts.")
    care: Text | None = Field(None, description="What care the grade calls for, where the scale grades by care.")
    ice_score: Text | None = Field(None, description="What ICE score counts, where the scale grades neurotoxicity.")
    ice_score_min: int | None = Field(None, ge=0, le=10, description="Lowest ICE score of the grade.")
    ice_score_max: int | None = Field(None, ge=0, le=10, description="Highest ICE score of the grade.")
    capd_score: Text | None = Field(
        None, description="What CAPD score counts in children, where the scale grades neurotoxicity."
    )
    consciousness: Text | None = Field(None, description="What level of consciousness counts.")
    seizure: Text | None = Field(None, description="What seizures count.")
    motor: Text | None = Field(None, description="What motor findings count.")
    raised_pressure: Text | None = Field(None, description="What raised pressure in the skull or brain oedema counts.")
    other: Text | None = Field(None, description="Anything else that decides the grade.")
    fever: Word[FeverRule] | None = Field(
        None,
        description="What fever does for this grade: enough (it makes the grade alone) or needed (nothing else makes it without fever).",
    )
    fever_treated_counts: bool | None = Field(
        None,
        description="True if fever counts as given once an antipyretic, tocilizumab or a steroid was given.",
    )
    pressure_enough: list[Pressure] = Field(
        [], description="Answers about blood pressure that make at least this grade."
    )
    pressure_may: list[Pressure] = Field(
        [], description="Answers about blood pressure that may make it, as hypotension tells more closely."
    )
    oxygen_enough: list[Oxygen] = Field([], description="Answers about oxygen that make at least this grade.")
    oxygen_may: list[Oxygen] = Field(
        [], description="Answers about oxygen that may make it, as hypoxia tells more closely."
    )
    not_asked: list[Word[CriterionPart]] = Field(
        [],
        description="Fields of this row that make the grade alone and that the three questions (fever, blood pressure, oxygen) leave out.",
    )
    ice_age_years_min: int | None = Field(None, ge=0, description="Lowest age in years that the ICE score suits.")


class GradingNote(Claim):
    """A footnote of a scale (grading_notes.yaml)."""

    scale: Scale = Field(description="Id of the scale.")
    note: Text = Field(description="The footnote.")
    shown_with: list[Word[ShownWith]] = Field([], description="Answers of the grader beside which it is shown.")


class PressureLimit(Claim):
    """Below which systolic pressure a patient of an age has hypotension (pressure_limits.yaml)."""

    population: Text = Field(description="Whom it is for.")
    age_years_min: int = Field(ge=0, description="Lowest age in years.")
    age_years_max: int | None = Field(None, description="Highest age in years; absent where no age ends it.")
    systolic_mmhg: int = Field(ge=0, description="Limit of the systolic pressure at birth or at any age, in mmHg.")
    systolic_mmhg_per_year: int = Field(0, ge=0, description="What each year of age adds to it, in mmHg.")


class ScoreItem(Claim):
    """One item of a score that a scale rests on (score_items.yaml)."""

    score: Text = Field(description="Short name of the score, such as ICE.")
    scale: Scale = Field(description="Id of the scale that uses it.")
    item: Text = Field(description="What is tested or asked.")
    how_asked: Text | None = Field(None, description="How it is asked, with an example.")
    points: int = Field(ge=1, description="Most points that the item gives.")
    scoring: Text | None = Field(None, description="How the points are given.")
