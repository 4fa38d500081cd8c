"""The one database of the site, read off the event loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from crskb.web.served_database import DATABASE

if TYPE_CHECKING:
    from datasette.app import Datasette

T = TypeVar("T")


async def read(datasette: Datasette, query: Callable[..., T], *arguments: object) -> T:
    """The answer of a function of crskb.database.queries, which gets a connection before `arguments`."""

    def run(connection: sqlite3.Connection) -> T:
        return query(connection, *arguments)

    database = datasette.get_database(DATABASE)
    # under plain `datasette crskb.db` the file has no lane of its own
    answer: T = await getattr(database, "read", database.execute_fn)(run)
    return answer
