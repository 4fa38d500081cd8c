"""Write checked knowledge to a SQLite file: aside first, synced, then moved into place, so that a reader never sees half a file."""

from __future__ import annotations

import hashlib
import sqlite3
from operator import itemgetter
from pathlib import Path

from sqlite_utils import Database

from crskb import __version__
from crskb.database.citations import write_citations
from crskb.database.columns import Texts
from crskb.database.integrity import APPLICATION_ID, HASH_KEY, NOT_SEALED, SCHEMA_VERSION, seal
from crskb.database.queries import Row
from crskb.database.rows import rows
from crskb.database.tables import TABLES
from crskb.errors import CrskbError
from crskb.files import aside
from crskb.knowledge.load import Knowledge

TEXTS: Texts = {"build_info": {"key": "Name of the fact.", "value": "The fact."}}


def build(knowledge: Knowledge, data: Path, db: Path) -> dict[str, int]:
    """Write `knowledge` (read from `data`, checked) to `db`; the number of rows by table. The old file stays if anything fails.

    Where `db` is a link, the file it leads to is written and the link stays.
    """
    with aside(db, "build", 0o644) as new:
        counts = _write(knowledge, data, new.path)
        seal(new.path)
        new.replace()
    return counts


def _write(knowledge: Knowledge, data: Path, file: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    db = Database(file)
    try:
        db.conn.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;"
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
            + TABLES.read_text(encoding="utf-8")
        )
        with db.atomic():
            for table, records in rows(knowledge):
                _insert(db, table, records)
                counts[table] = counts.get(table, 0) + len(records)
            counts["citations"] = write_citations(db.conn)
            _index_names(db)
            facts = _build_info(knowledge, data).items()
            _insert(db, "build_info", [{"key": key, "value": value} for key, value in facts])
        db.vacuum()
    except sqlite3.Error as error:
        raise CrskbError(f"the database refused the data: {error}") from error
    finally:
        db.close()
    return counts


def _insert(db: Database, table: str, records: list[Row]) -> None:
    """Insert rows that all have the columns of the first one."""
    if not records:
        return
    columns = tuple(records[0])
    marks = ", ".join("?" for _ in columns)
    values = map(itemgetter(*columns), records)
    db.conn.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)


def _index_names(db: Database) -> None:
    """Fill the trigram index that Datasette's own search on `drugs` uses: every name as written and as folded."""
    db.execute(
        "INSERT INTO drug_search (rowid, names)"
        " SELECT drugs.rowid, group_concat(drug_names.name || char(10) || drug_names.folded, char(10))"
        " FROM drugs JOIN drug_names ON drug_names.drug_id = drugs.id GROUP BY drugs.rowid ORDER BY drugs.rowid"
    )
    db.execute("INSERT INTO drug_search (drug_search) VALUES ('optimize')")


def _build_info(knowledge: Knowledge, data: Path) -> dict[str, str]:
    day = max((entry.record.reviewed_on for entry in knowledge.drugs.values()), default="")
    digest = content_hash(data)
    return {
        "schema_version": str(SCHEMA_VERSION),
        "crskb_version": __version__,
        "data_version": f"{__version__}-{day.replace('-', '')}-{digest[:8]}",
        "content_hash": digest,
        "newest_review": day,
        "drugs": str(len(knowledge.drugs)),
        "incidence_rows": str(sum(len(entry.record.crs_incidence) for entry in knowledge.drugs.values())),
        "sources": str(len(knowledge.sources)),
        "built_from": "data/ of crskb",
        HASH_KEY: NOT_SEALED,
    }


def content_hash(data: Path) -> str:
    """SHA-256 over the version of the code and the name and bytes of every data file."""
    digest = hashlib.sha256(__version__.encode())
    for file in sorted(file for pattern in ("*.yaml", "*.csv") for file in data.rglob(pattern) if file.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(data).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
