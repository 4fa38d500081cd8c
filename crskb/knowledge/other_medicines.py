"""Read the list of other medicines' names (data/other_medicine_names.csv)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from crskb.errors import Problem

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
        return [], [Problem(shown_as, 1, 1, "other-names", missing, "restore it from the repository")]
    rows: list[OtherMedicine] = []
    problems: list[Problem] = []
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return [], [
            Problem(shown_as, 1, 1, "other-names", f"cannot be read: {error.strerror}", "check its permissions")
        ]
    except UnicodeDecodeError as error:
        return [], [
            Problem(shown_as, 1, 1, "other-names", f"byte {error.start + 1} is not UTF-8", "save the file as UTF-8")
        ]
    reader = csv.reader(text.splitlines())
    try:
        header = next(reader, [])
        if header != _COLUMNS:
            return [], [
                Problem(
                    shown_as,
                    1,
                    1,
                    "other-names",
                    f"the first line is {','.join(header)!r}",
                    f"it must be {','.join(_COLUMNS)}",
                )
            ]
        for fields in reader:
            fault = _fault(fields)
            if fault:
                problems.append(
                    Problem(shown_as, reader.line_num, 1, "other-names", f"{','.join(fields)[:80]!r}", fault)
                )
            else:
                rows.append(OtherMedicine(fields[0], fields[1], fields[2] or None))
    except csv.Error as error:
        problems.append(
            Problem(shown_as, reader.line_num, 1, "other-names", str(error), "write each row as name,kind,atc_code")
        )
    return rows, problems


def _fault(fields: list[str]) -> str:
    if len(fields) != len(_COLUMNS):
        return f"write {len(_COLUMNS)} columns: {','.join(_COLUMNS)}"
    if not fields[0].strip() or fields[0] != fields[0].strip():
        return "write the name without spaces around it"
    if fields[1] not in _KINDS:
        return f"the kind is one of {', '.join(_KINDS)}"
    if fields[2] and not _ATC.fullmatch(fields[2]):
        return "the third column is an ATC code or empty"
    return ""
