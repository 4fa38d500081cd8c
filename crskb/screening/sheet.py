"""One sheet of a workbook as rows of text, and what it shares with the others: texts and number formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from zipfile import ZipFile

from crskb.screening.workbook_cells import ErrorValue, Formula, is_date, number_text, unescaped
from crskb.screening.workbook_xml import Attributes, Damaged, read_xml

MOST_ROWS = 1_048_576  # of a sheet
_MOST_COLUMNS = 16_384
_MOST_CHARACTERS = 2_000_000  # of a row, or of one text
_MOST_STYLES = 100_000
_MOST_MERGED = 100_000
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Row(NamedTuple):
    """A row that holds something: its number, and the text of each cell that is not empty by its column; both count from 1."""

    number: int
    cells: dict[int, str]


class _Texts:
    """Characters of the elements that are read, in pieces."""

    def __init__(self) -> None:
        self._pieces: list[str] | None = None
        self._characters = 0

    def text(self, piece: str) -> None:
        if self._pieces is not None:
            self._characters += len(piece)
            if self._characters > _MOST_CHARACTERS:
                raise Damaged("a row or a text is too long")
            self._pieces.append(piece)

    def taken(self) -> str:
        """What came since the element began."""
        pieces, self._pieces = self._pieces, None
        return "".join(pieces or ())


class Strings(_Texts):
    """The texts that cells name by number."""

    def __init__(self, most: int, characters: int):
        super().__init__()
        self.texts: list[str] = []
        self._most, self._left = most, characters
        self._parts: list[str] = []
        self._spoken = 0  # within rPh, which says how the text is pronounced

    def start(self, name: str, _: Attributes) -> None:
        self._spoken += name == "rPh"
        if name == "si":
            self._parts, self._characters = [], 0
        elif name == "t" and not self._spoken:
            self._pieces = []

    def end(self, name: str) -> None:
        self._spoken -= name == "rPh"
        if name == "t" and not self._spoken:
            self._parts.append(self.taken())
        elif name == "si":
            self.texts.append(unescaped("".join(self._parts)))
            self._left -= len(self.texts[-1])
            if len(self.texts) > self._most or self._left < 0:
                raise Damaged(f"it holds more texts than are read ({self._most:,}); save the sheet as CSV")


class Styles(_Texts):
    """The number format of each style that cells name by number."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []
        self._in_cells = False
        self._known: dict[int, tuple[str, bool]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt" and len(self._codes) < _MOST_STYLES:
            self._codes[_number(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells and len(self._formats) < _MOST_STYLES:
            self._formats.append(_number(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False

    def of(self, style: int) -> tuple[str, bool]:
        """The code of a style's number format, and whether it shows a date."""
        number = self._formats[style] if style < len(self._formats) else 0
        if number not in self._known:
            code = self._codes.get(number, "")
            self._known[number] = code, is_date(number, code)
        return self._known[number]


class SheetReader(_Texts):
    """The rows of one sheet; `merged` holds the first and last row and column of each merged range once all rows were read."""

    def __init__(self, archive: ZipFile, part: str, strings: list[str], styles: Styles, from_1904: bool):
        super().__init__()
        self._archive, self._part = archive, part
        self._strings, self._styles, self._from_1904 = strings, styles, from_1904
        self.merged: list[tuple[int, int, int, int]] = []
        self._rows: list[Row] = []
        self._number = self._column = 0
        self._cells: dict[int, str] | None = None  # of the row that is read
        self._kind, self._style, self._value, self._inline, self._spoken = "", 0, "", "", 0
        self._formula: str | None = None
        self._shared: dict[str, str] = {}
        self._shared_by = ""

    def __iter__(self) -> Iterator[Row]:
        with self._archive.open(self._part) as source:
            for _ in read_xml(source, self._start, self._end, self.text):
                yield from self._rows
                self._rows.clear()

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._cells is None:
            if name == "row":
                self._begin_row(attributes.get("r"))
            elif name == "mergeCell" and len(self.merged) < _MOST_MERGED:
                first, _, last = attributes.get("ref", "").partition(":")
                (top, left), (bottom, right) = _place(first), _place(last or first)
                self.merged.append((top, bottom, left, right))
        elif name == "c":
            self._column = _place(attributes["r"])[1] if "r" in attributes else self._column + 1
            if self._column > _MOST_COLUMNS:
                raise Damaged(f"it has more than {_MOST_COLUMNS:,} columns")
            self._kind, self._style = attributes.get("t", "n"), _number(attributes.get("s", "0"))
            self._value, self._inline, self._formula = "", "", None
        elif name == "rPh":
            self._spoken += 1
        elif name == "f":
            self._shared_by = attributes.get("si", "") if attributes.get("t") == "shared" else ""
            self._pieces = []
        elif name == "v" or (name == "t" and not self._spoken):
            self._pieces = []

    def _begin_row(self, number: str | None) -> None:
        before = self._number
        self._number = before + 1 if number is None else _number(number)
        if not before < self._number <= MOST_ROWS:
            raise Damaged(f"row {self._number:,} follows row {before:,}")
        self._cells, self._column, self._characters = {}, 0, 0

    def _end(self, name: str) -> None:
        if self._cells is None:
            return
        if name == "v":
            self._value = self.taken()
        elif name == "t" and not self._spoken:
            self._inline += self.taken()
        elif name == "rPh":
            self._spoken -= 1
        elif name == "f":
            self._formula = self.taken()
            if self._shared_by and self._formula and len(self._shared) < _MOST_STYLES:
                self._shared[self._shared_by] = self._formula
            self._formula = self._formula or self._shared.get(self._shared_by, "")
        elif name == "c":
            if text := self._cell():
                self._cells[self._column] = text
        elif name == "row":
            if self._cells:
                self._rows.append(Row(self._number, self._cells))
            self._cells = None

    def _cell(self) -> str:
        if self._formula is not None:
            return Formula(f"={self._formula}")
        if self._kind == "inlineStr":
            return unescaped(self._inline)
        if not self._value:
            return ""
        if self._kind == "s":
            place = _number(self._value)
            if place >= len(self._strings):
                raise Damaged(f"a cell in row {self._number:,} names a text that is not there")
            return self._strings[place]
        if self._kind == "n":
            code, date = self._styles.of(self._style)
            return number_text(self._value, code, date=date, from_1904=self._from_1904)
        if self._kind == "b":
            return "FALSE" if self._value == "0" else "TRUE"
        return ErrorValue(self._value) if self._kind == "e" else unescaped(self._value)


def _number(text: str) -> int:
    """A count as XML has it; raises Damaged for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Damaged("a number in its XML cannot be read")
    return int(text)


def _place(text: str) -> tuple[int, int]:
    """Row and column of "C7", from 1."""
    found = _PLACE.fullmatch(text)
    if not found:
        raise Damaged("the place of a cell cannot be read")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column
