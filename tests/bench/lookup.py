"""Budgets of a fuzzy lookup over HTTP at 4 connections: 8 times the rate of Datasette's search of the same name, 60% of a bare app's on h11."""

from __future__ import annotations

from pathlib import Path

from tests.bench.servers import bare_server, crskb_server, requests_per_second

MISSPELT = "teclistamba"
ROUNDS = 3


def measure(db: Path) -> list[tuple[str, float, float]]:
    """What was measured, the ratio, and the least that it may be; the three are measured in turns and the best of each counts."""
    lookup = search = bare = 0.0
    with crskb_server(db) as (site, _), bare_server() as (plain, _):
        for _round in range(ROUNDS):
            lookup = max(lookup, requests_per_second(site, f"/api/v1/lookup?q={MISSPELT}"))
            bare = max(bare, requests_per_second(plain, "/"))
            search = max(search, requests_per_second(site, f"/crskb/drugs.json?_search={MISSPELT}"))
    return [
        (
            f"fuzzy lookup ({lookup:,.0f} a second) / Datasette's search of the same name ({search:,.0f} a second)",
            lookup / search,
            8,
        ),
        (f"fuzzy lookup ({lookup:,.0f} a second) / bare app on h11 ({bare:,.0f} a second)", lookup / bare, 0.6),
    ]
