"""Problems as text, and as annotations of a GitHub run."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from crskb.errors import Problem


def show(problems: Iterable[Problem]) -> None:
    """One problem a line; on GitHub also as an annotation of that line."""
    for problem in problems:
        click.echo(f"{problem}" if problem.level == "error" else f"{problem} [{problem.level}]")
        if os.environ.get("GITHUB_ACTIONS") == "true":
            click.echo(_annotation(problem))


def _annotation(problem: Problem) -> str:
    """A workflow command; GitHub reads its values with %, line ends, colons and commas escaped."""
    level = "error" if problem.level == "error" else "warning"
    properties = {"file": problem.path, "line": problem.line, "col": problem.column, "title": problem.check}
    written = ",".join(
        f"{key}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items()
    )
    message = f"{problem.message} ({problem.tip})" if problem.tip else problem.message
    return f"::{level} {written}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
