"""Cells of Datasette's own tables: the id of a drug leads to its page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from crskb.web.served_database import DATABASE

_DRUG_COLUMNS = ("drug_id", "counted_in_drug")


def linked_cell(datasette: Any, database: str, table: str | None, row: Any, column: str, value: Any) -> Markup | None:
    """A link where the cell names a drug, else None. Datasette hands over a foreign key as value and label."""
    if database != DATABASE or not value:
        return None
    if table == "drugs" and column in ("id", "name"):
        drug_id = row["id"] if "id" in row.keys() else None  # noqa: SIM118 - a row of sqlite3 has keys, but no `in`
    elif column in _DRUG_COLUMNS:
        drug_id = value["value"] if isinstance(value, dict) else value
    else:
        return None
    label = value["label"] if isinstance(value, dict) else value
    return Markup('<a href="{}">{}</a>').format(datasette.urls.path(f"/drugs/{drug_id}"), label) if drug_id else None
