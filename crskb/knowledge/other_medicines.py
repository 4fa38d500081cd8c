"""Read the lists of other medicines' names (data/other_medicine_names.csv) and of abbreviations in orders (data/medicine_abbreviations.csv)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from crskb.errors import Problem
from crskb.knowledge.csv_file import read_rows

NAME_COLUMNS = ["name", "kind", "atc_code", "region", "source", "unii"]
_CHECK = "other-names"
_KINDS = ("brand", "inn", "synonym")
_ABBREVIATION_COLUMNS = ["abbreviation", "name", "source"]
_ATC = re.compile(r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?")
_UNII = re.compile(r"[0-9A-Z]{10}")
_REGIONS = re.compile(r"[A-Z]{2}( [A-Z]{2})*")


@dataclass(frozen=True)
class OtherMedicine:
    """A name of a medicine that this knowledge base has not assessed; `stands_for` is the name of which it is an abbreviation."""

    name: str
    kind: str
    atc_code: str | None
    regions: tuple[str, ...]
    sources: tuple[str, ...]  # ids of vocabularies/name_source.yaml
    unii: str | None
    stands_for: str | None = None


def read_other_medicines(
    file: Path, shown_as: str, known_sources: Collection[str]
) -> tuple[list[OtherMedicine], list[Problem]]:
    """The rows of the file, and a Problem for each row that cannot be read."""
    fields, problems = _read(
        file, shown_as, NAME_COLUMNS, lambda row: _fault_of_name(*row) or _fault_of_sources(row[4], known_sources)
    )
    return [
        OtherMedicine(name, kind, atc or None, tuple(region.split()), tuple(source.split()), unii or None)
        for name, kind, atc, region, source, unii in fields
    ], problems


def read_abbreviations(
    file: Path, shown_as: str, known_sources: Collection[str]
) -> tuple[list[OtherMedicine], list[Problem]]:
    """Abbreviations, each with the name it stands for, and a Problem for each row that cannot be read."""
    fields, problems = _read(
        file,
        shown_as,
        _ABBREVIATION_COLUMNS,
        lambda row: _fault_of_spaces(row[0]) or _fault_of_spaces(row[1]) or _fault_of_sources(row[2], known_sources),
    )
    return [
        OtherMedicine(abbreviation, "abbreviation", None, (), tuple(source.split()), None, name)
        for abbreviation, name, source in fields
    ], problems


def _read(
    file: Path, shown_as: str, columns: list[str], fault_of: Callable[[tuple[str, ...]], str]
) -> tuple[list[tuple[str, ...]], list[Problem]]:
    if not file.is_file():
        missing = "no such file, so the name of any other medicine will be met with names like it"
        return [], [Problem(shown_as, 1, 1, _CHECK, missing, "restore it from the repository")]
    rows, problems = read_rows(file, shown_as, _CHECK, columns)
    sound: list[tuple[str, ...]] = []
    for row in rows:
        if fault := fault_of(row.fields):
            problems.append(row.problem(_CHECK, f"{','.join(row.fields)[:80]!r}", fault))
        else:
            sound.append(row.fields)
    return sound, problems


def _fault_of_name(name: str, kind: str, atc: str, region: str, _: str, unii: str) -> str:
    if fault := _fault_of_spaces(name):
        return fault
    if kind not in _KINDS:
        return f"the kind is one of {', '.join(_KINDS)}"
    if atc and not _ATC.fullmatch(atc):
        return "the third column is an ATC code or empty"
    if region and not _REGIONS.fullmatch(region):
        return "the fourth column is two-letter regions with a space between them, or empty"
    if unii and not _UNII.fullmatch(unii):
        return "the sixth column is a UNII or empty"
    return ""


def _fault_of_spaces(name: str) -> str:
    return "" if name.strip() and name == name.strip() else "write the name without spaces around it"


def _fault_of_sources(source: str, known: Collection[str]) -> str:
    """An unread vocabulary has no words, and then its own problem is the one to show."""
    if not source.split():
        return "say in which register the name stands"
    strange = [key for key in source.split() if known and key not in known]
    return f"{strange[0]} is not an id of vocabularies/name_source.yaml" if strange else ""
