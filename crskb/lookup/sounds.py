"""How a name sounds, so that what was heard finds what is written: "teklistamab", "kimria", "blincito"."""

from __future__ import annotations

import re

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph", "f"),
        ("ck|ch|qu|q", "k"),
        ("c(?=[eiy])", "s"),
        ("c", "k"),
        ("x", "ks"),
        ("[zß]", "s"),
        ("h", ""),  # after ph and ch: th and rh sound as t and r, and h alone is often not heard
        ("ou|oo", "u"),
        ("y", "i"),
        ("ee|ie|ei", "i"),
        ("ae|oe", "e"),
        ("w", "v"),
        (r"(\D)\1+", r"\1"),
    )
)


def sound(folded: str) -> str:
    """The key that names of one sound share: "teklystamab" and "teclistamab" both give "teklistamab"."""
    for pattern, replacement in _RULES:
        folded = pattern.sub(replacement, folded)
    return folded
