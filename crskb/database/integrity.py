"""A built file is what was built: two marks in its header, and a SHA-256 over all its bytes that stands in the file itself."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from crskb.database.tables import fingerprint
from crskb.errors import CrskbError

APPLICATION_ID = int.from_bytes(b"crsk", "big")  # PRAGMA application_id
SCHEMA_VERSION = fingerprint()  # PRAGMA user_version: a file with other tables or columns cannot be served
HASH_KEY = "file_hash"  # the row of build_info
NOT_SEALED = "0" * 64  # its value while the hash is taken

# The values of a row stand side by side in the file, so the hash is found without SQLite, which a damaged file can lead astray.
_HASH = re.compile(HASH_KEY.encode() + b"([0-9a-f]{64})")
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100  # where what stands in it: https://www.sqlite.org/fileformat2.html


def seal(db: Path) -> None:
    """Write the hash of a whole file, which has NOT_SEALED in its place, into it."""
    content = db.read_bytes()
    places = list(_HASH.finditer(content))
    if len(places) != 1:
        raise CrskbError(f"the data hold {HASH_KEY!r} before 64 hexadecimal digits, which only the build may write")
    with db.open("r+b") as file:
        file.seek(places[0].start(1))
        file.write(_hash(content, places[0]).encode())


def verify(db: Path, *, any_version: bool = False) -> str:
    """The hash of `db`; raises CrskbError if it is not, to the last bit, what this (or any) version of `crskb build` wrote."""
    try:
        if not db.is_file():
            raise CrskbError(f"{db}: no such file; run `crskb build` first")
        with db.open("rb") as file:
            content = file.read(_HEADER_BYTES)
            _check_header(db, content, any_version)
            content += file.read()
    except OSError as error:
        raise CrskbError(f"{db}: cannot be read: {error.strerror}") from error
    places = list(_HASH.finditer(content))
    if len(places) != 1 or places[0][1].decode() != _hash(content, places[0]):
        raise CrskbError(
            f"{db}: is damaged, or was changed after it was built; build it again with `crskb build`, or download it again"
        )
    return places[0][1].decode()


def _check_header(db: Path, header: bytes, any_version: bool) -> None:
    version, application = int.from_bytes(header[60:64], "big"), int.from_bytes(header[68:72], "big")
    if not header.startswith(_MAGIC) or application != APPLICATION_ID:
        raise CrskbError(f"{db}: is not a crskb database, or an old or a damaged one; run `crskb build`")
    if version != SCHEMA_VERSION and not any_version:
        raise CrskbError(
            f"{db}: was built by another version of crskb (schema {version}, not {SCHEMA_VERSION}); run `crskb build` again"
        )


def _hash(content: bytes, place: re.Match[bytes]) -> str:
    view = memoryview(content)
    digest = hashlib.sha256(view[: place.start(1)])
    digest.update(NOT_SEALED.encode())
    digest.update(view[place.end(1) :])
    return digest.hexdigest()
