"""Checks of what one file says of another: sources and terms."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from crskb.errors import Problem
from crskb.knowledge.clinical import Management
from crskb.knowledge.drug import Drug
from crskb.knowledge.load import SOURCE_KEYS, Entry, Knowledge
from crskb.knowledge.vocabulary import TERM_KEYS
from crskb.knowledge.yamlfile import Steps

_BARE_ADDRESS = re.compile(r"https?://(\d{1,3}(\.\d{1,3}){3}|\[|localhost)")


def citations(knowledge: Knowledge) -> Iterator[tuple[Entry[Any], Steps, str]]:
    """Every citation of a source: who cites, where, and the id."""
    for entry, steps, key, value in knowledge.leaves:
        if key in SOURCE_KEYS:
            yield entry, steps, value


def sources_exist(knowledge: Knowledge) -> Iterator[Problem]:
    """Every cited source has a file."""
    broken = {problem.path for problem in knowledge.problems}
    for entry, steps, source in citations(knowledge):
        if source not in knowledge.sources and not any(path.endswith(f"/{source}.yaml") for path in broken):
            near = difflib.get_close_matches(source, knowledge.sources, 1)
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
        if newer and newer not in knowledge.sources:
            yield cited.problem(
                ("superseded_by",), "sources-usable", f"no source {newer}", f"add data/sources/{newer}.yaml"
            )


def sources_used(knowledge: Knowledge) -> Iterator[Problem]:
    """Every source is cited somewhere."""
    cited = {source for _, _, source in citations(knowledge)}
    cited |= {entry.record.superseded_by for entry in knowledge.sources.values() if entry.record.superseded_by}
    if knowledge.problems:
        return  # a file that could not be read may be the one that cites it
    for source in knowledge.sources.values():
        if source.id not in cited and not source.record.superseded_by:
            yield source.problem(
                (), "sources-used", f"nothing cites {source.id}", "cite it or take it out", level="warning"
            )


def sources_unique(knowledge: Knowledge) -> Iterator[Problem]:
    """No document has two files: DOI, PubMed id, PMC id, DailyMed set id with revision, and address are unique."""
    seen: dict[tuple[str, str], str] = {}
    for source in knowledge.sources.values():
        record = source.record
        keys = {"doi": record.doi and record.doi.lower(), "pmid": record.pmid, "pmcid": record.pmcid, "url": record.url}
        for key, value in keys.items():
            if not value:
                continue
            first = seen.setdefault((key, value), source.id)
            if first != source.id:
                yield source.problem(
                    (key,), "sources-unique", f"{value} is the {key} of {first} too", "keep one file for one document"
                )


def sources_linked(knowledge: Knowledge) -> Iterator[Problem]:
    """A source has a DOI, a PubMed or PMC id, a set id, an address, or names the copy that was read; no address is a bare number."""
    for source in knowledge.sources.values():
        record = source.record
        if not (record.doi or record.pmid or record.pmcid or record.set_id or record.url or record.copy_read):
            yield source.problem(
                (), "sources-linked", "nothing leads to the document", "add doi, pmid, url or copy_read"
            )
        for steps, url in ((("url",), record.url), (("copy_read", "url"), record.copy_read and record.copy_read.url)):
            if url and _BARE_ADDRESS.match(url):
                yield source.problem(
                    steps,
                    "sources-linked",
                    f"{url} is no lasting address",
                    "name the document by its DOI, PubMed id or agency page",
                )


def terms_exist(knowledge: Knowledge) -> Iterator[Problem]:
    """Classes, tiers, scales, kinds of evidence, topics and regions are words of their vocabulary, and drugs named elsewhere exist."""
    for entry, steps, key, value in knowledge.leaves:
        vocabulary = _vocabulary(entry, steps, key)
        if vocabulary and value not in knowledge.terms[vocabulary]:
            words = list(knowledge.terms[vocabulary])
            near = difflib.get_close_matches(str(value), words, 1)
            tip = f"use one of {', '.join(words)}" if words else f"mend vocabularies/{vocabulary}.yaml first"
            yield entry.problem(
                steps,
                "terms-exist",
                f"no {vocabulary} {value}",
                f"did you mean {near[0]}?" if near else tip,
            )
    for row in [*knowledge.clinical.get("symptoms", []), *knowledge.changes]:
        if row.record.drug and row.record.drug not in knowledge.drugs and row.record.drug not in knowledge.unread_drugs:
            yield row.problem(
                ("drug",), "terms-exist", f"no drug {row.record.drug}", f"add data/drugs/{row.record.drug}.yaml"
            )


def _vocabulary(entry: Entry[Any], steps: Steps, key: str) -> str | None:
    """The vocabulary that a value under `key` belongs to."""
    if key == "kind":
        return "evidence_kind" if isinstance(entry.record, Drug) and steps[0] == "evidence" else None
    if key == "topic":
        return "management_topic" if isinstance(entry.record, Management) else None
    return TERM_KEYS.get(key)
