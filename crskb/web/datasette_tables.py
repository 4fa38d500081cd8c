"""Datasette's own tables: the id of a drug leads to its page, and their search finds names whatever a reader types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from crskb.names import fold
from crskb.web.served_database import DATABASE
from crskb.words import LONGEST_QUERY

if TYPE_CHECKING:
    from datasette.app import Datasette

_DRUG_COLUMNS = ("drug_id", "counted_in_drug")


def linked_cell(
    datasette: Datasette, database: str, table: str | None, row: Any, column: str, value: Any
) -> Markup | None:
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


_SHORTEST = 3  # letters; a trigram index cannot find less
_NOTHING = '"\u2063\u2063\u2063"'  # a search that is well formed and finds nothing


def search_expression(text: str | None) -> str:
    """An FTS5 expression that finds names as written or as folded: "sgn 40", "SGN-40" and "sgn40" alike, a lone quote nothing."""
    words = dict.fromkeys(re.split(r'[\s"]+', str(text or "").replace("\0", " ")))
    whole = [word for word in words if len(word) >= _SHORTEST]
    part_of_code = any(
        len(word) < _SHORTEST and any(letter.isdigit() for letter in word) for word in words
    )  # the 40 of "sgn 40" tells it from SGN-35
    too_long = any(len(word) > LONGEST_QUERY for word in whole)  # in no name, and a phrase of thousands takes seconds
    wanted = [" ".join(f'"{word}"' for word in whole)] if whole and not part_of_code and not too_long else []
    folded = fold(str(text or ""))
    if _SHORTEST <= len(folded) <= LONGEST_QUERY:
        wanted.append(f'"{folded}"')
    return " OR ".join(f"({each})" for each in wanted) or _NOTHING
