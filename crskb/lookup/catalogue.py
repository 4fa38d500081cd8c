"""All names and codes in memory, each with what it belongs to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from crskb.database.queries import Row
from crskb.lookup.answers import DrugCard, NotLinked, TreatmentFound
from crskb.lookup.line_words import is_aside
from crskb.lookup.nearest import LargeIndex, NameIndex, SoundIndex
from crskb.lookup.product_codes import ProductCodes
from crskb.lookup.tokens import tokens
from crskb.names import fold
from crskb.words import Status

BEGINNING = 5  # letters of a name that are looked at first
_SHORTEST_PART = 8  # letters; "axicabtagene" stands for its two-word name, "human" for nothing
_SHORTEST_FRENCH = 8  # letters; shorter words that differ by an "e" may be anything
_STATUS_OF: dict[str, Status] = {
    "drug": "match",
    "treatment": "treatment",
    "reviewed": "not_linked",
    "other": "other_medicine",
}


class Entry(NamedTuple):
    """A name or code and its owner."""

    name: str
    kind: str
    owner: str  # id; for another medicine its name, whole where `name` is an abbreviation
    group: str  # drug, treatment, reviewed or other
    region: str | None = None
    atc_code: str | None = None

    @property
    def status(self) -> Status:
        """What the name alone is answered with."""
        return _STATUS_OF[self.group]


class Stem(NamedTuple):
    """A part of a nonproprietary name that tells what the substance is."""

    id: str
    pattern: re.Pattern[str]
    hint: str
    source_id: str
    class_id: str | None


class Catalogue:
    """The names that a resolver searches, made from `crskb.database.queries.for_lookup`."""

    def __init__(self, rows: Mapping[str, Any]):
        self.data_version: str = rows["data_version"]
        self.cards: dict[str, DrugCard] = {row["id"]: _card(row) for row in rows["drugs"]}
        self.modality: dict[str, str] = {row["id"]: row["modality"] for row in rows["drugs"]}
        self.treatments: dict[str, TreatmentFound] = {
            row["id"]: _picked(TreatmentFound, row) for row in rows["treatments"]
        }
        self.reviewed: dict[str, NotLinked] = {row["id"]: _picked(NotLinked, row) for row in rows["reviewed"]}
        self.stems = [
            Stem(row["id"], re.compile(row["pattern"]), row["class_hint"], row["source_id"], row["drug_class"])
            for row in rows["name_stems"]
        ]
        self.names: dict[str, list[Entry]] = {}
        self.codes: dict[str, list[Entry]] = {}
        for group in ("drug", "treatment", "reviewed"):
            for row in rows[f"{group}_names"]:
                self._claim(row["folded"], Entry(row["name"], row["kind"], row["owner"], group, row["region"]))
            for row in rows[f"{group}_codes"]:
                code = Entry(row["value"], row["scheme"], row["owner"], group)
                self.codes.setdefault(row["value"].upper(), []).append(code)
        assessed = set(self.codes)
        for row in rows["other_names"]:
            name, code = row["name"], row["atc_code"]
            self._claim(row["folded"], self._other(row))
            if code and len(code) == 7 and code not in assessed:  # a whole ATC code
                self.codes.setdefault(code, []).append(Entry(name, "atc", name, "other", None, code))
        self.product_codes = ProductCodes(rows["product_codes"])
        # "sodium chloride" is a diluent beside any other name, and a medicine where it stands alone
        self.aside = {
            folded
            for folded, entries in self.names.items()
            if entries[0].group == "other" and all(is_aside(word.folded) for word in tokens(entries[0].name))
        }
        listed = [folded for folded, entries in self.names.items() if entries[0].group == "drug"]
        self.parts = self._parts()
        self.listed = NameIndex([*listed, *self.parts])
        self.sounds = SoundIndex([*listed, *self.parts])
        self.not_listed = LargeIndex(folded for folded, entries in self.names.items() if entries[0].group != "drug")
        self.beginnings = {folded[:BEGINNING] for folded in self.names}
        self.longest = max((len(tokens(entries[0].name)) for entries in self.names.values()), default=1)

    def entries(self, folded: str) -> list[Entry]:
        """The owners of a folded name, or of a part that leads to one name."""
        return self.names.get(folded) or self.parts.get(folded) or []

    def of_french(self, folded: str) -> list[Entry] | None:
        """The owner of a nonproprietary name to which French adds an "e" ("pregabaline"); of no listed drug, whose names are all written down."""
        entries = self.names.get(folded[:-1]) if folded[-1:] == "e" and len(folded) >= _SHORTEST_FRENCH else None
        return entries if entries and entries[0].kind == "inn" and entries[0].group != "drug" else None

    def _claim(self, folded: str, entry: Entry) -> None:
        """Give a name to its owner. The first claim says what the name is, so the assessed claim before the others.

        Several drugs may share a name; what is assessed shares none with a medicine that is not.
        """
        held = self.names.setdefault(folded, [])
        if entry.group != "other" or not held or held[0].group == "other":
            held.append(entry)

    def _other(self, row: Row) -> Entry:
        """A name of another medicine; an abbreviation of an assessed one's name is that one's."""
        name, whole = row["name"], row["stands_for"] or row["name"]
        held = self.names.get(fold(whole)) if row["stands_for"] else None
        if held and held[0].group != "other":
            return held[0]._replace(name=name, kind=row["kind"])
        return Entry(name, row["kind"], whole, "other", None, row["atc_code"])

    def _parts(self) -> dict[str, list[Entry]]:
        """Long first words and long endings of nonproprietary names of several words, where they lead to one drug and no other name holds them."""
        found: dict[str, list[Entry]] = defaultdict(list)
        elsewhere: set[str] = set()
        for entry in (entry for entries in self.names.values() for entry in entries):
            words = [word.folded for word in tokens(entry.name)]
            endings = ["".join(words[start:]) for start in range(1, len(words))]
            if entry.group != "drug":
                elsewhere.update(words, endings)
            elif entry.kind == "inn" and len(words) > 1:
                for part in (words[0], *endings):
                    if len(part) >= _SHORTEST_PART:
                        found[part].append(entry)
        return {
            part: entries
            for part, entries in found.items()
            if part not in self.names and part not in elsewhere and len({entry.owner for entry in entries}) == 1
        }


def _card(row: Row) -> DrugCard:
    card: DrugCard = _picked(DrugCard, {**row, "url": f"/drugs/{row['id']}"})
    card["t_cell_engaging"], card["boxed_warning_crs"] = bool(row["t_cell_engaging"]), bool(row["boxed_warning_crs"])
    return card


def _picked(shape: Any, row: Row) -> Any:
    """The fields of a TypedDict out of a row."""
    return {key: row[key] for key in shape.__annotations__}
