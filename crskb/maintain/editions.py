"""An edition of the data to compare: a built file, a data folder, or a git revision of it, built aside."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from crskb.database.build import build
from crskb.database.connection import open_readonly
from crskb.database.contents import contents
from crskb.database.queries import Row, build_info
from crskb.errors import CrskbError
from crskb.knowledge.checks import check
from crskb.knowledge.load import load

_LONGEST_NAME = 4096  # characters: what a path may have on Linux


@dataclass(frozen=True)
class Edition:
    """What one edition holds; `remarks` say what a reader of a comparison must know of it."""

    label: str
    data_version: str
    tables: dict[str, list[Row]] = field(repr=False)
    remarks: list[str] = field(default_factory=list)


def edition(named: str, data: Path) -> Edition:
    """The edition that `named` means: a built file, a folder with drugs/ in it, else a revision of `data` in its git repository.

    Raises CrskbError if it is not one of these or cannot be built.
    """
    if len(named) > _LONGEST_NAME:
        raise CrskbError(
            f"{named[:60]}...: has {len(named):,} characters; no file, folder or revision has so long a name"
        )
    path = Path(named)
    if os.path.isfile(path):  # unlike Path's own questions, these take a name that the system does not allow
        return _read(path, path.name)
    if os.path.isdir(path / "drugs"):
        return _built(path, str(path))
    if os.path.isdir(path):
        raise CrskbError(f"{named}: no folder drugs/ in it")
    if path.suffix in (".db", ".sqlite", ".yaml"):
        raise CrskbError(f"{named}: no such file")
    return _of_revision(named, data)


def _read(db: Path, label: str, remarks: list[str] | None = None) -> Edition:
    try:
        with closing(open_readonly(db, any_version=True)) as connection:
            return Edition(label, build_info(connection)["data_version"], contents(connection), remarks or [])
    except sqlite3.Error as error:
        raise CrskbError(f"{db}: cannot be read: {error}") from error


def _built(data: Path, label: str) -> Edition:
    knowledge = load(data)
    unread = [problem for problem in knowledge.problems if problem.level == "error"]
    if unread:
        raise CrskbError(
            f"{label}: its data cannot be read by this version of crskb; the first of {len(unread)} problems: {unread[0]}."
            " If that was right there, build that edition with its own code and compare the two files"
        )
    failed = [problem for problem in check(knowledge) if problem.level == "error"]
    remarks = [f"{len(failed)} checks of this version of crskb fail in it, the first: {failed[0]}"] if failed else []
    with TemporaryDirectory(prefix="crskb-") as folder:
        db = Path(folder) / "crskb.db"
        try:
            build(knowledge, data, db)
        except CrskbError as error:
            raise CrskbError(f"{label}: {error}{'; ' + remarks[0] if remarks else ''}") from error
        return _read(db, label, remarks)


def _of_revision(revision: str, data: Path) -> Edition:
    if not os.path.isdir(data):
        raise CrskbError(f"{revision}: no such file, and no folder {data} whose revisions to look for")
    if revision.startswith("-"):
        raise CrskbError(f"{revision}: no such file or revision")
    whence = _git(
        data,
        "rev-parse",
        "--show-toplevel",
        "--show-prefix",
        why=f"{revision}: no such file, and {data} is in no git repository",
    )
    top, inside, *_ = [*whence.decode().split("\n"), ""]
    commit = _git(
        data, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", why=f"{revision}: no such file or revision"
    )
    hash_ = commit.decode().strip()
    tree = f"{hash_}:{inside.rstrip('/')}"
    archive = _git(Path(top), "archive", "--format=tar", tree, why=f"{revision}: no folder {inside or data} in it")
    label = revision if hash_.startswith(revision) else f"{revision} ({hash_[:7]})"
    with TemporaryDirectory(prefix="crskb-") as folder:
        root = Path(folder) / data.resolve().name
        _unpack(archive, root)
        return _built(root, label)


def _git(folder: Path, *arguments: str, why: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError as error:
        raise CrskbError("git is not installed; compare two built files instead") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise CrskbError(f"{why}{f' ({said[-1]})' if said else ''}")
    return done.stdout


def _unpack(archive: bytes, root: Path) -> None:
    """Regular files only, and only below `root`."""
    root.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            target = (root / member.name).resolve()
            if member.isfile() and target.is_relative_to(root.resolve()):
                target.parent.mkdir(parents=True, exist_ok=True)
                content = tar.extractfile(member)
                target.write_bytes(content.read() if content else b"")
