"""Read the list of other medicines' names (data/other_medicine_names.csv)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from crskb.errors import Problem
from crskb.knowledge.csv_file import read_rows

_CHECK = "other-names"
_COLUMNS = ["name", "kind", "atc_code"]
_KINDS = ("brand", "inn")
_ATC = re.compile(r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?")


@dataclass(frozen=True)
class OtherMedicine:
    """A name of a medicine that this knowledge base has not assessed."""

    name: str
    kind: str
    atc_code: str | None


def read_other_medicines(file: Path, shown_as: str) -> tuple[list[OtherMedicine], list[Problem]]:
    """The rows of the file, and a Problem for each row that cannot be read."""
    if not file.is_file():
        missing = "no such file, so the name of any other medicine will be met with names like it"
        return [], [Problem(shown_as, 1, 1, _CHECK, missing, "restore it from the repository")]
    rows, problems = read_rows(file, shown_as, _CHECK, _COLUMNS)
    medicines: list[OtherMedicine] = []
    for row in rows:
        if fault := _fault(*row.fields):
            problems.append(row.problem(_CHECK, f"{','.join(row.fields)[:80]!r}", fault))
        else:
            name, kind, code = row.fields
            medicines.append(OtherMedicine(name, kind, code or None))
    return medicines, problems


def _fault(name: str, kind: str, code: str) -> str:
    if not name.strip() or name != name.strip():
        return "write the name without spaces around it"
    if kind not in _KINDS:
        return f"the kind is one of {', '.join(_KINDS)}"
    if code and not _ATC.fullmatch(code):
        return "the third column is an ATC code or empty"
    return ""
