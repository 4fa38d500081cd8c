"""Codes of products out of the files of CMS with fixed columns: HCPCS Level II and the order file of ICD-10-PCS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crskb.knowledge.product_codes import ProductCode
from crskb.maintain.listings import Listing, day_of
from crskb.maintain.product_owners import Owners
from crskb.product_forms import fault

HCPCS, ICD10PCS = r"HCPC\d{4}\w*_ANWEB\w*\.txt", r"icd10pcs_order_\d{4}\.txt"
ENCODING = "cp1252"
_FIRST, _NEXT = "3", "4"  # lines of a procedure; 7 and 8 are those of a modifier
_RECORD = 293  # columns up to the last that is used


@dataclass
class _Procedure:
    line: int
    code: str
    text: str
    short: str
    added: str
    ended: str


def hcpcs_codes(listing: Listing, owners: Owners) -> list[ProductCode]:
    """The codes whose text names a drug, with the days on which they were added and end."""
    codes: list[ProductCode] = []
    for found in _procedures(listing):
        drugs = owners.of_text("hcpcs", found.code, found.text) or owners.of_text("hcpcs", found.code, found.short)
        start, end = day_of(found.added), day_of(found.ended)
        if not drugs:
            _leave(listing, found.line, found.code, found.text, owners)
        elif wrong := fault("hcpcs", found.code):
            listing.fault(found.line, f"{found.code}: {wrong}")
        elif start is None or end is None or (start and end and end < start):
            listing.fault(found.line, f"{found.code}: added {found.added!r}, ended {found.ended!r}")
        else:
            listing.became["of listed drugs"] += 1
            codes += _codes(
                "hcpcs", found.code, found.text, drugs, f"HCPCS Level II (CMS), {listing.source}", start, end
            )
    return codes


def _procedures(listing: Listing) -> Iterator[_Procedure]:
    """The procedures, the lines of a long text joined; each has its columns in its first line."""
    current: _Procedure | None = None
    for number, line in listing.lines():
        code, kind, text = line[:5].strip(), line[10:11], line[11:91].strip()
        if kind == _NEXT and current and current.code == code:
            current.text += f" {text}"
            listing.became["that continue a text"] += 1
            continue
        if current:
            yield current
        current = None
        if kind == _FIRST and line[5:10].isdigit():
            record = line.ljust(_RECORD)
            current = _Procedure(
                number, code, text, record[91:119].strip(), record[268:276].strip(), record[284:292].strip()
            )
        elif kind in ("7", "8") and line[5:10].isdigit():
            listing.became["of modifiers"] += 1
        elif line.strip("\x1a "):
            listing.fault(number, f"{line[:40]!r} is not a record of the HCPCS file")
        else:
            listing.became["blank"] += 1
    if current:
        yield current


def icd10pcs_codes(listing: Listing, owners: Owners) -> list[ProductCode]:
    """The procedures whose text names a drug: its infusion, where the drug has a code of its own."""
    codes: list[ProductCode] = []
    for number, line in listing.lines():
        code, is_code, text = line[6:13].strip(), line[14:15], line[77:].strip()
        if not line[:5].isdigit() or is_code not in ("0", "1"):
            listing.fault(number, f"{line[:40]!r} is not a row of the order file")
        elif is_code == "0":
            listing.became["of headings"] += 1
        elif not (drugs := owners.of_text("icd10pcs", code, text)):
            _leave(listing, number, code, text, owners)
        elif wrong := fault("icd10pcs", code):
            listing.fault(number, f"{code}: {wrong}")
        else:
            listing.became["of listed drugs"] += 1
            codes += _codes("icd10pcs", code, text, drugs, f"ICD-10-PCS (CMS), {listing.source}")
    return codes


def _leave(listing: Listing, line: int, code: str, text: str, owners: Owners) -> None:
    """A text that names several drugs may be about one of them, or about all: a person decides."""
    several = owners.within(text)
    if several:
        told = f"{code} ({text}) names {' and '.join(sorted(several))}"
        listing.fault(line, f"{told}; left out: write its row by hand, and it is kept from then on")
    else:
        listing.became["of other procedures"] += 1


def _codes(
    system: str, code: str, text: str, drugs: frozenset[str], source: str, start: str = "", end: str = ""
) -> list[ProductCode]:
    shared = len(drugs) > 1
    return [ProductCode(drug, system, code, "", text, shared, start, end, "", source) for drug in sorted(drugs)]
