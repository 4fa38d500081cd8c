"""Words of a line that are neither name nor set aside: which of them may be a second medicine, and which only were not understood."""

from __future__ import annotations

import re
from typing import NamedTuple

from crskb.lookup.line_words import CELLS, JOINING, NEGATIONS, REASONS, SALTS, UNITS, is_aside
from crskb.lookup.tokens import Token

_LINKING = re.compile(r"[+/&]")
_SHORTEST_NAME = 4  # letters of a word beside a name that may be a part of it, or a name of its own
_SHORTEST_CAPITALS = 5  # "PRN" and "CIVI" are written so in any line
_SHORTEST_WORD = 3  # letters of a word that tells how the line is written
_MOST_BETWEEN = 2  # words set aside between an unknown word and its strength, or the plus sign after it
_CODE = re.compile(r"\d{3,}")
_LONGEST_PREFIX = 4  # letters before the number of a code: BMS-986016, PF-06863135
# Endings of nonproprietary names (WHO's stems in common use): a word that ends so is a substance, known here or not.
_STEM = re.compile(
    r".{3,}(?:mabs?|tug|bart|mig|leucel|temcel|fusp|cept|kinra|nibs?|ciclib|parib|platin|rubicin|taxel|tecan|trexed|domide|limus|stim|parin|xaban"
    r"|statin|pril|sartan|olol|dipine|cillin|mycin|floxacin|cycline|azole|prazole|vir|setron|caine|gliptin|gliflozin|triptan|zolam|zepam|vedotin|ozogamicin)"
)


class Place(NamedTuple):
    """The words of a line and where in it the names begin and end, as indices of words."""

    text: str
    words: list[Token]
    starts: set[int]
    ends: set[int]  # one past the last word


class Run(list[Token]):
    """Words of a line side by side, from `first` to before `after`."""

    def __init__(self, place: Place, first: int, after: int):
        super().__init__(place.words[first:after])
        self._place, self._first, self._after = place, first, after

    @property
    def second(self) -> bool:
        """True if they stand as a second medicine would: beside a name, after a plus sign, before a strength, with a capital."""
        return is_second(self._place, self._first, self._after)


def is_code_prefix(words: list[Token], position: int) -> bool:
    """True for the letters before the number of a development code, though they also are a manufacturer or a form."""
    after = position + 1
    return (
        after < len(words)
        and words[after].after_hyphen
        and len(words[position].folded) <= _LONGEST_PREFIX
        and words[position].raw.isalpha()
        and words[position].folded not in UNITS
        and _CODE.match(words[after].folded) is not None
    )


def is_second(place: Place, first: int, after: int) -> bool:
    """Whether the words from `first` to before `after` stand as a second medicine would."""
    words = place.words
    run = words[first:after]
    beside = first in place.ends or after in place.starts
    if any(word.folded in CELLS or any(letter.isdigit() for letter in word.folded) for word in run):
        return True  # a cell therapy or a code
    if any(_STEM.fullmatch(word.folded) for word in run):
        return True
    if beside and after < len(words) and words[after].after_hyphen:
        return True  # "Slo-Bid"
    if beside and sum(len(word.folded) for word in run) >= _SHORTEST_NAME:
        return True
    if words[first].after_hyphen and first in place.ends:
        return True
    if after in place.starts and (words[after].after_hyphen or words[after - 1].folded in NEGATIONS):
        return True
    if any(neighbour.folded in SALTS for neighbour in (*words[max(first - 1, 0) : first], *words[after : after + 1])):
        return True  # "pyridostigmine bromide"
    follows = _after_other_words(words, after)
    return (
        _is_linked(place, first)
        or (follows in place.starts and _LINKING.search(_between(place, follows)) is not None)
        or _has_strength(words, follows)
        or any(_is_capital(place, word) for word in run)
    )


def _after_other_words(words: list[Token], position: int) -> int:
    """Past at most two words that are set aside: a form, a route."""
    for _ in range(_MOST_BETWEEN):
        if position >= len(words) or not is_aside(words[position].folded) or _has_strength(words, position):
            break
        position += 1
    return position


def _is_linked(place: Place, first: int) -> bool:
    """After a plus sign, a slash or "and", unless that joins it to a reason: "PRN nausea/queasiness"."""
    if not first:
        return False
    before = place.words[first - 1]
    if before.folded in JOINING:
        return first < 2 or place.words[first - 2].folded not in REASONS
    if before.folded not in REASONS and _LINKING.search(_between(place, first)) is not None:
        return True
    back = first
    while back and first - back < _MOST_BETWEEN and is_aside(place.words[back - 1].folded):
        back -= 1
        if "+" in _between(place, back):
            return True  # "+ liquid paraffin"
    return False


def _between(place: Place, position: int) -> str:
    """What stands before a word, after the word before it."""
    return place.text[place.words[position - 1].end : place.words[position].start] if position else ""


def _has_strength(words: list[Token], position: int) -> bool:
    """A number with a unit follows."""
    if position >= len(words) or not words[position].folded[0].isdigit() or words[position].after_separator:
        return False
    number = words[position].folded
    if not number.isdigit():
        return is_aside(number) and any(number.endswith(unit) for unit in UNITS)
    return position + 1 < len(words) and words[position + 1].folded in UNITS


def _is_capital(place: Place, word: Token) -> bool:
    """Written as a name is, in a line whose other words are not: an initial capital, or capitals throughout."""
    letters = word.raw
    if not letters[0].isupper() or len(letters) < _SHORTEST_NAME:
        return False
    others = [
        other.raw
        for other in place.words
        if other.raw.isalpha() and len(other.raw) >= _SHORTEST_WORD and other is not word and is_aside(other.folded)
    ]
    if letters.isupper():
        return len(letters) >= _SHORTEST_CAPITALS and not any(other.isupper() for other in others)
    titled = sum(other[0].isupper() and not other.isupper() for other in others)
    return not others or 2 * titled < len(others)  # German nouns have capitals
