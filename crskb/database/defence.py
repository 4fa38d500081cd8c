"""What SQLite itself asks of whoever runs the SQL of strangers: https://www.sqlite.org/security.html."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable

LONGEST_CELL = 100_000  # bytes; no time limit interrupts a function at work on one text
MOST_CALLS = 60  # of functions, written out in one statement: a row of it is not interrupted either
MOST_TRIMMED = 100  # different letters that trim(text, letters) takes off; SQLite's own takes seconds for thousands
HEAP_BYTES = 32_000_000  # all of SQLite in one process: page caches, sorting, texts in the making

CAN_BOUND_SQL = sys.version_info >= (3, 11)  # Python 3.10 cannot set SQLite's limits, and one function may take hours
Authorizer = Callable[..., int]

_LIMITS = {
    "SQLITE_LIMIT_LENGTH": LONGEST_CELL,
    "SQLITE_LIMIT_SQL_LENGTH": 20_000,
    "SQLITE_LIMIT_COLUMN": 200,
    "SQLITE_LIMIT_EXPR_DEPTH": 200,
    "SQLITE_LIMIT_COMPOUND_SELECT": 50,
    "SQLITE_LIMIT_VDBE_OP": 50_000,
    "SQLITE_LIMIT_FUNCTION_ARG": 100,
    "SQLITE_LIMIT_ATTACHED": 0,
    "SQLITE_LIMIT_LIKE_PATTERN_LENGTH": 250,
    "SQLITE_LIMIT_VARIABLE_NUMBER": 5000,  # Datasette asks for the labels of a whole page at once
    "SQLITE_LIMIT_TRIGGER_DEPTH": 1,
    "SQLITE_LIMIT_WORKER_THREADS": 0,
}
_SETTINGS = {  # sqlite3.SQLITE_DBCONFIG_...
    "DEFENSIVE": True,
    "TRUSTED_SCHEMA": False,
    "ENABLE_FTS3_TOKENIZER": False,
    "ENABLE_LOAD_EXTENSION": False,
    "ENABLE_TRIGGER": False,
    "ENABLE_ATTACH_CREATE": False,
    "ENABLE_ATTACH_WRITE": False,
    "WRITABLE_SCHEMA": False,
}
_PRAGMAS = f"""
    PRAGMA trusted_schema = OFF;
    PRAGMA query_only = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA temp_store = MEMORY;  -- no sorting in files beside others'
    PRAGMA hard_heap_limit = {HEAP_BYTES};
"""
_ACTIONS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE})
# What Datasette asks for itself. As tables only those that tell of columns: pragma_database_list() tells paths.
_READ_PRAGMAS = frozenset(
    re.findall(
        r"\w+",
        """data_version database_list foreign_key_list index_info index_list index_xinfo schema_version table_info table_xinfo""",
    )
)
_TABLES = frozenset(
    re.findall(
        r"\w+",
        """json_each json_tree sqlite_master sqlite_schema sqlite_temp_master sqlite_temp_schema pragma_foreign_key_list
        pragma_index_info pragma_index_list pragma_index_xinfo pragma_table_info pragma_table_xinfo""",
    )
)
# The functions that SQLite documents as its core, date, aggregate, window, mathematical and JSON functions, FTS5's, and Datasette's
# own. Not among them, and so refused: what reaches memory, files or code (fts3_tokenizer, load_extension, readfile), printf and
# format (one call writes 900 million letters before it looks at its limit), and whatever else the SQLite of a machine was built with.
_FUNCTIONS = frozenset(
    re.findall(
        r"\S+",
        """abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling changes char coalesce concat concat_ws convert_units cos
        cosh count cume_dist current_date current_time current_timestamp date datetime degrees dense_rank escape_fts exp first_value
        floor fts5_source_id glob group_concat hex highlight if ifnull iif instr json json_array json_array_length
        json_error_position json_extract json_group_array json_group_object json_insert json_object json_patch json_pretty json_quote
        json_remove json_replace json_set json_type json_valid jsonb julianday lag last_insert_rowid last_value lead length like
        likelihood likely ln log log10 log2 lower ltrim match max median min mod nth_value ntile nullif octet_length percent_rank
        percentile percentile_cont percentile_disc pi pow power quote radians random randomblob rank replace round row_number rtrim
        sign sin sinh snippet soundex sqlite_source_id sqlite_version sqrt strftime string_agg substr substring subtype sum tan tanh
        time timediff total total_changes trim trunc typeof unhex unicode unistr unistr_quote unixepoch unlikely upper zeroblob
        -> ->>""",
    )
)


class DefendedConnection(sqlite3.Connection):
    """A connection that counts the functions of a statement while it is prepared. Who runs a stranger's sets `calls_left` before."""

    calls_left: float = float("inf")


def defend(connection: sqlite3.Connection) -> None:
    """Bound what any SQL on this connection can use and reach. The heap limit holds for the whole process."""
    modules = {name for (name,) in connection.execute("SELECT name FROM pragma_module_list")} - _TABLES
    own = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    for name, strip in (("trim", str.strip), ("ltrim", str.lstrip), ("rtrim", str.rstrip)):
        connection.create_function(name, 2, _bounded_trim(strip), deterministic=True)
    connection.executescript(_PRAGMAS)
    if sys.version_info >= (3, 11):
        for name, most in _LIMITS.items():
            connection.setlimit(getattr(sqlite3, name), most)
    if hasattr(connection, "setconfig"):  # Python 3.12
        for name, on in _SETTINGS.items():
            option = getattr(sqlite3, f"SQLITE_DBCONFIG_{name}", None)
            if option is not None:
                connection.setconfig(option, on)
    connection.set_authorizer(_authorizer(connection, _TABLES | own, modules - own))


def _authorizer(connection: sqlite3.Connection, tables: frozenset[str], refused: set[str]) -> Authorizer:
    """Asked by SQLite while it prepares a statement, not while it runs."""

    def of_statement(name: str | None) -> bool:
        """True for a name that the statement itself gives: of those, SQLite asks only where no column is read, as by count(*)."""
        folded = (name or "").lower()
        return folded not in refused and not folded.startswith("pragma_")

    def calls(name: str | None) -> bool:
        if isinstance(connection, DefendedConnection):
            connection.calls_left -= 1
            if connection.calls_left < 0:
                return False
        return (name or "").lower() in _FUNCTIONS

    def authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        allowed = (
            action in _ACTIONS
            or (action == sqlite3.SQLITE_READ and (first in tables or (second == "" and of_statement(first))))
            or (action == sqlite3.SQLITE_FUNCTION and calls(second))
            or (action == sqlite3.SQLITE_PRAGMA and first in _READ_PRAGMAS and (second is None or second in tables))
            # How a virtual table declares its columns when it is first asked. Nothing can be written: see query_only.
            or (action == sqlite3.SQLITE_UPDATE and first == "sqlite_master")
        )
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return authorize


def _bounded_trim(strip: Callable[[str, str], str]) -> Callable[[object, object], str | None]:
    def trim(text: object, letters: object) -> str | None:
        if text is None or letters is None:
            return None
        if len(str(letters)) > MOST_TRIMMED:
            raise ValueError
        return strip(str(text), str(letters))

    return trim
