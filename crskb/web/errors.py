"""What is written about a fault: its kind and the lines it passed, never its text, which can hold what a reader typed."""

from __future__ import annotations

import logging
import traceback

REFUSED = "crskb_refused"  # attribute of an exception that a reader's own parameters raised; it is not noted
_log = logging.getLogger("crskb")


def report(error: BaseException) -> None:
    """Log where an error came from."""
    lines = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__))
    _log.error("%s at %s", type(error).__name__, " < ".join(reversed(list(lines))))
