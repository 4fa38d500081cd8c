"""Which drugs a class holds: its own, those of the narrower classes in it, and those that bind its target."""

from __future__ import annotations

from collections.abc import Mapping

from crskb.knowledge.drug import Drug
from crskb.knowledge.vocabulary import MedicineClass


def members(classes: Mapping[str, MedicineClass], drugs: Mapping[str, Drug]) -> dict[str, list[str]]:
    """Class id -> ids of the drugs it holds, in the order of `drugs`. No class may stand within itself."""

    def holds(id_: str) -> set[str]:
        record = classes[id_]
        if record.target and record.parent:
            return {drug for drug in holds(record.parent) if record.target in drugs[drug].targets}
        held = {drug for drug, facts in drugs.items() if facts.drug_class == id_}
        # a class that is told by its target takes its drugs from here, so it adds none
        return held.union(*(holds(below) for below, of in classes.items() if of.parent == id_ and not of.target))

    return {id_: [drug for drug in drugs if drug in held] for id_ in classes for held in [holds(id_)]}


def above(classes: Mapping[str, MedicineClass], id_: str) -> list[str]:
    """The ids of the wider classes, nearest first; ends where one comes back."""
    found: list[str] = []
    parent = classes[id_].parent
    while parent and parent in classes and parent not in found:
        found.append(parent)
        parent = classes[parent].parent
    return found
