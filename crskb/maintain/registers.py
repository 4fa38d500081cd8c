"""Names of medicines in the files that registers give out, in their own shape."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import ParseError, iterparse

from crskb.errors import CrskbError

NO_MEDICINE = "no medicine for people"
CODE = "a code or systematic name"
INVALID = "marked as no longer valid"
_UNII_KINDS = {"of": "inn", "bn": "brand", "cn": "synonym"}  # cd is a code, sys a systematic name


class RegisterName(NamedTuple):
    """A name as its register has it; `left_out` says why it is not to be taken, empty if it may be."""

    name: str
    kind: str  # brand, inn or synonym
    source: str  # id of vocabularies/name_source.yaml
    unii: str = ""
    left_out: str = ""


class Register(NamedTuple):
    """A file of a register that can be read."""

    option: str
    sources: tuple[str, ...]  # whose names a new file replaces
    help: str
    read: Callable[[Path], Iterator[RegisterName]]


def unii(file: Path) -> Iterator[RegisterName]:
    """UNII_Names.txt of FDA's UNII list: Name, TYPE, UNII and Display Name between tabs."""
    for name, type_, code, _ in _columns(_table(file, "\t"), ("Name", "TYPE", "UNII", "Display Name"), file):
        yield RegisterName(name, _UNII_KINDS.get(type_, ""), "unii", code, "" if type_ in _UNII_KINDS else CODE)


def drugs_at_fda(file: Path) -> Iterator[RegisterName]:
    """Products.txt of Drugs@FDA: a product's name and its substances, which stand between semicolons."""
    for brand, substances in _columns(_table(file, "\t"), ("DrugName", "ActiveIngredient"), file):
        yield RegisterName(brand, "brand", "drugsfda")
        yield from (RegisterName(name, "inn", "drugsfda") for name in substances.split(";"))


def dpd(file: Path) -> Iterator[RegisterName]:
    """drug.txt of Health Canada's extract: fields in quotes and no heading; the third is the class, the fifth the brand."""
    yield from _dpd(file, "dpd")


def dpd_dormant(file: Path) -> Iterator[RegisterName]:
    """drug_dr.txt of Health Canada's extract, the dormant products, in the shape of drug.txt."""
    yield from _dpd(file, "dpd_old")


def _dpd(file: Path, source: str) -> Iterator[RegisterName]:
    for fields in _rows(file, ",", quotes=True):
        if len(fields) < 5:
            raise CrskbError(f"{file}: a row has {len(fields)} fields; drug.txt has at least 5")
        yield RegisterName(fields[4], "brand", source, left_out="" if fields[2] == "Human" else NO_MEDICINE)


def dmd_vtm(file: Path) -> Iterator[RegisterName]:
    """f_vtm2_*.xml of dm+d: the virtual therapeutic moieties."""
    yield from _dmd(file, "VTM", "dmd_vtm")


def dmd_ingredient(file: Path) -> Iterator[RegisterName]:
    """f_ingredient2_*.xml of dm+d."""
    yield from _dmd(file, "ING", "dmd_ing")


def _dmd(file: Path, tag: str, source: str) -> Iterator[RegisterName]:
    found = False
    try:
        for _, element in iterparse(file):  # noqa: S314 - expat bounds what entities may grow to
            if element.tag == tag:
                found = True
                invalid = (element.findtext("INVALID") or "").strip() == "1"
                yield RegisterName(element.findtext("NM") or "", "inn", source, left_out=INVALID if invalid else "")
                element.clear()
    except (OSError, ParseError) as error:
        raise CrskbError(f"{file}: {error}") from error
    if not found:
        raise CrskbError(f"{file}: holds no element {tag}")


def ema(file: Path) -> Iterator[RegisterName]:
    """The EMA's table of medicines, saved as CSV: some lines of heading, then a line with the names of the columns."""
    rows = _rows(file, ",", quotes=True)
    heading = next((row for row in rows if "Name of medicine" in row), [])
    table: Iterable[list[str]] = [heading, *rows]
    wanted = (
        "Category",
        "Name of medicine",
        "Medicine status",
        "International non-proprietary name (INN) / common name",
    )
    for category, brand, status, substances in _columns(table, wanted, file):
        source = "ema" if status == "Authorised" else "ema_old"
        left_out = "" if category == "Human" else NO_MEDICINE
        yield RegisterName(brand.split("(previously")[0], "brand", source, left_out=left_out)
        yield from (RegisterName(name, "inn", source, left_out=left_out) for name in substances.split(";"))


def bdpm(file: Path) -> Iterator[RegisterName]:
    """CIS_bdpm.txt: no heading; the second field is the name and, after a comma, the form; the sixth the procedure."""
    for fields in _table(file, "\t"):
        if len(fields) < 6:
            raise CrskbError(f"{file}: a row has {len(fields)} fields; CIS_bdpm.txt has at least 6")
        left_out = NO_MEDICINE if "homéo" in fields[5] else ""
        yield RegisterName(fields[1].split(",")[0], "brand", "bdpm", left_out=left_out)


def bdpm_substance(file: Path) -> Iterator[RegisterName]:
    """CIS_COMPO_bdpm.txt: no heading; the fourth field is a substance."""
    for fields in _table(file, "\t"):
        if len(fields) < 4:
            raise CrskbError(f"{file}: a row has {len(fields)} fields; CIS_COMPO_bdpm.txt has at least 4")
        left_out = NO_MEDICINE if "HOMÉOPATHIQUE" in fields[3].upper() else ""
        yield RegisterName(fields[3], "inn", "bdpm", left_out=left_out)


REGISTERS = (
    Register("drugsfda", ("drugsfda",), "Products.txt of Drugs@FDA.", drugs_at_fda),
    Register("dpd", ("dpd",), "drug.txt of Health Canada's extract.", dpd),
    Register("dpd-dormant", ("dpd_old",), "drug_dr.txt of that extract.", dpd_dormant),
    Register("dmd-vtm", ("dmd_vtm",), "f_vtm2_*.xml of the NHS dm+d.", dmd_vtm),
    Register("dmd-ingredient", ("dmd_ing",), "f_ingredient2_*.xml of the NHS dm+d.", dmd_ingredient),
    Register("ema", ("ema", "ema_old"), "The EMA's table of medicines, saved as CSV.", ema),
    Register("bdpm", ("bdpm",), "CIS_bdpm.txt of the French BDPM.", bdpm),
    Register("bdpm-substance", ("bdpm",), "CIS_COMPO_bdpm.txt of the French BDPM.", bdpm_substance),
    Register("unii", ("unii",), "UNII_Names.txt of FDA's UNII list.", unii),  # the last: it names what others hold
)


def _text(file: Path) -> Iterator[str]:
    """The lines, as UTF-8 or, where that fails, as Windows-1252, in which older files are."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CrskbError(f"{file}: {error.strerror}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return iter(text.splitlines(keepends=True))


def _table(file: Path, delimiter: str) -> Iterator[list[str]]:
    return _rows(file, delimiter, quotes=False)


def _rows(file: Path, delimiter: str, *, quotes: bool) -> Iterator[list[str]]:
    reader = csv.reader(_text(file), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE)
    try:
        yield from (row for row in reader if row)
    except csv.Error as error:
        raise CrskbError(f"{file}:{reader.line_num}: {error}") from error


def _columns(rows: Iterable[list[str]], wanted: tuple[str, ...], file: Path) -> Iterator[list[str]]:
    """The wanted fields of each row, by the heading that stands first."""
    rows = iter(rows)
    heading = next(rows, [])
    missing = [name for name in wanted if name not in heading]
    if missing:
        raise CrskbError(f"{file}: has no column {missing[0]!r} in its first line")
    places = [heading.index(name) for name in wanted]
    for row in rows:
        yield [row[place] if place < len(row) else "" for place in places]
