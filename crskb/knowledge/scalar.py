"""What a scalar without quotes means in a file of data/, and what its writer most likely meant where YAML has several readings.

The YAML 1.2 core schema cut to what data/ needs: true, false, decimal integers and decimals. Whatever older YAML reads as
something else (NO, 010, 1:30, 1_000, ~) is refused with the value to write, never guessed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal

NO_VALUE = "write one, or leave the key out: absent means not known"
_SHOWN = 60  # characters of a value that a message repeats
_FIRST_OF_TYPED = frozenset(["", *"0123456789+-.~<=tTfFnNyYoO"])
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
# A run of digits can be matched in one way only: with two, a long number takes time in the square of its length.
_TRAP = re.compile(
    r"(?i:y|yes|n|no|on|off|null|~|true|false|\.nan|[-+]?\.inf)|[-+]?0[0-9_]+|\+[0-9]+|[-+]?[0-9][0-9,]*_[0-9_]*"
    r"|[-+]?0[xob][0-9a-fA-F_]+|[-+]?[0-9]+(?::[0-5]?[0-9])+|[-+]?\.[0-9]+"
    r"|[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]*)[eE][-+]?[0-9]+|[-+]?[0-9]+\.|-?[0-9]{16,}|<<|="
)
_TRUTH = {
    "y": "true",
    "yes": "true",
    "on": "true",
    "true": "true",
    "n": "false",
    "no": "false",
    "off": "false",
    "false": "false",
}
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")


@dataclass(frozen=True)
class Trap:
    """A scalar that is refused: what is wrong with it, and what to write."""

    message: str
    tip: str


def value_of(text: str) -> bool | int | float | str | Trap:
    """The value of a scalar without quotes."""
    if text[:1] not in _FIRST_OF_TYPED:
        return text
    if text in ("true", "false"):
        return text == "true"
    if not text:
        return Trap("no value", NO_VALUE)
    if _TRAP.fullmatch(text):
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        return Trap(f"{shown} has several readings in YAML", _remedy(text))
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _remedy(text: str) -> str:
    if text.lower() in ("null", "~"):
        return "leave the key out: absent means not known; if it is text, put it in quotes"
    if len(text) > _SHOWN:
        return "put it in quotes if it is text"
    meant = [_TRUTH[text.lower()]] if text.lower() in _TRUTH else numbers_meant(text)
    plain = " or ".join(meant) or "a plain decimal number"
    return f"write {plain}, or {json.dumps(text)} in quotes if it is text"


def numbers_meant(text: str) -> list[str]:
    """The numbers that a person may mean by `text`, as data/ writes them: "46,2" -> ["46.2"], "0.9%" -> ["0.9"], "1,234" -> both."""
    if len(text) > _SHOWN:
        return []
    bare = re.sub(r"\s*(?:%|percent|per cent)$", "", text.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"(?<=[0-9])[\s_'](?=[0-9]{3})", "", bare.replace("\u2212", "-").replace("\u00b7", "."))
    readings = [bare.replace(",", "")] if _THOUSANDS.fullmatch(bare) else []
    if bare.count(",") == 1 and "." not in bare:
        readings.append(bare.replace(",", "."))
    if "," not in bare:
        readings.append(bare)
    found = [_plain(reading) for reading in readings if _NUMBER.fullmatch(reading)]
    return [number for number in found if number != text]


def _plain(number: str) -> str:
    """`number` without sign of plus, exponent or zeros in front; the decimals that were written stay."""
    return f"{Decimal(number):f}"
