"""Write a file aside, then put it in the place of the old one: neither a reader nor a crash ever meets half a file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crskb.errors import CrskbError

try:
    import fcntl
except ImportError:  # no file locks on this system; two runs at once are then the user's to avoid
    fcntl = None  # type: ignore[assignment]

_TRIES = 100  # to have a file that another run may be taking away at the same moment


class Aside:
    """A file beside the one that it is to replace. Write to `path`, then call `replace`; without that call nothing changes."""

    def __init__(self, path: Path, target: Path, made: os.stat_result):
        self.path = path
        self._target = target
        self._made = made

    def replace(self) -> None:
        """Put the file in the place of the old one, with the old one's permissions; a crash afterwards cannot undo it."""
        if not _stands_at(self.path, self._made):
            raise CrskbError(f"{self.path}: was taken away while it was written; nothing is replaced")
        _sync(self.path, os.O_RDWR)
        with suppress(FileNotFoundError):
            os.chmod(self.path, stat.S_IMODE(self._target.stat().st_mode))
        os.replace(self.path, self._target)
        with suppress(OSError):  # a folder that cannot be opened cannot be synced; the file is in place all the same
            _sync(self._target.parent, os.O_RDONLY)

    def discard(self) -> None:
        """Remove the file unless it was moved, or is another process's by now; what stays is removed by the next run."""
        with suppress(OSError):
            if _stands_at(self.path, self._made):
                self.path.unlink()


@contextmanager
def aside(target: Path, doing: str, mode: int) -> Iterator[Aside]:
    """An empty file that is to replace `target`; one process at a time has it, and it is gone afterwards unless it was moved.

    `doing` names the work, in the name of the file and to a second process: "screening". `mode` is what a new file permits, less
    the umask; an old one keeps its permissions. Where `target` is a link, the file that it leads to is replaced and the link
    stays. What a killed process left is removed. Raises CrskbError for a target that is not an ordinary file, for one that another
    process is writing, and for any OSError within the block.
    """
    target = _ordinary(target)
    path = beside(target, doing)
    try:
        handle = _made(path, mode)
    except OSError as error:
        raise CrskbError(f"{path}: cannot be written: {error.strerror}") from error
    if handle is None:
        raise CrskbError(f"{target}: another {doing} of this file is running")
    new = Aside(path, target, os.fstat(handle))
    if not fcntl:  # there is no lock to hold, and such a system does not move an open file
        os.close(handle)
    try:
        yield new
    except OSError as error:
        raise CrskbError(f"{error.filename or target}: {error.strerror or error}") from error
    finally:
        new.discard()
        if fcntl:
            os.close(handle)


def beside(target: Path, doing: str) -> Path:
    """Where the file is written that is to replace `target`, which is not a link."""
    return target.with_name(f".{target.name}.{doing}")


def _ordinary(target: Path) -> Path:
    """The file to replace: the one that `target` leads to if it is a link. Raises CrskbError if that is not an ordinary file."""
    try:
        kind = stat.S_IFMT(target.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        kind = stat.S_IFREG  # to be made
    except OSError as error:
        said = "is a link that leads to itself" if error.errno == errno.ELOOP else error.strerror
        raise CrskbError(f"{target}: {said}") from error
    if kind == stat.S_IFDIR:
        raise CrskbError(f"{target}: is a folder, not a file")
    if kind != stat.S_IFREG:
        raise CrskbError(f"{target}: is not an ordinary file")
    if target.is_symlink():
        target = target.resolve()
    if not target.parent.is_dir():
        raise CrskbError(f"{target.parent}: no such folder")
    return target


def _made(path: Path, mode: int) -> int | None:
    """A new file at `path`, open and locked; None if another process has it. What stood there is removed, never written to."""
    for _ in range(_TRIES):
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            _clear(path)
            continue
        if _locked(handle) and _stands_at(path, os.fstat(handle)):
            return handle
        os.close(handle)
    return None


def _clear(path: Path) -> None:
    """Remove what a killed process left at `path`, or what somebody put there, unless a process has it locked."""
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.lstat().st_mode):
            path.unlink()
            return
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            if _locked(handle) and _stands_at(path, os.fstat(handle)):
                path.unlink()
        finally:
            os.close(handle)


def _locked(handle: int) -> bool:
    if fcntl:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # this file system has no locks
            return True
    return True


def _stands_at(path: Path, made: os.stat_result) -> bool:
    """Whether `path` still is the file that was made there; another process may have taken it away."""
    try:
        return os.path.samestat(path.lstat(), made)
    except FileNotFoundError:
        return False


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
