"""The shape of a drug and of its sources in JSON. Rows of the database are cut to these types, and the OpenAPI document is written from them."""

from __future__ import annotations

from typing import Annotated, TypedDict

from crskb.lookup.answers import DrugCard


class Stamp(TypedDict):
    """What every answer about the data carries."""

    data_version: Annotated[str, "Version of the data that answered."]
    disclaimer: Annotated[str, "What this answer is not."]


class Cited(TypedDict):
    """A statement and the source that bears it."""

    source_id: Annotated[str, "Id of the source."]
    locator: Annotated[str | None, "Where in the source."]
    also_in: Annotated[list[str], "Ids of further sources that say the same."]


class Name(TypedDict):
    """A name of a medicine."""

    name: Annotated[str, "The name as people write it."]
    kind: Annotated[str, "Kind of name."]
    region: Annotated[str | None, "Where it is used, if known."]


class DrugName(Name):
    """A name of a listed drug."""

    note: Annotated[str | None, "What a reader must know of it."]
    shared: Annotated[bool, "True if another listed drug carries it too."]


class Identifier(TypedDict):
    """A code of the drug in another system."""

    scheme: Annotated[str, "The system: atc, rxcui, unii, chembl, drugbank, wikidata, ncit or cas."]
    value: Annotated[str, "The code."]
    main: Annotated[bool, "False for former and further codes."]
    source_id: Annotated[str | None, "Id of the source it was read in."]


class Incidence(Cited):
    """How often CRS was seen in one cohort. Percentages are as printed; intervals are Wilson 95%; null is not known."""

    cohort: Annotated[str, "Name of the cohort."]
    headline: Annotated[bool, "True for the one row that the tier uses."]
    headline_reason: Annotated[str | None, "Why this row decides."]
    study_design: Annotated[str, "label, prospective, pooled, registry or retrospective."]
    trial_name: Annotated[str | None, "Trial."]
    trial_nct: Annotated[str | None, "ClinicalTrials.gov number."]
    population: Annotated[str | None, "Who was treated."]
    indication: Annotated[str | None, "Disease."]
    dose: Annotated[str | None, "Dose or schedule."]
    prophylaxis: Annotated[str | None, "Measure against CRS under test."]
    other_agents: Annotated[str | None, "Medicines given with it that bear on the rate."]
    n_treated: Annotated[int | None, "Patients treated and assessed."]
    n_any_grade: Annotated[int | None, "Patients with CRS of any grade."]
    pct_any_grade: Annotated[float | None, "Percent with CRS of any grade."]
    any_grade_low: Annotated[float | None, "Lower bound, percent."]
    any_grade_high: Annotated[float | None, "Upper bound, percent."]
    n_grade1: Annotated[int | None, "Patients whose worst CRS was grade 1."]
    pct_grade1: Annotated[float | None, "Percent."]
    n_grade2: Annotated[int | None, "Patients whose worst CRS was grade 2."]
    pct_grade2: Annotated[float | None, "Percent."]
    n_grade1_2: Annotated[int | None, "Patients whose worst CRS was grade 1 or 2."]
    pct_grade1_2: Annotated[float | None, "Percent."]
    n_grade3: Annotated[int | None, "Patients whose worst CRS was grade 3."]
    pct_grade3: Annotated[float | None, "Percent."]
    n_grade4: Annotated[int | None, "Patients whose worst CRS was grade 4."]
    pct_grade4: Annotated[float | None, "Percent."]
    n_grade3_4: Annotated[int | None, "Patients with grade 3 or 4, grade 5 not counted."]
    pct_grade3_4: Annotated[float | None, "Percent."]
    n_grade3plus: Annotated[int | None, "Patients with grade 3 or higher."]
    pct_grade3plus: Annotated[float | None, "Percent with grade 3 or higher."]
    grade3plus_low: Annotated[float | None, "Lower bound, percent."]
    grade3plus_high: Annotated[float | None, "Upper bound, percent."]
    n_fatal: Annotated[int | None, "Patients who died of CRS."]
    pct_fatal: Annotated[float | None, "Percent."]
    grading_scale: Annotated[str | None, "Id of the grading scale."]
    scale_name: Annotated[str | None, "Grading scale as readers see it."]
    grading_note: Annotated[str | None, "What a reader must know of the grading."]
    onset_median_days: Annotated[float | None, "Median days from first dose to CRS."]
    onset_median_hours: Annotated[float | None, "Median hours from the latest dose to CRS."]
    onset_min_days: Annotated[float | None, "Earliest onset."]
    onset_max_days: Annotated[float | None, "Latest onset."]
    onset_min_hours: Annotated[float | None, "Earliest onset."]
    onset_max_hours: Annotated[float | None, "Latest onset."]
    onset_iqr_low_days: Annotated[float | None, "First quartile."]
    onset_iqr_high_days: Annotated[float | None, "Third quartile."]
    onset_note: Annotated[str | None, "What the onset counts from."]
    duration_median_days: Annotated[float | None, "Median duration."]
    duration_median_hours: Annotated[float | None, "Median duration."]
    duration_min_days: Annotated[float | None, "Shortest."]
    duration_max_days: Annotated[float | None, "Longest."]
    duration_min_hours: Annotated[float | None, "Shortest."]
    duration_max_hours: Annotated[float | None, "Longest."]
    duration_iqr_low_days: Annotated[float | None, "First quartile."]
    duration_iqr_high_days: Annotated[float | None, "Third quartile."]
    duration_note: Annotated[str | None, "What a reader must know of the duration."]
    n_tocilizumab: Annotated[int | None, "Patients given tocilizumab."]
    pct_tocilizumab: Annotated[float | None, "Percent given tocilizumab."]
    pct_tocilizumab_of: Annotated[str | None, "Percent of whom: treated or crs."]
    n_corticosteroid: Annotated[int | None, "Patients given corticosteroids for CRS."]
    pct_corticosteroid: Annotated[float | None, "Percent given corticosteroids."]
    pct_corticosteroid_of: Annotated[str | None, "Percent of whom: treated or crs."]
    n_recurrent: Annotated[int | None, "Patients with more than one event."]
    pct_recurrent: Annotated[float | None, "Percent."]
    n_resolved: Annotated[int | None, "Patients whose CRS resolved."]
    pct_resolved: Annotated[float | None, "Percent."]
    other_figures: Annotated[str | None, "Further figures, in words."]
    comparator: Annotated[str | None, "The comparison arm."]
    class_level: Annotated[bool, "True where the figures are of several medicines together, not of this drug alone."]
    counted_in: Annotated[str | None, "Cohort that holds the same patients."]
    counted_in_drug: Annotated[str | None, "Drug under which the same patients stand too."]
    arithmetic_note: Annotated[str | None, "Where printed figures do not agree."]
    note: Annotated[str | None, "What a reader must know."]


class Evidence(Cited):
    """A statement without a count."""

    kind: Annotated[str, "Id of the kind of evidence."]
    kind_name: Annotated[str, "Kind as readers see it."]
    kind_rank: Annotated[int, "1 is the strongest."]
    statement: Annotated[str, "The statement."]
    region: Annotated[str | None, "Region, if it holds for one."]


class Regulatory(Cited):
    """A decision or a label fact of one region."""

    region: Annotated[str, "Region."]
    status: Annotated[str, "approved, under_review, withdrawn, suspended, refused or not_approved."]
    date: Annotated[str | None, "Date of any precision."]
    brand: Annotated[str | None, "Brand."]
    indication: Annotated[str | None, "Indication."]
    boxed_warning_crs: Annotated[bool | None, "Whether a boxed warning names CRS; null is not known."]
    label_warning_crs: Annotated[bool | None, "Whether the label's warnings name CRS; null is not known."]
    rems: Annotated[str | None, "US programme: current, removed or none; null is not known."]
    rems_date: Annotated[str | None, "Date of the programme's last change."]
    note: Annotated[str | None, "What a reader must know."]


class Mitigation(Cited):
    """What is done against CRS."""

    measure: Annotated[str, "Kind of measure."]
    detail: Annotated[str, "What is done."]
    region: Annotated[str | None, "Region whose label says so."]


class RiskFactor(Cited):
    """What moves the risk."""

    factor: Annotated[str, "The factor."]
    direction: Annotated[str, "increases, decreases, no_association or varies."]
    endpoint: Annotated[str | None, "Which outcome."]
    effect: Annotated[str | None, "How much."]
    cause: Annotated[str | None, "Cause of CRS that it holds for, if not the drug."]
    note: Annotated[str | None, "What a reader must know."]


class Conflict(TypedDict):
    """Where sources disagree."""

    statement: Annotated[str, "Which sources say what."]
    decision: Annotated[str, "Which one decides here, and why."]
    sources: Annotated[list[str], "Ids of the sources."]


class Source(TypedDict):
    """A cited document."""

    id: Annotated[str, "Id."]
    title: Annotated[str, "Title."]
    kind: Annotated[str, "Sort of document."]
    publisher: Annotated[str | None, "Publisher, authority or journal."]
    authors: Annotated[str | None, "First author et al."]
    doi: Annotated[str | None, "DOI."]
    pmid: Annotated[str | None, "PubMed id."]
    pmcid: Annotated[str | None, "PubMed Central id."]
    nct: Annotated[str | None, "ClinicalTrials.gov number."]
    set_id: Annotated[str | None, "DailyMed set id."]
    url: Annotated[str | None, "Address of the document."]
    link: Annotated[str | None, "The address to show: the lasting one where there is one."]
    jurisdiction: Annotated[str | None, "Region whose authority or label it is."]
    date: Annotated[str | None, "Date of publication or of the revision read."]
    revision: Annotated[str | None, "Revision as printed."]
    seen_on: Annotated[str, "Day on which it was read."]
    copy_publisher: Annotated[str | None, "Who published the copy that was read, if a copy was."]
    copy_url: Annotated[str | None, "Its address."]
    superseded_by: Annotated[str | None, "Id of the source that replaces it."]
    retracted: Annotated[str | None, "Day on which it was found retracted."]
    note: Annotated[str | None, "What a reader must know."]


class Drug(DrugCard, Stamp):
    """All that is known of one listed drug."""

    names: Annotated[list[DrugName], "All names, the nonproprietary name first."]
    identifiers: Annotated[list[Identifier], "Codes in other systems."]
    class_definition: Annotated[str, "What the class is."]
    tier_definition: Annotated[str, "What the tier means."]
    modality: Annotated[str, "How the product is made."]
    targets: Annotated[list[str], "What it binds."]
    t_cell_engaging_basis: Annotated[str | None, "Why it is T-cell-engaging, or why not."]
    strongest_evidence: Annotated[str | None, "Strongest kind of evidence, apart from the tier."]
    crs_grade3plus_low: Annotated[float | None, "Lower bound of grade 3 or higher, headline cohort."]
    crs_grade3plus_high: Annotated[float | None, "Upper bound of grade 3 or higher, headline cohort."]
    status_note: Annotated[str | None, "What a reader must know of the status."]
    route: Annotated[str | None, "Route of administration."]
    withdrawn_reason: Annotated[str | None, "Why the entry was taken back."]
    indications: Annotated[list[str], "What it is used for."]
    crs_incidence: Annotated[list[Incidence], "Cohorts, the headline cohort first."]
    evidence: Annotated[list[Evidence], "Statements without a count, strongest first."]
    regulatory: Annotated[list[Regulatory], "Decisions and label facts by region."]
    mitigation: Annotated[list[Mitigation], "What is done against CRS."]
    risk_factors: Annotated[list[RiskFactor], "What moves the risk with this drug."]
    conflicts: Annotated[list[Conflict], "Where sources disagree."]
    not_known: Annotated[list[str], "What was looked for and not seen in any source."]
    sources: Annotated[list[Source], "All sources cited above, in full."]
