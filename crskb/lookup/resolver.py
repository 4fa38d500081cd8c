"""From any text to an answer. A name that is not exactly a listed drug's is never answered as if it were."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from crskb.database import queries
from crskb.database.connection import open_readonly
from crskb.errors import CrskbError
from crskb.lookup import messages
from crskb.lookup.answers import (
    DISCLAIMER,
    MOST_SUGGESTIONS,
    Answer,
    ClassHint,
    How,
    Match,
    OtherMedicine,
    Part,
    ProductCode,
    Resembles,
)
from crskb.lookup.catalogue import Catalogue, Entry
from crskb.lookup.codes import is_atc, read_code
from crskb.lookup.lines import Line, Named, read_line
from crskb.lookup.product_codes import ProductEntry, is_unmistakable, may_be_code
from crskb.lookup.suggestions import Suggestions, suggest, suggest_for_words
from crskb.names import fold
from crskb.words import CODE_SYSTEMS, LEAST_REASSURING, LONGEST_QUERY, Status, length_fault

_COST_OF_A_WHOLE_LINE = 2  # the most that a whole line may differ from the name that it is then taken for


class Resolver:
    """Answers from memory; no SQL after it is made."""

    def __init__(self, rows: Mapping[str, Any]):
        """`rows` is what `crskb.database.queries.for_lookup` gives."""
        self.catalogue = Catalogue(rows)

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Resolver:
        """A resolver over all names in a built file."""
        return cls(queries.for_lookup(connection))

    @classmethod
    def from_file(cls, db: Path) -> Resolver:
        """A resolver over all names in the built file `db`; raises CrskbError if it is not one."""
        with closing(open_readonly(db)) as connection:
            return cls.of(connection)

    def resolve(self, text: str) -> Answer:
        """The answer to one text of at most LONGEST_QUERY characters; raises CrskbError if it is longer."""
        if len(text) > LONGEST_QUERY:  # the quick question first: most texts are short
            raise CrskbError(f"the text {length_fault(text)}")
        folded = fold(text)
        entries = self.catalogue.names.get(folded)
        if entries:
            return self._known(text, entries)
        return self._by_code(text) or self._by_line(text, folded)

    def _known(self, text: str, entries: list[Entry], suffix: str = "") -> Answer:
        """The answer to a text that is a name, or that holds nothing but names of one owner."""
        entry = entries[0]
        if entry.group != "drug":
            return self._not_listed(text, entry, suffix)
        written = text.strip().casefold()
        how: How = "exact" if not suffix and any(written == entry.name.casefold() for entry in entries) else "folded"
        return self._listed(text, [self._match(entry, how, 0) for entry in entries], suffix)

    def _listed(self, text: str, matches: list[Match], suffix: str = "") -> Answer:
        """The answer to a name or code that one listed drug has, or that several share."""
        if len(matches) == 1:
            return self._answer(text, "match", messages.match(matches[0], suffix), matches)
        return self._answer(text, "ambiguous", messages.shared(matches), matches)

    def _not_listed(self, text: str, entry: Entry, suffix: str = "") -> Answer:
        assessed = self.catalogue.reviewed[entry.owner] if entry.group == "reviewed" else None
        hint = self._class_hint(fold(entry.owner)) if entry.group == "other" else None
        message = messages.not_listed(entry, self._owner_name(entry), suffix, assessed, hint)
        return self._answer(text, entry.status, message, known=entry, hint=hint)

    def _by_code(self, text: str) -> Answer | None:
        scheme, code = read_code(text)
        entries = [entry for entry in self.catalogue.codes.get(code, ()) if scheme in (None, entry.kind)]
        if not entries:
            return self._by_product_code(text, scheme, code)
        entry = entries[0]
        if entry.group == "other":
            return self._not_listed(text, entry)
        if entry.group != "drug":
            return self._not_listed(text, entry._replace(name=f"{CODE_SYSTEMS[entry.kind].name} {code}"))
        return self._listed(text, [self._match(entry, "code", 0) for entry in entries])

    def _by_product_code(self, text: str, scheme: str | None, code: str) -> Answer | None:
        if not (scheme or may_be_code(code)):
            return None
        found = self.catalogue.product_codes.read(scheme, code)
        if not found.entries:
            is_code = scheme or is_atc(code) or is_unmistakable(code)
            return self._answer(text, "unknown", messages.unknown_code(code)) if is_code else None
        matches = [self._product_match(entry) for entry in found.entries]
        if found.certain:
            return self._listed(text, matches)
        return self._answer(text, "suggestion", messages.without_system(text, matches), matches)

    def _by_line(self, text: str, folded: str) -> Answer:
        line = read_line(text, self.catalogue)
        if not line.named:
            return self._by_nearness(text, line, folded)
        owners = {(entry.group, entry.owner) for found in line.named for entry in found.entries}
        if not line.rest:
            if len(owners) == 1:
                return self._known(
                    text, line.named[0].entries[:1], next((found.suffix for found in line.named if found.suffix), "")
                )
            settled = _settled(line.named)
            if settled:
                return self._known(text, settled)
        return self._by_parts(text, line, folded)

    def _by_parts(self, text: str, line: Line, folded: str) -> Answer:
        """The answer to a line that names more than one thing: nothing in it is dropped."""
        whole = self._one_name_after_all(line, folded)
        if whole:
            return self._suggested(text, whole)
        offers = [suggest_for_words(run, self.catalogue) for run in line.rest]
        parts = _parts(line, offers)
        listed = _unique(entry for found in line.named for entry in found.entries if entry.group == "drug")
        if listed:
            matches = [self._match(entry, "folded", 0) for entry in listed]
            message = messages.several(parts, [match["drug"]["name"] for match in matches])
            return self._answer(text, "ambiguous", message, matches, parts=parts)
        offered = next((offer for offer in offers if offer.offers), None)
        return self._suggested(text, offered, parts=parts) if offered else self._none_listed(text, line, parts)

    def _one_name_after_all(self, line: Line, folded: str) -> Suggestions | None:
        """What to offer where the one name in a line is rather a piece of a longer name, misspelt or begun."""
        if not line.rest or len(line.named) > 1:
            return None
        whole = suggest(folded, self.catalogue, prefix=True)
        best = whole.offers[0] if whole.offers else None
        if best and best.how == "prefix":
            return whole
        longer = best and len(best.folded) > len(fold(line.named[0].text))
        return whole if best and longer and best.cost <= _COST_OF_A_WHOLE_LINE else None

    def _none_listed(self, text: str, line: Line, parts: list[Part]) -> Answer:
        status = next(status for status in LEAST_REASSURING if any(part["status"] == status for part in parts))
        decisive = next((found.entries[0] for found in line.named if found.entries[0].status == status), None)
        return self._answer(text, status, messages.none_listed(parts), parts=parts, known=decisive)

    def _by_nearness(self, text: str, line: Line, folded: str) -> Answer:
        words = [word for run in line.rest for word in run]
        left = "".join(word.folded for word in words)
        if not left:
            return self._answer(text, "unknown", messages.NO_NAME)
        found = suggest(left, self.catalogue, prefix=True)
        if not found.offers and left != folded:
            whole = suggest(folded, self.catalogue)
            found = whole if whole.offers else found
        if not found.offers and len(words) > 1:
            by_word = suggest_for_words(words, self.catalogue)
            found = by_word if by_word.offers or not found.resembles else found
        hint = self._class_hint(left)
        if found.offers:
            return self._suggested(text, found, hint=hint)
        resembles = self._resembles(found)
        return self._answer(text, "unknown", messages.unknown(text, resembles, hint), hint=hint, resembles=resembles)

    def _suggested(
        self, text: str, found: Suggestions, *, hint: ClassHint | None = None, parts: list[Part] | None = None
    ) -> Answer:
        matches = [self._match(offer.entry, offer.how, offer.distance) for offer in found.offers[:MOST_SUGGESTIONS]]
        resembles = self._resembles(found)
        message = messages.suggestion(text, matches, len(found.offers), resembles)
        return self._answer(text, "suggestion", message, matches, hint=hint, resembles=resembles, parts=parts)

    def _resembles(self, found: Suggestions) -> Resembles | None:
        if not found.resembles:
            return None
        entry, distance = found.resembles
        return {"name": entry.name, "status": entry.status, "distance": distance}

    def _class_hint(self, folded: str) -> ClassHint | None:
        for stem in self.catalogue.stems:
            if stem.pattern.fullmatch(folded):
                return {"hint": stem.hint, "stem": stem.id, "inferred": True, "source_id": stem.source_id}
        return None

    def _match(self, entry: Entry, how: How, distance: int) -> Match:
        return {
            "drug": self.catalogue.cards[entry.owner],
            "name": entry.name,
            "kind": entry.kind,
            "match": how,
            "distance": distance,
            "product_code": None,
        }

    def _product_match(self, entry: ProductEntry) -> Match:
        facts: ProductCode = {
            "system": entry.system,
            "code": entry.code,
            "term_type": entry.term_type,
            "display": entry.display,
            "valid_from": entry.valid_from,
            "valid_to": entry.valid_to,
            "replaced_by": entry.replaced_by,
        }
        return {
            "drug": self.catalogue.cards[entry.owner],
            "name": entry.code,
            "kind": entry.system,
            "match": "product_code",
            "distance": 0,
            "product_code": facts,
        }

    def _owner_name(self, entry: Entry) -> str:
        if entry.group == "treatment":
            return self.catalogue.treatments[entry.owner]["name"]
        return self.catalogue.reviewed[entry.owner]["name"] if entry.group == "reviewed" else entry.owner

    def _answer(
        self,
        text: str,
        status: Status,
        message: str,
        matches: list[Match] | None = None,
        *,
        hint: ClassHint | None = None,
        resembles: Resembles | None = None,
        parts: list[Part] | None = None,
        known: Entry | None = None,
    ) -> Answer:
        """`known` is the medicine that is not listed, whose facts are told."""
        group, owner = (known.group, known.owner) if known else ("", "")
        other: OtherMedicine | None = None
        if known and group == "other":
            other = {"name": known.owner, "kind": known.kind, "atc_code": known.atc_code}
        return {
            "query": text,
            "status": status,
            "message": message,
            "matches": matches or [],
            "treatment": self.catalogue.treatments[owner] if group == "treatment" else None,
            "not_linked": self.catalogue.reviewed[owner] if group == "reviewed" else None,
            "other_medicine": other,
            "class_hint": hint,
            "resembles": resembles,
            "parts": parts or [],
            "data_version": self.catalogue.data_version,
            "disclaimer": DISCLAIMER,
        }


def _parts(line: Line, offers: list[Suggestions]) -> list[Part]:
    """The names of a line, then its other words with what could be offered for them."""
    parts: list[Part] = [
        {"text": found.text, "status": _status(found.entries), "name": found.entries[0].name} for found in line.named
    ]
    for run, offer in zip(line.rest, offers, strict=True):
        text = " ".join(word.raw for word in run)
        parts.append({"text": text, "status": "suggestion" if offer.offers else "unknown", "name": None})
    return parts


def _settled(named: list[Named]) -> list[Entry]:
    """What all names of a line may mean together: "Thymoglobulin (anti-thymocyte globulin)" is the rabbit's, though the second name is shared."""
    common = set.intersection(*({(entry.group, entry.owner) for entry in found.entries} for found in named))
    return [entry for entry in named[0].entries if (entry.group, entry.owner) in common] if common else []


def _status(entries: list[Entry]) -> Status:
    return "ambiguous" if len({entry.owner for entry in entries if entry.group == "drug"}) > 1 else entries[0].status


def _unique(entries: Iterable[Entry]) -> list[Entry]:
    """The first entry of each owner."""
    return list({entry.owner: entry for entry in reversed(list(entries))}.values())[::-1]
