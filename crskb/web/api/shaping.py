"""Cut rows of the database to the shapes of the API, and write those shapes as JSON Schema."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from crskb.database.tables import listed_ids

_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
Field = tuple[Any, object]  # its type, and what str() makes its description of


@dataclass(frozen=True, eq=False)
class Shape:
    """A JSON object: the name of its schema, what it is, and its fields."""

    name: str
    about: object
    fields: dict[str, Field]


def many(shape: Shape, about: object = None) -> Field:
    """The field that holds a list of `shape`, told by `about` or else by what the shape is."""
    return types.GenericAlias(list, (shape,)), about or shape.about


@cache
def fields_of(shape: Any) -> dict[str, Field]:
    """Each field of a TypedDict whose hints are Annotated[type, text]."""
    return {key: get_args(hint) for key, hint in get_type_hints(shape, include_extras=True).items()}


def shaped(shape: Any, row: Mapping[str, Any]) -> Any:
    """The fields of a Shape or TypedDict out of `row`: 0 and 1 as booleans where it says so, joined ids as a list, rows within as their own shape."""
    fields = shape.fields if isinstance(shape, Shape) else fields_of(shape)
    return {key: _value(type_, row[key]) for key, (type_, _) in fields.items()}


def _value(type_: Any, value: Any) -> Any:
    if value is None:
        return [] if get_origin(type_) is list else None
    if get_origin(type_) in (Union, types.UnionType):
        type_ = next(part for part in get_args(type_) if part is not type(None))
    if type_ is bool:
        return bool(value)
    if get_origin(type_) is list:
        (item,) = get_args(type_)
        values: list[Any] = listed_ids(value) if isinstance(value, str) else list(value)
        return values if item is str else [shaped(item, each) for each in values]
    return value


class Schemas:
    """JSON Schemas of Shapes and TypedDicts, collected under their names as `components` of an OpenAPI document."""

    def __init__(self) -> None:
        self.components: dict[str, dict[str, Any]] = {}

    def of(self, type_: Any) -> dict[str, Any]:
        """The schema of a type; a Shape or TypedDict becomes a reference."""
        origin = get_origin(type_)
        if is_typeddict(type_):
            return self._reference(Shape(type_.__name__, (type_.__doc__ or "").strip(), fields_of(type_)))
        if isinstance(type_, Shape):
            return self._reference(type_)
        if origin is list:
            return {"type": "array", "items": self.of(get_args(type_)[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(get_args(type_)[1])}
        if origin is Literal:
            return {"type": "string", "enum": list(get_args(type_))}
        if origin in (Union, types.UnionType):
            parts = [self.of(part) for part in get_args(type_)]
            if all(set(part) == {"type"} for part in parts):
                return {"type": [part["type"] for part in parts]}
            return {"anyOf": parts}
        return {"type": _JSON_TYPES[type_]}

    def _reference(self, shape: Shape) -> dict[str, Any]:
        if shape.name not in self.components:
            properties = {
                key: {**self.of(type_), "description": str(text)} for key, (type_, text) in shape.fields.items()
            }
            self.components[shape.name] = {
                "type": "object",
                "description": str(shape.about),
                "properties": properties,
                "required": list(properties),
                "additionalProperties": False,
            }
        return {"$ref": f"#/components/schemas/{shape.name}"}
