"""From a body weight to a dose, by a rule of the data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crskb.database.queries import Row
from crskb.percent import rounded

LIGHTEST_KG, HEAVIEST_KG = 1, 400  # beyond these a weight was mistyped, or is in another unit
_WEIGHT = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,2}))?(?: ?kg)?", re.IGNORECASE)


class WeightFault(ValueError):
    """What was typed is not a body weight; the text says what to write."""


@dataclass(frozen=True)
class Dose:
    """A single dose in mg by one rule; `uncapped_mg` is what it would be without the highest dose, where that is more."""

    rule: Row
    mg: float
    uncapped_mg: float | None

    @property
    def two_doses_mg(self) -> float:
        """What two doses take, mg."""
        return rounded(2 * Decimal(str(self.mg)))


def weight_kg(text: str) -> Decimal:
    """The body weight in a text such as "24", "24.5", "24,5 kg"; raises WeightFault for any other."""
    found = _WEIGHT.fullmatch(text.strip())
    if not found:
        raise WeightFault("Write the body weight in kilograms as a number, such as 24 or 24.5.")
    weight = Decimal(f"{found[1]}.{found[2] or 0}").normalize()
    if not LIGHTEST_KG <= weight <= HEAVIEST_KG:
        raise WeightFault(
            f"Write a body weight from {LIGHTEST_KG} to {HEAVIEST_KG} kg; grams and pounds are not taken."
        )
    return weight


def doses(rules: Iterable[Row], weight: Decimal) -> list[Dose]:
    """The dose by each rule that covers a body of `weight` kg, rounded to 0.1 mg and never above the highest dose."""
    found = []
    for rule in rules:
        if weight >= Decimal(str(rule["from_kg"] or 0)) and (
            rule["below_kg"] is None or weight < Decimal(str(rule["below_kg"]))
        ):
            full = rounded(Decimal(str(rule["mg_per_kg"])) * weight)
            most = rule["max_mg"]
            capped = most is not None and full > most
            found.append(Dose(rule, most if capped else full, full if capped else None))
    return found
