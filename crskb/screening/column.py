"""Which column of a table holds the names, told by what its cells resolve to."""

from __future__ import annotations

from crskb.errors import CrskbError
from crskb.lookup.resolver import Resolver
from crskb.screening.screener import fault_of, shown

SAMPLED = 200  # rows
_NOTHING_FOUND = ("unknown", "suggestion")


def guess(names: list[str], rows: list[list[str]], resolver: Resolver) -> tuple[int, str]:
    """The place of the column whose cells in `rows` are a known medicine most often, and a sentence that says why.

    Raises CrskbError where no cell is one, or where two columns are as good.
    """
    known: dict[str, bool] = {}
    counts = [0] * len(names)
    for row in rows:
        for place, text in enumerate(row[: len(names)]):
            if text not in known:
                known[text] = not fault_of(text) and resolver.resolve(text)["status"] not in _NOTHING_FOUND
            counts[place] += known[text]
    best = max(counts, default=0)
    if not best:
        raise CrskbError(
            f"no column holds a known medicine in its first {len(rows):,} rows; name the column that holds the names"
        )
    equal = [shown(name) for name, count in zip(names, counts, strict=True) if count == best]
    sampled = f"{best:,} of the first {len(rows):,} rows"
    if len(equal) > 1:
        raise CrskbError(
            f"columns {', '.join(equal)} hold a known medicine in {sampled} each; name the column that holds the names"
        )
    place = counts.index(best)
    others = sorted(((count, name) for name, count in zip(names, counts, strict=True) if count), reverse=True)[1:2]
    after = f"; next is {shown(others[0][1])} with {others[0][0]:,}" if others else ""
    return place, f"column {shown(names[place])} is read: it holds a known medicine in {sampled}{after}"
