"""`crskb screen` loses no line of CSV or TSV: what a quote swallows, what is too long and what spans lines is answered or named."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crskb.cli import main
from crskb.screening import csv_table as screen_csv
from crskb.screening.screener import Screener

Screened = Callable[..., Any]
HEADER = "line,drug,note\n"
EQUATION = re.compile(
    r": ([\d,]+) lines read = (\d+) of the header \+ ([\d,]+) of rows \+ ([\d,]+) blank \+ ([\d,]+) left out and named above$",
    re.MULTILINE,
)
PLACE = re.compile(r"\.csv:(\d+): .*?(?: \(lines (\d+) to (\d+)\))?$", re.MULTILINE)


def screen(folder: Path, db: Path, content: bytes, *options: str, before: Callable[[], object] = lambda: None) -> Any:
    """A run over a table with these bytes, whose output says "old" before; the result has `output`, and `rows` as dicts."""
    table, output = folder / "list.csv", folder / "answers.csv"
    table.write_bytes(content)
    output.write_text("old")
    arguments = ["screen", table, "--column", "drug", "--output", output, "--db", db, *options]
    before()
    result: Any = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    result.output_bytes = output.read_bytes()
    text = result.output_bytes.decode("utf-8", "surrogateescape")
    result.rows = [] if text == "old" else list(csv.DictReader(io.StringIO(text, newline="")))
    return result


@pytest.fixture
def screened(kb_db: Path, tmp_path: Path) -> Screened:
    return lambda content, *options, **more: screen(tmp_path, kb_db, content.encode(), *options, **more)


def named(stderr: str) -> list[tuple[int, int]]:
    """First and last line of each fault."""
    return [(int(line), int(last or line)) for line, _, last in PLACE.findall(stderr)]


def account(stderr: str) -> list[int]:
    """Lines of the table, and of them: of the header, of rows, blank, left out."""
    return [int(part.replace(",", "")) for part in EQUATION.findall(stderr)[0]]


def test_a_quote_that_is_never_closed_is_named_with_every_line_behind_it_and_nothing_is_written(
    screened: Screened,
) -> None:
    result = screened(f'{HEADER}1,Exemplia,ok\n2,Mockira,"see chart\n3,Exemplia,ok\n4,PSG,ok\n5,otherolol,ok\n')
    assert (result.exit_code, result.output_bytes) == (1, b"old")
    assert "list.csv:3: a quote opens in the row that begins here and is never closed (lines 3 to 6)" in result.stderr
    assert "6 lines read = 1 of the header + 1 of rows + 0 blank + 4 left out and named above" in result.stderr
    assert "answers.csv: is not written" in result.stderr
    as_letters = screened((HEADER + '1,Exemplia,ok\n2,Mockira,"see chart\n3,Exemplia,ok\n'), "--no-quotes")
    assert as_letters.exit_code == 0
    assert [row["crskb_status"] for row in as_letters.rows] == ["match"] * 3
    assert as_letters.rows[1]["note"] == '"see chart'


def test_a_quote_that_the_next_quoted_cell_closes_is_named_and_nothing_is_written(screened: Screened) -> None:
    result = screened(
        f'{HEADER}1,Mockira,"see chart\n2,Exemplia,ok\n3,Exemplia,"fine, too"\n4,PSG,ok\n5,PSG,"\n6,PSG,"x"\n'
    )
    assert (result.exit_code, result.output_bytes, named(result.stderr)) == (1, b"old", [(2, 4), (6, 7)])
    assert "list.csv:2: a quote opens in the row that begins here and is closed in another" in result.stderr
    assert "7 lines read = 1 of the header + 1 of rows + 0 blank + 5 left out" in result.stderr


def test_all_lines_of_a_cell_that_is_too_long_are_counted(screened: Screened) -> None:
    swallowed = screened(f'{HEADER}1,Exemplia,ok\n2,Mockira,"see chart\n' + "3,Exemplia,ok\n" * 12_000)
    ((first, last),) = named(swallowed.stderr)
    assert (swallowed.exit_code, swallowed.output_bytes, first) == (1, b"old", 3)
    assert last > 9_000
    assert "a cell of the row that begins here has more than 131,072 characters" in swallowed.stderr
    assert account(swallowed.stderr)[::4] == [12_003, last - first + 1]
    # in one line it hides nothing, and the others are answered
    alone = screened(f"{HEADER}1,Exemplia,ok\n2,Mockira,{'x' * 140_000}\n3,Exemplia,ok\n")
    assert (alone.exit_code, [row["line"] for row in alone.rows], named(alone.stderr)) == (1, ["1", "3"], [(3, 3)])


def test_quotes_for_inches_are_read_where_they_are_legal_and_named_where_they_are_not(screened: Screened) -> None:
    content = f'{HEADER}1,Exemplia,5" needle\n2,Mockira,"5"" needle"\n3,PSG,"5" needle"\n4,Mockira,ok\n'
    result = screened(content)
    assert (result.exit_code, named(result.stderr)) == (1, [(4, 4)])
    assert "a quote within a cell is not written twice" in result.stderr
    assert [(row["line"], row["note"]) for row in result.rows] == [("1", '5" needle'), ("2", '5" needle'), ("4", "ok")]
    as_letters = screened(content, "--no-quotes")
    assert (as_letters.exit_code, [row["crskb_status"] for row in as_letters.rows][2]) == (0, "ambiguous")
    assert [row["note"] for row in as_letters.rows] == ['5" needle', '"5"" needle"', '"5" needle"', "ok"]


def test_rows_over_several_lines_are_answered_and_said(screened: Screened) -> None:
    result = screened(f'{HEADER}1,Exemplia,"one\r\ntwo, and\rthree"\n2,"Mock\nira",ok\n3,PSG,"o\rk"\n')
    assert result.exit_code == 0
    assert [(row["line"], row["drug"], row["note"]) for row in result.rows] == [
        ("1", "Exemplia", "one\r\ntwo, and\rthree"),
        ("2", "Mock\nira", "ok"),
        ("3", "PSG", "o\rk"),
    ]
    assert "rows that run over several lines: 3, on 7 lines, the longest from line 2 to line 4" in result.stderr
    assert "8 lines read = 1 of the header + 7 of rows + 0 blank + 0 left out" in result.stderr


def test_lines_of_a_cell_that_read_as_rows_are_named_though_the_quotes_are_legal(screened: Screened) -> None:
    result = screened(f'{HEADER}1,Exemplia,"see chart\n2,Mockira,ok\n3,PSG,ok"\n4,PSG,"grzmtfl\na,b,c"\n')
    assert (result.exit_code, [row["line"] for row in result.rows]) == (1, ["1", "4"])
    assert "list.csv:2: 2 lines within a cell read as a row with a medicine and got no answer" in result.stderr
    assert named(result.stderr) == [(2, 4)]  # a comment that only looks like a row is none


def test_a_row_of_the_wrong_width_is_named_with_all_its_lines(screened: Screened) -> None:
    result = screened(f'{HEADER}1,Exemplia,"a\nb\nc",d\n2,PSG,ok\n3\n4\n5,PSG\n')
    assert "list.csv:2: 4 fields where the header has 3 (lines 2 to 4)" in result.stderr
    assert "list.csv:6: 1 field where the header has 3 (lines 6 to 7)" in result.stderr  # equal ones are one
    assert "8 lines read = 1 of the header + 1 of rows + 0 blank + 6 left out and named above" in result.stderr
    assert [row["line"] for row in result.rows] == ["2"]


def test_faults_beyond_the_first_thousand_are_counted(screened: Screened) -> None:
    result = screened(HEADER + '1\n"1\n2",3\n' * 600)
    assert len(named(result.stderr)) == 1000
    assert "list.csv: 300 more lines with faults are not named" in result.stderr
    assert "1,801 lines read = 1 of the header + 0 of rows + 0 blank + 1,800 left out" in result.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("drug," + "x" * 1_500_000 + "\n1,2\n", "the first line must name the columns, but has more than 1,000,000"),
        ("drug," + "x" * 200_000 + "\n1,2\n", "list.csv:1: a cell of the row that begins here has more than 131,072"),
        ('drug,"note\n1,2\n', "list.csv:1: a quote opens in the row that begins here and is never closed"),
        ("id,\x1b[31mred\n1,2\n", r"it has id, '\x1b[31mred'"),
        (f"id,{'y' * 5000}\n1,2\n", "has no column 'drug'; it has id, yyy"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused_in_a_sentence(screened: Screened, content: str, says: str) -> None:
    result = screened(content)
    assert (result.exit_code, result.output_bytes, says in result.stderr) == (1, b"old", True)
    assert len(result.stderr) < 500


def test_a_header_without_end_is_not_read_into_memory(screened: Screened) -> None:
    tracemalloc.start()
    try:
        result = screened("drug," + "x" * 30_000_000 + "\n1,2\n", before=tracemalloc.reset_peak)
        peak = tracemalloc.get_traced_memory()[1] - tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert "more than 1,000,000 characters" in result.stderr
    assert peak < 15_000_000


@pytest.mark.parametrize("lost", ["a row", "an answer"])
def test_whatever_loses_a_line_or_an_answer_is_found_out(
    screened: Screened, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    def lossy(*arguments: Any) -> Any:
        for rows, is_long in batches(*arguments):
            yield rows[1:], is_long

    batches = screen_csv._batches
    if lost == "a row":
        monkeypatch.setattr(screen_csv, "_batches", lossy)
    else:
        monkeypatch.setattr(Screener, "settle", lambda _: None)
    result = screened(f"{HEADER}1,Exemplia,ok\n2,PSG,ok\n")
    assert (result.exit_code, result.output_bytes) == (1, b"old")
    assert "not every line is accounted for" in result.stderr


def lines_of(content: bytes) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", content.decode("utf-8-sig", "surrogateescape"))


def check_account(result: Any, content: bytes) -> None:
    """Lines in = lines of rows out + blank ones + lines left out, and those are named."""
    assert result.exit_code in (0, 1)
    lines, header, of_rows, blank, left_out = account(result.stderr)
    assert lines == len(lines_of(content)) == header + of_rows + blank + left_out
    assert result.stderr.count("Error") == (result.output_bytes == b"old")
    if result.output_bytes == b"old":
        assert "is not written" in result.stderr
    else:
        assert len(result.rows) <= of_rows
        assert all(None not in row and None not in row.values() for row in result.rows)
    covered = {line for first, last in named(result.stderr) for line in range(first, last + 1)}
    assert len(covered) >= left_out


PIECES = st.sampled_from(
    [
        b",",
        b'"',
        b"\n",
        b"\r",
        b"\r\n",
        b'""',
        b'",',
        b'\n"',
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"Exemplia",
        b"PSG",
        b"x",
        b" ",
        b";",
        b"\t",
        "é\u2028".encode(),
    ]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=60).map(b"".join) | st.binary(max_size=80))
def test_whatever_bytes_follow_the_header_every_line_is_answered_blank_or_named(
    kb_db: Path, tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    content = b"drug,note\n" + body
    check_account(screen(tmp_path_factory.getbasetemp(), kb_db, content), content)
    check_account(screen(tmp_path_factory.getbasetemp(), kb_db, content, "--no-quotes"), content)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=40).map(b"".join) | st.binary(max_size=80))
def test_no_bytes_at_all_end_in_a_traceback(
    kb_db: Path, tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    result = screen(tmp_path_factory.getbasetemp(), kb_db, content)
    assert (result.exit_code in (0, 1), result.stderr.count("Error") <= 1) == (True, True)


NOTES = st.lists(st.sampled_from(['"', '""', ",", "\n", "\r\n", "see chart", '5" needle', " "]), max_size=4).map(
    "".join
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(NOTES | NOTES.map(lambda note: '"{}"'.format(note.replace('"', '""'))), min_size=1, max_size=12))
@example(['"', ',"'])
def test_no_medicine_disappears_behind_the_notes_of_careless_exports(
    kb_db: Path, tmp_path_factory: pytest.TempPathFactory, notes: list[str]
) -> None:
    content = HEADER + "".join(f"{number},Exemplia {number} mg,{note}\n" for number, note in enumerate(notes))
    result = screen(tmp_path_factory.getbasetemp(), kb_db, content.encode())
    check_account(result, content.encode())
    covered = {line for first, last in named(result.stderr) for line in range(first, last + 1)}
    answered = {row["drug"] for row in result.rows if row["crskb_status"] == "match"}
    for place, line in enumerate(lines_of(content.encode()), start=1):
        if medicine := re.search(r"Exemplia \d+ mg", line):
            assert medicine[0] in answered or place in covered or result.output_bytes == b"old", content
