"""What cog writes into these pages: help texts, templates and tables, made from the code itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import click
from click.testing import CliRunner
from datasette.app import SETTINGS as DATASETTE_SETTINGS

from crskb.cli import main
from crskb.knowledge import fields as words
from crskb.knowledge.checks import CHECKS, name_of
from crskb.knowledge.clinical import CLINICAL, Change, Reviewed
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import Record
from crskb.knowledge.marks import record_of
from crskb.knowledge.regimen import Regimen
from crskb.knowledge.source import Source
from crskb.knowledge.vocabulary import VOCABULARIES
from crskb.maintain.layout import key_order
from crskb.maintain.new import template
from crskb.web import register_routes
from crskb.web.api.openapi import openapi
from crskb.web.api.problems import KINDS
from crskb.web.api.recipe import RULES
from crskb.web.server import SETTINGS
from crskb.words import SHOW_OTHERWISE, STATUSES, listing

_WIDTH = 100


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it, groups among them."""
    for name, command in sorted(group.commands.items()):
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def help_texts() -> str:
    """A heading and the help text of every command."""
    parts = []
    for path, _ in [((), main), *commands()]:
        called = CliRunner().invoke(main, [*path, "--help"], prog_name="crskb", terminal_width=_WIDTH)
        name = " ".join(("crskb", *path))
        parts.append(f"## {name}\n\n```text\n{called.output.rstrip()}\n```")
    return "\n\n".join(parts)


def yaml_template(kind: str) -> str:
    """The template of a `drug` or `source` file as a block of YAML."""
    return f"```yaml\n{template(kind).rstrip()}\n```"


def checks() -> str:
    """A table of what `crskb validate` holds the data to."""
    rows = [f"| `{name_of(check)}` | {_cell(check.__doc__)} |" for check in CHECKS]
    return "\n".join(["| check | rule |", "| --- | --- |", *rows])


def records() -> dict[str, type[Record]]:
    """The record that each kind of file holds, by the place of the file."""
    return {
        "drugs/ID.yaml": Drug,
        "sources/ID.yaml": Source,
        "reviewed.yaml": Reviewed,
        "regimens.yaml": Regimen,
        "changes.yaml": Change,
        **{f"clinical/{name}.yaml": model for name, model in CLINICAL.items()},
        **{f"vocabularies/{name}.yaml": model for name, model in VOCABULARIES.items()},
    }


def fields() -> str:
    """A table of the fields of every record, each file's after its heading."""
    told: set[type[Record]] = set()
    parts = []
    for place, model in records().items():
        parts.append(f"## {place}\n\n{_cell(model.__doc__)}")
        for record in _within(model):
            if record not in told:
                told.add(record)
                heading = [] if record is model else [f"### {_title(record)}", "", _cell(record.__doc__), ""]
                parts.append("\n".join([*heading, *_field_rows(record)]))
            elif record is not model:
                parts.append(f"{_title(record)}: as above.")
    return "\n\n".join(parts)


def enums() -> str:
    """A table of the words that the code acts on, by the field that takes them."""
    kinds = [
        value for value in vars(words).values() if isinstance(value, type) and issubclass(value, Enum) and list(value)
    ]
    rows = [
        f"| {_spaced(kind.__name__)} | {_cell(kind.__doc__)} | {', '.join(f'`{word.value}`' for word in kind)} |"
        for kind in kinds
    ]
    return "\n".join(["| word of | meaning | words |", "| --- | --- | --- |", *rows])


def statuses() -> str:
    """A table of the words under `status` in an answer, and of what a system that asks should show for each and for none."""
    rows = [f"| `{status}` | {_cell(word.show)} | {_cell(word.meaning)} |" for status, word in STATUSES.items()]
    rows += [f"| {case} | {_cell(text)} | |" for case, text in SHOW_OTHERWISE.items()]
    return "\n".join(["| status | what your system should show | meaning |", "| --- | --- | --- |", *rows])


def rules() -> str:
    """What a client holds on to."""
    return "\n".join(f"- {rule}" for rule in RULES)


def problems() -> str:
    """A table of the kinds of problems of the API."""
    rows = [
        f"| `/api/v1/problems/{name}` | {kind.status} | {_cell(kind.title)} | {_cell(kind.remedy)} |"
        for name, kind in KINDS.items()
    ]
    return "\n".join(["| type | status code | what it is | what to do |", "| --- | ---: | --- | --- |", *rows])


def api() -> str:
    """A table of the addresses of the JSON API, from its own description."""
    document = openapi("/api/v1")
    rows = [
        f"| {method.upper()} `{path}` | {_cell(operation['summary'])} |"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return "\n".join(["| address | what it answers |", "| --- | --- |", *rows])


def settings() -> str:
    """A table of the settings of Datasette that the server sets."""
    known = {setting.name: setting for setting in DATASETTE_SETTINGS}
    rows = [
        f"| `{name}` | `{value}` | `{known[name].default}` | {_cell(known[name].help)} |"
        for name, value in SETTINGS.items()
    ]
    return "\n".join(["| setting | crskb | Datasette's own | what it does |", "| --- | --- | --- | --- |", *rows])


def paths() -> list[str]:
    """The addresses that the plugin answers, as people write them: /drugs/{id}."""
    return [
        re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern.strip("^$")).replace("\\", "")
        for pattern, _ in register_routes()
    ]


def _within(model: type[Record]) -> Iterator[type[Record]]:
    """A record and those within it, each once."""
    yield model
    for key in key_order(model):
        inner = record_of(model.model_fields[key].annotation)
        if inner:
            yield from _within(inner)


def _field_rows(record: type[Record]) -> list[str]:
    rows = ["| key | value | meaning |", "| --- | --- | --- |"]
    for key in key_order(record):
        about = record.model_fields[key]
        needed = " (needed)" if about.is_required() else ""
        rows.append(f"| `{key}`{needed} | {_type(about.annotation)} | {_cell(about.description)} |")
    return rows


def _type(annotation: Any) -> str:
    """A field's type in words."""
    if inner := record_of(annotation):
        title = _title(inner)
        return f"list of {title}" if "list" in str(annotation) else title
    if get_origin(annotation) is list:
        return f"list of {_type(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        return "code: source"
    if get_origin(annotation) is Literal:
        return listing(get_args(annotation), "or")
    names = {bool: "true or false", int: "whole number", float: "number", str: "text"}
    if isinstance(annotation, type):
        return _spaced(annotation.__name__) if issubclass(annotation, Enum) else names[annotation]
    return _type(next(part for part in get_args(annotation) if part is not type(None)))


def _title(record: type[Record]) -> str:
    return _spaced(record.__name__)


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|").replace(">=", "at least")
