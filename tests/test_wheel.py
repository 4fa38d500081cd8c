"""The wheel works alone: away from any checkout it has its data, the database built from them, and the pages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from crskb import paths
from tests.conftest import KB, ROOT

Run = Callable[..., Result]
PAGE = """
import asyncio, crskb
from crskb import paths
from crskb.web.server import make_datasette
answer = asyncio.run(make_datasette(paths.database()).client.get("/drugs/tisagenlecleucel"))
print(crskb.__file__, answer.status_code, "Kymriah" in answer.text)
"""


def backend(call: str, **environment: str) -> str:
    """What a call of the build backend that pyproject.toml names prints, in a process of its own as an installer makes it."""
    name = re.search(r'build-backend = "([\w.]+)"', (ROOT / "pyproject.toml").read_text())
    assert name
    return subprocess.run(
        [sys.executable, "-c", f"import {name[1]} as backend; print(backend.{call})"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built by the backend that pyproject.toml names, as an installer would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    name = backend(f"build_wheel({str(folder)!r})").split()[-1]
    with zipfile.ZipFile(folder / name) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def alone(unpacked: Path, tmp_path: Path) -> Callable[..., str]:
    """`alone("-m", "crskb", ...)`: Python in an empty folder, with the unpacked wheel before this checkout; what it printed."""

    def run(*arguments: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(unpacked)}
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    return run


def test_the_installed_command_reads_the_database_that_came_with_it(alone: Callable[..., str]) -> None:
    assert json.loads(alone("-m", "crskb", "stats", "--json"))["drugs"] >= 50
    assert "Kymriah is a brand name of tisagenlecleucel" in alone("-m", "crskb", "lookup", "kymriah")


def test_the_installed_command_builds_from_the_data_that_came_with_it(
    alone: Callable[..., str], unpacked: Path, tmp_path: Path
) -> None:
    assert "drugs" in alone("-m", "crskb", "build")
    assert (tmp_path / "crskb.db").read_bytes() == (unpacked / "crskb/packaged/crskb.db").read_bytes()


def test_the_installed_site_serves_its_pages(alone: Callable[..., str], unpacked: Path) -> None:
    assert alone("-c", PAGE).split() == [str(unpacked / "crskb/__init__.py"), "200", "True"]


def test_the_wheel_carries_no_tests_and_nothing_of_this_machine(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir()} == {"crskb", next(unpacked.glob("*.dist-info")).name}
    assert not list(unpacked.rglob("*.pyc"))


def test_what_the_readme_links_to_is_in_the_source_distribution(tmp_path: Path) -> None:
    name = backend(f"build_sdist({str(tmp_path)!r})").split()[-1]
    with tarfile.open(tmp_path / name) as archive:
        held = {member.partition("/")[2] for member in archive.getnames()}
    links = re.findall(r"\]\(([\w./-]+)[)#]", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(links) >= 5
    assert [link for link in links if not any(f"{member}/".startswith(f"{link}/") for member in held)] == []


def test_the_editable_install_of_the_makefile_needs_hatchling_alone() -> None:
    install = re.search(r"^\t(.*)--editable \.$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert install
    settings = dict(word.split("=") for word in install[1].split() if word.startswith("HATCH_"))
    asked_for = backend("get_requires_for_build_editable()", **settings)
    assert "editables" in asked_for
    assert "pydantic" not in asked_for


def test_a_wheel_is_built_where_its_own_dependencies_are_at_hand() -> None:
    asked_for = backend("get_requires_for_build_wheel()")
    assert "pydantic" in asked_for
    assert "sqlite-utils" in asked_for


def test_the_current_folder_comes_before_what_the_package_carries(
    run: Run, tmp_path: Path, kb_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried, here = tmp_path / "carried", tmp_path / "here"
    (carried / "data").mkdir(parents=True)
    (carried / "crskb.db").touch()
    here.mkdir()
    monkeypatch.setattr(paths, "FOLDER", carried)
    monkeypatch.chdir(here)
    assert (paths.data(), paths.database()) == (carried / "data", carried / "crskb.db")
    (here / "crskb.db").write_bytes(kb_db.read_bytes())
    (here / "data").symlink_to(KB)
    assert (paths.data(), paths.database()) == (Path("data"), Path("crskb.db"))
    assert json.loads(run("stats", "--json").stdout)["drugs"] == len(list((KB / "drugs").glob("*.yaml")))


def test_build_never_writes_into_the_installed_package(
    run: Run, tmp_path: Path, kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried, here = tmp_path / "carried", tmp_path / "here"
    carried.mkdir()
    here.mkdir()
    (carried / "crskb.db").write_text("as it came")
    monkeypatch.setattr(paths, "FOLDER", carried)
    monkeypatch.chdir(here)
    assert run("build", "--data", kb).exit_code == 0
    assert (carried / "crskb.db").read_text() == "as it came"
    assert (here / "crskb.db").is_file()
