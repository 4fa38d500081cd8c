"""The shapes of drugs, sources and the clinical reference in JSON. A column is a field: its type stands in tables.sql, its text in metadata.yml.

Written by hand is only what a join adds and what a shape holds within it. The keywords of `_of` are such fields.
"""

from __future__ import annotations

from typing import NamedTuple

from crskb.database.tables import holds_ids, tables
from crskb.lookup.answers import DrugCard
from crskb.web.api.answer_shapes import Stamp
from crskb.web.api.shaping import Field, Shape, fields_of, many
from crskb.web.metadata import Description

# Told by where the row stands, or of no use outside lookup.
_PLACED = ("drug_id", "treatment_id", "reviewed_id", "folded")
_IN_NAMES = ("brand_names", "other_names")  # whole under `names`, each with its kind


def _of(
    name: str,
    table: str,
    about: object = None,
    *,
    without: tuple[str, ...] = (),
    within: tuple[type, ...] = (),
    **more: Field,
) -> Shape:
    """A row of `table` with the fields of `within` before its own columns and `more` after them."""
    fields: dict[str, Field] = {}
    for envelope in within:
        fields |= fields_of(envelope)
    for key, (type_, nullable) in tables()[table].items():
        is_row_number = key == "id" and type_ is int
        if not is_row_number and key not in (*_PLACED, *without):
            type_or_null = type_ | None if nullable else type_
            fields[key] = list[str] if holds_ids(table, key) else type_or_null, Description(table, key)
    return Shape(name, about or Description(table), fields | more)


_CLASS_NAME: Field = (str | None, "Class as readers see it.")
_NAME = _of("Name", "treatment_names", "A name of a medicine.")
_SOURCE = _of("Source", "sources")
_CONFLICT = _of("Conflict", "conflicts")

DRUG = _of(
    "Drug",
    "drugs",
    "All that is known of one listed drug.",
    without=_IN_NAMES,
    within=(DrugCard, Stamp),
    targets=(list[str], Description("targets", "target")),
    class_definition=(str, "What the class is."),
    tier_definition=(str, "What the tier means."),
    names=many(_of("DrugName", "drug_names", "A name of a listed drug."), "All names, the nonproprietary name first."),
    identifiers=many(_of("Identifier", "identifiers"), "Codes in other systems."),
    product_codes=many(_of("DrugProductCode", "product_codes", "A code of a product that holds the drug.")),
    indications=(list[str], Description("indications", "indication")),
    crs_incidence=many(
        _of("Incidence", "crs_incidence", scale_name=(str | None, "Grading scale as readers see it.")),
        "Cohorts, the headline cohort first.",
    ),
    label_frequency=many(_of("LabelFrequency", "label_frequency")),
    evidence=many(
        _of(
            "Evidence",
            "evidence",
            kind_name=(str, "Kind of evidence as readers see it."),
            kind_rank=(int, "Rank of the kind; 1 is the strongest."),
        ),
        "Statements without a count, strongest first.",
    ),
    regulatory=many(_of("Regulatory", "regulatory")),
    dose_schedule=many(
        _of("DoseStep", "dose_schedule", step_name=(str, "The dose as readers see it.")),
        "Doses of the schedule, in the order of their label.",
    ),
    mitigation=many(_of("Mitigation", "mitigations"), "Measures against CRS, what is current first."),
    risk_factors=many(
        _of("RiskFactor", "risk_factors", "What moves the risk of CRS with one drug.", without=("drug_class",))
    ),
    conflicts=many(_CONFLICT),
    not_known=(list[str], Description("not_known")),
    sources=many(_SOURCE, "All sources cited above, in full."),
)
SOURCE_ANSWER = _of(
    "SourceAnswer",
    "sources",
    "A cited document and what rests on it.",
    within=(Stamp,),
    cited_by=(list[str], "Ids of the drugs whose statements rest on it."),
)
_TREATMENT = _of(
    "Treatment",
    "treatments",
    without=_IN_NAMES,
    names=many(_NAME, Description("treatment_names")),
    dose_rules=many(_of("DoseRule", "treatment_doses")),
    regulatory=many(_of("TreatmentApproval", "treatment_regulatory")),
    evidence=many(_of("TreatmentEvidence", "treatment_evidence")),
)
_REFERENCE = {
    "risk_tiers": _of("RiskTier", "risk_tiers", drug_count=(int, "Listed drugs in it.")),
    "grading_scales": _of(
        "GradingScale", "grading_scales", drivers=(list[str], Description("grading_drivers", "driver"))
    ),
    "grading_criteria": _of("GradingCriterion", "grading_criteria"),
    "grading_notes": _of("GradingNote", "grading_notes"),
    "pressure_limits": _of("PressureLimit", "pressure_limits"),
    "score_items": _of("ScoreItem", "score_items"),
    "symptoms": _of("Symptom", "symptoms", drug_id=(str | None, Description("symptoms", "drug_id"))),
    "onset": _of("Onset", "onset", class_name=_CLASS_NAME),
    "risk_factors": _of(
        "ClassRiskFactor",
        "risk_factors",
        "What moves the risk of CRS with a class or cause, or in general.",
        class_name=_CLASS_NAME,
    ),
    "differentials": _of("Differential", "differentials"),
    "guidelines": _of(
        "Guideline", "guidelines", drug_id=(str | None, Description("guidelines", "drug_id")), class_name=_CLASS_NAME
    ),
    "management": _of("Management", "management", topic_name=(str, "Topic as readers see it.")),
    "treatments": _TREATMENT,
    "patient_advice": _of("PatientAdvice", "patient_advice"),
    "meta_analyses": _of("MetaAnalysis", "meta_analyses", class_name=_CLASS_NAME),
    "other_causes": _of("OtherCause", "other_causes"),
    "background": _of("Background", "background"),
    "conflicts": _CONFLICT,
    "reviewed": _of("Reviewed", "reviewed", without=_IN_NAMES, names=many(_NAME, Description("reviewed_names"))),
}
REFERENCE = Shape(
    "Reference",
    "The clinical reference: one list per subject.",
    fields_of(Stamp) | {key: many(shape) for key, shape in _REFERENCE.items()},
)


class Part(NamedTuple):
    """A part of the clinical reference: what it is about and which of its lists it holds."""

    about: str
    keys: tuple[str, ...]

    def shape(self, name: str) -> Shape:
        """The shape of the answer of the part with this name."""
        lists = {key: REFERENCE.fields[key] for key in self.keys}
        return Shape(f"Reference{name.capitalize()}", f"{self.about}.", fields_of(Stamp) | lists)


# Each list of the reference stands in one part, under the same key.
PARTS = {
    "tiers": Part("Tiers of relative risk", ("risk_tiers",)),
    "grading": Part(
        "Grading scales with their criteria",
        ("grading_scales", "grading_criteria", "grading_notes", "score_items", "pressure_limits"),
    ),
    "management": Part("What guidelines say to do, by grade", ("guidelines", "management")),
    "treatments": Part("Medicines used against CRS", ("treatments",)),
    "watch": Part(
        "Signs, onset, risk factors and what mimics CRS", ("symptoms", "onset", "risk_factors", "differentials")
    ),
    "patients": Part("What patients are told", ("patient_advice",)),
    "background": Part(
        "Background, meta-analyses, other causes and open conflicts of the sources",
        ("background", "meta_analyses", "other_causes", "conflicts"),
    ),
    "reviewed": Part("Medicines that were assessed and are not listed", ("reviewed",)),
}
PART_SHAPES = {name: part.shape(name) for name, part in PARTS.items()}
