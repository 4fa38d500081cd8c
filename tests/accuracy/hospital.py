"""Order lines of five order languages, judged by hand before the resolver was asked: `python -m tests.accuracy.hospital [DB]`.

The column `others` holds other medicines' names that the resolver is told of where its list lacks them: what is measured is how a line is read, not how long that list is.
"""

from __future__ import annotations

import csv
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from crskb.database.connection import open_readonly
from crskb.database.queries import for_lookup
from crskb.lookup.answers import Answer
from crskb.lookup.resolver import Resolver
from crskb.names import fold

LINES = Path(__file__).with_name("hospital_lines.csv")


class HospitalLine(NamedTuple):
    """A line, the status it should be answered with, the ids of the drugs to be found or offered, other medicines' names in it, and "yes" if it was written after the words that are set aside were chosen, and asked once."""

    line: str
    status: str
    expected: str
    others: str
    held_out: str


def hospital_lines() -> list[HospitalLine]:
    """All lines."""
    with LINES.open(encoding="utf-8", newline="") as file:
        return [HospitalLine(**row) for row in csv.DictReader(file)]


def with_others(rows: dict[str, Any], lines: list[HospitalLine]) -> dict[str, Any]:
    """What `for_lookup` gives, with the other medicines' names of the lines."""
    known = {row["folded"] for row in rows["other_names"]}
    names = {fold(name): name for line in lines for name in line.others.split(";") if name}
    more = [
        {"name": name, "folded": folded, "kind": "brand", "stands_for": None, "atc_code": None}
        for folded, name in names.items()
        if folded not in known
    ]
    return {**rows, "other_names": [*rows["other_names"], *more]}


def told_resolver(db: Path, lines: list[HospitalLine]) -> Resolver:
    """A resolver over the names in `db` and the other medicines' names of the lines."""
    with closing(open_readonly(db)) as connection:
        return Resolver(with_others(for_lookup(connection), lines))


def is_right(line: HospitalLine, answer: Answer) -> bool:
    """Whether the status and the drugs are those judged by hand; of drugs that are offered the first counts."""
    found = [match["drug"]["id"] for match in answer["matches"]]
    if line.status == "suggestion":
        return answer["status"] == "suggestion" and found[0] == line.expected
    return answer["status"] == line.status and sorted(found) == sorted(line.expected.split())


def is_unsafe(line: HospitalLine, answer: Answer) -> bool:
    """Whether a drug is answered as listed that the line does not name, or one that it names is lost."""
    found = {match["drug"]["id"] for match in answer["matches"]}
    expected = set(line.expected.split())
    return bool(expected - found) or (answer["status"] in ("match", "ambiguous") and bool(found - expected))


if __name__ == "__main__":
    lines = hospital_lines()
    resolver = told_resolver(Path(sys.argv[1] if len(sys.argv) > 1 else "crskb.db"), lines)
    answers = [(line, resolver.resolve(line.line)) for line in lines]
    for line, answer in answers:
        if not is_right(line, answer):
            parts = "; ".join(f"{part['text']}: {part['status']}" for part in answer["parts"])
            print(f"{line.line} | {line.status} | {answer['status']} | {parts}")
    for title, chosen in (
        ("all", answers),
        ("held out", [(line, answer) for line, answer in answers if line.held_out]),
    ):
        right = sum(is_right(line, answer) for line, answer in chosen)
        unsafe = sum(is_unsafe(line, answer) for line, answer in chosen)
        print(f"{title}: right {right} of {len(chosen)}, {100 * right / len(chosen):.1f}%; unsafe: {unsafe}")
