"""The forms that codes of products have: as they are written down, and as people type them."""

from __future__ import annotations

import re

# RxNorm term types of products and of the groups above them; a substance alone (IN, PIN) stands in the drug's own file.
RXNORM_TYPES = (
    *("IN", "PIN", "MIN", "BN", "SCDC", "SCDF", "SCDFP", "SCDG", "SCDGP", "SCD"),
    *("SBDC", "SBDF", "SBDFP", "SBDG", "SBD", "GPCK", "BPCK"),
)
NDC_TYPES = ("product", "package")

_RXCUI = re.compile(r"[1-9][0-9]{0,7}")
_HCPCS = re.compile(r"[A-CE-V][0-9]{4}")  # D codes are the American Dental Association's, digits alone are CPT
_CPT = re.compile(r"[0-9]{4}[0-9A-Z]|D[0-9]{4}")
_ICD10PCS = re.compile(r"[0-9A-HJ-NP-Z]{7}")  # without I and O
_NDC_LENGTHS = {
    (4, 4, 2): "package",
    (5, 3, 2): "package",
    (5, 4, 1): "package",
    (4, 4): "product",
    (5, 3): "product",
    (5, 4): "product",
}
_FULL = (5, 4, 2)  # labeler, product, package: eleven digits, as claims write an NDC
_DASHES = re.compile("[‐‑‒–—―−]")
_NDC_LETTERS = re.compile(r"[0-9*-]{8,13}")
_OF_PRODUCT = 9  # digits of labeler and product


def fault(system: str, code: str) -> str:
    """What is wrong with the form in which a code is written down; empty if nothing is."""
    if system == "rxnorm":
        return "" if _RXCUI.fullmatch(code) else "write an RxCUI: up to eight digits, the first not 0"
    if system == "hcpcs":
        if _CPT.fullmatch(code):
            return "CPT and CDT codes belong to the American Medical and Dental Associations and are never shipped: take the row out"
        return "" if _HCPCS.fullmatch(code) else "write a HCPCS Level II code: a letter from A to V and four digits"
    if system == "icd10pcs":
        return (
            "" if _ICD10PCS.fullmatch(code) else "write an ICD-10-PCS code: seven capitals and digits without I and O"
        )
    if ndc_type(code):
        return ""
    return "write an NDC as FDA does, with hyphens: 4-4-2, 5-3-2 or 5-4-1 digits of a package, 4-4, 5-3 or 5-4 of a product"


def ndc_type(code: str) -> str | None:
    """package or product for an NDC written as FDA does, else None."""
    parts = code.split("-")
    return _NDC_LENGTHS.get(tuple(map(len, parts))) if _digits("".join(parts)) else None


def ndc_keys(text: str, *, labelled: bool = False) -> list[str]:
    """What a text may mean as an NDC: eleven digits for a package, nine for a product; [] if it is not an NDC.

    With hyphens there is one reading, and with an asterisk for the nought that fills a part up. Ten digits alone may be cut in
    three ways. A product's digits alone (nine, or eight in two ways) are read as such only where the text says NDC.
    """
    code = _DASHES.sub("-", text)
    if not _NDC_LETTERS.fullmatch(code):
        return []
    if "-" in code:
        return _with_hyphens(code)
    if "*" in code:
        filled = [code[:place] + "0" + code[place + 1 :] for place in (0, 5, 9) if code[place : place + 1] == "*"]
        return [one for one in filled if len(one) == sum(_FULL) and _digits(one)]
    length = len(code)
    if length == sum(_FULL):
        return [code]
    if length == sum(_FULL) - 1:
        return [f"0{code}", f"{code[:5]}0{code[5:]}", f"{code[:9]}0{code[9:]}"]
    if labelled and length == _OF_PRODUCT:
        return [code]
    return [f"0{code}", f"{code[:5]}0{code[5:]}"] if labelled and length == _OF_PRODUCT - 1 else []


def product_key(key: str) -> str:
    """The nine digits of the product of a package."""
    return key[:_OF_PRODUCT]


def _with_hyphens(code: str) -> list[str]:
    parts = code.split("-")
    starred = sum(part.startswith("*") for part in parts)
    if starred > 1:
        return []
    parts = [f"0{part[1:]}" if part.startswith("*") else part for part in parts]
    lengths = tuple(map(len, parts))
    full = lengths in (_FULL, _FULL[:2])
    if not _digits("".join(parts)) or not (full or (not starred and lengths in _NDC_LENGTHS)):
        return []
    return ["".join(part.zfill(length) for part, length in zip(parts, _FULL, strict=False))]


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def is_bare_hcpcs(code: str) -> bool:
    """True for J and Q codes, which people type without saying HCPCS; C and other letters begin codes of other systems too."""
    return code[:1] in ("J", "Q") and _HCPCS.fullmatch(code) is not None


def is_bare_icd10pcs(code: str) -> bool:
    """True for an ICD-10-PCS code that no bare number can be taken for."""
    return _ICD10PCS.fullmatch(code) is not None and not code.isdigit()
