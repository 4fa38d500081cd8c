"""Open a built file for reading."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from crskb.database.integrity import verify
from crskb.errors import CrskbError


def open_readonly(db: Path, *, any_version: bool = False) -> sqlite3.Connection:
    """An immutable connection to `db`; raises CrskbError if it is not, to the last bit, what this (or any) version of `crskb build` wrote."""
    verify(db, any_version=any_version)
    try:
        connection = sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            connection.execute("SELECT 1 FROM build_info")
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:  # a SQLite older than what the tables use, say
        raise CrskbError(f"{db}: SQLite {sqlite3.sqlite_version} cannot read it: {error}") from error
    return connection
