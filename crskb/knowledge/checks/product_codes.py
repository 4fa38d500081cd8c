"""Checks of the codes of products: a code leads to the drug that it belongs to, and to no other unless the rows say so."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from crskb.errors import Problem
from crskb.knowledge.load import Knowledge
from crskb.knowledge.medicine_names import medicines
from crskb.knowledge.product_codes import ROW_CHECK, ProductCode
from crskb.product_forms import product_key


def product_codes_of_drugs(knowledge: Knowledge) -> Iterator[Problem]:
    """A product code belongs to a drug that has a file."""
    for code in knowledge.product_codes:
        if code.drug_id not in knowledge.drug_ids:
            near = difflib.get_close_matches(code.drug_id, knowledge.drug_ids, 1)
            tip = f"did you mean {near[0]}?" if near else f"add data/drugs/{code.drug_id}.yaml"
            yield code.problem("product-codes-of-drugs", f"no drug {code.drug_id}", tip, "drug_id")


def product_codes_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """A product code stands once for each drug; one that belongs to several drugs says `shared` in each row, and no RxCUI stands in a drug's own file too."""
    owners: dict[tuple[str, str], list[ProductCode]] = {}
    for code in knowledge.product_codes:
        owners.setdefault(code.key, []).append(code)
    all_read = not any(problem.check == ROW_CHECK for problem in knowledge.problems)
    for codes in owners.values():
        first, *others = codes
        if first.shared and not others and all_read:
            yield _unique(first, "is shared with no other drug", "take `yes` out", "shared")
        for code in others:
            if any(code.drug_id == other.drug_id for other in codes[: codes.index(code)]):
                yield _unique(code, f"stands here twice for {code.drug_id}", "keep one of the rows")
            elif not (code.shared and first.shared):
                yield _taken(code, first)
                yield _taken(first, code)
    yield from _packages_apart(owners)
    held = {
        str(code): entry
        for entry in medicines(knowledge)
        for code in (entry.record.identifiers.rxcui, *entry.record.identifiers.rxcui_also)
        if code
    }
    for code in knowledge.product_codes:
        if code.system == "rxnorm" and code.code in held:
            owner = held[code.code]
            message = f"is the rxcui of {owner.record.name or owner.id} already ({owner.document.path})"
            yield _unique(code, message, "keep it in one of the two files")


def _unique(code: ProductCode, message: str, tip: str, column: str = "code") -> Problem:
    """A Problem of the check of unique codes."""
    return code.problem("product-codes-unique", f"{code.code} {message}", tip, column)


def _taken(code: ProductCode, owner: ProductCode) -> Problem:
    tip = "take one row out, or write yes under shared in both if the code stands for both"
    return _unique(code, f"is a code of {owner.drug_id} too", tip)


def _packages_apart(owners: dict[tuple[str, str], list[ProductCode]]) -> Iterator[Problem]:
    """Two packages of one product are of one drug, since a product of an NDC is one medicine in one strength and form."""
    products: dict[str, ProductCode] = {}
    for (system, digits), codes in owners.items():
        if system != "ndc":
            continue
        for code in codes:
            first = products.setdefault(product_key(digits), code)
            if first.drug_id != code.drug_id and first.key != code.key and not (first.shared and code.shared):
                yield _unique(code, f"is of the product of {first.code}, which is {first.drug_id}", "correct one")
