"""The shape of the clinical reference in JSON."""

from __future__ import annotations

from typing import Annotated, TypedDict

from crskb.web.api.drug_shapes import Cited, Conflict, Name, RiskFactor, Stamp


class RiskTier(TypedDict):
    """A tier of relative risk with its rule."""

    id: Annotated[str, "Id."]
    rank: Annotated[int, "1 is the highest risk."]
    name: Annotated[str, "Tier as readers see it."]
    definition: Annotated[str, "What it means and when it applies."]
    drug_count: Annotated[int, "Listed drugs in it."]


class GradingScale(TypedDict):
    """A scale on which CRS is graded."""

    id: Annotated[str, "Id."]
    name: Annotated[str, "Scale as readers see it."]
    definition: Annotated[str, "What it is."]
    published: Annotated[str | None, "When."]
    intended_for: Annotated[str | None, "What it was made for."]
    driven_by: Annotated[str | None, "What decides the grade."]
    organ_toxicity_counts: Annotated[bool | None, "Whether organ toxicity changes the grade."]
    note: Annotated[str | None, "What a reader must know."]
    source_id: Annotated[str | None, "Id of the source."]
    locator: Annotated[str | None, "Where in the source."]


class GradingCriterion(Cited):
    """What one grade of one scale asks for."""

    scale_id: Annotated[str, "Id of the scale."]
    grade: Annotated[int, "1 to 5."]
    summary: Annotated[str, "The grade in one line."]
    temperature: Annotated[str | None, "Temperature."]
    temperature_c_min: Annotated[float | None, "Lowest temperature, degrees Celsius."]
    hypotension: Annotated[str | None, "Blood pressure."]
    vasopressors: Annotated[str | None, "Vasopressors."]
    hypoxia: Annotated[str | None, "Hypoxia."]
    oxygen: Annotated[str | None, "Oxygen."]
    organ_toxicity: Annotated[str | None, "Organ toxicity."]
    care: Annotated[str | None, "Care."]
    other: Annotated[str | None, "Anything else."]


class GradingNote(Cited):
    """What a reader of a scale must know."""

    scale_id: Annotated[str, "Id of the scale."]
    note: Annotated[str, "The note."]


class Symptom(Cited):
    """A sign of CRS."""

    symptom: Annotated[str, "The sign."]
    severity: Annotated[str, "mild, severe or emergency."]
    organ_system: Annotated[str | None, "Organ system."]
    pct: Annotated[float | None, "How often, percent."]
    cohort: Annotated[str | None, "In which cohort."]
    drug_id: Annotated[str | None, "Under which drug."]
    advice: Annotated[str | None, "What to do."]
    note: Annotated[str | None, "What a reader must know."]


class Onset(Cited):
    """When CRS comes, by class or cause."""

    drug_class: Annotated[str | None, "Id of the class."]
    class_name: Annotated[str | None, "Class as readers see it."]
    cause: Annotated[str | None, "Cause, if no class."]
    typical: Annotated[str, "When, in words."]
    cohort: Annotated[str | None, "Cohort."]
    n_treated: Annotated[int | None, "Patients."]
    onset_median_days: Annotated[float | None, "Median onset."]
    onset_min_days: Annotated[float | None, "Earliest."]
    onset_max_days: Annotated[float | None, "Latest."]
    duration_median_days: Annotated[float | None, "Median duration."]
    duration_min_days: Annotated[float | None, "Shortest."]
    duration_max_days: Annotated[float | None, "Longest."]
    figures: Annotated[str | None, "Further figures, in words."]


class ClassRiskFactor(RiskFactor):
    """What moves the risk with a class or cause."""

    drug_class: Annotated[str | None, "Id of the class."]
    class_name: Annotated[str | None, "Class as readers see it."]


class Differential(Cited):
    """What mimics CRS."""

    condition: Annotated[str, "The condition."]
    overlap: Annotated[str | None, "What it shares with CRS."]
    how_to_tell_apart: Annotated[str | None, "How to tell."]


class Management(Cited):
    """What a guideline advises."""

    guideline: Annotated[str, "The guideline."]
    grade: Annotated[int | None, "Grade of CRS."]
    grading_scale: Annotated[str | None, "Scale of that grade."]
    topic: Annotated[str, "Id of the topic."]
    topic_name: Annotated[str, "Topic as readers see it."]
    advice: Annotated[str, "What the guideline says."]
    population: Annotated[str | None, "For whom."]


class TreatmentApproval(Cited):
    """Where a treatment of CRS stands in one region."""

    region: Annotated[str, "Region."]
    status: Annotated[str, "Status there."]
    date: Annotated[str | None, "Date of any precision."]
    note: Annotated[str | None, "What a reader must know."]


class TreatmentEvidence(Cited):
    """How a treatment did in one cohort."""

    cohort: Annotated[str, "Cohort."]
    n_treated: Annotated[int | None, "Patients."]
    n_response: Annotated[int | None, "Patients who responded."]
    pct_response: Annotated[float | None, "Percent."]
    finding: Annotated[str | None, "In words."]


class Treatment(Cited):
    """A medicine used against CRS."""

    id: Annotated[str, "Id."]
    name: Annotated[str, "Name."]
    treatment_class: Annotated[str, "What kind of medicine it is."]
    summary: Annotated[str, "What it does."]
    dose: Annotated[str | None, "Dose as the source prints it."]
    atc_code: Annotated[str | None, "ATC code."]
    note: Annotated[str | None, "What a reader must know."]
    names: Annotated[list[Name], "All names."]
    regulatory: Annotated[list[TreatmentApproval], "Where it stands by region."]
    evidence: Annotated[list[TreatmentEvidence], "How it did."]


class PatientAdvice(Cited):
    """What patients are told."""

    topic: Annotated[str, "Topic."]
    advice: Annotated[str, "The advice."]
    applies_to: Annotated[str | None, "For whom."]
    region: Annotated[str | None, "Region."]
    date: Annotated[str | None, "Date."]
    superseded: Annotated[bool, "True if it no longer holds."]


class MetaAnalysis(Cited):
    """A pooled rate."""

    drug_class: Annotated[str | None, "Id of the class."]
    class_name: Annotated[str | None, "Class as readers see it."]
    scope: Annotated[str, "What was pooled."]
    outcome: Annotated[str, "Which outcome."]
    pooled_pct: Annotated[float | None, "Pooled percent."]
    pooled_low: Annotated[float | None, "Lower bound."]
    pooled_high: Annotated[float | None, "Upper bound."]
    n_studies: Annotated[int | None, "Studies."]
    n_patients: Annotated[int | None, "Patients."]
    note: Annotated[str | None, "What a reader must know."]


class OtherCause(Cited):
    """A cause of CRS that is no medicine."""

    cause: Annotated[str, "The cause."]
    finding: Annotated[str, "What was seen."]


class Background(Cited):
    """What CRS is."""

    topic: Annotated[str, "Topic."]
    text: Annotated[str, "The text."]


class Reviewed(TypedDict):
    """A medicine that was assessed and is not listed."""

    id: Annotated[str, "Id."]
    name: Annotated[str, "Name."]
    reason: Annotated[str, "Why it is not listed."]
    reviewed_on: Annotated[str, "Day of the assessment."]
    atc_code: Annotated[str | None, "ATC code."]
    sources: Annotated[list[str], "Ids of the sources read."]


class Reference(Stamp):
    """The clinical reference: one list per subject."""

    risk_tiers: Annotated[list[RiskTier], "Tiers of relative risk."]
    grading_scales: Annotated[list[GradingScale], "Grading scales."]
    grading_criteria: Annotated[list[GradingCriterion], "What each grade asks for."]
    grading_notes: Annotated[list[GradingNote], "Notes on the scales."]
    symptoms: Annotated[list[Symptom], "Signs of CRS."]
    onset: Annotated[list[Onset], "When CRS comes."]
    risk_factors: Annotated[list[ClassRiskFactor], "What moves the risk, whatever the drug."]
    differentials: Annotated[list[Differential], "What mimics CRS."]
    management: Annotated[list[Management], "What guidelines advise."]
    treatments: Annotated[list[Treatment], "Medicines used against CRS."]
    patient_advice: Annotated[list[PatientAdvice], "What patients are told."]
    meta_analyses: Annotated[list[MetaAnalysis], "Pooled rates."]
    other_causes: Annotated[list[OtherCause], "Causes that are no medicine."]
    background: Annotated[list[Background], "What CRS is."]
    conflicts: Annotated[list[Conflict], "Where sources disagree."]
    reviewed: Annotated[list[Reviewed], "Medicines that were assessed and are not listed."]
