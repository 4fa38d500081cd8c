"""The one file of the site, read in three lanes, so that no reader's SQL keeps another reader's page waiting."""

from __future__ import annotations

import asyncio
import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from queue import LifoQueue
from threading import Lock
from typing import Any, TypeVar

from datasette.database import Database, QueryInterrupted, Results
from datasette.utils.asgi import BadRequest

from crskb.database.defence import MOST_CALLS, DefendedConnection

DATABASE = "crskb"  # the name in every URL, whatever the file is called
MOST_CELLS = 30_000  # of one answer
MOST_CELLS_OF_PAGE = 14_000  # of one page of SQL: rendering them stops all other answers for up to a tenth of a second
MOST_BYTES = 4_000_000
_TRIES = 30  # of reading for a page or the API: longer than a statement of strangers may run
_BETWEEN_TRIES_SECONDS = 0.1
T = TypeVar("T")

# The ending of an address with SQL of strangers in it ("" for a page); None for all other requests. It decides the lane of what
# Datasette reads. The pages and the API of crskb have a lane of their own.
strangers_format: ContextVar[str | None] = ContextVar("strangers_format", default=None)


class Lane:
    """Threads with a connection each. All connections are opened at once, so that a file put in place later is not half served."""

    def __init__(self, connect: Callable[[], DefendedConnection], threads: int):
        self._connect, self._count = connect, threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=DATABASE)
        self._idle: LifoQueue[DefendedConnection] = LifoQueue()
        self._opened = False
        self._opening = Lock()

    def open(self) -> None:
        """Open the connections, once."""
        with self._opening:
            if not self._opened:
                for _ in range(self._count):
                    self._idle.put(self._connect())
                self._opened = True

    async def run(self, read: Callable[[DefendedConnection], T]) -> T:
        """What `read` makes of a connection, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, read)

    def _run(self, read: Callable[[DefendedConnection], T]) -> T:
        self.open()
        connection = self._idle.get()
        try:
            return read(connection)
        except Exception as error:
            _free_cursors(error)
            raise
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(cancel_futures=True)


class ServedDatabase(Database):  # type: ignore[misc]
    """Datasette's database with bounded answers, whose failed SQL is not printed with its parameters."""

    def __init__(self, datasette: Any, path: Path):
        super().__init__(datasette, path=str(path), is_mutable=False)
        self._lanes = [Lane(self._prepared, threads) for threads in (2, 3, 2)]
        self._clinical, self._tables, self._strangers = self._lanes

    def connect(self, write: bool = False) -> DefendedConnection:
        """As Datasette's own, for a path with any character in it."""
        connection = sqlite3.connect(
            f"{Path(self.path).resolve().as_uri()}?mode=ro&immutable=1",
            uri=True,
            check_same_thread=False,
            factory=DefendedConnection,
        )
        self._all_file_connections.append(connection)
        return connection

    def _prepared(self) -> DefendedConnection:
        connection = self.connect()
        self.ds._prepare_connection(connection, self.name)
        return connection

    def open(self) -> None:
        """Open every connection that this process will use."""
        for lane in self._lanes:
            lane.open()

    def close(self) -> None:
        """End the threads and close the connections."""
        for lane in self._lanes:
            lane.close()
        super().close()

    async def read(self, query: Callable[[DefendedConnection], T]) -> T:
        """What a query of crskb's own answers. SQLite's heap is one for all: where SQL of strangers has it for a moment, wait."""
        for _ in range(_TRIES):
            try:
                return await self._clinical.run(query)
            except MemoryError:
                await asyncio.sleep(_BETWEEN_TRIES_SECONDS)
        return await self._clinical.run(query)

    async def execute_fn(self, fn: Callable[[DefendedConnection], T]) -> T:
        """What Datasette reads, in the lane of the request."""
        return await (self._tables if strangers_format.get() is None else self._strangers).run(fn)

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        """As Datasette's own; raises sqlite3.OperationalError, which becomes a 400, for an answer over MOST_CELLS (MOST_CELLS_OF_PAGE) or MOST_BYTES."""
        limit_ms = min(custom_time_limit or self.ds.sql_time_limit_ms, self.ds.sql_time_limit_ms)
        most_rows = self.ds.max_returned_rows
        if most_rows == (page_size or self.ds.page_size):
            most_rows += 1

        most_cells = MOST_CELLS_OF_PAGE if strangers_format.get() == "" else MOST_CELLS

        def read(connection: DefendedConnection) -> Results:
            cursor = connection.cursor()
            connection.calls_left = MOST_CALLS
            try:
                with _time_limit(connection, limit_ms):
                    cursor.execute(sql, params if params is not None else {})
                    rows = _bounded(cursor, most_rows + 1 if truncate and most_rows else None, most_cells)
                more = bool(truncate and most_rows and len(rows) > most_rows)
                return Results(rows[:most_rows] if more else rows, more, cursor.description)
            except sqlite3.DatabaseError as error:
                if error.args == ("interrupted",):
                    raise QueryInterrupted(error, sql, params) from None
                raise
            except MemoryError as error:
                raise sqlite3.OperationalError("the statement needs more memory than it may have") from error
            finally:
                connection.calls_left = float("inf")
                cursor.close()

        try:
            return await self.execute_fn(read)
        except sqlite3.DatabaseError as error:
            if strangers_format.get() == ".csv":  # Datasette would send an empty table with status 200
                raise BadRequest(str(error)) from error
            raise


@contextmanager
def _time_limit(connection: sqlite3.Connection, limit_ms: int) -> Iterator[None]:
    """As Datasette's own, but looked at ten times as often: a hundred steps of heavy functions take long enough."""
    end = time.perf_counter() + limit_ms / 1000
    connection.set_progress_handler(lambda: time.perf_counter() >= end, 100)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _bounded(cursor: sqlite3.Cursor, most_rows: int | None, most_cells: int) -> list[Any]:
    rows: list[Any] = []
    cells = size = 0
    for row in cursor:
        rows.append(row)
        cells += len(row)
        size += sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if cells > most_cells or size > MOST_BYTES:
            raise sqlite3.OperationalError(
                f"the answer is larger than {most_cells:,} cells or {MOST_BYTES:,} bytes; ask for fewer rows or columns"
            )
        if len(rows) == most_rows:
            break
    return rows


def _free_cursors(error: BaseException) -> None:
    """Let go of cursors that a traceback holds, here and now: in the event loop, freeing one waits for the query that runs next."""
    seen: BaseException | None = error
    while seen is not None:
        traceback.clear_frames(seen.__traceback__)
        seen = seen.__context__
