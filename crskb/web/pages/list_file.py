"""The answer to a list as a file, CSV or XLSX, sent while it is made: no more of it than some kilobytes is in memory."""

from __future__ import annotations

import asyncio
import codecs
import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, Any, cast

from crskb.lookup.answers import Match
from crskb.lookup.resolver import Resolver
from crskb.screening.workbook_cells import unarmed
from crskb.screening.xlsx_writer import XlsxWriter
from crskb.web.http import TYPED, Message, Receive, Refusal, Send
from crskb.words import LISTED

COLUMNS = (
    "line",
    "text",
    "status",
    "drug",
    "relative_risk",
    "t_cell_engaging",
    "crs_any_grade_pct",
    "crs_grade3plus_pct",
    "matched_name",
    "match",
    "distance",
    "message",
    "data_version",
)
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMS = frozenset(_TYPES)
_SECONDS = 60  # for a whole answer
_SLICE_SECONDS = 0.002  # of work before other requests get their turn
_PIECE = 32_768  # bytes
_KEPT = 500  # texts whose rows are kept, since lists repeat themselves


class Turn:
    """One large list at a time. A turn that was not given back ends by itself."""

    def __init__(self) -> None:
        self._until = 0.0

    def take(self) -> None:
        """Raise Refusal, a 503, while another list has the turn."""
        if time.monotonic() < self._until:
            raise Refusal(
                503, "Another long list is being checked. Try again in a minute.", headers=[(b"retry-after", b"60")]
            )
        self._until = time.monotonic() + _SECONDS + 30

    def give_back(self) -> None:
        """Let the next one in."""
        self._until = 0.0


class ListFile:
    """The answer to `lines`, numbers with texts, as Datasette sends a response. `done` is called at its end, whatever it is."""

    def __init__(
        self, lines: list[tuple[int, str]], form: str, resolver: Resolver, receive: Receive, done: Callable[[], object]
    ):
        self._lines, self._form, self._resolver = lines, form, resolver
        self._receive, self._done = receive, done

    async def asgi_send(self, send: Send) -> None:
        """Send head and pieces; ends early, without an end that a client would take for one, if time runs out."""
        left = asyncio.ensure_future(self._receive())  # done when the reader has gone
        try:
            headers = [
                (b"content-type", _TYPES[self._form].encode()),
                (b"cache-control", TYPED),
                (b"content-disposition", f'attachment; filename="crskb-check.{self._form}"'.encode()),
            ]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            until = time.monotonic() + _SECONDS
            pieces = _Pieces()
            with _writer(self._form, pieces) as writer:
                writer.writerow(COLUMNS)
                rows_of = lru_cache(_KEPT)(self._rows_of)
                began = time.monotonic()
                for number, text in self._lines:
                    writer.writerows((number, *row) for row in rows_of(text))
                    if time.monotonic() - began > _SLICE_SECONDS:
                        if pieces.size > _PIECE:
                            await send(_piece(pieces.taken()))
                        await asyncio.sleep(0)
                        began = time.monotonic()
                        if left.done() or began > until:
                            raise asyncio.CancelledError  # the connection closes, and a half file is seen to be one
            await send({**_piece(pieces.taken()), "more_body": False})
        finally:
            left.cancel()
            self._done()

    def _rows_of(self, text: str) -> list[tuple[Any, ...]]:
        """One row per drug; a line without a drug has one row too, so that none is lost."""
        answer = self._resolver.resolve(text)
        rows = []
        offered: list[Match | None] = [*answer["matches"]] or [None]
        for match in offered:
            drug = match["drug"] if match else None
            # A suggestion is not an answer: its row names the drug, but carries no risk that a later step could take for the line's own.
            told = drug if answer["status"] in LISTED else None
            rows.append(
                (
                    text if self._form == "xlsx" else unarmed(text),  # XlsxWriter does so itself
                    answer["status"],
                    drug["id"] if drug else None,
                    told["relative_risk"] if told else None,
                    int(told["t_cell_engaging"]) if told else None,
                    told["crs_any_grade_pct"] if told else None,
                    told["crs_grade3plus_pct"] if told else None,
                    match["name"] if match else None,
                    match["match"] if match else None,
                    match["distance"] if match else None,
                    answer["message"],
                    answer["data_version"],
                )
            )
        return rows


class _Pieces:
    """What was written and not yet sent."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        """All of it, once."""
        joined = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return joined


def _piece(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


@contextmanager
def _writer(form: str, pieces: _Pieces) -> Iterator[Any]:
    if form == "xlsx":
        with XlsxWriter(cast(IO[bytes], pieces)) as writer:
            yield writer
    else:
        yield csv.writer(cast(Any, codecs.getwriter("utf-8"))(pieces))
