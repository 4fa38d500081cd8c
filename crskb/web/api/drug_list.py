"""The list of drugs and what narrows it: a filter takes fixed words, and any other word is refused with those that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from crskb.database.queries import Row
from crskb.web.api.problems import Problem, of_parameter
from crskb.words import DRUG_STATUSES, listing

FLAGS: dict[str, Callable[[Row], bool]] = {
    "t_cell_engaging": lambda row: bool(row["t_cell_engaging"]),
    "boxed_warning_crs": lambda row: bool(row["boxed_warning_crs"]),
    "fatal_cases": lambda row: row["fatal_cases"] == "yes",
}


class Filter(NamedTuple):
    """A parameter of the list: which words it takes and which drugs have one of them."""

    words: tuple[str, ...]
    about: str
    has: Callable[[Row, str], bool]
    every: bool = False  # given twice: both must hold, not either


def filters(tiers: tuple[str, ...], members: Mapping[str, frozenset[str]]) -> dict[str, Filter]:
    """The filters over data with these tiers, and these classes with the ids of the drugs in each."""
    return {
        "tier": Filter(
            tiers,
            "Tier of relative risk. Given twice: either.",
            lambda row, word: bool(row["relative_risk"] == word),
        ),
        "class": Filter(
            tuple(members),
            "Id of a class; the drugs of narrower classes are in it. Given twice: either.",
            lambda row, word: row["id"] in members[word],
        ),
        "flag": Filter(
            tuple(FLAGS),
            "What must be so: the product itself turns T cells on a target cell; a boxed warning names CRS; somebody is known to have died of CRS after it."
            " Given twice: both. A drug without the flag is not cleared: fatal cases may be not known.",
            lambda row, word: FLAGS[word](row),
            every=True,
        ),
        "status": Filter(
            DRUG_STATUSES,
            "Where the product stands. Given twice: either.",
            lambda row, word: bool(row["status"] == word),
        ),
    }


FILTERS = tuple(filters((), {}))


def chosen(rows: list[Row], given: list[tuple[str, str]], known: Mapping[str, Filter]) -> list[Row]:
    """The rows that pass every filter `given`, each a name in `known` and a word; raises Problem for a word that is not one of it."""
    wrong = [(name, word) for name, word in given if word not in known[name].words]
    if wrong:
        names = dict.fromkeys(name for name, _ in wrong)
        raise Problem(
            "value-not-allowed",
            " ".join(f"{name} takes {listing(known[name].words, 'or')}." for name in names),
            [of_parameter(name, "is not one of its words") for name in names],
        )
    asked: dict[str, list[str]] = {}
    for name, word in given:
        asked.setdefault(name, []).append(word)
    return [row for row in rows if all(_passes(row, known[name], words) for name, words in asked.items())]


def _passes(row: Row, filter_: Filter, words: list[str]) -> bool:
    return (all if filter_.every else any)(filter_.has(row, word) for word in words)
