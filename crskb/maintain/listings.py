"""The lists of codes that agencies publish: a text file, in itself, in a folder or in the zip archive it comes in."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from crskb.errors import CrskbError

Found = TypeVar("Found", str, Path)


@dataclass
class Listing:
    """One text file, and the account of its lines: each is counted under what became of it, or named as a fault."""

    path: Path  # the file, or the zip archive that holds it
    member: str  # its name in the archive; empty for a file of its own
    day: str  # on which it was written, YYYY-MM-DD
    encoding: str
    read: int = 0
    became: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called in messages and among the sources."""
        return Path(self.member).name if self.member else self.path.name

    @property
    def source(self) -> str:
        """The document, as a row of the codes names it."""
        whole = f"{self.path.name}, {self.name}" if self.member else self.name
        return f"{whole} of {self.day}"

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number; raises CrskbError if the file cannot be read."""
        shown = f"{self.path}: {self.member}" if self.member else str(self.path)
        try:
            if self.member:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                    yield from self._lines(io.TextIOWrapper(stream, self.encoding, newline="\n"))
            else:
                with self.path.open(encoding=self.encoding, newline="\n") as text:
                    yield from self._lines(text)
        except UnicodeDecodeError as error:
            raise CrskbError(f"{shown}: line {self.read + 1} or after it is not {self.encoding}") from error
        except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise CrskbError(f"{shown}: cannot be read: {error}") from error

    def _lines(self, text: Iterator[str]) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(text, start=1):
            self.read = number
            yield number, line.rstrip("\r\n")

    def fault(self, line: int, message: str) -> None:
        """Name a line that could not be used."""
        self.faults.append(f"{self.name}:{line}: {message}")

    def account(self) -> str:
        """What became of every line, in one sentence."""
        parts = [f"{count:,} {what}" for what, count in self.became.most_common()]
        parts += [f"{len(self.faults):,} named above"] if self.faults else []
        return f"{self.name}: {self.read:,} lines = {' + '.join(parts) or 'none'}"


def find(path: Path, pattern: str, what: str, encoding: str = "utf-8") -> Listing:
    """The one file whose name fits `pattern`: `path` itself, or in the folder or zip archive `path`."""
    named = re.compile(pattern, re.IGNORECASE)
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and named.fullmatch(file.name))
        return _of_file(_only(path, found, what), encoding)
    if not path.is_file():
        raise CrskbError(f"{path}: no such file")
    if not zipfile.is_zipfile(path):
        if path.suffix.lower() == ".zip":
            raise CrskbError(f"{path}: is not a zip archive, or a damaged one")
        return _of_file(path, encoding)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if named.fullmatch(Path(info.filename).name)]
    except (OSError, zipfile.BadZipFile) as error:
        raise CrskbError(f"{path}: cannot be read: {error}") from error
    member = _only(path, [info.filename for info in members], what)
    year, month, day, *_ = next(info.date_time for info in members if info.filename == member)
    return Listing(path, member, f"{year:04}-{month:02}-{day:02}", encoding)


def _only(path: Path, found: list[Found], what: str) -> Found:
    if not found:
        raise CrskbError(f"{path}: holds no {what}")
    if len(found) > 1:
        raise CrskbError(f"{path}: holds several of {what}: {', '.join(map(str, found))}; name one of them")
    return found[0]


def _of_file(file: Path, encoding: str) -> Listing:
    return Listing(file, "", date.fromtimestamp(file.stat().st_mtime).isoformat(), encoding)


def day_of(digits: str) -> str | None:
    """YYYY-MM-DD for the YYYYMMDD that lists write, "" for an empty field; None if it is not a day."""
    if not digits.strip():
        return ""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat() if len(digits) == 8 else None
    except ValueError:
        return None
