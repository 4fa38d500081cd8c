"""Which page answers at which address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crskb.web.pages.drug import show_drug
from crskb.web.pages.home import show_home

ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/$", show_home),
    (r"^/drugs/(?P<id>[^/]+)$", show_drug),
]
