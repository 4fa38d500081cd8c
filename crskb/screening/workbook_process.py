"""A stranger's workbook, read in a process of its own with little memory and time, so that it cannot harm the server.

What it holds goes through pipes: nothing of it is in a file, in an argument or in a log.
"""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from functools import partial
from threading import Timer
from typing import IO, cast

from crskb.errors import CrskbError
from crskb.screening.workbook import Row, Sheet, sheets_of
from crskb.screening.workbook_cells import Computed

_MEMORY = 150_000_000  # bytes
_SECONDS, _PROCESSOR_SECONDS = 60, 20  # by the clock, as others have work too, and of work
_MOST_UNPACKED = 50_000_000  # bytes
_LONGEST_ROW = 100_000  # characters
_LONGEST_LINE = 1_000_000  # bytes
_MOST_NAMED = 20
_log = logging.getLogger("crskb")


def rows_apart(content: bytes, sheet: str) -> Generator[Row, None, None]:
    """The rows of the sheet of that name, or of the only one that has rows. Raises CrskbError, also when rows were given already, and
    OSError where no process can be started."""
    command = [sys.executable, "-m", __name__]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL  # an error of Python may quote a cell
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere) as process:  # noqa: S603
        timer = Timer(_SECONDS, process.kill)
        timer.start()
        try:
            with suppress(BrokenPipeError), cast(IO[bytes], process.stdin) as into:
                into.write(json.dumps(sheet).encode() + b"\n" + content)
            out = cast(IO[bytes], process.stdout)
            sent = map(json.loads, iter(partial(out.readline, _LONGEST_LINE), b""))
            if lacking := next(sent, None):
                _log.warning("a workbook was read without limits that this system lacks: %s", ", ".join(lacking))
            for row in sent:
                if row is None:
                    return
                if isinstance(row, str):
                    raise CrskbError(row)
                yield Row(row[0], {place: Computed(text) if computed else text for place, text, computed in row[1]})
        except ValueError:
            pass  # half a line
        finally:
            timer.cancel()
            process.kill()
    raise CrskbError("The workbook takes more memory or time than it may; save the sheet as CSV")


def _send_rows() -> None:
    """In the process: read the name of a sheet and the file, write which limits are lacking, the rows, and null or what is wrong."""
    _send(_limit())
    sys.modules["numpy"] = None  # type: ignore[assignment] # openpyxl would load it where it is installed
    name, file = json.loads(sys.stdin.buffer.readline()), io.BytesIO(sys.stdin.buffer.read())
    try:
        for number, cells in _chosen(sheets_of(file, "The file", _MOST_UNPACKED), name).rows():
            if sum(map(len, cells.values())) > _LONGEST_ROW:
                raise CrskbError(f"The file: row {number:,} is too long; save the sheet as CSV")
            _send((number, [(place, text, isinstance(text, Computed)) for place, text in cells.items()]))
        _send(None)
    except CrskbError as error:
        _send(str(error))


def _send(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def _limit() -> list[str]:
    """Limit memory and time of this process, and what is left of it if it crashes. Gives the names of limits that are lacking."""
    lacking, mapped = [], 4 * _MEMORY  # the address space counts files that are mapped too, such as a system's locales
    for name, most in (("DATA", _MEMORY), ("AS", _MEMORY + mapped), ("CPU", _PROCESSOR_SECONDS), ("CORE", 0)):
        try:
            import resource

            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
        except (ImportError, AttributeError, ValueError, OSError):
            lacking.append(name)
    return lacking


def _chosen(sheets: list[Sheet], name: str) -> Sheet:
    full = [sheet for sheet in sheets if (not name or sheet.name == name) and next(sheet.rows(), None)]
    if len(full) > 1:
        names = ", ".join(f"“{sheet.name}”{' (hidden)' if sheet.hidden else ''}" for sheet in full[:_MOST_NAMED])
        raise CrskbError(f"The workbook has several sheets: {names}; say which one")
    if not full:
        raise CrskbError(f"The workbook has no rows in a sheet “{name}”" if name else "The workbook is empty")
    return full[0]


if __name__ == "__main__":
    _send_rows()
