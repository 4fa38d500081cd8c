"""Budgets of the resolver in process: 10 microseconds for an exact name, 100 for a misspelt one, 150 for the order line of another medicine, with 12,000 other names in memory.

And what these names cost when they are loaded, which has no budget of its own in the design: time and memory are bounded here so that a longer list is noticed.
"""

from __future__ import annotations

import csv
import statistics
import sys
import time
import tracemalloc
from contextlib import closing
from pathlib import Path
from random import Random

from crskb.database.connection import open_readonly
from crskb.database.queries import for_lookup
from crskb.lookup.resolver import Resolver
from crskb.names import fold
from tests.accuracy.generate import QUERIES
from tests.accuracy.hospital import hospital_lines, with_others

OTHER_NAMES = 12_000
ROUNDS = 40
_ORDER = "20MG TAB TAKE ONE TABLET BY MOUTH EVERY DAY"


def measure(db: Path) -> list[tuple[str, float, float]]:
    """What was measured, the microseconds per text, and the most that they may be. The median of many passes over the texts of the accuracy set."""
    with closing(open_readonly(db)) as connection:
        rows = for_lookup(connection)
    letters = Random(1)
    while len(rows["other_names"]) < OTHER_NAMES:
        name = letters.choice(rows["other_names"])["name"] + letters.choice("aeiou") + letters.choice("bcdfg")
        rows["other_names"].append(
            {"name": name, "kind": "brand", "stands_for": None, "atc_code": None, "folded": fold(name)}
        )
    lines = hospital_lines()
    rows = with_others(rows, lines)
    tracemalloc.start()
    Resolver(rows)
    megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    start = time.perf_counter()
    resolver = Resolver(rows)
    seconds = time.perf_counter() - start
    other_lines = [line.line for line in lines if line.status == "other_medicine"]
    with QUERIES.open(encoding="utf-8", newline="") as file:
        queries = list(csv.DictReader(file))
    known = [query["text"] for query in queries if query["kind"] == "exact name"]
    misspelt = [query["text"] for query in queries if query["kind"] in ("one edit", "two edits", "sounds like")]
    lines = [f"{row['name']} {_ORDER}" for row in rows["other_names"][::20]]
    return [
        (f"resolver, {len(known)} exact names, microseconds each", _microseconds(resolver, known), 10),
        (
            f"resolver, {len(misspelt)} misspelt names, microseconds each, {len(rows['other_names']):,} other names loaded",
            _microseconds(resolver, misspelt),
            100,
        ),
        (
            f"resolver, {len(other_lines)} order lines of other medicines, microseconds each",
            _microseconds(resolver, other_lines),
            150,
        ),
        (f"resolver, seconds to load {len(rows['other_names']):,} other names and all our own", seconds, 1),
        ("resolver, megabytes at most while they are loaded", megabytes, 50),
    ]


def _microseconds(resolver: Resolver, texts: list[str]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for text in texts:
            resolver.resolve(text)
        times.append((time.perf_counter() - start) / len(texts) * 1e6)
    return statistics.median(times)


if __name__ == "__main__":
    print(*measure(Path(sys.argv[1])), sep="\n")
