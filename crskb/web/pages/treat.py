"""/treat and /treat/<id>: the medicines used against CRS; where the data hold a rule, a body weight becomes a dose."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from datasette import NotFound, Response

from crskb.database import reference_queries
from crskb.database.queries import Row
from crskb.web.pages.clinical_tables import cited, with_sources
from crskb.web.pages.rendering import already_kept, kept_template, private_page
from crskb.web.pages.weight_dose import WeightFault, doses, weight_kg
from crskb.web.running import read, resolver_of
from crskb.words import length_fault

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_TEMPLATE = "crskb_treatment.html"
_LONGEST_WEIGHT = 20  # characters that are shown again


async def show_treatments(request: Request, datasette: Datasette) -> Response:
    """All medicines used against CRS, one line each."""

    async def make() -> dict[str, Any]:
        return {"here": "/treat", **await read(datasette, with_sources, "treatments")}

    return await kept_template(datasette, request, "crskb_treatments.html", make)


async def show_treatment(request: Request, datasette: Datasette) -> Response:
    """One of them; with a body weight (?kg=) its dose, in an answer that nobody keeps. Another name of it leads here."""
    id_ = unquote(request.url_vars["id"])
    weighed = "kg" in request.args
    kept = None if weighed else await already_kept(datasette, request, (_TEMPLATE, id_))
    if kept:
        return kept
    found: Row | None = await read(datasette, _treatment, id_)
    if found is None:
        return await _elsewhere(datasette, id_)

    async def make() -> dict[str, Any]:
        context: dict[str, Any] = await read(datasette, _context, found)
        return context

    if not weighed:
        return await kept_template(datasette, request, _TEMPLATE, make, id_)
    dosed = _dosed(found["dose_rules"], request.args.getlist("kg"))
    status = 400 if "fault" in dosed else 200
    return await private_page(datasette, request, _TEMPLATE, {**await make(), **dosed}, status)


def _treatment(connection: sqlite3.Connection, id_: str) -> Row | None:
    return next((row for row in reference_queries.treatments(connection) if row["id"] == id_), None)


def _context(connection: sqlite3.Connection, treatment: Row) -> dict[str, Any]:
    at_hand = reference_queries.on_site(connection, treatment["name"]) if treatment["dose_rules"] else []
    context = cited(connection, [treatment, *at_hand])
    ruling = {rule["source_id"] for rule in treatment["dose_rules"]}
    return {
        "here": "/treat",
        "treatment": treatment,
        "at_hand": at_hand,
        "rule_sources": [source for source in context["sources"] if source["id"] in ruling],
        **context,
    }


def _dosed(rules: list[Row], typed: list[str]) -> dict[str, Any]:
    """What the page says to the weight that was typed: the doses, or the fault."""
    shown = typed[-1][:_LONGEST_WEIGHT]
    try:
        if len(typed) > 1:
            raise WeightFault("Write one body weight.")
        if not typed[0].strip():
            return {"kg_typed": ""}
        weight = weight_kg(typed[0])
    except WeightFault as fault:
        return {"kg_typed": shown, "fault": str(fault)}
    return {"kg_typed": shown, "kg": f"{weight:f}", "doses": doses(rules, weight)}


async def _elsewhere(datasette: Datasette, text: str) -> Response:
    answer = (await resolver_of(datasette)).resolve(text) if not length_fault(text) else None
    if answer and answer["treatment"]:
        return Response.redirect(str(datasette.urls.path(f"/treat/{answer['treatment']['id']}")), status=303)
    raise NotFound("No medicine against cytokine release syndrome has this address.")
