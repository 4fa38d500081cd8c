"""One sentence for a person. What is not listed is never called safe."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from crskb.lookup.answers import (
    NOT_SAFE,
    Answer,
    ClassFound,
    ClassHint,
    DrugCard,
    Match,
    NotLinked,
    Part,
    ProductCode,
    RegimenFound,
    Resembles,
)
from crskb.lookup.catalogue import Entry
from crskb.percent import at_most, printed
from crskb.words import CODE_SYSTEMS, KINDS, LISTED, PRODUCT_SYSTEMS, STATUSES, listing

# What stands for a rate that was not found, by what the tier rests on.
_NO_RATE = {
    "label": "a label names it, its rate was not found",
    "trial_in_labelled_use": "its rate was not found",
    "class": "no rate of its own, the figure of its class stands in",
    "trial_only": "its rate was not found",
    "outside_label": "counted only outside the approved uses",
    "reports": "reports only, no rate",
}
_ATC_GROUP = re.compile(r"[A-Z]\d\d[A-Z]{2}")
NO_NAME = f"The text holds no name of a medicine; {NOT_SAFE}."


PARTLY_KNOWN = "Only a part of this is known here"


def heading(answer: Answer) -> str:
    """What stands above an answer and beside a line of a list."""
    partly = answer["status"] == "unknown" and any(part["name"] for part in answer["parts"])
    return PARTLY_KNOWN if partly else STATUSES[answer["status"]].heading


def match(found: Match, suffix: str = "") -> str:
    """The sentence for one listed drug."""
    drug = found["drug"]
    tier = _tier(drug)
    caution = f" {drug['caution']}" if drug["caution"] else ""
    withdrawn = f"; this entry was withdrawn on {drug['withdrawn_on']}" if drug["withdrawn_on"] else ""
    if suffix:
        return (
            f"The suffix -{suffix} is not in the data, so this is read as {drug['name']}; {tier}{withdrawn}.{caution}"
        )
    return f"{known_as(found) or drug['name'] + ' is listed'}; {tier}{withdrawn}.{caution}"


def _tier(drug: DrugCard) -> str:
    return f"relative risk of CRS: {drug['tier_name'].lower()} ({how_often(drug)})"


def how_often(drug: DrugCard) -> str:
    """How often and how severe in words and figures: "very common, 72.1%; severe uncommon, 0.6%"."""
    if drug["crs_any_grade_pct"] is None and drug["crs_grade3plus_pct"] is None:
        word = "" if drug["crs_frequency"] == "not_known" else f"{_plain(drug['crs_frequency'])} by a label; "
        return word + _NO_RATE[drug["risk_basis"]]
    any_, severe = drug["crs_any_grade_pct"], drug["crs_grade3plus_pct"]
    parts = ["share of any grade not printed" if any_ is None else f"{_plain(drug['crs_frequency'])}, {printed(any_)}"]
    if severe is None:
        parts.append("severe share not printed by the source")
    elif severe == 0:
        high = drug["crs_grade3plus_high"]
        parts.append("severe in none" if high is None else f"severe in none, {at_most(high)}")
    else:
        parts.append(f"severe {_plain(drug['crs_severe_frequency'])}, {printed(severe)}")
    return "; ".join(parts + (["fatal cases known"] if drug["fatal_cases"] == "yes" else []))


def _plain(word: str) -> str:
    return word.replace("_", " ")


def known_as(found: Match) -> str | None:
    """By which of its names or codes a drug was found, as the beginning of a sentence; None for its own name."""
    name, drug = found["name"], found["drug"]["name"]
    if found["product_code"]:
        return _product_code(found["product_code"], drug)
    if found["kind"] == "regimen":
        return f"{name} is a combination that holds {drug}"
    if found["kind"] in CODE_SYSTEMS:
        return f"{CODE_SYSTEMS[found['kind']].name} {name} is a code of {drug}"
    return None if found["kind"] == "inn" or name == drug else f"{name} is {KINDS[found['kind']].phrase} of {drug}"


def _product_code(found: ProductCode, drug: str) -> str:
    """ "HCPCS Q2042 is a code of X", or that it was one and until when."""
    system, code = PRODUCT_SYSTEMS[found["system"]].name, found["code"]
    ended = _ended(found)
    if ended:
        return f"{code} is a former {system} code of {drug}, {ended}"
    bounds = [f"valid from {found['valid_from']}"] if _is_to_come(found["valid_from"]) else []
    bounds += [f"valid until {found['valid_to']}"] if found["valid_to"] else []
    return ", ".join([f"{system} {code} is a code of {drug}", *bounds])


def _ended(found: ProductCode) -> str:
    """How a code ended; empty for one that has not."""
    replaced = f"replaced by {found['replaced_by']}" if found["replaced_by"] else ""
    if found["valid_to"] and not _is_to_come(found["valid_to"]):
        return f"valid until {found['valid_to']}" + (f" and {replaced}" if replaced else "")
    return replaced if not found["valid_to"] else ""


def _is_to_come(day: str | None) -> bool:
    return day is not None and day >= date.today().isoformat()


def without_system(text: str, matches: Sequence[Match]) -> str:
    """The sentence for a number or code that may be of any system, and would be a product's code of one."""
    names = [f"{typed(found)} ({found['drug']['name']})" for found in matches]
    return f"{text.strip()!r} alone may be a code of any system; did you mean {listing(names, 'or')}? Write the name of the system before it."


def shared(matches: Sequence[Match]) -> str:
    """The sentence for a name or code that several drugs share."""
    ended = _ended(matches[0]["product_code"]) if matches[0]["product_code"] else ""
    former = f" (a former code, {ended})" if ended else ""
    drugs = [found["drug"] for found in matches]
    names = listing([drug["name"] for drug in drugs], "or")
    return f"{typed(matches[0])}{former} may mean {names}; choose the one that is meant. {_tiers(drugs)}"


def typed(found: Match) -> str:
    """A text that leads to the same answer again: the name, or a product's code with its system."""
    return f"{PRODUCT_SYSTEMS[found['kind']].name} {found['name']}" if found["product_code"] else found["name"]


def several(parts: Sequence[Part], matches: Sequence[Match]) -> str:
    """The sentence for a line that names a listed drug and something else."""
    others = [_part(part) for part in parts if part["status"] == "regimen" or part["status"] not in LISTED]
    more = f" and more: {'; '.join(others)}" if others else ""
    drugs = [found["drug"] for found in matches]
    named = listing([drug["name"] for drug in drugs], "and")
    return f"This line names {named}{more}; look each up on its own. {_tiers(drugs)}"


def _tiers(drugs: Sequence[DrugCard]) -> str:
    """A sentence for each of several drugs."""
    return " ".join(
        f"{drug['name']}: {_tier(drug)}.{' ' + drug['caution'] if drug['caution'] else ''}" for drug in drugs
    )


def left_over(parts: Sequence[Part]) -> str:
    """The words of a line that were not understood, to follow the sentence for what was."""
    return f" Not understood in this line: {listing([repr(part['text']) for part in parts], 'and')}."


def none_listed(parts: Sequence[Part]) -> str:
    """The sentence for a line of several names, none of them listed."""
    return f"Nothing in this line is listed: {'; '.join(_part(part) for part in parts)}; {NOT_SAFE}."


def not_listed(
    entry: Entry, owner: str, suffix: str = "", assessed: NotLinked | None = None, hint: ClassHint | None = None
) -> str:
    """The sentence for a medicine that is known and not listed."""
    told = f"; {_hinted(hint)}" if hint else ""
    name = entry.name if entry.name == owner else f"{entry.name} ({owner})"
    read = f", read without the suffix -{suffix} that is not in the data," if suffix else ""
    if entry.group == "treatment":
        return f"{name}{read} is used to treat CRS and is not linked with causing it here; {NOT_SAFE}."
    if assessed:
        return f"{assessed['read']} for {name}{read}, which is not listed{told}; {NOT_SAFE}."
    return f"{name}{read} is another medicine, which was not assessed{told}; {NOT_SAFE}."


def suggestion(text: str, matches: Sequence[Match], count: int, resembles: Resembles | None) -> str:
    """The sentence for names that are near."""
    names = [
        found["name"] if found["name"] == found["drug"]["name"] else f"{found['name']} ({found['drug']['name']})"
        for found in matches
    ]
    more = f" and {count - len(matches)} more" if count > len(matches) else ""
    near = f" It is as near to {resembles['name']}, {STATUSES[resembles['status']].predicate}." if resembles else ""
    return f"No name is equal to {text.strip()!r}; did you mean {listing(names, 'or')}{more}?{near}"


def unknown_code(code: str) -> str:
    """The sentence for a code that nothing holds."""
    return f"No medicine with the code {code} is known here; {NOT_SAFE}."


def unknown(text: str, resembles: Resembles | None, hint: ClassHint | None) -> str:
    """The sentence for a name that is not known."""
    near = f"; it resembles {resembles['name']}, {STATUSES[resembles['status']].predicate}" if resembles else ""
    inferred = f"; {_hinted(hint)}" if hint else ""
    return f"No name like {text.strip()!r} is known here{near}{inferred}; {NOT_SAFE}."


def _hinted(hint: ClassHint) -> str:
    """What a medicine that is not listed seems to be."""
    listed = "others of this class are listed" if hint["class_id"] else ""
    if not hint["inferred"]:
        return f"it is of the class {hint['hint']}" + (f", {listed}" if listed else "")
    by = "ATC group" if _ATC_GROUP.fullmatch(hint["stem"]) else "name"
    return f"its {by} says {hint['hint']}, which is inferred and not assessed" + (f"; {listed}" if listed else "")


def of_class(found: ClassFound) -> str:
    """The sentence for a word for a class."""
    tiers = Counter(member["tier_name"].lower() for member in found["members"])
    told = ", ".join(f"{tier} {count}" for tier, count in tiers.items())
    held = len(found["members"])
    listed = (
        f"{held} of its medicines {'is' if held == 1 else 'are'} listed here ({told})" if held else "none is listed"
    )
    return f"{found['name']} is a class, not a medicine; {listed}; look up the medicine that is meant; {NOT_SAFE}."


def regimen(found: RegimenFound, drugs: Sequence[DrugCard]) -> str:
    """The sentence for a combination: its listed drugs with their tiers, then how many others it holds of each kind."""
    parts = [f"{drug['name']} ({drug['tier_name']})" for drug in drugs]
    counts = Counter(member["status"] for member in found["members"])
    for status, one, many in (
        ("not_linked", "medicine assessed and not listed", "medicines assessed and not listed"),
        ("treatment", "medicine that is used against CRS too", "medicines that are used against CRS too"),
        ("other_medicine", "medicine not assessed", "medicines not assessed"),
    ):
        if counts[status]:  # type: ignore[index]  # the words of a Status
            named = [member["name"] for member in found["members"] if member["status"] == status]
            parts.append(f"{counts[status]} {one if counts[status] == 1 else many} ({', '.join(named)})")  # type: ignore[index]
    cautions = "".join(f" {drug['name'].capitalize()}: {drug['caution']}" for drug in drugs if drug["caution"])
    said = f"{found['name']} is a regimen that holds {listing(parts, 'and')}"
    return f"{said}.{cautions}" if drugs else f"{said}; none of them is listed; {NOT_SAFE}."


def _part(part: Part) -> str:
    return f"{part['text']!r} is {STATUSES[part['status']].predicate}"
