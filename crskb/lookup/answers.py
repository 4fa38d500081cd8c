"""The shape of an answer. The API document is written from these same types, so each field carries its description."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypedDict

from crskb.words import KINDS, LISTED, PRODUCT_SYSTEMS, STATUSES, Status, listing

DISCLAIMER = "crskb informs professionals and is no medical device. It lists what its sources say and gives no orders; a medicine that is not listed here has not been shown to be safe."
NOT_SAFE = "absence here is not evidence of safety"
MOST_SUGGESTIONS = 5  # drugs

How = Literal["exact", "folded", "prefix", "fuzzy", "code", "product_code"]


class DrugCard(TypedDict):
    """The facts of a listed drug that every answer carries."""

    id: Annotated[str, "Id of the drug, the slug of its name."]
    name: Annotated[str, "International nonproprietary name, or the name in common use."]
    relative_risk: Annotated[
        str, "Tier of relative risk: highest, high, moderate, low or not_quantified, which is not low."
    ]
    relative_risk_rank: Annotated[int, "Rank of the tier, 1 is the highest risk."]
    tier_name: Annotated[str, "Tier as readers see it."]
    why_this_tier: Annotated[str, "One sentence made from the rule and the row that decided."]
    risk_basis: Annotated[
        str,
        "What tier and frequencies rest on: label, trial_in_labelled_use, class, trial_only, outside_label or reports.",
    ]
    caution: Annotated[str | None, "One line to print wherever the tier is, so that it does not mislead."]
    crs_frequency: Annotated[
        str,
        "How often CRS of any grade: very_common, common, uncommon, rare, very_rare or not_known (the words of CIOMS).",
    ]
    crs_severe_frequency: Annotated[str, "How often CRS of grade 3 or higher, in the same words."]
    fatal_cases: Annotated[
        str, "Whether anybody is known to have died of CRS after it: yes, none_reported or not_known."
    ]
    t_cell_engaging: Annotated[bool, "True if the product itself turns T cells on a target cell."]
    boxed_warning_crs: Annotated[bool, "True if a boxed warning names CRS."]
    drug_class: Annotated[str, "Id of the class."]
    class_name: Annotated[str, "Class as readers see it."]
    status: Annotated[str, "Where the product stands: approved, investigational, discontinued or withdrawn."]
    crs_any_grade_pct: Annotated[float | None, "CRS of any grade in the headline cohort, percent."]
    crs_any_grade_low: Annotated[float | None, "Lower bound of its 95% interval."]
    crs_any_grade_high: Annotated[float | None, "Upper bound of its 95% interval."]
    crs_grade3plus_pct: Annotated[float | None, "CRS of grade 3 or higher in the headline cohort, percent."]
    crs_grade3plus_high: Annotated[float | None, "Upper bound of its 95% interval."]
    onset_median_days: Annotated[float | None, "Median days to onset in the headline cohort."]
    atc_code: Annotated[str | None, "ATC code."]
    summary: Annotated[str, "What it is and how often CRS, in one or two sentences."]
    reviewed_on: Annotated[str, "Day of the last review."]
    withdrawn_on: Annotated[str | None, "Day on which the entry was taken back; null for an entry that stands."]
    url: Annotated[str, "Path of its page."]


def urgency(drug: DrugCard) -> tuple[int, bool, float, str]:
    """Sorts drugs as every list does: by tier, then a boxed warning without a rate, then by severe share, then by name."""
    rates = drug["crs_any_grade_pct"], drug["crs_grade3plus_pct"]
    unknown = drug["boxed_warning_crs"] and rates == (None, None)
    return drug["relative_risk_rank"], not unknown, -(rates[1] if rates[1] is not None else -1.0), drug["name"]


class ProductCode(TypedDict):
    """A code of a product: what its system says of it."""

    system: Annotated[str, f"Code system: {listing(PRODUCT_SYSTEMS, 'or')}."]
    code: Annotated[str, "The code, an NDC with hyphens as FDA writes it."]
    term_type: Annotated[str | None, "Term type of RxNorm; product or package of an NDC."]
    display: Annotated[str | None, "What the system calls it."]
    valid_from: Annotated[str | None, "First day on which the code was valid, if one was printed."]
    valid_to: Annotated[str | None, "Last day on which the code was valid, if it has ended or its end is set."]
    replaced_by: Annotated[str | None, "The code that took its place; the day was not printed if valid_to is null."]


class Match(TypedDict):
    """A listed drug and the name by which it was found."""

    drug: Annotated[DrugCard, "The drug."]
    name: Annotated[str, "The name or code that matched."]
    kind: Annotated[
        str,
        f"Kind of that name: {', '.join(KINDS)}, regimen for a combination that holds it, the scheme of a code, or the system of a product code.",
    ]
    match: Annotated[
        How,
        "How it matched: exact, folded (case, accents, hyphens, strength, form and the like set aside), prefix, fuzzy, code (of the substance), product_code.",
    ]
    distance: Annotated[
        int,
        "Edits between what was typed and the name, 0 where they are equal; for a prefix the letters still to type.",
    ]
    product_code: Annotated[ProductCode | None, "Set with product_code: which product's, and until when it was valid."]


class TreatmentFound(TypedDict):
    """A medicine used to treat CRS."""

    id: Annotated[str, "Id of the treatment."]
    name: Annotated[str, "Its name."]
    treatment_class: Annotated[str, "What kind of medicine it is."]
    summary: Annotated[str, "What it does against CRS."]


class NotLinked(TypedDict):
    """A medicine that was assessed and is not listed."""

    id: Annotated[str, "Id of the medicine."]
    name: Annotated[str, "Its name."]
    read: Annotated[str, "How much was read."]
    reason: Annotated[str, "Why it is not listed."]
    reviewed_on: Annotated[str, "Day of the assessment."]


class OtherMedicine(TypedDict):
    """A medicine whose name is known and which was not assessed."""

    name: Annotated[str, "The name; the whole name where an abbreviation was typed."]
    kind: Annotated[str, "brand, inn, synonym or abbreviation."]
    atc_code: Annotated[str | None, "ATC code."]


class ClassHint(TypedDict):
    """What a medicine that is not listed seems to be, by its name, its ATC group or what was read of it."""

    hint: Annotated[str, "What it seems to be."]
    stem: Annotated[
        str, "What tells it: the id of a stem in the vocabulary name_stem, an ATC group, or the id of a class."
    ]
    inferred: Annotated[bool, "True where it is read from the name or the ATC group alone, and not assessed."]
    source_id: Annotated[str, "Source of what the stem or the group means, or one that was read of the medicine."]
    class_id: Annotated[str | None, "Id of the class that it would belong to, where others of that class are listed."]


class ClassMember(TypedDict):
    """A listed drug of a class."""

    id: Annotated[str, "Id of the drug."]
    name: Annotated[str, "Its name."]
    relative_risk: Annotated[str, "Its tier of relative risk."]
    relative_risk_rank: Annotated[int, "Rank of the tier, 1 is the highest risk."]
    tier_name: Annotated[str, "Tier as readers see it."]
    url: Annotated[str, "Path of its page."]


class ClassFound(TypedDict):
    """A class of medicines."""

    id: Annotated[str, "Id of the class."]
    name: Annotated[str, "Its name."]
    definition: Annotated[str, "What it is."]
    parent: Annotated[str | None, "Id of the wider class that holds it."]
    members: Annotated[list[ClassMember], "Its listed drugs, highest tier first. There are others in the world."]
    url: Annotated[str, "Path of its page."]


class RegimenMember(TypedDict):
    """A medicine of a combination, with its own answer in short."""

    name: Annotated[str, "The medicine."]
    status: Annotated[Status, "What this medicine alone is answered with."]
    message: Annotated[str, "What this medicine alone is answered with, in one sentence."]
    drug_id: Annotated[str | None, "Id of the listed drug, if it is one."]


class RegimenFound(TypedDict):
    """A combination of medicines with a name of its own."""

    id: Annotated[str, "Id of the combination."]
    name: Annotated[str, "Its name."]
    members: Annotated[list[RegimenMember], "Its medicines."]
    source_id: Annotated[str, "Source that says what it holds."]


_OfClass = TypedDict(  # "class" is a word of Python, so that no field of a class can be called so
    "_OfClass", {"class": Annotated[ClassFound | None, "Set with class."]}
)


class Resembles(TypedDict):
    """The nearest name that belongs to no listed drug."""

    name: Annotated[str, "The name."]
    status: Annotated[Status, "What that name would be answered with."]
    distance: Annotated[int, "Edits between what was typed and this name."]


class Part(TypedDict):
    """One of several things that a line names, or words in it that were not understood."""

    text: Annotated[str, "The part as typed."]
    status: Annotated[Status, "What this part alone is."]
    name: Annotated[str | None, "The name it was recognised by; null for words that were not understood."]


class Answer(_OfClass):
    """The answer to one text."""

    query: Annotated[str, "The text that was asked."]
    status: Annotated[Status, " ".join(f"{status}: {word.meaning}" for status, word in STATUSES.items())]
    message: Annotated[str, "One sentence for a person."]
    matches: Annotated[
        list[Match],
        "Listed drugs: the answer of match, ambiguous and regimen, offers of suggestion, nearest first; empty otherwise.",
    ]
    regimen: Annotated[RegimenFound | None, "Set with regimen, and where a line names one beside other things."]
    treatment: Annotated[TreatmentFound | None, "Set with treatment."]
    not_linked: Annotated[NotLinked | None, "Set with not_linked."]
    other_medicine: Annotated[OtherMedicine | None, "Set with other_medicine."]
    class_hint: Annotated[
        ClassHint | None,
        "Set where a stem, an ATC group or what was read tells the class of a medicine that is not listed.",
    ]
    resembles: Annotated[Resembles | None, "Set where the nearest name is that of a medicine which is not listed."]
    parts: Annotated[
        list[Part],
        "What the line names, where it names more than one thing or holds words that were not understood; empty otherwise. A word that is not understood and does not stand as a second medicine would does not change the status.",
    ]
    data_version: Annotated[str, "Version of the data that answered."]
    disclaimer: Annotated[str, "What this answer is not."]


def listed_drugs(answers: Iterable[Answer]) -> list[DrugCard]:
    """The listed drugs that answers name, each once and the most urgent first; what is only offered is not among them."""
    drugs = {
        match["drug"]["id"]: match["drug"]
        for answer in answers
        if answer["status"] in LISTED
        for match in answer["matches"]
    }
    return sorted(drugs.values(), key=urgency)
