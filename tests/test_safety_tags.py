"""What must not be read as a drug's own figure is marked as such wherever the figure stands, and is never put at the top."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.conftest import KB, Client, _built

CLASS_ROW = """
  - cohort: All engagers together
    study_design: pooled
    n_treated: 500
    n_any_grade: 20
    pct_any_grade: 4.1
    class_level: true
    grading_scale: astct-2019
    grading_note: Graded by two readers.
    arithmetic_note: The source prints 4.1; 20 of 500 is 4.
    onset_median_days: 3
    duration_median_days: 4
    source: example-review
"""
PROPHYLAXIS_ROW = """
  - cohort: Under placebolizumab
    study_design: prospective
    n_treated: 40
    prophylaxis: prophylactic placebolizumab
    onset_median_days: 9
    duration_median_days: 8
    source: example-trial
"""
OWN_ROW = """
  - cohort: Mock registry
    study_design: registry
    n_treated: 30
    onset_median_days: 5
    duration_median_days: 6
    source: example-trial
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, loop: asyncio.AbstractEventLoop) -> Client:
    """nebulumab has a row of its class and one under prophylaxis; mockizumab has a row of its own after these."""
    folder = tmp_path_factory.mktemp("tags")
    data = Path(shutil.copytree(KB, folder / "kb"))
    shared = CLASS_ROW + PROPHYLAXIS_ROW
    other = shared.replace("n_treated: 500", "n_treated: 501").replace("n_treated: 40", "n_treated: 41")
    for drug, rows in (("nebulumab", other), ("mockizumab", shared + OWN_ROW)):
        with (data / "drugs" / f"{drug}.yaml").open("a", encoding="utf-8") as file:
            file.write("crs_incidence:" + rows.replace("\n\n", "\n"))
    return Client(_built(data, folder / "crskb.db"), loop)


def page(site: Client, drug: str) -> BeautifulSoup:
    return BeautifulSoup(site.get(f"/drugs/{drug}").text, "html.parser")


def said(element: Any) -> str:
    return " ".join(element.get_text(" ").split())


def cohorts(site: Client, drug: str) -> dict[str, dict[str, Any]]:
    rows = site.get(f"/api/v1/drugs/{drug}").json()["crs_incidence"]
    return {row["cohort"]: row for row in rows}


@pytest.mark.parametrize(
    ("cohort", "tag"),
    [("All engagers together", "Several medicines together"), ("Under placebolizumab", "With prophylaxis")],
)
def test_a_page_marks_a_figure_that_is_not_the_drug_s_own(site: Client, cohort: str, tag: str) -> None:
    tags = {said(row.h3): said(row.select_one(".tags")) for row in page(site, "mockizumab").select(".cohort")}
    assert tag in tags[cohort]
    assert tag not in tags["Mock registry"]


@pytest.mark.parametrize(
    ("cohort", "field", "value"),
    [
        ("All engagers together", "class_level", True),
        ("All engagers together", "grading_note", "Graded by two readers."),
        ("All engagers together", "arithmetic_note", "The source prints 4.1; 20 of 500 is 4."),
        ("Under placebolizumab", "prophylaxis", "prophylactic placebolizumab"),
    ],
)
def test_the_api_marks_a_figure_that_is_not_the_drug_s_own(
    site: Client, cohort: str, field: str, value: object
) -> None:
    rows = cohorts(site, "mockizumab")
    assert rows[cohort][field] == value
    assert not rows["Mock registry"][field]


def test_the_page_gives_the_same_notes(site: Client) -> None:
    row = next(row for row in page(site, "mockizumab").select(".cohort") if "All engagers" in said(row.h3))
    assert "Grading: Graded by two readers." in said(row)
    assert "Arithmetic: The source prints 4.1; 20 of 500 is 4." in said(row)


@pytest.mark.parametrize(
    ("drug", "onset", "duration"),
    [
        ("nebulumab", "not known", "not known"),
        ("mockizumab", "median 5 days in Mock registry", "median 6 days in Mock registry"),
    ],
)
def test_the_time_at_the_top_is_the_drug_s_own(site: Client, drug: str, onset: str, duration: str) -> None:
    top = {said(term): said(term.find_next_sibling("dd")) for term in page(site, drug).select(".figures dt")}
    assert (top["Onset"], top["Duration"]) == (onset, duration)
    assert (top["CRS, any grade"], top["CRS, grade 3 or higher"]) == ("not known", "not known")
