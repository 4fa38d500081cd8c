"""The output of `crskb screen`: whole or not there, read by its owner alone, never a device, never the table; no litter."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from crskb.lookup.resolver import Resolver

Run = Callable[..., Result]
TABLE = "id,drug\n1,Exemplia\n"


@pytest.fixture
def screened(run: Run, kb_db: Path, tmp_path: Path) -> Callable[..., Any]:
    """`screened(output)` screens a small table to this path."""

    (tmp_path / "list.csv").write_text(TABLE)

    def go(output: Path, table: Path = tmp_path / "list.csv") -> Any:
        return run("screen", table, "--column", "drug", "--output", output, "--db", kb_db)

    return go


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_new_output_is_its_owners_alone_and_an_old_one_keeps_its_permissions(screened: Any, tmp_path: Path) -> None:
    assert screened(tmp_path / "new.csv").exit_code == 0
    (old := tmp_path / "old.csv").write_text("old")
    old.chmod(0o640)
    assert screened(old).exit_code == 0
    assert "Exemplia" in old.read_text()
    assert [mode(tmp_path / "new.csv"), mode(old)] == [0o600, 0o640]
    assert names(tmp_path) == ["list.csv", "new.csv", "old.csv"]


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link to a pipe"])
def test_what_is_not_an_ordinary_file_is_refused_and_stays(
    screened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    output = tmp_path / "answers.csv"
    if kind == "socket":
        monkeypatch.chdir(tmp_path)  # the address of a socket is short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(output.name)
    elif kind == "device":
        try:
            os.mknod(output, stat.S_IFCHR | 0o600, os.makedev(1, 3))  # another /dev/null, which may be lost
        except PermissionError:
            pytest.skip("only root makes devices")
    else:
        pipe = output if kind == "pipe" else tmp_path / "pipe"
        os.mkfifo(pipe)
        if pipe != output:
            output.symlink_to(pipe)
    before = output.stat()
    result = screened(output)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, f"Error: {output}: is not an ordinary file")
    assert os.path.samestat(before, output.stat())


def test_the_output_of_the_process_itself_is_refused_where_it_is_a_pipe(kb_db: Path, tmp_path: Path) -> None:
    (table := tmp_path / "list.csv").write_text(TABLE)
    done = subprocess.run(
        [sys.executable, "-m", "crskb", "screen", table, "--column", "drug", "--output", "/dev/stdout", "--db", kb_db],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Error: /dev/stdout: is not an ordinary file" in done.stderr


def test_an_output_that_is_a_link_is_written_through(screened: Any, tmp_path: Path) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    for name, existing in (("old.csv", True), ("new.csv", False)):
        if existing:
            (elsewhere / name).write_text("old")
        (link := tmp_path / name).symlink_to(Path("elsewhere") / name)
        assert screened(link).exit_code == 0
        assert link.is_symlink()
        assert "Exemplia" in (elsewhere / name).read_text()
    assert names(elsewhere) == ["new.csv", "old.csv"]
    (loop := tmp_path / "loop.csv").symlink_to(loop)
    assert f"Error: {loop}: is a link that leads to itself" in screened(loop).stderr


@pytest.mark.parametrize("output", ["list.csv", "symlink.csv", "hardlink.csv"])
def test_the_table_itself_is_never_the_output(screened: Any, tmp_path: Path, output: str) -> None:
    table = tmp_path / "list.csv"
    (tmp_path / "symlink.csv").symlink_to(table)
    (tmp_path / "hardlink.csv").hardlink_to(table)
    result = screened(tmp_path / output)
    assert (result.exit_code, "is the table itself" in result.stderr) == (1, True)
    assert table.read_text() == TABLE


def test_what_a_killed_run_left_is_no_table_for_the_same_output(screened: Any, tmp_path: Path) -> None:
    (left := tmp_path / ".answers.csv.screening").write_text(TABLE)
    assert "is the table itself" in screened(tmp_path / "answers.csv", left).stderr
    assert left.read_text() == TABLE


def test_the_old_output_stays_if_a_run_fails(screened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (output := tmp_path / "answers.csv").write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Resolver, "resolve", fail)
    result = screened(output)
    assert (result.exit_code, f"Error: {output}: No space left" in result.stderr) == (1, True)
    assert output.read_text() == "old"
    assert names(tmp_path) == ["answers.csv", "list.csv"]


@pytest.mark.parametrize(
    ("table", "output", "says"),
    [
        ("list.csv", "nowhere/answers.csv", "nowhere: no such folder"),
        ("list.csv", "list.csv/answers.csv", "list.csv: no such folder"),
        ("list.csv", "x" * 300, ": File name too long"),
        ("list.csv", "x" * 250, "cannot be written: File name too long"),
        ("x" * 300, "answers.csv", ": no such file"),
        ("pipe.csv", "answers.csv", "pipe.csv: is not an ordinary file"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_in_a_sentence(
    screened: Any, tmp_path: Path, table: str, output: str, says: str
) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    result = screened(tmp_path / output, tmp_path / table)
    assert (result.exit_code, says in result.stderr) == (1, True)
    assert names(tmp_path) == ["list.csv", "pipe.csv"]


@pytest.mark.parametrize("kind", ["symlink", "hardlink", "pipe", "file"])
def test_what_stands_beside_the_output_is_taken_away_and_never_written_to(
    screened: Any, tmp_path: Path, kind: str
) -> None:
    (other := tmp_path / "other.txt").write_text("mine")
    other.chmod(0o666)
    beside = tmp_path / ".answers.csv.screening"
    {
        "symlink": lambda: beside.symlink_to(other),
        "hardlink": lambda: beside.hardlink_to(other),
        "pipe": lambda: os.mkfifo(beside),
        "file": lambda: (beside.write_text("left"), beside.chmod(0o666)),
    }[kind]()
    assert screened(tmp_path / "answers.csv").exit_code == 0
    assert other.read_text() == "mine"
    assert mode(tmp_path / "answers.csv") == 0o600
    assert names(tmp_path) == ["answers.csv", "list.csv", "other.txt"]


@pytest.fixture
def running(kb_db: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run over a long table, as far as writing its answers beside answers.csv."""
    with (tmp_path / "long.csv").open("w") as table:
        table.write("drug\n")
        table.writelines(f"Exemplia {strength} mg of what is not known {strength}\n" for strength in range(400_000))
    arguments = ["screen", "long.csv", "--column", "drug", "--output", "answers.csv", "--db", str(kb_db)]
    process = subprocess.Popen(
        [sys.executable, "-m", "crskb", *arguments], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    beside = tmp_path / ".answers.csv.screening"
    for _ in range(600):
        if process.poll() is not None or (beside.exists() and beside.stat().st_size):
            break
        time.sleep(0.05)
    assert process.poll() is None
    yield process
    process.kill()
    process.communicate(timeout=30)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 1)])
def test_a_run_that_is_ended_leaves_nothing(
    running: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals, status: int
) -> None:
    assert mode(tmp_path / ".answers.csv.screening") == 0o600  # the rows may be patients'
    running.send_signal(number)
    said = running.communicate(timeout=30)[0]
    assert (running.returncode, b"Traceback" in said) == (status, False)
    assert names(tmp_path) == ["long.csv"]


def test_what_a_killed_run_left_is_removed_by_the_next_and_a_running_one_is_left_alone(
    running: subprocess.Popen[bytes], screened: Any, tmp_path: Path
) -> None:
    output, beside = tmp_path / "answers.csv", tmp_path / ".answers.csv.screening"
    result = screened(output)
    assert (result.exit_code, f"{output}: another screening of this file is running" in result.stderr) == (1, True)
    assert screened(tmp_path / "another.csv").exit_code == 0
    assert beside.exists()
    running.kill()
    running.communicate(timeout=30)
    assert beside.exists()
    assert screened(tmp_path / "another.csv").exit_code == 0
    assert beside.exists()  # of another output
    assert screened(output).exit_code == 0
    assert names(tmp_path) == ["another.csv", "answers.csv", "list.csv", "long.csv"]


def test_a_file_that_was_taken_away_while_it_was_written_replaces_nothing(
    screened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (output := tmp_path / "answers.csv").write_text("old")
    beside = tmp_path / ".answers.csv.screening"

    def resolve(self: Resolver, text: str) -> Any:
        beside.unlink()
        beside.write_text("half of what another writes")
        return real(self, text)

    real = Resolver.resolve
    monkeypatch.setattr(Resolver, "resolve", resolve)
    result = screened(output)
    assert (result.exit_code, f"Error: {beside}: was taken away" in result.stderr) == (1, True)
    assert (output.read_text(), beside.read_text()) == ("old", "half of what another writes")
