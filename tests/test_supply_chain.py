"""Nothing is installed, run or built on but what is written down: requirements by hash, actions by commit, images by digest."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
LOCKED = [
    "requirements.txt",
    "requirements-build.txt",
    "tests/requirements.txt",
    ".github/requirements-release.txt",
]
PINNED_ACTION = re.compile(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
ZIZMOR = Path(sys.executable).with_name("zizmor")


def jobs(workflow: Path) -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(workflow.read_text())["jobs"])


def unpinned_actions(text: str) -> list[str]:
    lines = [line.strip().removeprefix("- ") for line in text.splitlines()]
    return [line for line in lines if line.startswith("uses:") and not PINNED_ACTION.match(line)]


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


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_every_action_is_a_commit_with_its_version_beside_it(workflow: Path) -> None:
    assert unpinned_actions(workflow.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "uses: actions/checkout@v7",
        "uses: actions/checkout@main",
        "uses: actions/checkout@3d3c42e",
        "uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
        "uses: ./.github/actions/own",
        "uses: docker://alpine:3",
    ],
)
def test_an_action_by_anything_else_is_found(line: str) -> None:
    assert unpinned_actions(f"    steps:\n      - {line}\n") == [line]


def test_one_action_is_one_commit_everywhere() -> None:
    text = "".join(workflow.read_text() for workflow in WORKFLOWS)
    used = set(re.findall(r"uses: ([\w/-]+)@(\w+) # (\S+)", text))
    assert len(used) == len({name for name, *_ in used})


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
    lines = (ROOT / file).with_suffix(".in").read_text().lower().splitlines()
    asked = [line.partition(";")[0] for line in lines]
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


def test_the_release_and_the_image_install_by_hash_alone() -> None:
    for file, least in ((ROOT / ".github/workflows/release.yml", 3), (ROOT / "Containerfile", 3)):
        lines = installs(file.read_text())
        assert len(lines) >= least
        assert unlocked(lines) == []
    assert unlocked(["pip install build"]) == ["pip install build"]
    for workflow in WORKFLOWS:  # one job tries what is newest on purpose
        loose = unlocked(installs(workflow.read_text()))
        assert loose == (
            [] if workflow.stem != "test" else [".venv/bin/python -m pip install --upgrade --pre datasette"]
        )


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_rights_are_given_to_single_jobs_and_no_more_than_each_needs(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text())["permissions"] == {}
    for name, job in jobs(workflow).items():
        assert job["permissions"], name
        writes = {right for right, level in job["permissions"].items() if level == "write"}
        assert writes == WRITES.get((workflow.stem, name), set())


WRITES = {
    ("data-diff-comment", "comment"): {"pull-requests"},
    ("weekly", "look"): {"issues"},
    ("release", "attest"): {"id-token", "attestations"},
    ("release", "publish"): {"contents"},
}


def test_what_is_released_is_what_was_attested() -> None:
    release = jobs(ROOT / ".github/workflows/release.yml")
    assert (release["attest"]["needs"], release["publish"]["needs"]) == ("build", "attest")
    assert [step["with"]["subject-path"] for step in release["attest"]["steps"] if "attest-" in step["uses"]] == [
        "dist/*"
    ]
    assert release["publish"]["steps"][-1]["run"].endswith("dist/*")


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


def audit(folder: Path) -> subprocess.CompletedProcess[str]:
    """zizmor as `make lint` runs it."""
    (line,) = [line for line in (ROOT / "Makefile").read_text().splitlines() if "/zizmor " in line]
    options = line.split("/zizmor ")[1].split()
    assert "--offline" in options
    return subprocess.run([ZIZMOR, *options], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("workflow", "before", "after"),
    [
        ("", "", ""),
        ("test.yml", "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"),
        ("test.yml", "permissions: {}", "permissions: write-all"),
        ("weekly.yml", '"$number" --body-file', "${{ github.event.issue.title }} --body-file"),
        ("data-diff.yml", "  pull_request:", "  pull_request_target:"),
    ],
    ids=["as it is", "tag", "rights", "script", "trigger"],
)
def test_the_audit_of_the_workflows_finds_what_is_wrong_and_nothing_else(
    tmp_path: Path, workflow: str, before: str, after: str
) -> None:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    if workflow:
        file = tmp_path / ".github/workflows" / workflow
        assert before in file.read_text()
        file.write_text(file.read_text().replace(before, after))
    audited = audit(tmp_path)
    assert (audited.returncode != 0) == bool(workflow), audited.stdout + audited.stderr
