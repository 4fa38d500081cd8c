"""The several things that one line names, each with what it alone is."""

from __future__ import annotations

from crskb.lookup.answers import Part
from crskb.lookup.catalogue import Entry
from crskb.lookup.classes import Classes
from crskb.lookup.lines import Line
from crskb.lookup.suggestions import Suggestions
from crskb.words import Status


def parts_of(line: Line, offers: list[Suggestions], classes: Classes) -> list[Part]:
    """The names of a line, then its other words: for a class, or with what could be offered for them."""
    parts: list[Part] = [
        {"text": found.text, "status": _status(found.entries), "name": found.entries[0].name} for found in line.named
    ]
    for run, offer in zip(line.rest, offers, strict=True):
        text, class_ = " ".join(word.raw for word in run), classes.of_run(run)
        if class_:
            parts.append({"text": text, "status": "class", "name": class_["name"]})
        else:
            parts.append({"text": text, "status": "suggestion" if offer.offers else "unknown", "name": None})
    return parts


def _status(entries: list[Entry]) -> Status:
    return "ambiguous" if len({entry.owner for entry in entries if entry.group == "drug"}) > 1 else entries[0].status
