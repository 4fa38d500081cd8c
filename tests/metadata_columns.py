"""`python -m tests.metadata_columns` writes the `columns:` of metadata.yml; everything else there is written by hand and stays."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from crskb.database.descriptions import column_texts

FILE = Path(__file__).parents[1] / "metadata.yml"
# a table, what is said of it by hand, and its columns
_TABLE = re.compile(
    r"^      (\w+):\n((?:        (?!columns:).*\n)*)        columns:\n((?:          .*\n?)*)", re.MULTILINE
)


def with_columns(text: str) -> str:
    """The text of metadata.yml with the columns as the code describes them."""
    described = column_texts()

    def table(found: re.Match[str]) -> str:
        name, by_hand, as_it_was = found.groups()
        return f"      {name}:\n{by_hand}        columns:\n" + (
            _block(described[name]) if name in described else as_it_was
        )

    return _TABLE.sub(table, text)


def _block(columns: dict[str, str]) -> str:
    lines = yaml.safe_dump(columns, sort_keys=False, allow_unicode=True, width=140).splitlines()
    return "".join(f"          {line}\n" for line in lines)


if __name__ == "__main__":
    FILE.write_text(with_columns(FILE.read_text(encoding="utf-8")), encoding="utf-8")
