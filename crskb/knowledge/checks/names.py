"""Checks of names and codes: nothing may lead to the wrong drug."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rapidfuzz.distance import OSA

from crskb.errors import Problem
from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.yamlfile import Steps
from crskb.names import fold
from crskb.words import CODE_SYSTEMS

_MIN_LETTERS_TO_COMPARE = 6  # shorter names differ by one letter too often for a warning to mean anything


def _names(entry: Entry[Any]) -> Iterator[tuple[Steps, str, bool]]:
    """The names of a drug, treatment or reviewed medicine: where, the name, and whether it is shared on purpose."""
    yield ("name",), entry.record.name, False
    for key in ("brand_names", "other_names"):
        for position, name in enumerate(getattr(entry.record, key)):
            yield (key, position, "name"), name.name, name.shared


def _named(knowledge: Knowledge) -> Iterator[Entry[Any]]:
    yield from knowledge.drugs.values()
    yield from knowledge.clinical.get("treatments", [])
    yield from knowledge.reviewed


def names_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """A folded name belongs to one drug, treatment or reviewed medicine; one that belongs to several drugs says `shared: true` in each."""
    owners: dict[str, list[tuple[Entry[Any], Steps, str, bool]]] = {}
    for entry in _named(knowledge):
        for steps, name, shared in _names(entry):
            folded = fold(name)
            if not folded:
                yield entry.problem(
                    steps, "names-unique", f"{name!r} has no letter or digit", "write a name that can be typed"
                )
                continue
            owners.setdefault(folded, []).append((entry, steps, name, shared))
    for claims in owners.values():
        if len(claims) == 1:
            entry, steps, name, shared = claims[0]
            if shared:
                yield entry.problem(
                    steps, "names-unique", f"{name!r} is shared with no other drug", "take `shared: true` out"
                )
            continue
        first, place, name, _ = claims[0]
        rivals = [claim for claim in claims[1:] if claim[0] is not first and not (claim[3] and claims[0][3])]
        if rivals:  # both files are named with their line: either can be the one just edited
            yield _taken(first, place, name, rivals[0][0])
        for entry, steps, name, shared in claims[1:]:
            if entry is first:
                yield entry.problem(
                    steps,
                    "names-unique",
                    f"{name!r} stands here twice",
                    "keep one of the two (case, hyphens and spaces do not count)",
                )
            elif not (shared and claims[0][3]):
                yield _taken(entry, steps, name, first)


def _taken(entry: Entry[Any], steps: Steps, name: str, owner: Entry[Any]) -> Problem:
    return entry.problem(
        steps,
        "names-unique",
        f"{name!r} is a name of {owner.record.name} too ({owner.document.path})",
        "take it out of one file, or mark it `shared: true` in both if people use it for both",
    )


def names_apart(knowledge: Knowledge) -> Iterator[Problem]:
    """A name of one drug is more than one letter away from every name of another, so that a slip of the pen cannot turn one into the other."""
    near: dict[str, list[tuple[str, str]]] = {}  # by the name itself and by the name less any one letter
    for entry in knowledge.drugs.values():
        for steps, name, _ in _names(entry):
            folded = fold(name)
            if len(folded) < _MIN_LETTERS_TO_COMPARE:
                continue
            keys = {folded, *(folded[:cut] + folded[cut + 1 :] for cut in range(len(folded)))}
            neighbours = {found for key in keys for found in near.get(key, ()) if found[1] != entry.id}
            for other, owner in sorted(neighbours):
                if OSA.distance(folded, other, score_cutoff=1) == 1:
                    message = f"{name!r} is one letter from {other!r} of {knowledge.drugs[owner].record.name}"
                    yield entry.problem(
                        steps, "names-apart", message, "make sure that both are spelt right", level="warning"
                    )
            for key in keys:
                near.setdefault(key, []).append((folded, entry.id))


def identifiers_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """A code other than ATC leads to one drug, treatment or reviewed medicine."""
    owners: dict[tuple[str, str], Entry[Any]] = {}
    for entry in _named(knowledge):
        codes = entry.record.identifiers
        for scheme in (scheme for scheme in CODE_SYSTEMS if scheme != "atc"):
            also = list(enumerate(getattr(codes, f"{scheme}_also", [])))
            held: list[tuple[Steps, str | None]] = [(("identifiers", scheme), getattr(codes, scheme))]
            held += [(("identifiers", f"{scheme}_also", position), code) for position, code in also]
            for steps, code in held:
                if code is None:
                    continue
                first = owners.setdefault((scheme, code), entry)
                if first is not entry:
                    yield entry.problem(
                        steps,
                        "identifiers-unique",
                        f"{code} is the {scheme} of {first.record.name} too",
                        "keep it with the drug it belongs to",
                    )


def identifiers_sourced(knowledge: Knowledge) -> Iterator[Problem]:
    """Every code names the source it was read in."""
    for entry in _named(knowledge):
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
