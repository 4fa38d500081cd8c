"""Which page answers at which address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from crskb.web.http import READ
from crskb.web.pages.about import show_about
from crskb.web.pages.api_docs import show_api
from crskb.web.pages.assets import send_asset, send_opensearch, send_robots, send_sitemap
from crskb.web.pages.background import show_background
from crskb.web.pages.card import show_card
from crskb.web.pages.changes import send_feed, show_changes
from crskb.web.pages.check import show_check
from crskb.web.pages.classes import show_class
from crskb.web.pages.compare import send_csv, send_svg, show_compare
from crskb.web.pages.drug import lead_to_compare, show_drug
from crskb.web.pages.grade import show_grade
from crskb.web.pages.home import show_home
from crskb.web.pages.manage import show_manage
from crskb.web.pages.patients import show_patients
from crskb.web.pages.reference import show_reference
from crskb.web.pages.treat import show_treatment, show_treatments
from crskb.web.pages.watch import show_watch

_READ_AND_FORM = "GET, HEAD, POST, OPTIONS"


class Route(NamedTuple):
    """A pattern of addresses, what answers there, and to which methods."""

    pattern: str
    view: Callable[..., Any]
    methods: str = READ


ROUTES = [
    Route(r"^/$", show_home, _READ_AND_FORM),
    Route(r"^/drugs$", lead_to_compare),
    Route(r"^/drugs/(?P<id>[^/]+)$", show_drug),
    Route(r"^/drugs/(?P<id>[^/]+)/card$", show_card),
    Route(r"^/classes/(?P<id>[^/]+)$", show_class),
    Route(r"^/compare$", show_compare),
    Route(r"^/compare\.csv$", send_csv),
    Route(r"^/compare\.svg$", send_svg),
    Route(r"^/check$", show_check, _READ_AND_FORM),
    Route(r"^/grade$", show_grade),
    Route(r"^/reference$", show_reference),
    Route(r"^/manage$", show_manage),
    Route(r"^/treat$", show_treatments),
    Route(r"^/treat/(?P<id>[^/]+)$", show_treatment),
    Route(r"^/watch$", show_watch),
    Route(r"^/patients$", show_patients),
    Route(r"^/background$", show_background),
    Route(r"^/about$", show_about),
    Route(r"^/api$", show_api),
    Route(r"^/api/v1/docs$", show_api),
    Route(r"^/changes$", show_changes),
    Route(r"^/changes\.atom$", send_feed),
    Route(r"^/robots\.txt$", send_robots),
    Route(r"^/sitemap\.xml$", send_sitemap),
    Route(r"^/opensearch\.xml$", send_opensearch),
    Route(r"^/favicon\.ico$", send_asset),
    Route(r"^/-/static-plugins/crskb/(?P<name>[\w.-]+)$", send_asset),
]


def methods_of(path: str) -> str | None:
    """The methods that a page of crskb's own answers, or None where none answers."""
    return next((route.methods for route in ROUTES if re.search(route.pattern, path)), None)
