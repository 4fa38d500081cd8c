"""Checks of what readers who are patients are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.load import Entry, Knowledge

_HOME = re.compile(r"\bhome\b", re.IGNORECASE)
_FEVER = re.compile(r"\bfever|\bfebrile|\bpyrexia|\btemperature|\d[\d.]* ?°[CF]\b", re.IGNORECASE)


def patient_advice(knowledge: Knowledge) -> Iterator[Problem]:
    """Nothing that patients are told speaks of fever and of home together: fever after these medicines is a reason to call, and who may stay at home is for the treatment team to say."""
    for entry in knowledge.clinical.get("patient_advice", []):
        yield from _fever_at_home(entry, entry.record.topic, entry.record.advice, entry.record.applies_to)
    for entry in knowledge.clinical.get("symptoms", []):
        if entry.record.advice:
            yield from _fever_at_home(entry, entry.record.symptom, entry.record.advice, entry.record.note)


def _fever_at_home(entry: Entry[Any], *texts: str | None) -> Iterator[Problem]:
    text = " ".join(filter(None, texts))
    home, fever = _HOME.search(text), _FEVER.search(text)
    if home and fever:
        yield entry.problem(
            ("advice",),
            "patient-advice",
            f"speaks of {fever[0]!r} and of {home[0]!r} in one",
            "say whom to call; what clinicians weigh before a patient stays at home stands in management.yaml",
        )
