"""Open a built file for reading."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from crskb.errors import CrskbError

SCHEMA_VERSION = "1"  # raised when tables or columns change so that an older file can no longer be served


def open_readonly(db: Path) -> sqlite3.Connection:
    """An immutable connection to `db`; raises CrskbError if it is no file that this version of `crskb build` wrote."""
    if not db.is_file():
        raise CrskbError(f"{db}: no such file; run `crskb build` first")
    try:
        connection = sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        found = connection.execute("SELECT value FROM build_info WHERE key = 'schema_version'").fetchone()
    except sqlite3.Error as error:
        raise CrskbError(f"{db}: is no crskb database ({error}); run `crskb build`") from error
    if not found or found[0] != SCHEMA_VERSION:
        connection.close()
        raise CrskbError(f"{db}: was built by another version of crskb; run `crskb build` again")
    return connection
