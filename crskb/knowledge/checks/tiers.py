"""Checks of the tier and of what links a drug with CRS."""

from __future__ import annotations

from collections.abc import Iterator

from crskb.errors import Problem
from crskb.knowledge.drug import Drug
from crskb.knowledge.load import Knowledge
from crskb.knowledge.risk import Rules, assess, strongest_evidence

_LINKS_WITH_CRS = (("crs_incidence",), ("evidence",), ("regulatory",), ("label_frequency",))
_DECIDES_TIER = (*_LINKS_WITH_CRS, ("t_cell_engaging",))


def relative_risk_agrees(knowledge: Knowledge) -> Iterator[Problem]:
    """The tier stated in the file is the one that the rule computes."""
    rules = Rules.of(knowledge.terms)
    for entry in knowledge.drugs.values():
        if not (rules and entry.read(*_DECIDES_TIER, ("relative_risk",)) and _frequencies_known(entry.record, rules)):
            continue
        computed = assess(entry.record, rules)
        stated = entry.record.relative_risk
        if computed and stated in rules.tiers and stated != computed.tier:
            yield entry.problem(
                ("relative_risk",),
                "relative-risk-agrees",
                f"{stated}, but the rule makes it {computed.tier}. {computed.why}",
                f"write {computed.tier}, or correct the rows it comes from",
            )


def _frequencies_known(drug: Drug, rules: Rules) -> bool:
    """Whether each word of a label is one of the vocabulary; if not, that is what is told."""
    return all(row.frequency in rules.frequencies for row in drug.label_frequency)


def drugs_linked_with_crs(knowledge: Knowledge) -> Iterator[Problem]:
    """A listed drug has at least one row that links it with CRS."""
    rules = Rules.of(knowledge.terms)
    for entry in knowledge.drugs.values():
        if rules and entry.read(*_LINKS_WITH_CRS) and strongest_evidence(entry.record, rules.kinds) is None:
            yield entry.problem(
                ("name",),
                "drugs-linked-with-crs",
                f"no row links {entry.record.name or entry.id} with CRS",
                "add the evidence with its source, or move it to reviewed.yaml",
            )
