"""A line as words: each with its folded form and with what stands before it."""

from __future__ import annotations

import re
from typing import NamedTuple

from crskb.lookup.names import fold

_WORD = re.compile(r"[^\s,;:+&/\\()\[\]{}<>\"|*=\-‐-―−~]+")
_SEPARATOR = re.compile(r"[,;+&/\\()\[\]{}|\n]")
_HYPHENS = frozenset("-‐‑‒–—―−")


class Token(NamedTuple):
    """A word of a line, `raw` as typed."""

    raw: str
    folded: str
    after_hyphen: bool  # joined to the word before it
    after_separator: bool  # comma, plus, bracket or slash before it
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of `text` that hold a letter or digit."""
    found: list[Token] = []
    end = 0
    for word in _WORD.finditer(text):
        folded = fold(word[0])
        if folded:
            between = text[end : word.start()]
            found.append(
                Token(
                    word[0],
                    folded,
                    bool(found) and between in _HYPHENS,
                    _SEPARATOR.search(between) is not None,
                    word.start(),
                    word.end(),
                )
            )
            end = word.end()
    return found
