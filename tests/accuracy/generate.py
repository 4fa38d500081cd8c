"""Write queries.csv from the names in a built file, with the errors of `typing_errors` and a fixed seed: `python -m tests.accuracy.generate [DB]`."""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from crskb.database.connection import open_readonly
from crskb.database.queries import for_lookup
from tests.accuracy.order_lines import LOOK_ALIKES, STEMS, TEMPLATES, WRITTEN
from tests.accuracy.typing_errors import misheard, one_edit, two_edits

QUERIES = Path(__file__).with_name("queries.csv")
SEED = 20261122
_TYPED_KINDS = ("inn", "brand", "biosimilar_brand", "us_suffix_name", "synonym", "former_name")


class Query(NamedTuple):
    """A text, what it should be answered with (`offered`: at rank 1, whatever the status), and the ids that may come first, or for a stem its id."""

    kind: str
    text: str
    status: str
    expected: str


def queries(db: Path) -> Iterator[Query]:
    """The whole set."""
    with closing(open_readonly(db)) as connection:
        rows = for_lookup(connection)
    chance = random.Random(SEED)
    plain = {
        _plain(row["name"])
        for table in ("drug_names", "treatment_names", "reviewed_names", "other_names")
        for row in rows[table]
    }
    owners = defaultdict(set)
    for row in rows["drug_names"]:
        owners[_plain(row["name"])].add(row["owner"])
    # long descriptions are pasted, not typed; what is written in other letters is not mistyped in Latin ones; of a code that stands
    # for a name, each digit counts
    typed = [
        row["name"]
        for row in rows["drug_names"]
        if row["kind"] in _TYPED_KINDS
        and row["name"].isascii()
        and 6 <= len(row["name"]) <= 32
        and not any(letter.isdigit() for letter in row["name"])
    ]
    for name, of in ((row["name"], owners[_plain(row["name"])]) for row in rows["drug_names"]):
        yield Query(
            "exact name",
            chance.choice((name, name.upper(), name.lower(), name.replace("-", " "), f" {name} ")),
            "match" if len(of) == 1 else "ambiguous",
            " ".join(sorted(of)),
        )
    codes = defaultdict(set)
    for row in rows["drug_codes"]:
        codes[row["scheme"], row["value"]].add(row["owner"])
    for (scheme, value), of in codes.items():
        yield Query(
            "code",
            chance.choice((value, value.lower(), f"{scheme.upper()} {value}", f"{scheme}: {value}")),
            "match" if len(of) == 1 else "ambiguous",
            " ".join(sorted(of)),
        )
    for name in typed:
        of = " ".join(sorted(owners[_plain(name)]))
        if len(owners[_plain(name)]) == 1 and not any(letter in name for letter in "()[],/"):
            yield Query("order line", chance.choice(TEMPLATES).format(name), "match", of)
        for kind, mistyped in (
            ("one edit", one_edit(name, chance)),
            ("two edits", two_edits(name, chance)),
            ("sounds like", misheard(name, chance)),
        ):
            if mistyped and _plain(mistyped) not in plain:
                yield Query(kind, mistyped, "offered", of)
        beginning = name[: chance.randint(4, max(5, len(name) * 2 // 3))].rstrip()
        led_to = set().union(*(of for folded, of in owners.items() if folded.startswith(_plain(beginning))))
        if _plain(beginning) not in plain and led_to == owners[_plain(name)]:
            yield Query("prefix", beginning, "offered", of)
    for line, status, of in WRITTEN:
        yield Query("order line, written", line, status, of)
    for name, like in LOOK_ALIKES:
        if like in {row["name"] for row in rows["drug_names"]}:
            yield Query(
                "look-alike", name, "not", next(row["owner"] for row in rows["drug_names"] if row["name"] == like)
            )
    for name, stem in STEMS:
        yield Query("stem", name, "unknown", stem)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


if __name__ == "__main__":
    with QUERIES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Query._fields)
        writer.writerows(queries(Path(sys.argv[1] if len(sys.argv) > 1 else "crskb.db")))
