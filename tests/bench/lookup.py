"""Budgets of a lookup over HTTP at 4 connections: against a bare app on the same server, and against Datasette's search of the same name."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from tests.bench.servers import bare_server, crskb_server, requests_per_second

EXACT, MISSPELT = "tecvayli", "teclistamba"
ROUNDS = 5


def measure(db: Path) -> list[tuple[str, float, float]]:
    """What was measured, the ratio, and the least that it may be; all are measured in turns, and the median turn counts."""
    rounds = []
    with crskb_server(db) as (site, _), bare_server() as (plain, _):
        time.sleep(3)  # the answers to exact names are made after the start
        for _round in range(ROUNDS):
            exact = requests_per_second(site, f"/api/v1/lookup?q={EXACT}")
            fuzzy = requests_per_second(site, f"/api/v1/lookup?q={MISSPELT}")
            bare = requests_per_second(plain, "/")
            search = requests_per_second(site, f"/crskb/drugs.json?_search={MISSPELT}")
            rounds.append((exact, fuzzy, bare, search))
    exact, fuzzy, bare, search = (median(rates) for rates in zip(*rounds, strict=True))
    of_bare = f"bare app on the same server ({bare:,.0f} a second)"
    return [
        (f"exact lookup ({exact:,.0f} a second) / {of_bare}", median(each[0] / each[2] for each in rounds), 0.65),
        (f"fuzzy lookup ({fuzzy:,.0f} a second) / {of_bare}", median(each[1] / each[2] for each in rounds), 0.4),
        (
            f"fuzzy lookup / Datasette's search of the same name ({search:,.0f} a second)",
            median(each[1] / each[3] for each in rounds),
            25,
        ),
    ]
