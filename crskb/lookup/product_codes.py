"""The codes of products in memory, and what a text may mean as one of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from crskb.database.queries import Row
from crskb.product_forms import is_bare_hcpcs, is_bare_icd10pcs, ndc_keys, product_key
from crskb.words import PRODUCT_SYSTEMS

_DIGIT = re.compile("[0-9]")
_SHORTEST, _LONGEST = 5, 13  # signs of a code, hyphens counted; fewer digits alone are a dose or a time


class ProductEntry(NamedTuple):
    """A code of a product and the drug that it belongs to."""

    owner: str
    system: str
    code: str
    term_type: str | None
    display: str | None
    valid_from: str | None
    valid_to: str | None
    replaced_by: str | None


class Reading(NamedTuple):
    """What a text was found to be: entries of different drugs, and whether it is said or sure that it is such a code."""

    entries: list[ProductEntry]
    certain: bool


_NOTHING = Reading([], certain=False)


class ProductCodes:
    """The codes that a resolver knows, made from the rows `product_codes` of `crskb.database.queries.for_lookup`."""

    def __init__(self, rows: Iterable[Row]):
        self._held: dict[tuple[str, str], list[ProductEntry]] = defaultdict(list)
        packages: dict[str, list[ProductEntry]] = defaultdict(list)
        for row in rows:
            entry = ProductEntry(**row)
            key = ndc_keys(entry.code)[0] if entry.system == "ndc" else entry.code
            self._held[entry.system, key].append(entry)
            if entry.system == "ndc" and product_key(key) != key:
                packages[product_key(key)].append(entry)
        for key, entries in packages.items():
            if ("ndc", key) not in self._held:
                self._held["ndc", key] = [_product_of(entry) for entry in entries]
        self._held = dict(self._held)

    def read(self, scheme: str | None, code: str) -> Reading:
        """What `code`, in upper case, means with the system that is named beside it, or without one where it may_be_code.

        Without one, only what has the form of an NDC, of a J or Q code of HCPCS or of an ICD-10-PCS code is taken for it. Any other
        code without its system, a bare number above all, may be of a system that is not held here: it is never certain.
        """
        if scheme:
            system = "rxnorm" if scheme == "rxcui" else scheme
            if system not in PRODUCT_SYSTEMS:
                return _NOTHING
            return self._ndc(code, labelled=True) if system == "ndc" else self._one(system, code)
        ndc = self._ndc(code)
        if ndc.entries:
            return ndc
        if is_bare_hcpcs(code):
            return self._one("hcpcs", code)
        if is_bare_icd10pcs(code):
            return self._one("icd10pcs", code)
        found = self._one("rxnorm", code) if code.isdigit() else self._one("hcpcs", code)
        return found._replace(certain=False)

    def _one(self, system: str, code: str) -> Reading:
        return Reading(_unique(self._held.get((system, code), ())), certain=True)

    def _ndc(self, text: str, *, labelled: bool = False) -> Reading:
        """The packages or products that the text can mean: taken where all of them are of one drug."""
        keys = ndc_keys(text, labelled=labelled)
        hits = [self._held.get(("ndc", key)) or self._held.get(("ndc", product_key(key)), []) for key in keys]
        entries = _unique(entry for hit in hits for entry in hit)
        same = all({entry.owner for entry in hit} == {entry.owner for entry in entries} for hit in hits if hit)
        return Reading(entries, certain=same)


def _product_of(package: ProductEntry) -> ProductEntry:
    """The product of a package; that a package has ended says nothing of the product."""
    code = package.code.rpartition("-")[0]
    return package._replace(code=code, term_type="product", valid_from=None, valid_to=None, replaced_by=None)


def _unique(entries: Iterable[ProductEntry]) -> list[ProductEntry]:
    """The first entry of each drug."""
    found: dict[str, ProductEntry] = {}
    for entry in entries:
        found.setdefault(entry.owner, entry)
    return list(found.values())


def may_be_code(text: str) -> bool:
    """Whether a text has the length of a code and a digit: one quick look before several slower ones."""
    return _SHORTEST <= len(text) <= _LONGEST and _DIGIT.search(text) is not None


def is_unmistakable(code: str) -> bool:
    """True for what is a product's code by its form alone, known or not, so that no name is looked for that is like it."""
    keys = ndc_keys(code)
    return is_bare_hcpcs(code) or (len(keys) == 1 and product_key(keys[0]) != keys[0])
