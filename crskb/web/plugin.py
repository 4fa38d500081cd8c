"""The hooks of the Datasette plugin, and nothing else: each hands over to the module that does the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

from crskb.web.headers import App, guarded
from crskb.web.pages.routes import ROUTES
from crskb.web.pages.site import template_vars
from crskb.web.silence import silence_tracebacks

__all__ = ["asgi_wrapper", "extra_template_vars", "register_routes", "startup"]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Pages first: Datasette tries the routes of plugins before its own."""
    return ROUTES


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Any) -> Callable[[], Any]:
    """What every template knows, Datasette's own among them."""
    return lambda: template_vars(datasette)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> Callable[[App], App]:
    """Headers of every answer."""
    return guarded


@hookimpl  # type: ignore[untyped-decorator]
def startup() -> None:
    """Before the first request."""
    silence_tracebacks()
