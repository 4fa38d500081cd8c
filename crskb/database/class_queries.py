"""The SELECTs for pages of classes of medicine."""

from __future__ import annotations

import sqlite3

from crskb.database.queries import Row, column, drug_list, select


def drug_class(connection: sqlite3.Connection, class_id: str) -> Row | None:
    """One class with what people type for it (words), the wider classes from the widest on (above), the narrower ones (within) and its drugs as in `drug_list` (drugs)."""
    found = select(connection, "SELECT * FROM drug_classes WHERE id = ?", class_id)
    if not found:
        return None
    wider = """
        WITH RECURSIVE wider (id, name, parent, height) AS (
            SELECT id, name, parent, 0 FROM drug_classes WHERE id = ?
            UNION ALL
            SELECT above.id, above.name, above.parent, height + 1
            FROM wider
            JOIN drug_classes AS above ON above.id = wider.parent
        )
        SELECT id, name FROM wider WHERE height > 0 ORDER BY height DESC
    """
    narrower = """
        SELECT drug_classes.id, drug_classes.name, count(*) AS drug_count
        FROM drug_classes
        JOIN class_members ON class_id = drug_classes.id
        JOIN drugs ON drugs.id = drug_id
        WHERE parent = ? AND withdrawn_on IS NULL
        GROUP BY drug_classes.id
        ORDER BY drug_classes.name
    """
    held = set(column(connection, "SELECT drug_id FROM class_members WHERE class_id = ?", class_id))
    return {
        **found[0],
        "words": column(connection, "SELECT word FROM class_words WHERE class_id = ? ORDER BY rowid", class_id),
        "above": select(connection, wider, class_id),
        "within": select(connection, narrower, class_id),
        "drugs": [row for row in drug_list(connection) if row["id"] in held and not row["withdrawn_on"]],
    }


def classes_of(connection: sqlite3.Connection, drug_id: str) -> list[str]:
    """The classes that hold a drug, the narrowest first."""
    sql = """
        SELECT mine.class_id
        FROM class_members AS mine
        JOIN class_members AS theirs ON theirs.class_id = mine.class_id
        WHERE mine.drug_id = ?
        GROUP BY mine.class_id
        ORDER BY count(*), mine.class_id
    """
    return column(connection, sql, drug_id)


def class_ids(connection: sqlite3.Connection) -> list[str]:
    """The classes that hold a drug, by themselves or in a narrower one."""
    sql = """
        SELECT DISTINCT class_id
        FROM class_members
        JOIN drugs ON drugs.id = drug_id
        WHERE withdrawn_on IS NULL
        ORDER BY class_id
    """
    return column(connection, sql)


def class_members(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Every class with the ids of its drugs, those of narrower classes among them; none for a class that holds no drug."""
    rows = select(
        connection,
        """
        SELECT drug_classes.id, drug_id
        FROM drug_classes
        LEFT JOIN class_members ON class_id = drug_classes.id
        ORDER BY drug_classes.rowid
        """,
    )
    members: dict[str, set[str]] = {row["id"]: set() for row in rows}
    for row in rows:
        if row["drug_id"]:
            members[row["id"]].add(row["drug_id"])
    return {class_id: frozenset(ids) for class_id, ids in members.items()}


def words_to_choose(connection: sqlite3.Connection) -> list[list[str]]:
    """What people type for a class of medicines or a combination, each with what it is: offered while they type."""
    sql = """
        SELECT word, 'class' FROM class_words
        UNION ALL
        SELECT DISTINCT name, 'combination' FROM regimen_names
        ORDER BY 1
    """
    return [list(row) for row in connection.execute(sql)]
