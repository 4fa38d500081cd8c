"""From any text to an answer. A name that is not exactly a listed drug's is never answered as if it were."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
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
    ClassFound,
    ClassHint,
    How,
    Match,
    OtherMedicine,
    Part,
    RegimenFound,
    Resembles,
)
from crskb.lookup.catalogue import Catalogue, Entry
from crskb.lookup.classes import Classes
from crskb.lookup.codes import is_atc, read_code
from crskb.lookup.lines import Line, read_line
from crskb.lookup.parts import left_over, one_name_after_all, parts_of, settled, status_of, unique
from crskb.lookup.product_codes import is_unmistakable, may_be_code, product_match
from crskb.lookup.regimens import Regimens, listed_members, told
from crskb.lookup.suggestions import SHORTEST_BEGINNING, Suggestions, is_near_a_name, suggest, suggest_for_words
from crskb.lookup.tokens import Token, tokens
from crskb.names import fold
from crskb.words import CODE_SYSTEMS, LEAST_REASSURING, LONGEST_QUERY, Status, length_fault


class Resolver:
    """Answers from memory; no SQL after it is made."""

    def __init__(self, rows: Mapping[str, Any]):
        """`rows` is what `crskb.database.queries.for_lookup` gives."""
        self.catalogue = Catalogue(rows)
        self.classes = Classes(rows, self.catalogue)
        self.regimens = Regimens(rows)

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
        words = tokens(text)
        return (
            self._by_code(text)
            or self._by_class(text, folded, words)
            or self._by_regimen(text, folded, words)
            or self._by_line(text, folded, words)
        )

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
        hint = self.classes.hint(entry, self._owner_name(entry))
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
        matches = [product_match(entry, self.catalogue.cards[entry.owner]) for entry in found.entries]
        if found.certain:
            return self._listed(text, matches)
        return self._answer(text, "suggestion", messages.without_system(text, matches), matches)

    def _by_class(self, text: str, folded: str, words: list[Token]) -> Answer | None:
        """The answer to a word for a class, which orders no medicine."""
        found = self.classes.find(folded, words)
        return self._answer(text, "class", messages.of_class(found), class_=found) if found else None

    def _by_regimen(self, text: str, folded: str, words: list[Token]) -> Answer | None:
        """The answer to a line that names a combination, alone or beside other things."""
        found, rest = self.regimens.find(text, folded, words)
        if not found:
            return None
        line = self.classes.without_words(read_line(rest, self.catalogue))
        offers, second = self._offers(line)
        first = told(found[0][1], self._alone)
        how: How = "exact" if text.strip() == found[0][1].name else "folded"
        matches = [self._match(entry, how, 0) for entry in listed_members(found, self.catalogue)]
        if len({combination.id for _, combination in found}) == 1 and not line.named and not second:
            message = messages.regimen(first, [match["drug"] for match in matches])
            answer = self._answer(text, "regimen", message, matches, regimen=first)
            return left_over(answer, line, self.classes)
        parts: list[Part] = [{"text": part, "status": "regimen", "name": of.name} for part, of in found]
        parts += parts_of(line, offers, self.classes)
        listed = unique(entry for name in line.named for entry in name.entries if entry.group == "drug")
        held = {match["drug"]["id"] for match in matches}
        matches += [self._match(entry, "folded", 0) for entry in listed if entry.owner not in held]
        if matches:
            message = messages.several(parts, matches)
            return self._answer(text, "ambiguous", message, matches, parts=parts, regimen=first)
        return self._none_listed(text, line, parts, second, first)

    def _alone(self, name: str) -> tuple[Entry, Answer]:
        """A medicine of a combination and its own answer. That it is a medicine is known from there, so it is never unknown."""
        entries = self.catalogue.names.get(fold(name)) or [Entry(name, "inn", name, "other")]
        return entries[0], self._known(name, entries)

    def _offers(self, line: Line) -> tuple[list[Suggestions], bool]:
        """What could be offered for the other words of a line, and whether one of them may be a second medicine."""
        offers = [suggest_for_words(run, self.catalogue) for run in line.rest]
        second = [
            run.second or is_near_a_name(run, found, self.catalogue)
            for run, found in zip(line.rest, offers, strict=True)
        ]
        return offers, any(second)

    def _by_line(self, text: str, folded: str, words: list[Token]) -> Answer:
        line = self.classes.without_words(read_line(text, self.catalogue, words))
        if not line.named:
            return self._by_nearness(text, line, folded)
        owners = {(entry.group, entry.owner) for found in line.named for entry in found.entries}
        offers, second = self._offers(line)
        # "dinutuximab bet" is the beginning of a listed name, not dinutuximab and a word
        if not (second or (line.rest and self.catalogue.listed.beginning(folded))):
            if len(owners) == 1:
                suffix = next((found.suffix for found in line.named if found.suffix), "")
                return left_over(self._known(text, line.named[0].entries[:1], suffix), line, self.classes)
            meant = settled(line.named)
            if meant:
                return left_over(self._known(text, meant), line, self.classes)
        return self._by_parts(text, line, folded, offers, second)

    def _by_parts(self, text: str, line: Line, folded: str, offers: list[Suggestions], second: bool) -> Answer:
        """The answer to a line that names more than one thing: nothing in it is dropped. `second`: an unknown word may be a medicine."""
        whole = one_name_after_all(line, folded, self.catalogue)
        if whole:
            return self._suggested(text, whole)
        parts = parts_of(line, offers, self.classes)
        listed = unique(entry for found in line.named for entry in found.entries if entry.group == "drug")
        if listed:
            matches = [self._match(entry, "folded", 0) for entry in listed]
            message = messages.several(parts, matches)
            return self._answer(text, "ambiguous", message, matches, parts=parts)
        offered = next((offer for offer in offers if offer.offers), None)
        return self._suggested(text, offered, parts=parts) if offered else self._none_listed(text, line, parts, second)

    def _none_listed(
        self, text: str, line: Line, parts: list[Part], second: bool, regimen: RegimenFound | None = None
    ) -> Answer:
        class_ = next((found for run in line.rest if (found := self.classes.of_run(run))), None)
        statuses: set[Status] = {status_of(found.entries) for found in line.named}
        others: dict[Status, bool] = {
            "unknown": second and not class_,
            "regimen": regimen is not None,
            "class": class_ is not None,
        }
        statuses |= {status for status, holds in others.items() if holds}
        status = next(status for status in LEAST_REASSURING if status in statuses)
        decisive = next((found.entries[0] for found in line.named if found.entries[0].status == status), None)
        return self._answer(
            text,
            status,
            messages.none_listed(parts),
            parts=parts,
            known=decisive,
            hint=self.classes.hint(decisive, self._owner_name(decisive)) if decisive else None,
            class_=class_ if status == "class" else None,
            regimen=regimen,
        )

    def _by_nearness(self, text: str, line: Line, folded: str) -> Answer:
        words = [word for run in line.rest for word in run]
        left = "".join(word.folded for word in words)
        if not left:
            return self._answer(text, "unknown", messages.NO_NAME)
        found = suggest(left, self.catalogue, prefix=left == folded or len(left) >= SHORTEST_BEGINNING)
        if not found.offers and left != folded:
            whole = suggest(folded, self.catalogue)
            found = whole if whole.offers else found
        if not found.offers and len(words) > 1:
            by_word = suggest_for_words(words, self.catalogue)
            found = by_word if by_word.offers or not found.resembles else found
        hint = self.classes.hint_of_name(left, text)
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

    def _match(self, entry: Entry, how: How, distance: int) -> Match:
        return {
            "drug": self.catalogue.cards[entry.owner],
            "name": entry.name,
            "kind": entry.kind,
            "match": how,
            "distance": distance,
            "product_code": None,
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
        class_: ClassFound | None = None,
        regimen: RegimenFound | None = None,
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
            "class": class_,
            "regimen": regimen,
            "treatment": self.catalogue.treatments[owner] if group == "treatment" else None,
            "not_linked": self.catalogue.reviewed[owner] if group == "reviewed" else None,
            "other_medicine": other,
            "class_hint": hint,
            "resembles": resembles,
            "parts": parts or [],
            "data_version": self.catalogue.data_version,
            "disclaimer": DISCLAIMER,
        }
