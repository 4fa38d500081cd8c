"""Keep what readers type out of the server's output: a query can hold a patient's data."""

from __future__ import annotations

import importlib
import logging
import sqlite3
import sys
import traceback
from types import SimpleNamespace

REFUSED = "crskb_refused"  # attribute of an exception that a reader's own parameters raised; it is not noted
_log = logging.getLogger("crskb")


def report(error: BaseException) -> None:
    """Log where an error came from."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    lines = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    _log.error("%s at %s", type(error).__name__, " < ".join(lines))


def silence_tracebacks() -> None:
    """Stop Datasette from printing the text of a failed request, and with `rich` installed every local variable. It asks no hook first, so its modules are given quiet stand-ins."""
    handler = vars(importlib.import_module("datasette.handle_exception"))
    handler["rich"] = None
    handler["traceback"] = SimpleNamespace(print_exc=_report_current)
    vars(importlib.import_module("datasette.views.base"))["sys"] = SimpleNamespace(
        stderr=SimpleNamespace(write=_report_current, flush=lambda: None), exc_info=sys.exc_info
    )
    sqlite3.enable_callback_tracebacks(False)


def _report_current(*_: object) -> None:
    error = sys.exc_info()[1]
    if error and not getattr(error, REFUSED, False):
        report(error)
