"""Read all of data/ into one object; what is wrong with a file's shape is collected, never raised one by one."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from crskb.errors import CrskbError, Problem
from crskb.knowledge.clinical import CLINICAL, Change, Reviewed
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import Record
from crskb.knowledge.other_medicines import OtherMedicine, read_other_medicines
from crskb.knowledge.shape_problems import shape_problem
from crskb.knowledge.source import Source
from crskb.knowledge.vocabulary import TERM_KEYS, VOCABULARIES
from crskb.knowledge.yamlfile import Document, Steps, read_yaml

R = TypeVar("R", bound=Record)

# Keys whose values some check compares with other files or with the calendar.
SOURCE_KEYS = frozenset({"source", "sources", "also_in"})
DATE_KEYS = frozenset({"date", "reviewed_on", "seen_on", "rems_date", "published", "retracted"})
KEYS_CHECKED = SOURCE_KEYS | DATE_KEYS | TERM_KEYS.keys() | {"kind", "topic"}


@dataclass(frozen=True)
class Entry(Generic[R]):
    """A record, the file it stands in, and where in that file."""

    id: str
    record: R
    document: Document
    steps: Steps = ()

    @property
    def raw(self) -> Any:
        """The values as they stand in the file."""
        value = self.document.value
        for step in self.steps:
            value = value[step]
        return value

    def problem(
        self, steps: Steps, check: str, message: str, tip: str = "", *, of_key: bool = False, level: str = "error"
    ) -> Problem:
        """A Problem at the place of `steps` within this record."""
        return self.document.problem(self.steps + steps, check, message, tip, of_key=of_key, level=level)


@dataclass
class Knowledge:
    """All of data/, as records with their places, and the problems met while reading."""

    drugs: dict[str, Entry[Drug]] = field(default_factory=dict)
    sources: dict[str, Entry[Source]] = field(default_factory=dict)
    terms: dict[str, dict[str, Entry[Any]]] = field(default_factory=dict)
    clinical: dict[str, list[Entry[Any]]] = field(default_factory=dict)
    reviewed: list[Entry[Reviewed]] = field(default_factory=list)
    changes: list[Entry[Change]] = field(default_factory=list)
    other_medicines: list[OtherMedicine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread_drugs: set[str] = field(default_factory=set)

    def every_row(self) -> Iterator[Entry[Any]]:
        """Every record that may cite a source: drugs, terms, clinical rows and reviewed medicines."""
        yield from self.drugs.values()
        for terms in self.terms.values():
            yield from terms.values()
        for rows in self.clinical.values():
            yield from rows
        yield from self.reviewed
        yield from self.changes

    @cached_property
    def leaves(self) -> list[tuple[Entry[Any], Steps, str, Any]]:
        """Every single value under one of KEYS_CHECKED, of every record: the entry, the steps to it, its key, the value."""
        found: list[tuple[Entry[Any], Steps, str, Any]] = []
        for entry in [*self.every_row(), *self.sources.values()]:
            _collect(entry, entry.raw, (), "", found)
        return found


def _collect(
    entry: Entry[Any], value: Any, steps: Steps, key: str, found: list[tuple[Entry[Any], Steps, str, Any]]
) -> None:
    if isinstance(value, dict):
        whole = key == "sources"  # identifiers.sources: any key of it holds a source
        for inner_key, inner in value.items():
            if isinstance(inner, (dict, list)):
                _collect(entry, inner, (*steps, inner_key), inner_key, found)
            elif whole or inner_key in KEYS_CHECKED:
                found.append((entry, (*steps, inner_key), "source" if whole else inner_key, inner))
    else:
        for position, inner in enumerate(value):
            if isinstance(inner, (dict, list)):
                _collect(entry, inner, (*steps, position), key, found)
            elif key in KEYS_CHECKED:
                found.append((entry, (*steps, position), key, inner))


def load(data: Path) -> Knowledge:
    """Read `data`; raises CrskbError only if there is no such folder."""
    if not (data / "drugs").is_dir():
        raise CrskbError(f"{data}: no folder drugs/ in it; name the data folder with --data")
    gc_was_on = gc.isenabled()
    gc.disable()  # everything read here lives on: looking for garbage in it takes longer than reading it
    try:
        knowledge = _load(data)
        gc.freeze()
        return knowledge
    finally:
        if gc_was_on:
            gc.enable()


def _load(data: Path) -> Knowledge:
    knowledge = Knowledge()
    for file in _files(data, "drugs"):
        if drug := _one(knowledge, data, file, Drug):
            knowledge.drugs[drug.id] = drug
        else:
            knowledge.unread_drugs.add(file.stem)
    for file in _files(data, "sources"):
        if source := _one(knowledge, data, file, Source):
            knowledge.sources[source.id] = source
    for name, model in VOCABULARIES.items():
        file = data / "vocabularies" / f"{name}.yaml"
        if not file.exists():
            tip = "restore it from the repository"
            knowledge.problems.append(Problem(shown(data, file), 1, 1, "vocabularies-complete", "no such file", tip))
        rows = _many(knowledge, data, file, model)
        terms = knowledge.terms[name] = {}
        for row in rows:
            if row.id in terms:
                knowledge.problems.append(
                    row.problem(("id",), "terms-unique", f"{row.id} stands here twice", "keep one of the two")
                )
            terms.setdefault(row.id, row)
    for name, model in CLINICAL.items():
        knowledge.clinical[name] = _many(knowledge, data, data / "clinical" / f"{name}.yaml", model)
    knowledge.reviewed = _many(knowledge, data, data / "reviewed.yaml", Reviewed)
    knowledge.changes = _many(knowledge, data, data / "changes.yaml", Change)
    knowledge.other_medicines, problems = read_other_medicines(
        data / "other_medicine_names.csv", shown(data, data / "other_medicine_names.csv")
    )
    knowledge.problems += problems
    knowledge.problems += _stray_files(data)
    return knowledge


def _files(data: Path, folder: str) -> list[Path]:
    return sorted((data / folder).glob("*.yaml"))


def shown(data: Path, file: Path) -> str:
    """How problems name a file of `data`."""
    return str(Path(data.name) / file.relative_to(data)) if data.is_absolute() else str(file)


def _stray_files(data: Path) -> Iterator[Problem]:
    known = {data / "reviewed.yaml", data / "changes.yaml"}
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


def _one(knowledge: Knowledge, data: Path, file: Path, model: type[R]) -> Entry[R] | None:
    document = read_yaml(file, shown(data, file))
    knowledge.problems += document.problems
    if document.problems:
        return None
    if not isinstance(document.value, dict):
        knowledge.problems.append(
            document.problem(
                (),
                "shape",
                "the file holds no `key: value` pairs at its root",
                "see CONTRIBUTING.md for the form of a file",
            )
        )
        return None
    record = _validated(knowledge, document, (), document.value, model)
    return Entry(file.stem, record, document) if record else None


def _many(knowledge: Knowledge, data: Path, file: Path, model: type[R]) -> list[Entry[R]]:
    if not file.exists():
        return []
    document = read_yaml(file, shown(data, file))
    knowledge.problems += document.problems
    if document.problems:
        return []
    if not isinstance(document.value, list):
        knowledge.problems.append(document.problem((), "shape", "the file is no list", "start each row with a dash"))
        return []
    rows = []
    for position, value in enumerate(document.value):
        record = _validated(knowledge, document, (position,), value, model)
        if record:
            rows.append(Entry(getattr(record, "id", str(position)), record, document, (position,)))
    return rows


def _validated(knowledge: Knowledge, document: Document, steps: Steps, value: Any, model: type[R]) -> R | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        knowledge.problems += [
            shape_problem(document, steps, fault, model) for fault in error.errors(include_url=False)
        ]
        return None
