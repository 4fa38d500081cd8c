"""The files that only a hosting site reads hold together: workflows, forms, owners, citation, changelog, container."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from crskb import __version__
from crskb.cli import main
from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = [form for form in sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")) if form.name != "config.yml"]
EVERYWHERE = [*WORKFLOWS, ROOT / "Containerfile", ROOT / ".pre-commit-config.yaml", ROOT / "docs/deploy.md"]


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in read(workflow)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_has_no_more_rights_than_it_states(workflow: Path) -> None:
    described = read(workflow)
    assert "write-all" not in workflow.read_text()
    assert all(job.get("timeout-minutes") for job in described["jobs"].values())


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_no_text_from_outside_is_pasted_into_a_script(workflow: Path) -> None:
    """`${{ ... }}` inside `run` is how a title or a branch name becomes a command; such values go through `env`."""
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []


def test_what_may_write_never_runs_the_code_of_a_pull_request() -> None:
    for workflow in WORKFLOWS:
        triggers = read(workflow)[True]  # YAML 1.1 reads the key `on` as true
        assert "pull_request_target" not in triggers
        if "pull_request" in triggers:
            assert "write" not in str([job["permissions"] for job in read(workflow)["jobs"].values()])
            assert "secrets." not in workflow.read_text()


def test_the_comment_on_data_is_written_by_the_code_of_the_main_branch() -> None:
    commenting = read(ROOT / ".github/workflows/data-diff-comment.yml")
    assert commenting[True]["workflow_run"]["workflows"] == [read(ROOT / ".github/workflows/data-diff.yml")["name"]]
    checkouts = [
        step for step in steps(ROOT / ".github/workflows/data-diff-comment.yml") if "checkout@" in step.get("uses", "")
    ]
    assert [set(step["with"]) for step in checkouts] == [
        {"fetch-depth", "persist-credentials"}
    ]  # no ref: the main branch
    scripts = [step["run"] for step in steps(ROOT / ".github/workflows/data-diff-comment.yml") if "run" in step]
    taken = [line.strip() for script in scripts for line in script.splitlines() if " checkout " in line]
    assert [line.endswith('"$HEAD_SHA" -- data') for line in taken] == [True]
    assert "gh run download" not in "".join(scripts)  # nothing that the pull request's own run made
    posting = commenting["jobs"]["comment"]["steps"]
    assert [step["uses"].split("@")[0] for step in posting if "uses" in step] == ["actions/download-artifact"]


def test_every_command_that_they_run_exists_with_its_options() -> None:
    found = []
    for file in EVERYWHERE:
        for line in re.findall(r"(?:bin/|`)crskb ((?!\$)[^`\n|>]+)", file.read_text(encoding="utf-8")):
            found.append(line)
            words = shlex.split(line.split(" #")[0])
            command = main.get_command(click.Context(main), words[0])
            assert command, f"{file.name}: no command {words[0]}"
            options = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= options, f"{file.name}: {line}"
    assert len(found) >= 5
    weekly = read(ROOT / ".github/workflows/weekly.yml")["jobs"]["look"]["strategy"]["matrix"]["include"]
    assert {entry["command"].split()[0] for entry in weekly} == {"stale", "links", "labels"}


def test_every_make_target_that_they_call_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    called = {
        target
        for file in [*WORKFLOWS, ROOT / ".ci/run"]
        for target in re.findall(r"^(?:.*\brun: )?make ([a-z]+)$", file.read_text(), re.MULTILINE)
    }
    assert called
    assert {target for target in called if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


@pytest.mark.parametrize("there", [(), ("chromium", "nginx")])
def test_continuous_integration_installs_what_is_missing_then_tests_then_lints(
    there: tuple[str, ...], tmp_path: Path
) -> None:
    assert ".ci/run" in [step.get("run") for step in read(ROOT / ".github/workflows/test.yml")["jobs"]["test"]["steps"]]
    record = f'#!/bin/sh\necho "${{0##*/}} $@" >> {tmp_path}/called\n'
    for name in ("make", "apt-get", "sudo", *there):
        (tmp_path / name).write_text(record if name != "sudo" else '#!/bin/sh\nexec "$@"\n')
        (tmp_path / name).chmod(0o755)
    for name in ("bash", "dirname", "env", "id", "sh"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    subprocess.run([ROOT / ".ci/run"], env={"PATH": str(tmp_path)}, check=True, capture_output=True, timeout=30)
    called = (tmp_path / "called").read_text().splitlines()
    assert called[-2:] == ["make test", "make lint"]
    assert any(line.startswith("apt-get install ") and "chromium" in line for line in called) == (there == ())
    assert len(called) == (2 if there else 4)


def test_every_python_that_the_package_admits_is_tested() -> None:
    tested = read(ROOT / ".github/workflows/test.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    lowest = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert lowest
    assert tested[0] == lowest[1]
    assert tested == [f"3.{minor}" for minor in range(10, 15)]


@pytest.mark.parametrize("form", FORMS, ids=lambda file: file.stem)
def test_an_issue_form_has_what_the_hosting_site_asks_of_one(form: Path) -> None:
    described = read(form)
    assert {"name", "description", "body"} <= described.keys()
    ids = [part["id"] for part in described["body"] if part["type"] != "markdown"]
    assert len(ids) == len(set(ids))
    for part in described["body"]:
        assert part["type"] in {"markdown", "input", "textarea", "dropdown", "checkboxes"}
        assert part["attributes"].get("label") or part["attributes"].get("value")


def test_the_data_form_asks_for_ours_for_what_should_be_and_for_the_source() -> None:
    required = {
        part["id"]
        for part in read(ROOT / ".github/ISSUE_TEMPLATE/data.yml")["body"]
        if part.get("validations", {}).get("required")
    }
    assert {"medicine", "ours", "should_be", "source"} <= required


def test_every_owned_path_exists() -> None:
    lines = [line.split() for line in (ROOT / ".github/CODEOWNERS").read_text().splitlines() if line and line[0] != "#"]
    paths = [line[0] for line in lines if line[0] != "*"]
    assert [path for path in paths if not (ROOT / path.lstrip("/")).exists()] == []
    assert all(owner.startswith("@") for line in lines for owner in line[1:])


def test_citation_and_changelog_know_this_version() -> None:
    assert str(read(ROOT / "CITATION.cff")["version"]) == __version__
    assert re.search(
        rf"^## \[(Unreleased|{re.escape(__version__)})\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )


def test_the_container_gets_what_its_steps_need_and_runs_without_rights() -> None:
    steps = (ROOT / "Containerfile").read_text()
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {
        "crskb",
        "data",
        "hatch_build.py",
        "metadata.yml",
        "pyproject.toml",
        "requirements.txt",
        "requirements-build.txt",
    } <= let_in
    assert all((ROOT / name).exists() for name in let_in)
    assert re.search(r"^USER (?!0\b|root)\S+", steps, re.MULTILINE)
    assert steps.index("USER ") < steps.index("ENTRYPOINT")


def test_paths_that_the_hooks_call_are_those_of_make_init() -> None:
    hooks = [hook for repo in read(ROOT / ".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]]
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)


def test_no_line_of_a_template_is_too_long_to_review() -> None:
    templates = sorted((ROOT / "crskb/web/templates").glob("*.html"))
    assert len(templates) >= 15
    lines = [(file.name, line) for file in templates for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(name, line[:60]) for name, line in lines if len(line) > 200] == []
