"""`crskb screen` and `crskb lookup`: any table, every row answered, bad rows reported, nothing half-written."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crskb.lookup import screen as module
from crskb.lookup.resolver import Resolver
from crskb.lookup.screen import COLUMNS, screen

Run = Callable[..., Any]


@pytest.fixture
def screened(run: Run, kb_db: Path, tmp_path: Path) -> Callable[..., Any]:
    """`screened(bytes)` screens a table with these bytes; the result has `rows`, the output as dicts."""

    def go(content: bytes, name: str = "list.csv", output: str = "answers.csv", column: str = "drug") -> Any:
        table = tmp_path / name
        table.write_bytes(content)
        result = run("screen", table, "--column", column, "--output", tmp_path / output, "--db", kb_db)
        answers = tmp_path / output
        if answers.exists():
            delimiter = "\t" if answers.suffix == ".tsv" else ","
            with answers.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
                result.rows = list(csv.DictReader(file, delimiter=delimiter))
        return result

    return go


def test_every_row_keeps_its_cells_and_gets_its_answer(screened: Any) -> None:
    result = screened(
        b"id,drug,note\n1,Exemplia 5 mg,a\n2,PSG,\n3,mokizumab,\n4,otherolol,\n5,placebolizumab,\n6,grzmtfl,\n7,,\n8,Exemplia 5 mg,b\n"
    )
    assert result.exit_code == 0
    assert list(result.rows[0]) == ["id", "drug", "note", *COLUMNS]
    assert [row["crskb_status"] for row in result.rows] == [
        "match",
        "ambiguous",
        "suggestion",
        "other_medicine",
        "treatment",
        "unknown",
        "unknown",
        "match",
    ]
    first, shared, offered, other = result.rows[:4]
    assert (
        first["id"],
        first["note"],
        first["crskb_drug_id"],
        first["crskb_relative_risk"],
        first["crskb_matched_name"],
        first["crskb_distance"],
    ) == ("1", "a", "examplumab", "highest", "Exemplia", "0")
    assert (shared["crskb_drug_id"], shared["crskb_relative_risk"]) == (
        "pseudoglobulin-equine; pseudoglobulin-rabbit",
        "low",
    )
    assert (
        offered["crskb_drug_id"],
        offered["crskb_relative_risk"],
        offered["crskb_distance"],
        offered["crskb_suggestions"],
    ) == ("", "", "1", "mockizumab (mockizumab)")
    assert (other["crskb_drug_id"], other["crskb_matched_name"]) == ("", "otherolol")
    assert "8 rows, 7 distinct names" in result.stderr
    assert "absence here is not evidence of safety" in result.stderr


def test_quotes_newlines_in_cells_and_windows_line_ends_survive(screened: Any, tmp_path: Path) -> None:
    result = screened(b'\xef\xbb\xbfdrug,note\r\n"Exemplia, 5 mg","two\r\nlines ""quoted"""\r\n')
    assert (result.rows[0]["note"], result.rows[0]["crskb_status"]) == ('two\r\nlines "quoted"', "match")
    assert (tmp_path / "answers.csv").read_bytes().endswith(b"\r\n")


@pytest.mark.parametrize(
    ("header", "row", "name", "output"),
    [
        (b"id;drug", b"1;Exemplia", "a.csv", "b.tsv"),
        (b"id\tdrug", b"1\tExemplia", "a.tsv", "b.csv"),
        (b"id|drug", b"1|Exemplia", "a.txt", "b.tsv"),
    ],
)
def test_the_delimiter_is_found_and_the_output_follows_its_ending(
    screened: Any, header: bytes, row: bytes, name: str, output: str
) -> None:
    assert screened(header + b"\n" + row + b"\n", name, output).rows[0]["crskb_drug_id"] == "examplumab"


def test_bad_rows_are_reported_with_their_line_and_the_run_goes_on(screened: Any, tmp_path: Path) -> None:
    long = b"x" * 201
    content = (
        b"id,drug\n1,Exemplia\n2\n3,Exemplia,extra\n4,Ex\xffemplia\n\n5," + long + b"\n6,Exem\x00plia\n7,Mockira\n"
    )
    result = screened(content)
    assert result.exit_code == 1
    assert [(row["id"], row["crskb_status"]) for row in result.rows] == [
        ("1", "match"),
        ("4", "bad_row"),
        ("5", "bad_row"),
        ("6", "bad_row"),
        ("7", "match"),
    ]
    table = tmp_path / "list.csv"
    for line, fault in (
        (3, "1 fields where the header has 2"),
        (4, "3 fields where the header has 2"),
        (5, "the text is not UTF-8"),
        (7, "the text has 201 characters"),
        (8, "NUL"),
    ):
        assert any(said.startswith(f"{table}:{line}: ") and fault in said for said in result.stderr.splitlines()), (
            line,
            result.stderr,
        )
    assert "5 bad rows; 2 of them are not in the output" in result.stderr
    assert b"Ex\xffemplia" in (tmp_path / "answers.csv").read_bytes()


def test_a_quote_that_never_ends_is_reported_and_not_swallowed_silently(screened: Any) -> None:
    result = screened(b'id,drug\n1,Exemplia\n2,"Mockira\n' + b"3,Exemplia\n" * 20_000)
    assert result.exit_code == 1
    assert "field larger than field limit" in result.stderr


@pytest.mark.parametrize(
    ("content", "column", "said"),
    [
        (b"id,name\n1,x\n", "drug", "has no column 'drug'; it has id, name"),
        (b"", "drug", "is empty"),
        (b"drug,drug\na,b\n", "drug", "has 2 columns 'drug'"),
        (b"drug,crskb_status\na,b\n", "drug", "output of an earlier screening"),
        ("drug\nx\n".encode("utf-16"), "drug", "is not UTF-8 text"),
    ],
)
def test_a_table_that_cannot_be_screened_is_refused_and_nothing_is_written(
    screened: Any, tmp_path: Path, content: bytes, column: str, said: str
) -> None:
    result = screened(content, column=column)
    assert result.exit_code == 1
    assert said in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["list.csv"]


def test_the_table_itself_is_never_the_output(screened: Any, tmp_path: Path) -> None:
    result = screened(b"drug\nExemplia\n", output="list.csv")
    assert "is the table itself" in result.stderr
    assert (tmp_path / "list.csv").read_bytes() == b"drug\nExemplia\n"


def test_the_old_output_stays_if_a_run_fails(screened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "answers.csv").write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Resolver, "resolve", fail)
    result = screened(b"drug\nExemplia\n")
    assert (result.exit_code, "No space left" in result.stderr) == (1, True)
    assert (tmp_path / "answers.csv").read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["answers.csv", "list.csv"]


def test_nothing_is_written_through_a_link_beside_the_output(screened: Any, tmp_path: Path) -> None:
    (other := tmp_path / "other.txt").write_text("mine")
    (tmp_path / f".answers.csv.{os.getpid()}.screening").symlink_to(other)
    assert screened(b"drug\nExemplia\n").rows[0]["crskb_status"] == "match"
    assert other.read_text() == "mine"
    assert not (tmp_path / "answers.csv").is_symlink()


def test_a_text_seen_before_is_resolved_once_and_memory_stays_bounded(
    kb_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver, asked = Resolver.from_file(kb_db), []
    resolve = resolver.resolve
    monkeypatch.setattr(resolver, "resolve", lambda text: asked.append(text) or resolve(text))
    table = tmp_path / "list.csv"
    table.write_text("drug\n" + "Exemplia\nMockira\n" * 500)
    found = screen(table, "drug", tmp_path / "out.csv", resolver)
    assert (len(asked), found.rows, found.by_drug["examplumab"]) == (2, 1000, 500)
    monkeypatch.setattr(module, "_MOST_KEPT", 10)
    table.write_text("drug\n" + "".join(f"Exemplia {strength} mg\n" for strength in range(100)) * 2)
    found = screen(table, "drug", tmp_path / "out.csv", resolver)
    assert (found.rows, found.by_status["match"], found.by_drug["examplumab"]) == (200, 200, 200)


def test_parquet_gets_the_same_answers_with_types_and_missing_texts_kept(run: Run, kb_db: Path, tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    texts = ["Exemplia", None, "mokizumab", "Exemplia", "x" * 300]
    places = pa.array([2, None, 1, 2, 3], pa.int8())
    unused_beside_used = pa.DictionaryArray.from_arrays(places, pa.array(["y" * 300, *texts[2:]]))
    for number, column in enumerate(
        (pa.array(texts), pa.array(texts).dictionary_encode(), pa.array(texts, pa.large_string()), unused_beside_used)
    ):
        table, output = tmp_path / f"{number}.parquet", tmp_path / f"{number}-out.parquet"
        pq.write_table(pa.table({"id": pa.array(range(5), pa.int64()), "drug": column}), table)
        result = run("screen", table, "--column", "drug", "--output", output, "--db", kb_db)
        rows = pq.read_table(output).to_pylist()
        assert [row["crskb_status"] for row in rows] == ["match", "unknown", "suggestion", "match", "bad_row"]
        assert (rows[0]["id"], rows[0]["crskb_distance"], rows[1]["drug"], rows[2]["crskb_distance"]) == (0, 0, None, 1)
        assert (result.exit_code, f"{table}:5: the text has 300 characters" in result.stderr) == (1, True)
        assert "1 bad rows" in result.stderr
    for bad, said in ((b"no parquet", "cannot be read as Parquet"), (None, "no such file")):
        table = tmp_path / "bad.parquet"
        table.unlink(missing_ok=True)
        if bad:
            table.write_bytes(bad)
        result = run("screen", table, "--column", "drug", "--output", tmp_path / "bad-out.parquet", "--db", kb_db)
        assert (result.exit_code, said in result.stderr, (tmp_path / "bad-out.parquet").exists()) == (1, True, False)
    assert (
        "written as Parquet"
        in run(
            "screen", tmp_path / "0.parquet", "--column", "drug", "--output", tmp_path / "x.csv", "--db", kb_db
        ).stderr
    )


def test_lookup_prints_each_answer_or_json_as_the_api_gives_it(run: Run, kb_db: Path, client: Any) -> None:
    result = run("lookup", "Exemplia 5 mg", "grzmtfl", "nulliximab", "--db", kb_db)
    assert result.exit_code == 0
    assert "Exemplia 5 mg: match" in result.output
    assert "grzmtfl: unknown" in result.output
    assert "Reviewed 2026-01-02" in result.output
    as_json = [
        json.loads(line) for line in run("lookup", "Exemplia", "PSG", "--json", "--db", kb_db).output.splitlines()
    ]
    assert as_json == [client.get("/api/v1/lookup?q=Exemplia").json(), client.get("/api/v1/lookup?q=PSG").json()]


def test_lookup_refuses_wrong_usage(run: Run, kb_db: Path, tmp_path: Path) -> None:
    assert run("lookup", "--db", kb_db).exit_code == 2
    assert run("lookup", "x" * 201, "--db", kb_db).exit_code == 2
    assert run("lookup", "x", "--db", tmp_path / "none.db").exit_code == 1
