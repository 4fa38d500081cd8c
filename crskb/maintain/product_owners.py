"""Which drug a product is of: by the RxCUI of its substance, or by a name that is the drug's in any of its spellings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypeVar

from crskb.knowledge.drug import Drug
from crskb.knowledge.load import Knowledge
from crskb.knowledge.medicine_names import names_of
from crskb.lookup.tokens import tokens
from crskb.names import fold

Key = TypeVar("Key")
_SHORTEST = 5  # letters of a name that is looked for within a text: shorter ones are abbreviations


@dataclass(frozen=True)
class Owners:
    """The drugs' names and RxCUIs, each with the ids of the drugs that have it."""

    rxcuis: dict[str, str]
    names: dict[str, frozenset[str]]
    longest: int  # words of a name
    held: dict[tuple[str, str], frozenset[str]]  # system and code, with the drugs that data/ gives it to

    @classmethod
    def of(cls, knowledge: Knowledge) -> Owners:
        """Those of all drugs that have a file."""
        rxcuis: dict[str, str] = {}
        names: dict[str, set[str]] = defaultdict(set)
        longest = 1
        for id_, entry in knowledge.drugs.items():
            drug: Drug = entry.record
            codes: list[Any] = [drug.identifiers.rxcui, *drug.identifiers.rxcui_also]
            rxcuis |= {str(code): id_ for code in codes if code}
            for _, name in names_of(entry):
                names[fold(name)].add(id_)
                longest = max(longest, len(tokens(name)))
        held: dict[tuple[str, str], set[str]] = defaultdict(set)
        for code in knowledge.product_codes:
            held[code.key].add(code.drug_id)
        return cls(rxcuis, _frozen(names), longest, _frozen(held))

    def named(self, name: str) -> frozenset[str]:
        """The drugs that have this name; a four-letter suffix that is not in the data is set aside."""
        found = self.names.get(fold(name))
        if not found and len(name) > 5 and name[-5] == "-" and name[-4:].isalpha():
            found = self.names.get(fold(name[:-5]))
        return found or frozenset()

    def of_text(self, system: str, code: str, text: str) -> frozenset[str]:
        """The drug that the text of a code names; where it names several, those of them that data/ gives the code to already."""
        drugs = self.within(text)
        return drugs if len(drugs) < 2 else drugs & self.held.get((system, code), frozenset())

    def within(self, text: str) -> frozenset[str]:
        """The drugs that a text names, longest names first."""
        words = [word.folded for word in tokens(text)]
        found: set[str] = set()
        position = 0
        while position < len(words):
            for length in range(min(self.longest, len(words) - position), 0, -1):
                name = "".join(words[position : position + length])
                if len(name) >= _SHORTEST and name in self.names:
                    found |= self.names[name]
                    position += length - 1
                    break
            position += 1
        return frozenset(found)


def _frozen(sets: dict[Key, set[str]]) -> dict[Key, frozenset[str]]:
    return {key: frozenset(ids) for key, ids in sets.items()}
