"""Names of combinations in a text: "R-CHOP cycle 3 day 1", "mFOLFOX6 C2D1"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from crskb.lookup.answers import Answer, RegimenFound, RegimenMember
from crskb.lookup.catalogue import Catalogue, Entry
from crskb.lookup.line_words import is_aside
from crskb.lookup.tokens import Token, tokens
from crskb.names import fold

_BEGINNING = 4  # letters of a word that are looked at first
_SHORT = 3  # letters; so short a name is a word of many trades, and is read as written and alone
_WHEN = re.compile(r"c\d+(d\d+)?|d\d+|x\d+|\d{1,3}|cycles?|day|days|dose")  # beside a short name


class Combination(NamedTuple):
    """A regimen with the names of its medicines."""

    id: str
    name: str
    members: list[str]
    source_id: str
    ordinary_word: bool


class Regimens:
    """The combinations that a resolver knows, made from `crskb.database.queries.for_lookup`."""

    def __init__(self, rows: Mapping[str, Any]):
        members: dict[str, list[str]] = {}
        for row in rows["regimen_members"]:
            members.setdefault(row["regimen_id"], []).append(row["medicine"])
        found = {
            row["id"]: Combination(
                row["id"], row["name"], members[row["id"]], row["source_id"], bool(row["ordinary_word"])
            )
            for row in rows["regimens"]
        }
        self._by_name: dict[str, Combination] = {}
        self._written: set[str] = set()
        for row in rows["regimen_names"]:
            self._by_name[row["folded"]] = found[row["regimen_id"]]
            self._written |= {row["name"], row["name"].upper()}
        self._beginnings = {folded[:length] for folded in self._by_name for length in range(1, _BEGINNING + 1)}
        self._longest = max((len(tokens(name)) for name in self._written), default=1)

    def find(self, text: str, folded: str, words: list[Token]) -> tuple[list[tuple[str, Combination]], str]:
        """The combinations in a text that is folded and read as words already, each as typed, and the text without them."""
        whole = self._by_name.get(folded)
        if whole:
            written = text.strip()
            return ([(written, whole)], "") if self._is_so_called(written, folded, whole) else ([], text)
        found: list[tuple[str, Combination]] = []
        rest, position, end = [], 0, 0
        while position < len(words):
            combination, length = self._at(words, position, text)
            if combination:
                start, after = words[position].start, words[position + length - 1].end
                found.append((text[start:after], combination))
                rest.append(text[end:start])
                end = after
            position += length
        return (found, " ".join([*rest, text[end:]])) if found else ([], text)

    def _at(self, words: list[Token], start: int, text: str) -> tuple[Combination | None, int]:
        """The longest name that begins at a word, and how many words it has; (None, 1) if none does."""
        if words[start].folded[:_BEGINNING] not in self._beginnings:
            return None, 1  # one quick look before many slower ones
        before = words[start - 1] if start else None
        # "G-CHOP" and "G CHOP" are other combinations than CHOP
        if words[start].after_hyphen or (
            before and len(before.folded) == 1 and before.folded.isalpha() and not words[start].after_separator
        ):
            return None, 1
        for length in range(min(self._longest, len(words) - start), 0, -1):
            last = start + length - 1
            after = words[last + 1] if last + 1 < len(words) else None
            combination = self._by_name.get("".join(word.folded for word in words[start : last + 1]))
            joined = after and after.after_hyphen and not after.folded.isdigit()  # "CHOP-14" is CHOP, "FOLFOX-X" is not
            if combination and not joined and self._is_written(combination, words, start, last, text):
                return combination, length
        return None, 1

    def _is_written(self, combination: Combination, words: list[Token], start: int, last: int, text: str) -> bool:
        """Whether the words name the combination. A name of few letters stands alone, but for the cycle and the day."""
        folded = "".join(word.folded for word in words[start : last + 1])
        if len(folded) <= _SHORT and not all(
            _WHEN.fullmatch(word.folded) for word in (*words[:start], *words[last + 1 :])
        ):
            return False
        written = text[words[start].start : words[last].end]
        if combination.ordinary_word and written.isupper() and _is_in_capitals([*words[:start], *words[last + 1 :]]):
            return False
        return self._is_so_called(written, folded, combination)

    def _is_so_called(self, written: str, folded: str, combination: Combination) -> bool:
        """Whether a name is written as it must be: a short one, or one that is an ordinary word too, as in the data or in capitals."""
        return (len(folded) > _SHORT and not combination.ordinary_word) or written in self._written


def _is_in_capitals(words: list[Token]) -> bool:
    """Whether a line is written in capitals, so that they tell nothing of one of its words: "XYLOCAINE/CARD 2%" is no CaRD."""
    names = [word.raw for word in words if not is_aside(word.folded)]
    return bool(names) and all(name.isupper() for name in names)


def told(combination: Combination, alone: Callable[[str], tuple[Entry, Answer]]) -> RegimenFound:
    """A combination with what `alone` says of each of its medicines."""
    members: list[RegimenMember] = []
    for name in combination.members:
        entry, answer = alone(name)
        drug_id = entry.owner if entry.group == "drug" else None
        members.append({"name": name, "status": answer["status"], "message": answer["message"], "drug_id": drug_id})
    return {"id": combination.id, "name": combination.name, "members": members, "source_id": combination.source_id}


def listed_members(found: list[tuple[str, Combination]], catalogue: Catalogue) -> list[Entry]:
    """The listed drugs of combinations, highest tier first, each under the name of the combination that holds it."""
    listed: dict[str, Entry] = {}
    for _, combination in found:
        for entry in (entry for name in combination.members for entry in catalogue.names.get(fold(name), ())):
            if entry.group == "drug":
                listed.setdefault(entry.owner, entry._replace(name=combination.name, kind="regimen"))
    return sorted(listed.values(), key=lambda entry: catalogue.cards[entry.owner]["relative_risk_rank"])
