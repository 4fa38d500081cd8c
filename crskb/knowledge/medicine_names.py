"""The names of drugs, treatments and reviewed medicines, of classes and regimens, and which lie one letter apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rapidfuzz.distance import OSA

from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.yamlfile import Steps

_MIN_LETTERS_TO_COMPARE = 6  # shorter names differ by one letter too often for that to mean anything


def medicines(knowledge: Knowledge) -> Iterator[Entry[Any]]:
    """Every entry that has names and codes: drugs, treatments, reviewed medicines."""
    yield from knowledge.drugs.values()
    yield from knowledge.clinical.get("treatments", [])
    yield from knowledge.reviewed


def names_of(entry: Entry[Any]) -> Iterator[tuple[Steps, str]]:
    """The names of a medicine and where they stand."""
    found: list[tuple[Steps, str]] = [(("name",), entry.record.name)]
    for key in ("brand_names", "other_names"):
        found += [((key, position, "name"), name.name) for position, name in enumerate(getattr(entry.record, key))]
    yield from ((steps, name) for steps, name in found if name)


def names_and(key: str, entry: Entry[Any]) -> Iterator[tuple[Steps, str]]:
    """The name of a class or a regimen, then the texts of its list `key`, and where they stand."""
    found: list[tuple[Steps, str | None]] = [(("name",), entry.record.name)]
    found += [((key, position), text) for position, text in enumerate(getattr(entry.record, key))]
    yield from ((steps, text) for steps, text in found if text)


def all_names_read(knowledge: Knowledge) -> bool:
    """Whether the names of every medicine could be read, so that one that no other is seen to have is its alone."""
    read = all(entry.read(("name",), ("brand_names",), ("other_names",)) for entry in medicines(knowledge))
    return read and knowledge.drug_ids == knowledge.drugs.keys()


def comparable(folded: str) -> bool:
    """Whether this name is long enough to be compared by letters."""
    return len(folded) >= _MIN_LETTERS_TO_COMPARE


def one_letter_apart(folded: str, other: str) -> bool:
    """Whether two folded names differ by one letter: another one, one more, one less, or two in the other order."""
    return comparable(folded) and OSA.distance(folded, other, score_cutoff=1) == 1


def keys_of_neighbours(folded: str) -> set[str]:
    """The name itself and the name less any one letter: two names that are one letter apart have a key in common."""
    return {folded, *(folded[:cut] + folded[cut + 1 :] for cut in range(len(folded)))}
