"""What Datasette's own search on the table of drugs asks of the trigram index, whatever a reader types."""

from __future__ import annotations

import re

from crskb.lookup.answers import LONGEST_QUERY
from crskb.lookup.names import fold

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
