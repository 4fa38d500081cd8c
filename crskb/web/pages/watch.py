"""/watch: signs, the emergencies first; when CRS starts; what moves its risk; what mimics it."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.database.queries import Row
from crskb.web.pages import formats
from crskb.web.pages.clinical_tables import with_sources
from crskb.web.pages.rendering import kept_template
from crskb.web.running import read

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_SEVERITIES = (("emergency", "Emergency: act at once"), ("severe", "Severe"), ("mild", "Early or mild"))
_IN_GENERAL = "CRS in general"


async def show_watch(request: Request, datasette: Datasette) -> Response:
    return await kept_template(datasette, request, "crskb_watch.html", partial(_context, datasette))


async def _context(datasette: Datasette) -> dict[str, Any]:
    return {"here": "/watch", **await read(datasette, _read)}


def _read(connection: sqlite3.Connection) -> dict[str, Any]:
    context = with_sources(connection, "symptoms", "onset", "risk_factors", "differentials")
    return {
        **context,
        "signs": [
            (severity, label, signs_of(context["symptoms"], severity))
            for severity, label in _SEVERITIES
            if any(row["severity"] == severity for row in context["symptoms"])
        ],
        "counted": formats.grouped(
            [{**row, "of": row["drug_id"] or row["cohort"]} for row in context["symptoms"] if not _general(row)], "of"
        ),
        "onset": _by_cause(context["onset"]),
        "risk_factors": _by_cause(context["risk_factors"]),
    }


def signs_of(symptoms: list[Row], severity: str) -> list[tuple[str | None, list[Row]]]:
    """The signs of CRS in general of one severity, by what is advised when they appear."""
    return formats.grouped(  # type: ignore[return-value]
        [row for row in symptoms if row["severity"] == severity and _general(row)], "advice"
    )


def _general(row: Row) -> bool:
    return row["drug_id"] is None and row["cohort"] is None


def _by_cause(rows: list[Row]) -> list[tuple[Any, Any]]:
    """Rows by class or cause, those of CRS as a whole first."""
    told = [{**row, "of": row["class_name"] or row["cause"] or _IN_GENERAL} for row in rows]
    return formats.grouped(sorted(told, key=lambda row: row["of"] != _IN_GENERAL), "of")
