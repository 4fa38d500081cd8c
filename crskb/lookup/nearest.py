"""The names nearest to a text that is no name: completions, misspellings and sound-alikes, held in memory by length."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from crskb.lookup.sounds import sound

MOST_EDITS = 3
SHORTEST_PREFIX = 3
SHORTEST_FUZZY = 5


class Near(NamedTuple):
    """A name near a text. `cost` ranks: the edits, or less where the two sound alike."""

    folded: str
    how: str  # prefix or fuzzy
    distance: (
        int  # insertions, deletions, substitutions and swaps of neighbours; for a prefix the letters still to type
    )
    cost: float


class NameIndex:
    """Folded names, ready to be searched by edits, by beginning and by sound."""

    def __init__(self, names: Iterable[str]):
        self.sorted = sorted(set(names))
        by_length: dict[int, list[str]] = defaultdict(list)
        for name in self.sorted:
            if len(name) >= SHORTEST_FUZZY and _is_alphabetic(name):
                by_length[len(name)].append(name)
        self._windows = {
            (length, edits): [
                name for near in range(length - edits, length + edits + 1) for name in by_length.get(near, ())
            ]
            for length in range(min(by_length, default=0) - MOST_EDITS, max(by_length, default=0) + MOST_EDITS + 1)
            for edits in range(MOST_EDITS + 1)
        }
        self._codes = [
            name for name in self.sorted if any(letter.isdigit() for letter in name) and len(name) >= SHORTEST_FUZZY
        ]

    def within(self, text: str, edits: int) -> list[tuple[str, int]]:
        """Names of letters alone that `text` becomes by at most `edits` edits, with that number."""
        window = self._windows.get((len(text), edits))
        if not window:
            return []
        return [
            (name, int(distance))
            for name, distance, _ in process.extract(text, window, scorer=OSA.distance, score_cutoff=edits, limit=None)
        ]

    def nearest(self, text: str, edits: int) -> tuple[str, int] | None:
        """The nearest name of letters alone within `edits` edits."""
        window = self._windows.get((len(text), edits))
        found = process.extractOne(text, window, scorer=OSA.distance, score_cutoff=edits) if window else None
        return (found[0], int(found[1])) if found else None

    def beginning(self, text: str) -> list[str]:
        """Names that begin with `text`."""
        start = bisect_left(self.sorted, text)
        return self.sorted[start : bisect_left(self.sorted, text + "\U0010ffff", start)]

    def begins_any(self, text: str) -> str | None:
        """The first name that begins with `text`."""
        start = bisect_left(self.sorted, text)
        return self.sorted[start] if start < len(self.sorted) and self.sorted[start].startswith(text) else None

    def codes_within_one(self, text: str) -> Iterator[str]:
        """Development codes one edit from `text`. In a code every digit counts: another digit is another substance, unless the code is long."""
        if len(text) < SHORTEST_FUZZY or not any(letter.isdigit() for letter in text):
            return
        for code, _, _ in process.extract(text, self._codes, scorer=OSA.distance, score_cutoff=1, limit=None):
            digits, typed = _digits(code), _digits(text)
            same_digits = digits == typed
            retyped = len(digits) == len(typed) and sorted(digits) != sorted(typed)
            if same_digits or len(digits) >= (5 if retyped else 3):
                yield code


class SoundIndex:
    """Names by how they sound."""

    def __init__(self, names: Iterable[str]):
        self._names: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if len(name) >= SHORTEST_FUZZY and _is_alphabetic(name):
                self._names[sound(name)].append(name)
        self._index = NameIndex(self._names)

    def alike(self, key: str) -> list[str]:
        """Names that sound as `key` does."""
        return self._names.get(key, []) if len(key) >= SHORTEST_FUZZY - 1 else []

    def nearly(self, key: str) -> list[str]:
        """Names whose sound is one edit from `key`."""
        return [name for near, distance in self._index.within(key, 1) if distance for name in self._names[near]]


def most_edits(text: str, name_length: int) -> int:
    """How many edits may lie between a text and a name of this length for the name to be offered."""
    length = max(len(text), name_length)
    return 0 if length < SHORTEST_FUZZY else 1 if length < 6 else 2 if length < 14 else MOST_EDITS


def near_names(text: str, index: NameIndex, sounds: SoundIndex) -> list[Near]:
    """Names that `text` may be a misspelling of, nearest first."""
    found = {code: Near(code, "fuzzy", 1, 1.0) for code in index.codes_within_one(text)}
    if not _is_alphabetic(text) or len(text) < SHORTEST_FUZZY - 1:
        return list(found.values())
    for name, distance in index.within(text, most_edits(text, len(text) + 1)):
        if distance <= most_edits(text, len(name)):
            found[name] = Near(name, "fuzzy", distance, float(distance))
    key = sound(text)
    for name in sounds.alike(key):
        found[name] = Near(
            name, "fuzzy", OSA.distance(text, name), min(found[name].cost if name in found else 9.0, 0.5)
        )
    if not found and len(key) >= 7:
        for name in sounds.nearly(key):
            found[name] = Near(name, "fuzzy", OSA.distance(text, name), 2.5)
    return sorted(
        found.values(), key=lambda near: (near.cost, near.distance, abs(len(near.folded) - len(text)), near.folded)
    )


def _is_alphabetic(text: str) -> bool:
    """Letters of an alphabet alone: in a code each digit, in a Chinese name each sign is too much to be an error of typing."""
    return text.isalpha() and (text.isascii() or max(text) < "\u2e80")


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
