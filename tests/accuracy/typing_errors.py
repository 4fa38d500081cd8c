"""Errors that people make, apart from the rules by which the code forgives them.

The classes are those by which Ferner and Aronson generated variants of drug names found in PubMed (BMJ 2016;355:i4854): substitution, omission, addition, transposition,
duplication and deduplication of letters; to them come the neighbours on a keyboard and letters that sound alike.
"""

from __future__ import annotations

import random
import re

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = "aeiouy"
# what is heard: (what is written, what is typed instead)
_SOUNDS = [
    (r"ph", "f"), (r"f", "ph"), (r"y", "i"), (r"i", "y"), (r"z", "s"), (r"s", "z"), (r"th", "t"), (r"t(?!h)", "th"), (r"x", "ks"), (r"ks", "x"),
    (r"c(?=[aoulrt])", "k"), (r"k(?=[aoulrt])", "c"), (r"c(?=[eiy])", "s"), (r"qu", "kw"), (r"v", "w"), (r"h(?=[aeiou])", ""), (r"u", "oo"), (r"ll", "l"), (r"mm", "m"),
    (r"nn", "n"), (r"l", "ll"), (r"m", "mm"), (r"n(?=[aeiou])", "nn"), (r"b", "bb"), (r"r(?=[aeiou])", "rr"), (r"ae", "e"),
]  # fmt: skip


def neighbours(letter: str) -> str:
    """The keys beside a letter."""
    for row, keys in enumerate(_ROWS):
        if letter in keys:
            place = keys.index(letter)
            near = keys[max(place - 1, 0) : place] + keys[place + 1 : place + 2]
            for other in (row - 1, row + 1):
                if 0 <= other < len(_ROWS):
                    near += _ROWS[other][max(place - 1, 0) : place + 2]
            return near
    return LETTERS


def one_edit(name: str, chance: random.Random) -> str:
    """The name with one letter wrong."""
    places = [place for place, letter in enumerate(name) if letter.lower() in LETTERS]
    while True:
        place = chance.choice(places)
        letter = name[place].lower()
        kind = chance.choice(
            ("substitution", "keyboard", "vowel", "omission", "addition", "transposition", "duplication")
        )
        if kind == "substitution":
            typed = name[:place] + chance.choice(LETTERS) + name[place + 1 :]
        elif kind == "keyboard":
            typed = name[:place] + chance.choice(neighbours(letter)) + name[place + 1 :]
        elif kind == "vowel" and letter in _VOWELS:
            typed = name[:place] + chance.choice(_VOWELS) + name[place + 1 :]
        elif kind == "omission":
            typed = name[:place] + name[place + 1 :]
        elif kind == "addition":
            typed = name[:place] + chance.choice(LETTERS) + name[place:]
        elif kind == "transposition" and place + 1 in places:
            typed = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        else:
            typed = name[: place + 1] + name[place:]
        if typed.lower() != name.lower():
            return typed


def two_edits(name: str, chance: random.Random) -> str:
    """The name with two letters wrong."""
    return one_edit(one_edit(name, chance), chance)


def misheard(name: str, chance: random.Random) -> str | None:
    """The name with one to three sounds written in another way, or None if it has none."""
    typed = name.lower()
    usable = [rule for rule in _SOUNDS if re.search(rule[0], typed)]
    for pattern, instead in chance.sample(usable, min(len(usable), chance.randint(1, 3))):
        typed = re.sub(pattern, instead, typed, count=1)
    return typed if typed != name.lower() else None
