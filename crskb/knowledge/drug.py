"""What a drug file says: one pydantic model per record, each field with the description that editors and readers see."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.fields import (
    Code,
    Count,
    Decimal,
    DevelopmentStatus,
    Direction,
    DrugClass,
    DrugId,
    FullDate,
    KindOfEvidence,
    Measure,
    Modality,
    NameKind,
    PartialDate,
    Percent,
    Population,
    Record,
    Region,
    RegulatoryStatus,
    Rems,
    Routes,
    Scale,
    ShareOf,
    Slug,
    SourceId,
    Span,
    StudyDesign,
    Text,
    Tier,
    Word,
)


class Claim(Record):
    """A statement with exactly one source that bears it."""

    source: SourceId = Field(description="Id of the source that bears this statement: a file name in data/sources.")
    locator: Text | None = Field(None, description="Where in the source: section, table, page, abstract.")
    also_in: list[SourceId] = Field([], description="Ids of further sources that say the same.")


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


class Trial(Record):
    """A registered study."""

    name: Text | None = Field(None, description="Short name of the trial.")
    nct: Code | None = Field(None, pattern=r"^NCT\d{8}$", description="ClinicalTrials.gov number.")


# Outcomes that a cohort counts, each with a field n_... and a field pct_...
OUTCOMES = ("any_grade", "grade1", "grade2", "grade1_2", "grade3", "grade4", "grade3_4", "grade3plus", "fatal")


class Incidence(Claim):
    """How often CRS was seen in one cohort. Percentages are as printed; counts only where printed."""

    cohort: Text = Field(description="Name of the cohort, unique within the drug.")
    headline: bool = Field(False, description="True for the one row that the tier and the list pages use.")
    headline_reason: Text | None = Field(None, description="Why this row decides where others differ.")
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


class Statement(Claim):
    """Evidence without a count."""

    kind: KindOfEvidence = Field(description="Kind of evidence: an id of vocabularies/evidence_kind.yaml.")
    statement: Text = Field(description="What the source says, in our own words.")
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
    note: Text | None = Field(None, description="What a reader must know of this decision.")


class Mitigation(Claim):
    """What is done against CRS with this drug."""

    measure: Word[Measure] = Field(description="Sort of measure.")
    detail: Text = Field(description="What is done, in our own words, with doses and times as printed.")
    region: Region | None = Field(None, description="Region whose label says it.")


class RiskFactor(Claim):
    """What moves the risk of CRS with this drug."""

    factor: Text = Field(description="The factor.")
    direction: Word[Direction] = Field(description="Which way it moves the risk.")
    effect: Text | None = Field(None, description="Size of the effect as printed.")


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
    evidence: list[Statement] = Field([], description="Statements without a count.")
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
