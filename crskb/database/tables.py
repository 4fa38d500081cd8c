"""What tables.sql says of each column, for whoever derives something from it."""

from __future__ import annotations

import re
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLES = Path(__file__).with_name("tables.sql")
# Columns that hold ids or fixed words, joined by commas. An id holds none, so no item can be cut in two; lists of texts have tables of their own.
_ID_LISTS = (
    *("also_in", "sources", "label_frequency_in", "patient_advice.drugs", "mitigations.applies_to", "atc_groups"),
    *("pressure_enough", "pressure_may", "oxygen_enough", "oxygen_may", "not_asked", "shown_with"),
)
# Of a row that a later text may replace: it stands, or it is kept as the past.
CURRENT = "superseded_on IS NULL AND superseded_by IS NULL"
PAST = f"NOT ({CURRENT})"
_TYPES: dict[str, type] = {"TEXT": str, "INTEGER": int, "REAL": float}
_TABLE = re.compile(r"^CREATE TABLE (\w+) \(\n(.*?)^\) STRICT;", re.DOTALL | re.MULTILINE)
_COLUMN = re.compile(r"^  (\w+) (TEXT|INTEGER|REAL)\b(.*)", re.MULTILINE)


class Column(NamedTuple):
    """A column as Python has it: bool where only 0 and 1 are allowed."""

    type: type
    nullable: bool


@cache
def tables() -> dict[str, dict[str, Column]]:
    """Every table with its columns, in their order. Read as text: half a millisecond, where SQLite takes up to six to run it."""
    return {
        table: {name: _column(name, kind, rest) for name, kind, rest in _COLUMN.findall(body)}
        for table, body in _TABLE.findall(TABLES.read_text(encoding="utf-8"))
    }


def fingerprint() -> int:
    """A number of 31 bits that changes with any table or column, its type, its place, or whether it may be empty."""
    columns = [(table, name, *column) for table, found in tables().items() for name, column in found.items()]
    told = "\n".join(f"{table} {name} {type_.__name__} {nullable}" for table, name, type_, nullable in columns)
    return zlib.crc32(told.encode()) & 0x7FFFFFFF


def holds_ids(table: str, column: str) -> bool:
    """Whether this column holds a list of ids."""
    return column in _ID_LISTS or f"{table}.{column}" in _ID_LISTS


def listed_ids(joined: str | None) -> list[str]:
    """The ids in a column that holds_ids, or in one that holds a single id."""
    return joined.split(", ") if joined else []


def _column(name: str, kind: str, rest: str) -> Column:
    flag = f"CHECK ({name} IN (0, 1))" in rest
    return Column(bool if flag else _TYPES[kind], "NOT NULL" not in rest and "PRIMARY KEY" not in rest)
