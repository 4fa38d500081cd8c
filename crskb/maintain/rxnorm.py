"""Codes of products out of RxNorm's own files (RRF): from a drug's substance to all that is made of it.

Only rows whose source is RxNorm itself (SAB=RXNORM) are read: those of other vocabularies have licences of their own.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from crskb.knowledge.product_codes import ProductCode
from crskb.maintain.listings import Listing
from crskb.maintain.product_owners import Owners
from crskb.product_forms import RXNORM_TYPES

CONSO, REL = r"RXNCONSO\.RRF", r"RXNREL\.RRF"
_SUBSTANCES = ("IN", "PIN")
_CONSO_FIELDS, _REL_FIELDS = 19, 17  # each line ends with a bar
_TRADENAME = frozenset(("has_tradename", "tradename_of"))
_INGREDIENT = frozenset(("has_ingredient", "ingredient_of"))
_PRECISE = frozenset(("has_precise_ingredient", "precise_ingredient_of"))
_CONSISTS = frozenset(("consists_of", "constitutes"))
_CONTAINS = frozenset(("contains", "contained_in"))
# From what a product is made of to what it is, by term types. A brand name leads to nothing: one brand may have products of
# several substances, so its products are reached through what they hold.
_WAYS: dict[tuple[str, str], frozenset[str]] = {
    ("IN", "PIN"): frozenset(("has_form", "form_of")),
    ("IN", "MIN"): frozenset(("has_part", "part_of")),
    ("IN", "BN"): _TRADENAME,
    ("PIN", "BN"): _PRECISE,
    **{("IN", kind): _INGREDIENT for kind in ("SCDC", "SCDF", "SCDG")},
    **{("PIN", kind): _PRECISE for kind in ("SCDC", "SCDFP", "SCDGP")},
    **{(f"SCD{kind}", f"SBD{kind}"): _TRADENAME for kind in ("", "C", "F", "FP", "G")},
    ("SCDC", "SCD"): _CONSISTS,
    ("SBDC", "SBD"): _CONSISTS,
    ("SCD", "GPCK"): _CONTAINS,
    ("SCD", "BPCK"): _CONTAINS,
    ("SBD", "BPCK"): _CONTAINS,
    ("GPCK", "BPCK"): _TRADENAME,
}


class _Concept(NamedTuple):
    line: int
    type: str
    name: str


def rxnorm_codes(conso: Listing, rel: Listing, owners: Owners) -> tuple[list[ProductCode], list[str]]:
    """The products of all drugs, and what a reviewer must know: substances taken by name, conflicts, RxCUIs that are gone."""
    concepts = _concepts(conso)
    remarks: list[str] = []
    found: dict[str, set[str]] = {}
    for rxcui, drug in owners.rxcuis.items():
        if rxcui in concepts:
            found[rxcui] = {drug}
        else:
            remarks.append(f"RxCUI {rxcui} of {drug} is not in {conso.name}, or not current")
    substances = set(found)
    ways = _made_of(rel, concepts)
    _follow(ways, found)
    for rxcui, concept in concepts.items():
        named = owners.named(concept.name)
        if concept.type in _SUBSTANCES and rxcui not in found and len(named) == 1:
            found[rxcui] = set(named)
            substances.add(rxcui)
            remarks.append(
                f"RxCUI {rxcui} ({concept.name}) is not in the file of {', '.join(named)}: taken by its name; add it there"
            )
    _follow(ways, found)
    codes: list[ProductCode] = []
    for rxcui, drugs in found.items():
        concept = concepts[rxcui]
        named = owners.named(concept.name)
        if rxcui in substances:
            conso.became["substances of listed drugs"] += 1
        elif named and not named & drugs:
            told = f"{rxcui} ({concept.name}) is made of {', '.join(sorted(drugs))}, but named as {', '.join(sorted(named))}"
            conso.fault(concept.line, f"{told}; left out")
        else:
            conso.became["products of listed drugs"] += 1
            codes += [
                ProductCode(
                    drug, "rxnorm", rxcui, concept.type, concept.name, len(drugs) > 1, "", "", "",
                    f"RxNorm (NLM), {conso.source}",
                )
                for drug in sorted(drugs)
            ]  # fmt: skip
    conso.became["of other medicines"] += len(concepts) - len(found)
    return codes, remarks


def _concepts(conso: Listing) -> dict[str, _Concept]:
    """Current substances and products by RxCUI."""
    concepts: dict[str, _Concept] = {}
    for number, line in conso.lines():
        fields = line.split("|")
        if len(fields) != _CONSO_FIELDS:
            conso.fault(number, f"{len(fields) - 1} fields, not {_CONSO_FIELDS - 1}")
            continue
        rxcui, source, kind, name, suppressed = fields[0], fields[11], fields[12], fields[14], fields[16]
        if source != "RXNORM":
            conso.became["of other sources than RxNorm"] += 1
        elif kind not in RXNORM_TYPES:
            conso.became["of other term types"] += 1
        elif suppressed != "N":
            conso.became["not current"] += 1
        elif rxcui in concepts:
            conso.fault(number, f"{rxcui} has a second name of its own: {name}")
        else:
            concepts[rxcui] = _Concept(number, kind, name)
    return concepts


def _made_of(rel: Listing, concepts: dict[str, _Concept]) -> dict[str, set[str]]:
    """RxCUI -> what is made of it. A relation stands twice, once in each direction, and either will do."""
    ways: dict[str, set[str]] = defaultdict(set)
    for number, line in rel.lines():
        fields = line.split("|")
        if len(fields) != _REL_FIELDS:
            rel.fault(number, f"{len(fields) - 1} fields, not {_REL_FIELDS - 1}")
            continue
        one, other, relation, source = fields[0], fields[4], fields[7], fields[10]
        if source != "RXNORM":
            rel.became["of other sources than RxNorm"] += 1
            continue
        used = False
        if one in concepts and other in concepts:
            for start, end in ((one, other), (other, one)):
                if relation in _WAYS.get((concepts[start].type, concepts[end].type), ()):
                    ways[start].add(end)
                    used = True
        rel.became["followed" if used else "of no use here"] += 1
    return ways


def _follow(ways: dict[str, set[str]], found: dict[str, set[str]]) -> None:
    """Give each product the drugs of all that it is made of."""
    waiting = list(found)
    while waiting:
        start = waiting.pop()
        for end in ways.get(start, ()):
            if not found[start] <= found.setdefault(end, set()):
                found[end] |= found[start]
                waiting.append(end)
