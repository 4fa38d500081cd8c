"""Which page answers at which address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crskb.web.pages.about import show_about
from crskb.web.pages.api_docs import show_api
from crskb.web.pages.changes import send_feed, show_changes
from crskb.web.pages.check import show_check
from crskb.web.pages.compare import send_csv, send_svg, show_compare
from crskb.web.pages.crawlers import send_asset, send_robots, send_sitemap
from crskb.web.pages.drug import show_drug
from crskb.web.pages.home import show_home
from crskb.web.pages.reference import show_reference

ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/$", show_home),
    (r"^/drugs/(?P<id>[^/]+)$", show_drug),
    (r"^/compare$", show_compare),
    (r"^/compare\.csv$", send_csv),
    (r"^/compare\.svg$", send_svg),
    (r"^/check$", show_check),
    (r"^/reference$", show_reference),
    (r"^/about$", show_about),
    (r"^/api$", show_api),
    (r"^/api/v1/docs$", show_api),
    (r"^/changes$", show_changes),
    (r"^/changes\.atom$", send_feed),
    (r"^/robots\.txt$", send_robots),
    (r"^/sitemap\.xml$", send_sitemap),
    (r"^/favicon\.ico$", send_asset),
    (r"^/-/static-plugins/crskb/(?P<name>[\w.-]+)$", send_asset),
]
