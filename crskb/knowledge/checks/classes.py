"""Checks of the classes of medicine and of the words that people type for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.medicine_classes import above
from crskb.knowledge.medicine_names import names_and
from crskb.names import fold


def class_words_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """The name of a class and a word for it have a letter or digit and lead to one class."""
    owners: dict[str, Entry[Any]] = {}
    for entry in knowledge.terms["drug_class"].values():
        for steps, word in names_and("words", entry):
            folded = fold(word)
            first = owners.setdefault(folded, entry) if folded else None
            if first is None:
                tip = "write a word that can be typed"
                yield entry.problem(steps, "class-words-unique", f"{word!r} has no letter or digit", tip)
            elif first is not entry:
                message = f"{word!r} is a word for {first.id} too"
                yield entry.problem(steps, "class-words-unique", message, "keep it with one of the two")


def classes_nested(knowledge: Knowledge) -> Iterator[Problem]:
    """No class stands within itself, and one that is told by its target stands within another."""
    entries = knowledge.terms["drug_class"]
    records = {id_: entry.record for id_, entry in entries.items()}
    for id_, entry in entries.items():
        if id_ in above(records, id_):
            message = f"{id_} stands within itself"
            yield entry.problem(("parent",), "classes-nested", message, "name a wider class, or take parent out")
        if entry.record.target and not entry.record.parent and entry.read(("parent",)):
            message = "a target, but no wider class that the medicines are taken from"
            yield entry.problem(("target",), "classes-nested", message, "add parent")


def atc_groups_sourced(knowledge: Knowledge) -> Iterator[Problem]:
    """ATC groups of a class name the source they were read in."""
    for entry in knowledge.terms["drug_class"].values():
        if entry.record.atc_groups and not entry.record.source and entry.read(("source",)):
            yield entry.problem(("atc_groups",), "atc-groups-sourced", "names no source", "add source")
