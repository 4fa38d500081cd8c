"""Write one sheet of text as XLSX, row by row into a file or a stream.

Not by openpyxl, which is slower (50,000 rows of 13 cells: 4.1 s of processor time against 1.2 s), would be loaded by the server, and
writes a sheet to the temporary folder first, where it stays if the process is killed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from crskb.errors import CrskbError
from crskb.screening.workbook import MOST_ROWS
from crskb.screening.workbook_cells import unarmed

_ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_")
_LONGEST_CELL = 32_767  # characters; Excel calls a file with a longer one damaged
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMESPACE = "http://schemas.openxmlformats.org/"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATION = (
    f'{_HEAD}<Relationships xmlns="{_NAMESPACE}package/2006/relationships"><Relationship Id="rId1"'
    f' Type="{_NAMESPACE}officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'
)
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'{_HEAD}<Types xmlns="{_NAMESPACE}package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": _RELATION % ("officeDocument", "xl/workbook.xml"),
    "xl/_rels/workbook.xml.rels": _RELATION % ("worksheet", "worksheets/sheet1.xml"),
    "xl/workbook.xml": (
        f'{_HEAD}<workbook xmlns="{_NAMESPACE}spreadsheetml/2006/main"'
        f' xmlns:r="{_NAMESPACE}officeDocument/2006/relationships">'
        '<sheets><sheet name="crskb" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
}


class XlsxWriter:
    """Rows as `csv.writer` takes them. Each cell is text, one that starts like a formula is marked as such, and what XML cannot
    hold becomes U+FFFD. `into` need not be seekable. Raises CrskbError for what XLSX cannot hold."""

    def __init__(self, into: IO[bytes]):
        self._archive = ZipFile(into, "w", ZIP_DEFLATED)
        for name, content in _PARTS.items():
            self._archive.writestr(name, content)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._rows = 0
        self._sheet.write(f'{_HEAD}<worksheet xmlns="{_NAMESPACE}spreadsheetml/2006/main"><sheetData>'.encode())

    def writerow(self, cells: Sequence[object]) -> None:
        """Write one row; None is an empty cell."""
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise CrskbError(f"a sheet holds at most {MOST_ROWS:,} rows; name an output that ends in .csv")
        self._sheet.write(f"<row>{''.join(map(self._cell, cells))}</row>".encode())

    def writerows(self, rows: Iterable[Sequence[object]]) -> None:
        """Write rows in their order."""
        for row in rows:
            self.writerow(row)

    def _cell(self, cell: object) -> str:
        if cell is None or cell == "":
            return "<c/>"
        text = _NO_XML.sub("\ufffd", unarmed(str(cell)))
        if len(text) > _LONGEST_CELL:
            raise CrskbError(
                f"row {self._rows:,} has a cell of more than {_LONGEST_CELL:,} characters, which no spreadsheet holds;"
                " name an output that ends in .csv"
            )
        text = escape(_ESCAPED.sub(r"_x005F\g<0>", text), {"\r": "&#13;"})
        return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    def close(self) -> None:
        """Write what ends the file."""
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._archive.close()

    def __enter__(self) -> XlsxWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._sheet.close()
            self._archive.close()
