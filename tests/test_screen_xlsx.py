"""`crskb screen` on workbooks: real ones as spreadsheets save them, and hostile ones."""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from crskb.screening import workbook as workbook_room
from crskb.screening import xlsx_table
from crskb.screening.screener import COLUMNS
from crskb.screening.xlsx_writer import XlsxWriter

Run = Callable[..., Any]
ROWS = [["id", "drug", "note"], [1, "Exemplia 5 mg", "a"], [2, "PSG", None], [3, None, "c"], [4, "grzmtfl", "d"]]

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def book(path: Path, rows: list[list[Any]] = ROWS, **sheets: list[list[Any]]) -> Path:
    """A workbook as openpyxl writes it, with further sheets."""
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    for name, more in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in more:
            sheet.append(row)
    workbook.save(path)
    return path


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same file with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def with_shared_texts(path: Path, texts: bytes) -> Path:
    """The same file with texts that cells name by number, as Excel has them; `texts` are those of the cells in their order."""
    count = iter(range(100))
    changed(
        path,
        SHEET,
        lambda part: re.sub(rb't="inlineStr"><is>.*?</is>', lambda _: b't="s"><v>%d</v>' % next(count), part),
    )
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = b'<Relationship Id="rIdT" Type="' + kind + b'" Target="sharedStrings.xml"/></Relationships>'
    changed(path, "xl/_rels/workbook.xml.rels", lambda part: part.replace(b"</Relationships>", relation))
    strings = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    listed = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + strings + b'"/></Types>'
    changed(path, "[Content_Types].xml", lambda part: part.replace(b"</Types>", listed))
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return changed(path, TEXTS, lambda _: b'<x:sst xmlns:x="' + main + b'">' + texts + b"</x:sst>")


@pytest.fixture
def screened(run: Run, kb_db: Path, tmp_path: Path) -> Callable[..., Any]:
    """`screened(table, ...)` screens it; the result has `rows`, the output as lists."""

    def go(table: Path, *options: object, output: str = "answers.xlsx") -> Any:
        path = tmp_path / output
        result = run("screen", table, "--output", path, "--db", kb_db, *options)
        result.rows = None
        if path.exists() and path.suffix == ".xlsx":
            result.rows = [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]
        elif path.exists() and path.suffix != ".parquet":
            result.rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
        return result

    return go


def test_every_row_keeps_its_cells_as_text_and_gets_its_answer(screened: Any, tmp_path: Path) -> None:
    result = screened(book(tmp_path / "list.xlsx"), "--column", "drug")
    assert result.exit_code == 0, result.stderr
    assert result.rows[0] == ["id", "drug", "note", *COLUMNS]
    assert [row[:4] for row in result.rows[1:]] == [
        ["1", "Exemplia 5 mg", "a", "match"],
        ["2", "PSG", None, "ambiguous"],
        ["3", None, "c", "unknown"],
        ["4", "grzmtfl", "d", "unknown"],
    ]
    assert "5 lines read = 1 of the header + 4 of rows + 0 blank + 0 left out" in result.stderr


@pytest.mark.parametrize("output", ["answers.csv", "answers.tsv"])
def test_a_workbook_may_be_written_as_text_and_text_as_a_workbook(screened: Any, tmp_path: Path, output: str) -> None:
    result = screened(book(tmp_path / "list.xlsx"), "--column", "drug", output=output)
    text = (tmp_path / output).read_text()
    assert (result.exit_code, ("\t" if output.endswith("tsv") else ",") in text, len(text.splitlines())) == (0, True, 5)
    back = screened(tmp_path / output, "--column", "crskb_status", output="back.xlsx")
    assert "output of an earlier screening" in back.stderr
    (tmp_path / "plain.csv").write_text('drug,note\nExemplia,=1+1\nPSG,"a\nb\x0b"\n')
    back = screened(tmp_path / "plain.csv", "--column", "drug", output="back.xlsx")
    assert [row[:3] for row in back.rows[1:]] == [["Exemplia", "'=1+1", "match"], ["PSG", "a\nb\ufffd", "ambiguous"]]


def test_dates_numbers_and_errors_are_read_as_they_are_shown(screened: Any, tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["drug", "day", "time", "share", "code", "yes"])
    sheet.append(["Exemplia", datetime(2024, 5, 1), datetime(2024, 5, 1, 13, 30), 0.1, 93123401, True])
    sheet["E2"].number_format = "00000-0000-00"
    sheet.append(["PSG", -5, 12.5, 1e21, 7, False])
    sheet["E3"].number_format = '0.00 "days"'
    workbook.save(tmp_path / "list.xlsx")
    rows = screened(tmp_path / "list.xlsx", "--column", "drug").rows
    assert rows[1][1:6] == ["2024-05-01", "2024-05-01 13:30:00", "0.1", "00093-1234-01", "TRUE"]
    assert rows[2][1:6] == ["'-5", "12.5", "1e+21", "7", "FALSE"]


def test_a_formula_is_not_computed_and_runs_nowhere(screened: Any, tmp_path: Path) -> None:
    table = book(
        tmp_path / "list.xlsx",
        [["drug", "note"], ['="Exem"&"plia"', "x"], ["PSG", "=cmd|'/c calc'!A1"], ["#N/A", "@x"]],
    )
    result = screened(table, "--column", "drug")
    assert result.exit_code == 1
    assert [row[:3] for row in result.rows[1:]] == [
        ['\'="Exem"&"plia"', "x", "bad_row"],
        ["PSG", "'=cmd|'/c calc'!A1", "ambiguous"],
        ["#N/A", "'@x", "bad_row"],
    ]
    assert f"{table}:2: the cell holds a formula" in result.stderr
    assert f"{table}:4: the cell shows an error, #N/A" in result.stderr
    types = {cell.data_type for row in load_workbook(tmp_path / "answers.xlsx").active for cell in row}
    assert types <= {"s", "n"}, "a formula was written"


def test_the_first_sheet_with_rows_is_read_and_the_others_are_told(screened: Any, tmp_path: Path) -> None:
    table = book(tmp_path / "list.xlsx", [], First=ROWS, Second=[["drug"], ["PSG"]], Secret=[["drug"], ["Mockira"]])
    workbook = load_workbook(table)
    workbook["Secret"].sheet_state = "hidden"
    workbook.save(table)
    result = screened(table, "--column", "drug")
    assert (result.exit_code, len(result.rows)) == (0, 5)
    for said in ("sheet 'First' was read", "sheet 'Second' was not read", "sheet 'Secret' is hidden and was not read"):
        assert said in result.stderr
    assert screened(table, "--column", "drug", "--sheet", "Second").rows[1][:2] == ["PSG", "ambiguous"]
    assert screened(table, "--column", "drug", "--sheet", "Secret").rows[1][0] == "Mockira"
    assert (
        "has no sheet 'Third'; it has 'Sheet', 'First', 'Second', 'Secret'"
        in screened(table, "--sheet", "Third").stderr
    )
    (tmp_path / "a.csv").write_text("drug\nPSG\n")
    assert "has no sheets" in screened(tmp_path / "a.csv", "--sheet", "x").stderr


def test_rows_that_are_blank_too_long_or_merged_are_accounted_for(screened: Any, tmp_path: Path) -> None:
    table = book(
        tmp_path / "list.xlsx",
        [[], ["drug", "note"], ["Exemplia"], [], ["PSG", "a", "stray"], ["Mockira"], [None, "b"], ["x" * 201]],
    )
    workbook = load_workbook(table)
    workbook.active.merge_cells("A6:A7")
    workbook.active.merge_cells("A3:B3")  # of one row: it hides no name
    workbook.save(table)
    result = screened(table, "--column", "drug")
    assert result.exit_code == 1
    assert [row[:3] for row in result.rows[1:]] == [
        ["Exemplia", None, "match"],
        ["Mockira", None, "match"],
        [None, "b", "unknown"],
        ["x" * 201, None, "bad_row"],
    ]
    for said in (":5: 3 cells where the first row has 2", ":6: column 'drug' is merged here", ":8: the text has 201"):
        assert f"{table}{said}" in result.stderr
    assert f"{table}:3:" not in result.stderr
    assert "8 lines read = 1 of the header + 4 of rows + 2 blank + 1 left out" in result.stderr


def test_the_answers_are_those_of_the_same_table_as_csv(screened: Any, tmp_path: Path) -> None:
    rows = [
        ["n", "drug"],
        *(
            [str(number), text]
            for number, text in enumerate(['Exemplia <5 mg> & "x"', "a_x0041_b", " PSG ", "Éxemplio\nx"])
        ),
    ]
    with (tmp_path / "list.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    as_csv = screened(tmp_path / "list.csv", "--column", "drug", output="one.csv").rows
    as_xlsx = screened(book(tmp_path / "list.xlsx", rows), "--column", "drug", output="two.csv").rows
    assert [row[2:] for row in as_xlsx] == [row[2:] for row in as_csv]
    with XlsxWriter(into := io.BytesIO()) as writer:
        writer.writerows(rows)
    (tmp_path / "ours.xlsx").write_bytes(into.getvalue())
    assert screened(tmp_path / "ours.xlsx", "--column", "drug", output="three.csv").rows == as_csv


def test_texts_that_cells_share_are_read_whole_and_without_their_pronunciation(screened: Any, tmp_path: Path) -> None:
    table = book(tmp_path / "list.xlsx", [["drug"], ["-"], ["-"], ["-"]])
    texts = [
        b"<x:si><x:t>drug</x:t></x:si>",
        b"<x:si><x:r><x:t>Exem</x:t></x:r><x:r><x:rPr/><x:t>plia</x:t></x:r></x:si>",
    ]
    texts += [
        b"<x:si><x:t>PSG</x:t><x:rPh sb='0' eb='1'><x:t>pee</x:t></x:rPh></x:si>",
        b"<x:si><x:t>a_x000D_b_xD800_</x:t></x:si>",
    ]
    result = screened(with_shared_texts(table, b"".join(texts)), "--column", "drug", output="answers.csv")
    assert [row[:2] for row in result.rows[1:]] == [
        ["Exemplia", "match"],
        ["PSG", "ambiguous"],
        ["a\rb_xD800_", "unknown"],
    ]
    few = screened(with_shared_texts(book(tmp_path / "few.xlsx", [["drug"], ["-"]]), texts[0]), "--column", "drug")
    assert (few.exit_code, "cannot be read as XLSX: it is damaged" in few.stderr) == (1, True)


def bomb(row: bytes) -> Callable[[bytes], bytes]:
    return lambda part: re.sub(
        rb"<sheetData>.*</sheetData>", lambda _: b"<sheetData>" + row + b"</sheetData>", part, flags=re.DOTALL
    )


def with_entity(part: bytes) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a "PSG">]>' + bomb(b'<row><c t="str"><v>&a;</v></c></row>')(part)


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        (SHEET, with_entity, "damaged"),
        (SHEET, bomb(b'<row r="1048577"><c><v>1</v></c></row>'), "row 1,048,577 follows"),
        (SHEET, bomb(b'<row r="2"/><row r="1"/>'), "row 1 follows row 2"),
        (SHEET, bomb(b'<row r="1"><c t="str"><v>drug</v></c></row>' * 2), "row 1 follows row 1"),
        (SHEET, bomb(b'<row><c t="s"><v>99</v></c></row>'), "damaged"),
        (SHEET, bomb(b'<row><c r="?1"/></row>'), "damaged"),
        (SHEET, bomb(b"<row><c><v>Jane Doe</v></c></row>"), "damaged"),
        (SHEET, lambda part: part[:300], "damaged"),
        ("xl/styles.xml", lambda _: b"", "damaged"),
        ("xl/workbook.xml", lambda part: part.replace(b"/officeDocument/2006/relationships", b"/strict"), "not a strict"),
        ("xl/media/huge.bin", lambda _: bytes(2_100_000), "unpacks to 2 MB"),
        ("xl/media/many.bin", lambda _: b"", "in 10 files"),
    ],
)  # fmt: skip
def test_a_workbook_that_cannot_be_trusted_is_refused_in_a_sentence(
    screened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, change: Any, said: str
) -> None:
    table = book(tmp_path / "list.xlsx")
    assert screened(table, "--column", "drug", output="good.xlsx").exit_code == 0
    monkeypatch.setattr(xlsx_table, "_MOST_UNPACKED", 2_000_000)
    monkeypatch.setattr(workbook_room, "_MOST_ENTRIES", 9)
    result = screened(changed(table, part, change), "--column", "drug")
    assert (result.exit_code, result.rows) == (1, None)
    assert re.search(rf"cannot be read as XLSX: .*({said})", result.stderr), result.stderr
    assert "Jane" not in result.stderr


HEADER = b'<row><c t="str"><v>drug</v></c></row>'


@pytest.mark.parametrize(
    "row",
    [
        b"<row>" + b"<c/>" * 20_000 + b"</row>",
        b"<row a='" + b"x" * 2_000_000 + b"'/>",
        b"<row><c>" + b"<x>" * 20_000 + b"</x>" * 20_000 + b"</c></row>",
    ],
)
def test_odd_xml_hides_no_row(screened: Any, tmp_path: Path, row: bytes) -> None:
    odd = HEADER + row + b'<row><c t="str"><v>PSG</v></c></row>'
    result = screened(changed(book(tmp_path / "list.xlsx"), SHEET, bomb(odd)), "--column", "drug")
    assert (result.exit_code, result.rows[1][:2]) == (0, ["PSG", "ambiguous"])
    assert "3 lines read = 1 of the header + 1 of rows + 1 blank" in result.stderr


def test_a_sheet_that_is_larger_than_it_says_is_read_whole(screened: Any, tmp_path: Path) -> None:
    table = book(tmp_path / "list.xlsx")
    small = changed(table, SHEET, lambda part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A2"', part))
    result = screened(small, "--column", "drug")
    assert [row[1] for row in result.rows] == ["drug", "Exemplia 5 mg", "PSG", None, "grzmtfl"]


def test_shared_formulas_and_those_of_an_array_are_named(screened: Any, tmp_path: Path) -> None:
    cells = HEADER + (
        b'<row><c r="A2"><f t="shared" si="0" ref="A2:A3">B2</f><v>PSG</v></c></row>'
        b'<row><c r="A3"><f t="shared" si="0"/><v>PSG</v></c></row>'
        b'<row><c r="A4"><f t="array" ref="A4">B4:B4</f><v>PSG</v></c></row>'
    )
    result = screened(changed(book(tmp_path / "list.xlsx"), SHEET, bomb(cells)), "--column", "drug")
    assert [row[:2] for row in result.rows[1:]] == [["'=B2", "bad_row"], ["'=B3", "bad_row"], ["'=B4:B4", "bad_row"]]


def test_days_from_1904_and_codes_kept_as_numbers(screened: Any, tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.append(["drug", "day", "code", "long"])
    workbook.active.append(["PSG", datetime(2024, 5, 1), 93123401.0, "-"])
    workbook.active.append(["PSG", 9e9, 12345678901, "-"])
    for cell in ("C2", "C3"):
        workbook.active[cell].number_format = r"00000\-0000\-00"
    workbook.active["B3"].number_format = "yyyy-mm-dd"
    workbook.save(tmp_path / "list.xlsx")
    exponent = changed(tmp_path / "list.xlsx", SHEET, lambda part: part.replace(b">93123401<", b">9.3123401E7<"))
    more = b'<extLst><ext uri="{x}"><x:workbookPr xmlns:x="x" chartTrackingRefBase="1"/></ext></extLst></workbook>'
    changed(exponent, "xl/workbook.xml", lambda part: part.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1))
    changed(exponent, "xl/workbook.xml", lambda part: part.replace(b"</workbook>", more))
    result = screened(exponent, "--column", "drug")
    assert result.exit_code == 0, result.stderr
    rows = result.rows
    assert rows[1][1:3] == ["2028-05-02", "00093-1234-01"]
    assert rows[2][1:3] == ["#VALUE!", "12345-6789-01"], "a day that no calendar has is an error, as in a spreadsheet"


def test_without_openpyxl_the_command_says_what_to_install(screened: Any, tmp_path: Path, monkeypatch: Any) -> None:
    table = book(tmp_path / "list.xlsx")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert (
        'XLSX needs openpyxl: pip install "crskb[xlsx]"' in screened(table, "--column", "drug", output="a.csv").stderr
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "another kind of file"),
        (b"drug\nExemplia\n", "another kind of file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"PK\x01\x02" * 10_001, "another kind of file"),
    ],
)
def test_what_is_no_workbook_is_refused(screened: Any, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "list.xlsx").write_bytes(content)
    result = screened(tmp_path / "list.xlsx", "--column", "drug")
    assert (result.exit_code, result.rows, said in result.stderr) == (1, None, True)


def test_a_damaged_workbook_ends_in_no_traceback(screened: Any, tmp_path: Path) -> None:
    table = book(tmp_path / "list.xlsx")
    whole, codes = table.read_bytes(), set()
    for place in range(0, len(whole), 97):
        table.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        codes.add(screened(table, "--column", "drug").exit_code)
    assert codes == {0, 1}


def test_an_empty_workbook_says_so_and_one_with_hidden_rows_too(screened: Any, tmp_path: Path) -> None:
    table = book(tmp_path / "list.xlsx", [])
    assert f"{table}: is empty" in screened(table, "--column", "drug").stderr
    assert "sheet 'Sheet' is empty" in screened(table, "--sheet", "Sheet").stderr
    workbook = load_workbook(book(table, [], Kept=ROWS))
    workbook["Kept"].sheet_state = "veryHidden"
    workbook.save(table)
    assert "nothing but hidden sheets" in screened(table, "--column", "drug").stderr


def test_what_no_sheet_holds_is_refused_and_never_cut(screened: Any, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "list.csv").write_text("drug,note\nPSG," + "x" * 32_768 + "\n")
    assert (
        "row 2 has a cell of more than 32,767 characters" in screened(tmp_path / "list.csv", "--column", "drug").stderr
    )
    (tmp_path / "list.csv").write_text("drug\n" + "PSG\n" * 5)
    monkeypatch.setattr("crskb.screening.xlsx_writer.MOST_ROWS", 5)
    result = screened(tmp_path / "list.csv", "--column", "drug")
    assert (result.exit_code, result.rows, "at most 5 rows" in result.stderr) == (1, None, True)
    assert workbook_room.MOST_ROWS == 1_048_576


# The column


GUESSED = "n,drug,form,other\n1,Exemplia,x,\n2,PSG,y,PSG\n3,grzmtfl,z,\n"


def test_the_column_is_the_one_whose_cells_are_medicines_most_often(screened: Any, tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = list(csv.reader(io.StringIO(GUESSED)))
    (tmp_path / "list.csv").write_text(GUESSED.replace(",", ";"))
    book(tmp_path / "list.xlsx", rows)
    pq.write_table(
        pa.table({name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}), tmp_path / "list.parquet"
    )
    for name in ("list.csv", "list.xlsx", "list.parquet"):
        result = screened(tmp_path / name, output=f"answers{Path(name).suffix}")
        assert result.exit_code == 0, result.stderr
        assert (
            "column drug is read: it holds a known medicine in 2 of the first 3 rows; next is other with 1"
            in result.stderr
        )
        assert re.search(r"match +1$", result.stderr, re.MULTILINE)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\nExemplia,PSG\n", "columns a, b hold a known medicine in 1 of the first 1 rows each; name the column"),
        ("a,b\nx,y\n", "no column holds a known medicine in its first 1 rows; name the column"),
        ("a\n", "no column holds a known medicine"),
    ],
)
def test_a_column_that_cannot_be_told_is_asked_for(screened: Any, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "list.csv").write_text(content)
    result = screened(tmp_path / "list.csv", output="answers.csv")
    assert (result.exit_code, result.rows, said in result.stderr) == (1, None, True), result.stderr
