"""The one database of the site, read off the event loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from datasette.app import Datasette

DATABASE = "crskb"  # the name in every URL, whatever the file is called
T = TypeVar("T")


async def read(datasette: Datasette, query: Callable[..., T], *arguments: object) -> T:
    """The answer of a function of crskb.database.queries, which gets a connection before `arguments`."""

    def run(connection: sqlite3.Connection) -> T:
        return query(connection, *arguments)

    answer: T = await datasette.get_database(DATABASE).execute_fn(run)
    return answer
