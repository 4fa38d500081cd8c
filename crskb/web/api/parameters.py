"""The parameters that addresses of the API take, as OpenAPI has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crskb.web.api.drug_list import Filter
from crskb.words import LONGEST_QUERY, NOT_BLANK

QUERY: dict[str, Any] = {
    "name": "q",
    "in": "query",
    "required": True,
    "description": "A name, code or order line in any spelling: brand, nonproprietary name, US suffix name, development code, abbreviation, ATC code, RxCUI, UNII.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_QUERY, "pattern": NOT_BLANK.pattern},
    "example": "tecvayli (teclistamab-cqyv) 153 mg SC",
}


def id_of(what: str, example: str) -> dict[str, Any]:
    """The id in a path."""
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"Id of {what}.",
        "schema": {"type": "string", "minLength": 1},
        "example": example,
    }


def word_in_path(name: str, about: str, words: list[str], example: str) -> dict[str, Any]:
    """One of fixed words in a path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": about,
        "schema": {"type": "string", "enum": words},
        "example": example,
    }


def of_filters(filters: Mapping[str, Filter]) -> list[dict[str, Any]]:
    """The filters of a list; without their words where the data that have them are not at hand."""
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": each.about,
            "schema": {
                "type": "array",
                "items": {"type": "string", "enum": list(each.words)} if each.words else {"type": "string"},
            },
            **({"example": [each.words[0]]} if each.words else {}),
        }
        for name, each in filters.items()
    ]
