"""The rows of regimens: their names, and their members with the listed drug that each of them is."""

from __future__ import annotations

from collections.abc import Iterator

from crskb.database.columns import Texts, plain
from crskb.database.medicine_rows import name_rows
from crskb.database.queries import Row
from crskb.knowledge.load import Knowledge
from crskb.names import fold, slugify

TEXTS: Texts = {
    "regimens": {"id": "Id: the slug of the name."},
    "regimen_names": {
        "name": "A name of the regimen as people write it.",
        "folded": "The name without case, accents, hyphens, spaces and signs.",
    },
    "regimen_members": {
        "medicine": "Nonproprietary name of a medicine in it.",
        "drug_id": "Id of the listed drug that this is; null where it is none.",
    },
}


def regimen_rows(knowledge: Knowledge) -> Iterator[tuple[str, list[Row]]]:
    regimens = [(slugify(entry.record.name), entry.record) for entry in knowledge.regimens]
    drugs = {name["folded"]: id_ for id_, entry in knowledge.drugs.items() for name in name_rows(entry.record)}
    lists = ("spellings", "members")
    yield (
        "regimens",
        [{key: value for key, value in plain(of, id=id_).items() if key not in lists} for id_, of in regimens],
    )
    yield (
        "regimen_names",
        [
            {"regimen_id": id_, "position": position, "name": name, "folded": fold(name)}
            for id_, of in regimens
            for position, name in enumerate(dict.fromkeys((of.name, *of.spellings)), start=1)
        ],
    )
    yield (
        "regimen_members",
        [
            {"regimen_id": id_, "position": position, "medicine": member, "drug_id": drugs.get(fold(member))}
            for id_, of in regimens
            for position, member in enumerate(of.members, start=1)
        ],
    )
