"""Checks of whole files: their names, their dates, what belongs together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from crskb.errors import Problem
from crskb.knowledge.fields import DevelopmentStatus, Modality, RegulatoryStatus
from crskb.knowledge.load import DATE_KEYS, Knowledge
from crskb.names import slugify

_T_CELL_MODALITIES = {Modality.CAR_T, Modality.TCR_T, Modality.BISPECIFIC}


def file_name_is_slug(knowledge: Knowledge) -> Iterator[Problem]:
    """A drug's file name is the slug of its name; a source's is a slug."""
    for entry in knowledge.drugs.values():
        slug = slugify(entry.record.name)
        if entry.id != slug:
            yield entry.problem(
                ("name",),
                "file-name-is-slug",
                f"{entry.record.name} stands in {entry.id}.yaml",
                f"name the file {slug}.yaml, or correct the name",
            )
    for source in knowledge.sources.values():
        if source.id != slugify(source.id):
            yield source.problem(
                (), "file-name-is-slug", f"{source.id}.yaml is no slug", f"name the file {slugify(source.id)}.yaml"
            )


def ids_never_reused(knowledge: Knowledge) -> Iterator[Problem]:
    """A former id is no drug's id today and belongs to one drug only."""
    owners: dict[str, str] = {id_: id_ for id_ in knowledge.drugs}
    for entry in knowledge.drugs.values():
        for position, former in enumerate(entry.record.former_ids):
            owner = owners.setdefault(former, entry.id)
            if owner != entry.id or former == entry.id:
                message = f"{former} is an id of {owner}"
                yield entry.problem(("former_ids", position), "ids-never-reused", message, "ids are never used again")


def dates_not_in_future(knowledge: Knowledge) -> Iterator[Problem]:
    """No date lies in the future."""
    today = (datetime.now(timezone.utc) + timedelta(hours=14)).date().isoformat()  # where the day is furthest on
    for entry, steps, key, value in knowledge.leaves:
        if key in DATE_KEYS and str(value) > today[: len(str(value))]:
            yield entry.problem(steps, "dates-not-in-future", f"{value} lies in the future", "correct the date")


def approved_drugs_have_regulatory_rows(knowledge: Knowledge) -> Iterator[Problem]:
    """A drug that is approved has a row under `regulatory` that says where."""
    for entry in knowledge.drugs.values():
        rows = entry.record.regulatory
        if entry.record.status == DevelopmentStatus.APPROVED and not any(
            row.status == RegulatoryStatus.APPROVED for row in rows
        ):
            yield entry.problem(
                ("status",),
                "approved-drugs-have-regulatory-rows",
                "approved, but no approval stands under regulatory",
                "add the region, the date if known, and the source",
            )


def modality_agrees_with_flag(knowledge: Knowledge) -> Iterator[Problem]:
    """CAR T cells, TCR T cells and bispecific T-cell engagers are T-cell-engaging; nothing else is."""
    for entry in knowledge.drugs.values():
        engaging = entry.record.modality in _T_CELL_MODALITIES
        if engaging != entry.record.t_cell_engaging:
            yield entry.problem(
                ("t_cell_engaging",),
                "modality-agrees-with-flag",
                f"{str(entry.record.t_cell_engaging).lower()}, but the modality is {entry.record.modality}",
                "correct the flag or the modality",
            )


def vocabularies_complete(knowledge: Knowledge) -> Iterator[Problem]:
    """The ranks of tiers and of kinds of evidence run 1, 2, 3 ..., and the last tier applies to whatever is left."""
    for vocabulary in ("relative_risk", "evidence_kind"):
        terms = list(knowledge.terms.get(vocabulary, {}).values())
        for rank, term in enumerate(sorted(terms, key=lambda term: term.record.rank), start=1):
            if term.record.rank != rank:
                yield term.problem(
                    ("rank",),
                    "vocabularies-complete",
                    f"rank {term.record.rank} where {rank} is due",
                    "number the terms 1, 2, 3 ... without a gap",
                )
    tiers = sorted(knowledge.terms.get("relative_risk", {}).values(), key=lambda term: term.record.rank)
    if tiers and not tiers[-1].record.otherwise:
        yield tiers[-1].problem(
            (), "vocabularies-complete", "the last tier does not apply to whatever is left", "write `otherwise: true`"
        )
