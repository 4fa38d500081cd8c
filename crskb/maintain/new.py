"""New files of data/, written from commented templates; nothing is ever overwritten and no network is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from crskb.errors import CrskbError
from crskb.knowledge.clinical import Treatment
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import SourceKind
from crskb.knowledge.load import Entry, Knowledge, load, shown
from crskb.knowledge.medicine_names import medicines, names_of, one_letter_apart
from crskb.knowledge.source import Source
from crskb.knowledge.yamlfile import parse_yaml
from crskb.maintain.source_ids import named
from crskb.names import fold, slugify

_SUFFIX = re.compile(r"\w-[a-z]{4}$")


@dataclass(frozen=True)
class Written:
    """A new file: its id, where it is, the keys still to be filled with their lines, and what its writer should know."""

    id: str
    path: Path
    missing: list[tuple[int, str]]
    remarks: list[str]


def template(kind: str) -> str:
    """The commented template of a `drug` or `source` file."""
    return (files("crskb.maintain") / "templates" / f"{kind}.yaml").read_text(encoding="utf-8")


def new_drug(data: Path, name: str, *, anyway: bool = False) -> Written:
    """Write the file of a new drug; raises CrskbError if its name, however spelt, is known. `anyway` lets near names pass."""
    name = " ".join(name.split())
    if name[:1].isupper() and not re.search(r"[A-Z]", name[1:]):
        name = name.lower()
    id_ = slugify(name)
    if not id_ or len(id_) > 120:
        raise CrskbError(f"no file can be called after {name!r}; write the nonproprietary name in Latin letters")
    knowledge = load(data)
    _refuse_known_name(knowledge, name, id_)
    if not anyway:
        _refuse_near_name(knowledge, name)
    remarks = list(_remarks(knowledge, name))
    fields = {"name": name, "reviewed_on": date.today().isoformat()}
    return _write(data, data / "drugs" / f"{id_}.yaml", "drug", fields, remarks)


def new_source(data: Path, text: str, *, id_: str = "", title: str = "", kind: str = "") -> Written:
    """Write the file of the document that `text` (DOI, PubMed id, address ...) names; raises CrskbError if it has one already."""
    document = named(text)
    knowledge = load(data)
    for source in knowledge.sources.values():
        if any(_holds(source.record, key, value) for key, value in document.fields.items()):
            raise CrskbError(f"this document is {source.id} already ({source.document.path}); cite that id")
    id_ = id_ or document.id or ""
    if not id_:
        raise CrskbError(f"the address does not tell the document's name; add --id {document.id_form}")
    if id_ != slugify(id_) or len(id_) > 120:
        raise CrskbError(f"{id_!r} is not an id; use lower-case words joined by hyphens, such as us-pi-tecvayli")
    if kind and kind not in {str(known) for known in SourceKind}:
        raise CrskbError(f"no kind of source {kind}; use one of {', '.join(str(known) for known in SourceKind)}")
    file = data / "sources" / f"{id_}.yaml"
    if file.exists():
        raise CrskbError(f"{id_} is the id of another document ({file}); choose one with --id")
    given = {"title": " ".join(title.split()), "kind": kind}
    fields = document.fields | {key: value for key, value in given.items() if value}
    fields["seen_on"] = date.today().isoformat()
    remarks = [
        f"{source.id} has the same set id: write date or revision in both, and superseded_by in the older"
        for source in knowledge.sources.values()
        if source.record.set_id and source.record.set_id == fields.get("set_id")
    ]
    return _write(data, file, "source", fields, remarks)


def _write(data: Path, file: Path, kind: str, fields: dict[str, str], remarks: list[str]) -> Written:
    text = _filled(template(kind), fields)
    file.parent.mkdir(exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError as error:
        raise CrskbError(f"{shown(data, file)} exists already; nothing was written") from error
    except OSError as error:
        raise CrskbError(f"{file}: cannot be written: {error.strerror}") from error
    lines = enumerate(text.splitlines(), start=1)
    return Written(file.stem, file, [(n, line[:-1]) for n, line in lines if re.fullmatch(r"\w+:", line)], remarks)


def _filled(text: str, fields: dict[str, str]) -> str:
    """The template with each field written in the line that waits for it or shows an example of it."""
    lines = text.split("\n")
    for key, value in fields.items():
        here = next(n for n, line in enumerate(lines) if re.match(rf"(# )?{key}:", line))
        lines[here] = f"{key}: {_scalar(key, value)}"
    return "\n".join(lines)


def _scalar(key: str, value: str) -> str:
    """`value` as it reads best in YAML: bare where that reads back the same, else in quotes; ids in digits are quoted."""
    document = parse_yaml(f"{key}: {value}", "")
    return value if document.value == {key: value} else json.dumps(value, ensure_ascii=False)


def _what(entry: Entry[Any]) -> str:
    """What a drug, treatment or reviewed medicine is to the writer of a new file."""
    if isinstance(entry.record, Drug):
        return "listed already"
    if isinstance(entry.record, Treatment):
        return "a treatment of CRS"
    return f"reviewed on {entry.record.reviewed_on} and not listed; to list it, take that entry out first"


def _refuse_known_name(knowledge: Knowledge, name: str, id_: str) -> None:
    folded = fold(name)
    for entry in medicines(knowledge):
        same = next((known for _, known in names_of(entry) if fold(known) == folded), None)
        if same is None and slugify(entry.record.name) != id_:
            continue
        alias = (
            f"{same} is a name of {entry.record.name}, which"
            if same and same != entry.record.name
            else entry.record.name
        )
        raise CrskbError(f"{alias} is {_what(entry)} ({entry.document.path})")
    for drug in knowledge.drugs.values():
        if id_ in drug.record.former_ids:
            raise CrskbError(f"{name}: {id_} is a former id of {drug.id}, and ids are never used again")


def _refuse_near_name(knowledge: Knowledge, name: str) -> None:
    folded = fold(name)
    for entry in medicines(knowledge):
        for _, known in names_of(entry):
            if one_letter_apart(folded, fold(known)):
                raise CrskbError(
                    f"{name} is one letter from {known}, a name of {entry.record.name} ({entry.document.path});"
                    " if it is another medicine, repeat the command with --anyway"
                )


def _remarks(knowledge: Knowledge, name: str) -> Iterator[str]:
    folded = fold(name)
    if any(other.kind == "brand" and fold(other.name) == folded for other in knowledge.other_medicines):
        yield f"{name} is known as a brand name; a file is called after the nonproprietary name"
    if _SUFFIX.search(name):
        yield f"{name} ends like a US name with a suffix; the file is called after the name without it"
    unread = {problem.path for problem in knowledge.problems if problem.level == "error"}
    for path in sorted(path for path in unread if "/sources/" not in path):  # a source has no name to compare
        yield f"{path} could not be read, so its names were not compared"


def _holds(source: Source, key: str, value: str) -> bool:
    """Whether a source has this identifier, which no two documents share; an address may be that of the copy that was read."""
    if key not in ("doi", "pmid", "pmcid", "url"):
        return False
    copy = source.copy_read.url if key == "url" and source.copy_read else None
    return any(_plain(known) == _plain(value) for known in (getattr(source, key), copy) if known)


def _plain(value: str) -> str:
    """An identifier or address in the form in which two are compared."""
    return re.sub(r"^https?://(www\.)?", "", value).rstrip("/").lower()
