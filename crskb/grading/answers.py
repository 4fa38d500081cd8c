"""What the grader is asked: fever, blood pressure and oxygen of one patient, read from parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from crskb.words import OXYGENS, PRESSURES, Oxygen, Pressure, listing

_NUMBER = re.compile(r"-?\d{1,3}(?:[.,]\d{1,30})?(?:e-?\d{1,3})?")  # as programs write them too
_BOUNDS = {"temperature_c": (30.0, 45.0), "age_years": (0.0, 120.0), "ice_score": (0.0, 10.0)}
_UNITS = {"temperature_c": "degrees Celsius", "age_years": "years", "ice_score": "points"}
_WORDS: dict[str, Iterable[str]] = {
    "fever_treated": ("true", "false"),
    "pressure": PRESSURES,
    "oxygen": OXYGENS,
}
Faults = list[tuple[str, str]]  # each the name of a parameter and what is wrong with it


class Answers(NamedTuple):
    """What was seen; None is not known."""

    temperature_c: float | None = None
    fever_treated: bool = False  # an antipyretic, tocilizumab or a steroid was given
    pressure: Pressure | None = None
    oxygen: Oxygen | None = None
    age_years: float | None = None
    ice_score: int | None = None


def _parameter(name: str, description: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "example": example,
    }


def _between(name: str, kind: str = "number") -> dict[str, Any]:
    low, high = _BOUNDS[name]
    return {"type": kind, "minimum": int(low), "maximum": int(high)}


# As OpenAPI has them.
PARAMETERS = [
    _parameter(
        "temperature_c",
        "Temperature in degrees Celsius; a decimal comma is read too.",
        _between("temperature_c"),
        39.2,
    ),
    _parameter(
        "fever_treated",
        "True once an antipyretic, tocilizumab or a steroid was given: fever may then be hidden.",
        {"type": "boolean", "default": False},
        False,
    ),
    _parameter(
        "pressure",
        "Blood pressure: normal, low without need of a vasopressor, one vasopressor or several. Vasopressin beside another counts as none. In children low is what is low for the age.",
        {"type": "string", "enum": list(PRESSURES)},
        "low_no_vasopressor",
    ),
    _parameter(
        "oxygen",
        "Oxygen for low saturation: none, low flow (nasal cannula up to and including 6 L/min, or blow-by), high flow (more than 6 L/min, or any mask), positive pressure (CPAP, BiPAP, ventilator).",
        {"type": "string", "enum": list(OXYGENS)},
        "low_flow",
    ),
    _parameter(
        "age_years",
        "Age in years: tells the limit of the systolic pressure for children, and whether the ICE score suits.",
        _between("age_years"),
        6,
    ),
    _parameter("ice_score", "ICE score, 0 to 10: grades neurotoxicity apart.", _between("ice_score", "integer"), 8),
]


def read_answers(parameters: Iterable[tuple[str, str]]) -> tuple[Answers, Faults]:
    """The answers in names and values of parameters, and what is wrong with them; an empty value is no answer."""
    found: dict[str, Any] = {}
    faults: Faults = []
    for name, text in parameters:
        value, fault = (None, "is not a parameter of the grader") if name not in Answers._fields else _read(name, text)
        if name in found:
            fault = "is given twice"
        found[name] = value
        if fault:
            faults.append((name, fault))
    if faults:
        return Answers(), faults
    return Answers(**{name: value for name, value in found.items() if value is not None}), faults


def _read(name: str, text: str) -> tuple[Any, str]:
    """The value, or what is wrong with the text."""
    text = text.strip()
    if not text:
        return None, ""
    if name in _WORDS:
        if text not in _WORDS[name]:
            return None, f"is not {listing(_WORDS[name], 'or')}"
        return (text == "true" if name == "fever_treated" else text), ""
    low, high = _BOUNDS[name]
    number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if number is None or not low <= number <= high or (name == "ice_score" and number % 1):
        whole = "a whole number" if name == "ice_score" else "a number"
        return None, f"is not {whole} of {_UNITS[name]} from {low:g} to {high:g}"
    return (int(number) if name == "ice_score" else number), ""
