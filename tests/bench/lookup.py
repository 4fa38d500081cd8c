"""Budgets of a fuzzy lookup over HTTP at 4 connections: 8 times the rate of Datasette's search of the same name, 60% of a bare app's on h11."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from tests.bench.servers import bare_server, crskb_server, requests_per_second

MISSPELT = "teclistamba"
ROUNDS = 5


def measure(db: Path) -> list[tuple[str, float, float]]:
    """What was measured, the ratio, and the least that it may be; the three are measured in turns, and the median turn counts."""
    rounds = []
    with crskb_server(db) as (site, _), bare_server() as (plain, _):
        for _round in range(ROUNDS):
            lookup = requests_per_second(site, f"/api/v1/lookup?q={MISSPELT}")
            bare = requests_per_second(plain, "/")
            search = requests_per_second(site, f"/crskb/drugs.json?_search={MISSPELT}")
            rounds.append((lookup, search, bare))
    lookup, search, bare = (median(rates) for rates in zip(*rounds, strict=True))
    to_search, to_bare = median(each[0] / each[1] for each in rounds), median(each[0] / each[2] for each in rounds)
    return [
        (
            f"fuzzy lookup ({lookup:,.0f} a second) / Datasette's search of the same name ({search:,.0f} a second)",
            to_search,
            8,
        ),
        (f"fuzzy lookup ({lookup:,.0f} a second) / bare app on h11 ({bare:,.0f} a second)", to_bare, 0.6),
    ]
