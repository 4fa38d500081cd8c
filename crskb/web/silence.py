"""Keep what readers type out of the server's output: a query can hold a patient's data."""

from __future__ import annotations

import importlib
import sqlite3
import sys
from types import SimpleNamespace

from crskb.web.errors import REFUSED, report


def silence_tracebacks() -> None:
    """Stop Datasette from printing the text of a failed request, and with `rich` installed every local variable. It asks no hook first, so its modules are given quiet stand-ins."""
    handler = vars(importlib.import_module("datasette.handle_exception"))
    handler["rich"] = None
    handler["traceback"] = SimpleNamespace(print_exc=_report_current)
    vars(importlib.import_module("datasette.views.base"))["sys"] = SimpleNamespace(
        stderr=SimpleNamespace(write=_report_current, flush=_nothing), exc_info=sys.exc_info
    )
    sqlite3.enable_callback_tracebacks(False)


def _report_current(*_: object) -> None:
    error = sys.exc_info()[1]
    if error and not getattr(error, REFUSED, False):
        report(error)


def _nothing() -> None:
    """What there is to flush."""
