"""Read all of data/ into one object; what is wrong with a file's shape is collected, never raised one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from crskb.errors import CrskbError, Problem
from crskb.knowledge.clinical import CLINICAL, Change, Reviewed
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import Record
from crskb.knowledge.marks import Mark, marked
from crskb.knowledge.other_medicines import OtherMedicine, read_abbreviations, read_other_medicines
from crskb.knowledge.partial import partial
from crskb.knowledge.product_codes import FILE_NAME, ProductCode, read_product_codes
from crskb.knowledge.regimen import Regimen
from crskb.knowledge.shape_problems import near_key, shape_problem, told
from crskb.knowledge.source import Source
from crskb.knowledge.vocabulary import VOCABULARIES
from crskb.knowledge.yamlfile import Document, Steps, read_yaml

R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=Mark)


@dataclass(frozen=True)
class Entry(Generic[R]):
    """A record, the file it stands in, and where in that file.

    `unread` are the steps to what could not be read of it; a single value there is None in the record.
    """

    id: str
    record: R
    document: Document
    steps: Steps = ()
    unread: frozenset[Steps] = frozenset()

    def read(self, *places: Steps) -> bool:
        """Whether everything at, above and below each of these steps could be read, so that what is absent there is absent."""
        return not self.unread or not any(
            unread[: len(place)] == place[: len(unread)] for unread in self.unread for place in places or ((),)
        )

    def problem(
        self, steps: Steps, check: str, message: str, tip: str = "", *, of_key: bool = False, level: str = "error"
    ) -> Problem:
        """A Problem at the place of `steps` within this record."""
        return self.document.problem(self.steps + steps, check, message, tip, of_key=of_key, level=level)


@dataclass
class Knowledge:
    """All of data/, as records with their places, and the problems met while reading.

    Only records that could be read whole; `as_read` holds the others too, for the checks to read.
    """

    drugs: dict[str, Entry[Drug]] = field(default_factory=dict)
    sources: dict[str, Entry[Source]] = field(default_factory=dict)
    terms: dict[str, dict[str, Entry[Any]]] = field(default_factory=dict)
    clinical: dict[str, list[Entry[Any]]] = field(default_factory=dict)
    reviewed: list[Entry[Reviewed]] = field(default_factory=list)
    regimens: list[Entry[Regimen]] = field(default_factory=list)
    changes: list[Entry[Change]] = field(default_factory=list)
    other_medicines: list[OtherMedicine] = field(default_factory=list)
    product_codes: list[ProductCode] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    drug_ids: set[str] = field(default_factory=set)
    source_ids: set[str] = field(default_factory=set)
    unread: list[Document] = field(default_factory=list)
    shown_as: str = ""
    as_read: Knowledge | None = None

    def every_row(self) -> Iterator[Entry[Any]]:
        """Every record: drugs, terms, clinical rows, reviewed medicines, regimens, changes and sources."""
        yield from self.drugs.values()
        for terms in self.terms.values():
            yield from terms.values()
        for rows in self.clinical.values():
            yield from rows
        yield from self.reviewed
        yield from self.regimens
        yield from self.changes
        yield from self.sources.values()

    def marked(self, mark: type[M]) -> Iterator[tuple[Entry[Any], Steps, M, str]]:
        """Every value of this mark in every record: the entry, the steps to it, its mark, the value."""
        for entry, steps, found, value in self._marked:
            if isinstance(found, mark):
                yield entry, steps, found, value

    @cached_property
    def _marked(self) -> list[tuple[Entry[Any], Steps, Mark, str]]:
        return [(entry, *found) for entry in self.every_row() for found in marked(entry.record)]

    def words(self, vocabulary: str) -> list[str] | None:
        """The words of a vocabulary; None if its file could not be read, or not all of them."""
        return self._words.get(vocabulary)

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        return {
            vocabulary: list(terms)
            for vocabulary, terms in self.terms.items()
            if terms and all(term.read(("id",)) for term in terms.values())
        }


def load(data: Path) -> Knowledge:
    """Read `data`; raises CrskbError only if `data` is not such a folder."""
    if not (data / "drugs").is_dir():
        raise CrskbError(f"{data}: no folder drugs/ in it; name the data folder with --data")
    everything = _load(data)
    return replace(
        everything,
        drugs=_whole(everything.drugs),
        sources=_whole(everything.sources),
        terms={name: _whole(terms) for name, terms in everything.terms.items()},
        clinical={name: [row for row in rows if row.read()] for name, rows in everything.clinical.items()},
        reviewed=[row for row in everything.reviewed if row.read()],
        regimens=[row for row in everything.regimens if row.read()],
        changes=[row for row in everything.changes if row.read()],
        as_read=everything,
    )


def _whole(entries: dict[str, Entry[R]]) -> dict[str, Entry[R]]:
    return {id_: entry for id_, entry in entries.items() if entry.read()}


def _load(data: Path) -> Knowledge:
    knowledge = Knowledge(shown_as=shown(data, data))
    knowledge.drugs = _folder(knowledge, data, "drugs", Drug)
    knowledge.drug_ids = {file.stem for file in _files(data, "drugs")}
    knowledge.sources = _folder(knowledge, data, "sources", Source)
    knowledge.source_ids = {file.stem for file in _files(data, "sources")}
    for name, model in VOCABULARIES.items():
        terms = knowledge.terms[name] = {}
        for row in _many(knowledge, data, data / "vocabularies" / f"{name}.yaml", model):
            if row.id in terms:
                knowledge.problems.append(
                    row.problem(("id",), "terms-unique", f"{row.id} stands here twice", "keep one of the two")
                )
            terms.setdefault(row.id, row)
    for name, model in CLINICAL.items():
        knowledge.clinical[name] = _many(knowledge, data, data / "clinical" / f"{name}.yaml", model)
    knowledge.reviewed = _many(knowledge, data, data / "reviewed.yaml", Reviewed)
    knowledge.regimens = _many(knowledge, data, data / "regimens.yaml", Regimen)
    knowledge.changes = _many(knowledge, data, data / "changes.yaml", Change)
    for name, read in (
        ("other_medicine_names.csv", read_other_medicines),
        ("medicine_abbreviations.csv", read_abbreviations),
    ):
        medicines, problems = read(data / name, shown(data, data / name), knowledge.terms["name_source"])
        knowledge.other_medicines += medicines
        knowledge.problems += problems
    knowledge.product_codes, problems = read_product_codes(data / FILE_NAME, shown(data, data / FILE_NAME))
    knowledge.problems += problems
    knowledge.problems += _stray_files(data)
    return knowledge


def _files(data: Path, folder: str) -> list[Path]:
    return sorted((data / folder).glob("*.yaml"))


def shown(data: Path, file: Path) -> str:
    """How problems name a file of `data`."""
    return str(Path(data.name) / file.relative_to(data)) if data.is_absolute() else str(file)


def _stray_files(data: Path) -> Iterator[Problem]:
    known = {data / "reviewed.yaml", data / "regimens.yaml", data / "changes.yaml"}
    known |= {data / "vocabularies" / f"{name}.yaml" for name in VOCABULARIES}
    known |= {data / "clinical" / f"{name}.yaml" for name in CLINICAL}
    for file in sorted(data.rglob("*")):
        if not file.is_file() or file.name.startswith("."):
            continue
        in_folder = file.parent in (data / "drugs", data / "sources") and file.suffix == ".yaml"
        if file.suffix.lower() in (".yaml", ".yml") and not in_folder and file not in known:
            yield Problem(
                shown(data, file),
                1,
                1,
                "stray-file",
                "no command reads this file",
                "rename it (drugs/ID.yaml, sources/ID.yaml) or take it out",
            )


def _folder(knowledge: Knowledge, data: Path, folder: str, model: type[R]) -> dict[str, Entry[R]]:
    entries = (_one(knowledge, data, file, model) for file in _files(data, folder))
    return {entry.id: entry for entry in entries if entry}


def _one(knowledge: Knowledge, data: Path, file: Path, model: type[R]) -> Entry[R] | None:
    document = _document(knowledge, data, file, model)
    if document.value is None:
        return None
    if not isinstance(document.value, dict):
        message = "the file holds no `key: value` pairs at its root"
        knowledge.problems.append(document.problem((), "shape", message, "see CONTRIBUTING.md for the form of a file"))
        return None
    return _entry(knowledge, document, (), document.value, model, file.stem)


def _many(knowledge: Knowledge, data: Path, file: Path, model: type[R]) -> list[Entry[R]]:
    if not file.exists():
        return []
    document = _document(knowledge, data, file, model)
    if document.value is None:
        return []
    if not isinstance(document.value, list):
        knowledge.problems.append(document.problem((), "shape", "the file is not a list", "start each row with a dash"))
        return []
    return [
        _entry(knowledge, document, (position,), value, model, str(position))
        for position, value in enumerate(document.value)
    ]


def _document(knowledge: Knowledge, data: Path, file: Path, model: type[Record]) -> Document:
    document = read_yaml(file, shown(data, file))
    knowledge.problems += told(document, model)
    if document.problems:
        knowledge.unread.append(document)
    return document


def _entry(knowledge: Knowledge, document: Document, steps: Steps, value: Any, model: type[R], id_: str) -> Entry[R]:
    """The record of `value`; what is wrong with it goes to the problems, and the rest is read."""
    unread = {place[len(steps) :] for place in document.unread if place[: len(steps)] == steps[: len(place)]}
    try:
        record = model.model_validate(value)
    except ValidationError as error:
        knowledge.unread += [document] if document not in knowledge.unread[-1:] else []
        for fault in error.errors(include_url=False):
            if problem := shape_problem(document, steps, fault, model):
                knowledge.problems.append(problem)
            place = tuple(fault["loc"])
            near = near_key(model, place) if fault["type"] == "extra_forbidden" else None
            unread |= {place, (*place[:-1], near)} if near else {place}
        record = partial(model, value if isinstance(value, dict) else {})
    return Entry(getattr(record, "id", None) or id_, record, document, steps, frozenset(unread))
