"""/check with files: workbooks in, long lists answered as a file while it is made, one at a time."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import threading
import time
import zipfile
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from crskb.screening import workbook_process
from crskb.web.pages import check, list_file, list_workbook
from tests.conftest import ROOT, Client
from tests.running_site import RunningSite, running_site

ROWS = [["id", "drug", "day"], ["1", "Exemplia 5 mg", "x"], ["2", "PSG", "y"], ["3", None, "z"], ["4", "grzmtfl", "-1"]]


def book(rows: list[list[Any]] = ROWS, hidden: bool = False, **sheets: list[list[Any]]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    for name, more in sheets.items():
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = "hidden" if hidden else "visible"
        for row in more:
            sheet.append(row)
    workbook.save(content := io.BytesIO())
    return content.getvalue()


def with_sheet(content: bytes, rows: bytes) -> bytes:
    """The same workbook with other rows in its sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb"(?<=<sheetData>).*(?=</sheetData>)", lambda _: rows, part)
    with zipfile.ZipFile(into := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return into.getvalue()


LONG_TEXT = b'<row><c t="str"><v>' + b"x" * 200_000 + b"</v></c></row>"


def sent(client: Client, content: bytes, **fields: str) -> Any:
    return client.post("/check", data={"medications": "", **fields}, files={"file": ("list.xlsx", content)})


def table(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    if "csv" in answer.headers["content-type"]:
        return list(csv.reader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="crskb-check.xlsx"'
    rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_column_of_a_workbook_is_found_and_answered_with_its_rows(client: Client, form: str) -> None:
    rows = table(sent(client, book(), format=form))
    assert rows[0] == list(list_file.COLUMNS)
    assert [row[:4] for row in rows[1:]] == [
        ["1", "drug", "unknown", ""],
        ["2", "Exemplia 5 mg", "match", "examplumab"],
        ["3", "PSG", "ambiguous", "pseudoglobulin-equine"],
        ["3", "PSG", "ambiguous", "pseudoglobulin-rabbit"],
        ["5", "grzmtfl", "unknown", ""],
    ]
    named = table(sent(client, book(), format=form, column="day"))
    assert [row[:2] for row in named[1:]] == [["2", "x"], ["3", "y"], ["4", "z"], ["5", "'-1"]]
    assert [row[1] for row in table(sent(client, book([["PSG"], [None], ["zzzz"]]), format=form))[1:]][-1] == "zzzz"


def test_a_workbook_is_answered_on_a_page_too_and_by_sheet(client: Client) -> None:
    assert "4 lines checked" in sent(client, book()).text
    two = book([], First=ROWS, Second=[["drug"], ["Mockira"]])
    refused = sent(client, two)
    assert (refused.status_code, "several sheets: “First”, “Second”" in refused.text) == (400, True)
    assert "“Second” (hidden)" in sent(client, book(ROWS, True, Second=[["Mockira"]])).text
    assert table(sent(client, two, sheet="Second", column="drug", format="csv"))[1][1] == "Mockira"


@pytest.mark.parametrize(
    ("content", "fields", "said"),
    [
        (book([]), {}, "The workbook is empty"),
        (book(), {"sheet": "None"}, "has no rows in a sheet “None”"),
        (book(), {"column": "None"}, "names no column “None”"),
        (book([["PSG", "PSG"]]), {}, "columns PSG, PSG hold a known medicine"),
        (book([["drug", "n"], ["=A1", "x"], ["PSG", "y"]]), {}, "stands in row 2"),
        (book([["PSG"], ["x" * 201]]), {}, "Longer than 200 characters: line 2"),
        (book()[:-40], {}, "damaged, or another kind of file"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), {}, "password"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 10_001, {}, "another kind of file"),
        (with_sheet(book(), LONG_TEXT), {}, "row 1 is too long; save the sheet as CSV"),
    ],
)
def test_a_workbook_that_cannot_be_answered_whole_is_refused_whole(
    client: Client, content: bytes, fields: dict[str, str], said: str
) -> None:
    for form in ("page", "xlsx"):
        answer = sent(client, content, format=form, **fields)
        assert (answer.status_code, said in answer.text) == (400, True), answer.text
    assert sent(client, book()).status_code == 200, "a refused list kept its turn"


def multipart(content: bytes, form: str) -> tuple[bytes, dict[str, str]]:
    head = b'--x\r\ncontent-disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = head % (b"format", b"", form.encode()) + head % (b"file", b'; filename="a"', content) + b"--x--\r\n"
    return body, {"content-type": "multipart/form-data; boundary=x"}


def posted(site: RunningSite, content: bytes, form: str = "csv") -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=100)
    connection.request("POST", "/check", *multipart(content, form))
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()
    return told


LONG = b'<row><c t="str"><v>PSG</v></c></row><row>' + b"<c/>" * 2_000_000 + b"</row>"  # to read them takes some GB


def test_a_workbook_that_fills_memory_ends_the_process_that_reads_it(real_db: Path) -> None:
    hostile = with_sheet(book(), LONG)
    assert len(hostile) < 100_000
    with running_site(real_db) as site:
        assert posted(site, book([["drug"], ["Kymriah"]]))[0] == 200
        before = site.resident_megabytes(peak=True)
        status, body = posted(site, hostile)
        assert (status, b"takes more memory or time than it may; save the sheet as CSV" in body) == (400, True)
        assert site.resident_megabytes(peak=True) < before + 20
        assert posted(site, book([["drug"], ["Kymriah"]]))[0] == 200


def test_what_a_broken_off_reading_leaves_is_no_answer_and_nothing_in_a_log(client: Client, capfd: Any) -> None:
    assert sent(client, with_sheet(book(), LONG), format="csv").status_code == 400, "half a list was checked"
    assert capfd.readouterr() == ("", "")


def test_a_reading_that_hangs_is_ended_and_its_command_tells_nothing(
    client: Client, monkeypatch: Any, tmp_path: Path
) -> None:
    (tmp_path / "python").write_text(
        f'#!/bin/sh\necho $$ "$@" > {tmp_path}/told; env >> {tmp_path}/told; exec sleep 60\n'
    )
    (tmp_path / "python").chmod(0o700)
    monkeypatch.setattr(workbook_process.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(workbook_process, "_SECONDS", 0.5)
    began = time.monotonic()
    answer = sent(client, book([["Jane Doe"]]), sheet="Sheet of Jane")
    assert (answer.status_code, "memory or time" in answer.text, time.monotonic() - began < 10) == (400, True, True)
    told = (tmp_path / "told").read_text()
    assert ("workbook_process" in told, "Jane" in told) == (True, False)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.split()[0]), 0)


def test_texts_that_are_very_long_in_sum_are_refused(client: Client) -> None:
    row = b'<row><c t="str"><v>' + b"x" * 90_000 + b"</v></c></row>"
    answer = sent(client, with_sheet(book(), b'<row><c t="str"><v>PSG</v></c></row>' + row * 60))
    assert (answer.status_code, "very long texts, so nothing was checked" in answer.text) == (413, True)


def test_limits_that_a_system_lacks_are_logged(client: Client, monkeypatch: Any, tmp_path: Path, caplog: Any) -> None:
    assert sent(client, book()).status_code == 200
    assert caplog.text == ""
    script = "import resource as r; from crskb.screening.workbook_process import _limit; print(_limit(), r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_CORE))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT)
    assert done.stdout == b"[] (20, 20) (0, 0)\n"
    (tmp_path / "resource.py").write_text("raise ImportError\n")  # as on Windows
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    assert sent(client, book()).status_code == 200
    assert "without limits that this system lacks: DATA, AS, CPU, CORE" in caplog.text


def test_the_server_itself_never_loads_openpyxl_and_says_where_it_cannot_read(client: Client, monkeypatch: Any) -> None:
    script = (
        "import sys; from crskb.web.pages.list_workbook import workbook_lines;"
        "print(workbook_lines(sys.stdin.buffer.read(), 'drug', '', 9, None), 'openpyxl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], input=book(), capture_output=True, check=True, cwd=ROOT)
    assert done.stdout == b"[(2, 'Exemplia 5 mg'), (3, 'PSG'), (5, 'grzmtfl')] False\n"
    monkeypatch.setattr(workbook_process.sys, "executable", "/nowhere")
    assert (sent(client, book()).status_code, sent(client, b"PSG").status_code) == (503, 200)
    monkeypatch.setattr(list_workbook, "find_spec", lambda name: None)
    answer = sent(client, book())
    assert (answer.status_code, "crskb[xlsx] is not installed. Save the sheet as CSV" in answer.text) == (501, True)


def test_a_list_that_is_too_long_for_a_page_is_answered_as_a_file(client: Client, monkeypatch: Any) -> None:
    lines = "\n".join(["Exemplia", "zzzz"] * 300)
    page = client.post("/check", data={"medications": lines})
    assert (page.status_code, "Take the answer as CSV or XLSX" in page.text) == (413, True)
    for form in ("csv", "xlsx"):
        rows = table(client.post("/check", data={"medications": lines, "format": form}))
        assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, 601)]
    monkeypatch.setattr(check, "MOST_ROWS", 550)
    for content in (lines.encode(), book([[line] for line in lines.splitlines()])):
        answer = sent(client, content, format="csv")
        assert (answer.status_code, "nothing was checked" in answer.text) == (413, True)
    assert "Split it" in sent(client, lines.encode(), format="csv").text


def test_one_long_list_is_checked_at_a_time_and_a_lost_turn_comes_back(client: Client, monkeypatch: Any) -> None:
    turn = check._turns[client.datasette]
    turn.take()
    for content in (book(), b"PSG\n" * 300_000):
        answer = sent(client, content, format="csv")
        assert (answer.status_code, "Another long list" in answer.text) == (503, True)
    assert sent(client, b"PSG\n", format="csv").status_code == 200, "a short list waits for nobody"
    later = time.monotonic() + 1000
    monkeypatch.setattr(list_file.time, "monotonic", lambda: later)
    assert sent(client, book()).status_code == 200


def test_a_body_that_is_larger_than_is_read_is_refused(client: Client) -> None:
    answer = sent(client, b"x" * 5_000_001)
    assert (answer.status_code, "larger than 5,000 kB" in answer.text) == (413, True)


def test_50_000_rows_cost_little_memory_and_other_readers_little_time(real_db: Path, tmp_path: Path) -> None:
    from crskb.screening.xlsx_writer import XlsxWriter

    with XlsxWriter(into := io.BytesIO()) as writer:
        writer.writerows([str(number), f"Blincyto {number} mcg", "ward 7"] for number in range(50_000))
    with running_site(real_db) as site:
        site.wait_until_ready()
        answers: dict[str, tuple[int, bytes]] = {}

        def ask(form: str) -> None:
            answers[form] = posted(site, into.getvalue(), form)

        slowest = 0.0
        for form in ("csv", "xlsx"):
            asking = threading.Thread(target=ask, args=(form,))
            asking.start()
            while asking.is_alive():
                began = time.monotonic()
                assert site.get("/api/v1/lookup?q=Kymriah")[0] == 200
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.02)
        peak = site.resident_megabytes(peak=True)
    assert [status for status, _ in answers.values()] == [200, 200]
    assert answers["csv"][1].count(b"\n") == 50_001
    with zipfile.ZipFile(io.BytesIO(answers["xlsx"][1])) as archive:
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<row>") == 50_001
    assert peak < 150
    assert slowest < 0.5


def test_a_reader_who_leaves_gives_the_turn_back(real_db: Path) -> None:
    with running_site(real_db) as site:
        body, headers = multipart(b"\n".join(b"qzwblinctyo%d xermumab" % number for number in range(50_000)), "csv")
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        start = f"POST /check HTTP/1.1\r\nhost: x\r\n{head}content-length: {len(body)}\r\n\r\n".encode()
        with site.connect(start + body) as connection:
            assert re.match(rb"HTTP/1.1 200", connection.recv(4096))
            assert site.ask(start + body)[0] == 503
        until = time.monotonic() + 3  # the whole list takes longer
        while site.ask(start + body)[0] == 503:
            assert time.monotonic() < until, "the turn is still taken"
            time.sleep(0.1)
