"""The several things that one line names, each with what it alone is."""

from __future__ import annotations

from collections.abc import Iterable

from crskb.lookup import messages
from crskb.lookup.answers import Answer, Part
from crskb.lookup.catalogue import Catalogue, Entry
from crskb.lookup.classes import Classes
from crskb.lookup.lines import Line, Named
from crskb.lookup.suggestions import Suggestions, suggest
from crskb.names import fold
from crskb.words import Status

_COST_OF_A_WHOLE_LINE = 2  # the most that a whole line may differ from the name that it is then taken for


def parts_of(line: Line, offers: list[Suggestions], classes: Classes) -> list[Part]:
    """The names of a line, then its other words: for a class, or with what could be offered for them."""
    parts: list[Part] = [
        {"text": found.text, "status": status_of(found.entries), "name": found.entries[0].name} for found in line.named
    ]
    for run, offer in zip(line.rest, offers, strict=True):
        text, class_ = " ".join(word.raw for word in run), classes.of_run(run)
        if class_:
            parts.append({"text": text, "status": "class", "name": class_["name"]})
        else:
            parts.append({"text": text, "status": "suggestion" if offer.offers else "unknown", "name": None})
    return parts


def left_over(answer: Answer, line: Line, classes: Classes) -> Answer:
    """The answer to what a line names, with the words that were not understood and change nothing in it."""
    if line.rest:
        answer["parts"] = parts_of(line, [Suggestions([], None)] * len(line.rest), classes)
        nameless = [part for part in answer["parts"] if part["name"] is None]
        if nameless:  # none where all that is left is a word for a class: "MENACTRA 4MCG/0.5ML VACCINE VIAL"
            answer["message"] += messages.left_over(nameless)
    return answer


def one_name_after_all(line: Line, folded: str, catalogue: Catalogue) -> Suggestions | None:
    """What to offer where the one name in a line is rather a piece of a longer name, misspelt or begun."""
    if not line.rest or len(line.named) > 1:
        return None
    whole = suggest(folded, catalogue, prefix=True)
    best = whole.offers[0] if whole.offers else None
    if best and best.how == "prefix":
        return whole
    if not best or best.entry.owner in {entry.owner for entry in line.named[0].entries}:
        return None  # the drug is named already: "rituximab Rela" is not only near "rituximab-rixa"
    longer = len(best.folded) > len(fold(line.named[0].text))
    return whole if longer and best.cost <= _COST_OF_A_WHOLE_LINE else None


def settled(named: list[Named]) -> list[Entry]:
    """What all names of a line may mean together: "Thymoglobulin (anti-thymocyte globulin)" is the rabbit's, though the second name is shared."""
    common = set.intersection(*({(entry.group, entry.owner) for entry in found.entries} for found in named))
    return [entry for entry in named[0].entries if (entry.group, entry.owner) in common] if common else []


def unique(entries: Iterable[Entry]) -> list[Entry]:
    """The first entry of each owner."""
    return list({entry.owner: entry for entry in reversed(list(entries))}.values())[::-1]


def status_of(entries: list[Entry]) -> Status:
    """What a name alone is: of several listed drugs it is ambiguous."""
    return "ambiguous" if len({entry.owner for entry in entries if entry.group == "drug"}) > 1 else entries[0].status
