"""From the fields of one record to the columns of one row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any, get_args

from crskb.knowledge.fields import Record

Row = dict[str, Any]

_SPANS = {
    "onset_range_days": ("onset_min_days", "onset_max_days"),
    "onset_range_hours": ("onset_min_hours", "onset_max_hours"),
    "onset_iqr_days": ("onset_iqr_low_days", "onset_iqr_high_days"),
    "duration_range_days": ("duration_min_days", "duration_max_days"),
    "duration_range_hours": ("duration_min_hours", "duration_max_hours"),
    "duration_iqr_days": ("duration_iqr_low_days", "duration_iqr_high_days"),
    "pooled_pct_ci": ("pooled_low", "pooled_high"),
}
_RENAMED = {"source": "source_id", "scale": "scale_id", "drug": "drug_id"}

Texts = dict[str, dict[str, str]]  # table -> column -> what it holds

# Columns that mean the same in every table that has them, where no field of a record says more.
COMMON_TEXTS = {
    "id": "Id of the row.",
    "drug_id": "Id of the drug.",
    "treatment_id": "Id of the treatment.",
    "reviewed_id": "Id of the reviewed medicine.",
    "scale_id": "Id of the scale.",
    "position": "Order within the list.",
    "atc_code": "ATC code of the substance.",
}


def plain(record: Record, **more: Any) -> Row:
    """The fields of a record as columns: lists joined by commas, spans as two columns, `source` as `source_id`."""
    row: Row = {}
    for key, value in record:
        if key in _SPANS:
            row.update(zip(_SPANS[key], value or (None, None), strict=True))
        else:
            row[_RENAMED.get(key, key)] = _cell(value)
    return {**more, **row}


def described(model: type[Record]) -> dict[str, str]:
    """The columns that `plain` makes of a record, each with the description of its field."""
    texts: dict[str, str] = {}
    for key, about in model.model_fields.items():
        text = _for_readers(about.description or "", about.annotation)
        if key in _SPANS:
            texts |= zip(_SPANS[key], _of_ends(text), strict=True)
        else:
            texts[_RENAMED.get(key, key)] = text
    return texts


def _for_readers(text: str, annotation: Any) -> str:
    """A text for who writes a file as one for who reads a table: without the file to look in, but with the words that the field allows."""
    text = re.sub(r": (an id of vocabularies/\w+\.yaml|a file name in data/sources)", "", text)
    text = re.sub(r"\babsent\b", "null", text)
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type) and issubclass(kind, Enum)]
    words = [str(word) for kind in kinds for word in kind]
    told = all(word in text for word in words)
    return text if told else f"{text} One of {', '.join(words[:-1])} or {words[-1]}."


def _of_ends(text: str) -> tuple[str, str]:
    """The text of a span as those of its two ends: "Earliest and latest onset in days." or "Interquartile range of ..."."""
    if named := re.fullmatch(r"(\w+) and (\w+) (.+)", text):
        return f"{named[1]} {named[3]}", f"{named[2].capitalize()} {named[3]}"
    quartile_of = text.removeprefix("Interquartile range")
    if quartile_of != text:
        return f"First quartile{quartile_of}", f"Third quartile{quartile_of}"
    return f"Lower bound of the {text}", f"Upper bound of the {text}"


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return ", ".join(value) or None
    return str(value) if isinstance(value, str) else value


def joined(words: Iterable[str]) -> str | None:
    """A list as readers of a table see it, or None if it is empty."""
    return ", ".join(words) or None
