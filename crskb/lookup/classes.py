"""Classes of medicine: the words that people type for them, and the class of a medicine that is not listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crskb.database.tables import listed_ids
from crskb.lookup.answers import ClassFound, ClassHint, DrugCard
from crskb.lookup.catalogue import Catalogue, Entry
from crskb.lookup.line_words import is_aside
from crskb.lookup.lines import Line
from crskb.lookup.tokens import Token
from crskb.names import fold

# Say nothing of which class: "CAR-T therapy", "PD-1 drugs".
_GENERAL = frozenset(
    (
        "agent",
        "agents",
        "class",
        "drug",
        "drugs",
        "medicine",
        "medicines",
        "product",
        "products",
        "therapies",
        "therapy",
    )
)

_BEGINNING = 3  # letters of a word that are looked at first


class Classes:
    """The classes that a resolver knows, made from `crskb.database.queries.for_lookup`."""

    def __init__(self, rows: Mapping[str, Any], catalogue: Catalogue):
        self._catalogue = catalogue
        held: dict[str, list[DrugCard]] = {}
        for row in rows["class_members"]:
            if not catalogue.cards[row["drug_id"]]["withdrawn_on"]:
                held.setdefault(row["class_id"], []).append(catalogue.cards[row["drug_id"]])
        self._found = {row["id"]: _class(row, held.get(row["id"], [])) for row in rows["classes"]}
        self._words = {row["folded"]: row["class_id"] for row in rows["class_words"]}
        self._beginnings = {folded[:length] for folded in self._words for length in range(1, _BEGINNING + 1)}
        self._longest = max(map(len, self._words), default=0)
        self._atc = [
            (group, row["id"], row["source_id"])
            for row in rows["classes"]
            for group in listed_ids(row["atc_groups"])
            if self._found[row["id"]]["members"]
        ]
        self._reviewed = {row["id"]: row for row in rows["reviewed"]}

    def find(self, folded: str, words: list[Token]) -> ClassFound | None:
        """The class that a whole text, folded and as words, is a word for, once strength, form and the like are set aside."""
        if found := self._of(folded):
            return found
        if not any(word.folded[:_BEGINNING] in self._beginnings for word in words):
            return None  # one quick look before many slower ones
        kept = [word.folded for word in words if not is_aside(word.folded)]
        return self._of("".join(kept)) if kept and len(kept) < len(words) else self._of_words(kept)

    def of_run(self, run: Iterable[Token]) -> ClassFound | None:
        """The class that a run of words is a word for."""
        return self._of_words([word.folded for word in run])

    def without_words(self, line: Line) -> Line:
        """A line without the words for the class of all drugs that it names: "rituximab (anti-CD20)" says nothing new."""
        drugs = {entry.owner for found in line.named for entry in found.entries if entry.group == "drug"}
        if not drugs or not line.rest:
            return line
        return line._replace(rest=[run for run in line.rest if not self._holds(self.of_run(run), drugs)])

    def hint(self, entry: Entry, name: str) -> ClassHint | None:
        """The class of a medicine that is not listed: what was read of it, else its ATC group, else its name."""
        row = self._reviewed[entry.owner] if entry.group == "reviewed" else {}
        if row.get("drug_class"):
            found = self._found[row["drug_class"]]
            class_id = found["id"] if found["members"] else None
            return _hint(found["name"], found["id"], listed_ids(row["sources"])[0], class_id, inferred=False)
        code = entry.atc_code or row.get("atc_code") or ""
        for group, class_id, source_id in self._atc:
            if code.startswith(group):
                return _hint(self._found[class_id]["name"], group, source_id, class_id)
        return self.hint_of_name(fold(name), name) if entry.group != "treatment" else None

    def hint_of_name(self, folded: str, written: str) -> ClassHint | None:
        """What the stem of a name says; short forms are told by their hyphen."""
        hyphened = written.strip().lower()
        for stem in self._catalogue.stems:
            if stem.pattern.fullmatch(folded) or stem.pattern.fullmatch(hyphened):
                return _hint(stem.hint, stem.id, stem.source_id, stem.class_id)
        return None

    def _of_words(self, words: list[str]) -> ClassFound | None:
        found = self._of("".join(words))
        while not found and len(words) > 1 and words[-1] in _GENERAL:
            words = words[:-1]
            found = self._of("".join(words))
        return found

    def _of(self, folded: str) -> ClassFound | None:
        if len(folded) > self._longest + 1:
            return None
        id_ = self._words.get(folded) or (self._words.get(folded[:-1]) if folded.endswith("s") else None)
        return self._found[id_] if id_ else None

    @staticmethod
    def _holds(found: ClassFound | None, drugs: set[str]) -> bool:
        return found is not None and drugs <= {member["id"] for member in found["members"]}


def _class(row: Mapping[str, Any], cards: list[DrugCard]) -> ClassFound:
    return {
        "id": row["id"],
        "name": row["name"],
        "definition": row["definition"],
        "parent": row["parent"],
        "members": [
            {
                "id": card["id"],
                "name": card["name"],
                "relative_risk": card["relative_risk"],
                "relative_risk_rank": card["relative_risk_rank"],
                "tier_name": card["tier_name"],
                "url": card["url"],
            }
            for card in sorted(cards, key=lambda card: (card["relative_risk_rank"], card["name"].casefold()))
        ],
        "url": f"/classes/{row['id']}",
    }


def _hint(hint: str, told_by: str, source_id: str, class_id: str | None, *, inferred: bool = True) -> ClassHint:
    return {"hint": hint, "stem": told_by, "inferred": inferred, "source_id": source_id, "class_id": class_id}
