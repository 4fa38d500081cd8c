"""What strangers may ask of Datasette's own pages: how much in one address, how many at a time, and nothing that tells of this machine."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from crskb.web.http import Refusal
from crskb.web.privacy import REFUSED
from crskb.web.served_database import DATABASE, strangers_format

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

MOST_PARAMETERS = 100
MOST_FACETS = 10
MOST_FACET_VALUES = 100
LONGEST_QUERY_WITH_FACETS = 2000  # characters; each value of a facet is a link that holds the whole query string
MOST_SQL_AT_ONCE = 2
RETRY_AFTER_SECONDS = 2

# Of Datasette's pages about itself only its descriptions: the others tell of the machine (paths, threads) or try out permissions.
_STATIC = re.compile(r"/-/static(?:-plugins)?/.+")
_OPEN = re.compile(r"/-/metadata(?:\.json)?")
_OF_PARAMETERS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, sqlite3.Error)


def is_closed(path: str, *, tables: bool) -> bool:
    """True for an address of Datasette's that is answered to nobody; without `tables` that is each of them but scripts and styles."""
    if _STATIC.fullmatch(path):
        return False
    return not tables or (path.startswith("/-/") and not _OPEN.fullmatch(path))


def bounded(query: str) -> str:
    """The query string of a table with equal facets merged; raises Refusal for more than a page can bear."""
    given = parse_qsl(query, keep_blank_values=True)
    facets = dict.fromkeys(pair for pair in given if pair[0].startswith("_facet") and pair[0] != "_facet_size")
    sizes = [("_facet_size", _bounded_size(value)) for key, value in given if key == "_facet_size"]
    others = [pair for pair in given if not pair[0].startswith("_facet")]
    if len(others) > MOST_PARAMETERS:
        raise Refusal(400, f"At most {MOST_PARAMETERS} parameters are read.")
    if not facets and not sizes:
        return query
    if any(value.startswith("{") for _, value in facets):
        # Datasette reads these as JSON, and has half begun when it cannot.
        raise Refusal(400, "A facet is the name of a column.")
    if len(facets) > MOST_FACETS:
        raise Refusal(400, f"At most {MOST_FACETS} facets are counted at once.")
    merged = urlencode([*others, *facets, *sizes[:1]])
    if len(merged) > LONGEST_QUERY_WITH_FACETS:
        raise Refusal(400, f"With facets, at most {LONGEST_QUERY_WITH_FACETS} characters of parameters are read.")
    return merged


def _bounded_size(value: str) -> str:
    return str(min(int(value), MOST_FACET_VALUES)) if value.isdecimal() and len(value) < 10 else str(MOST_FACET_VALUES)


class Turns:
    """How much SQL of strangers runs at a time; the rest is told to come again, so that it piles up nowhere."""

    def __init__(self) -> None:
        self._free = MOST_SQL_AT_ONCE

    @contextmanager
    def taken(self, path: str) -> Iterator[None]:
        """One turn, from the first question to the last byte of the answer at `path`; raises Refusal where none is free."""
        if self._free < 1:
            raise Refusal(
                503,
                f"{MOST_SQL_AT_ONCE} SQL statements are running; try again in {RETRY_AFTER_SECONDS} seconds.",
                headers=[(b"retry-after", str(RETRY_AFTER_SECONDS).encode())],
            )
        self._free -= 1
        token = strangers_format.set(PurePosixPath(path).suffix)
        try:
            yield
        finally:
            strangers_format.reset(token)
            self._free += 1


def holds_sql(query: str) -> bool:
    """True where an address of Datasette's carries SQL that somebody wrote. Not told by the path: /~63rskb is /crskb, too."""
    return any(key in ("sql", "_where") for key, _ in parse_qsl(query, keep_blank_values=True))


def refusal_of_sql(datasette: Datasette, request: Request, exception: Exception) -> Any:
    """Datasette's own answer to SQL that it did not run or broke off, with the SQL in a box to mend; None for anything else.

    SQL that SQLite refused has its box already. What is left are pages without one, and Datasette's box that needs a script.
    """
    from datasette.handle_exception import handle_exception  # not above: it loads plugins, and this is one
    from datasette.views.base import DatasetteError

    sql = request.args.get("sql")
    if not sql or PurePosixPath(request.path).suffix or not isinstance(exception, DatasetteError):
        return None
    said = {"Invalid SQL": exception.message, "SQL Interrupted": "The SQL took longer than it may."}.get(
        exception.title
    )
    box = {"failed_sql": sql, "failed_at": f"/{DATABASE}"}
    answer = DatasetteError(said, title=exception.title, status=400, error_dict=box)
    return handle_exception(datasette, request, answer) if said else None


def refusal_of_parameters(datasette: Datasette, request: Request, exception: Exception) -> Any:
    """Datasette's own answer with 400 in place of 500, or None for a fault that has nothing to do with parameters.

    Its tables answer without parameters, so what one of them raises with parameters is about these: an unknown column, JSON that
    is not JSON, a number that is not a number. Datasette calls some of it 400 and the rest 500.
    """
    from datasette.database import QueryInterrupted
    from datasette.handle_exception import handle_exception  # not above: it loads plugins, and this is one
    from datasette.views.base import DatasetteError

    wrong = "Parameters that cannot be read"
    if isinstance(exception, sqlite3.ProgrammingError):  # a row named by fewer columns than its key has
        answer = DatasetteError("There is no such row.", status=404)
    elif not request.query_string or getattr(exception, "status", 500) != 500:
        return None
    elif isinstance(exception, QueryInterrupted):
        answer = DatasetteError("The SQL took longer than it may.", title=wrong, status=400)
    elif isinstance(exception, (DatasetteError, *_OF_PARAMETERS)):
        said = getattr(exception, "message", "A parameter of this address cannot be read.")
        answer = DatasetteError(said, title=wrong, status=400)
    else:
        return None
    setattr(exception, REFUSED, True)
    return handle_exception(datasette, request, answer)
