"""Budget: 1,000,000 rows with 50,000 distinct strings are screened at 50 times the rows per second of one rapidfuzz extractOne call per row."""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from random import Random

from rapidfuzz import process

from crskb.database.connection import open_readonly
from crskb.database.queries import for_lookup
from crskb.lookup.resolver import Resolver
from crskb.screening.screen import screen
from tests.accuracy.order_lines import TEMPLATES
from tests.accuracy.typing_errors import one_edit

ROWS = 1_000_000
DISTINCT = 50_000
SAMPLE = 2_000  # rows of the loop that is compared with; it would take a quarter of an hour for all


def measure(db: Path) -> list[tuple[str, float, float]]:
    """What was measured, the ratio, and the least that it may be. The loop looks among the listed drugs' names alone; with all names it is several times slower."""
    with closing(open_readonly(db)) as connection:
        rows = for_lookup(connection)
    texts = _texts(rows)
    names = [row["name"] for row in rows["drug_names"]]
    start = time.perf_counter()
    for text in texts[:SAMPLE]:
        process.extractOne(text, names)
    loop = SAMPLE / (time.perf_counter() - start)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "list.csv"
        chance = Random(2)
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "drug", "quantity"])
            writer.writerows(
                [number, texts[number] if number < DISTINCT else chance.choice(texts), number % 9]
                for number in range(ROWS)
            )
        start = time.perf_counter()
        found = screen(table, "drug", Path(folder) / "answers.csv", Resolver.from_file(db))
        rate = ROWS / (time.perf_counter() - start)
    if (found.rows, found.distinct) != (ROWS, DISTINCT):
        raise RuntimeError(f"screened {found.rows} rows, {found.distinct} distinct")
    return [
        (
            f"screening ({rate:,.0f} rows a second) / one extractOne call per row ({loop:,.0f} rows a second)",
            rate / loop,
            50,
        )
    ]


def _texts(rows: dict[str, list[dict[str, str]]]) -> list[str]:
    """Names of drugs and of other medicines in order lines, one in eight with an error."""
    chance = Random(3)
    names = [row["name"] for table in ("drug_names", "other_names") for row in rows[table]]
    texts: dict[str, None] = {}
    while len(texts) < DISTINCT:
        name = chance.choice(names)
        if chance.random() < 0.125 and any(letter in "abcdefghijklmnopqrstuvwxyz" for letter in name.lower()):
            name = one_edit(name, chance)
        texts[chance.choice(TEMPLATES).format(name) if chance.random() < 0.8 else name] = None
    return list(texts)


if __name__ == "__main__":
    print(*measure(Path(sys.argv[1])), sep="\n")
