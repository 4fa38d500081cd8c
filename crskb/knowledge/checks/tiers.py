"""Checks of the tier and of the row that decides it."""

from __future__ import annotations

from collections.abc import Iterator

from crskb.errors import Problem
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import StudyDesign
from crskb.knowledge.load import Knowledge
from crskb.knowledge.risk import Rules, assess, strongest_evidence

_LINKS_WITH_CRS = (("crs_incidence",), ("evidence",), ("regulatory",), ("label_frequency",))
_DECIDES_TIER = (*_LINKS_WITH_CRS, ("t_cell_engaging",))
_NEVER_HEADLINE = {StudyDesign.REGISTRY, StudyDesign.RETROSPECTIVE}


def one_headline(knowledge: Knowledge) -> Iterator[Problem]:
    """At most one incidence row is the headline, and there is one where a label or prospective row could be."""
    for entry in knowledge.drugs.values():
        rows = entry.record.crs_incidence
        marked = [position for position, row in enumerate(rows) if row.headline]
        for position in marked[1:]:
            yield entry.problem(
                ("crs_incidence", position, "headline"),
                "one-headline",
                "a second headline",
                "mark the one row that decides: the label's at the approved dose, else the largest prospective cohort",
            )
        could = [
            position
            for position, row in enumerate(rows)
            if row.study_design in (StudyDesign.LABEL, StudyDesign.PROSPECTIVE)
            and not row.prophylaxis
            and not row.class_level
            and (row.pct_any_grade is not None or row.n_any_grade is not None)
        ]
        if could and not marked and entry.read(("crs_incidence",)):
            yield entry.problem(
                ("crs_incidence", could[0]),
                "one-headline",
                "no row is the headline",
                "write `headline: true` in the row that decides",
            )


def headline_suits(knowledge: Knowledge) -> Iterator[Problem]:
    """The headline has a figure, tests no measure against CRS, and is neither a registry nor a chart review."""
    for entry in knowledge.drugs.values():
        for position, row in enumerate(entry.record.crs_incidence):
            if not row.headline:
                continue
            if row.prophylaxis or row.class_level or row.study_design in _NEVER_HEADLINE:
                what = "a cohort under prophylaxis" if row.prophylaxis else f"a {row.study_design} cohort"
                what = "a class of medicines" if row.class_level else what
                yield entry.problem(
                    ("crs_incidence", position, "headline"),
                    "headline-suits",
                    f"{what} cannot be the headline",
                    "mark the label's row or the largest prospective cohort",
                )
            if (
                row.pct_any_grade is None
                and row.n_any_grade is None
                and row.pct_grade3plus is None
                and row.n_grade3plus is None
                and entry.read(("crs_incidence", position))
            ):
                yield entry.problem(
                    ("crs_incidence", position, "headline"),
                    "headline-suits",
                    "the headline has no rate",
                    "mark a row with a rate of CRS",
                )


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
