"""The scripts of the workflows, run as they stand: what the weekly watch does with its issue, what is said under a pull request."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.conftest import KB, ROOT

pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("bash", "git", "timeout", "iconv")),
    reason="a tool of the runner is missing",
)
Script = Callable[..., subprocess.CompletedProcess[str]]
# answers `gh issue list` with the number in ISSUE, and writes down everything else
GH = '#!/bin/bash\nif [ "$2" = list ]; then echo "$ISSUE"; else printf "%s\\n" "$*" >> asked.txt; fi\n'


def executable(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """`script(workflow, job, step, cwd, NAME=value)`: one step as GitHub's runner starts it."""

    def run(workflow: str, job: str, step: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        steps = yaml.safe_load((ROOT / f".github/workflows/{workflow}.yml").read_text())["jobs"][job]["steps"]
        (found,) = [each for each in steps if each.get("name") == step]
        outputs = {name: str(tmp_path / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        fixed = {name: value for name, value in found.get("env", {}).items() if "${{" not in value}
        path = f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}"
        git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(
            ["bash", "-e", "-c", found["run"]],
            cwd=cwd,
            env={**os.environ, **git, **outputs, **fixed, "PATH": path, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def week(script: Script, tmp_path: Path) -> Callable[..., tuple[str, str, bool]]:
    """`week(report, said, status, issue)`: what is done with the issue, what is written in it, and whether the run fails."""

    def run(report: str, said: str, status: int, issue: str) -> tuple[str, str, bool]:
        here = tmp_path / "checkout"
        (tmp_path / "report").parent.mkdir(exist_ok=True)
        (tmp_path / "report").write_text(report)
        (tmp_path / "said").write_text(said)
        words = f'cat "{tmp_path}/report"; cat "{tmp_path}/said" >&2; exit {status}'
        executable(here / ".venv/bin/crskb", f"#!/bin/bash\n{words}\n")
        executable(tmp_path / "tools/gh", GH)
        looked = script("weekly", "look", "Look", here, COMMAND="labels")
        assert looked.returncode == 0, looked.stderr
        found = (tmp_path / "github_output").read_text().strip().removeprefix("found=")
        told = script(
            "weekly", "look", "Open, change or close the issue", here, FOUND=found, ISSUE=issue, TITLE="Weekly: labels"
        )
        asked = here / "asked.txt"
        return asked.read_text() if asked.exists() else "", (here / "body.md").read_text(), told.returncode != 0

    return run


NOTHING = "19 labels: 0 newer, 0 not dated, 0 unanswered, 0 not found, 19 current\n"
NEWER = "newer      us-pi-a: read the revision of 2025-07\n19 labels: 1 newer\n"
PART = NOTHING + "Checked in part: 3 of 19 were not answered, and nothing is known of those.\n"


@pytest.mark.parametrize(
    ("report", "status", "issue", "asked"),
    [
        (NOTHING, 0, "7", "issue close 7 --comment Nothing found this week.\n"),
        (NOTHING, 0, "", ""),
        (NEWER, 1, "7", "issue edit 7 --body-file body.md\n"),
        (NEWER, 1, "", "issue create --title Weekly: labels --body-file body.md\n"),
        (PART, 0, "7", "issue edit 7 --body-file body.md\n"),
        (PART, 0, "", "issue create --title Weekly: labels --body-file body.md\n"),
    ],
)
def test_a_week_that_looked_closes_its_issue_only_if_all_of_it_is_well(
    week: Callable[..., tuple[str, str, bool]], report: str, status: int, issue: str, asked: str
) -> None:
    done, body, failed = week(report, "", status, issue)
    assert (done, failed) == (asked, False)
    assert report.splitlines()[-1] in body


@pytest.mark.parametrize(
    ("report", "status"),
    [("", 3), ("", 1), (NOTHING, 3), (NOTHING, 124), ("", 0), (NOTHING, 137), ("", 2)],
    ids=["nobody answered", "traceback", "3 with words", "took too long", "no word", "killed", "usage"],
)
def test_a_week_that_could_not_look_closes_nothing_says_so_and_fails(
    week: Callable[..., tuple[str, str, bool]], report: str, status: int
) -> None:
    done, body, failed = week(report, "Not checked: nobody answered\n", status, "7")
    assert (done, failed) == ("issue comment 7 --edit-last --create-if-none --body-file body.md\n", True)
    assert "could not look on 20" in body
    assert f"(exit status {status})" in body
    assert "Not checked: nobody answered" in body


def test_a_watch_that_is_blind_from_the_start_opens_an_issue(week: Callable[..., tuple[str, str, bool]]) -> None:
    done, _, failed = week("", "Not checked: nobody answered\n", 3, "")
    assert (done, failed) == ("issue create --title Weekly: labels --body-file body.md\n", True)


@pytest.mark.parametrize(("report", "said", "status"), [("x\n{}\n", "", 1), ("", "{}\n", 3)], ids=["found", "blind"])
def test_words_of_strangers_stay_inside_their_fence(
    week: Callable[..., tuple[str, str, bool]], report: str, said: str, status: int
) -> None:
    hostile = "2026\x1b[31m\x07\n```\n@everyone <img src=x>\n```"
    _, body, _ = week(report.replace("{}", hostile), said.replace("{}", hostile), status, "7")
    lines = body.splitlines()
    assert [line for line in lines if "```" in line] == ["```text", "```"]
    assert lines.index("```text") < lines.index("@everyone <img src=x>") < lines.index("```")
    assert not set("\x1b\x07") & set(body)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A checkout of a main branch with the invented data, whose `.venv/bin/crskb` is the code under test."""
    here = tmp_path / "checkout"
    shutil.copytree(KB, here / "data")
    (here / "crskb").mkdir()
    (here / "crskb/note.txt").write_text("code\n")
    (here / ".gitignore").write_text(".venv\npull-request\ncomment\nwhy.txt\n")
    executable(here / ".venv/bin/crskb", f'#!/bin/bash\nexec "{Path(sys.executable).with_name("crskb")}" "$@"\n')
    git(here, "init", "--quiet", "--initial-branch=main")
    commit(here)
    return here


def git(folder: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def compared(script: Script, repository: Path) -> Callable[[Callable[[Path], None]], str]:
    """`compared(change)`: the comment on a pull request that makes this change, while the main branch has gone on."""

    def run(change: Callable[[Path], None]) -> str:
        git(repository, "switch", "--quiet", "--create=pull")
        change(repository)
        head = commit(repository)
        git(repository, "switch", "--quiet", "main")
        edit(repository, "data/drugs/mockizumab.yaml", "summary: ", "summary: Later. ")
        commit(repository)
        step = "Compare its data with the data that it started from"
        done = script("data-diff-comment", "compare", step, repository, HEAD_SHA=head)
        assert done.returncode == 0, done.stderr
        return (repository / "comment/diff.md").read_text()

    return run


def edit(folder: Path, file: str, before: str, after: str) -> None:
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1))


def change_a_figure(folder: Path) -> None:
    edit(
        folder,
        "data/drugs/examplumab.yaml",
        "n_any_grade: 119\n    pct_any_grade: 72.1",
        "n_any_grade: 117\n    pct_any_grade: 70.9",
    )


def test_a_comment_tells_what_the_pull_request_changes_and_not_what_main_did_since(
    compared: Callable[[Callable[[Path], None]], str],
) -> None:
    comment = compared(change_a_figure)
    assert "`n_any_grade` 119 → 117" in comment
    assert "mockizumab" not in comment
    assert "files outside data/" not in comment


def test_code_of_the_pull_request_has_no_part_in_its_comment(
    compared: Callable[[Callable[[Path], None]], str], repository: Path
) -> None:
    def change(folder: Path) -> None:
        change_a_figure(folder)
        (folder / "crskb/__init__.py").write_text("raise SystemExit('run')\n")
        (folder / "crskb/note.txt").write_text("other code\n")

    comment = compared(change)
    assert "`n_any_grade` 119 → 117" in comment
    assert "This pull request also changes 2 files outside data/." in comment
    assert [path.name for path in (repository / "pull-request").iterdir()] == ["data"]
    assert (repository / "crskb/note.txt").read_text() == "code\n"


def test_a_link_in_the_data_reads_nothing_of_the_machine_that_compares(
    compared: Callable[[Callable[[Path], None]], str], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text((KB / "drugs/nebulumab.yaml").read_text().replace("nebulumab", "secretumab"))

    def change(folder: Path) -> None:
        (folder / "data/drugs/secretumab.yaml").symlink_to(secret)

    comment = compared(change)
    assert comment.startswith("The code of the main branch cannot read these data")
    assert "drugs/secretumab.yaml:1:1: " in comment
    assert "Secretumab" not in comment


def test_data_that_cannot_be_read_are_said_to_be_so_in_words_without_markup(
    compared: Callable[[Callable[[Path], None]], str],
) -> None:
    comment = compared(
        lambda folder: edit(folder, "data/drugs/examplumab.yaml", "name: ", '"```@every\\e[31mone": 1\nname: ')
    )
    assert comment.startswith("The code of the main branch cannot read these data")
    assert "@every" in comment
    assert comment.count("```") == 2
    assert "\x1b" not in comment
