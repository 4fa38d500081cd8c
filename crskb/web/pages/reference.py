"""/reference: the grading scales side by side and every clinical table, each row with its source."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.database import queries, reference_queries
from crskb.database.queries import Row
from crskb.web.pages.rendering import kept_template
from crskb.web.running import read

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_SEVERITIES = (("mild", "Early or mild"), ("severe", "Severe"), ("emergency", "Emergency: seek help at once"))
_CRITERIA = ("temperature", "hypotension", "vasopressors", "hypoxia", "oxygen", "organ_toxicity", "care", "other")


async def show_reference(request: Request, datasette: Datasette) -> Response:
    return await kept_template(datasette, request, "crskb_reference.html", partial(_context, datasette))


def _citing(tables: dict[str, list[Row]]) -> Iterator[Row]:
    """All rows that cite a source, those within a treatment last."""
    yield from chain.from_iterable(tables.values())
    for treatment in tables["treatments"]:
        yield from (*treatment["regulatory"], *treatment["evidence"])


def _read(connection: sqlite3.Connection) -> tuple[dict[str, list[Row]], list[Row], dict[str, str]]:
    tables = reference_queries.reference(connection)
    kinds = {row["id"]: row["name"] for row in queries.vocabulary(connection, "source_kind")}
    return tables, queries.sources_cited(connection, _citing(tables)), kinds


async def _context(datasette: Datasette) -> dict[str, Any]:
    tables, sources, kinds = await read(datasette, _read)
    criteria = {(row["scale_id"], row["grade"]): row for row in tables["grading_criteria"]}
    scales = tables["grading_scales"]
    return {
        "here": "/reference",
        **tables,
        "scales": [scale for scale in scales if any(id_ == scale["id"] for id_, _ in criteria)],
        "other_scales": [scale for scale in scales if not any(id_ == scale["id"] for id_, _ in criteria)],
        "grades": sorted({grade for _, grade in criteria}),
        "criteria": criteria,
        "criterion_keys": _CRITERIA,
        "severities": [
            (id_, label) for id_, label in _SEVERITIES if any(row["severity"] == id_ for row in tables["symptoms"])
        ],
        "management": [{**row, "grade": row["grade"] or 0} for row in tables["management"]],
        "sources": sources,
        "numbers": {source["id"]: number for number, source in enumerate(sources, start=1)},
        "kinds": kinds,
        "scale_names": {scale["id"]: scale["name"] for scale in scales},
    }
