"""Read one YAML file into plain values, keep the place of each, and refuse YAML's traps.

What cannot be read is left out of the values, and the rest is read on: every problem of a file is told at once.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from crskb.errors import Problem
from crskb.knowledge.scalar import NO_VALUE, Trap, value_of

try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]
except ImportError:  # PyYAML without libyaml: slower, the same answers
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Parser(Reader, Scanner, Parser, Composer):  # type: ignore[no-redef]
        def __init__(self, stream: str):
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)


MAX_BYTES = 1_000_000
_MAX_DEPTH = 1000  # far more than any file needs, and less than what composing in C takes the stack for
_PLAIN = "plain"
_SEE = "see CONTRIBUTING.md for the form of a file"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u0084\u0086-\u009f\ufffe\uffff"
# What no reviewer sees: soft hyphens, zero-width marks, line separators, and marks that turn the direction of what follows.
_INVISIBLE = "\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_UNSEEN = re.compile(f"[{_CONTROL}{_INVISIBLE}]")

Steps = tuple[str | int, ...]


class Unread:
    """What stands in `Document.value` for a part that could not be read."""

    def __repr__(self) -> str:
        return "..."


UNREAD = Unread()


class _Composer(_Parser):
    """Compose nodes without resolving: which type a scalar has is decided in one place, below."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        return _PLAIN

    def descend_resolver(self, parent: Any, index: Any) -> None: ...

    def ascend_resolver(self) -> None: ...


@dataclass
class Document:
    """The value of a file, and where each part of it stands (line and column from 1).

    With `problems`, `value` is what could be read: None if nothing could, and UNREAD at the steps in `unread`, but for a
    key that stands twice, of which the first is read. `empty` are the problems of keys without a value, with their steps.
    """

    path: str
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    text: str = ""
    unread: set[Steps] = field(default_factory=set)
    empty: dict[Problem, Steps] = field(default_factory=dict)
    _indexed: dict[int, dict[str, Any]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def _root(self) -> Any:
        """The nodes, composed again when a place is asked for: a thousand files' nodes in memory slow everything down."""
        try:
            return nodes_of(self.text)
        except (yaml.YAMLError, RecursionError):
            return None

    def _pairs(self, node: Any) -> dict[str, Any]:
        """Key and value nodes of a mapping by key, the first of equal keys; kept, as every problem asks for its place."""
        if id(node) not in self._indexed:  # the nodes live as long as the document
            scalars = ((key, value) for key, value in reversed(node.value) if isinstance(key, yaml.ScalarNode))
            self._indexed[id(node)] = {key.value: (key, value) for key, value in scalars}
        return self._indexed[id(node)]

    def place(self, steps: Steps = (), of_key: bool = False) -> tuple[int, int]:
        """Line and column of the value that `steps` lead to, or of the nearest parent that exists."""
        node, mark = self._root, self._root.start_mark if self._root else None
        for position, step in enumerate(steps):
            last = position == len(steps) - 1
            if isinstance(node, yaml.MappingNode):
                pair = self._pairs(node).get(step) if isinstance(step, str) else None
                if pair is None:
                    break
                mark = pair[0].start_mark if (last and of_key) or not last else pair[1].start_mark
                node = pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
            else:
                break
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)

    def problem(
        self, steps: Steps, check: str, message: str, tip: str = "", *, of_key: bool = False, level: str = "error"
    ) -> Problem:
        """A Problem at the place of `steps`."""
        return Problem(self.path, *self.place(steps, of_key), check, message, tip, level)

    def refused(self, message: str, tip: str) -> Document:
        """This document, with what keeps the whole file from being read."""
        self.problems.append(Problem(self.path, 1, 1, "yaml", message, tip))
        return self


def nodes_of(text: str) -> Any:
    """The root node of `text` with its marks, None if it is empty; raises yaml.YAMLError or RecursionError."""
    if _deeper_than(_MAX_DEPTH, text):
        raise RecursionError
    return _Composer(text).get_single_node()


def _deeper_than(depth: int, text: str) -> bool:
    """Whether something in `text` is nested deeper than that; composing has no bound of its own and ends in a crash."""
    # Each level takes a bracket or a column: in all files but the odd one this bound answers.
    if text.count("[") + text.count("{") + max(map(len, text.splitlines()), default=0) <= depth:
        return False
    level = 0
    for event in yaml.parse(text, getattr(yaml, "CLoader", yaml.Loader)):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if level > depth:
            return True
    return False


def read_yaml(file: Path, shown_as: str) -> Document:
    """Read `file`; what is wrong with it is in the document's `problems`."""
    document = Document(shown_as)
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device would keep us waiting for ever
            return document.refused("it is a folder, a pipe or a device, not a file", "take it out")
        if found.st_size > MAX_BYTES:
            return document.refused(f"the file has {found.st_size:,} bytes", f"keep a file under {MAX_BYTES:,} bytes")
        raw = file.read_bytes()
    except OSError as error:
        return document.refused(f"cannot be read: {error.strerror}", "check the file and its permissions")
    text = _decode(document, raw)
    return document if text is None else parse_yaml(text, shown_as)


def parse_yaml(text: str, shown_as: str) -> Document:
    """The values in `text`; what is wrong with it is in the document's `problems`."""
    document = Document(shown_as, text=text)
    try:
        root = nodes_of(text)
        document.problems += _anchors(document, text)
        document.value = None if document.problems else _value(root, document, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        colon = (error.problem or "").startswith("mapping values are not allowed")
        tip = (
            'text with ": " in it goes into double quotes; keys of one row start in the same column'
            if colon
            else "spaces only, one `key: value` a line"
        )
        document.problems.append(Problem(shown_as, line, column, "yaml", _sentence(error), tip))
        return document
    except (yaml.YAMLError, RecursionError) as error:
        said = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        return document.refused(said, _SEE)
    if root is None:
        return document.refused("the file is empty", _SEE)
    return document


def _decode(document: Document, raw: bytes) -> str | None:
    def refuse(before: str, message: str, tip: str) -> None:
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        document.problems.append(Problem(document.path, line, column, "yaml", message, tip))

    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(
            raw[: error.start].decode("utf-8"), f"byte 0x{raw[error.start]:02x} is not UTF-8", "save the file as UTF-8"
        )
        return None
    if unseen := _UNSEEN.search(text):
        refuse(text[: unseen.start()], _naming(unseen[0]), "delete it")
        return None
    return text


def _naming(unseen: str) -> str:
    kind = "invisible" if re.match(f"[{_INVISIBLE}]", unseen) else "control"
    return f"{kind} character U+{ord(unseen):04X}"


def _sentence(error: yaml.MarkedYAMLError) -> str:
    return ", ".join(part for part in (error.context, error.problem) if part)


def _anchors(document: Document, text: str) -> Iterator[Problem]:
    """Aliases and anchors: an alias puts the same node in several places, so nothing else is read of such a file."""
    if "&" not in text and "*" not in text:
        return
    for event in yaml.parse(text, getattr(yaml, "CLoader", yaml.Loader)):
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            yield _at(document, event, f"alias *{anchor}", "write the value out; if a star is meant, quote it")
        elif anchor:
            tip = "write the value without it; if an ampersand is meant, quote it"
            yield _at(document, event, f"anchor &{anchor}", tip)


def _value(node: Any, document: Document, steps: Steps) -> Any:
    """The plain value of a node; what this project does not read (tags, doubled keys, null, the traps) becomes a problem."""
    if node is None:
        return None
    if node.tag != _PLAIN:
        return _unread(document, node, steps, f"tag {node.tag}", "write the plain value without a tag")
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, document, (*steps, position)) for position, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, document, steps)
    if node.style == '"' and (unseen := _UNSEEN.search(node.value)):  # written as an escape
        return _unread(document, node, steps, _naming(unseen[0]), "delete it")
    value = node.value if node.style else value_of(node.value)
    return _unread(document, node, steps, value.message, value.tip) if isinstance(value, Trap) else value


def _mapping(node: Any, document: Document, steps: Steps) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    lines: dict[str, int] = {}  # where each key stands first
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            _unread(document, key, steps, "a key that is not a word", "keys are words of the schema")
            continue
        place = (*steps, key.value)
        if key.value in lines:
            message = f"key {key.value!r} again, first on line {lines[key.value]}"
            _unread(document, key, place, message, "keep one of the two")
            continue
        lines[key.value] = key.start_mark.line + 1
        if isinstance(value, yaml.ScalarNode) and not value.style and not value.value and value.tag == _PLAIN:
            mapping[key.value] = _unread(document, value, place, f"{key.value} has no value", NO_VALUE)
            document.empty[document.problems[-1]] = place
        else:
            mapping[key.value] = _value(value, document, place)
    return mapping


def _unread(document: Document, node: Any, steps: Steps, message: str, tip: str) -> Unread:
    document.problems.append(_at(document, node, message, tip))
    document.unread.add(steps)
    return UNREAD


def _at(document: Document, node: Any, message: str, tip: str) -> Problem:
    mark = node.start_mark
    return Problem(document.path, mark.line + 1, mark.column + 1, "yaml", message, tip)
