"""/reference: the grading scales side by side and every clinical table, each row with its source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from datasette import Response

from crskb.database import queries
from crskb.database.queries import Row
from crskb.web.pages.site import kept_page
from crskb.web.reading import read

_SEVERITIES = (("mild", "Early or mild"), ("severe", "Severe"), ("emergency", "Emergency: seek help at once"))
_CRITERIA = ("temperature", "hypotension", "vasopressors", "hypoxia", "oxygen", "organ_toxicity", "care", "other")


async def show_reference(request: Any, datasette: Any) -> Response:
    """The page."""

    async def make() -> str:
        return str(await datasette.render_template("crskb_reference.html", await _context(datasette), request=request))

    return await kept_page(datasette, request, ("reference",), make)


def cited(sources: dict[str, Row], rows: Iterable[Row]) -> list[Row]:
    """The sources that `rows` cite, in the order of first citation: what a numbered list at the end of a page shows."""
    ids: dict[str, None] = {}
    for row in rows:
        for joined in (row.get("source_id"), row.get("also_in"), row.get("sources")):
            ids.update(dict.fromkeys(joined.split(", ") if isinstance(joined, str) else ()))
    return [sources[id_] for id_ in ids if id_ in sources]


async def _context(datasette: Any) -> dict[str, Any]:
    tables, sources, kinds = await read(
        datasette,
        lambda c: (
            queries.reference(c),
            {row["id"]: row for row in queries.sources(c)},
            {row["id"]: row["name"] for row in queries.vocabulary(c, "source_kind")},
        ),
    )
    criteria = {(row["scale_id"], row["grade"]): row for row in tables["grading_criteria"]}
    scales = tables["grading_scales"]
    nested = [row for treatment in tables["treatments"] for key in ("regulatory", "evidence") for row in treatment[key]]
    listed = cited(sources, [row for rows in tables.values() for row in rows] + nested)
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
        "sources": listed,
        "numbers": {source["id"]: number for number, source in enumerate(listed, start=1)},
        "kinds": kinds,
        "scale_names": {scale["id"]: scale["name"] for scale in scales},
    }
