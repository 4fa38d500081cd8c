"""What an order line names, once strength, form, route, frequency, salt and manufacturer are set aside."""

from __future__ import annotations

import re
from typing import NamedTuple

from crskb.lookup.catalogue import BEGINNING, Catalogue, Entry
from crskb.lookup.leftovers import Place, Run, is_code_prefix
from crskb.lookup.line_words import CELLS, JOINING, NEGATIONS, NO_SUFFIX, UNITS, is_aside
from crskb.lookup.tokens import Token, tokens

_SUFFIX = re.compile(r"[a-z]{4}")
_VOLUME = re.compile(r"\d*(?:ml|mg|mcg)")
_SHORTEST_JOINED = 4  # letters of a name typed as several words; "at g" is not ATG


class Named(NamedTuple):
    """A name found in a line. `suffix` is the four-letter suffix that is not in the data, if the name was read without it."""

    text: str
    entries: list[Entry]
    suffix: str


class Line(NamedTuple):
    """The names in a line, and runs of words that are neither name nor set aside."""

    named: list[Named]
    rest: list[Run]


def read_line(text: str, catalogue: Catalogue, words: list[Token] | None = None) -> Line:
    """Longest names first, from left to right. `words`: the text as words, where it was read so already."""
    words = tokens(text) if words is None else words
    named: list[Named] = []
    runs: list[tuple[int, int]] = []  # from a word to before a word
    starts: set[int] = set()
    ends: set[int] = set()
    joined, position, after_name = False, 0, -1  # joined: the word before belongs to the run that grows
    while position < len(words):
        found, length = _name_at(words, position, text, catalogue)
        if found:
            named.append(found)
            after = position + length
            apart = after >= len(words) or words[after].after_separator
            for inner in () if apart else range(position + 1, after):
                other, reach = _name_at(words, inner, text, catalogue)
                if other and inner + reach > after:  # "Gazyva RO 7082859" is not only Gazyvaro
                    named.append(other)
                    break
            starts.add(position)
            ends.add(after)
            joined, position, after_name = False, after, after
            continue
        word = words[position]
        hangs_on_name = position == after_name and word.after_hyphen and word.raw.isalpha()  # and may change it
        if (
            word.folded in JOINING
            or (word.folded == "cart" and _is_cartridge(words, position))
            or not (
                hangs_on_name
                or not is_aside(word.folded)
                or _belongs_to_run(words, position, joined)
                or is_code_prefix(words, position)
                or (word.folded in NEGATIONS and _name_at(words, position + 1, text, catalogue)[0])
            )
        ):
            joined = False
        elif joined and not word.after_separator:
            runs[-1] = runs[-1][0], position + 1
        else:
            runs.append((position, position + 1))
            joined = True
        position += 1
    if not named and not runs:
        named = _aside_names(words, text, catalogue)
    place = Place(text, words, starts, ends)
    rest = [Run(place, first, after) for first, after in runs]
    return Line(named, _without_cell_words(named, rest, catalogue))


def _is_cartridge(words: list[Token], position: int) -> bool:
    """ "Cart" in small letters after a volume or strength is a cartridge and no CAR T-cell product: "Humalog_100u/ml 3ml Cart"."""
    return (
        not words[position].raw.isupper() and position > 0 and _VOLUME.fullmatch(words[position - 1].folded) is not None
    )


def _aside_names(words: list[Token], text: str, catalogue: Catalogue) -> list[Named]:
    """What a line names that holds nothing but words that are set aside: "potassium chloride 20 mEq PO daily"."""
    named: list[Named] = []
    position = 0
    while position < len(words):
        found, length = _name_at(words, position, text, catalogue, aside=True)
        named += [found] if found else []
        position += max(length, 1)
    return named


def _name_at(
    words: list[Token], start: int, text: str, catalogue: Catalogue, *, aside: bool = False
) -> tuple[Named | None, int]:
    """The longest name at `start` and its number of words. `aside`: of names made only of words that are set aside, else of all others."""
    if not _may_begin(words, start, catalogue.beginnings):
        return None, 0
    longest = min(catalogue.longest, len(words) - start)
    folded = [""]
    for word in words[start : start + longest]:
        folded.append(folded[-1] + word.folded)
    for length in range(longest, 0, -1):
        entries = catalogue.names.get(folded[length]) or catalogue.of_french(folded[length])
        if (
            entries
            and (length == 1 or len(folded[length]) >= _SHORTEST_JOINED or words[start + 1].after_hyphen)
            and (folded[length] in catalogue.aside) == aside
        ):
            extra, suffix = _suffix(words, start + length, entries, catalogue)
            last = words[start + length + extra - 1]
            return Named(text[words[start].start : last.end], entries, suffix), length + extra
    return None, 0


def _may_begin(words: list[Token], start: int, beginnings: set[str]) -> bool:
    """False if no name begins as the line does here: one quick look before many slower ones."""
    if start >= len(words):
        return False
    text = words[start].folded
    while len(text) < BEGINNING and start + 1 < len(words):
        start += 1
        text += words[start].folded
    return text[:BEGINNING] in beginnings or text[:4] in beginnings or text[:3] in beginnings or text[:2] in beginnings


def _suffix(words: list[Token], position: int, entries: list[Entry], catalogue: Catalogue) -> tuple[int, str]:
    """One word and its letters if a US suffix of four letters hangs on the nonproprietary name of a biological medicine."""
    if position >= len(words) or not words[position].after_hyphen or entries[0].kind != "inn" or len(entries) > 1:
        return 0, ""
    suffix = words[position].folded
    if (
        not _SUFFIX.fullmatch(suffix)
        or suffix in NO_SUFFIX
        or is_aside(suffix)
        or catalogue.modality.get(entries[0].owner) == "small_molecule"
    ):
        return 0, ""
    after = position + 1
    if suffix in catalogue.names or (after < len(words) and words[after].after_hyphen):
        return 0, ""
    return 1, suffix


def _belongs_to_run(words: list[Token], position: int, joined: bool) -> bool:
    """A number is part of a code ("SGN-45", "AMG 510"), not a strength, after a hyphen or a short unknown word, unless a unit follows."""
    word = words[position]
    if not joined or not word.folded[0].isdigit():
        return False
    if word.after_hyphen:
        return True
    before, after = words[position - 1], words[position + 1] if position + 1 < len(words) else None
    return (
        word.folded.isdigit()
        and not word.after_separator
        and len(before.folded) <= 4
        and not (after and after.folded in UNITS)
    )


def _without_cell_words(named: list[Named], rest: list[Run], catalogue: Catalogue) -> list[Run]:
    """ "CAR T cells" beside the name of one CAR T-cell product says nothing new; beside any other name it may be a second therapy."""
    owners = {entry.owner for found in named for entry in found.entries}
    if len(owners) == 1 and catalogue.modality.get(next(iter(owners))) == "car_t":
        return [run for run in rest if not all(word.folded in CELLS for word in run)]
    return rest
