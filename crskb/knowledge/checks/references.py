"""Checks of what one file says of another: sources and terms."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.fields import SourceKind
from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.marks import DrugIdMark, SourceIdMark, TermOf
from crskb.knowledge.source import Source
from crskb.knowledge.yamlfile import Steps

_NOT_THE_DOCUMENT = re.compile(r"\b(advert\w*|promotion\w*|news|press release|blackbox\s?rx)\b", re.IGNORECASE)
_DOCUMENTS = (SourceKind.LABEL, SourceKind.SMPC, SourceKind.REGULATOR, SourceKind.TRIAL_PUBLICATION)
_BARE_ADDRESS = re.compile(r"https?://(\d{1,3}(\.\d{1,3}){3}|\[|localhost)")


def citations(knowledge: Knowledge) -> Iterator[tuple[Entry[Any], Steps, str]]:
    """Every citation of a source: who cites, where, and the id."""
    for entry, steps, _, value in knowledge.marked(SourceIdMark):
        yield entry, steps, value


def sources_exist(knowledge: Knowledge) -> Iterator[Problem]:
    """Every cited source has a file."""
    for entry, steps, source in citations(knowledge):
        if source not in knowledge.source_ids:
            near = difflib.get_close_matches(source, knowledge.source_ids, 1)
            tip = f"did you mean {near[0]}?" if near else f"add data/sources/{source}.yaml"
            yield entry.problem(steps, "sources-exist", f"no source {source}", tip)


def sources_usable(knowledge: Knowledge) -> Iterator[Problem]:
    """No claim rests on a retracted or superseded source."""
    for entry, steps, source in citations(knowledge):
        cited = knowledge.sources.get(source)
        if cited and cited.record.retracted:
            yield entry.problem(
                steps, "sources-usable", f"{source} is retracted", "rest the claim on another source, or take it out"
            )
        elif cited and cited.record.superseded_by:
            yield entry.problem(
                steps,
                "sources-usable",
                f"{source} is superseded by {cited.record.superseded_by}",
                "read the claim in the newer source and cite that",
            )
    for cited in knowledge.sources.values():
        newer = cited.record.superseded_by
        if newer and newer not in knowledge.source_ids:
            yield cited.problem(
                ("superseded_by",), "sources-usable", f"no source {newer}", f"add data/sources/{newer}.yaml"
            )


def sources_used(knowledge: Knowledge) -> Iterator[Problem]:
    """Every source is cited somewhere."""
    cited = {source for _, _, source in citations(knowledge)}
    cited |= {entry.record.superseded_by for entry in knowledge.sources.values() if entry.record.superseded_by}
    for source in knowledge.sources.values():
        # A file of which something could not be read may cite it there.
        perhaps = any(not document.text or source.id in document.text for document in knowledge.unread)
        if source.id not in cited and not perhaps and not source.record.superseded_by:
            message = f"nothing cites {source.id}"
            yield source.problem((), "sources-used", message, "cite it or take it out", level="warning")


def sources_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """No document has two files: DOI, PubMed id, PMC id, DailyMed set id with revision, and address are unique (where a revision is not known, the date or the copy read tells two apart)."""
    seen: dict[tuple[str, str], Entry[Source]] = {}
    editions: dict[str, list[Entry[Source]]] = {}
    for source in knowledge.sources.values():
        for key in ("doi", "pmid", "pmcid", "url"):
            value = getattr(source.record, key)
            first = seen.setdefault((key, value.lower()), source) if value else source
            if first is not source:
                yield _same_document(source, key, f"{value} is the {key} of {first.id} too")
        if set_id := source.record.set_id:
            earlier = editions.setdefault(set_id, [])
            if same := next((first for first in earlier if _same_edition(first, source)), None):
                message = (
                    f"{set_id} is the set id of {same.id} too, and no revision, date or copy read tells the two apart"
                )
                yield _same_document(source, "set_id", message)
            earlier.append(source)


def _same_document(source: Entry[Source], key: str, message: str) -> Problem:
    return source.problem((key,), "sources-unique", message, "keep one file for one document")


def _same_edition(first: Entry[Source], second: Entry[Source]) -> bool:
    """Whether two sources with one set id are one edition of the label, as far as revision, date and copy tell."""
    for key in ("revision", "date"):
        held = getattr(first.record, key), getattr(second.record, key)
        if all(held) or not (first.read((key,)) and second.read((key,))):
            return held[0] == held[1] and all(held)
    return first.record.copy_read == second.record.copy_read


def sources_linked(knowledge: Knowledge) -> Iterator[Problem]:
    """A source has a DOI, a PubMed or PMC id, a set id, an address, or names the copy that was read; no address is a bare number."""
    for source in knowledge.sources.values():
        record = source.record
        leads = [record.doi, record.pmid, record.pmcid, record.set_id, record.url, record.copy_read]
        if not any(leads) and source.read(("doi",), ("pmid",), ("pmcid",), ("set_id",), ("url",), ("copy_read",)):
            tip = "add doi, pmid, url or copy_read"
            yield source.problem((), "sources-linked", "nothing leads to the document", tip)
        for steps, url in ((("url",), record.url), (("copy_read", "url"), record.copy_read and record.copy_read.url)):
            if url and _BARE_ADDRESS.match(url):
                message, tip = (
                    f"{url} is not a lasting address",
                    "name the document by its DOI, PubMed id or agency page",
                )
                yield source.problem(steps, "sources-linked", message, tip)


def sources_followed(knowledge: Knowledge) -> Iterator[Problem]:
    """A source that leads a reader nowhere carries nothing alone: another one stands beside it."""
    nowhere = {id_ for id_ in knowledge.sources if not _leads_somewhere(knowledge, id_)}
    if not nowhere:
        return
    together: dict[tuple[int, Steps], list[tuple[Entry[Any], Steps, str]]] = {}
    for entry, steps, source in citations(knowledge):
        of_code = "identifiers" in steps
        together.setdefault((id(entry), steps if of_code else _row_of(steps)), []).append((entry, steps, source))
    for cited in together.values():
        if nowhere.issuperset(source for _, _, source in cited):
            entry, steps, source = cited[0]
            yield entry.problem(
                steps,
                "sources-followed",
                f"{source} has no id and no address, and nothing else bears this",
                "cite a source that can be followed, or add this one's doi, pmid or url",
            )


def _row_of(steps: Steps) -> Steps:
    """The steps to the row that cites: without source, also_in[1], sources[2]."""
    return steps[: next(place for place, step in enumerate(steps) if step in ("source", "also_in", "sources"))]


def _leads_somewhere(knowledge: Knowledge, source: str) -> bool:
    cited = knowledge.sources.get(source)
    return cited is None or not cited.read() or cited.record.link is not None


def source_kind_read(knowledge: Knowledge) -> Iterator[Problem]:
    """The kind of a source says what was read: an advertisement or a news item is neither a label nor a paper."""
    for source in knowledge.sources.values():
        record = source.record
        # news agencies print whole notices of authorities, but never a whole label or paper
        copied_by = record.copy_read.publisher if record.copy_read and record.kind != SourceKind.REGULATOR else None
        told = next(
            (text for text in (record.title, record.publisher, copied_by) if text and _NOT_THE_DOCUMENT.search(text)),
            None,
        )
        if told and record.kind in _DOCUMENTS:
            yield source.problem(
                ("kind",),
                "source-kind-read",
                f"{record.kind}, but what was read is {told!r}",
                "write advertisement, news or web, and under reports the document that it tells of",
            )


def terms_exist(knowledge: Knowledge) -> Iterator[Problem]:
    """Classes, tiers, scales, kinds of evidence, topics, regions and routes are words of their vocabulary, and drugs named elsewhere exist."""
    for entry, steps, term, value in knowledge.marked(TermOf):
        words = knowledge.words(term.vocabulary) or []  # what is wrong with the file of the vocabulary is told there
        for word in term.words(value) if words else []:
            if word not in words:
                lower = {known.lower(): known for known in words}
                near = [lower[found] for found in difflib.get_close_matches(word.lower(), lower, 1)]
                tip = (
                    f"did you mean {near[0]}? The words are {', '.join(words)}"
                    if near
                    else f"use one of {', '.join(words)}"
                )
                yield entry.problem(steps, "terms-exist", f"no {term.vocabulary} {word}", tip)
    for entry, steps, _, drug in knowledge.marked(DrugIdMark):
        if drug not in knowledge.drug_ids:
            near = difflib.get_close_matches(drug, knowledge.drug_ids, 1)
            tip = f"did you mean {near[0]}?" if near else f"add data/drugs/{drug}.yaml"
            yield entry.problem(steps, "terms-exist", f"no drug {drug}", tip)
