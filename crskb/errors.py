"""What can go wrong, in a form that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass


class CrskbError(Exception):
    """A failure whose text is shown to the user as it stands."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in `data/`, with its place (line and column count from 1) and what to do about it."""

    path: str
    line: int
    column: int
    check: str
    message: str
    tip: str = ""
    level: str = "error"

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}:{self.column}: {self.check}: {self.message}"
        return f"{text} ({self.tip})" if self.tip else text


class InvalidData(CrskbError):
    """The data hold problems; all of them are in `problems`."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
