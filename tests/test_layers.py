"""Imports run one way: the web side, the lookup and the queries never reach the YAML side, and nothing runs in a circle."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "crskb"
FORBIDDEN = {
    "lookup": ("crskb.knowledge", "crskb.web", "crskb.cli", "crskb.database.build", "crskb.database.rows", "pydantic"),
    "grading": (
        *("crskb.knowledge", "crskb.database", "crskb.lookup", "crskb.web", "crskb.cli", "crskb.maintain"),
        "pydantic",
    ),
    "knowledge": ("crskb.lookup", "crskb.grading", "crskb.database", "crskb.web", "crskb.cli", "crskb.maintain"),
    "database": ("crskb.lookup", "crskb.grading", "crskb.web", "crskb.cli", "crskb.maintain"),
    "database/queries.py": ("crskb.knowledge",),
    "database/grading_queries.py": ("crskb.knowledge",),
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


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imports(module: Path) -> Iterator[str]:
    """What a module imports, wherever in it: also within a function, and a module taken out of its package."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield whole if whole in MODULES else node.module


def graph(room: Callable[[str], str]) -> dict[str, set[str]]:
    """Each module or package of crskb with those that it imports."""
    found: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        reached = {room(other) for other in imports(path) if other in MODULES}
        found.setdefault(room(name), set()).update(reached - {room(name)})
    return found


def circle(imported: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


@pytest.mark.parametrize(
    "room",
    [
        pytest.param(lambda name: ".".join(name.split(".")[:2]), id="packages"),
        pytest.param(lambda name: name, id="modules"),
    ],
)
def test_nothing_is_imported_in_a_circle(room: Callable[[str], str]) -> None:
    assert circle(graph(room)) == []


def test_the_ground_floor_imports_nothing_above_it() -> None:
    ground = {name for name in MODULES if name.count(".") == 1 and MODULES[name].parent == PACKAGE}
    ground -= {"crskb.__main__"}
    assert {"crskb.errors", "crskb.names", "crskb.paths", "crskb.words"} <= ground
    above = {(name, other) for name in ground for other in imports(MODULES[name]) if other.split(".")[0] == "crskb"}
    assert {(name, other) for name, other in above if other not in ground} == set()


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

    script = "import sys, crskb.web.server; print(sorted(name for name in sys.modules if name.startswith(('crskb.knowledge', 'crskb.maintain', 'openpyxl'))))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
