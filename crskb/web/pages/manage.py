"""/manage: what one guideline advises at each grade. Guidelines differ, so they stand apart and are never merged."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette import NotFound, Response

from crskb.database import class_queries, queries, reference_queries
from crskb.database.queries import Row
from crskb.web.pages import formats
from crskb.web.pages.clinical_tables import cited
from crskb.web.pages.rendering import kept_template
from crskb.web.running import read

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_COLUMNS = {
    "Work-up": ("work-up", "monitoring"),
    "Setting": ("setting",),
    "Tocilizumab": ("tocilizumab",),
    "Steroid": ("corticosteroid",),
    "Other": (),  # every topic that no other column names
    "Causing medicine": ("immunotherapy",),
}
_COLUMN_OF = {topic: column for column, topics in _COLUMNS.items() for topic in topics}
_GRADES = (None, 1, 2, 3, 4)
_ONE_MEDICINE, _ANY_CAUSE = "Label of one medicine", "No class named in what was read"


@dataclass(frozen=True)
class Choice:
    """Which guideline a reader sees, and for whom it was chosen: the name of a drug or a class, or None."""

    guideline: str
    others: tuple[str, ...] = ()
    chosen_for: str | None = None
    drug_id: str | None = None
    named: bool = True  # whether it is for the drug or a class that holds it


async def show_manage(request: Request, datasette: Datasette) -> Response:
    """The guideline that was asked for, or the one that fits a drug or a class; 404 for a word that is none of these."""
    asked = {key: request.args.get(key) or None for key in ("guideline", "drug", "class")}
    choice: Choice = await read(datasette, _choice, asked)

    async def make() -> dict[str, Any]:
        context: dict[str, Any] = await read(datasette, _context, choice)
        return context

    return await kept_template(datasette, request, "crskb_manage.html", make, choice)


def _choice(connection: sqlite3.Connection, asked: dict[str, str | None]) -> Choice:
    known = {row["id"]: row for row in reference_queries.reference(connection, ("guidelines",))["guidelines"]}
    if not known:
        raise NotFound("No guideline is recorded here.")
    if asked["guideline"]:
        if asked["guideline"] not in known:
            raise NotFound("There is no guideline of that name.")
        return Choice(asked["guideline"])
    if asked["drug"]:
        name = queries.drug_name(connection, asked["drug"])
        if name is None:
            raise NotFound("There is no drug of that name.")
        classes = class_queries.classes_of(connection, asked["drug"])
        fit = reference_queries.guidelines_for(connection, classes, asked["drug"])
        return _chosen(known, fit, name, asked["drug"])
    if asked["class"]:
        found = class_queries.drug_class(connection, asked["class"])
        if not found:
            raise NotFound("There is no class of that name.")
        classes = [found["id"], *(row["id"] for row in reversed(found["above"]))]
        return _chosen(known, reference_queries.guidelines_for(connection, classes, None), found["name"], None)
    return Choice(next(iter(known)))


def _chosen(known: dict[str, Row], fit: list[str], name: str, drug_id: str | None) -> Choice:
    first, *others = fit or known
    named = bool(fit) and bool(known[first]["drug_id"] or known[first]["drug_class"])
    return Choice(first, tuple(others) if fit else (), name, drug_id, named)


def _context(connection: sqlite3.Connection, choice: Choice) -> dict[str, Any]:
    tables = reference_queries.reference(connection, ("guidelines", "management", "grading_scales", "treatments"))
    guidelines = {row["id"]: row for row in tables["guidelines"]}
    guideline = guidelines[choice.guideline]
    rows = [row for row in tables["management"] if row["guideline"] == guideline["name"]]
    populations = list(dict.fromkeys(row["population"] for row in rows))
    scales = {row["grading_scale"] for row in rows if row["grading_scale"]}
    context = cited(connection, [guideline, *rows])
    return {
        "here": "/manage",
        "choice": choice,
        "guideline": guideline,
        "others": [guidelines[id_] for id_ in choice.others],
        "groups": formats.grouped([{**row, "group": _group(row)} for row in tables["guidelines"]], "group"),
        "columns": list(_COLUMNS),
        "matrix": [(grade, _told(rows, grade), _cells(rows, grade)) for grade in _GRADES],
        "dosed": [row for row in tables["treatments"] if row["dose_rules"]],
        "population": populations[0] if len(populations) == 1 else None,
        "told_by_line": any(populations),
        "scales": [row for row in tables["grading_scales"] if row["id"] in scales],
        "places": {source["id"]: _places(rows, source["id"]) for source in context["sources"]},
        **context,
    }


def _group(guideline: Row) -> str:
    if guideline["kind"] == "label":
        return _ONE_MEDICINE
    return guideline["class_name"] or _ANY_CAUSE


def _told(rows: list[Row], grade: int | None) -> list[Row]:
    """The rows that say that the advice at a grade was not read."""
    return [row for row in rows if row["grade"] == grade and row["topic"] == "not-recorded"]


def _cells(rows: list[Row], grade: int | None) -> list[tuple[str, list[Row], bool]] | None:
    """Column, what is advised in it at this grade, and whether something is advised there at all grades; None for a grade of which nothing was read."""
    cells = [(column, _of(rows, grade, column), bool(grade and _of(rows, None, column))) for column in _COLUMNS]
    return cells if any(found for _, found, _ in cells) else None


def _of(rows: list[Row], grade: int | None, column: str) -> list[Row]:
    return [
        row
        for row in rows
        if row["grade"] == grade and row["topic"] != "not-recorded" and _COLUMN_OF.get(row["topic"], "Other") == column
    ]


def _places(rows: list[Row], source_id: str) -> list[str]:
    """Where in one source the rows of a guideline stand."""
    return list(dict.fromkeys(row["locator"] for row in rows if row["source_id"] == source_id and row["locator"]))
