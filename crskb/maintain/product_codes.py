"""Make data/product_codes.csv again from the agencies' own files; rows of systems that are not given stay as they are."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from crskb.errors import InvalidData
from crskb.files import aside
from crskb.knowledge.load import Knowledge, load
from crskb.knowledge.product_codes import COLUMNS, FILE_NAME, ROW_CHECK, ProductCode
from crskb.maintain import cms_files, ndc_directory, rxnorm
from crskb.maintain.listings import Listing, find
from crskb.maintain.product_owners import Owners

_FACTS = ("term_type", "display", "shared", "valid_from", "valid_to", "replaced_by")


@dataclass
class Changes:
    """What the new files say that data/ did not. `gone` stand in data/ and not in the new files; they are kept."""

    codes: list[ProductCode] = field(default_factory=list)  # all of them, as they are to be written
    added: list[ProductCode] = field(default_factory=list)
    changed: list[tuple[ProductCode, list[str]]] = field(default_factory=list)
    gone: list[ProductCode] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    differs: bool = False  # whether the file would be another

    @property
    def faults(self) -> list[str]:
        """Lines of the agencies' files that could not be used."""
        return [fault for listing in self.listings for fault in listing.faults]


def changes(
    data: Path, rxnorm_files: Path | None, ndc_files: Path | None, hcpcs_file: Path | None, icd10pcs_file: Path | None
) -> Changes:
    """What the files say of the drugs of `data`; raises InvalidData if data/product_codes.csv cannot be read."""
    knowledge = load(data)
    unread = [problem for problem in knowledge.problems if problem.check == ROW_CHECK]
    if unread:
        raise InvalidData(unread)
    owners, found = Owners.of(knowledge), Changes()
    new: dict[str, list[ProductCode]] = {}
    if rxnorm_files:
        conso = find(rxnorm_files, rxnorm.CONSO, "RXNCONSO.RRF")
        rel = find(rxnorm_files, rxnorm.REL, "RXNREL.RRF")
        found.listings += [conso, rel]
        new["rxnorm"], remarks = rxnorm.rxnorm_codes(conso, rel, owners)
        found.remarks += remarks
    if ndc_files:
        products = find(ndc_files, ndc_directory.PRODUCTS, "product.txt", ndc_directory.ENCODING)
        packages = find(ndc_files, ndc_directory.PACKAGES, "package.txt", ndc_directory.ENCODING)
        found.listings += [products, packages]
        new["ndc"], remarks = ndc_directory.ndc_codes(products, packages, owners)
        found.remarks += remarks
    if hcpcs_file:
        listing = find(hcpcs_file, cms_files.HCPCS, "HCPCS file (HCPC...ANWEB.txt)", cms_files.ENCODING)
        found.listings.append(listing)
        new["hcpcs"] = cms_files.hcpcs_codes(listing, owners)
    if icd10pcs_file:
        listing = find(icd10pcs_file, cms_files.ICD10PCS, "icd10pcs_order_....txt", cms_files.ENCODING)
        found.listings.append(listing)
        new["icd10pcs"] = cms_files.icd10pcs_codes(listing, owners)
    _merge(found, knowledge, new)
    return found


def _merge(found: Changes, knowledge: Knowledge, new: dict[str, list[ProductCode]]) -> None:
    """Old rows of the systems given take what the new ones say; nothing is taken out, and no end that is known."""
    held = {_place(code): code for code in knowledge.product_codes}
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code in knowledge.product_codes:
        owners[code.key].add(code.drug_id)
    seen = {_place(code): code for codes in new.values() for code in codes}
    for place, code in seen.items():
        old = held.get(place)
        if old:
            merged = _merged(old, code)
            if old.valid_to and not code.valid_to:
                found.remarks.append(
                    f"{code.code} of {code.drug_id} ended on {old.valid_to}, but the new file knows no end: kept"
                )
            facts = [fact for fact in _FACTS if getattr(old, fact) != getattr(merged, fact)]
            told = [f"{fact} {getattr(old, fact)!r} -> {getattr(merged, fact)!r}" for fact in facts]
            if told:
                found.changed.append((merged, told))
            held[place] = merged
            continue
        if owners[code.key] and not code.shared:
            other = ", ".join(sorted(owners[code.key]))
            found.remarks.append(
                f"{code.code} is of {code.drug_id} in the new file, and of {other} in data: take one out"
            )
        found.added.append(code)
        held[place] = code
    found.gone = [code for code in knowledge.product_codes if code.system in new and _place(code) not in seen]
    found.codes = sorted(held.values(), key=lambda code: (code.drug_id, code.system, code.code))
    found.differs = found.codes != knowledge.product_codes


def _place(code: ProductCode) -> tuple[str, str, str]:
    return (code.drug_id, *code.key)


def _merged(old: ProductCode, code: ProductCode) -> ProductCode:
    """What the new file says, and of the old row what it does not say; what replaced a code stands in none of the files."""
    return replace(
        code,
        valid_from=code.valid_from or old.valid_from,
        valid_to=code.valid_to or old.valid_to,
        replaced_by=old.replaced_by,
    )


def write(data: Path, codes: Iterable[ProductCode]) -> None:
    """Put these rows in the place of data/product_codes.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for code in codes:
        values = {one.name: getattr(code, one.name) for one in fields(code)}
        writer.writerow(
            [("yes" if code.shared else "") if column == "shared" else values[column] for column in COLUMNS]
        )
    with aside(data / FILE_NAME, "codes", 0o644) as new:
        new.path.write_text(text.getvalue(), encoding="utf-8")
        new.replace()
