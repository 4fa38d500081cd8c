"""Make the list of other medicines' names again: what the registers hold, less what must not be in it, each name that is left out counted by its reason."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crskb.files import aside
from crskb.knowledge.load import Knowledge
from crskb.knowledge.medicine_names import medicines, names_of
from crskb.knowledge.other_medicines import NAME_COLUMNS, OtherMedicine
from crskb.lookup.line_words import ASIDE, JOINING, MAKERS, is_aside
from crskb.lookup.tokens import tokens
from crskb.maintain.registers import Register, RegisterName
from crskb.names import fold

LONGEST = 45  # characters
SHORTEST = 4  # letters: "Yaz" would be met in too many lines
_ORDER = ("US", "EU", "UK", "CA", "FR")
_REGIONS = {
    "cms_partd": "US", "dmd_ing": "UK", "dmd_vtm": "UK", "dpd": "CA", "dpd_old": "CA", "drugsfda": "US", "ema": "EU", "ema_old": "EU",
    "epd": "UK", "bdpm": "FR", "unii": "US",
}  # fmt: skip
_KINDS = ("inn", "brand", "synonym")  # where registers differ, the first of these counts
_SIGNS = re.compile(r"[\[\](){},;/+&%]")
_NO_MEDICINE_WORDS = "allergen allergenic allergenique dander extract extrait feather flower homeopathic homeopathique leaf mite mould mold pollen root seed venom"
_NO_MEDICINE = frozenset(_NO_MEDICINE_WORDS.split())


@dataclass
class Account:
    """What became of the rows of the registers: `read` = `taken` + `merged` + all of `left_out`."""

    read: int = 0
    taken: int = 0  # names that the list did not hold under any register given
    merged: int = 0  # the same name once more
    left_out: Counter[str] = field(default_factory=Counter)
    gone: int = 0  # names of the present list that stand in no register any more
    names: int = 0


def make_again(knowledge: Knowledge, files: Mapping[Register, Path]) -> tuple[list[OtherMedicine], Account]:
    """The list, and the account. What it holds from registers that are not given stays."""
    given = {source for register in files for source in register.sources}
    account = Account()
    found: dict[str, OtherMedicine] = {}
    taken: set[str] = set()
    for other in knowledge.other_medicines:
        if not other.stands_for:
            found[other.name.casefold()] = other
    sources = {key: set(other.sources) - given for key, other in found.items()}
    guard = _Guard(knowledge, found)
    for register, file in files.items():
        for row in register.read(file):
            account.read += 1
            name, reason = guard.name_of(row)
            if reason:
                account.left_out[reason] += 1
                continue
            key = name.casefold()
            held = found.get(key)
            found[key] = _joined(held, name, row)
            sources.setdefault(key, set()).add(row.source)
            if key in taken:
                account.merged += 1
            else:
                taken.add(key)
                account.taken += 1
            guard.known.add(fold(name))
    kept = [
        _with_sources(other, sources[key])
        for key, other in found.items()
        if sources[key] and not guard.is_ours(other.name)
    ]
    account.gone = len(found) - len(kept)
    account.names = len(kept)
    return sorted(kept, key=lambda other: (other.name.casefold(), other.name)), account


class _Guard:
    """Why a name may not be taken. What the present list holds was looked at once: it stays, unless it is ours."""

    def __init__(self, knowledge: Knowledge, listed: Collection[str]):
        self._listed = frozenset(listed)
        self.known = {fold(name) for name in listed}
        self._ours = {fold(name) for entry in medicines(knowledge) for _, name in names_of(entry)}
        self._uniis = {entry.record.identifiers.unii for entry in medicines(knowledge)} - {None}

    def is_ours(self, name: str) -> bool:
        return fold(name) in self._ours

    def name_of(self, row: RegisterName) -> tuple[str, str]:
        """The name freed of strength and form, and why it is left out, empty if it is not."""
        name = _without_strength(" ".join(row.name.split()))
        name = name if not name.isupper() else name.title() if row.kind == "brand" else name.lower()
        return name, row.left_out or self._reason(name, row)

    def _reason(self, name: str, row: RegisterName) -> str:
        """Rules about whose name it is come first, then rules of form."""
        words = [word.folded for word in tokens(name)]
        folded = fold(name)
        if not folded:
            return "empty"
        if self.is_ours(name):
            return "a name of this knowledge base"
        if name.casefold() in self._listed:
            return ""
        if row.unii in self._uniis:
            return "the UNII of an assessed medicine: look whether the name is its own"
        if len(words) > 1 and self._ours & set(words):
            return "holds a name of an assessed medicine: look whose it is"
        return self._fault_of_form(name, folded, words) or self._unknown(folded, words, row)

    def _unknown(self, folded: str, words: list[str], row: RegisterName) -> str:
        if row.kind == "brand" and len(words) > 1 and words[0] in self.known:
            return "a substance with its maker or form"
        # every substance there is stands there
        return "in the UNII list alone" if row.source == "unii" and folded not in self.known else ""

    def _fault_of_form(self, name: str, folded: str, words: list[str]) -> str:
        if len(name) > LONGEST:
            return "too long"
        if len(folded) < SHORTEST:
            return "too short"
        if _SIGNS.search(name):
            return "brackets, a comma or several substances"
        if MAKERS & set(words):
            return "names a maker"
        if _NO_MEDICINE & set(words):
            return "an extract, allergen or homeopathic"
        if len(words) == 1 and (folded in ASIDE or folded in JOINING):
            return "a word of order lines"
        return "" if any(word.isalpha() and len(word) > 2 for word in words) else "a strength or code"


def _without_strength(name: str) -> str:
    """ "TYLENOL 500MG TABLETS" -> "TYLENOL": what follows the first strength is strength and form."""
    words = name.split(" ")
    end = next(
        (place for place, word in enumerate(words) if place and word[0].isdigit() and is_aside(fold(word))), None
    )
    return " ".join(words[:end])


def _joined(held: OtherMedicine | None, name: str, row: RegisterName) -> OtherMedicine:
    if held is None:
        return OtherMedicine(name, row.kind, None, (), (), row.unii or None)
    kind = min(held.kind, row.kind, key=_KINDS.index)
    return OtherMedicine(held.name, kind, held.atc_code, held.regions, held.sources, held.unii or row.unii or None)


def _with_sources(other: OtherMedicine, sources: Iterable[str]) -> OtherMedicine:
    regions = {_REGIONS[source] for source in sources if source in _REGIONS}
    ordered = tuple(region for region in _ORDER if region in regions)
    return OtherMedicine(other.name, other.kind, other.atc_code, ordered, tuple(sorted(sources)), other.unii)


def write_names(names: list[OtherMedicine], file: Path) -> None:
    """Write the list: aside first, then moved into place."""
    with aside(file, "names", 0o644) as new:
        with new.path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(NAME_COLUMNS)
            for other in names:
                cells = (other.name, other.kind, other.atc_code, " ".join(other.regions), " ".join(other.sources))
                writer.writerow([*cells, other.unii])
        new.replace()
