"""Which rows of two tables are the same, changed, added or removed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crskb.database.queries import Row


@dataclass(frozen=True)
class Matched:
    """What became of the rows: pairs (old, new) that differ, rows only in the new table, rows only in the old one."""

    changed: list[tuple[Row, Row]] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)


def match(old: Iterable[Row], new: Iterable[Row], keys: Sequence[str], ignore: Sequence[str] = ("id",)) -> Matched:
    """Set aside what both hold alike; of the rest, rows that agree in `keys` are pairs, in their order. `ignore`d columns never differ."""
    old, new = list(old), list(new)
    alike = Counter(_whole(row, ignore) for row in old) & Counter(_whole(row, ignore) for row in new)
    old, new = _without(old, alike.copy(), ignore), _without(new, alike.copy(), ignore)
    waiting: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in old:
        waiting[tuple(row[key] for key in keys)].append(row)
    matched = Matched()
    for row in new:
        if pairs := waiting[tuple(row[key] for key in keys)]:
            matched.changed.append((pairs.pop(0), row))
        else:
            matched.added.append(row)
    matched.removed.extend(row for rows in waiting.values() for row in rows)
    return matched


def _whole(row: Row, ignore: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    return tuple((column, value) for column, value in row.items() if column not in ignore)


def _without(rows: list[Row], alike: Counter[tuple[tuple[str, Any], ...]], ignore: Sequence[str]) -> list[Row]:
    left = []
    for row in rows:
        whole = _whole(row, ignore)
        if alike[whole]:
            alike[whole] -= 1
        else:
            left.append(row)
    return left


class FieldChange(NamedTuple):
    """A column in which two rows differ, with both values."""

    field: str
    old: Any
    new: Any


def fields_changed(old: Row, new: Row, ignore: Iterable[str] = ()) -> list[FieldChange]:
    """The columns in which two rows differ."""
    skip = set(ignore)
    return [
        FieldChange(column, old.get(column), new.get(column))
        for column in dict.fromkeys([*old, *new])
        if column not in skip and old.get(column) != new.get(column)
    ]
