"""Read the codes of products (data/product_codes.csv)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from crskb.errors import Problem
from crskb.knowledge.csv_file import CsvRow, read_rows
from crskb.product_forms import NDC_TYPES, RXNORM_TYPES, fault, ndc_keys, ndc_type
from crskb.words import PRODUCT_SYSTEMS

FILE_NAME = "product_codes.csv"
ROW_CHECK = "product-codes"  # of what is wrong within a row
COLUMNS = [
    *("drug_id", "system", "code", "term_type", "display", "shared"),
    *("valid_from", "valid_to", "replaced_by", "source"),
]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class ProductCode:
    """A code of a product of one drug. Dates are YYYY-MM-DD, and "" is what no source says."""

    drug_id: str
    system: str  # rxnorm, ndc, hcpcs or icd10pcs
    code: str
    term_type: str  # of RxNorm; product or package of an NDC
    display: str  # what the system calls it
    shared: bool  # another drug has the same code too
    valid_from: str
    valid_to: str
    replaced_by: str
    source: str
    row: CsvRow | None = field(default=None, compare=False)  # where it stands, if it was read

    @property
    def key(self) -> tuple[str, str]:
        """System and code, an NDC as its digits: what two ways to write one code have in common."""
        return self.system, ndc_keys(self.code)[0] if self.system == "ndc" else self.code

    def problem(self, check: str, message: str, tip: str, column: str = "code") -> Problem:
        """A Problem at the place of one of its columns."""
        if not self.row:
            return Problem(FILE_NAME, 1, 1, check, message, tip)
        return self.row.problem(check, message, tip, COLUMNS.index(column))


def read_product_codes(file: Path, shown_as: str) -> tuple[list[ProductCode], list[Problem]]:
    """The rows of the file, and a Problem for each fault of a row; a data folder without the file has no such codes."""
    if not file.exists():
        return [], []
    rows, problems = read_rows(file, shown_as, ROW_CHECK, COLUMNS)
    codes: list[ProductCode] = []
    for row in rows:
        faults = list(_faults(dict(zip(COLUMNS, row.fields, strict=True))))
        for column, message, tip in faults:
            problems.append(row.problem(ROW_CHECK, message, tip, COLUMNS.index(column)))
        if not faults:
            values = dict(zip(COLUMNS, row.fields, strict=True))
            codes.append(ProductCode(**{**values, "shared": values["shared"] == "yes"}, row=row))  # type: ignore[arg-type]
    return codes, problems


def _faults(row: dict[str, str]) -> list[tuple[str, str, str]]:
    """Each fault of a row as its column, what is wrong there, and what to write."""
    found = [
        (column, f"{value!r} begins or ends with a space", "take the space out")
        for column, value in row.items()
        if value != value.strip()
    ]
    system, code, term_type = row["system"], row["code"], row["term_type"]
    if system not in PRODUCT_SYSTEMS:
        return [*found, ("system", f"no system {system!r}", f"use one of {', '.join(PRODUCT_SYSTEMS)}")]
    if tip := fault(system, code):
        found.append(("code", f"{code!r} is not a code of {PRODUCT_SYSTEMS[system].system}", tip))
    elif tip := _term_type_fault(system, code, term_type):
        found.append(("term_type", f"{term_type!r} is not the term type of {code}", tip))
    if row["shared"] not in ("", "yes"):
        found.append(("shared", f"{row['shared']!r}", "write yes where another drug has the code too, else nothing"))
    for column in ("valid_from", "valid_to"):
        if row[column] and not _is_day(row[column]):
            found.append(
                (column, f"{row[column]!r} is not a day", "write YYYY-MM-DD, or nothing where none is printed")
            )
    if row["valid_from"] and row["valid_to"] and row["valid_to"] < row["valid_from"]:
        message = f"{code} ends on {row['valid_to']}, before it begins on {row['valid_from']}"
        found.append(("valid_to", message, "exchange the two, or correct the wrong one"))
    if row["replaced_by"] and (fault(system, row["replaced_by"]) or row["replaced_by"] == code):
        message = f"{row['replaced_by']!r} is not another code of {PRODUCT_SYSTEMS[system].system}"
        found.append(("replaced_by", message, "write the code that took its place, or nothing"))
    if not row["source"]:
        found.append(("source", "no source", "name the document that the code was read in"))
    return found


def _term_type_fault(system: str, code: str, term_type: str) -> str:
    if system == "rxnorm":
        return "" if term_type in ("", *RXNORM_TYPES) else f"use one of {', '.join(RXNORM_TYPES)}, or nothing"
    if system == "ndc":
        return "" if term_type == ndc_type(code) else f"write {' or '.join(NDC_TYPES)}, as the digits say"
    return "only RxNorm and NDC have term types: leave it empty" if term_type else ""


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
