"""Codes of other systems as people type them: "L01FX24", "ATC L01FX24", "RxCUI: 2618886", "HCPCS Q2042", "NDC 50242-051-21"."""

from __future__ import annotations

import re

from crskb.words import CODE_SYSTEMS, PRODUCT_SYSTEMS

# "RxCUI" and "RxNorm" say the same: a substance's code, or else a product's.
_LABELS = {
    typed: scheme for scheme, system in (PRODUCT_SYSTEMS | CODE_SYSTEMS).items() for typed in (scheme, *system.typed)
}
_LABELLED = re.compile(
    rf"\s*({'|'.join(sorted(_LABELS, key=len, reverse=True))})(?:\s+code)?(?:\s*[:#=]\s*|\s+|(?=\d))([\w.*‐-―−-]*\d[\w.*‐-―−-]*)\s*",
    re.IGNORECASE,
)
_CHEMBL = re.compile(r"CHEMBL\d+")  # its own label
_ATC = re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d")


def read_code(text: str) -> tuple[str | None, str]:
    """The scheme that is named beside a code, if one is, and the code in upper case."""
    code = text.strip().upper()
    labelled = None if _CHEMBL.fullmatch(code) else _LABELLED.fullmatch(text)
    if not labelled:
        return None, code
    scheme, code = _LABELS[labelled[1].lower()], labelled[2].upper()
    return scheme, f"CHEMBL{code}" if scheme == "chembl" and code.isdigit() else code


def is_atc(code: str) -> bool:
    """True for the form of an ATC code of a substance."""
    return _ATC.fullmatch(code) is not None
