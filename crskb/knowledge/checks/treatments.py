"""Checks of the rules by which a body weight becomes a dose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.clinical import DoseRule
from crskb.knowledge.load import Entry, Knowledge

_NUMBER = r"(?<![\d.,]){:g}(?![.,]?\d)"


def dose_rules_apart(knowledge: Knowledge) -> Iterator[Problem]:
    """The rules of dose of one region part the weights among them: each ends where the next begins, so that no weight has two doses, or none between two that have one."""
    for entry in knowledge.clinical.get("treatments", []):
        by_region: dict[str, list[tuple[int, DoseRule]]] = {}
        for position, rule in enumerate(entry.record.dose_rules):
            by_region.setdefault(rule.region, []).append((position, rule))
        for region, rules in by_region.items():
            if entry.read(("dose_rules",)):
                yield from _gaps(entry, region, sorted(rules, key=lambda placed: placed[1].from_kg or 0))


def _gaps(entry: Entry[Any], region: str, rules: list[tuple[int, DoseRule]]) -> Iterator[Problem]:
    for (_, lighter), (position, heavier) in pairwise(rules):
        if lighter.below_kg != heavier.from_kg or heavier.from_kg is None:
            ends = "no end" if lighter.below_kg is None else f"{lighter.below_kg:g} kg"
            starts = "no start" if heavier.from_kg is None else f"{heavier.from_kg:g} kg"
            yield entry.problem(
                ("dose_rules", position),
                "dose-rules-apart",
                f"{region}: one rule has its end at {ends}, the next its start at {starts}",
                "let one begin at the weight at which the other ends",
            )


def dose_rules_printed(knowledge: Knowledge) -> Iterator[Problem]:
    """Every number of a rule of dose stands in the dose as printed, with its unit: 12 mg/kg, 30 kg, 800 mg."""
    for entry in knowledge.clinical.get("treatments", []):
        if not entry.read(("dose",)):
            continue
        for position, rule in enumerate(entry.record.dose_rules):
            for key, unit in (("mg_per_kg", "mg/kg"), ("from_kg", "kg"), ("below_kg", "kg"), ("max_mg", "mg")):
                value = getattr(rule, key)
                if value is not None and not _stands(value, unit, entry.record.dose or ""):
                    yield entry.problem(
                        ("dose_rules", position, key),
                        "dose-rules-printed",
                        f"{value:g} {unit} does not stand in the dose as printed",
                        "correct one of the two",
                    )


def _stands(value: float, unit: str, text: str) -> bool:
    return re.search(rf"{_NUMBER.format(value)} {unit}(?![\w/])", text) is not None
