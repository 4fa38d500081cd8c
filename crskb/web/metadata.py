"""metadata.yml: what Datasette shows about tables and columns, and what the API tells of its fields."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from crskb import paths
from crskb.errors import CrskbError


def read_metadata() -> dict[str, Any]:
    """The file of the installed package, or of the checkout."""
    for folder in (paths.FOLDER, paths.FOLDER.parents[1]):
        file = folder / "metadata.yml"
        if file.is_file():
            # PyYAML's own parser takes twenty times as long as libyaml's
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            loaded: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe
            return loaded
    raise CrskbError("metadata.yml is missing from this installation")


@cache
def described_tables() -> dict[str, Any]:
    """Table -> its `description` and the texts of its `columns`."""
    tables: dict[str, Any] = read_metadata()["databases"]["crskb"]["tables"]
    return tables


class Description:
    """The description of a table or column, read when it is asked for: the server starts without them."""

    def __init__(self, table: str, column: str | None = None):
        self._table, self._column = table, column

    def __str__(self) -> str:
        about = described_tables()[self._table]
        return str(about["columns"][self._column] if self._column else about["description"])
