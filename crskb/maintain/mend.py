"""Mend what needs no judgement in the files of data/: order of keys, short lists, spaces, line ends, left-overs of the template.

Text is moved, never written anew: comments, quotes and line breaks stay as their writer left them. A step after which the file
would say anything else is not taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from crskb.errors import CrskbError
from crskb.files import aside
from crskb.knowledge.clinical import CLINICAL, Change, Reviewed
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import Record
from crskb.knowledge.load import shown
from crskb.knowledge.regimen import Regimen
from crskb.knowledge.source import Source
from crskb.knowledge.vocabulary import VOCABULARIES
from crskb.knowledge.yamlfile import nodes_of, parse_yaml
from crskb.maintain.layout import blocks_as_lists, is_literal, items_spaced, nodes, pairs_in_order
from crskb.maintain.new import template

_OTHER_BREAKS = ("\x85", "\u2028", "\u2029", "\r")  # lines for YAML, not for an editor: such a file keeps its layout
_MODELINE = "# yaml-language-server:"
_MODE = 0o600  # while it is written; then it gets the permissions of the file that it replaces
_STEPS = {
    "keys put in order": pairs_in_order,
    "short lists put in brackets": blocks_as_lists,
    "lists spaced evenly": items_spaced,
}


def mend_all(data: Path) -> dict[str, list[str]]:
    """Mend every file below `data` in place; what was done, by file. Files that cannot be read are left alone."""
    done = {}
    for file, model, schema in _files(data):
        if not file.is_file():
            continue  # `validate` says what it is
        try:
            raw = file.read_bytes()
            text, changes = mend(raw.decode(), model, schema)
            if changes:
                with aside(file, "mending", _MODE) as new:
                    new.path.write_bytes(text.encode())
                    new.replace()
                done[shown(data, file)] = changes
        except UnicodeDecodeError:
            continue  # `validate` says where
        except OSError as error:
            raise CrskbError(f"{file}: cannot be written: {error.strerror}") from error
    return done


def mend(text: str, model: type[Record], schema: str) -> tuple[str, list[str]]:
    """`text` mended, and what was done; `schema` is the address of its JSON Schema relative to the file."""
    before = _values(text)
    if before is None:
        return text, []
    changes = []
    whole: dict[str, Callable[[str], str]] = {
        "line ends made \\n": _line_ends,
        "trailing spaces removed": _no_trailing_spaces,
        "$schema line put first": lambda text: _with_modeline(text, f"{_MODELINE} $schema={schema}"),
        "one line end at the end": lambda text: text.rstrip("\n") + "\n",
        "comments of the template taken out": lambda text: _without_template(text, model),
    }
    for change, step in whole.items():
        if (moved := _next(before, text, [step(text)])) is not None:
            text = moved
            changes.append(change)
    if any(mark in text for mark in _OTHER_BREAKS):
        return text, changes
    for change, candidates in _STEPS.items():
        started = text
        while (moved := _next(before, text, candidates(text, nodes_of(text), model))) is not None:
            text = moved
        changes += [change] * (text != started)
    return text, changes


def _next(before: str, text: str, candidates: Iterable[str]) -> str | None:
    """The first candidate that differs from `text` and still holds the values `before`."""
    return next((new for new in candidates if new != text and _values(new) == before), None)


def _values(text: str) -> str | None:
    """Everything that `text` says, in a form in which 1, 1.0, true and "1" differ; None if it cannot be read."""
    document = parse_yaml(text.removeprefix("\ufeff"), "")
    return None if document.problems else json.dumps(document.value, sort_keys=True)


def _line_ends(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _no_trailing_spaces(text: str) -> str:
    """Without spaces before a line end, save in literal and folded texts, where they may be meant."""
    literal = [(node.start_mark.line, node.end_mark.line) for node in nodes(nodes_of(text)) if is_literal(node)]
    kept = {number for first, last in literal for number in range(first, last + 1)}
    lines = text.split("\n")
    return "\n".join(line if number in kept else line.rstrip(" \t") for number, line in enumerate(lines))


def _with_modeline(text: str, modeline: str) -> str:
    kept = [line for line in text.split("\n") if not line.startswith(_MODELINE)]
    return "\n".join([modeline, *kept])


@cache
def _template_lines(model: type[Record]) -> frozenset[str]:
    kind = {Drug: "drug", Source: "source"}.get(model)
    lines = template(kind).splitlines() if kind else []
    return frozenset(line for line in lines if line.startswith("#") and not line.startswith(_MODELINE))


def _without_template(text: str, model: type[Record]) -> str:
    """Without what `crskb new` wrote for the writer's sake, and the empty lines beside it, once the file is filled in."""
    lines = text.split("\n")
    told = {number for number, line in enumerate(lines) if line in _template_lines(model)}
    if not told:
        return text
    try:
        model.model_validate(parse_yaml(text, "").value)
    except ValidationError:
        return text
    for number in sorted(told):
        told |= {beside for beside in (number - 1, number + 1) if not "".join(lines[beside : beside + 1]).strip()}
    return "\n".join(line for number, line in enumerate(lines) if number not in told).rstrip("\n") + "\n"


def _files(data: Path) -> Iterator[tuple[Path, type[Record], str]]:
    """Every file that there may be, its model, and the way from it to its schema."""
    for file in sorted((data / "drugs").glob("*.yaml")):
        yield file, Drug, "../schema/drug.json"
    for file in sorted((data / "sources").glob("*.yaml")):
        yield file, Source, "../schema/source.json"
    for folder, models in (("clinical", CLINICAL), ("vocabularies", VOCABULARIES)):
        for name, model in models.items():
            yield data / folder / f"{name}.yaml", model, f"../schema/{name}.json"
    yield data / "reviewed.yaml", Reviewed, "schema/reviewed.json"
    yield data / "regimens.yaml", Regimen, "schema/regimens.json"
    yield data / "changes.yaml", Change, "schema/changes.json"
