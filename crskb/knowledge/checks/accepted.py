"""Warnings that a drug file says were looked into and are right as they are."""

from __future__ import annotations

from collections.abc import Iterator

from crskb.errors import Problem
from crskb.knowledge.checks.names import names_apart
from crskb.knowledge.checks.references import sources_used
from crskb.knowledge.drug import AcceptedWarning, Drug
from crskb.knowledge.load import Entry, Knowledge
from crskb.knowledge.medicine_names import all_names_read

_WARN = (names_apart, sources_used)


def accepted(knowledge: Knowledge, problem: Problem) -> bool:
    """Whether this is a warning that its drug file accepts."""
    return problem.level == "warning" and any(
        _is_about(entry, warning, problem)
        for entry in knowledge.drugs.values()
        for warning in entry.record.accepted_warnings
    )


def accepted_warnings_given(knowledge: Knowledge) -> Iterator[Problem]:
    """A warning under `accepted_warnings` is still given; what is an error cannot be accepted."""
    accepting = [entry for entry in knowledge.drugs.values() if entry.record.accepted_warnings]
    if not accepting or not all_names_read(knowledge):
        return
    given = [problem for check in _WARN for problem in check(knowledge)]
    for entry in accepting:
        for position, warning in enumerate(entry.record.accepted_warnings):
            steps = ("accepted_warnings", position)
            if entry.read(steps) and not any(_is_about(entry, warning, problem) for problem in given):
                message = f"{warning.check} does not warn of {' and '.join(map(repr, warning.about))} here"
                tip = "take it out, or write the name of the check and the values as the warning quotes them"
                yield entry.problem(steps, "accepted-warnings-given", message, tip, level="warning")


def _is_about(entry: Entry[Drug], warning: AcceptedWarning, problem: Problem) -> bool:
    return (
        problem.path == entry.document.path
        and problem.check == warning.check
        and bool(warning.reason and warning.about)
        and all(repr(value) in problem.message for value in warning.about)
    )
