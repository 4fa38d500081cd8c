"""Candidate texts in which one mapping or list of a YAML file is laid out as the project writes it.

Each function yields whole new texts, the innermost place first; the caller takes one that says the same and asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, get_args, get_origin

import yaml

from crskb.knowledge.claim import Claim, DatedClaim
from crskb.knowledge.fields import Record, Text
from crskb.knowledge.marks import record_of

_LONGEST_LINE = 120  # for a list that is put in brackets


def key_order(model: type[Record]) -> list[str]:
    """The keys of a record as files write them: as in the model, but what replaces a claim and what bears it last."""

    def place(key: str) -> int:
        return (key in DatedClaim.model_fields) + (key in Claim.model_fields) if issubclass(model, Claim) else 0

    return sorted(model.model_fields, key=place)


def pairs_in_order(text: str, root: Any, model: type[Record]) -> Iterator[str]:
    """Texts in which the keys of one mapping follow the model. A mapping with an unknown key is left alone."""
    for node, record in _mappings(root, model):
        order = {key: position for position, key in enumerate(key_order(record))}
        places = [order[key.value] for key, _ in node.value if key.value in order]
        if len(places) < len(node.value) or places == sorted(places):
            continue
        sequence = sorted(range(len(places)), key=places.__getitem__)
        moved = _flow_moved(text, node, sequence) if node.flow_style else _block_moved(text, node, sequence)
        if moved is not None:
            yield moved


def blocks_as_lists(text: str, root: Any, model: type[Record]) -> Iterator[str]:
    """Texts in which one short list of words, ids or numbers stands in brackets on its key's line."""
    lines = text.split("\n")
    for node, record in _mappings(root, model):
        for key, value in node.value:
            if node.flow_style or not isinstance(value, yaml.SequenceNode) or value.flow_style:
                continue
            if not _holds_words(record, key.value) or not all(_on_one_line(item) for item in value.value):
                continue
            first, last = value.value[0].start_mark.line, value.value[-1].end_mark.line
            written = [_slice(text, item) for item in value.value]
            alone = [lines[line].strip().removeprefix("-").strip() for line in range(first, last + 1)]
            folded = f"{lines[key.start_mark.line]} [{', '.join(written)}]"
            if alone == written and first == key.start_mark.line + 1 and len(folded) <= _LONGEST_LINE:
                yield "\n".join([*lines[: key.start_mark.line], folded, *lines[last + 1 :]])


def items_spaced(text: str, root: Any, _model: type[Record]) -> Iterator[str]:
    """Texts in which one bracketed list of single values on one line reads `[a, b]`."""
    for node in nodes(root):
        if (
            isinstance(node, yaml.SequenceNode)
            and node.flow_style
            and node.value
            and all(_on_one_line(item) for item in node.value)
        ):
            start, end = node.start_mark.index, node.end_mark.index
            if "\n" not in text[start:end]:
                spaced = f"[{', '.join(_slice(text, item) for item in node.value)}]"
                yield text[:start] + spaced + text[end:]


def _mappings(node: Any, model: Any) -> Iterator[tuple[Any, type[Record]]]:
    """Every mapping that a record describes, inner ones first."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _mappings(item, model)
    elif isinstance(node, yaml.MappingNode) and model is not None:
        for key, value in node.value:
            if key.value in model.model_fields:
                yield from _mappings(value, record_of(model.model_fields[key.value].annotation))
        yield node, model


def nodes(node: Any) -> Iterator[Any]:
    """A node of YAML and all within it, inner ones first."""
    if isinstance(node, yaml.CollectionNode):
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                yield from nodes(part)
    yield node


def _holds_words(record: type[Record], key: str) -> bool:
    """Whether the field is a list of ids, codes, regions or numbers, or the targets of a drug: not of sentences."""
    annotation = record.model_fields[key].annotation if key in record.model_fields else None
    lists = [part for part in (annotation, *get_args(annotation)) if get_origin(part) is list]
    return any(record_of(part) is None and (get_args(part)[0] != Text or key == "targets") for part in lists)


def is_literal(node: Any) -> bool:
    """Whether a node is a text after | or >, whose line ends are its own."""
    return isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")


def _on_one_line(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and not is_literal(node) and node.start_mark.line == node.end_mark.line


def _slice(text: str, node: Any) -> str:
    return text[node.start_mark.index : node.end_mark.index]


def _flow_moved(text: str, node: Any, sequence: list[int]) -> str | None:
    """The pairs of `{...}` in a new order; what stands between them stays, unless it holds a comment."""
    spans = [(key.start_mark.index, value.end_mark.index) for key, value in node.value]
    between = [text[end:start] for (_, end), (start, _) in pairwise(spans)]
    if any("#" in gap for gap in between):
        return None
    pieces = [text[slice(*spans[position])] for position in sequence]
    joined = pieces[0] + "".join(gap + piece for gap, piece in zip(between, pieces[1:], strict=True))
    return text[: spans[0][0]] + joined + text[spans[-1][1] :]


def _block_moved(text: str, node: Any, sequence: list[int]) -> str | None:
    """The pairs of a block mapping in a new order, each with the comments that stand right above it."""
    lines = text.split("\n")
    column = node.value[0][0].start_mark.column
    starts = [key.start_mark.line for key, _ in node.value]
    lasts = [_last_line(value) for _, value in node.value]
    prefix = lines[starts[0]][:column]
    if any(last >= start for last, start in zip(lasts, starts[1:], strict=False)):
        return None
    lead = [_lead(lines, start, last + 1, column) for last, start in zip(lasts, starts[1:], strict=False)]
    first = _lead(lines, starts[0], 0, column, blank=False) if not prefix.strip() else starts[0]
    end = lasts[-1] + 1
    while end < len(lines) and _is_comment(lines[end]) and _indent(lines[end]) > column:
        end += 1
    cuts = [first, *lead, end]
    chunks = [lines[start:stop] for start, stop in pairwise(cuts)]
    heads = [start - cut for start, cut in zip(starts, cuts, strict=False)]
    if prefix.strip():  # "- " stands before the first key: take it off, and put it before the new first key
        chunks[0][0] = " " * column + chunks[0][0][column:]
        new = chunks[sequence[0]] = list(chunks[sequence[0]])
        head = heads[sequence[0]]
        new[:head] = [" " * _indent(prefix) + line.strip() if line.strip() else line for line in new[:head]]
        new[head] = prefix + new[head][column:]
    return "\n".join([*lines[:first], *(line for position in sequence for line in chunks[position]), *lines[end:]])


def _lead(lines: list[str], start: int, stop: int, column: int, *, blank: bool = True) -> int:
    """The first of the lines right above `start`, not above `stop`, that hold a comment at `column` or, with `blank`, nothing."""
    while start > stop:
        above = lines[start - 1]
        is_own = _is_comment(above) and _indent(above) <= column and not above.startswith("# yaml-language-server:")
        if not (is_own or (blank and not above.strip())):
            break
        start -= 1
    return start


def _last_line(node: Any) -> int:
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return int(mark.line) - (is_literal(node) and mark.column == 0)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
