"""The hooks of the Datasette plugin, and nothing else: each hands over to the module that does the work."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from crskb.web.api import with_api
from crskb.web.cells import linked_cell
from crskb.web.headers import App, guarded
from crskb.web.pages.routes import ROUTES
from crskb.web.pages.site import template_vars
from crskb.web.silence import silence_tracebacks
from crskb.web.table_search import search_expression

__all__ = ["asgi_wrapper", "extra_template_vars", "prepare_connection", "register_routes", "render_cell", "startup"]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Pages first: Datasette tries the routes of plugins before its own."""
    return ROUTES


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Any) -> Callable[[], Any]:
    """What every template knows, Datasette's own among them."""
    return lambda: template_vars(datasette)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """The API before Datasette's router, and headers of every answer."""
    return lambda app: with_api(guarded(app), datasette)


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """After Datasette's own function of this name, which makes a bad request of a lone quote."""
    conn.create_function("escape_fts", 1, search_expression, deterministic=True)


@hookimpl  # type: ignore[untyped-decorator]
def startup() -> None:
    """Before the first request."""
    silence_tracebacks()


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(datasette: Any, database: str, table: str | None, row: Any, column: str, value: Any) -> Any:
    """From a row of any table to the page of its drug in one click."""
    return linked_cell(datasette, database, table, row, column, value)
