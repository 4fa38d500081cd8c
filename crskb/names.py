"""Fold a name to the form in which names are compared."""

from __future__ import annotations

import re
import unicodedata

_MARKS = str.maketrans({"™": None, "®": None, "©": None, "℠": None, "\u00ad": None})
_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "µ": "mu", "μ": "mu"})
_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}


def fold(name: str) -> str:
    """Case, accents, spaces, hyphens and trademark signs set aside: "Axi-Cel®" becomes "axicel".

    Letters of other scripts stay, so that a Japanese or Russian brand name still is a name.
    """
    if name.isascii():  # the usual case, four times as fast
        return name.translate(_ASCII)
    text = unicodedata.normalize("NFKD", name.translate(_MARKS)).casefold().translate(_GREEK)
    return unicodedata.normalize("NFC", _NOT_ALPHANUMERIC.sub("", _LATIN_ACCENTS.sub("", text)))


def slugify(name: str) -> str:
    """The id of a name: lower-case words joined by hyphens, "anti-thymocyte globulin (rabbit)" -> "anti-thymocyte-globulin-rabbit"."""
    plain = unicodedata.normalize("NFKD", name.translate(_MARKS)).casefold().translate(_GREEK)
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
