"""What a drug file says of one cohort: how often CRS was seen, how severe, when, and what it was treated with."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.claim import DatedClaim
from crskb.knowledge.fields import (
    Code,
    Count,
    Decimal,
    DrugId,
    Percent,
    Population,
    Record,
    Scale,
    ShareOf,
    Span,
    StudyDesign,
    Text,
    Word,
)


class Trial(Record):
    """A registered study."""

    name: Text | None = Field(None, description="Short name of the trial.")
    nct: Code | None = Field(None, pattern=r"^NCT\d{8}$", description="ClinicalTrials.gov number.")


# Outcomes that a cohort counts, each with a field n_... and a field pct_...
OUTCOMES = ("any_grade", "grade1", "grade2", "grade1_2", "grade3", "grade4", "grade3_4", "grade3plus", "fatal")


class Incidence(DatedClaim):
    """How often CRS was seen in one cohort. Percentages are as printed; counts only where printed."""

    cohort: Text = Field(description="Name of the cohort, unique within the drug.")
    headline: bool = Field(False, description="True for the one row that the tier and the list pages use.")
    headline_reason: Text | None = Field(None, description="Why this row decides where others differ.")
    labelled_use: bool | None = Field(
        None,
        description="True for the use, dose and patients of an approved label; false for another use, dose or definition of CRS; absent where no label exists.",
    )
    study_design: Word[StudyDesign] = Field(description="How the cohort came about.")
    trial: Trial | None = Field(None, description="The trial the cohort belongs to.")
    population: Word[Population] | None = Field(None, description="Who was treated.")
    indication: Text | None = Field(None, description="Disease treated.")
    dose: Text | None = Field(None, description="Dose or schedule of the cohort.")
    prophylaxis: Text | None = Field(
        None,
        description="Measure against CRS under test, such as prophylactic tocilizumab; such a row is never the headline.",
    )
    other_agents: Text | None = Field(None, description="Other medicines given with it that bear on the rate.")
    n_treated: Count | None = Field(None, description="Patients treated and assessed for CRS.")
    n_any_grade: Count | None = Field(None, description="Patients with CRS of any grade.")
    pct_any_grade: Percent | None = Field(None, description="Percent with CRS of any grade, as printed.")
    n_grade1: Count | None = Field(None, description="Patients whose worst CRS was grade 1.")
    pct_grade1: Percent | None = Field(None, description="Percent whose worst CRS was grade 1.")
    n_grade2: Count | None = Field(None, description="Patients whose worst CRS was grade 2.")
    pct_grade2: Percent | None = Field(None, description="Percent whose worst CRS was grade 2.")
    n_grade1_2: Count | None = Field(None, description="Patients whose worst CRS was grade 1 or 2.")
    pct_grade1_2: Percent | None = Field(None, description="Percent whose worst CRS was grade 1 or 2.")
    n_grade3: Count | None = Field(None, description="Patients whose worst CRS was grade 3.")
    pct_grade3: Percent | None = Field(None, description="Percent whose worst CRS was grade 3.")
    n_grade4: Count | None = Field(None, description="Patients whose worst CRS was grade 4.")
    pct_grade4: Percent | None = Field(None, description="Percent whose worst CRS was grade 4.")
    n_grade3_4: Count | None = Field(
        None, description="Patients with grade 3 or 4, where the source prints these without grade 5."
    )
    pct_grade3_4: Percent | None = Field(
        None, description="Percent with grade 3 or 4, where the source prints these without grade 5."
    )
    n_grade3plus: Count | None = Field(None, description="Patients with CRS of grade 3 or higher.")
    pct_grade3plus: Percent | None = Field(None, description="Percent with CRS of grade 3 or higher.")
    n_fatal: Count | None = Field(None, description="Patients who died of CRS.")
    pct_fatal: Percent | None = Field(None, description="Percent who died of CRS.")
    fatal_note: Text | None = Field(None, description="What a reader must know of the deaths.")
    grading_scale: Scale | None = Field(
        None, description="Grading scale used: an id of vocabularies/grading_scale.yaml."
    )
    grading_note: Text | None = Field(None, description="What a reader must know of the grading.")
    onset_median_days: Decimal | None = Field(None, ge=0, description="Median days from first dose to CRS.")
    onset_median_hours: Decimal | None = Field(None, ge=0, description="Median hours from the latest dose to CRS.")
    onset_range_days: Span | None = Field(None, description="Earliest and latest onset in days.")
    onset_range_hours: Span | None = Field(None, description="Earliest and latest onset in hours.")
    onset_iqr_days: Span | None = Field(None, description="Interquartile range of onset in days.")
    onset_note: Text | None = Field(None, description="What the onset counts from, and for which patients.")
    duration_median_days: Decimal | None = Field(None, ge=0, description="Median days CRS lasted.")
    duration_median_hours: Decimal | None = Field(None, ge=0, description="Median hours CRS lasted.")
    duration_range_days: Span | None = Field(None, description="Shortest and longest duration in days.")
    duration_range_hours: Span | None = Field(None, description="Shortest and longest duration in hours.")
    duration_iqr_days: Span | None = Field(None, description="Interquartile range of the duration in days.")
    duration_note: Text | None = Field(None, description="What a reader must know of the duration.")
    n_tocilizumab: Count | None = Field(None, description="Patients given tocilizumab.")
    pct_tocilizumab: Percent | None = Field(None, description="Percent given tocilizumab.")
    pct_tocilizumab_of: Word[ShareOf] | None = Field(
        None,
        description="Whether that is of all treated or of those with CRS; absent where the source does not say.",
    )
    n_corticosteroid: Count | None = Field(None, description="Patients given corticosteroids for CRS.")
    pct_corticosteroid: Percent | None = Field(None, description="Percent given corticosteroids for CRS.")
    pct_corticosteroid_of: Word[ShareOf] | None = Field(
        None,
        description="Whether that is of all treated or of those with CRS; absent where the source does not say.",
    )
    n_recurrent: Count | None = Field(None, description="Patients with more than one CRS event.")
    pct_recurrent: Percent | None = Field(None, description="Percent with more than one CRS event.")
    n_resolved: Count | None = Field(None, description="Patients whose CRS resolved.")
    pct_resolved: Percent | None = Field(None, description="Percent of those with CRS whose CRS resolved.")
    other_figures: Text | None = Field(None, description="Further printed figures that have no field of their own.")
    comparator: Text | None = Field(None, description="Rate in the comparison arm.")
    class_level: bool = Field(
        False, description="True where the figures are of several medicines together; such a row is never the headline."
    )
    counted_in: Text | None = Field(
        None, description="Cohort of this drug that already counts these patients, so that no total adds them twice."
    )
    counted_in_drug: DrugId | None = Field(None, description="Other drug whose file holds the same pooled patients.")
    arithmetic_note: Text | None = Field(
        None,
        description="Set where the source's own count and percentage do not agree: what it prints, and what was kept.",
    )
    note: Text | None = Field(
        None, description="What a reader must know, such as why another source prints another figure."
    )
