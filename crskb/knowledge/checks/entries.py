"""Checks of whole files: their names, their dates, what belongs together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from crskb.errors import Problem
from crskb.knowledge.fields import DevelopmentStatus, Modality, RegulatoryStatus
from crskb.knowledge.load import Knowledge
from crskb.knowledge.marks import Day
from crskb.names import slugify

_T_CELL_MODALITIES = {Modality.CAR_T, Modality.TCR_T, Modality.BISPECIFIC}


def file_name_is_slug(knowledge: Knowledge) -> Iterator[Problem]:
    """A drug's file name is the slug of its name; a source's is a slug."""
    for entry in knowledge.drugs.values():
        slug = slugify(entry.record.name or "")
        if entry.record.name and entry.id != slug:
            yield entry.problem(
                ("name",),
                "file-name-is-slug",
                f"{entry.record.name} stands in {entry.id}.yaml",
                f"name the file {slug}.yaml, or correct the name",
            )
    for source in knowledge.sources.values():
        if source.id != slugify(source.id):
            yield source.problem(
                (), "file-name-is-slug", f"{source.id}.yaml is not a slug", f"name the file {slugify(source.id)}.yaml"
            )


def ids_never_reused(knowledge: Knowledge) -> Iterator[Problem]:
    """A former id is not the id of a drug today and belongs to one drug only."""
    owners: dict[str, str] = {id_: id_ for id_ in knowledge.drugs}
    for entry in knowledge.drugs.values():
        for position, former in enumerate(entry.record.former_ids):
            if not former:
                continue
            owner = owners.setdefault(former, entry.id)
            if owner != entry.id or former == entry.id:
                message = f"{former} is an id of {owner}"
                yield entry.problem(("former_ids", position), "ids-never-reused", message, "ids are never used again")


def dates_not_in_future(knowledge: Knowledge) -> Iterator[Problem]:
    """No date lies in the future."""
    today = (datetime.now(timezone.utc) + timedelta(hours=14)).date().isoformat()  # where the day is furthest on
    for entry, steps, _, value in knowledge.marked(Day):
        if value > today[: len(value)]:
            yield entry.problem(steps, "dates-not-in-future", f"{value} lies in the future", "correct the date")


def approved_drugs_have_regulatory_rows(knowledge: Knowledge) -> Iterator[Problem]:
    """A drug that is approved has a row under `regulatory` that says where."""
    for entry in knowledge.drugs.values():
        rows = entry.record.regulatory
        if not entry.read(("regulatory",), ("status",)):
            continue
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
        if not entry.read(("modality",), ("t_cell_engaging",)):
            continue
        if engaging != entry.record.t_cell_engaging:
            yield entry.problem(
                ("t_cell_engaging",),
                "modality-agrees-with-flag",
                f"{str(entry.record.t_cell_engaging).lower()}, but the modality is {entry.record.modality}",
                "correct the flag or the modality",
            )


def vocabularies_complete(knowledge: Knowledge) -> Iterator[Problem]:
    """Every vocabulary has its file; the ranks of tiers and of kinds of evidence run 1, 2, 3 ..., and the last tier applies to whatever is left."""
    unread = {document.path.rsplit("/", 1)[-1] for document in knowledge.unread}
    for vocabulary, terms in knowledge.terms.items():
        if not terms and f"{vocabulary}.yaml" not in unread:
            path = f"{knowledge.shown_as}/vocabularies/{vocabulary}.yaml"
            yield Problem(path, 1, 1, "vocabularies-complete", "no such file", "restore it from the repository")
    for vocabulary in ("relative_risk", "evidence_kind"):
        ranked = list(knowledge.terms.get(vocabulary, {}).values())
        if not all(term.read() for term in ranked):
            continue
        ranked.sort(key=lambda term: term.record.rank)
        for rank, term in enumerate(ranked, start=1):
            if term.record.rank != rank:
                yield term.problem(
                    ("rank",),
                    "vocabularies-complete",
                    f"rank {term.record.rank} where {rank} is due",
                    "number the terms 1, 2, 3 ... without a gap",
                )
        if vocabulary == "relative_risk" and ranked and not ranked[-1].record.otherwise:
            message = "the last tier does not apply to whatever is left"
            yield ranked[-1].problem((), "vocabularies-complete", message, "write `otherwise: true`")
