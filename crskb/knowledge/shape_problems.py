"""What pydantic finds wrong with a record, in words a maintainer can act on, with the place and the value seen."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from typing import Any, get_args

from pydantic.fields import FieldInfo

from crskb.errors import Problem
from crskb.knowledge.fields import SLUG, Record
from crskb.knowledge.marks import record_of
from crskb.knowledge.scalar import numbers_meant
from crskb.knowledge.yamlfile import UNREAD, Document, Steps

_SHOWN = 80  # characters of a value that a message repeats


def shape_problem(document: Document, steps: Steps, fault: Any, model: type[Record]) -> Problem | None:
    """The Problem of one pydantic error (`fault`) in the record of `model` at `steps`; None if reading the file told it already."""
    if fault.get("input") is UNREAD:
        return None
    loc: Steps = tuple(fault["loc"])
    where = ".".join(str(step) for step in loc)
    match fault["type"]:
        case "missing":
            return document.problem(steps + loc[:-1], "shape", f"{where} is missing", f"add it: {_wanted(model, loc)}")
        case "extra_forbidden":
            near = near_key(model, loc)
            tip = f"did you mean {near}?" if near else "take it out, or see CONTRIBUTING.md for the keys"
            return document.problem(steps + loc, "shape", f"unknown key {where}", tip, of_key=True)
    seen = repr(fault.get("input"))[:_SHOWN]
    message = f"{where} is {seen}" if where else f"{seen} is not a record"
    return document.problem(steps + loc, "shape", message, _remedy(fault))


def _remedy(fault: Any) -> str:
    """What to write instead of a value that the model does not take."""
    seen, limits = fault.get("input"), fault.get("ctx", {})
    match fault["type"]:
        case "enum":
            return f"use one of {limits['expected']}"
        case "bool_type":
            return "write true or false"
        case "int_type":
            whole = [number for number in _numbers(seen) if "." not in number]
            return f"write {' or '.join(whole)}" if whole else "write a whole number, such as 46"
        case "float_type":
            numbers = _numbers(seen)
            return f"write {' or '.join(numbers)}" if numbers else "write the number alone, such as 46.2"
        case "string_type":
            return "write text, in quotes if it looks like a number or like true or false"
        case "list_type":
            return "write a list: [one, two], or a line with a dash for each"
        case "dict_type" | "model_type":
            return "write `key: value` pairs"
        case "too_short" | "too_long" if limits.get("min_length", limits.get("max_length")) == 2:
            return "write the two values of the span: [1, 6]"
        case "greater_than_equal":
            return f"write a number of at least {limits['ge']:g}"
        case "less_than_equal":
            return f"write a number of at most {limits['le']:g}"
        case "string_too_long":
            return f"it has {len(seen)} characters: write at most {limits['max_length']}"
        case "string_pattern_mismatch" if limits["pattern"] == SLUG:
            return "write an id: lower-case words joined by hyphens"
        case "value_error":
            return str(limits["error"])
        case _:
            return str(fault["msg"][0].lower() + fault["msg"][1:])


def told(document: Document, model: type[Record]) -> Iterator[Problem]:
    """The problems met while reading a file of records of `model`; of a key without a value that must have one, what it needs."""
    for problem in document.problems:
        steps = document.empty.get(problem)
        about = _field(model, steps) if steps else None
        if steps and about and about.is_required():
            yield replace(problem, tip=f"it is needed: {_wanted(model, steps)}")
        else:
            yield problem


def near_key(model: type[Record], steps: Steps) -> str | None:
    """The key that was most likely meant by the last of `steps`, which is unknown; None if none is like it."""
    record = _record(model, steps[:-1])
    known = difflib.get_close_matches(str(steps[-1]).lower(), record.model_fields if record else {}, 1)
    return known[0] if known else None


def _numbers(seen: Any) -> list[str]:
    """The numbers that `seen` may mean: 46 for "46" in quotes, 46.2 for 46,2."""
    if not isinstance(seen, str):
        return []
    return numbers_meant(seen) or numbers_meant(f" {seen}")


def _wanted(model: type[Record], steps: Steps) -> str:
    """What goes into a field: its description, with the words to choose from if it is one of them."""
    about = _field(model, steps)
    if about is None:
        return "see CONTRIBUTING.md for what goes there"
    words = _words(about.annotation)
    described = (about.description or "").rstrip(".")
    return f"{described}; one of {', '.join(words)}" if words else described


def _words(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(word) for word in annotation]
    return next((found for part in get_args(annotation) if (found := _words(part))), [])


def _field(model: type[Record], steps: Steps) -> FieldInfo | None:
    record = _record(model, steps[:-1])
    return record.model_fields.get(str(steps[-1])) if record else None


def _record(model: type[Record], steps: Steps) -> type[Record] | None:
    """The record that `steps` lead to; the step of a list is its position."""
    current: Any = model
    for step in steps:
        if isinstance(step, str):
            about = current.model_fields.get(step)
            current = record_of(about.annotation) if about else None
            if current is None:
                return None
    return current  # type: ignore[no-any-return]
