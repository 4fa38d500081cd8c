"""How much precaution, how often, how severe, how sure: computed from the recorded rows and explained in one sentence.

The thresholds stand in data/vocabularies (relative_risk, frequency, risk_basis) and nowhere else; what each kind of condition
asks stands in crskb.tier_rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crskb.knowledge.cohort import OUTCOMES, Incidence
from crskb.knowledge.drug import Drug, LabelFrequency
from crskb.knowledge.fields import RegulatoryStatus, StudyDesign
from crskb.knowledge.shares import Share, any_grade, severe_of
from crskb.knowledge.vocabulary import EvidenceKind, Frequency, RiskBasis, RiskTier
from crskb.tier_rule import Facts, reason

_KIND_OF_DESIGN = {
    StudyDesign.LABEL: "prospective_cohort",
    StudyDesign.PROSPECTIVE: "prospective_cohort",
    StudyDesign.POOLED: "prospective_cohort",
    StudyDesign.REGISTRY: "registry_or_retrospective_cohort",
    StudyDesign.RETROSPECTIVE: "registry_or_retrospective_cohort",
}
_NO_RATE = "No rate of CRS was found in a source that could be read"
_NO_DECIDING_RATE = "No cohort fit to stand for it gives its rate; the others are listed one by one"
_LABELLED = (RegulatoryStatus.APPROVED, RegulatoryStatus.WITHDRAWN, RegulatoryStatus.SUSPENDED)


@dataclass(frozen=True)
class Rules:
    """The vocabularies that the assessment reads, each by id in the order of its ranks."""

    tiers: dict[str, RiskTier]
    kinds: dict[str, EvidenceKind]
    frequencies: dict[str, Frequency]
    bases: dict[str, RiskBasis]

    @classmethod
    def of(cls, terms: dict[str, dict[str, Any]]) -> Rules | None:
        """From vocabularies by name, each of entries; None if one is missing or could not be read whole."""
        names = ("relative_risk", "evidence_kind", "frequency", "risk_basis")
        read = [terms.get(name) or {} for name in names]
        if not all(entries and all(entry.read() for entry in entries.values()) for entries in read):
            return None
        by_rank = (sorted((entry.record for entry in entries.values()), key=lambda term: term.rank) for entries in read)
        return cls(*({term.id: term for term in ordered} for ordered in by_rank))


@dataclass(frozen=True)
class Assessment:
    """The three axes of one drug: tier with its reason, frequencies (words of CIOMS) with their shares, and what it all rests on."""

    tier: str
    rank: int
    why: str
    basis: str
    strongest_evidence: str | None
    any_grade: Share | None
    grade3plus: Share | None
    frequency: str
    severe_frequency: str
    fatal_cases: str


def assess(drug: Drug, rules: Rules) -> Assessment | None:
    """The assessment of a drug; None if no tier applies (the vocabulary must end with one that is `otherwise`)."""
    own = deciding(drug)
    row = own or _class_cohort(drug, rules)
    any_, severe = (any_grade(row), severe_of(row, drug.crs_incidence)) if row else (None, None)
    strongest = strongest_evidence(drug, rules.kinds)
    facts = _facts(drug, row, any_, severe, rules)
    for tier in rules.tiers.values():
        because = reason(dict(tier), facts)
        if because:
            word, severe_word = (_frequency(found if own else None, rules) for found in (any_, severe))
            return Assessment(
                tier=tier.id,
                rank=tier.rank,
                why=f"{tier.name}: {because}{_figures(drug, row, any_, severe)}",
                basis=_basis(drug, own, row),
                strongest_evidence=strongest,
                any_grade=any_ if own else None,
                grade3plus=severe if own else None,
                frequency=word if word != "not_known" else facts.label_frequency or word,
                severe_frequency=severe_word,
                fatal_cases=_fatal_cases(drug, own),
            )
    return None


def headline(drug: Drug) -> Incidence | None:
    """The row that is marked as the headline."""
    return next((row for row in drug.crs_incidence if row.headline), None)


def has_label(drug: Drug) -> bool:
    """Whether any region has or had a label of it."""
    return any(row.status in _LABELLED for row in drug.regulatory)


def deciding(drug: Drug) -> Incidence | None:
    """The drug's own cohort that decides: its headline. One outside the labelled use decides only where there is no label anywhere."""
    row = headline(drug)
    return row if row and not row.superseded and not (row.labelled_use is False and has_label(drug)) else None


def _class_cohort(drug: Drug, rules: Rules) -> Incidence | None:
    """The largest cohort of its class, which stands in for a drug that has none of its own."""
    least = rules.bases["class"].n_treated_min or 0
    large = [
        row
        for row in drug.crs_incidence
        if row.class_level and not row.superseded and (row.n_treated or 0) >= least and any_grade(row)
    ]
    return max(large, key=lambda row: row.n_treated or 0, default=None)


def boxed_warning(drug: Drug) -> bool:
    """Whether a boxed warning of any region names CRS."""
    return _warns(drug, "boxed_warning")


def _warns(drug: Drug, kind: str) -> bool:
    """Whether a warning of this kind (boxed_warning, label_warning) names CRS, in a regulatory row or in a statement."""
    return any(getattr(row, f"{kind}_crs") for row in drug.regulatory) or any(row.kind == kind for row in drug.evidence)


def strongest_evidence(drug: Drug, kinds: dict[str, EvidenceKind]) -> str | None:
    """The best-ranked kind among all rows of the drug; a cohort without a case is not evidence of a link."""
    found = {row.kind for row in drug.evidence}
    found |= {
        _KIND_OF_DESIGN[row.study_design] for row in drug.crs_incidence if _has_cases(row) and not row.class_level
    }
    found |= {kind for kind in ("boxed_warning", "label_warning") if _warns(drug, kind)}
    found |= {"prospective_cohort"} if any(row.frequency != "not_known" for row in drug.label_frequency) else set()
    return min(
        (kind for kind in found if kind in kinds and kinds[kind].links), key=lambda kind: kinds[kind].rank, default=None
    )


def _has_cases(row: Incidence) -> bool:
    """Whether anybody in the cohort had CRS."""
    return any(getattr(row, f"{unit}_{outcome}") for unit in ("n", "pct") for outcome in OUTCOMES)


def _facts(drug: Drug, row: Incidence | None, any_: Share | None, severe: Share | None, rules: Rules) -> Facts:
    named = [(counts_as(label, rules.frequencies), label) for label in drug.label_frequency]
    word, label = min(named, key=lambda found: rules.frequencies[found[0]].rank, default=(None, None))
    return Facts(
        t_cell_engaging=drug.t_cell_engaging,
        any_grade_low_pct=any_.lowest if any_ else None,
        grade3plus_low_pct=severe.lowest if severe else None,
        n_treated=row.n_treated if row else None,
        boxed_warning=boxed_warning(drug),
        label_warning=_warns(drug, "label_warning"),
        label_frequency=word,
        cohort_text="the class cohort" if row and row.class_level else "the headline cohort",
        targets_text=f" ({', '.join(drug.targets)})" if drug.targets else "",
        boxed_warning_text=_where(drug, "boxed_warning"),
        label_warning_text=_where(drug, "label_warning"),
        label_frequency_text=_said(label, rules.frequencies) if label else "",
        seen_text=_seen(drug, row, rules),
    )


def counts_as(label: LabelFrequency, frequencies: dict[str, Frequency]) -> str:
    """The word of a label as the rule counts it: one lower where it covers another reaction too."""
    words = list(frequencies)
    counted = [word for word in words if frequencies[word].pct_min is not None]
    if not label.pooled_with or label.frequency not in counted:
        return label.frequency
    return counted[min(counted.index(label.frequency) + 1, len(counted) - 1)]


def _said(label: LabelFrequency, frequencies: dict[str, Frequency]) -> str:
    said = f"{frequencies[label.frequency].name.lower()} ({label.region})"
    return (
        f"{said}, counted together with {label.pooled_with} and so taken as one word lower"
        if label.pooled_with
        else said
    )


def _seen(drug: Drug, row: Incidence | None, rules: Rules) -> str:
    """What was seen where nothing decides a tier."""
    if row:
        return f"{'the class cohort' if row.class_level else 'the headline cohort'} is too small to place it"
    outside = next((row for row in drug.crs_incidence if row.labelled_use is False and _has_cases(row)), None)
    if outside and has_label(drug):
        figure = any_grade(outside)
        return f"CRS was counted only outside the approved uses ({outside.cohort}{f': any grade {figure}' if figure else ''})"
    counted = next((row for row in drug.crs_incidence if _has_cases(row)), None)
    if counted:
        return f"CRS was counted only in cohorts that never decide a tier ({counted.cohort})"
    strongest = strongest_evidence(drug, rules.kinds)
    return (
        f"nothing seen counts CRS among a known number of patients (strongest evidence: {rules.kinds[strongest].name.lower()})"
        if strongest
        else "nothing seen counts CRS as such"
    )


def _where(drug: Drug, kind: str) -> str:
    """The regions whose label warns, as " (US, EU)"."""
    regions = {row.region: None for row in drug.regulatory if getattr(row, f"{kind}_crs")}
    regions |= {row.region: None for row in drug.evidence if row.kind == kind and row.region}
    return f" ({', '.join(regions)})" if regions else ""


def _figures(drug: Drug, row: Incidence | None, any_: Share | None, severe: Share | None) -> str:
    """The sentence of the figures behind the tier, after its reason."""
    if row is None or (any_ is None and severe is None):
        if not (drug.t_cell_engaging or _warns(drug, "boxed_warning")):
            return "."
        counted = any(_has_cases(row) for row in drug.crs_incidence)
        return f". {_NO_DECIDING_RATE if counted else _NO_RATE}."
    parts = [
        f"any grade {any_ or 'not printed by the source'}",
        f"grade 3 or higher {severe or 'not printed by the source'}",
    ]
    if row.n_fatal:
        parts.append(f"fatal in {row.n_fatal}")
    return f". {'Class' if row.class_level else 'Headline'} cohort {row.cohort}: {'; '.join(parts)}."


def _frequency(found: Share | None, rules: Rules) -> str:
    """The word of CIOMS for a share; of nobody, however many were treated, no frequency can be estimated."""
    if found is None or found.pct == 0:
        return "not_known"
    return next(
        (id_ for id_, term in rules.frequencies.items() if term.pct_min is not None and found.pct >= term.pct_min),
        "not_known",
    )


def _basis(drug: Drug, own: Incidence | None, row: Incidence | None) -> str:
    """What the assessment rests on: an id of vocabularies/risk_basis.yaml."""
    if own:
        if own.labelled_use:
            return "label" if own.study_design == StudyDesign.LABEL else "trial_in_labelled_use"
        return "trial_only"
    if _warns(drug, "boxed_warning") or _warns(drug, "label_warning") or drug.label_frequency:
        return "label"
    if row:
        return "class"
    outside = any(row.labelled_use is False and _has_cases(row) for row in drug.crs_incidence)
    return "outside_label" if outside and has_label(drug) else "reports"


def _fatal_cases(drug: Drug, own: Incidence | None) -> str:
    """Whether anybody is known to have died of CRS after this drug: yes, none_reported in the deciding cohort, or not_known."""
    rows = [row for row in drug.crs_incidence if not row.class_level]
    if any(row.n_fatal or row.pct_fatal for row in rows) or any(row.fatal for row in drug.evidence):
        return "yes"
    return "none_reported" if own and (own.n_fatal == 0 or own.pct_fatal == 0) else "not_known"
