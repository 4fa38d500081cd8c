"""Keep what readers type out of the server's output."""

from __future__ import annotations

import importlib


def silence_tracebacks() -> None:
    """Stop Datasette from printing every local variable of a failed request, which it does wherever `rich` is installed: a query can hold a patient's data."""
    vars(importlib.import_module("datasette.handle_exception"))["rich"] = None
