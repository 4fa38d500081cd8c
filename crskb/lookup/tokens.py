"""A line as words: each with its folded form and with what stands before it."""

from __future__ import annotations

import re
from typing import NamedTuple

from crskb.names import fold

# "M/R", "S/F", "E/C" and "W/V" are one word each
_WORD = re.compile(
    r"(?<![^\W_])(?i:m/r|e/c|s/f|p/f|g/r|f/c|w/v|w/w|v/v)(?![^\W_])|[^\s,;:+&/\\()\[\]{}<>\"|*=\-‐-―−~_@#]+"
)
_SEPARATOR = re.compile(r"[,;:+&/\\()\[\]{}|\n]")
_GLUED = re.compile(r"([^\W\d_]{5,})(\d.*)")
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
    """The words of `text` that hold a letter or digit. A strength typed onto a name ("blincyto35mcg") is a word of its own; a bare number there counts as joined by a hyphen."""
    found: list[Token] = []
    end = 0
    for word in _WORD.finditer(text):
        raw, start = word[0], word.start()
        glued = None if raw.isalpha() else _GLUED.fullmatch(raw)
        for piece in (glued[1], glued[2]) if glued else (raw,):
            folded = fold(piece)
            if folded:
                between = text[end:start]
                hyphen = between in _HYPHENS or (not between and piece.isdigit())
                separated = between != " " and _SEPARATOR.search(between) is not None
                end = start + len(piece)
                found.append(Token(piece, folded, bool(found) and hyphen, separated, start, end))
            start += len(piece)
    return found
