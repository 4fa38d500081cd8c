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
        start = bisect_left(self.sorted, text)
        return self.sorted[start : bisect_left(self.sorted, text + "\U0010ffff", start)]


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
    """Thousands of folded names, of which only the nearest is asked: one edit is found through the letters that are left when one is taken out."""

    def __init__(self, names: Iterable[str]):
        self._sorted = sorted(set(names))
        self._longest = max(map(len, self._sorted), default=0)
        self._one_less: dict[str, str] = {}
        self._clashing: dict[str, list[str]] = defaultdict(list)
        self._by_first: dict[tuple[str, int], list[str]] = defaultdict(list)
        for name in self._sorted:
            if len(name) >= SHORTEST_FUZZY and _is_spelt(name):
                self._by_first[name[0], len(name)].append(name)
                for shorter in {name, *_one_less(name)}:
                    if self._one_less.setdefault(shorter, name) != name:
                        self._clashing[shorter].append(name)

    def nearest(self, text: str, edits: int) -> tuple[str, int] | None:
        """The nearest name within one edit, or within two of those with the same first letter."""
        if len(text) > self._longest + edits:  # some signs are folded to eighteen letters each
            return None
        candidates = {self._one_less.get(shorter, "") for shorter in (text, *_one_less(text))}
        for shorter in (text, *_one_less(text)) if candidates != {""} else ():
            candidates.update(self._clashing.get(shorter, ()))
        found = min(((OSA.distance(text, name), name) for name in candidates if name), default=_FAR)
        if found[0] > 1 and edits > 1:
            window = [
                name
                for length in range(len(text) - 2, len(text) + 3)
                for name in self._by_first.get((text[0], length), ())
            ]
            near = process.extractOne(text, window, scorer=OSA.distance, score_cutoff=2)
            found = (int(near[1]), near[0]) if near else found
        return (found[1], found[0]) if found[0] <= edits and _digits_allow(text, found[1], found[0]) else None

    def begins_any(self, text: str) -> str | None:
        """The first name that begins with `text`."""
        start = bisect_left(self._sorted, text)
        return self._sorted[start] if start < len(self._sorted) and self._sorted[start].startswith(text) else None


def _one_less(text: str) -> list[str]:
    return [text[:place] + text[place + 1 :] for place in range(len(text))]


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
