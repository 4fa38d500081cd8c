"""/grade: what each grading scale says to fever, blood pressure and oxygen. A form sent by GET; what was answered is kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.database.queries import Row
from crskb.database.tables import listed_ids
from crskb.grading.answers import Answers, read_answers
from crskb.grading.grader import is_graded, limit_for_age, words
from crskb.grading.sentences import MESSAGE
from crskb.web.api.requests import parameters
from crskb.web.grading import Rules, rules_of
from crskb.web.http import Refusal
from crskb.web.pages.rendering import kept_template, private_page
from crskb.words import OXYGENS, PRESSURES

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_TEMPLATE = "crskb_grade.html"
_MAIN = "astct-2019"  # the scale that stands large, and in whose words the choices are told
_CHILDREN = "paediatric-car-t"  # shown where an age is given
_CHOICES: dict[str, tuple[Mapping[Any, str], str]] = {
    "pressure": (PRESSURES, "vasopressors"),
    "oxygen": (OXYGENS, "oxygen"),
}


async def show_grade(request: Request, datasette: Datasette) -> Response:
    """The form alone, or with what the scales say to its answers; a field that cannot be read has its fault beside it."""
    if not request.query_string:
        return await kept_template(datasette, request, _TEMPLATE, partial(_context, datasette, []))
    try:
        typed = parameters(request.scope)
    except Refusal as refusal:
        return Response.text(refusal.said, status=400, headers={"cache-control": "no-store"})
    context = await _context(datasette, typed)
    return await private_page(datasette, request, _TEMPLATE, context, 400 if context["faults"] else 200)


async def _context(datasette: Datasette, typed: list[tuple[str, str]]) -> dict[str, Any]:
    rules = await rules_of(datasette)
    answers, faults = read_answers(typed)
    asked = not faults and answers != Answers()
    graded = rules.graded(answers) if asked else []
    criteria = [row for row in rules.criteria if row["scale_id"] == _MAIN and is_graded(row)]
    items = [item for item in rules.score_items if item["score"] == "ICE"]
    main = next((each for each in graded if each.found.scale["id"] == _MAIN), None)
    neurotoxicity = {row["scale_id"] for row in rules.criteria if row["ice_score"]}
    apart = {_MAIN, *neurotoxicity, *([] if answers.age_years is not None else [_CHILDREN])}
    others = [each for each in graded if each.found.scale["id"] not in apart]
    met: list[Mapping[str, Any]] = [each.found.criterion for each in graded if each.found.criterion]
    sources = _cited(rules, [*criteria, *rules.limits, *items, *met, *(main.notes if main else [])])
    return {
        "here": "/grade",
        "typed": {name: text for name, text in reversed(typed) if name in Answers._fields},
        "answers": answers,
        "faults": faults,
        "fault_of": dict(reversed(faults)),
        "main": main,
        "others": [each for each in others if each.found.at_least is not None],
        "untold": [each for each in others if each.found.at_least is None],
        "neurotoxicity": [each for each in graded if each.found.scale["id"] in neurotoxicity],
        "choices": {name: _choices(criteria, name) for name in _CHOICES},
        "criteria": criteria,
        "limits": rules.limits,
        "limit": limit_for_age(rules.limits, answers.age_years),
        "items": items,
        "numbers": {source["id"]: number for number, source in enumerate(sources, start=1)},
        "sources": sources,
        "kinds": rules.kinds,
        "message": MESSAGE,
        "graded_at": datetime.now(timezone.utc) if asked else None,
    }


def _choices(criteria: list[Row], name: str) -> list[tuple[str, str, str | None]]:
    """Value, label and what the main scale says, for each answer to one question."""
    labels, text = _CHOICES[name]
    told = {word: row[text] for row in criteria for word in words(row, f"{name}_enough") if row[text] != "none"}
    return [(word, label, told.get(word)) for word, label in labels.items()]


def _cited(rules: Rules, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The sources that rows cite, in the order in which the grader has them."""
    ids = {id_ for row in rows for id_ in (row["source_id"], *listed_ids(row["also_in"]))}
    return [source for source in rules.sources if source["id"] in ids]
