"""The fixed words of answers and names, each with all that its readers need: a new word is one line here.

Types, the API document, pages, messages and checks read these tables; they stand on the ground floor and import nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

LONGEST_QUERY = 200  # characters
# White space as Python and as ECMA-262, which the API document is written in, have it: spelt out, so that both mean the same.
_BLANK = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
NOT_BLANK = re.compile(rf"[^{_BLANK}]")


def length_fault(text: str) -> str:
    """What is wrong with a text that is too long to be looked up, to follow "the text"; empty if nothing is."""
    return f"has {len(text)} characters; at most {LONGEST_QUERY} can be looked up" if len(text) > LONGEST_QUERY else ""


def listing(names: Iterable[str], last: str) -> str:
    """Names in a sentence, each once, with the word `last` before the last one; at least one name."""
    unique = list(dict.fromkeys(names))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} {last} {unique[-1]}"


def is_blank(text: str) -> bool:
    """True for a text of white space alone, and for no text."""
    return NOT_BLANK.search(text) is None


class StatusWord(NamedTuple):
    """A status of an answer."""

    meaning: str  # one sentence
    heading: str  # above the answer, and beside a line of a list
    predicate: str  # in a sentence, after "is"
    show: str  # what a system that asks should show
    listed: bool = (
        False  # the matches of such an answer, if it has any, are listed drugs that the text names, not offers
    )


# The type and its table: the same words in the same order.
Status = Literal[
    "match", "ambiguous", "class", "regimen", "suggestion", "treatment", "not_linked", "other_medicine", "unknown"
]
STATUSES: dict[Status, StatusWord] = {
    "match": StatusWord(
        "The text, freed of strength, form and route, is a name or code of exactly one listed drug.",
        "Listed",
        "listed",
        "The tier with its caution (`message` holds both) and a link to the drug's page. Alert by your own threshold on `relative_risk`.",
        listed=True,
    ),
    "ambiguous": StatusWord(
        "The text names several listed drugs, or a listed drug beside something else; all listed drugs are in matches.",
        "Listed; more than one thing to look at",
        "a name of several listed drugs",
        "Every drug of `matches` with its tier, and the request to settle which is meant. Alert by the highest tier; never take the first one.",
        listed=True,
    ),
    "class": StatusWord(
        "A word for a class of medicines, which is no order of one; its listed members are in class.",
        "A class, not a medicine",
        "a word for a class of medicines",
        '"A class, not a medicine: which one?", with the members of `class`. It is not an all-clear.',
    ),
    "regimen": StatusWord(
        "The name of a combination; each of its medicines is in regimen, those that are listed in matches too.",
        "A combination of medicines",
        "the name of a combination",
        "Each medicine of `regimen` with its own answer. Alert by the highest tier in `matches`; a member that is not listed is not cleared.",
        listed=True,
    ),
    "suggestion": StatusWord(
        "No name is equal; the nearest names, or the completions of a beginning, are offered. A suggestion is no answer.",
        "Not found, but similar names are known",
        "not a known name, though it resembles one",
        '"Not found. Did you mean ...?", with `matches` for a person to choose from. Never alert, order or clear by a suggestion.',
    ),
    "treatment": StatusWord(
        "A medicine used to treat CRS, not linked with causing it.",
        "A medicine used against cytokine release syndrome",
        "a treatment of CRS",
        '"Used against CRS", without a tier.',
    ),
    "not_linked": StatusWord(
        "Assessed and not listed, with the reason and the date.",
        "Assessed and not listed",
        "assessed and not listed",
        '"Assessed on (date), not listed", with `read` and `reason`. It is no proof of safety: no green tick.',
    ),
    "other_medicine": StatusWord(
        "A known name of another medicine, which was not assessed.",
        "A known medicine that was not assessed",
        "another medicine, not assessed",
        '"Not assessed for CRS", with `class_hint` where there is one. No green tick.',
    ),
    "unknown": StatusWord(
        "No such name is known.",
        "No such name is known here",
        "not known",
        '"CRS not checked: name not recognised", with `class_hint` where there is one, so that a person looks it up. Never nothing.',
    ),
}
# What a system shows where it has no status that it knows.
SHOW_OTHERWISE = {
    "a status that you do not know": "As `unknown`. Later versions may add one.",
    "no answer, or a status code other than 200": '"CRS not checked", with `detail` of the problem for your log. Never nothing.',
}
LISTED = frozenset(status for status, word in STATUSES.items() if word.listed)
# What a line is that names several things and no listed drug: the least reassuring of them.
LEAST_REASSURING: tuple[Status, ...] = ("unknown", "class", "regimen", "other_medicine", "treatment", "not_linked")

# Where a product stands.
DRUG_STATUSES = ("approved", "investigational", "discontinued", "withdrawn")


class KindWord(NamedTuple):
    """A kind of name."""

    phrase: str  # in a sentence, with its article
    heading: str  # above the names of this kind
    alike: bool = False  # short names of this kind are so much alike that a text two edits away is no longer near


# The kinds in the order in which a reader should meet them. A misspelling is known, but never shown as a name.
KINDS: dict[str, KindWord] = {
    "inn": KindWord("an international nonproprietary name", "International nonproprietary name"),
    "brand": KindWord("a brand name", "Brand"),
    "biosimilar_brand": KindWord("a biosimilar brand", "Biosimilar brand"),
    "us_suffix_name": KindWord("a US name with suffix", "US name with suffix"),
    "abbreviation": KindWord("an abbreviation", "Abbreviation", alike=True),
    "synonym": KindWord("a synonym", "Synonym"),
    "former_name": KindWord("a former name", "Former name"),
    "development_code": KindWord("a development code", "Development code", alike=True),
    "misspelling": KindWord("a known misspelling", "Misspelling", alike=True),
}


class CodeSystem(NamedTuple):
    """A system of codes for medicines."""

    name: str  # before a code: "RxCUI 2618886"
    system: str  # the name of the whole system
    typed: tuple[str, ...] = ()  # what people write before a code instead of its id

    @property
    def heading(self) -> str:
        """The name, and the system where that is called otherwise."""
        return self.name if self.name == self.system else f"{self.name} ({self.system})"


CODE_SYSTEMS: dict[str, CodeSystem] = {
    "atc": CodeSystem("ATC", "ATC"),
    "rxcui": CodeSystem("RxCUI", "RxNorm", ("rxnorm",)),
    "unii": CodeSystem("UNII", "UNII"),
    "chembl": CodeSystem("ChEMBL", "ChEMBL"),
    "drugbank": CodeSystem("DrugBank", "DrugBank"),
    "wikidata": CodeSystem("Wikidata", "Wikidata"),
    "ncit": CodeSystem("NCIt", "NCI Thesaurus", ("ncithesaurus", "nci")),
    "cas": CodeSystem("CAS", "CAS"),
}
# Codes of products, not of substances: a drug has many of them, and some have ended.
PRODUCT_SYSTEMS: dict[str, CodeSystem] = {
    "rxnorm": CodeSystem("RxCUI", "RxNorm"),
    "ndc": CodeSystem("NDC", "National Drug Code"),
    "hcpcs": CodeSystem("HCPCS", "HCPCS Level II", ("j-code", "j code", "q-code", "q code")),
    "icd10pcs": CodeSystem("ICD-10-PCS", "ICD-10-PCS", ("icd-10-pcs", "icd10-pcs", "icd-10 pcs", "icd 10 pcs")),
}


# The answers of the grader, from what is best to what is worst. What each means in a scale stands in that scale's criteria.
Pressure = Literal["normal", "low_no_vasopressor", "one_vasopressor", "several_vasopressors"]
PRESSURES: dict[Pressure, str] = {
    "normal": "Normal",
    "low_no_vasopressor": "Low, no vasopressor needed",
    "one_vasopressor": "One vasopressor",
    "several_vasopressors": "Several vasopressors",
}
Oxygen = Literal["none", "low_flow", "high_flow", "positive_pressure"]
OXYGENS: dict[Oxygen, str] = {
    "none": "None needed",
    "low_flow": "Low flow",
    "high_flow": "High flow or mask",
    "positive_pressure": "Positive pressure",
}
