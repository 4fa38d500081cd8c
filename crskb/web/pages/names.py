"""The names of a medicine as its page prints them: a few brands in the heading, all of them below, each in its language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from crskb.database.queries import Row
from crskb.web.pages.regions import MAIN
from crskb.words import KINDS

_SHOWN = tuple(kind for kind in KINDS if kind not in ("inn", "misspelling"))
_MOST_BRANDS = 3
_BRANDS = ("brand", "biosimilar_brand")
_SCRIPTS = (("CYRILLIC", "ru"), ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"))


def heading(drug: Row) -> tuple[list[Row], int]:
    """The brands that stand beside the name: Latin ones, those of the US, EU and UK first; and how many brands are left for the list below.

    A brand that is the name itself with its maker's name tells a reader nothing, so it comes last.
    """
    brands = [name for name in drug["names"] if name["kind"] in _BRANDS]
    latin = [name for name in brands if language(name) is None]
    latin.sort(key=lambda name: (_is_name_with_maker(name, drug), name["kind"] != "brand", not _is_main(name)))
    shown = [name for name in latin if _is_main(name)] or latin
    shown = shown[:_MOST_BRANDS]
    return shown, len(brands) - len(shown)


def _is_main(name: Row) -> bool:
    return bool(set(MAIN) & set((name["region"] or "").split(", ")))


def _is_name_with_maker(name: Row, drug: Row) -> bool:
    return bool(name["name"].lower().startswith(drug["name"].lower()))


def language(name: Row) -> str | None:
    """The language of a name in another script than ours, for those who have it read out; None for Latin letters."""
    letters = [unicodedata.name(letter, "") for letter in name["name"] if letter.isalpha()]
    for script, code in _SCRIPTS:
        if any(letter.startswith(script) for letter in letters):
            return "bg" if code == "ru" and name["region"] == "EU" else code
    if any(letter.startswith("CJK") for letter in letters):
        return "ja" if name["region"] == "JP" else "zh"
    return None


def by_kind(names: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The names of each kind that is shown, each with `lang` and with `told`, its regions and note."""
    for kind in _SHOWN:
        of_kind = [
            {
                **name,
                "lang": language(name),
                "told": "; ".join(part for part in (name["region"], name["note"]) if part),
            }
            for name in names
            if name["kind"] == kind
        ]
        if of_kind:
            yield kind, of_kind
