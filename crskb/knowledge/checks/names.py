"""Checks of names and codes: nothing may lead to the wrong drug."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.medicine_names import (
    all_names_read,
    comparable,
    keys_of_neighbours,
    medicines,
    names_of,
    one_letter_apart,
)
from crskb.knowledge.yamlfile import Steps
from crskb.names import fold
from crskb.words import CODE_SYSTEMS

_CODES_OF_ONE = tuple(
    scheme for scheme in CODE_SYSTEMS if scheme != "atc"
)  # an ATC code may stand for several substances


@dataclass(frozen=True)
class _Claim:
    """A name that an entry says is its own; `shared` is None where that could not be read."""

    entry: Entry[Any]
    steps: Steps
    name: str
    shared: bool | None


def _claims(entry: Entry[Any]) -> Iterator[_Claim]:
    for steps, name in names_of(entry):
        key, position = str(steps[0]), steps[1:2]
        shared = getattr(entry.record, key)[int(position[0])].shared if position else False
        yield _Claim(entry, steps, name, shared)


def names_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """A folded name belongs to one drug, treatment or reviewed medicine; one that belongs to several drugs says `shared: true` in each."""
    owners: dict[str, list[_Claim]] = {}
    for entry in medicines(knowledge):
        for claim in _claims(entry):
            if folded := fold(claim.name):
                owners.setdefault(folded, []).append(claim)
            else:
                message = f"{claim.name!r} has no letter or digit"
                yield entry.problem(claim.steps, "names-unique", message, "write a name that can be typed")
    all_read = all_names_read(knowledge)
    for claims in owners.values():
        first, *others = claims
        if not others and first.shared and all_read:
            message = f"{first.name!r} is shared with no other drug"
            yield first.entry.problem(first.steps, "names-unique", message, "take `shared: true` out")
        rivals = [claim for claim in others if claim.entry is not first.entry and not _shared(first, claim)]
        if rivals:  # both files are named with their line: either can be the one just edited
            yield _taken(first, rivals[0].entry)
        for claim in others:
            if claim.entry is first.entry:
                message = f"{claim.name!r} stands here twice"
                tip = "keep one of the two (case, hyphens and spaces do not count)"
                yield claim.entry.problem(claim.steps, "names-unique", message, tip)
            elif claim in rivals:
                yield _taken(claim, first.entry)


def _shared(*claims: _Claim) -> bool:
    return all(claim.shared is not False for claim in claims)


def _taken(claim: _Claim, owner: Entry[Any]) -> Problem:
    return claim.entry.problem(
        claim.steps,
        "names-unique",
        f"{claim.name!r} is a name of {owner.record.name or owner.id} too ({owner.document.path})",
        "take it out of one file, or mark it `shared: true` in both if people use it for both",
    )


def names_apart(knowledge: Knowledge) -> Iterator[Problem]:
    """A name of one drug is more than one letter away from every name of another, so that a slip of the pen cannot turn one into the other."""
    near: dict[str, list[tuple[str, str, str]]] = {}
    for entry in knowledge.drugs.values():
        for steps, name in names_of(entry):
            folded = fold(name)
            if not comparable(folded):
                continue
            keys = keys_of_neighbours(folded)
            neighbours = {found for key in keys for found in near.get(key, ()) if found[2] != entry.id}
            for other, written, owner in sorted(neighbours):
                if one_letter_apart(folded, other):
                    message = (
                        f"{name!r} is one letter from {written!r} of {knowledge.drugs[owner].record.name or owner}"
                    )
                    tip = "make sure that both are spelt right, then say so in accepted_warnings"
                    yield entry.problem(steps, "names-apart", message, tip, level="warning")
            for key in keys:
                near.setdefault(key, []).append((folded, name, entry.id))


def identifiers_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """A code other than ATC leads to one drug, treatment or reviewed medicine."""
    owners: dict[tuple[str, str], Entry[Any]] = {}
    for entry in medicines(knowledge):
        codes = entry.record.identifiers
        for scheme in _CODES_OF_ONE:
            also = list(enumerate(getattr(codes, f"{scheme}_also", [])))
            held: list[tuple[Steps, str | None]] = [(("identifiers", scheme), getattr(codes, scheme))]
            held += [(("identifiers", f"{scheme}_also", position), code) for position, code in also]
            for steps, code in held:
                if not code:
                    continue
                first = owners.setdefault((scheme, code), entry)
                if first is not entry:
                    yield entry.problem(
                        steps,
                        "identifiers-unique",
                        f"{code} is the {scheme} of {first.record.name or first.id} too",
                        "keep it with the drug it belongs to",
                    )


def identifiers_sourced(knowledge: Knowledge) -> Iterator[Problem]:
    """Every code names the source it was read in."""
    for entry in medicines(knowledge):
        if not entry.read(("identifiers",)):
            continue
        codes = entry.record.identifiers
        held = {scheme for scheme in CODE_SYSTEMS if getattr(codes, scheme)}
        for scheme in sorted(held - set(codes.sources)):
            yield entry.problem(
                ("identifiers", scheme),
                "identifiers-sourced",
                f"the {scheme} code names no source",
                f"add {scheme} under identifiers.sources",
            )
        for scheme in sorted(set(codes.sources) - held):
            yield entry.problem(
                ("identifiers", "sources", scheme),
                "identifiers-sourced",
                f"a source for {scheme}, but no such code",
                "take it out or add the code",
            )
