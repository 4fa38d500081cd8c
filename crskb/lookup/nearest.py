"""The names nearest to a text that is not a name: completions, misspellings and sound-alikes, held in memory by length."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from crskb.lookup.answers import How
from crskb.lookup.sounds import sound

MOST_EDITS = 3
SHORTEST_PREFIX = 3  # letters
SHORTEST_FUZZY = 5  # letters
# What a near name costs: its edits, less where the two sound alike. What sounds nearly alike comes after two edits and before three.
COMPLETED = 0.0
SOUNDS_ALIKE = 0.5
SOUNDS_NEARLY_ALIKE = 2.5
_EDITS = ((6, 1), (14, 2))  # below so many letters at most so many edits
_SHORT = 8  # letters; below, two edits are soon another name: "Maxalt" is not "Maball"
_SHORTEST_NEARLY_ALIKE = 7  # letters of a sound
_FAR = (99, "")  # no name, farther than any edits that are asked for
_LETTERS_FOR_EACH_EDIT = 3  # letters that a code must have beside its digits for each edit among them
_LONG_WORD = 7  # letters of a word in which one may be typed as a digit
_LONG_NUMBER = 5  # digits of a code of which one may be wrong; where two are swapped or one is missing:
_LONG_NUMBER_SHUFFLED = 3


class Near(NamedTuple):
    """A name near a text. `cost` ranks: the edits, or less where the two sound alike."""

    folded: str
    how: How  # prefix or fuzzy
    distance: int  # insertions, deletions, substitutions, swaps of neighbours; for a prefix the letters still to type
    cost: float


class NameIndex:
    """Folded names, ready to be searched by edits and by beginning."""

    def __init__(self, names: Iterable[str]):
        self.sorted = sorted(set(names))
        by_length: dict[int, list[str]] = defaultdict(list)
        for name in self.sorted:
            if len(name) >= SHORTEST_FUZZY and _is_spelt(name):
                by_length[len(name)].append(name)
        self._windows = {
            (length, edits): [
                name for near in range(length - edits, length + edits + 1) for name in by_length.get(near, ())
            ]
            for length in range(min(by_length, default=0) - MOST_EDITS, max(by_length, default=0) + MOST_EDITS + 1)
            for edits in range(MOST_EDITS + 1)
        }

    def within(self, text: str, edits: int) -> list[tuple[str, int]]:
        """Names that `text` becomes by at most `edits` edits, with that number."""
        window = self._windows.get((len(text), edits))
        if not window:
            return []
        found = process.extract(text, window, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(name, int(distance)) for name, distance, _ in found if _digits_allow(text, name, int(distance))]

    def beginning(self, text: str) -> list[str]:
        """Names that begin with `text`."""
        return _beginning(self.sorted, text)


class SoundIndex:
    """Names by how they sound."""

    def __init__(self, names: Iterable[str]):
        self._names: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if len(name) - len(_digits(name)) >= SHORTEST_FUZZY and _is_spelt(name):
                self._names[sound(name)].append(name)
        self._index = NameIndex(self._names)

    def alike(self, key: str) -> list[str]:
        """Names that sound as `key` does."""
        return self._names.get(key, []) if len(key) >= SHORTEST_FUZZY - 1 else []

    def nearly(self, key: str) -> list[str]:
        """Names whose sound is one edit from `key`."""
        return [name for near, distance in self._index.within(key, 1) if distance for name in self._names[near]]


class LargeIndex:
    """Thousands of folded names, of which only the nearest is asked: one with the same first letter, or with the same letters from the third on."""

    def __init__(self, names: Iterable[str]):
        self._sorted = sorted(set(names))
        self._longest = max(map(len, self._sorted), default=0)
        spelt = [name for name in self._sorted if len(name) >= SHORTEST_FUZZY and _is_spelt(name)]
        self._endings = sorted(name[::-1] for name in spelt)
        self._by_first: dict[tuple[str, int], list[str]] = defaultdict(list)
        for name in spelt:
            self._by_first[name[0], len(name)].append(name)

    def nearest(self, text: str, edits: int) -> tuple[str, int] | None:
        """The nearest name within one edit; within two where the first letter is right, or all from the third on."""
        if len(text) > self._longest + edits:  # some signs are folded to eighteen letters each
            return None
        window = [name[::-1] for name in _beginning(self._endings, text[:1:-1])]
        for length in range(len(text) - edits, len(text) + edits + 1):
            window += self._by_first.get((text[0], length), ())
        near = process.extractOne(text, window, scorer=OSA.distance, score_cutoff=edits)
        return (near[0], int(near[1])) if near and _digits_allow(text, near[0], int(near[1])) else None

    def begins_any(self, text: str) -> str | None:
        """The first name that begins with `text`."""
        return next(iter(_beginning(self._sorted, text)), None)


def _beginning(names: list[str], text: str) -> list[str]:
    """Those of the sorted `names` that begin with `text`."""
    start = bisect_left(names, text)
    return names[start : bisect_left(names, text + "\U0010ffff", start)]


def most_edits(text: str, name_length: int) -> int:
    """How many edits may lie between a text and a name of this length for the name to be offered."""
    length = max(len(text), name_length)
    if length < SHORTEST_FUZZY:
        return 0
    return next((edits for below, edits in _EDITS if length < below), MOST_EDITS)


def near_names(text: str, index: NameIndex, sounds: SoundIndex) -> list[Near]:
    """Names that `text` may be a misspelling of, nearest first."""
    if not _is_spelt(text) or len(text) < SHORTEST_FUZZY - 1:
        return []
    found: dict[str, Near] = {}
    for name, distance in index.within(text, most_edits(text, len(text) + 1)):
        if distance <= most_edits(text, len(name)) and (distance < 2 or _is_slip(text, name)):
            found[name] = Near(name, "fuzzy", distance, float(distance))
    key = sound(text)
    for name in sounds.alike(key):
        found[name] = Near(name, "fuzzy", OSA.distance(text, name), SOUNDS_ALIKE)
    if not found and len(key) >= _SHORTEST_NEARLY_ALIKE:
        for name in sounds.nearly(key):
            found[name] = Near(name, "fuzzy", OSA.distance(text, name), SOUNDS_NEARLY_ALIKE)
    return sorted(
        found.values(), key=lambda near: (near.cost, near.distance, abs(len(near.folded) - len(text)), near.folded)
    )


def _is_slip(text: str, name: str) -> bool:
    """Whether a text of two edits or more may still be a short name: two letters may be swapped, doubled, added or left out anywhere, but replaced only
    within a name whose beginning or whose two ends are right."""
    if len(name) >= _SHORT:
        return True
    held = (Counter(text) & Counter(name)).total()
    if held >= len(name) - 1 or held == len(text):
        return True
    return text[:3] == name[:3] or (text[:2] == name[:2] and text[-1] == name[-1])


def _is_spelt(text: str) -> bool:
    """Signs of an alphabet and digits: in a Chinese name each sign is too much to be an error of typing."""
    return text.isascii() or max(text) < "\u2e80"


def _digits_allow(text: str, name: str, distance: int) -> bool:
    """In a code every digit counts: "SGN-45" is not a misspelt "SGN-40". A long code may have one digit wrong, a long word one letter typed as a digit."""
    typed, digits = _digits(text), _digits(name)
    if typed == digits:
        return not digits or len(name) - len(digits) >= _LETTERS_FOR_EACH_EDIT * distance
    if distance > 1:
        return False
    if not digits:
        return len(name) >= _LONG_WORD
    shuffled = sorted(typed) == sorted(digits) or len(typed) != len(digits)
    return len(digits) >= (_LONG_NUMBER_SHUFFLED if shuffled else _LONG_NUMBER)


def _digits(text: str) -> str:
    return "" if text.isalpha() else "".join(letter for letter in text if letter.isdigit())
