"""The cohorts of a drug page: which reports count the same patients, and what is said of each beside its two rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crskb.database.queries import Row
from crskb.percent import printed
from crskb.web.pages import formats

_GRADES = (
    ("grade1", "Grade 1"),
    ("grade2", "Grade 2"),
    ("grade1_2", "Grade 1 or 2"),
    ("grade3", "Grade 3"),
    ("grade4", "Grade 4"),
    ("grade3_4", "Grade 3 or 4"),
)
_NOT_OF_THE_DRUG = ("class_level", "prophylaxis", "past")
_OF = {"treated": " of those treated", "crs": " of those with CRS"}
_SHARES = (
    ("tocilizumab", "given tocilizumab"),
    ("corticosteroid", "given corticosteroids"),
    ("recurrent", "with recurrent CRS"),
    ("resolved", "resolved"),
    ("fatal", "fatal CRS"),
)


@dataclass
class Family:
    """One cohort with the other reports of its patients, which are folded into it."""

    row: Row
    reports: list[Row] = field(default_factory=list)

    @property
    def fatal(self) -> bool:
        """True if any report of these patients tells of a death; a fold never hides it."""
        return any(row["n_fatal"] or row["pct_fatal"] for row in (self.row, *self.reports))

    @property
    def span(self) -> str:
        """What the folded reports print: "any grade 70 to 72.1%, grade 3+ 0.5 to 0.6%"."""
        spans = (("any grade", "any_grade"), ("grade 3+", "severe"))
        return ", ".join(f"{label} {span}" for label, which in spans if (span := self._span(which)))

    def _span(self, which: str) -> str | None:
        shares = sorted(share for row in self.reports if (share := formats.share(row, which)) is not None)
        if not shares:
            return None
        return printed(shares[0]) if shares[0] == shares[-1] else f"{shares[0]:g} to {printed(shares[-1])}"


def families(rows: list[Row]) -> list[Family]:
    """Current cohorts in their order, reports of the same patients beneath the one that counts them. The headline stands for itself."""
    current = {row["cohort"]: row for row in rows if not row["past"]}
    found = {name: Family(row) for name, row in current.items() if _root(name, current) == name}
    for name, row in current.items():
        if name not in found:
            found[_root(name, current)].reports.append(row)
    return list(found.values())


def _root(name: str, rows: dict[str, Row]) -> str:
    """The cohort that counts the patients of this one, through as many steps as it takes."""
    root, seen = name, {name}
    while not rows[root]["headline"] and (parent := rows[root]["counted_in"]) in rows:
        if parent in seen:
            return name  # a circle: nobody counts the others
        seen.add(root := parent)
    return root


def timed(cohorts: list[Row], what: str) -> Row | None:
    """The cohort that gives onset or duration: the headline, else the first that has it.

    A figure of several medicines together, under prophylaxis or of a past text does not stand for the drug.
    """
    own = (row for row in cohorts if row["headline"] or not any(row[key] for key in _NOT_OF_THE_DRUG))
    return next((row for row in own if formats.timing(row, what)), None)


def timing(cohorts: list[Row], what: str) -> Row | None:
    """Onset or duration in words, with its row, and with the cohort where that is not the headline."""
    row = timed(cohorts, what)
    if row is None:
        return None
    return {
        "text": formats.timing(row, what),
        "cohort": None if row["headline"] else row["cohort"],
        "note": row[f"{what}_note"],
        "row": row,
    }


def facts(row: Row) -> Iterator[tuple[str, str]]:
    """The short facts of a cohort as label and value."""
    trial = " ".join(part for part in (row["trial_name"], row["trial_nct"]) if part)
    whom = ", ".join(part for part in (formats.words(row["population"]), row["indication"]) if part)
    yield from (
        (label, value)
        for label, value in (("Trial", trial), ("Patients", whom), ("Dose", row["dose"]), ("With", row["other_agents"]))
        if value
    )
    yield "Scale", row["scale_name"] or "not known"
    yield from ((label, told) for key, label in _GRADES if (told := _told(row, key, "")))
    for what in ("onset", "duration"):
        text = formats.timing(row, what)
        if text:
            yield what.capitalize(), text
    for key, label in _SHARES:
        told = _told(row, key, _OF.get(row.get(f"pct_{key}_of") or "", ""))
        if told:
            yield "", f"{told} {label}"


def _told(row: Row, key: str, of: str) -> str | None:
    """A count and its percentage as printed, whichever there is: "60 (36.4% of those treated)"."""
    counted, pct = row[f"n_{key}"], row[f"pct_{key}"]
    if counted is None:
        return None if pct is None else f"{printed(pct)}{of}"
    return f"{counted}" if pct is None else f"{counted} ({printed(pct)}{of})"


def notes(row: Row) -> Iterator[tuple[str, str]]:
    """What a reader must know of a cohort, as label and text."""
    labelled = (
        ("Why this is the headline", "headline_reason"),
        ("Prophylaxis", "prophylaxis"),
        ("Onset", "onset_note"),
        ("Duration", "duration_note"),
        ("Grading", "grading_note"),
        ("Deaths", "fatal_note"),
        ("Superseded on", "superseded_on"),
        ("Superseded by", "superseded_by"),
        ("Comparison arm", "comparator"),
        ("Further figures", "other_figures"),
        ("These patients are also counted in", "counted_in"),
        ("The same patients stand in the entry of", "counted_in_drug"),
        ("Arithmetic", "arithmetic_note"),
        ("", "note"),
    )
    yield from ((label, row[key]) for label, key in labelled if row[key])
