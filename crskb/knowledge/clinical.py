"""What the files in data/clinical say: one list of rows each, every row with its source."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.claim import Claim
from crskb.knowledge.drug import BrandName, Conflict, Identifiers, OtherName
from crskb.knowledge.fields import (
    Aspect,
    Count,
    Decimal,
    Direction,
    DrugClass,
    DrugId,
    FullDate,
    GuidelineKind,
    PartialDate,
    Percent,
    Record,
    Region,
    RegulatoryStatus,
    Scale,
    Severity,
    Slug,
    SourceId,
    Span,
    Text,
    Topic,
    Word,
)
from crskb.knowledge.grading import GradingCriterion, GradingNote, PressureLimit, ScoreItem


class Symptom(Claim):
    """A sign or symptom of CRS (symptoms.yaml)."""

    symptom: Text = Field(description="The sign or symptom.")
    severity: Word[Severity] = Field(description="How a reader should take it.")
    organ_system: Text | None = Field(None, description="Organ system it belongs to.")
    pct: Percent | None = Field(None, description="Percent of the cohort that had it, as printed.")
    cohort: Text | None = Field(None, description="Cohort the percentage belongs to.")
    drug: DrugId | None = Field(None, description="Drug whose product information names it, if it is one drug's.")
    advice: Text | None = Field(None, description="What to do when it appears.")
    note: Text | None = Field(None, description="What a reader must know.")


class Onset(Claim):
    """When CRS starts and how long it lasts, by class (onset.yaml)."""

    drug_class: DrugClass | None = Field(
        None, description="Class of medicine; absent where it is about CRS as a whole."
    )
    cause: Text | None = Field(
        None, description="Cause that is not a class of medicine, such as haploidentical transplantation."
    )
    typical: Text = Field(description="Typical course in one sentence.")
    cohort: Text | None = Field(None, description="Cohort the figures belong to.")
    n_treated: Count | None = Field(None, description="Patients in the cohort.")
    onset_median_days: Decimal | None = Field(None, ge=0, description="Median days to onset.")
    onset_range_days: Span | None = Field(None, description="Earliest and latest onset in days.")
    duration_median_days: Decimal | None = Field(None, ge=0, description="Median duration in days.")
    duration_range_days: Span | None = Field(None, description="Shortest and longest duration in days.")
    figures: Text | None = Field(None, description="Further printed figures, with their units.")


class ClinicalRiskFactor(Claim):
    """What moves the risk of CRS, by class (risk_factors.yaml)."""

    factor: Text = Field(description="The factor.")
    direction: Word[Direction] = Field(description="Which way it moves the risk.")
    drug_class: DrugClass | None = Field(
        None, description="Class of medicine; absent where it is about CRS as a whole."
    )
    cause: Text | None = Field(None, description="Cause that is not a class of medicine.")
    endpoint: Text | None = Field(None, description="What was measured, in whom.")
    effect: Text | None = Field(None, description="Size of the effect as printed, with its interval.")
    note: Text | None = Field(None, description="What a reader must know.")


class Differential(Claim):
    """What mimics CRS (differentials.yaml)."""

    condition: Text = Field(description="The condition.")
    overlap: Text | None = Field(None, description="What it shares with CRS.")
    how_to_tell_apart: Text | None = Field(None, description="What tells it apart.")


class Guideline(Claim):
    """A text that advises by grade, and for which medicines (guidelines.yaml); its advice stands in management.yaml."""

    id: Slug = Field(description="Id.")
    name: Text = Field(description="Its name, as management.yaml writes it.")
    kind: Word[GuidelineKind] = Field(description="What sort of text it is.")
    drug_class: DrugClass | None = Field(
        None, description="Class of medicine it is for; absent where what was read names none."
    )
    drug: DrugId | None = Field(None, description="Drug it is for, if it is one drug's.")


class Management(Claim):
    """What one guideline says to do at one grade (management.yaml)."""

    guideline: Text = Field(description="Guideline, with year.")
    grade: int | None = Field(None, ge=1, le=5, description="Grade it is for; absent where it is for all.")
    grading_scale: Scale | None = Field(None, description="Scale the grade belongs to.")
    topic: Topic = Field(description="Sort of advice: an id of vocabularies/management_topic.yaml.")
    advice: Text = Field(
        description="What the guideline says, in our own words; an option for professionals, not an order."
    )
    population: Text | None = Field(None, description="Whom it is for.")


class TreatmentRegulatory(Claim):
    """Whether a treatment is approved for CRS in one region."""

    region: Region = Field(description="Region.")
    status: Word[RegulatoryStatus] = Field(description="Status for CRS there.")
    date: PartialDate | None = Field(None, description="Date of the decision.")
    note: Text | None = Field(None, description="What exactly is approved, for whom.")


class DoseRule(Claim):
    """What one text prescribes for a range of body weight, so that a weight gives a dose."""

    region: Region = Field(description="Region of the text.")
    from_kg: Decimal | None = Field(
        None, gt=0, description="Body weight from which it applies, kg; absent where it has no lower end."
    )
    below_kg: Decimal | None = Field(
        None, gt=0, description="Body weight below which it applies, kg; absent where it has no upper end."
    )
    mg_per_kg: Decimal = Field(gt=0, description="Dose, mg per kg of body weight.")
    max_mg: Decimal | None = Field(None, gt=0, description="Highest single dose, mg.")
    infusion_minutes: Decimal | None = Field(None, gt=0, description="How long one infusion takes, minutes.")
    interval_hours: Decimal | None = Field(None, gt=0, description="Least time between two doses, hours.")
    most_doses: int | None = Field(None, ge=1, description="Most doses in all, the first one among them.")


class TreatmentEvidence(Claim):
    """What was seen when CRS was treated with it."""

    cohort: Text = Field(description="Who was treated.")
    n_treated: Count | None = Field(None, description="Patients treated.")
    n_response: Count | None = Field(None, description="Patients whose CRS answered.")
    pct_response: Percent | None = Field(None, description="Percent whose CRS answered.")
    finding: Text | None = Field(None, description="What was found.")


class Treatment(Claim):
    """A medicine used against CRS (treatments.yaml); it is found by name as a treatment."""

    name: Text = Field(description="International nonproprietary name.")
    treatment_class: Text = Field(description="Class of medicine.")
    summary: Text = Field(description="Its place in CRS in one sentence.")
    brand_names: list[BrandName] = Field([], description="Brand names.")
    other_names: list[OtherName] = Field([], description="Other names, biosimilars among them.")
    identifiers: Identifiers = Field(Identifiers(), description="Codes in other systems.")
    dose: Text | None = Field(None, description="Dose against CRS as printed.")
    dose_rules: list[DoseRule] = Field([], description="The dose as a rule by body weight, where one text gives one.")
    regulatory: list[TreatmentRegulatory] = Field([], description="Approvals for CRS by region.")
    evidence: list[TreatmentEvidence] = Field([], description="What was seen.")
    note: Text | None = Field(None, description="What a reader must know.")


class PatientAdvice(Claim):
    """Advice that patients get (patient_advice.yaml)."""

    topic: Text = Field(description="What it is about.")
    advice: Text = Field(description="The advice.")
    applies_to: Text | None = Field(None, description="Which medicines, in words.")
    drugs: list[DrugId] = Field([], description="Ids of the medicines, where it is about single ones.")
    region: Region | None = Field(None, description="Where.")
    date: PartialDate | None = Field(None, description="When it was given or changed.")
    superseded: bool = Field(False, description="True where later advice replaces it.")


class MetaAnalysis(Claim):
    """A pooled rate over many studies (meta_analyses.yaml); never a headline."""

    drug_class: DrugClass | None = Field(None, description="Class of medicine.")
    scope: Text = Field(description="Which studies and patients.")
    outcome: Text = Field(description="What was pooled.")
    pooled_pct: Percent | None = Field(None, description="Pooled percent.")
    pooled_pct_ci: Span | None = Field(None, description="95% interval of the pooled percent.")
    n_studies: Count | None = Field(None, description="Studies.")
    n_patients: Count | None = Field(None, description="Patients.")
    note: Text | None = Field(None, description="What a reader must know.")


class OtherCause(Claim):
    """A cause of CRS that is not a listed drug (other_causes.yaml)."""

    cause: Text = Field(description="The cause.")
    finding: Text = Field(description="What was seen.")


class Background(Claim):
    """General facts about CRS (background.yaml): how it is diagnosed, what immunotherapy is used for, outlook, disclaimer."""

    topic: Word[Aspect] = Field(description="What the fact is about.")
    text: Text = Field(description="The fact, in our own words.")


class Reviewed(Record):
    """A medicine that was looked at and is not listed (data/reviewed.yaml)."""

    name: Text = Field(description="International nonproprietary name.")
    brand_names: list[BrandName] = Field([], description="Brand names.")
    other_names: list[OtherName] = Field([], description="Other names.")
    identifiers: Identifiers = Field(Identifiers(), description="Codes in other systems.")
    drug_class: DrugClass | None = Field(None, description="Id of the class of listed drugs that it belongs to.")
    read: Text = Field(
        pattern=r" (read|read in part|searched|made)$",
        description="How much of what was read, told first in an answer: Parts of the US label were read.",
    )
    reason: Text = Field(description="Why it is not listed, in one sentence that a pharmacist can read.")
    reviewed_on: FullDate = Field(description="Day it was looked at.")
    sources: list[SourceId] = Field(min_length=1, description="Ids of the sources that were read.")


class Change(Record):
    """What changed for readers on a day (data/changes.yaml), newest first."""

    date: FullDate = Field(description="Day of the change.")
    drug: DrugId | None = Field(None, description="Id of the drug it is about, if it is about one.")
    summary: Text = Field(description="What changed, in one sentence.")


CLINICAL: dict[str, type[Record]] = {
    "grading_criteria": GradingCriterion,
    "grading_notes": GradingNote,
    "pressure_limits": PressureLimit,
    "score_items": ScoreItem,
    "symptoms": Symptom,
    "onset": Onset,
    "risk_factors": ClinicalRiskFactor,
    "differentials": Differential,
    "guidelines": Guideline,
    "management": Management,
    "treatments": Treatment,
    "patient_advice": PatientAdvice,
    "meta_analyses": MetaAnalysis,
    "other_causes": OtherCause,
    "background": Background,
    "conflicts": Conflict,
}
