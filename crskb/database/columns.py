"""From the fields of one record to the columns of one row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crskb.database.queries import Row
from crskb.knowledge.fields import Record

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
    "class_id": "Id of the class.",
    "regimen_id": "Id of the regimen.",
}


def columns_of(key: str) -> tuple[str, ...]:
    """The columns that a field of a record becomes: two for a span, one for any other."""
    return _SPANS.get(key) or (_RENAMED.get(key, key),)


def plain(record: Record, **more: Any) -> Row:
    """The fields of a record as columns: lists joined by commas, spans as two columns, `source` as `source_id`."""
    row: Row = {}
    for key, value in record:
        if key in _SPANS:
            row.update(zip(_SPANS[key], value or (None, None), strict=True))
        else:
            row[_RENAMED.get(key, key)] = _cell(value)
    return {**more, **row}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return ", ".join(value) or None
    return str(value) if isinstance(value, str) else value


def joined(words: Iterable[str]) -> str | None:
    """A list as readers of a table see it, or None if it is empty."""
    return ", ".join(words) or None
