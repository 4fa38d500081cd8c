"""The Datasette plugin: pages and JSON API over the built file. Datasette finds templates/ and static/ beside this module.

Here stand its hooks, and nothing else: each hands over to the module that does the work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from datasette import hookimpl

from crskb.database.defence import defend
from crskb.web.datasette_tables import linked_cell, search_expression
from crskb.web.http import App
from crskb.web.options import options_of
from crskb.web.pages.rendering import template_vars
from crskb.web.pages.routes import ROUTES, methods_of
from crskb.web.privacy import silence_tracebacks
from crskb.web.running import verify_file
from crskb.web.security import guarded, with_host
from crskb.web.served_database import DATABASE
from crskb.web.site_app import with_api
from crskb.web.table_limits import refusal_of_parameters, refusal_of_sql

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request
    from jinja2 import Environment


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Pages first: Datasette tries the routes of plugins before its own."""
    return [(route.pattern, route.view) for route in ROUTES]


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Datasette) -> Callable[[], Any]:
    """What every template knows, Datasette's own among them."""
    return lambda: template_vars(datasette)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """The API before Datasette's router, guards before both."""
    return lambda app: with_host(with_api(guarded(app, datasette, methods_of), datasette))


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """After Datasette's own function `escape_fts`, which makes a bad request of a lone quote; nothing can be added after `defend`."""
    conn.create_function("escape_fts", 1, search_expression, deterministic=True)
    if database == DATABASE:
        defend(conn)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """What every template knows, those of Datasette's errors among them."""
    env.globals["options"] = options_of(datasette)


@hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Any:
    """A parameter of Datasette's that cannot be read is the reader's mistake, not a fault of ours."""
    if methods_of(request.path):
        return None
    return refusal_of_sql(datasette, request, exception) or refusal_of_parameters(datasette, request, exception)


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Datasette) -> None:
    """Before the first request. Raises CrskbError for a file that is not what was built, under plain `datasette crskb.db` as well."""
    silence_tracebacks()
    if DATABASE in datasette.databases:
        verify_file(datasette)


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(datasette: Datasette, database: str, table: str | None, row: Any, column: str, value: Any) -> Any:
    """From a row of any table to the page of its drug in one click."""
    return linked_cell(datasette, database, table, row, column, value)
