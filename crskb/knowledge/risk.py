"""The tier of relative risk: computed from the recorded rows by the rules in vocabularies/relative_risk.yaml, and explained.

The thresholds stand in that file and nowhere else; this module only knows what each kind of condition asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from crskb import percent
from crskb.knowledge.drug import OUTCOMES, Drug, Incidence
from crskb.knowledge.fields import StudyDesign
from crskb.knowledge.vocabulary import EvidenceKind, RiskTier

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
    """The best-ranked kind among all rows of the drug; a cohort without a case is no evidence of a link."""
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
    strongest = strongest_evidence(drug, kinds)
    for tier in sorted(tiers.values(), key=lambda tier: tier.rank):
        reason = _reason(tier, drug, any_, severe, strongest, kinds)
        if reason:
            return Assessment(tier.id, tier.rank, f"{tier.name}: {reason}{_figures(row, any_, severe)}", strongest)
    return None


def _reason(
    tier: RiskTier,
    drug: Drug,
    any_: Interval | None,
    severe: Interval | None,
    strongest: str | None,
    kinds: dict[str, EvidenceKind],
) -> str:
    """Which condition of the tier holds, as the middle of a sentence; empty if none does."""
    if tier.t_cell_engaging and drug.t_cell_engaging:
        return (
            f"it is a T-cell-engaging immunotherapy ({', '.join(drug.targets)})"
            if drug.targets
            else "it is a T-cell-engaging immunotherapy"
        )
    if _reaches(severe.low if severe else None, tier.grade3plus_low_pct_min):
        return f"the lower 95% bound of grade 3 or higher CRS in the headline cohort reaches {tier.grade3plus_low_pct_min:g}%"
    if _reaches(any_.low if any_ else None, tier.any_grade_low_pct_min):
        return f"the lower 95% bound of any-grade CRS in the headline cohort reaches {tier.any_grade_low_pct_min:g}%"
    if tier.boxed_warning and boxed_warning(drug):
        return f"a boxed warning names CRS{_where(drug, 'boxed_warning')}"
    if _reaches(any_.pct if any_ else None, tier.any_grade_pct_min):
        return f"any-grade CRS in the headline cohort reaches {tier.any_grade_pct_min:g}%"
    if tier.label_warning and _warns(drug, "label_warning"):
        return f"the warnings of a label name CRS{_where(drug, 'label_warning')}"
    if tier.any_grade_pct_below is not None and any_ and any_.pct < tier.any_grade_pct_below:
        return f"any-grade CRS in the headline cohort stays below {tier.any_grade_pct_below:g}%"
    if strongest in tier.strongest_evidence_in:
        return f"the strongest evidence is of the kind {kinds[strongest].name.lower()}" if strongest else ""
    if tier.otherwise:
        counted = next((row for row in drug.crs_incidence if _has_cases(row)), None)
        seen = (
            f"CRS was counted only in cohorts that never decide a tier ({counted.cohort})" if counted else _NOT_COUNTED
        )
        return f"a published source links it with CRS, but {seen}; this is not the same as low"
    return ""


def _where(drug: Drug, kind: str) -> str:
    """The regions whose label warns, as " (US, EU)"."""
    regions = {row.region: None for row in drug.regulatory if getattr(row, f"{kind}_crs")}
    regions |= {row.region: None for row in drug.evidence if row.kind == kind and row.region}
    return f" ({', '.join(regions)})" if regions else ""


def _reaches(value: float | None, threshold: float | None) -> bool:
    return value is not None and threshold is not None and value >= threshold


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
    pct = percent.printed(share.pct)
    counted = f"{n} of {treated} ({pct}" if n is not None and treated else f"{pct} of {treated} (" if treated else pct
    if share.low is None or share.high is None:
        return counted
    return f"{counted}{'; ' if n is not None else ''}95% interval {percent.interval(share.low, share.high)})"
