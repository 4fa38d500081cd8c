"""`crskb build`: what the file holds, that it is the same each time, and that nothing that goes wrong harms the file in place."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import KB

Run = Callable[..., Result]


@pytest.fixture
def rows(kb_db: Path) -> Iterator[Callable[..., list[sqlite3.Row]]]:
    with closing(sqlite3.connect(kb_db)) as connection:
        connection.row_factory = sqlite3.Row
        yield lambda sql, *values: connection.execute(sql, values).fetchall()


def test_the_drugs_table_sums_up_each_file(rows: Callable[..., list[sqlite3.Row]]) -> None:
    drug = dict(rows("SELECT * FROM drugs WHERE id = 'examplumab'")[0])
    assert drug["brand_names"] == "Exemplia, Éxemplio"
    assert drug["other_names"] == "examplumab-abcd, EX-101"
    assert (drug["relative_risk"], drug["relative_risk_rank"], drug["strongest_evidence"]) == (
        "highest",
        1,
        "boxed_warning",
    )
    assert (drug["crs_any_grade_pct"], drug["crs_any_grade_low"], drug["crs_any_grade_high"]) == (72.1, 64.8, 78.4)
    assert (drug["t_cell_engaging"], drug["boxed_warning_crs"], drug["onset_median_days"], drug["atc_code"]) == (
        1,
        1,
        2.0,
        "L01FX99",
    )
    assert drug["why_this_tier"] == (
        "Highest: it is a T-cell-engaging immunotherapy (BCMA, CD3). Headline cohort EXAMPLE-1, recommended dose: any grade 119 of 165"
        " (72.1%; 95% interval 64.8 to 78.4%); grade 3 or higher 1 of 165 (0.6%; 95% interval 0.1 to 3.4%)."
    )


def test_a_drug_without_a_cohort_has_no_figures_rather_than_zeros(rows: Callable[..., list[sqlite3.Row]]) -> None:
    drug = rows("SELECT * FROM drugs WHERE id = 'nebulumab'")[0]
    assert (drug["crs_any_grade_pct"], drug["crs_grade3plus_pct"], drug["onset_median_days"]) == (None, None, None)
    assert drug["why_this_tier"].endswith("this is not the same as low.")


def test_every_name_is_there_folded_and_other_medicines_leave_out_our_own(
    rows: Callable[..., list[sqlite3.Row]],
) -> None:
    names = {
        (row["name"], row["kind"], row["folded"])
        for row in rows("SELECT * FROM drug_names WHERE drug_id = 'examplumab'")
    }
    assert ("examplumab", "inn", "examplumab") in names
    assert ("Éxemplio", "brand", "exemplio") in names
    assert ("EX-101", "development_code", "ex101") in names
    assert ("exemplumab", "misspelling", "exemplumab") in names
    assert [row["name"] for row in rows("SELECT name FROM other_medicine_names ORDER BY name")] == [
        "OTL",
        "Otherol",
        "PLB",
        "blorcabtagene zilleucel",
        "examplimab",
        "magnesium chloride",
        "otherolol",
        "potassium chloride",
    ]
    told = rows("SELECT * FROM other_medicine_names WHERE name IN ('Otherol', 'OTL') ORDER BY name")
    assert [tuple(row) for row in told] == [
        ("OTL", "abbreviation", "otherolol", None, None, None, "unii", "otl"),
        ("Otherol", "brand", None, "A01AB01", "EX0THER0L0", "EU, US", "ema, unii", "otherol"),
    ]


def test_all_tables_are_strict_and_every_reference_leads_somewhere(rows: Callable[..., list[sqlite3.Row]]) -> None:
    tables = [
        row["sql"]
        for row in rows("SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'drug_search%'")
    ]
    assert len(tables) > 35
    assert all(sql.rstrip().endswith("STRICT") for sql in tables)
    assert rows("PRAGMA foreign_key_check") == []
    assert rows("PRAGMA integrity_check")[0][0] == "ok"


def test_the_table_refuses_what_the_design_excludes(kb_db: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(kb_db.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        for sql in (
            "UPDATE drugs SET t_cell_engaging = 2",
            "UPDATE drugs SET crs_any_grade_pct = 101",
            "UPDATE crs_incidence SET n_any_grade = n_treated + 1",
            "UPDATE crs_incidence SET headline = 1",
            "UPDATE drugs SET reviewed_on = x'00'",
            "UPDATE drug_names SET kind = 'nickname'",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(sql)


def test_two_builds_are_the_same_to_the_byte(run: Run, kb_db: Path, tmp_path: Path) -> None:
    assert run("build", "--data", KB, "--db", tmp_path / "again.db").exit_code == 0
    assert (tmp_path / "again.db").read_bytes() == kb_db.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["again.db"]


def test_the_data_version_changes_with_the_data(run: Run, kb: Path, kb_db: Path, tmp_path: Path) -> None:
    (kb / "changes.yaml").write_text("- {date: 2026-01-04, summary: Another.}\n")
    assert run("build", "--data", kb, "--db", tmp_path / "b.db").exit_code == 0
    sql = "SELECT value FROM build_info WHERE key IN ('data_version', 'content_hash') ORDER BY key"
    with closing(sqlite3.connect(kb_db)) as before, closing(sqlite3.connect(tmp_path / "b.db")) as after:
        assert before.execute(sql).fetchall() != after.execute(sql).fetchall()


MOCKIZUMAB = (KB / "drugs" / "mockizumab.yaml").read_text()
BROKEN_EDITS = {
    "unknown key": (MOCKIZUMAB + "colour: red\n", "14:1"),
    "duplicate key": (MOCKIZUMAB + "name: mockizumab\n", "14:1"),
    "tab": (MOCKIZUMAB + "\tstatus: approved\n", "14:1"),
    "empty file": ("", "1:1"),
    "list at the root": ("- a\n- b\n", "1:1"),
    "bad flag": (MOCKIZUMAB.replace("t_cell_engaging: false", "t_cell_engaging: perhaps"), "6:18"),
    "unknown tier": (MOCKIZUMAB.replace("relative_risk: moderate", "relative_risk: extreme"), "7:16"),
    "wrong tier": (MOCKIZUMAB.replace("relative_risk: moderate", "relative_risk: low"), "7:16"),
    "count above the treated": (
        MOCKIZUMAB
        + "crs_incidence:\n  - {cohort: C, headline: true, study_design: label, n_treated: 5, n_any_grade: 6, source: example-trial}\n",
        "15:81",
    ),
    "negative count": (
        MOCKIZUMAB + "crs_incidence:\n  - {cohort: C, study_design: label, n_any_grade: -1, source: example-trial}\n",
        "15:51",
    ),
    "ghost source": (MOCKIZUMAB.replace("us-pi-exemplia", "us-pi-ghost"), "12:95"),
    "alias": (MOCKIZUMAB.replace("targets: [CD99]", "targets: &t [CD99]\nindications: *t"), "5:10"),
    "python tag": (MOCKIZUMAB.replace("name: mockizumab", "name: !!python/name:os.system mockizumab"), "1:7"),
    "name that another drug has": (MOCKIZUMAB.replace("name: Mockira", "name: Exemplia"), "10:12"),
    "bare NO": (MOCKIZUMAB.replace("t_cell_engaging: false", "t_cell_engaging: NO"), "6:18"),
    "name that is not the file's": (MOCKIZUMAB.replace("name: mockizumab", "name: mockizumob"), "1:7"),
    "not UTF-8": (MOCKIZUMAB.replace("Invented", "Invent\udce9").encode("utf-8", "surrogateescape"), "2:16"),
    "NUL byte": (MOCKIZUMAB.replace("Invented", "Invent\0"), "2:16"),
    "date in the future": (MOCKIZUMAB.replace("2026-01-02", "2999-01-02"), "13:14"),
}


@pytest.mark.parametrize("kind", BROKEN_EDITS)
@pytest.mark.parametrize("command", ["validate", "build"])
def test_a_broken_edit_is_refused_with_its_place_and_the_file_in_place_stays(
    run: Run, kb: Path, tmp_path: Path, kind: str, command: str
) -> None:
    content, place = BROKEN_EDITS[kind]
    db = tmp_path / "crskb.db"
    db.write_bytes(b"the old file")
    (kb / "drugs" / "mockizumab.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    result = run("validate", "--data", kb) if command == "validate" else run("build", "--data", kb, "--db", db)
    assert result.exit_code == 1
    assert f"kb/drugs/mockizumab.yaml:{place}: " in result.output
    assert "Traceback" not in result.output
    assert db.read_bytes() == b"the old file"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["crskb.db", "kb"]


@pytest.mark.parametrize(
    ("data", "db", "says"),
    [
        ("nowhere", "x.db", "no folder drugs/ in it"),
        ("kb", "nowhere/x.db", "no such folder"),
        ("kb", "kb", "is a folder"),
    ],
)
def test_a_build_that_cannot_start_says_why(run: Run, kb: Path, tmp_path: Path, data: str, db: str, says: str) -> None:
    result = run("build", "--data", tmp_path / data, "--db", tmp_path / db)
    assert result.exit_code == 1
    assert says in result.output


def test_a_link_is_followed_and_stays_a_link(run: Run, kb_db: Path, tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "crskb.db").symlink_to("releases/now.db")
    for _ in range(2):  # the file it leads to is made, then replaced
        assert run("build", "--data", KB, "--db", tmp_path / "crskb.db").exit_code == 0
    assert (tmp_path / "crskb.db").is_symlink()
    assert (tmp_path / "releases" / "now.db").read_bytes() == kb_db.read_bytes()
    assert [file.name for file in (tmp_path / "releases").iterdir()] == ["now.db"]


def test_a_link_to_itself_and_a_pipe_are_not_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "loop.db").symlink_to("loop.db")
    os.mkfifo(tmp_path / "pipe.db")
    for name, says in (("loop.db", "is a link that leads to itself"), ("pipe.db", "is not an ordinary file")):
        result = run("build", "--data", KB, "--db", tmp_path / name)
        assert result.exit_code == 1
        assert name in result.output
        assert says in result.output
    assert (tmp_path / "loop.db").is_symlink()
    assert (tmp_path / "pipe.db").is_fifo()


def test_a_folder_with_the_name_of_a_data_file_is_no_part_of_the_data(run: Run, kb: Path, tmp_path: Path) -> None:
    (kb / "clinical" / "notes.yaml").mkdir()
    assert run("build", "--data", kb, "--db", tmp_path / "crskb.db").exit_code == 0


def test_a_second_build_of_the_same_file_waits_for_nobody_and_harms_nothing(run: Run, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    aside = tmp_path / ".crskb.db.build"
    with aside.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = run("build", "--data", KB, "--db", tmp_path / "crskb.db")
    assert result.exit_code == 1
    assert "another build of this file is running" in result.output


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="cannot refuse to follow links")
def test_nothing_is_written_through_a_link_beside_the_file(run: Run, tmp_path: Path) -> None:
    (other := tmp_path / "other.txt").write_text("mine")
    (tmp_path / ".crskb.db.build").symlink_to(other)
    result = run("build", "--data", KB, "--db", tmp_path / "crskb.db")
    assert (result.exit_code, other.read_text()) == (0, "mine")
    assert not (tmp_path / "crskb.db").is_symlink()


BUILD_AND_KILL = """
import json, os, random, signal, sys, time
from pathlib import Path
from crskb.database.build import build
from crskb.knowledge.checks import load_checked

data, db = Path(sys.argv[1]), Path(sys.argv[2])
knowledge, _ = load_checked(data)
whole, moments, seen = db.read_bytes(), random.Random(1), []
for _ in range(40):
    child = os.fork()
    if not child:
        while True:
            build(knowledge, data, db)
    time.sleep(moments.uniform(0, 0.08))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    seen.append([db.read_bytes() == whole, db.with_name(f".{db.name}.build").exists()])
print(json.dumps(seen))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked builds")
def test_a_build_killed_at_any_moment_leaves_a_whole_file_and_the_next_one_no_litter(
    run: Run, kb_db: Path, tmp_path: Path
) -> None:
    db = tmp_path / "crskb.db"
    db.write_bytes(kb_db.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", BUILD_AND_KILL, str(KB), str(db)], capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stdout)
    assert [whole for whole, _ in seen] == [True] * 40
    assert any(midway for _, midway in seen)
    assert run("build", "--data", KB, "--db", db).exit_code == 0
    assert [file.name for file in tmp_path.iterdir()] == ["crskb.db"]


def test_what_is_read_off_the_tables_is_what_sqlite_makes_of_them(kb_db: Path) -> None:
    from crskb.database.tables import tables

    types = {"TEXT": str, "INTEGER": int, "REAL": float}
    with closing(sqlite3.connect(kb_db)) as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%STRICT'").fetchall()
        assert tables().keys() == {name for name, _ in made}
        for table, sql in made:
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            assert list(tables()[table]) == [name for _, name, *_ in columns]
            for _, name, kind, not_null, _, in_key in columns:
                type_, nullable = tables()[table][name]
                flag = f"CHECK ({name} IN (0, 1))" in sql
                assert type_ is (bool if flag else types[kind])
                assert nullable == (not not_null and not in_key)


def test_every_source_that_a_row_names_is_in_the_citations(rows: Callable[..., list[sqlite3.Row]]) -> None:
    about = {
        (row["source_id"], row["in_row"], row["drug_id"], row["bears"])
        for row in rows("SELECT * FROM citations WHERE in_table = 'crs_incidence'")
    }
    headline = rows("SELECT id, source_id, also_in FROM crs_incidence WHERE drug_id = 'examplumab' AND headline = 1")[0]
    key = str(headline["id"])
    assert (headline["source_id"], key, "examplumab", 1) in about
    assert (headline["also_in"], key, "examplumab", 0) in about
    citing = {row["in_table"] for row in rows("SELECT DISTINCT in_table FROM citations")}
    named = {
        table["name"]
        for table in rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        for column in rows("SELECT name FROM pragma_table_info(?)", table["name"])
        if column["name"] in ("source_id", "sources") and table["name"] != "citations"
        if rows(f"SELECT 1 FROM {table['name']} WHERE {column['name']} IS NOT NULL")
    }
    assert citing == named
    assert rows("SELECT 1 FROM citations WHERE in_table = 'conflicts' AND drug_id = 'examplumab'")
    assert ("examplumab,atc,L01FX99",) in map(
        tuple, rows("SELECT in_row FROM citations WHERE in_table = 'identifiers'")
    )
