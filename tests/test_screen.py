"""`crskb screen` and `crskb lookup`: any table, every row answered, bad rows reported, nothing half-written."""

from __future__ import annotations

import csv
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crskb.lookup.resolver import Resolver
from crskb.screening import screener
from crskb.screening.screen import screen
from crskb.screening.screener import COLUMNS

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
    content = b"id,drug\n1,Exemplia\n2\n3,Exemplia,extra\n4,Ex\xffemplia\n\n5," + long + b"\n7,Mockira\n"
    result = screened(content)
    assert result.exit_code == 1
    assert [(row["id"], row["crskb_status"]) for row in result.rows] == [
        ("1", "match"),
        ("4", "bad_row"),
        ("5", "bad_row"),
        ("7", "match"),
    ]
    table = tmp_path / "list.csv"
    for line, fault in (
        (3, "1 field where the header has 2"),
        (4, "3 fields where the header has 2"),
        (5, "the text is not UTF-8"),
        (7, "the text has 201 characters"),
    ):
        assert any(said.startswith(f"{table}:{line}: ") and fault in said for said in result.stderr.splitlines()), (
            line,
            result.stderr,
        )
    assert (
        f"{table}: 8 lines read = 1 of the header + 4 of rows + 1 blank + 2 left out and named above" in result.stderr
    )
    assert b"Ex\xffemplia" in (tmp_path / "answers.csv").read_bytes()


def test_a_row_with_a_nul_is_named_with_its_line(screened: Any, tmp_path: Path) -> None:
    result = screened(b"id,drug\n1,Exemplia\n2,Exem\x00plia\n3,Mockira\n")
    assert result.exit_code == 1
    assert re.search(r"list\.csv:3: .*NUL", result.stderr)
    answers = {row["id"]: row["crskb_status"] for row in result.rows}
    # Python 3.10 cannot read such a row at all, so it is left out there
    assert answers in ({"1": "match", "2": "bad_row", "3": "match"}, {"1": "match", "3": "match"})
    assert ("1 left out" in result.stderr) == ("2" not in answers)


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
    monkeypatch.setattr(screener, "_MOST_KEPT", 10)
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
        assert f"{table}: 5 rows read = 5 in {output} + 0 left out and named above" in result.stderr
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


def test_every_row_of_parquet_with_a_text_that_cannot_be_read_is_counted_and_named(
    run: Run, kb_db: Path, tmp_path: Path
) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table, output = tmp_path / "list.parquet", tmp_path / "out.parquet"
    raw = [b"x" * 300, b"PSG", b"Exempl\xff", b"x" * 300, b"x" * 300, b"Exempl\xff"]
    pq.write_table(pa.table({"drug": pa.array(raw).view(pa.string())}), table)
    result = run("screen", table, "--column", "drug", "--output", output, "--db", kb_db)
    assert result.exit_code == 1
    assert re.search(r"bad_row +5$", result.stderr, re.MULTILINE)
    for said in (
        ":1: the text has 300",
        ":3: the text is not UTF-8",
        ":4: the text has 300",
        ":6: the text is not UTF-8",
    ):
        assert f"{table}{said}" in result.stderr
    assert "(rows 4 to 5)" in result.stderr
    assert pq.read_table(output)["crskb_status"].to_pylist() == ["bad_row", "ambiguous", *["bad_row"] * 4]


def test_parquet_that_lacks_rows_is_refused(
    run: Run, kb_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table, output = tmp_path / "list.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"drug": ["Exemplia", "PSG"]}), table)
    iter_batches = pq.ParquetFile.iter_batches
    monkeypatch.setattr(
        pq.ParquetFile, "iter_batches", lambda *given, **more: (batch[:1] for batch in iter_batches(*given, **more))
    )
    result = run("screen", table, "--column", "drug", "--output", output, "--db", kb_db)
    assert (result.exit_code, output.exists()) == (1, False)
    assert f"{table}: says that it has 2 rows, but 1 can be read" in result.stderr


def test_damaged_parquet_ends_in_no_traceback(run: Run, kb_db: Path, tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = tmp_path / "list.parquet"
    pq.write_table(pa.table({"id": range(4), "drug": ["Exemplia", "PSG", None, "x" * 300]}), table)
    whole, chance, said = table.read_bytes(), random.Random(7), set()
    name_of_the_column = [found.start() for found in re.finditer(b"drug", whole)]
    for number in range(80):
        damaged = bytearray(whole)
        if number % 2:
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        else:
            damaged[chance.choice(name_of_the_column)] ^= chance.choice([1, 128])  # another letter, or no UTF-8
        table.write_bytes(damaged)
        result = run("screen", table, "--column", "drug", "--output", tmp_path / "out.parquet", "--db", kb_db)
        said.add((result.exit_code, "cannot be read as Parquet" in result.stderr))
    assert said >= {(1, False), (1, True)}


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


@pytest.mark.parametrize("options", [["--json"], ["--format", "json"]])
def test_lookup_answers_the_lines_of_standard_input(run: Run, kb_db: Path, options: list[str]) -> None:
    lines = b"\xef\xbb\xbfExemplia\r\n\n  PSG \n" + b"x" * 201 + b"\nEx\xffemplia\na\0b\ngrzmtfl"
    result = run("lookup", "-", *options, "--db", kb_db, input=lines)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["query"], each["status"]) for each in answers] == [
        ("Exemplia", "match"),
        ("PSG", "ambiguous"),
        ("grzmtfl", "unknown"),
    ]
    assert result.exit_code == 1
    said = ["-:4: the text has 201", "-:5: the text is not UTF-8", "-:6: the text holds a NUL"]
    assert [line[: len(start)] for line, start in zip(result.stderr.splitlines(), said, strict=True)] == said
    mixed = run("lookup", "Mockira", "-", "--db", kb_db, input="PSG\n")
    assert (mixed.exit_code, "Mockira: match" in mixed.output, "PSG: ambiguous" in mixed.output) == (0, True, True)


def test_lookup_answers_a_line_before_the_next_one_comes(kb_db: Path) -> None:
    command = [sys.executable, "-m", "crskb", "lookup", "-", "--format", "json", "--db", str(kb_db)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, **pipes) as running:
        for name in ("Exemplia", "PSG"):
            running.stdin.write(f"{name}\n")  # type: ignore[union-attr]
            assert json.loads(running.stdout.readline())["query"] == name  # type: ignore[union-attr]
        running.stdin.close()  # type: ignore[union-attr]
    assert running.returncode == 0


def test_lookup_refuses_wrong_usage(run: Run, kb_db: Path, tmp_path: Path) -> None:
    assert run("lookup", "--db", kb_db).exit_code == 2
    assert run("lookup", "x" * 201, "--db", kb_db).exit_code == 2
    assert run("lookup", "x", "--db", tmp_path / "none.db").exit_code == 1
