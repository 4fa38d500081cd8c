"""A built file is what was built: whatever opens it refuses one that differs by a bit, and `crskb stats --verify` says which it is."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from asyncio import AbstractEventLoop
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from datasette.app import Datasette

from crskb.database import tables
from crskb.database.connection import open_readonly
from crskb.database.integrity import SCHEMA_VERSION, seal
from crskb.errors import CrskbError
from tests.conftest import Client

Run = Callable[..., Result]
DIFFERS = "is damaged, or was changed after it was built; build it again with `crskb build`, or download it again"
NOT_OURS = "is not a crskb database, or an old or a damaged one; run `crskb build`"
OTHER_VERSION = "was built by another version of crskb"


@pytest.fixture
def copy(kb_db: Path, tmp_path: Path) -> Path:
    """A copy of the built file that a test may harm."""
    return Path(shutil.copy(kb_db, tmp_path / "copy.db"))


def test_the_header_says_whose_file_it_is_and_build_info_holds_the_hash_of_its_bytes(kb_db: Path) -> None:
    with closing(sqlite3.connect(kb_db)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0].to_bytes(4, "big") == b"crsk"
        info = dict(connection.execute("SELECT key, value FROM build_info"))
        assert str(connection.execute("PRAGMA user_version").fetchone()[0]) == info["schema_version"]
    content = kb_db.read_bytes()
    assert content.count(info["file_hash"].encode()) == 1
    unsealed = content.replace(info["file_hash"].encode(), b"0" * 64)
    assert hashlib.sha256(unsealed).hexdigest() == info["file_hash"]


def test_stats_verify_says_that_the_file_is_what_was_built(run: Run, kb_db: Path) -> None:
    result = run("stats", "--verify", "--db", kb_db)
    facts = json.loads(run("stats", "--verify", "--json", "--db", kb_db).output)
    assert facts["verified"] is True
    assert (result.exit_code, result.output) == (
        0,
        f"{kb_db}: is what was built; data version {facts['data_version']}, file hash {facts['file_hash']}\n",
    )


def test_a_file_with_any_one_bit_flipped_is_refused(run: Run, kb_db: Path, copy: Path) -> None:
    whole, choice = kb_db.read_bytes(), Random(20260105)
    places = [choice.randrange(len(whole)) for _ in range(500)]
    places += range(100)  # the header, most of which SQLite does not look at
    at = whole.index(b"file_hash" + hash_in(kb_db))
    places += range(at, at + 9 + 64)
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << choice.randrange(8)
        copy.write_bytes(flipped)
        result = run("stats", "--verify", "--db", copy)
        in_marks = place < 16 or 60 <= place < 64 or 68 <= place < 72
        assert result.exit_code == 1, place
        assert (DIFFERS in result.output) != in_marks, (place, result.output)
        assert not in_marks or NOT_OURS in result.output or OTHER_VERSION in result.output, (place, result.output)


def hash_in(db: Path) -> bytes:
    with closing(sqlite3.connect(db)) as connection:
        value = connection.execute("SELECT value FROM build_info WHERE key = 'file_hash'").fetchone()[0]
    return str(value).encode()


def test_a_file_cut_short_or_longer_is_refused(run: Run, kb_db: Path, copy: Path) -> None:
    whole = kb_db.read_bytes()
    for length in (0, 1, 15, 16, 60, 71):
        copy.write_bytes(whole[:length])
        result = run("stats", "--verify", "--db", copy)
        assert (result.exit_code, NOT_OURS in result.output) == (1, True), length
    for length in (72, 99, 100, 101, 4095, 4096, len(whole) // 2, len(whole) - 4096, len(whole) - 1):
        copy.write_bytes(whole[:length])
        result = run("stats", "--verify", "--db", copy)
        assert (result.exit_code, DIFFERS in result.output) == (1, True), length
    for more in (b"\0", b"more", whole[-4096:], whole):
        copy.write_bytes(whole + more)
        result = run("stats", "--verify", "--db", copy)
        assert (result.exit_code, DIFFERS in result.output) == (1, True), more


CHANGES = {
    "a row changed": "UPDATE drugs SET relative_risk_rank = 4 WHERE id = 'examplumab'",
    "a row less": "DELETE FROM drug_names WHERE name = 'Exemplia'",
    "a name moved in the search index": "UPDATE drug_search SET names = 'nothing'",
    "a fact of the build changed": "UPDATE build_info SET value = '2999-01-01' WHERE key = 'newest_review'",
    "an index less": "DROP INDEX drug_names_folded",
    "the write-ahead log turned on": "PRAGMA journal_mode = WAL",
    "the hash gone": "DELETE FROM build_info WHERE key = 'file_hash'",
    "the hash twice": "INSERT INTO build_info SELECT value, key || value FROM build_info WHERE key = 'file_hash'",
    "the hash of another file": f"UPDATE build_info SET value = '{'ab' * 32}' WHERE key = 'file_hash'",
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_file_changed_after_the_build_is_refused(run: Run, copy: Path, kind: str) -> None:
    execute(copy, CHANGES[kind])
    result = run("stats", "--verify", "--db", copy)
    assert (result.exit_code, result.output) == (1, f"Error: {copy}: {DIFFERS}\n")


def execute(db: Path, sql: str) -> None:
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute(sql)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("PRAGMA user_version = 999", f"{OTHER_VERSION} (schema 999, not {SCHEMA_VERSION}); run `crskb build` again"),
        ("PRAGMA user_version = 0", f"{OTHER_VERSION} (schema 0, not {SCHEMA_VERSION}); run `crskb build` again"),
        ("PRAGMA application_id = 0", NOT_OURS),
    ],
)
def test_a_file_of_another_version_or_kind_is_refused(run: Run, copy: Path, sql: str, says: str) -> None:
    execute(copy, sql)
    result = run("stats", "--verify", "--db", copy)
    assert (result.exit_code, result.output) == (1, f"Error: {copy}: {says}\n")


COMMANDS = {
    "stats": "stats --db {db}",
    "stats as JSON": "stats --json --db {db}",
    "lookup": "lookup exemplia --db {db}",
    "screen": "screen {table} --column drug --output {table}.out --db {db}",
    "diff from it": "diff {db} {good}",
    "diff to it": "diff {good} {db}",
    "serve": "serve --port 0 --db {db}",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_reads_the_file_refuses_one_that_differs(
    run: Run, kb_db: Path, copy: Path, tmp_path: Path, command: str
) -> None:
    (table := tmp_path / "table.csv").write_text("drug\nexemplia\n")
    filled = COMMANDS[command].format(db=copy, good=kb_db, table=table).split()
    if command != "serve":  # which would go on serving
        assert run(*filled).exit_code == 0
        (tmp_path / "table.csv.out").unlink(missing_ok=True)
    execute(copy, CHANGES["a row changed"])
    result = run(*filled)
    assert (result.exit_code, result.output) == (1, f"Error: {copy}: {DIFFERS}\n")
    assert not (tmp_path / "table.csv.out").exists()


def test_what_is_not_a_readable_file_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("lookup", "exemplia", "--db", tmp_path)
    assert (result.exit_code, "no such file; run `crskb build` first" in result.output) == (1, True)
    (tmp_path / "loop.db").symlink_to("loop.db")
    assert run("lookup", "exemplia", "--db", tmp_path / "loop.db").exit_code == 1


def test_a_journal_left_beside_it_changes_no_answer(run: Run, kb_db: Path, copy: Path, loop: AbstractEventLoop) -> None:
    other = Path(shutil.copy(kb_db, copy.with_name("other.db")))
    execute(other, "UPDATE drugs SET summary = 'Wrong.'")
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # then the journal counts from its first page on
        connection.execute("BEGIN")
        connection.execute("UPDATE drugs SET summary = 'Other.'")
        shutil.copy(f"{other}-journal", f"{copy}-journal")  # it would make of each page that of `other`
    copy.with_name("copy.db-wal").write_bytes(b"no log")
    beside = {file.name: file.read_bytes() for file in copy.parent.iterdir()}
    asked = ("lookup", "exemplia", "--json", "--db")
    assert run(*asked, copy).output == run(*asked, kb_db).output
    path = "/crskb/drugs.json?_search=exemplia&_shape=array"
    assert Client(copy, loop).get(path).json() == Client(kb_db, loop).get(path).json()
    assert {file.name: file.read_bytes() for file in copy.parent.iterdir()} == beside


def test_a_file_that_sqlite_cannot_read_is_refused_although_its_hash_is_right(copy: Path) -> None:
    content = bytearray(copy.read_bytes().replace(hash_in(copy), b"0" * 64))
    content[100] ^= 0xFF  # the kind of the first page
    copy.write_bytes(content)
    seal(copy)
    with pytest.raises(CrskbError, match=r"SQLite 3\.[0-9.]+ cannot read it: "):
        open_readonly(copy)


def test_data_that_hold_what_only_the_build_may_write_are_refused(run: Run, kb: Path, tmp_path: Path) -> None:
    (kb / "changes.yaml").write_text(f"- {{date: 2026-01-04, summary: 'file_hash{'0' * 64} is odd.'}}\n")
    result = run("build", "--data", kb, "--db", tmp_path / "odd.db")
    assert (result.exit_code, "which only the build may write" in result.output) == (1, True)
    assert not (tmp_path / "odd.db").exists()


@pytest.mark.parametrize("damaged", [False, True])
def test_plain_datasette_with_the_plugin_serves_no_damaged_file(
    kb_db: Path, tmp_path: Path, loop: AbstractEventLoop, damaged: bool
) -> None:
    db = Path(shutil.copy(kb_db, tmp_path / "crskb.db"))
    if damaged:
        with db.open("r+b") as file:
            file.seek(5000)
            byte = file.read(1)[0]
            file.seek(5000)
            file.write(bytes([byte ^ 1]))
    datasette = Datasette([str(db)], immutables=[str(db)])
    if damaged:
        assert loop.run_until_complete(datasette.client.get("/api/v1/lookup?q=exemplia")).status_code == 500
        with pytest.raises(CrskbError, match="is damaged"):
            loop.run_until_complete(datasette.client.get("/"))
    else:
        assert loop.run_until_complete(datasette.client.get("/api/v1/lookup?q=exemplia")).json()["status"] == "match"
        assert (
            loop.run_until_complete(datasette.client.get("/crskb.json?sql=select+load_extension('x')")).status_code
            == 400
        )


def test_another_column_makes_another_schema_version(monkeypatch: pytest.MonkeyPatch) -> None:
    made = dict(tables.tables())
    drugs = dict(made["drugs"])
    seen = {SCHEMA_VERSION}
    for changed in (
        {**drugs, "colour": tables.Column(str, True)},
        {**drugs, "summary": tables.Column(str, True)},
        {**drugs, "summary": tables.Column(float, False)},
        dict(reversed(drugs.items())),
    ):
        other = {**made, "drugs": changed}
        monkeypatch.setattr(tables, "tables", lambda other=other: other)
        seen.add(tables.fingerprint())
    assert len(seen) == 5
    assert all(0 < version < 2**31 for version in seen)
