"""Checks of regimens: their names lead to one of them, and no member hides a listed drug behind a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.medicine_names import all_names_read, medicines, names_and, names_of, one_letter_apart
from crskb.names import fold


def regimen_names_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """A name of a regimen leads to one regimen, and is no name of a drug, a treatment or a reviewed medicine."""
    owners: dict[str, Entry[Any]] = {}
    taken = {fold(name): entry for entry in medicines(knowledge) for _, name in names_of(entry)}
    for entry in knowledge.regimens:
        for steps, name in names_and("spellings", entry):
            folded = fold(name)
            first = owners.setdefault(folded, entry)
            if not folded:
                message = f"{name!r} has no letter or digit"
                yield entry.problem(steps, "regimen-names-unique", message, "write a name that can be typed")
            elif folded in taken:
                message = f"{name!r} is a name of {taken[folded].record.name} ({taken[folded].document.path})"
                yield entry.problem(steps, "regimen-names-unique", message, "the drug would be answered; take it out")
            elif first is not entry:
                message = f"{name!r} is a name of {first.record.name} too"
                yield entry.problem(steps, "regimen-names-unique", message, "keep it with one of the two")


def regimen_members_known(knowledge: Knowledge) -> Iterator[Problem]:
    """A member of a regimen stands there once, and is not a listed drug misspelt by one letter."""
    listed = {fold(name): name for entry in knowledge.drugs.values() for _, name in names_of(entry)}
    drugs = {folded: name for folded, name in listed.items() if len(folded) >= 8}
    known = listed.keys() | {fold(name) for entry in medicines(knowledge) for _, name in names_of(entry)}
    members = {fold(member or "") for entry in knowledge.regimens for member in entry.record.members} - known
    if members:
        members -= {fold(other.name) for other in knowledge.other_medicines}
    near_drug = {
        folded: next((drug for drug in drugs if one_letter_apart(folded, drug)), None)
        for folded in members
        if all_names_read(knowledge)
    }
    for entry in knowledge.regimens:
        seen: set[str] = set()
        for position, member in enumerate(entry.record.members):
            folded = fold(member or "")
            if folded in seen:
                message = f"{member!r} stands here twice"
                yield entry.problem(("members", position), "regimen-members-known", message, "keep one of the two")
            seen.add(folded)
            near = near_drug.get(folded)
            if near:
                message = f"{member!r} is one letter from {drugs[near]!r}, a listed drug"
                tip = "correct it, or add the other medicine's name to other_medicine_names.csv"
                yield entry.problem(("members", position), "regimen-members-known", message, tip)
