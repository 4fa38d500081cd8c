"""What the page of a drug says first: the verdict, where it is approved, deaths, and what each fold holds before it is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from crskb.database.queries import Row
from crskb.web.pages import formats, regions
from crskb.words import CODE_SYSTEMS

_NAMES_IN_SUMMARY = 3


def approved_in(drug: Row) -> list[str]:
    """The regions that approved a medicine and are not known to have withdrawn it, the main ones first."""
    by_region = formats.grouped(drug["regulatory"], "region")
    approved = [region for region, rows in by_region if {row["status"] for row in rows} & {"approved"}]
    withdrawn = {row["region"] for row in drug["regulatory"] if row["status"] == "withdrawn"}
    return sorted((region for region in approved if region not in withdrawn), key=regions.place)


def labels(drug: Row, by_region: list[Row], approved: list[str]) -> dict[str, list[str]]:
    """The regions whose labels warn of CRS in a box (`boxed`) or in their warnings (`named`), those read with no box for it
    (`no_box`), and the main ones that approved the medicine while nothing of their label was read here (`unread`)."""
    read = {row["id"] for row in by_region if row["label"] != "unknown" or row["boxed"] in ("yes", "no")}
    read |= {row["region"] for key in ("mitigation", "dose_schedule", "label_frequency") for row in drug[key]}
    return {
        "boxed": [row["id"] for row in by_region if row["boxed"] == "yes"],
        "no_box": [row["id"] for row in by_region if row["boxed"] == "no"],
        "named": [row["id"] for row in by_region if row["label"] == "yes"],
        "unread": [region for region in approved if region in regions.MAIN and region not in read],
    }


def deaths(drug: Row) -> list[Row]:
    """Every row that tells of a death, each as `said` beside its source: reports first, then cohorts. None is left out for being old."""
    reports = [{**row, "said": row["statement"]} for row in drug["evidence"] if row["fatal"]]
    cohorts = [
        {**row, "said": _deaths_of_cohort(row)} for row in drug["incidence"] if row["n_fatal"] or row["pct_fatal"]
    ]
    return reports + cohorts


def _deaths_of_cohort(row: Row) -> str:
    counted = f"{row['n_fatal']} fatal" if row["n_fatal"] else f"{formats.percent(row['pct_fatal'])} fatal"
    treated = f" of {row['n_treated']}" if row["n_fatal"] and row["n_treated"] else ""
    told = f"{row['cohort']}: {counted}{treated}."
    if row["class_level"]:
        told = f"{told} Several medicines together."
    return f"{told} {row['fatal_note']}" if row["fatal_note"] else told


def grades(rows: list[Row]) -> tuple[list[Row], str | None]:
    """The grades with the clause that several share told once: "Grades 2 to 4: after an antipyretic also without fever."."""
    clauses = {row["grade"]: row["summary"].rpartition("; ")[2] for row in rows if "; " in row["summary"]}
    shared = next((clause for clause in clauses.values() if list(clauses.values()).count(clause) > 1), None)
    if shared is None:
        return rows, None
    of = [grade for grade, clause in clauses.items() if clause == shared]
    cut = [{**row, "summary": row["summary"].rpartition("; ")[0] + "."} if row["grade"] in of else row for row in rows]
    return cut, f"{'Grades' if len(of) > 1 else 'Grade'} {of[0]} to {of[-1]}: {shared}"


def holds(drug: Row, by_region: list[Row], kinds: dict[str, str], names: list[tuple[str, list[Row]]]) -> dict[str, str]:
    """What each fold holds, by its id: a reader need not open it to learn that there is a fatal case or an older text."""
    measures = drug["mitigation"]
    past = sum(row["past"] for row in measures)
    decided = len(drug["regulatory"])
    return {
        "regulatory": _joined(
            _regions("boxed warning", (row["id"] for row in by_region if row["boxed"] == "yes")),
            _regions("CRS named", (row["id"] for row in by_region if row["label"] == "yes")),
            *(f"REMS {row['rems']['rems']}" for row in by_region if row["rems"]),
            f"{decided} {'entry' if decided == 1 else 'entries'}" if decided else "no label was read",
        ),
        "mitigation": _joined(
            _regions(f"{len(measures) - past} current", dict.fromkeys(row["region"] for row in measures)),
            f"{past} of earlier texts" if past else None,
        ),
        "evidence": _joined(*_evidence(drug["evidence"])),
        "conflicts": f"{len(drug['conflicts'])}, each with a decision",
        "names": _joined(*_names(drug, names)),
        "sources": _joined(*_sources(drug["sources"], kinds)),
        "entry": _joined(f"reviewed {formats.day(drug['reviewed_on'])}", "cite", "JSON", "correct it"),
    }


def _joined(*parts: str | None) -> str:
    return "; ".join(filter(None, parts))


def _regions(what: str, ids: Iterable[str | None]) -> str | None:
    named = ", ".join(filter(None, ids))
    return f"{what}: {named}" if named else None


def _evidence(rows: list[Row]) -> Iterator[str]:
    for _, of_kind in formats.grouped(rows, "kind_rank"):
        fatal = sum(row["fatal"] for row in of_kind)
        told = f"{len(of_kind)} {of_kind[0]['kind_name'].lower()}"
        yield f"{told} ({fatal} fatal)" if fatal else told


def _names(drug: Row, names: list[tuple[str, list[Row]]]) -> Iterator[str]:
    every = [name for _, of_kind in names for name in of_kind]
    latin = [name["name"] for name in every if not name["lang"]]
    yield ", ".join(latin[:_NAMES_IN_SUMMARY])
    if len(every) > len(latin[:_NAMES_IN_SUMMARY]):
        yield f"{len(every) - len(latin[:_NAMES_IN_SUMMARY])} more names"
    yield ", ".join(f"{CODE_SYSTEMS[code['scheme']].name} {code['value']}" for code in drug["identifiers"][:1])


def _sources(sources: list[Row], kinds: dict[str, str]) -> Iterator[str]:
    yield str(len(sources))
    counted: dict[str, int] = {}
    for source in sources:
        kind = (kinds.get(source["kind"]) or source["kind"]).lower()
        counted[kind] = counted.get(kind, 0) + 1
    most: list[tuple[str, Any]] = sorted(counted.items(), key=lambda item: -item[1])
    yield ", ".join(f"{count} {kind}" for kind, count in most[:3])
    retracted = sum(bool(source["retracted"]) for source in sources)
    if retracted:
        yield f"{retracted} retracted"
