"""Figures and words as pages print them. None stays None, so that a template can say "not known" and never prints a zero for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crskb import percent as percentages
from crskb.words import CODE_SYSTEMS, KINDS, PRODUCT_SYSTEMS

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MEASURES = {
    measure: place
    for place, measure in enumerate(
        (
            "hospitalisation",
            "proximity",
            "monitoring",
            "setting",
            "premedication",
            "rescue_on_site",
            "step_up_dosing",
            "dose_delay",
            "next_dose_after_crs",
            "management",
        )
    )
}
_WORDS = {
    "step_up_dosing": "Step-up dosing",
    "rescue_on_site": "Rescue medicine on site",
    "hospitalisation": "Stay in hospital",
    "proximity": "Stay near the centre",
    "dose_delay": "Restart after a pause",
    "next_dose_after_crs": "Next dose after CRS",
    "infusion_rate": "Rate of infusion",
    **{kind: word.heading for kind, word in KINDS.items()},
    **{scheme: system.heading for scheme, system in CODE_SYSTEMS.items()},
    "car_t": "CAR T cells",
    "tcr_t": "TCR T cells",
    "til": "Tumour-infiltrating lymphocytes",
    "bispecific_t_cell_engager": "Bispecific T-cell engager",
    "no_association": "No association",
    "ice_score": "ICE score",
    "capd_score": "CAPD score (children)",
    "raised_pressure": "Raised pressure, brain oedema",
}


def grouped(rows: Iterable[Mapping[str, Any]], key: str) -> list[tuple[Any, list[Mapping[str, Any]]]]:
    """Rows by the value of one column, values in the order in which they first come."""
    groups: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return list(groups.items())


def by_measure(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, list[Mapping[str, Any]]]]:
    """Measures by kind: where the patient stays first, then what is given and at hand, then everything else."""
    return grouped(sorted(rows, key=lambda row: _MEASURES.get(row["measure"], len(_MEASURES))), "measure")


def words(code: str | None) -> str | None:
    """A fixed word of the data in plain English: "under_review" -> "Under review"."""
    if not code:
        return None
    return _WORDS.get(code) or code.replace("_", " ").replace("-", " ").capitalize()


def capital(text: str) -> str:
    """A text with a capital at its beginning, and all else as it was: "CRS" stays."""
    return text[:1].upper() + text[1:]


def product_system(system: str) -> str:
    """A system of product codes as a heading: "NDC (National Drug Code)"."""
    return PRODUCT_SYSTEMS[system].heading


def day(value: str | None) -> str | None:
    """A date of any precision: "2024-09" -> "September 2024"."""
    if not value:
        return None
    year, *rest = value.split("-")
    month = f"{_MONTHS[int(rest[0]) - 1]} " if rest else ""
    return f"{int(rest[1])} {month}{year}" if len(rest) == 2 else f"{month}{year}"


def percent(value: float | None) -> str | None:
    """A percentage as the source prints it: 72.1 -> "72.1%"."""
    return None if value is None else percentages.printed(value)


def share(row: Mapping[str, Any], which: str) -> float | None:
    """The percentage of one row and one outcome (any_grade, severe): as printed, else from its count."""
    printed, counted, treated = row.get(f"pct_{which}"), row.get(f"n_{which}"), row.get("n_treated")
    if printed is None and counted is not None and treated:
        return percentages.share(counted, treated)
    return None if printed is None else float(printed)


def severe_grades(row: Mapping[str, Any]) -> str | None:
    """Severe CRS where the source prints single grades and no "3 or higher": "grade 3 2%, grade 4 0.5%"."""
    named = (("grade3", "grade 3"), ("grade4", "grade 4"), ("grade3_4", "grade 3 or 4"))
    shares = ((label, row.get(f"n_{key}"), share(row, key)) for key, label in named)
    told = [
        f"{label} {percent(printed) if printed is not None else f'{counted} patients'}"
        for label, counted, printed in shares
        if printed is not None or counted is not None
    ]
    return ", ".join(told) or None


def counts(row: Mapping[str, Any], which: str) -> str | None:
    """n/N in words: "119 of 165"; the number treated alone where no count was printed."""
    counted, treated = row.get(f"n_{which}"), row.get("n_treated")
    if counted is not None:
        return f"{counted} of {treated}" if treated is not None else f"{counted} patients, number treated not known"
    return f"of {treated}; count not printed" if treated is not None else None


def hours(value: int | None) -> str | None:
    """How long: "48 h", "10 days", "4 weeks"."""
    if value is None:
        return None
    for unit, length in (("weeks", 168), ("days", 24)):
        if value > 72 and value % length == 0 and value > length:
            return f"{value // length} {unit}"
    return "1 week" if value == 168 else f"{value} h"


def at_most(high: float | None) -> str | None:
    """The upper bound of a share of nobody: "at most 3.0%"."""
    return None if high is None else percentages.at_most(high)


def interval(low: float | None, high: float | None) -> str | None:
    """A 95% interval in percent: "64.8 to 78.4%"."""
    return None if low is None or high is None else percentages.interval(low, high)


def timing(row: Mapping[str, Any], what: str) -> str | None:
    """Onset or duration of one cohort: "median 2 days (range 1 to 6)"."""
    parts = []
    for unit in ("days", "hours"):
        median = row.get(f"{what}_median_{unit}")
        spans = [
            f"{label} {row[low]:g} to {row[high]:g}"
            for label, low, high in (
                ("range", f"{what}_min_{unit}", f"{what}_max_{unit}"),
                ("interquartile range", f"{what}_iqr_low_{unit}", f"{what}_iqr_high_{unit}"),  # in days only
            )
            if row.get(low) is not None and row.get(high) is not None
        ]
        if median is not None:
            parts.append(_median(median, unit, spans))
        elif spans:
            parts.append(f"{'; '.join(spans)} {unit}")
    return "; ".join(parts) or None


def _median(value: float, unit: str, spans: list[str]) -> str:
    text = f"median {value:g} {unit[:-1] if value == 1 else unit}"
    return f"{text} ({'; '.join(spans)})" if spans else text
