"""Imports run one way: the web side, the lookup and the queries never reach the YAML side."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "crskb"
FORBIDDEN = {
    "errors.py": ("crskb.",),
    "files.py": tuple(f"crskb.{room}" for room in ("lookup", "knowledge", "database", "web", "cli", "maintain")),
    "lookup": ("crskb.knowledge", "crskb.web", "crskb.cli", "crskb.database.build", "crskb.database.rows", "pydantic"),
    "knowledge": ("crskb.database", "crskb.web", "crskb.cli", "crskb.maintain"),
    "database": ("crskb.web", "crskb.cli", "crskb.maintain"),
    "database/queries.py": ("crskb.knowledge",),
    "database/connection.py": ("crskb.knowledge",),
    "database/integrity.py": ("crskb.knowledge",),
    "database/stats.py": ("crskb.knowledge",),
    "web": (
        "crskb.knowledge",
        "crskb.database.build",
        "crskb.database.rows",
        "crskb.cli",
        "crskb.maintain",
        "pydantic",
    ),
    "maintain": ("crskb.web", "crskb.cli"),
}


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize(("room", "forbidden"), FORBIDDEN.items())
def test_imports_run_one_way(room: str, forbidden: tuple[str, ...]) -> None:
    place = PACKAGE / room
    modules = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert modules
    wrong = [
        f"{module.relative_to(ROOT)} imports {name}"
        for module in modules
        for name in imports(module)
        if f"{name}.".startswith(tuple(f"{word.rstrip('.')}." for word in forbidden))
    ]
    assert wrong == []


def test_only_the_command_line_prints_or_exits() -> None:
    wrong = []
    for module in sorted(PACKAGE.rglob("*.py")):
        if module.parent.name == "cli":
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("print", "exit", "quit", "sys.exit", "os._exit", "click.echo") or isinstance(
                node, ast.Assert
            ):
                wrong.append(f"{module.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def test_no_room_has_grown_past_300_lines() -> None:
    long = {
        str(module.relative_to(ROOT)): len(module.read_text(encoding="utf-8").splitlines())
        for module in PACKAGE.rglob("*.py")
    }
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_the_served_site_needs_only_the_database_file() -> None:
    import subprocess
    import sys

    script = "import sys, crskb.web.server; print(sorted(name for name in sys.modules if name.startswith(('crskb.knowledge', 'crskb.maintain'))))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
