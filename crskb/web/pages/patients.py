"""/patients: what patients are told. Emergencies first, then whom to call, then the advice by medicine and region with its date."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.database import queries
from crskb.database.queries import Row
from crskb.web.pages import formats
from crskb.web.pages.clinical_tables import with_sources
from crskb.web.pages.rendering import kept_template
from crskb.web.pages.watch import signs_of
from crskb.web.running import read

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_NUMBERS = "emergency number"


async def show_patients(request: Request, datasette: Datasette) -> Response:
    return await kept_template(datasette, request, "crskb_patients.html", partial(_context, datasette))


async def _context(datasette: Datasette) -> dict[str, Any]:
    return {"here": "/patients", **await read(datasette, _read)}


def _read(connection: sqlite3.Connection) -> dict[str, Any]:
    context = with_sources(connection, "symptoms", "patient_advice")
    regions = {row["id"]: row["name"] for row in queries.vocabulary(connection, "region")}
    rows = [
        {**row, "drugs_listed": row["drugs"].split(", ") if row["drugs"] else []} for row in context["patient_advice"]
    ]
    return {
        **context,
        "emergency": signs_of(context["symptoms"], "emergency"),
        "regions": regions,
        "numbers_to_call": [row for row in rows if row["topic"] == _NUMBERS],
        "advice": _by_medicine([row for row in rows if row["topic"] != _NUMBERS and not row["superseded"]], regions),
        "past": _by_medicine([row for row in rows if row["superseded"]], regions),
    }


def _by_medicine(rows: list[Row], regions: dict[str, str]) -> list[tuple[Any, list[Any]]]:
    """Advice by medicine and region; what is for no single region comes first."""
    told = []
    for row in sorted(rows, key=lambda row: bool(row["region"])):
        medicine = formats.capital(row["applies_to"] or "all medicines")
        told.append({**row, "whom": ", ".join(filter(None, (medicine, regions.get(row["region"], row["region"]))))})
    return formats.grouped(told, "whom")
