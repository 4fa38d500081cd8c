"""Resolve the published set and count what is right at rank 1 and what is wrong."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from crskb.database.connection import open_readonly
from crskb.database.queries import build_info, for_lookup
from crskb.lookup.answers import Answer
from crskb.lookup.resolver import Resolver
from crskb.names import fold
from crskb.words import LISTED
from tests.accuracy import real
from tests.accuracy.generate import QUERIES, Query

PUBLISHED = Path(__file__).parents[2] / "crskb" / "lookup" / "accuracy.json"
TENTHS = 10
COLUMNS = ["Kind of text", "Texts", "Right at rank 1", "Answered as a wrong drug"]


class Score(NamedTuple):
    """How one kind of text fared. `failed` holds the texts that were not right."""

    kind: str
    texts: int
    right: int
    wrong: int
    failed: list[str]

    @property
    def pct(self) -> float:
        """Right at rank 1, percent."""
        return 100 * self.right / self.texts


def measure(db: Path) -> list[Score]:
    """A score per kind of text, and three more: misspellings seen in sources and other medicines' names, each taken out of the data first, and those names as they are known."""
    with closing(open_readonly(db)) as connection:
        rows = for_lookup(connection)
    resolver = Resolver(rows)
    kinds: dict[str, list[Query]] = {}
    with QUERIES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kinds.setdefault(row["kind"], []).append(Query(**row))
    scores = [
        _score(kind, ((query, resolver.resolve(query.text)) for query in queries)) for kind, queries in kinds.items()
    ]
    return [*scores, _seen_misspellings(rows), _other_medicines(rows), _held_out_medicines(rows)]


def _score(kind: str, answers: Iterator[tuple[Query, Answer]]) -> Score:
    texts = right = wrong = 0
    failed = []
    for query, answer in answers:
        texts += 1
        if is_right(query, answer):
            right += 1
        else:
            failed.append(query.text)
        wrong += is_wrong(query, answer)
    return Score(kind, texts, right, wrong, failed)


def is_right(query: Query, answer: Answer) -> bool:
    """Whether an answer is what the query asks for."""
    found = [match["drug"]["id"] for match in answer["matches"]]
    if query.status == "offered":
        return bool(found) and found[0] in query.expected.split()
    if query.status == "not":
        return query.expected not in found
    if query.kind == "class":
        return answer["class"] is not None and answer["class"]["id"] == query.expected and not found
    if query.kind == "stem":
        return answer["status"] == "unknown" and (answer["class_hint"] or {"stem": ""})["stem"] == query.expected
    return answer["status"] == query.status and sorted(found) == sorted(query.expected.split())


def is_wrong(query: Query, answer: Answer) -> bool:
    """Whether a drug is given as the answer that the text does not name. A suggestion is no answer."""
    if answer["status"] not in LISTED or not answer["matches"]:
        return False
    found = {match["drug"]["id"] for match in answer["matches"]}
    if query.status == "not":
        return query.expected in found
    return not found & set(query.expected.split())


def _seen_misspellings(rows: dict[str, Any]) -> Score:
    """Misspellings that sources hold, resolved by a resolver that was not told of them."""
    seen = [row for row in rows["drug_names"] if row["kind"] == "misspelling"]
    resolver = Resolver({**rows, "drug_names": [row for row in rows["drug_names"] if row["kind"] != "misspelling"]})
    queries = [Query("misspelling seen in a source", row["name"], "offered", row["owner"]) for row in seen]
    return _score(queries[0].kind, ((query, resolver.resolve(query.text)) for query in queries))


def _other_medicines(rows: dict[str, Any]) -> Score:
    resolver = Resolver(rows)
    return _score(
        "other medicine", ((query, resolver.resolve(query.text)) for query in _others(rows, "other medicine"))
    )


def _held_out_medicines(rows: dict[str, Any]) -> Score:
    """Other medicines' names, a tenth at a time, resolved by a resolver that does not know that tenth: right is no suggestion.

    A name that holds a listed drug's as a word is left out: that drug is then rightly named beside something unknown.
    """
    listed = {row["folded"] for row in rows["drug_names"]}

    def answers() -> Iterator[tuple[Query, Answer]]:
        for tenth in range(TENTHS):
            known = [row for place, row in enumerate(rows["other_names"]) if place % TENTHS != tenth]
            resolver = Resolver({**rows, "other_names": known})
            for query in list(_others(rows, "other medicine, not known"))[tenth::TENTHS]:
                if listed & {fold(word) for word in query.text.split()}:
                    continue
                answer = resolver.resolve(query.text)
                yield (query._replace(status=answer["status"]) if not answer["matches"] else query), answer

    return _score("other medicine, not known", answers())


def _others(rows: dict[str, Any], kind: str) -> Iterator[Query]:
    return (Query(kind, row["name"], "other_medicine", "") for row in rows["other_names"])


def table(scores: list[Score]) -> list[list[str]]:
    """The rows of COLUMNS."""
    return [[score.kind, f"{score.texts:,}", f"{score.pct:.1f}%", str(score.wrong)] for score in scores]


def publish(scores: list[Score], judged: list[real.Judged], db: Path) -> None:
    """Write the tables that the site, the README and the page on coverage show."""
    with closing(open_readonly(db)) as connection:
        day = build_info(connection)["newest_review"]
    lines = {"columns": real.COLUMNS, "rows": real.table(judged)}
    published = {"measured_on": day, "columns": COLUMNS, "rows": table(scores), "real_lines": lines}
    PUBLISHED.write_text(json.dumps(published, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
