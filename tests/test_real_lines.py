"""Real order and product lines are answered as they were judged, often enough, and never with a drug that they do not name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.accuracy.real import Judged, ask, clinic_lines, held_out, origins, real_lines, share_right, table, unsafe

RIGHT_PCT = 81
HELD_OUT_PCT = 78
FEWEST = {"us_hospital": 160, "epd": 80, "bdpm": 60, "dpd": 40, "drugsfda": 20}


@pytest.fixture(scope="module")
def judged(real_db: Path) -> list[Judged]:
    return ask(real_lines(), real_db)


def test_real_lines_are_read_as_they_were_judged(judged: list[Judged]) -> None:
    assert share_right(judged) >= RIGHT_PCT
    assert share_right(held_out(judged)) >= HELD_OUT_PCT


def test_in_no_real_line_a_drug_is_lost_or_answered_that_it_does_not_name(judged: list[Judged]) -> None:
    assert unsafe(judged) == []


def test_a_drug_that_is_lost_and_one_that_is_not_named_are_counted(real_db: Path) -> None:
    line = real_lines()[0][1]
    wrong = [
        line._replace(line="Ibuprofen 200 MG Oral Tablet", status="match", expected="rituximab"),
        line._replace(line="RITUXIMAB 100MG INJ", status="other_medicine", expected=""),
        line._replace(line="RITUXIMAB 100MG INJ", status="match", expected="rituximab"),
    ]
    answered = ask([("us_hospital", one) for one in wrong], real_db)
    assert unsafe(answered) == [wrong[0].line, wrong[1].line]
    assert share_right(answered) == pytest.approx(100 / 3)


def test_each_list_gave_its_lines_and_a_third_is_held_out(judged: list[Judged]) -> None:
    counted = Counter(one.origin for one in judged)
    assert counted.keys() == FEWEST.keys() == {origin.origin for origin in origins()}
    assert all(counted[origin] >= fewest for origin, fewest in FEWEST.items())
    assert 0.3 <= len(held_out(judged)) / len(judged) <= 0.4
    assert [row[1] for row in table(judged)] == [str(counted[of.origin]) for of in origins()] + [str(len(judged))]


def test_names_that_may_not_be_published_are_judged_by_their_ids(tmp_path: Path) -> None:
    medications = tmp_path / "medications.tsv"
    medications.write_text(
        "medication_definition_id\tmedication\tindications\n25790\tOtherolol 5 MG Oral Tablet \t3\n1\tNotjudged 5 MG\t2\n",
        encoding="utf-8",
    )
    [(origin, line)] = clinic_lines(medications)
    assert (origin, line.line, line.status, line.held_out) == (
        "clinic",
        "Otherolol 5 MG Oral Tablet",
        "other_medicine",
        "yes",
    )
