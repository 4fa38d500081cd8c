"""The tier of relative risk: computed from the recorded rows by the rules in vocabularies/relative_risk.yaml, and explained.

The thresholds stand in that file and nowhere else; what each kind of condition asks stands in crskb.tier_rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from crskb import percent
from crskb.knowledge.cohort import OUTCOMES, Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import StudyDesign
from crskb.knowledge.vocabulary import EvidenceKind, RiskTier
from crskb.tier_rule import Facts, reason

_Z_95 = 1.959963984540054  # two-sided 95% quantile of the normal distribution
_NOT_COUNTED = "nothing seen counts CRS as such"
_KIND_OF_DESIGN = {
    StudyDesign.LABEL: "prospective_cohort",
    StudyDesign.PROSPECTIVE: "prospective_cohort",
    StudyDesign.POOLED: "prospective_cohort",
    StudyDesign.REGISTRY: "registry_or_retrospective_cohort",
    StudyDesign.RETROSPECTIVE: "registry_or_retrospective_cohort",
}


@dataclass(frozen=True)
class Interval:
    """A share in percent with its Wilson 95% interval; the bounds are None where the number treated is not known."""

    pct: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Assessment:
    """The computed tier, the sentence that explains it, and the strongest kind of evidence."""

    tier: str
    rank: int
    why: str
    strongest_evidence: str | None


def wilson(share: float, treated: int) -> tuple[float, float]:
    """Wilson 95% interval in percent of a share (0 to 1) seen in `treated` patients (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    z2 = _Z_95 * _Z_95
    centre = share + z2 / (2 * treated)
    half = _Z_95 * sqrt(share * (1 - share) / treated + z2 / (4 * treated * treated))
    scale = 100 / (1 + z2 / treated)
    # at the ends the bound is the share itself, which binary arithmetic misses by a hair
    return (centre - half) * scale if share > 0 else 0.0, (centre + half) * scale if share < 1 else 100.0


def interval(n: int | None, pct: float | None, treated: int | None) -> Interval | None:
    """Share with interval from a count, or from the printed percentage where no count was printed."""
    if n is not None and treated and n <= treated:  # a count above it is the figures' checks to report
        seen, shown = n / treated, percent.share(n, treated) if pct is None else pct
    elif pct is not None:
        seen, shown = pct / 100, pct
    else:
        return None
    low, high = wilson(seen, treated) if treated else (None, None)
    return Interval(shown, low, high)


def any_grade(row: Incidence) -> Interval | None:
    """CRS of any grade in this cohort."""
    return interval(row.n_any_grade, row.pct_any_grade, row.n_treated)


def grade3plus(row: Incidence) -> Interval | None:
    """CRS of grade 3 or higher in this cohort."""
    return interval(row.n_grade3plus, row.pct_grade3plus, row.n_treated)


def headline(drug: Drug) -> Incidence | None:
    """The row that the tier and the list pages use."""
    return next((row for row in drug.crs_incidence if row.headline), None)


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
    return min(
        (kind for kind in found if kind in kinds and kinds[kind].links), key=lambda kind: kinds[kind].rank, default=None
    )


def _has_cases(row: Incidence) -> bool:
    """Whether anybody in the cohort had CRS."""
    return any(getattr(row, f"{unit}_{outcome}") for unit in ("n", "pct") for outcome in OUTCOMES)


def assess(drug: Drug, tiers: dict[str, RiskTier], kinds: dict[str, EvidenceKind]) -> Assessment | None:
    """The first tier that applies; None if no tier does (the vocabulary must end with one that is `otherwise`)."""
    row = headline(drug)
    any_, severe = (any_grade(row), grade3plus(row)) if row else (None, None)
    facts = _facts(drug, any_, severe, kinds)
    for tier in sorted(tiers.values(), key=lambda tier: tier.rank):
        because = reason(dict(tier), facts)
        if because:
            why = f"{tier.name}: {because}{_figures(row, any_, severe)}"
            return Assessment(tier.id, tier.rank, why, facts.strongest_evidence)
    return None


def _facts(drug: Drug, any_: Interval | None, severe: Interval | None, kinds: dict[str, EvidenceKind]) -> Facts:
    strongest = strongest_evidence(drug, kinds)
    counted = next((row for row in drug.crs_incidence if _has_cases(row)), None)
    return Facts(
        t_cell_engaging=drug.t_cell_engaging,
        any_grade_pct=any_.pct if any_ else None,
        any_grade_low_pct=any_.low if any_ else None,
        grade3plus_low_pct=severe.low if severe else None,
        boxed_warning=boxed_warning(drug),
        label_warning=_warns(drug, "label_warning"),
        strongest_evidence=strongest,
        targets_text=f" ({', '.join(drug.targets)})" if drug.targets else "",
        boxed_warning_text=_where(drug, "boxed_warning"),
        label_warning_text=_where(drug, "label_warning"),
        evidence_text=kinds[strongest].name.lower() if strongest else "",
        seen_text=f"CRS was counted only in cohorts that never decide a tier ({counted.cohort})"
        if counted
        else _NOT_COUNTED,
    )


def _where(drug: Drug, kind: str) -> str:
    """The regions whose label warns, as " (US, EU)"."""
    regions = {row.region: None for row in drug.regulatory if getattr(row, f"{kind}_crs")}
    regions |= {row.region: None for row in drug.evidence if row.kind == kind and row.region}
    return f" ({', '.join(regions)})" if regions else ""


def _figures(row: Incidence | None, any_: Interval | None, severe: Interval | None) -> str:
    if row is None or (any_ is None and severe is None):
        return "."
    parts = []
    if any_:
        parts.append(f"any grade {_share(any_, row.n_any_grade, row.n_treated)}")
    if severe:
        parts.append(f"grade 3 or higher {_share(severe, row.n_grade3plus, row.n_treated)}")
    return f". Headline cohort {row.cohort}: {'; '.join(parts)}."


def _share(share: Interval, n: int | None, treated: int | None) -> str:
    """A share as "9 of 16 (56%; 95% interval 33.2 to 76.9%)", "56% of 16 (95% interval ...)" or, of an unknown number, "56%"."""
    pct = percent.printed(share.pct)
    if not treated or share.low is None or share.high is None:
        return pct
    bounds = f"95% interval {percent.interval(share.low, share.high)}"
    if n is None:
        return f"{pct} of {treated} ({bounds})"
    return f"{n} of {treated} ({pct}; {bounds})"
