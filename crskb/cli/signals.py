"""Signals that end a command: its work is undone first, as after any other failure."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def undone_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP raise SystemExit within the block, as SIGINT raises KeyboardInterrupt; the exit status is 128 + their number."""
    before = {}
    for name in ("SIGTERM", "SIGHUP"):  # the second is not everywhere
        number = getattr(signal, name, None)
        # nohup has SIGHUP ignored, and it stays so
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
