"""Real order and product lines, judged by hand before the resolver was asked: `python -m tests.accuracy.real [DB [MEDICATIONS]]`.

The resolver knows what it is shipped with: a medicine that its list lacks is a line that is not right. MEDICATIONS is Input/medications.tsv of GitHub antoine-lizee/RRxNorm:
order names of a US clinic that may not be published, so that clinic_lines.csv holds how they were judged, by their ids.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from crskb.lookup.answers import Answer
from crskb.lookup.resolver import Resolver
from tests.accuracy.hospital import HospitalLine, is_right, is_unsafe

LINES = Path(__file__).with_name("real_lines.csv")
CLINIC_LINES = Path(__file__).with_name("clinic_lines.csv")
ORIGINS = Path(__file__).with_name("origins.csv")
COLUMNS = [
    "Lines from",
    "Lines",
    "Right at the first asking",
    "Right now",
    "Held out: right now",
    "Not recognised",
    "Drug lost or wrongly answered",
]


class Origin(NamedTuple):
    """A list from which lines were drawn, how many of them were right when they were first asked, and its terms."""

    origin: str
    name: str
    right_at_first: str
    edition: str
    terms: str
    attribution: str


class Judged(NamedTuple):
    """A line and its answer."""

    origin: str
    line: HospitalLine
    answer: Answer


def origins() -> list[Origin]:
    """The lists from which the lines were drawn."""
    with ORIGINS.open(encoding="utf-8", newline="") as file:
        return [Origin(**row) for row in csv.DictReader(file)]


def real_lines() -> list[tuple[str, HospitalLine]]:
    """All lines, each with the id of its origin. A line is held out if no word that is set aside was chosen by it."""
    with LINES.open(encoding="utf-8", newline="") as file:
        return [(row["origin"], _line(row["line"], row)) for row in csv.DictReader(file)]


def clinic_lines(medications: Path) -> list[tuple[str, HospitalLine]]:
    """The order names in `medications` (tab-separated: medication_definition_id, medication, ...) that were judged."""
    with medications.open(encoding="utf-8", newline="") as file:
        names = {
            row["medication_definition_id"]: row["medication"].strip() for row in csv.DictReader(file, delimiter="\t")
        }
    with CLINIC_LINES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        ("clinic", _line(names[row["medication_definition_id"]], row))
        for row in rows
        if row["medication_definition_id"] in names
    ]


def ask(lines: Iterable[tuple[str, HospitalLine]], db: Path) -> list[Judged]:
    """The answers to lines by what is in `db` alone."""
    resolver = Resolver.from_file(db)
    return [Judged(origin, line, resolver.resolve(line.line)) for origin, line in lines]


def table(judged: list[Judged]) -> list[list[str]]:
    """The rows of COLUMNS: one for each list, and one for all."""
    rows = [
        _row(origin.name, int(origin.right_at_first), [one for one in judged if one.origin == origin.origin])
        for origin in origins()
    ]
    return [*rows, _row("All", sum(int(origin.right_at_first) for origin in origins()), judged)]


def share_right(judged: list[Judged]) -> float:
    """Rightly answered, percent."""
    return 100 * sum(is_right(one.line, one.answer) for one in judged) / len(judged)


def held_out(judged: list[Judged]) -> list[Judged]:
    """Those that no word was chosen by."""
    return [one for one in judged if one.line.held_out]


def unsafe(judged: list[Judged]) -> list[str]:
    """Lines in which a drug is lost, or answered that they do not name."""
    return [one.line.line for one in judged if is_unsafe(one.line, one.answer)]


def _line(text: str, row: dict[str, str]) -> HospitalLine:
    return HospitalLine(text, row["status"], row["expected"], "", row["held_out"])


def _row(name: str, first: int, judged: list[Judged]) -> list[str]:
    unknown = sum(one.answer["status"] == "unknown" != one.line.status for one in judged)
    return [
        name,
        str(len(judged)),
        f"{100 * first / len(judged):.1f}%",
        f"{share_right(judged):.1f}%",
        f"{share_right(held_out(judged)):.1f}%",
        str(unknown),
        str(len(unsafe(judged))),
    ]


if __name__ == "__main__":
    db = Path(sys.argv[1] if len(sys.argv) > 1 else "crskb.db")
    answered = ask(real_lines(), db)
    clinic = ask(clinic_lines(Path(sys.argv[2])), db) if len(sys.argv) > 2 else []
    for one in [*answered, *clinic]:
        if not is_right(one.line, one.answer):
            parts = "; ".join(f"{part['text']}: {part['status']}" for part in one.answer["parts"])
            print(f"{one.origin} | {one.line.line} | {one.line.status} | {one.answer['status']} | {parts}")
    for row in [COLUMNS, *table(answered)]:
        print(" | ".join(row))
    if clinic:
        print(
            f"clinic: {len(clinic)} | right {share_right(clinic):.1f}% | held out {share_right(held_out(clinic)):.1f}% | unsafe {len(unsafe(clinic))}"
        )
