"""What pydantic finds wrong with a record, in words a maintainer can act on, with the place and the value seen."""

from __future__ import annotations

import difflib
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.fields import SLUG, Record
from crskb.knowledge.vocabulary import TERM_KEYS
from crskb.knowledge.yamlfile import Document, Steps


def shape_problem(document: Document, steps: Steps, fault: Any, model: type[Record]) -> Problem:
    """The Problem of one pydantic error (`fault`) in the record of `model` at `steps`."""
    loc: Steps = steps + tuple(fault["loc"])
    where = ".".join(str(step) for step in fault["loc"])
    kind, seen = fault["type"], repr(fault.get("input"))[:80]
    match kind:
        case "missing":
            return document.problem(
                loc[:-1], "shape", f"{where} is missing", "add it; see CONTRIBUTING.md for what goes there"
            )
        case "extra_forbidden":
            near = difflib.get_close_matches(str(loc[-1]), _known_keys(model, fault["loc"][:-1]), 1)
            return document.problem(
                loc,
                "shape",
                f"unknown key {where}",
                f"did you mean {near[0]}?" if near else "take it out, or see CONTRIBUTING.md for the keys",
                of_key=True,
            )
        case "enum":
            return document.problem(loc, "shape", f"{where} is {seen}", f"use one of {fault['ctx']['expected']}")
        case "bool_type":
            return document.problem(loc, "shape", f"{where} is {seen}", "write true or false")
        case "string_pattern_mismatch" if fault["ctx"]["pattern"] == SLUG:
            vocabulary = next((TERM_KEYS[str(step)] for step in reversed(loc) if step in TERM_KEYS), None)
            tip = (
                f"write an id of vocabularies/{vocabulary}.yaml"
                if vocabulary
                else "write an id: lower-case words joined by hyphens"
            )
            return document.problem(loc, "shape", f"{where} is {seen}", tip)
        case "value_error":
            return document.problem(loc, "shape", f"{where} is {seen}", str(fault["ctx"]["error"]))
        case _:
            return document.problem(
                loc,
                "shape",
                f"{where} is {seen}" if where else f"{seen} is no record",
                fault["msg"][0].lower() + fault["msg"][1:],
            )


def _known_keys(model: type[Record], steps: Steps) -> list[str]:
    """The keys a record may have at `steps` below `model`."""
    current: Any = model
    for step in steps:
        if isinstance(step, str) and hasattr(current, "model_fields") and step in current.model_fields:
            current = _inner_model(current.model_fields[step].annotation)
    return list(getattr(current, "model_fields", {}))


def _inner_model(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _inner_model(part))), None)
