"""Which listed drugs to offer for a text that is not a name, and whether another medicine's name lies nearer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapidfuzz.distance import Postfix

from crskb.lookup.answers import How
from crskb.lookup.catalogue import Catalogue, Entry
from crskb.lookup.nearest import COMPLETED, SHORTEST_PREFIX, SOUNDS_ALIKE, Near, near_names
from crskb.lookup.tokens import Token
from crskb.names import fold
from crskb.words import KINDS

_RANKS = {kind: rank for rank, kind in enumerate(KINDS)}
_LONG = 9  # letters from which a name of these kinds may have two edits
_DENSE = 3  # letters; antibodies share their endings, so that two edits at the beginning are rather another antibody
_SHORTEST_WORD = 6  # letters of a single word out of a sentence that is compared with names
SHORTEST_BEGINNING = 4  # letters of a word of a sentence with which a listed name may begin; fewer are rather a word cut short: "MAG SULFATE"
_MOST_WORDS = 12
_MOST_EDITS_TO_OTHERS = 2
_SHORTEST_OTHER = 4  # letters of a text that is compared with names that are not listed


class Offer(NamedTuple):
    """A drug to offer, by its nearest name."""

    entry: Entry
    folded: str
    how: How
    distance: int
    cost: float


class Suggestions(NamedTuple):
    """Drugs to offer, nearest first, and the nearest name that belongs to none of them."""

    offers: list[Offer]
    resembles: tuple[Entry, int] | None


def suggest(folded: str, catalogue: Catalogue, *, prefix: bool = False) -> Suggestions:
    """What to offer for a folded text. Nothing, if a medicine that is not listed lies nearer."""
    completions = list(_completions(folded, catalogue)) if prefix else []
    near = [] if completions else near_names(folded, catalogue.listed, catalogue.sounds)
    near = [candidate for candidate in near if _is_likely(folded, candidate, catalogue)]
    offers = _by_drug([*completions, *near], catalogue)
    other = _nearest_other(
        folded, catalogue, _edits_to_others(offers, bool(completions)), completes=prefix and not completions
    )
    if other and offers and not completions and other[1] < offers[0].cost:
        return Suggestions([], other)
    return Suggestions(offers, other)


def _edits_to_others(offers: list[Offer], completions: bool) -> int:
    """How far a name that is not listed may be and still be told: no farther than the best offer."""
    if completions:
        return 1
    if offers:
        return min(_MOST_EDITS_TO_OTHERS, int(offers[0].cost + 0.5))  # an equal sound counts as one edit
    return _MOST_EDITS_TO_OTHERS


def suggest_for_words(words: list[Token], catalogue: Catalogue) -> Suggestions:
    """What to offer for a run of words: taken together, else for each word."""
    whole = suggest("".join(word.folded for word in words), catalogue)
    if whole.offers or len(words) == 1:
        return whole
    by_word = [suggest(word.folded, catalogue) for word in words[:_MOST_WORDS] if len(word.folded) >= _SHORTEST_WORD]
    offers = {offer.entry.owner: offer for found in reversed(by_word) for offer in reversed(found.offers)}
    return Suggestions(list(offers.values())[::-1], None) if offers else whole


def is_near_a_name(words: list[Token], found: Suggestions, catalogue: Catalogue) -> bool:
    """Whether a run of words may be a name misspelt or begun; `found` is what `suggest_for_words` offers for it."""
    if found.offers:
        return True
    if found.resembles and found.resembles[1] == 1 and sum(len(word.folded) for word in words) >= _SHORTEST_WORD:
        return True
    return any(
        len(word.folded) >= SHORTEST_BEGINNING and catalogue.listed.beginning(word.folded) != [] for word in words
    )


def _completions(folded: str, catalogue: Catalogue) -> Iterator[Near]:
    if len(folded) >= (SHORTEST_PREFIX if folded.isascii() else SHORTEST_PREFIX - 1):
        names = sorted(
            catalogue.listed.beginning(folded),
            key=lambda name: (name in catalogue.parts, _rank(catalogue.entries(name)), len(name)),
        )
        yield from (Near(name, "prefix", len(name) - len(folded), COMPLETED) for name in names)


def _rank(entries: list[Entry]) -> tuple[int, bool]:
    """Nonproprietary names before brands, brands of the large regions before those of others."""
    return min(
        (_RANKS[entry.kind], entry.region is not None and not {"US", "EU"} & set(entry.region.split(", ")))
        for entry in entries
    )


def _is_likely(folded: str, near: Near, catalogue: Catalogue) -> bool:
    """Whether a name is near enough to be offered, beyond its number of edits: one edit is, and so is an equal sound."""
    if near.distance <= 1 or near.cost <= SOUNDS_ALIKE:
        return True
    if near.folded in catalogue.parts:
        return False  # the shorter the part that is compared, the more names are near it
    if len(near.folded) < _LONG and all(KINDS[entry.kind].alike for entry in catalogue.entries(near.folded)):
        return False
    if any(stem.pattern.fullmatch(folded) for stem in catalogue.stems):
        return near.distance == 2 and folded[0] == near.folded[0]  # the stem says that it is a name of its own
    if folded[0] == near.folded[0]:
        return True
    # letters of the longer text before the ending that both share: "mepo" of mepolizumab beside teplizumab
    apart = Postfix.distance(folded, near.folded)
    return near.distance == 2 and not (near.folded.endswith("mab") and apart <= _DENSE)


def _by_drug(near: Iterable[Near], catalogue: Catalogue) -> list[Offer]:
    """The nearest name of each drug; several names of one drug count once. A part of a name stands for the whole."""
    offers: dict[str, Offer] = {}
    for candidate in near:
        part = candidate.folded in catalogue.parts
        for entry in catalogue.entries(candidate.folded):
            how: How = candidate.how
            distance = candidate.distance
            if part:
                how = "fuzzy" if distance else "prefix"
                distance += len(fold(entry.name)) - len(candidate.folded)
            offers.setdefault(entry.owner, Offer(entry, candidate.folded, how, distance, candidate.cost))
    return list(offers.values())


def _nearest_other(folded: str, catalogue: Catalogue, edits: int, *, completes: bool) -> tuple[Entry, int] | None:
    """The nearest name of a medicine that is not listed, or one that the text begins."""
    found = catalogue.not_listed.nearest(folded, edits) if len(folded) >= _SHORTEST_OTHER and edits else None
    if completes and len(folded) >= _SHORTEST_OTHER and (found is None or found[1] > 1):
        begun = catalogue.not_listed.begins_any(folded)
        if begun:
            found = begun, 1
    return (catalogue.names[found[0]][0], found[1]) if found else None
