"""The kinds of change that a comparison tells, each with what a reviewer must know of it.

`crskb diff --format json` prints these fields, in this order. `drug` and `source` are ids, `name` is the name of the drug.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OfDrug:
    """What every change of one drug tells first."""

    drug: str
    name: str


@dataclass(frozen=True)
class OfName:
    """What every change of a name or code tells first: how it is written, and whose it is."""

    written: str
    kind: str
    owner: str
    owner_kind: str  # drug, treatment or reviewed


@dataclass(frozen=True)
class EditionFacts:
    """One of the two editions, with how much it holds."""

    label: str
    data_version: str
    drugs: int
    cohorts: int
    sources: int
    remarks: list[str]


@dataclass(frozen=True)
class LineForReaders:
    """A line of changes.yaml that is new."""

    date: str
    drug: str | None
    summary: str


@dataclass(frozen=True)
class TierMove(OfDrug):
    """A drug whose tier is another; rank 1 is the highest risk. Direction: up, down, or None where one of the two is no rank."""

    old: str
    new: str
    old_rank: int
    new_rank: int
    why_old: str
    why_new: str
    direction: str | None


@dataclass(frozen=True)
class ThresholdChange:
    """A condition of a tier that changed."""

    tier: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class DrugRemoval(OfDrug):
    """A drug whose file is gone."""


@dataclass(frozen=True)
class DrugWithdrawal(OfDrug):
    """An entry that was taken back, with its day and reason."""

    on: str
    reason: str


@dataclass(frozen=True)
class DrugRestoration(OfDrug):
    """An entry that is no longer withdrawn; `reason` is why it was."""

    reason: str


@dataclass(frozen=True)
class DrugAddition(OfDrug):
    """A new drug with its tier and how many cohorts it has."""

    relative_risk: str
    why_this_tier: str
    brand_names: str | None
    withdrawn_on: str | None
    cohorts: int


@dataclass(frozen=True)
class DrugFactChange(OfDrug):
    """A fact of a drug that changed."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class NameTaken(OfName):
    """A name or code that no longer leads where it led, and where it leads now."""

    now: list[str]
    other_medicine: bool  # it is now the name of a medicine that was not assessed


@dataclass(frozen=True)
class NameAdded(OfName):
    """A name or code that leads to a medicine now, and where it led before."""

    before: list[str]


@dataclass(frozen=True)
class NameChange(OfName):
    """A name that leads where it led, but is written otherwise, or is of another kind or region."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class HeadlineMove(OfDrug):
    """A drug whose headline cohort is another, or came or went."""

    old: str | None
    new: str | None


@dataclass(frozen=True)
class FigureChange(OfDrug):
    """A figure of a cohort that changed."""

    cohort: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class CohortRename(OfDrug):
    """A cohort that is called otherwise; its figures stayed."""

    old: str
    new: str


@dataclass(frozen=True)
class RegulatoryChange(OfDrug):
    """A fact of a regulatory row that changed."""

    region: str
    source: str
    brand: str | None
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class EvidenceChange(OfDrug):
    """A fact of a statement that changed."""

    region: str | None
    source: str
    kind: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class OrderChange(OfDrug):
    """A fact that changed of what is to be done with an order: a measure, a dose of the schedule, a label's word of frequency."""

    table: str
    region: str | None
    source: str
    what: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class SourceChange:
    """A fact of a source that changed."""

    source: str
    title: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Rewording(OfDrug):
    """A text, note or locator that changed; it changes no figure, so that only its place is told."""

    where: str  # drug, cohort, regulatory or evidence
    field: str
    cohort: str | None = None


@dataclass(frozen=True)
class TableCount:
    """How many rows of a table came and went; a changed row counts as both."""

    table: str
    old: int
    new: int
    added: int
    removed: int
