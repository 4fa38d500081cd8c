"""Nothing is installed, run or built on but what is written down: requirements by hash, images by digest."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

LOCKED = [
    "requirements.txt",
    "requirements-build.txt",
    "tests/requirements.txt",
    ".github/requirements-release.txt",
]


def unhashed(text: str) -> list[str]:
    """Requirements without an exact version and a hash, and every line that is neither a requirement, a hash nor a comment."""
    wrong = []
    for line in text.replace("\\\n", " ").splitlines():
        name, *hashes = re.split(r"\s+--hash=", line)
        pinned = re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [\w .<>=!'()]+)?", name.strip())
        hashed = hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", one) for one in hashes)
        if line and not line.startswith("#") and not (pinned and hashed):
            wrong.append(line)
    return wrong


@pytest.mark.parametrize("file", LOCKED)
def test_every_requirement_has_its_version_and_the_hashes_of_its_files(file: str) -> None:
    text = (ROOT / file).read_text()
    assert text.count("==") >= 5
    assert unhashed(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "click==8.5.1",
        "click>=8 --hash=sha256:" + "0" * 64,
        "click==8.5.1 --hash=md5:" + "0" * 32,
        "--index-url https://packages.example",
        "click @ https://packages.example/click.whl --hash=sha256:" + "0" * 64,
    ],
)
def test_a_requirement_without_a_hash_is_found(line: str) -> None:
    assert unhashed(f"# comment\n{line}\n") == [line]


@pytest.mark.parametrize("file", [name for name in LOCKED if (ROOT / name).with_suffix(".in").exists()])
def test_what_is_asked_for_is_locked(file: str) -> None:
    asked = (ROOT / file).with_suffix(".in").read_text().lower().split()
    assert asked
    assert set(asked) <= set(re.findall(r"^([a-z0-9-]+)==", (ROOT / file).read_text(), re.MULTILINE))


def installs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if re.search(r"\bpip install\b", line)]


def unlocked(lines: list[str]) -> list[str]:
    """Installs that take neither hashes alone, and no source packages, nor what lies on this machine."""
    locked = ("--require-hashes --only-binary :all: ", "--no-index --no-deps ")
    return [line for line in lines if not any(words in line for words in locked)]


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_make_installs_by_hash_alone_and_builds_with_what_it_installed() -> None:
    command = ["make", "--dry-run", "--always-make", ".venv/.installed-for-tests"]
    lines = installs(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    assert len(lines) == 4
    assert unlocked(lines) == []
    (editable,) = [line for line in lines if "--editable" in line]
    assert "--no-build-isolation" in editable


def test_the_image_installs_by_hash_alone() -> None:
    lines = installs((ROOT / "Containerfile").read_text())
    assert len(lines) == 3
    assert unlocked(lines) == []
    assert unlocked(["pip install build"]) == ["pip install build"]


def test_the_image_is_based_on_a_digest_and_says_whether_it_is_well() -> None:
    text = (ROOT / "Containerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+\.\d+-slim@sha256:[0-9a-f]{64}", bases[0])
    port = re.search(r"^EXPOSE (\d+)", text, re.MULTILINE)
    assert port
    assert f"http://127.0.0.1:{port[1]}/-/live" in text[text.index("HEALTHCHECK") :]


def test_updates_wait_and_reach_every_file_that_pins_something() -> None:
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "uv", "docker"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)
    (python,) = [update for update in updates if update["package-ecosystem"] == "uv"]
    folders = {f"/{Path(file).parent}".removesuffix("/.") or "/" for file in LOCKED}
    assert set(python["directories"]) == folders
