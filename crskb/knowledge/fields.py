"""The field types that records share: slugs, dates of three precisions, codes, and the fixed words that code acts on."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from crskb.knowledge.marks import Day, DrugIdMark, SourceIdMark, TermOf

SLUG = r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$"
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Record(BaseModel):
    """One mapping in a YAML file: unknown keys are refused, values keep the type they were written in."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _decimal(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _partial_date(value: str) -> str:
    if not _PARTIAL_DATE.fullmatch(value):
        raise ValueError("write a date as YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = [*value.split("-"), "01", "01"][:3]
    date(int(year), int(month), int(day))
    return value


def _full_date(value: str) -> str:
    if len(_partial_date(value)) != 10:
        raise ValueError("write a whole date as YYYY-MM-DD")
    return value


def _one_line(value: str) -> str:
    if value != value.strip() or not value:
        raise ValueError("text may not be empty or start or end with a space")
    return value


Text = Annotated[str, AfterValidator(_one_line)]
Code = Annotated[str, BeforeValidator(_text), AfterValidator(_one_line)]
Slug = Annotated[str, Field(pattern=SLUG, max_length=120)]
SourceId = Annotated[str, Field(pattern=SLUG, max_length=120), SourceIdMark()]
DrugId = Annotated[str, Field(pattern=SLUG, max_length=120), DrugIdMark()]
PartialDate = Annotated[str, BeforeValidator(_text), AfterValidator(_partial_date), Day()]
FullDate = Annotated[str, AfterValidator(_full_date), Day()]
Count = Annotated[int, Field(ge=0)]
Percent = Annotated[float, BeforeValidator(_decimal), Field(ge=0, le=100)]
Decimal = Annotated[float, BeforeValidator(_decimal)]
Span = Annotated[list[Decimal], Field(min_length=2, max_length=2)]

# Words of data/vocabularies. Which words there are is the vocabulary's to say, so a check compares them and no pattern does.
DrugClass = Annotated[str, BeforeValidator(_text), TermOf("drug_class")]
FrequencyWord = Annotated[str, BeforeValidator(_text), TermOf("frequency")]
KindOfEvidence = Annotated[str, BeforeValidator(_text), TermOf("evidence_kind")]
Region = Annotated[str, BeforeValidator(_text), TermOf("region")]
DoseStepWord = Annotated[str, BeforeValidator(_text), TermOf("dose_step")]
Routes = Annotated[str, BeforeValidator(_text), TermOf("route", joined_by="; ")]
Scale = Annotated[str, BeforeValidator(_text), TermOf("grading_scale")]
Tier = Annotated[str, BeforeValidator(_text), TermOf("relative_risk")]
Topic = Annotated[str, BeforeValidator(_text), TermOf("management_topic")]

E = TypeVar("E", bound=Enum)
Word = Annotated[E, Strict(False)]  # a word of an enum below: files write it as text


class StrEnum(str, Enum):
    """`enum.StrEnum` for Python 3.10."""

    def __str__(self) -> str:
        return str(self.value)


class NameKind(StrEnum):
    """What sort of name another name is."""

    US_SUFFIX_NAME = "us_suffix_name"
    BIOSIMILAR_BRAND = "biosimilar_brand"
    DEVELOPMENT_CODE = "development_code"
    ABBREVIATION = "abbreviation"
    SYNONYM = "synonym"
    FORMER_NAME = "former_name"
    MISSPELLING = "misspelling"


class Modality(StrEnum):
    """How the product is made."""

    CAR_T = "car_t"
    TCR_T = "tcr_t"
    TIL = "til"
    VIRUS_SPECIFIC_T_CELLS = "virus_specific_t_cells"
    BISPECIFIC = "bispecific_t_cell_engager"
    MONOCLONAL_ANTIBODY = "monoclonal_antibody"
    ANTIBODY_DRUG_CONJUGATE = "antibody_drug_conjugate"
    POLYCLONAL_ANTIBODY = "polyclonal_antibody"
    CYTOKINE = "cytokine"
    FUSION_PROTEIN = "fusion_protein"
    VACCINE = "vaccine"
    SMALL_MOLECULE = "small_molecule"


class DevelopmentStatus(StrEnum):
    """Where the product stands, over all regions."""

    APPROVED = "approved"
    INVESTIGATIONAL = "investigational"
    DISCONTINUED = "discontinued"
    WITHDRAWN = "withdrawn"


class RegulatoryStatus(StrEnum):
    """Where the product stands in one region."""

    APPROVED = "approved"
    UNDER_REVIEW = "under_review"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    NOT_APPROVED = "not_approved"


class Rems(StrEnum):
    """A US risk evaluation and mitigation strategy."""

    CURRENT = "current"
    REMOVED = "removed"
    NONE = "none"


class Population(StrEnum):
    """Who was treated."""

    ADULT = "adult"
    PEDIATRIC = "pediatric"
    PEDIATRIC_AND_YOUNG_ADULT = "pediatric_and_young_adult"
    MIXED = "mixed"


class StudyDesign(StrEnum):
    """How the cohort of an incidence row came about."""

    LABEL = "label"
    PROSPECTIVE = "prospective"
    POOLED = "pooled"
    REGISTRY = "registry"
    RETROSPECTIVE = "retrospective"


class ShareOf(StrEnum):
    """What a percentage of treated patients is a percentage of."""

    TREATED = "treated"
    CRS = "crs"


class Measure(StrEnum):
    """What is done to lower the risk or the harm of CRS."""

    STEP_UP_DOSING = "step_up_dosing"
    SPLIT_DOSING = "split_dosing"
    PREMEDICATION = "premedication"
    PROPHYLAXIS = "prophylaxis"
    INFUSION_RATE = "infusion_rate"
    LYMPHODEPLETION = "lymphodepletion"
    PREPARATION = "preparation"
    MONITORING = "monitoring"
    HOSPITALISATION = "hospitalisation"
    PROXIMITY = "proximity"
    SETTING = "setting"
    RESCUE_ON_SITE = "rescue_on_site"
    MANAGEMENT = "management"
    DOSE_DELAY = "dose_delay"
    NEXT_DOSE_AFTER_CRS = "next_dose_after_crs"
    DRIVING_RESTRICTION = "driving_restriction"


class Place(StrEnum):
    """Where a patient stays after a dose."""

    HOSPITAL = "hospital"
    FACILITY = "facility"
    NEAR_FACILITY = "near_facility"
    HOME = "home"


class Direction(StrEnum):
    """Which way a factor moves the risk."""

    INCREASES = "increases"
    DECREASES = "decreases"
    NO_ASSOCIATION = "no_association"
    VARIES = "varies"


class Severity(StrEnum):
    """How a reader should take a sign or symptom."""

    MILD = "mild"
    SEVERE = "severe"
    EMERGENCY = "emergency"


class GuidelineKind(StrEnum):
    """What sort of text advises by grade."""

    GUIDELINE = "guideline"
    PROTOCOL = "protocol"
    LABEL = "label"
    REVIEW = "review"
    ARTICLE = "article"


class Aspect(StrEnum):
    """What a general fact about CRS is about."""

    DEFINITION = "definition"
    DIAGNOSIS = "diagnosis"
    IMMUNOTHERAPY_USE = "immunotherapy-use"
    TREATMENT = "treatment"
    PREVENTION = "prevention"
    OUTLOOK = "outlook"
    PHARMACOVIGILANCE = "pharmacovigilance"
    DISCLAIMER = "disclaimer"


class FeverRule(StrEnum):
    """What fever does for one grade of a scale."""

    ENOUGH = "enough"
    NEEDED = "needed"


class CriterionPart(StrEnum):
    """A part of a grading criterion that the grader does not ask for; each is a field of the criterion."""

    SUMMARY = "summary"
    ORGAN_TOXICITY = "organ_toxicity"
    CARE = "care"
    CONSCIOUSNESS = "consciousness"
    SEIZURE = "seizure"
    MOTOR = "motor"
    RAISED_PRESSURE = "raised_pressure"
    OTHER = "other"


class ShownWith(StrEnum):
    """The answer of a grader beside which a note is shown."""

    FEVER = "fever"
    NO_FEVER = "no_fever"
    FEVER_TREATED = "fever_treated"
    LOW_FLOW = "low_flow"
    HIGH_FLOW = "high_flow"
    POSITIVE_PRESSURE = "positive_pressure"


class SourceKind(StrEnum):
    """What sort of document a source is; defined for readers in vocabularies/source_kind.yaml."""

    LABEL = "label"
    SMPC = "smpc"
    REGULATOR = "regulator"
    GUIDELINE = "guideline"
    TRIAL_PUBLICATION = "trial_publication"
    OBSERVATIONAL_STUDY = "observational_study"
    META_ANALYSIS = "meta_analysis"
    PHARMACOVIGILANCE = "pharmacovigilance"
    CASE_REPORT = "case_report"
    CONFERENCE_ABSTRACT = "conference_abstract"
    REVIEW = "review"
    TERMINOLOGY = "terminology"
    COMPANY = "company"
    PATIENT_LEAFLET = "patient_leaflet"
    ADVERTISEMENT = "advertisement"
    NEWS = "news"
    WEB = "web"
