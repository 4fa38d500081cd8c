"""/-/live and /-/ready: what an orchestrator asks. They tell no paths, no names and no secrets."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crskb.web.served_database import DATABASE

if TYPE_CHECKING:
    from datasette.app import Datasette


Identity = tuple[int, int, int, int]  # device, inode, bytes, nanoseconds of the last change


class Health:
    """What is known of one running site and its file."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._as_opened: Identity | None = None
        self.warm = False  # True when every drug was rendered once

    def open(self, datasette: Datasette) -> None:
        """Remember which file it is that was opened."""
        self._file = Path(datasette.get_database(DATABASE).path)
        self._as_opened = _identity(self._file)

    def ready(self, info: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and body. 503 until every drug was rendered, and for a file that was written over while it is served."""
        file = self._of_file()
        newest = info.get("newest_review", "")
        today = datetime.now(timezone.utc).date()
        body = {
            "ready": self.warm and file != "changed",
            "file": file,
            "data_version": info.get("data_version"),
            "newest_review": newest or None,
            "data_age_days": (today - datetime.fromisoformat(newest).date()).days if len(newest) == 10 else None,
        }
        return (200 if body["ready"] else 503), body

    def _of_file(self) -> str:
        """verified (at the start, and the same since), replaced (by a newer build; this process serves the old one on), changed."""
        now = _identity(self._file) if self._file else None
        if now == self._as_opened:
            return "verified"
        return "replaced" if now is None or self._as_opened is None or now[:2] != self._as_opened[:2] else "changed"


def _identity(file: Path) -> Identity | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
