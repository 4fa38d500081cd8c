"""Workbooks (XLSX), read by openpyxl row by row. It is an extra: pip install "crskb[xlsx]"."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple
from zipfile import ZipFile

from crskb.errors import CrskbError
from crskb.screening.workbook_cells import cell_text

MOST_ROWS = 1_048_576  # of a sheet
_OLE = b"\xd0\xcf\x11\xe0"  # of a file with a password, and of .xls
_MOST_ENTRIES = 10_000


class Row(NamedTuple):
    """A row that holds something: its number, and the text of each cell that is not empty by its column; both count from 1."""

    number: int
    cells: dict[int, str]


class Sheet:
    """One sheet: its name, whether a reader sees it, and once all rows were read, the merged ranges (left, top, right, bottom)."""

    def __init__(self, source: Any, file: str):
        self._source, self._file = source, file
        self.name: str = source.title
        self.hidden = source.sheet_state != "visible"
        self.merged: list[tuple[int, int, int, int]] = []

    def rows(self) -> Iterator[Row]:
        """The rows that hold something; raises CrskbError for a sheet that cannot be read.

        The reader below openpyxl's own loop is used, as that one drops a row that stands in the wrong place without a word, cuts a
        sheet that is larger than it says, and tells no merged cells.
        """
        from openpyxl.worksheet._reader import WorkSheetParser

        book, before = self._source.parent, 0
        formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
        with _told_plainly(self._file), self._source._get_source() as part:
            parser = WorkSheetParser(part, self._source._shared_strings, epoch=book.epoch, **formats)
            for number, cells in parser.parse():
                if not before < number <= MOST_ROWS:
                    raise _unreadable(self._file, f"row {number:,} follows row {before:,}")
                before = number
                texts = {cell["column"]: text for cell in cells if (text := cell_text(cell, self._source))}
                if texts:
                    yield Row(number, texts)
            self.merged = [cells.bounds for cells in parser.merged_cells.mergeCell] if parser.merged_cells else []


def sheets_of(file: IO[bytes], named: str, most_unpacked: int) -> list[Sheet]:
    """The sheets of the workbook in `file`, called `named` in messages, in their order; they are read while it is open.

    Raises CrskbError for a file that cannot be read, or that unpacks to more bytes than `most_unpacked`.
    """
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise CrskbError('XLSX needs openpyxl: pip install "crskb[xlsx]"') from error
    warnings.filterwarnings("ignore", module=r"openpyxl\.")  # they quote cells
    with _told_plainly(named):
        if file.read(4) == _OLE:
            raise _unreadable(named, "it has a password or is an old .xls; save it as .xlsx without a password")
        with ZipFile(file) as archive:
            unpacked, entries = sum(entry.file_size for entry in archive.infolist()), len(archive.infolist())
        if unpacked > most_unpacked or entries > _MOST_ENTRIES:
            most = f"at most {most_unpacked / 1e6:,.0f} MB and {_MOST_ENTRIES:,} are read; save the sheet as CSV"
            raise _unreadable(named, f"it unpacks to {unpacked / 1e6:,.0f} MB in {entries:,} files, and {most}")
        sheets = load_workbook(file, read_only=True, keep_links=False).worksheets
    if not sheets:
        raise _unreadable(named, "no sheet is found in it; save it as an ordinary Excel workbook, not a strict one")
    return [Sheet(sheet, named) for sheet in sheets]


@contextmanager
def _told_plainly(file: str) -> Iterator[None]:
    """openpyxl raises whatever Python does at what it does not expect."""
    try:
        yield
    except (CrskbError, MemoryError):
        raise
    except Exception as error:
        raise _unreadable(file, "it is damaged, or another kind of file; save the sheet as CSV") from error


def _unreadable(file: str, why: str) -> CrskbError:
    return CrskbError(f"{file}: cannot be read as XLSX: {why}")
