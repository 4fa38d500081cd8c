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
_NEUROTOXICITY = ("ice_score", "capd_score", "consciousness", "seizure", "motor", "raised_pressure")
_CRITERIA = (
    *("temperature", "hypotension", "vasopressors", "hypoxia", "oxygen", "organ_toxicity", "care"),
    *(*_NEUROTOXICITY, "other"),
)


async def show_reference(request: Request, datasette: Datasette) -> Response:
    return await kept_template(datasette, request, "crskb_reference.html", partial(_context, datasette))


def _citing(tables: dict[str, list[Row]]) -> Iterator[Row]:
    """All rows that cite a source, those within a treatment last."""
    yield from chain.from_iterable(tables.values())
    for treatment in tables["treatments"]:
        yield from (*treatment["regulatory"], *treatment["evidence"])


def _read(connection: sqlite3.Connection) -> tuple[dict[str, list[Row]], list[Row], dict[str, dict[str, str]]]:
    tables = reference_queries.reference(connection)
    names = {
        vocabulary: {row["id"]: row["name"] for row in queries.vocabulary(connection, vocabulary)}
        for vocabulary in ("source_kind", "region")
    }
    return tables, queries.sources_cited(connection, _citing(tables)), names


def _advice(rows: list[Row], region_names: dict[str, str]) -> list[tuple[str | None, list[tuple[str, list[Row]]]]]:
    """Patient advice for what is current and what is not, each by medicine and region; what is for all comes first."""
    groups: dict[bool, dict[str, list[Row]]] = {}
    for row in sorted(rows, key=lambda row: (row["superseded"], bool(row["region"]))):
        medicine = row["applies_to"] or "all medicines"
        region = region_names.get(row["region"], row["region"])
        whom = ", ".join(filter(None, (medicine[0].upper() + medicine[1:], region)))
        told = {**row, "drugs_listed": row["drugs"].split(", ") if row["drugs"] else []}
        groups.setdefault(bool(row["superseded"]), {}).setdefault(whom, []).append(told)
    return [("Replaced by later advice" if past else None, list(of.items())) for past, of in groups.items()]


async def _context(datasette: Datasette) -> dict[str, Any]:
    tables, sources, names = await read(datasette, _read)
    criteria = {(row["scale_id"], row["grade"]): row for row in tables["grading_criteria"]}
    graded = {id_ for id_, _ in criteria}
    of_neurotoxicity = {id_ for (id_, _), row in criteria.items() if any(row[key] for key in _NEUROTOXICITY)}
    scales = tables["grading_scales"]
    return {
        "here": "/reference",
        **tables,
        "scales": [scale for scale in scales if scale["id"] in graded - of_neurotoxicity],
        "neurotoxicity_scales": [scale for scale in scales if scale["id"] in of_neurotoxicity],
        "other_scales": [scale for scale in scales if scale["id"] not in graded],
        "grades": sorted({grade for _, grade in criteria}),
        "criteria": criteria,
        "criterion_keys": _CRITERIA,
        "severities": [
            (id_, label) for id_, label in _SEVERITIES if any(row["severity"] == id_ for row in tables["symptoms"])
        ],
        "advice": _advice(tables["patient_advice"], names["region"]),
        "management": [{**row, "grade": row["grade"] or 0} for row in tables["management"]],
        "sources": sources,
        "numbers": {source["id"]: number for number, source in enumerate(sources, start=1)},
        "kinds": names["source_kind"],
        "scale_names": {scale["id"]: scale["name"] for scale in scales},
    }
