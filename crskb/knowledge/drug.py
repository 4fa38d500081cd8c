"""What a drug file says: one pydantic model per record, each field with the description that editors and readers see."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.claim import Claim
from crskb.knowledge.cohort import Incidence
from crskb.knowledge.fields import (
    Code,
    DevelopmentStatus,
    Direction,
    DrugClass,
    FrequencyWord,
    FullDate,
    KindOfEvidence,
    Modality,
    NameKind,
    PartialDate,
    Record,
    Region,
    RegulatoryStatus,
    Rems,
    Routes,
    Slug,
    SourceId,
    Text,
    Tier,
    Word,
)
from crskb.knowledge.order import DoseStep, Mitigation


class BrandName(Record):
    """A name under which the product is sold."""

    name: Text = Field(description="Brand name as printed on the pack.")
    regions: list[Region] = Field(
        [], description="Where it is sold, as two-letter codes (EU for the centralised procedure)."
    )
    note: Text | None = Field(
        None, description="What a reader must know of this brand, such as another form or strength."
    )
    shared: bool = Field(False, description="True where another drug file carries the same name on purpose.")


class OtherName(Record):
    """Any further name under which people know the drug."""

    name: Text = Field(description="The name as people write it.")
    kind: Word[NameKind] = Field(description="What sort of name this is.")
    region: Region | None = Field(None, description="Region in which the name is used, if it is one region's.")
    shared: bool = Field(False, description="True where another drug file carries the same name on purpose (ATG).")


class Identifiers(Record):
    """Codes of the drug in other systems."""

    atc: Code | None = Field(None, pattern=r"^[A-Z]\d\d[A-Z][A-Z]\d\d$", description="ATC code of the substance.")
    atc_also: list[Code] = Field([], description="Former ATC codes and further codes of the same substance.")
    rxcui: Code | None = Field(None, pattern=r"^\d{1,8}$", description="RxNorm concept id of the ingredient.")
    rxcui_also: list[Code] = Field([], description="RxNorm ids of precise ingredients, such as names with a US suffix.")
    unii: Code | None = Field(None, pattern=r"^[0-9A-Z]{10}$", description="FDA Unique Ingredient Identifier.")
    unii_also: list[Code] = Field([], description="Further FDA identifiers, such as those of biosimilars.")
    chembl: Code | None = Field(None, pattern=r"^CHEMBL\d+$", description="ChEMBL id.")
    drugbank: Code | None = Field(None, pattern=r"^DB\d{5}$", description="DrugBank id.")
    wikidata: Code | None = Field(None, pattern=r"^Q\d+$", description="Wikidata item.")
    ncit: Code | None = Field(None, pattern=r"^C\d+$", description="NCI Thesaurus code.")
    cas: Code | None = Field(None, pattern=r"^\d{2,7}-\d{2}-\d$", description="CAS registry number.")
    sources: dict[str, SourceId] = Field({}, description="For each code above, the source it was read in.")


class Statement(Claim):
    """Evidence without a count."""

    kind: KindOfEvidence = Field(description="Kind of evidence: an id of vocabularies/evidence_kind.yaml.")
    statement: Text = Field(description="What the source says, in our own words.")
    fatal: bool = Field(False, description="True where it tells of a death from CRS of a patient who had this drug.")
    region: Region | None = Field(None, description="Region whose label says it.")


class Regulatory(Claim):
    """What one region's authority decided or its label says."""

    region: Region = Field(description="Region as two-letter code (EU for the centralised procedure).")
    status: Word[RegulatoryStatus] = Field(description="Where the product stands there.")
    date: PartialDate | None = Field(None, description="Date of the decision, as exactly as the source prints it.")
    brand: Text | None = Field(None, description="Brand the row is about, where a drug has several.")
    indication: Text | None = Field(None, description="Indication decided on.")
    boxed_warning_crs: bool | None = Field(
        None, description="Whether a boxed warning names CRS; absent where not seen."
    )
    label_warning_crs: bool | None = Field(
        None, description="Whether the label's warnings (US section 5, EU section 4.4) name CRS; absent where not seen."
    )
    rems: Word[Rems] | None = Field(None, description="US REMS: current, removed or none; absent where not seen.")
    rems_date: PartialDate | None = Field(None, description="Date of the latest REMS decision.")
    rems_seen_on: PartialDate | None = Field(
        None, description="Date of the newest text in which the REMS was seen to stand as this row says."
    )
    note: Text | None = Field(None, description="What a reader must know of this decision.")


class RiskFactor(Claim):
    """What moves the risk of CRS with this drug."""

    factor: Text = Field(description="The factor.")
    direction: Word[Direction] = Field(description="Which way it moves the risk.")
    effect: Text | None = Field(None, description="Size of the effect as printed.")


class LabelFrequency(Claim):
    """The word of frequency that a label itself prints for CRS."""

    region: Region = Field(description="Region whose label prints it.")
    frequency: FrequencyWord = Field(description="The word, as labels use it: an id of vocabularies/frequency.yaml.")
    pooled_with: Text | None = Field(
        None, description="Other reaction that the label counts together with CRS; the word then counts one lower."
    )
    brand: Text | None = Field(None, description="Brand whose label it is, where a drug has several.")
    note: Text | None = Field(None, description="What a reader must know of the word.")


class Conflict(Record):
    """Where sources disagree."""

    statement: Text = Field(description="Which sources say what.")
    decision: Text = Field(description="Which one decides here, and why; or that none does.")
    sources: list[SourceId] = Field([], description="Ids of the sources that disagree.")


class Withdrawal(Record):
    """An entry taken back; it stays in the data with its reason."""

    date: FullDate = Field(description="Day of the withdrawal.")
    reason: Text = Field(description="Why.")


class AcceptedWarning(Record):
    """A warning of `crskb validate` that was looked into and found right as it is; it is then not shown again."""

    check: Text = Field(description="Name of the check that warns, such as names-apart.")
    about: list[Text] = Field(
        min_length=1, description="The values that the warning quotes; of any other value it warns again."
    )
    reason: Text = Field(description="Why it is right as it is.")


class Drug(Record):
    """One medicine linked with cytokine release syndrome: data/drugs/<id>.yaml, id = slug of the name."""

    name: Text = Field(description="International nonproprietary name, or the name in common use where there is none.")
    summary: Text = Field(
        max_length=400, description="One or two sentences for a pharmacist: what it is, how often CRS, how severe."
    )
    drug_class: DrugClass = Field(description="Class of medicine: an id of vocabularies/drug_class.yaml.")
    modality: Word[Modality] = Field(description="How the product is made.")
    targets: list[Text] = Field([], description="What it binds.")
    t_cell_engaging: bool = Field(description="True if the product itself turns T cells on a target cell.")
    t_cell_engaging_basis: Text | None = Field(None, description="Why it is T-cell-engaging, or why not.")
    relative_risk: Tier = Field(description="Tier as stated here; the build computes it too and refuses a difference.")
    caution: Text | None = Field(
        None,
        max_length=200,
        description="One line that is printed wherever the tier is, so that the tier does not mislead.",
    )
    status: Word[DevelopmentStatus] = Field(description="Where the product stands.")
    status_note: Text | None = Field(None, description="What a reader must know of the status.")
    route: Routes | None = Field(
        None,
        description='Route of administration: words of vocabularies/route.yaml with "; " between them, a brand in brackets after its own.',
    )
    brand_names: list[BrandName] = Field([], description="Brand names.")
    other_names: list[OtherName] = Field([], description="All other names.")
    identifiers: Identifiers = Field(Identifiers(), description="Codes in other systems.")
    regulatory: list[Regulatory] = Field([], description="Decisions and label facts by region.")
    indications: list[Text] = Field([], description="What it is used for.")
    crs_incidence: list[Incidence] = Field([], description="How often CRS was seen, cohort by cohort.")
    label_frequency: list[LabelFrequency] = Field([], description="Words of frequency that labels print for CRS.")
    evidence: list[Statement] = Field([], description="Statements without a count.")
    dose_schedule: list[DoseStep] = Field([], description="Doses of the schedule on a label, step by step.")
    mitigation: list[Mitigation] = Field([], description="What is done against CRS.")
    risk_factors: list[RiskFactor] = Field([], description="What moves the risk with this drug.")
    conflicts: list[Conflict] = Field([], description="Where sources disagree.")
    not_known: list[Text] = Field([], description="What was looked for and not seen in any source.")
    former_ids: list[Slug] = Field([], description="Earlier ids of this entry; they keep working.")
    accepted_warnings: list[AcceptedWarning] = Field(
        [], description="Warnings that were looked into and found right as they are."
    )
    reviewed_on: FullDate = Field(description="Day of the last review of this entry against its sources.")
    withdrawn: Withdrawal | None = Field(None, description="Set when the entry is taken back.")
