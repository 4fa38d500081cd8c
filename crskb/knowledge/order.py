"""What a drug file says is to be done with an order: the schedule of doses, and the measures against CRS around each of them."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.claim import DatedClaim
from crskb.knowledge.fields import Code, Count, DoseStepWord, Measure, Percent, Place, Region, Text, Word


class LabelText(DatedClaim):
    """What one region's text says, for one brand or one use where it has several."""

    region: Region | None = Field(None, description="Region whose label says it.")
    brand: Text | None = Field(None, description="Brand whose label says it, where a drug has several.")
    indication: Text | None = Field(None, description="Use it is for, where the label differs between uses.")


class DoseStep(LabelText):
    """One dose of a schedule (label or trial), with the share of patients who had CRS after it where that is printed."""

    step: DoseStepWord = Field(description="Which dose: an id of vocabularies/dose_step.yaml.")
    cycle: Count | None = Field(None, description="Cycle that the day belongs to.")
    day: Code | None = Field(None, description="Day on which it is given, as printed, such as 1 or 2 to 4 days after.")
    dose: Text = Field(description="The dose as printed, with its unit.")
    n_treated: Count | None = Field(None, description="Patients given this dose and assessed for CRS.")
    n_crs: Count | None = Field(None, description="Patients with CRS after this dose.")
    pct_crs: Percent | None = Field(None, description="Percent with CRS after this dose, as printed.")
    note: Text | None = Field(None, description="What a reader must know of this dose.")


class Mitigation(LabelText):
    """What is done against CRS with this drug."""

    measure: Word[Measure] = Field(description="Sort of measure.")
    applies_to: list[DoseStepWord] = Field(
        [], description="Doses it is for: ids of vocabularies/dose_step.yaml; absent where it is for all."
    )
    place: Word[Place] | None = Field(None, description="Where the patient stays.")
    hours: Count | None = Field(None, description="How long, in hours (two weeks are 336).")
    condition: Text | None = Field(
        None,
        description="When it holds, where it does not hold for every patient: a few words to follow place and time, such as if the doctor decides so.",
    )
    grade_min: int | None = Field(None, ge=1, le=5, description="Lowest grade of CRS that it follows.")
    grade_max: int | None = Field(None, ge=1, le=5, description="Highest grade of CRS that it follows.")
    detail: Text = Field(description="What is done, in our own words, with doses and times as printed.")
