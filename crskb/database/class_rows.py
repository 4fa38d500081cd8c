"""The rows of classes of medicine: the classes, the words that people type for them, and the drugs they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crskb.database.columns import Texts, plain
from crskb.database.queries import Row
from crskb.knowledge.drug import Drug
from crskb.knowledge.medicine_classes import members
from crskb.knowledge.vocabulary import MedicineClass
from crskb.names import fold

TEXTS: Texts = {
    "class_words": {
        "word": "What people type for the class.",
        "folded": "The word without case, accents, hyphens, spaces and signs.",
    },
    "class_members": {"drug_id": "Id of a drug that the class holds, by itself or in a narrower class."},
}


def class_rows(classes: Sequence[MedicineClass]) -> Iterator[tuple[str, list[Row]]]:
    yield (
        "drug_classes",
        [{key: value for key, value in plain(term).items() if key != "words"} for term in classes],
    )
    told: dict[str, Row] = {}
    for term in classes:
        for position, word in enumerate((term.name, *term.words), start=1):
            # the name of a class is a word for it, and may be another of its words with a hyphen
            row = {"class_id": term.id, "position": position, "word": word, "folded": fold(word)}
            told.setdefault(fold(word), row)
    yield "class_words", list(told.values())


def member_rows(classes: Sequence[MedicineClass], drugs: Mapping[str, Drug]) -> tuple[str, list[Row]]:
    held = members({term.id: term for term in classes}, drugs)
    return "class_members", [{"class_id": id_, "drug_id": drug} for id_, of in held.items() for drug in of]
