"""The SELECTs for medicines side by side: every drug with its times of onset and what current texts say of its orders."""

from __future__ import annotations

import sqlite3

from crskb.database.queries import Row, drug_list, select
from crskb.database.tables import CURRENT, PAST

_TIMES = f"""
    SELECT crs_incidence.*, {PAST} AS past
    FROM crs_incidence
    ORDER BY headline DESC, past, id
"""  # noqa: S608 - a constant of tables.py
_STAYS = f"""
    SELECT mitigations.*
    FROM mitigations
    LEFT JOIN vocabulary AS regions ON regions.vocabulary = 'region' AND regions.id = region
    WHERE {CURRENT}
        AND measure IN ('hospitalisation', 'proximity', 'monitoring', 'setting', 'rescue_on_site')
    ORDER BY regions.rowid IS NULL, regions.rowid, mitigations.id
"""  # noqa: S608 - a constant of tables.py


def side_by_side(connection: sqlite3.Connection) -> list[Row]:
    """All drugs as in `drug_list`, each with its cohorts, headline first and past ones last (incidence), and with what current
    texts say of stay and watch (stays) and of rescue medicines (on_site), in the order of the regions."""
    drugs = drug_list(connection)
    by_id = {row["id"]: row for row in drugs}
    for row in drugs:
        row |= {"incidence": [], "stays": [], "on_site": []}
    for cohort in select(connection, _TIMES):
        by_id[cohort["drug_id"]]["incidence"].append(cohort)
    for measure in select(connection, _STAYS):
        key = "on_site" if measure["measure"] == "rescue_on_site" else "stays"
        by_id[measure["drug_id"]][key].append(measure)
    return drugs


def ids(connection: sqlite3.Connection) -> dict[str, str]:
    """Every id that a drug which stands has or had once, with its id of today."""
    sql = """
        SELECT id, id AS current FROM drugs WHERE withdrawn_on IS NULL
        UNION ALL
        SELECT former_id, drug_id FROM former_ids JOIN drugs ON drugs.id = drug_id WHERE withdrawn_on IS NULL
    """
    return {row["id"]: row["current"] for row in select(connection, sql)}
