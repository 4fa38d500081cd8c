"""Marks on the fields of the models: what a value is beyond its type, so that checks, schemas and messages read it off the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, GetJsonSchemaHandler

from crskb.knowledge.yamlfile import Steps


@dataclass(frozen=True)
class Mark:
    """What a value is. In a list or a mapping each value of it is one."""


@dataclass(frozen=True)
class SourceIdMark(Mark):
    """The id of a source that bears what the record says."""


@dataclass(frozen=True)
class DrugIdMark(Mark):
    """The id of a drug."""


@dataclass(frozen=True)
class Day(Mark):
    """A date of three precisions: 2024, 2024-05 or 2024-05-01."""


@dataclass(frozen=True)
class TermOf(Mark):
    """A word of data/vocabularies/<vocabulary>.yaml.

    With `joined_by` the value is one or more words with that text between them, each with a remark in brackets or without:
    "intravenous; subcutaneous (Kesimpta)".
    """

    vocabulary: str
    joined_by: str | None = None

    def words(self, value: str) -> list[str]:
        """The words in one value."""
        if self.joined_by is None:
            return [value]
        return [re.sub(r" \([^()]+\)$", "", part) for part in value.split(self.joined_by)]

    def offered(self, words: list[str]) -> dict[str, Any]:
        """The keywords of JSON Schema that allow these words and no others."""
        if self.joined_by is None:
            return {"enum": words}
        one = f"({'|'.join(words)})( \\([^()]+\\))?"  # no word holds a character that a pattern reads as its own
        return {"pattern": f"^{one}({self.joined_by}{one})*$", "examples": words}

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Leave word of the mark, for knowledge.schema to put the words of the vocabulary in its place."""
        return {**handler(core_schema), "x-mark": self}


def record_of(annotation: Any) -> Any:
    """The record within an annotation such as `list[BrandName]` or `Trial | None`; None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := record_of(part))), None)


def marked(record: BaseModel, steps: Steps = ()) -> Iterator[tuple[Steps, Mark, Any]]:
    """Every value of a mark in a record and in the records within it: the steps to it, the mark, the value."""
    for key, mark in _fields(type(record)):
        value = getattr(record, key)
        if isinstance(value, dict):
            items: list[tuple[Steps, Any]] = [((*steps, key, inner), found) for inner, found in value.items()]
        elif isinstance(value, list):
            items = [((*steps, key, position), found) for position, found in enumerate(value)]
        else:
            items = [((*steps, key), value)]
        for place, found in items:
            if not found:
                continue  # absent, or not read
            if mark:
                yield place, mark, found
            else:
                yield from marked(found, place)


@cache
def _fields(model: type[BaseModel]) -> list[tuple[str, Mark | None]]:
    """The fields that hold values of a mark, with it, and those that hold records, with None."""
    found = []
    for key, about in model.model_fields.items():
        mark = next((part for part in about.metadata if isinstance(part, Mark)), None) or _mark_of(about.annotation)
        if mark or record_of(about.annotation):
            found.append((key, mark))
    return found


def _mark_of(annotation: Any) -> Mark | None:
    """The mark within an annotation such as `list[SourceId]` or `Region | None`."""
    mark = next((part for part in getattr(annotation, "__metadata__", ()) if isinstance(part, Mark)), None)
    return mark or next((found for part in get_args(annotation) if (found := _mark_of(part))), None)
