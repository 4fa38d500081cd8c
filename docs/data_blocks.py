"""What cog writes into these pages and README.md: figures and answers of the real data, made by the code itself."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from crskb.database.build import build
from crskb.database.stats import stats
from crskb.knowledge.checks import load_checked
from crskb.web.api.recipe import STEPS, cut
from crskb.web.server import make_datasette
from tests.accuracy.real import origins

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
ACCURACY = ROOT / "crskb" / "lookup" / "accuracy.json"


@cache
def built() -> Path:
    """The real data, built once for all blocks."""
    folder = tempfile.TemporaryDirectory()
    built.folder = folder  # type: ignore[attr-defined]  # kept until the process ends
    db = Path(folder.name) / "crskb.db"
    knowledge, _ = load_checked(DATA)
    build(knowledge, DATA, db)
    return db


def coverage_in_short() -> str:
    """One sentence on what the data cover."""
    with closing(sqlite3.connect(built())) as connection:
        has = stats(connection)
    return (
        f"It lists {has.drugs:,} drugs under {has.names:,} names, with {has.cohorts:,} cohorts of patients and {has.sources:,} sources, "
        f"and recognises {has.other_medicine_names:,} names of other medicines ([coverage](docs/coverage.md))."
    )


def coverage() -> str:
    """A table of what the data cover."""
    with closing(sqlite3.connect(built())) as connection:
        figures = asdict(stats(connection))
    names = {
        "drugs": "drugs listed",
        "names": "names that lead to them",
        "product_codes": "codes of their products: RxNorm, NDC, HCPCS, ICD-10-PCS",
        "cohorts": "cohorts with incidence of CRS",
        "patients": "patients in them, each counted once",
        "sources": "sources",
        "sources_by_document_id": "of them with a DOI, PubMed, PubMed Central or DailyMed id",
        "headlines": "headline cohorts",
        "headlines_by_document_id": "of them from a document with such an id",
        "engagers_approved": "approved T-cell engagers and cell products",
        "engagers_with_stay": "of them with where and how long a patient stays",
        "engagers_with_rescue": "of them with what must be at hand",
        "drugs_with_dose_schedule": "drugs with a dose schedule",
        "drugs_with_restart": "drugs with what follows a pause",
        "claims": "claims with a source of their own",
        "claims_with_locator_pct": "of them with the place in the source, percent",
        "treatments": "treatments of CRS",
        "reviewed": "medicines looked at and not listed",
        "other_medicine_names": "names of other medicines recognised",
        "oldest_review": "oldest review of a drug",
    }
    lines = ["| what | how many |", "| --- | ---: |"]
    lines += [
        f"| {text} | {figures[key]:,} |" if isinstance(figures[key], int) else f"| {text} | {figures[key]} |"
        for key, text in names.items()
    ]
    return "\n".join(lines)


def tiers() -> str:
    """A table of the tiers with their rules and how many drugs each holds."""
    with closing(sqlite3.connect(built())) as connection:
        rows = connection.execute(
            "SELECT name, definition, (SELECT count(*) FROM drugs WHERE relative_risk = risk_tiers.id) FROM risk_tiers ORDER BY rank"
        ).fetchall()
    return "\n".join(
        [
            "| tier | rule | drugs |",
            "| --- | --- | ---: |",
            *(f"| {name} | {rule} | {count} |" for name, rule, count in rows),
        ]
    )


def accuracy() -> str:
    """The table that `make accuracy` measured last."""
    return _table(json.loads(ACCURACY.read_text(encoding="utf-8")))


def real_lines() -> str:
    """The table of real order and product lines that `make accuracy` measured last, then the lists that they come from, each with its terms."""
    table = _table(json.loads(ACCURACY.read_text(encoding="utf-8"))["real_lines"])
    lists = [f"- {of.name}: {of.edition}. {of.terms}. {of.attribution.rstrip('.')}." for of in origins()]
    return "\n".join([table, "", *lists])


def _table(published: dict[str, Any]) -> str:
    columns = published["columns"]
    lines = ["| " + " | ".join(columns) + " |", "| --- |" + " ---: |" * (len(columns) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in published["rows"]])


def accuracy_in_short() -> str:
    """One sentence on what `make accuracy` measured last."""
    rows = json.loads(ACCURACY.read_text(encoding="utf-8"))["rows"]
    texts, wrong = (sum(int(row[column].replace(",", "")) for row in rows) for column in (1, 3))
    shares = sorted((row[2] for row in rows), key=lambda share: float(share.rstrip("%")))
    return (
        f"Of {texts:,} texts of {len(rows)} kinds, from brand names to misspellings, {wrong} are answered as a wrong drug; "
        f"{shares[0]} to {shares[-1]} of a kind are right at rank 1 ([how that is measured](docs/coverage.md#how-well-names-are-resolved))."
    )


def answer(path: str, *keys: str, method: str = "GET", body: Any = None) -> str:
    """What the served site answers at `path`, cut to `keys` of the answer or of its rows."""

    async def ask() -> Any:
        client = make_datasette(built()).client
        headers = {"content-type": "application/json"} if body is not None else {}
        response = await client.request(
            method, path, content=json.dumps(body) if body is not None else None, headers=headers
        )
        return response.json()

    return json.dumps(cut(asyncio.run(ask()), keys), indent=2, ensure_ascii=False)


def recipe() -> str:
    """The first requests of a client in turn, each with what it answers."""
    parts = []
    for number, step in enumerate(STEPS, start=1):
        shown = answer(f"/api/v1{step.address}", *step.shown, method=step.method, body=step.body)
        command = step.curl("http://127.0.0.1:8001/api/v1")
        parts.append(f"### {number}. {step.title}\n\n{step.about}\n\n```sh\n{command}\n```\n\n```json\n{shown}\n```")
    return "\n\n".join(parts)
