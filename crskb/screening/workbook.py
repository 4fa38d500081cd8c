"""Workbooks (XLSX), read sheet by sheet and row by row in memory that does not grow with them; a hostile one is refused.

Not by openpyxl: it builds a tree of each row, keeps what is left of all rows, and takes whatever a file calls its strings, styles
or sheets, so that an upload of some kilobytes fills the memory of a server.
"""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile

from crskb.errors import CrskbError
from crskb.screening.sheet import SheetReader, Strings, Styles
from crskb.screening.workbook_xml import Attributes, Damaged, read_xml, value_of

_OLE = b"\xd0\xcf\x11\xe0"  # of a file with a password, and of .xls
_ENTRY = b"PK\x01\x02"  # before each entry in the list of a ZIP file's contents
_MOST_ENTRIES = 10_000


class Limits(NamedTuple):
    """How much of a workbook is read."""

    unpacked_bytes: int
    strings: int  # distinct texts, of all sheets
    characters: int  # of these texts


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, whether a reader sees it, and its part in the file."""

    name: str
    hidden: bool
    part: str


class Workbook:
    """An open workbook. `sheets` are in their order."""

    def __init__(self, archive: ZipFile, limits: Limits):
        self._archive = archive
        self._from_1904 = False
        found: list[tuple[str, bool, str]] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "workbookPr":
                self._from_1904 = value_of(attributes, "date1904") in ("1", "true")
            elif name == "sheet" and len(found) < _MOST_ENTRIES:
                state = attributes.get("state", "visible")
                found.append((attributes.get("name", ""), state != "visible", value_of(attributes, "id")))

        main = next((target for kind, target in self._related("").values() if kind == "officeDocument"), "")
        self._read(main or "xl/workbook.xml", start)
        related = self._related(main or "xl/workbook.xml")
        parts = dict(related.values())
        self.sheets = [
            Sheet(name, hidden, related[id_][1])
            for name, hidden, id_ in found
            if related.get(id_, "")[:1] == ("worksheet",)
        ]
        if len({sheet.part for sheet in self.sheets}) < len(self.sheets):
            raise Damaged("two of its sheets are one part, which would be read again and again")
        self._strings, self._styles = Strings(limits.strings, limits.characters), Styles()
        for kind, reader in (("sharedStrings", self._strings), ("styles", self._styles)):
            if parts.get(kind) in archive.namelist():
                self._read(parts[kind], reader.start, reader.end, reader.text)

    def rows(self, sheet: Sheet) -> SheetReader:
        """The rows of a sheet, to be read once."""
        return SheetReader(self._archive, sheet.part, self._strings.texts, self._styles, self._from_1904)

    def _read(self, part: str, *handlers: object) -> None:
        with self._archive.open(part) as source:
            for _ in read_xml(source, *handlers):  # type: ignore[arg-type]
                pass

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """By id, the kind and the place of each part that `part` names; of the whole file for an empty one."""
        folder, name = posixpath.split(part)
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: Attributes) -> None:
            if name == "Relationship" and len(found) < _MOST_ENTRIES:
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                found[attributes.get("Id", "")] = (posixpath.basename(attributes.get("Type", "")), target)

        if place in self._archive.namelist():
            self._read(place, start)
        return found


@contextmanager
def opened(file: IO[bytes], named: str, limits: Limits) -> Iterator[Workbook]:
    """The workbook in `file`, called `named` in messages; raises CrskbError for one that cannot be read, here or within the block."""
    try:
        if file.read(4) == _OLE:
            raise Damaged("it has a password or is an old .xls; save it as .xlsx without a password")
        _check_contents(file)
        with ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > limits.unpacked_bytes:
                raise Damaged(
                    f"it unpacks to {unpacked / 1e6:,.0f} MB, and at most {limits.unpacked_bytes / 1e6:,.0f} MB are read;"
                    " save the sheet as CSV"
                )
            yield Workbook(archive, limits)
    except Damaged as error:
        raise CrskbError(f"{named}: cannot be read as XLSX: {error}") from error
    except (BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError, UnicodeError) as error:
        raise CrskbError(f"{named}: cannot be read as XLSX: it is damaged, or another kind of file") from error


def _check_contents(file: IO[bytes]) -> None:
    """Refuse a ZIP file with very many entries before the list of them is read into memory."""
    file.seek(0)
    entries, end = 0, b""
    while chunk := file.read(1 << 20):
        entries += (end + chunk).count(_ENTRY)
        end = chunk[-len(_ENTRY) + 1 :]
    if entries > _MOST_ENTRIES:
        raise Damaged("it holds too many files")
    file.seek(0)
