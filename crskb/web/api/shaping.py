"""Cut rows of the database to the types of the API, and write those types as JSON Schema."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def shaped(shape: type, row: Mapping[str, Any]) -> Any:
    """The fields of the TypedDict `shape` out of `row`: 0 and 1 as booleans where it says so, joined words as a list, rows within as their own shape."""
    return {key: _value(type_, row[key]) for key, (type_, _) in _fields(shape).items()}


def _value(type_: Any, value: Any) -> Any:
    if value is None:
        return [] if get_origin(type_) is list else None
    if get_origin(type_) in (Union, types.UnionType):
        type_ = next(part for part in get_args(type_) if part is not type(None))
    if type_ is bool:
        return bool(value)
    if get_origin(type_) is list:
        (item,) = get_args(type_)
        values: list[Any] = value.split(", ") if isinstance(value, str) else list(value)
        return [shaped(item, each) for each in values] if is_typeddict(item) else values
    return value


@cache
def _fields(shape: type) -> dict[str, tuple[Any, str]]:
    """Each field with its type and its description."""
    fields = {}
    for key, hint in get_type_hints(shape, include_extras=True).items():
        type_, *texts = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        fields[key] = (type_, " ".join(texts))
    return fields


class Schemas:
    """JSON Schemas of TypedDicts, collected under their names as `components` of an OpenAPI document."""

    def __init__(self) -> None:
        self.components: dict[str, dict[str, Any]] = {}

    def of(self, type_: Any) -> dict[str, Any]:
        """The schema of a type; a TypedDict becomes a reference."""
        origin = get_origin(type_)
        if is_typeddict(type_):
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

    def _reference(self, shape: type) -> dict[str, Any]:
        name = shape.__name__
        if name not in self.components:
            self.components[name] = {}  # a shape that holds itself finds its name taken
            properties = {key: {**self.of(type_), "description": text} for key, (type_, text) in _fields(shape).items()}
            self.components[name].update(
                {
                    "type": "object",
                    "description": (shape.__doc__ or "").strip(),
                    "properties": properties,
                    "required": list(properties),
                    "additionalProperties": False,
                }
            )
        return {"$ref": f"#/components/schemas/{name}"}
