"""/background: what CRS is, how scales grade it side by side, pooled rates, other causes, and where sources disagree."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.web.pages.clinical_tables import with_sources
from crskb.web.pages.rendering import kept_template
from crskb.web.running import read

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_NEUROTOXICITY = ("ice_score", "capd_score", "consciousness", "seizure", "motor", "raised_pressure")
_CRITERIA = (
    *("temperature", "hypotension", "vasopressors", "hypoxia", "oxygen", "organ_toxicity", "care"),
    *(*_NEUROTOXICITY, "other"),
)
_TABLES = (
    *("background", "grading_scales", "grading_criteria", "grading_notes", "score_items"),
    *("meta_analyses", "other_causes", "conflicts"),
)


async def show_background(request: Request, datasette: Datasette) -> Response:
    return await kept_template(datasette, request, "crskb_background.html", partial(_context, datasette))


async def _context(datasette: Datasette) -> dict[str, Any]:
    return {"here": "/background", **await read(datasette, _read)}


def _read(connection: sqlite3.Connection) -> dict[str, Any]:
    context = with_sources(connection, *_TABLES)
    criteria = {(row["scale_id"], row["grade"]): row for row in context["grading_criteria"]}
    graded = {id_ for id_, _ in criteria}
    of_neurotoxicity = {id_ for (id_, _), row in criteria.items() if any(row[key] for key in _NEUROTOXICITY)}
    scales = context["grading_scales"]
    return {
        **context,
        "scales": [scale for scale in scales if scale["id"] in graded - of_neurotoxicity],
        "neurotoxicity_scales": [scale for scale in scales if scale["id"] in of_neurotoxicity],
        "other_scales": [scale for scale in scales if scale["id"] not in graded],
        "grades": sorted({grade for _, grade in criteria}),
        "criteria": criteria,
        "criterion_keys": _CRITERIA,
        "told": [row for row in context["background"] if row["topic"] not in ("pharmacovigilance", "disclaimer")],
        "reports": [row for row in context["background"] if row["topic"] == "pharmacovigilance"],
        "disclaimers": [row for row in context["background"] if row["topic"] == "disclaimer"],
    }
