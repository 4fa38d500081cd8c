"""What can be read of a record that has faults, so that one of them hides no other."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError

from crskb.knowledge.fields import Record
from crskb.knowledge.marks import record_of

R = TypeVar("R", bound=Record)


def partial(model: type[R], value: dict[str, Any]) -> R:
    """The record of `value` with None for each single value that is missing or cannot be read.

    Lists keep their positions: an item that cannot be read is a record of None, or an empty text.
    """
    parts: dict[str, Any] = {key: _part(model, key, value) for key in model.model_fields}
    return cast(R, model.model_construct(**parts))  # pydantic's plugin types it as a Record


def _part(model: type[Record], key: str, value: dict[str, Any]) -> Any:
    about = model.model_fields[key]
    several = get_origin(about.annotation) in (list, dict)
    default = None if about.is_required() else about.get_default(call_default_factory=True)
    if key not in value:
        return default or [] if several else default
    inner, written = record_of(about.annotation), value[key]
    if inner and several and isinstance(written, list):
        return [partial(inner, item if isinstance(item, dict) else {}) for item in written]
    if inner and not several and isinstance(written, dict):
        return partial(inner, written)
    if inner:
        return default or [] if several else default
    if (read := _read(model, key, written)) is not None or not several:
        return read
    if isinstance(written, dict):
        return {name: item for name, item in written.items() if _read(model, key, {name: item})}
    return [(_read(model, key, [item]) or [""])[0] for item in written] if isinstance(written, list) else []


def _read(model: type[Record], key: str, value: Any) -> Any:
    try:
        return _adapter(model, key).validate_python(value)
    except ValidationError:
        return None


@cache
def _adapter(model: type[Record], key: str) -> TypeAdapter[Any]:
    annotation: Any = model.model_fields[key].rebuild_annotation()
    return TypeAdapter(annotation, config=ConfigDict(strict=True))
