"""What the files in data/vocabularies say: terms that readers see, each with a definition."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from crskb.knowledge.claim import Claim
from crskb.knowledge.fields import Decimal, DrugClass, FrequencyWord, PartialDate, Record, Slug, SourceId, Text


class Term(Record):
    """A word of a vocabulary."""

    id: Text = Field(pattern=r"^[A-Za-z0-9_-]+( [A-Za-z0-9_-]+)*$", description="The word that files use.")
    name: Text = Field(description="The word that readers see.")
    definition: Text = Field(description="What it means.")


class RiskTier(Term):
    """A tier of relative risk; it applies if any of its conditions holds, and the first tier that applies counts."""

    rank: int = Field(ge=1, description="1 is the highest risk.")
    t_cell_engaging: bool = Field(False, description="Applies to every T-cell-engaging product.")
    grade3plus_low_pct_min: Decimal | None = Field(
        None,
        description="Applies if the lower 95% bound of grade >= 3 CRS in the deciding cohort is at least this percent.",
    )
    any_grade_low_pct_min: Decimal | None = Field(
        None,
        description="Applies if the lower 95% bound of any-grade CRS in the deciding cohort is at least this percent.",
    )
    boxed_warning: bool = Field(False, description="Applies if a boxed warning names CRS.")
    label_frequency_in: list[FrequencyWord] = Field(
        [],
        description="Applies if a label calls CRS by one of these words; one that covers another reaction too counts one lower.",
    )
    label_warning: bool = Field(False, description="Applies if a label's warnings name CRS.")
    any_grade_low_pct_below: Decimal | None = Field(
        None,
        description="Applies if the lower 95% bound of any-grade CRS is below this percent in a deciding cohort of n_treated_min or more.",
    )
    n_treated_min: int | None = Field(
        None, ge=1, description="Number of patients treated from which any_grade_low_pct_below applies."
    )
    otherwise: bool = Field(False, description="Applies where no other tier does.")


class EvidenceKind(Term):
    """A kind of evidence, ranked by strength."""

    rank: int = Field(ge=1, description="1 is the strongest.")
    links: bool = Field(True, description="False where such a statement does not link the drug with CRS.")


class Frequency(Term):
    """A word in which labels say how often a reaction is seen (CIOMS)."""

    rank: int = Field(ge=1, description="1 is the most frequent.")
    pct_min: Decimal | None = Field(
        None, ge=0, le=100, description="Percent of patients from which the word applies; absent where it tells none."
    )


class RiskBasis(Term):
    """What the tier and the frequencies of a drug rest on."""

    rank: int = Field(ge=1, description="1 is the surest.")
    n_treated_min: int | None = Field(
        None, ge=1, description="Number of patients treated from which a cohort of this kind decides."
    )


class MedicineClass(Term):
    """A class of medicine, by itself or within a wider one."""

    parent: DrugClass | None = Field(None, description="Id of the wider class that holds it.")
    target: Text | None = Field(
        None, description="Holds those medicines of the wider class that bind this, as their own files say."
    )
    words: list[Text] = Field([], description="What people type for it: CAR-T, checkpoint inhibitor.")
    atc_groups: list[Annotated[str, Field(pattern=r"^[A-Z]\d\d[A-Z]{2}$")]] = Field(
        [], description="ATC groups whose substances are all of this class."
    )
    source: SourceId | None = Field(None, description="Source in which the ATC groups were read.")
    locator: Text | None = Field(None, description="Where in the source.")


class GradingScale(Term):
    """A scale on which CRS is graded."""

    published: PartialDate | None = Field(None, description="When it was published.")
    intended_for: Text | None = Field(None, description="What it was made for.")
    driven_by: list[Text] = Field([], description="What decides the grade.")
    organ_toxicity_counts: bool | None = Field(
        None, description="Whether organ toxicity changes the grade; absent where not seen."
    )
    source: SourceId | None = Field(None, description="Source the scale was read in.")
    locator: Text | None = Field(None, description="Where in the source.")
    note: Text | None = Field(None, description="What a reader must know.")


class NameStem(Claim):
    """A part of a nonproprietary name that tells what the substance is."""

    id: Slug = Field(description="The word that files use.")
    pattern: Text = Field(
        description="Regular expression over the folded name, or over the name in small letters where it holds a hyphen."
    )
    class_hint: Text = Field(description="What the stem says the substance is.")
    drug_class: DrugClass | None = Field(None, description="Id of the class of listed drugs that this is.")


class NameSource(Term):
    """A register from which names of other medicines were taken."""

    edition: Text = Field(description="Which edition was read, by date or size.")
    terms: Text = Field(description="Terms on which its data may be used again.")
    attribution: Text = Field(description="The line that names it, as its terms ask for it.")


VOCABULARIES: dict[str, type[Record]] = {
    "relative_risk": RiskTier,
    "evidence_kind": EvidenceKind,
    "frequency": Frequency,
    "risk_basis": RiskBasis,
    "grading_scale": GradingScale,
    "drug_class": MedicineClass,
    "source_kind": Term,
    "management_topic": Term,
    "region": Term,
    "route": Term,
    "dose_step": Term,
    "name_stem": NameStem,
    "name_source": NameSource,
}
