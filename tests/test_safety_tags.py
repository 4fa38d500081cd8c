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
    tags = {said(row.summary): said(row.select_one(".tags")) for row in page(site, "mockizumab").select(".cohort")}
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
    row = next(row for row in page(site, "mockizumab").select(".cohort") if "All engagers" in said(row.summary))
    assert "Grading: Graded by two readers." in said(row)
    assert "Arithmetic: The source prints 4.1; 20 of 500 is 4." in said(row)


@pytest.mark.parametrize(
    ("drug", "onset", "duration"),
    [
        ("nebulumab", "Start: no cohort here gives it", "Duration: not given by a cohort here"),
        ("mockizumab", "Starts: median 5 days in Mock registry", "Lasts: median 6 days in Mock registry"),
    ],
)
def test_the_time_at_the_top_is_the_drug_s_own(site: Client, drug: str, onset: str, duration: str) -> None:
    soup = page(site, drug)
    starts, lasts = (said(line) for line in soup.select(".when p")[:2])
    assert starts.startswith(onset)
    assert lasts.startswith(duration)
    top = {said(term): said(term.find_next_sibling("dd")) for term in soup.select(".figures dt")}
    assert (top["CRS, any grade"], top["CRS, grade 3 or higher"]) == ("not known", "not known")


AXES = """
caution: CRS was counted in <b>18</b> patients only.
crs_incidence:
  - cohort: Labelled use
    headline: true
    labelled_use: true
    study_design: label
    n_treated: 123
    pct_any_grade: 58
    n_grade3plus: 0
    n_fatal: 0
    source: us-pi-exemplia
  - cohort: First label
    study_design: label
    n_treated: 60
    pct_any_grade: 40
    onset_median_days: 1
    superseded_on: 2025-06-26
    superseded_by: Labelled use
    source: us-pi-exemplia
  - cohort: Another disease
    labelled_use: false
    study_design: prospective
    n_treated: 18
    pct_any_grade: 83
    source: example-trial
label_frequency:
  - {region: EU, frequency: very_common, pooled_with: hypersensitivity, source: example-register, locator: "4.8"}
evidence:
  - {kind: case_report, statement: A man died on day 3., fatal: true, source: example-review}
dose_schedule:
  - {region: US, step: step_up_1, cycle: 1, day: 1, dose: 1 mg, n_treated: 100, n_crs: 42, pct_crs: 42, source: us-pi-exemplia}
  - {region: US, step: step_up_2, cycle: 1, day: 8, dose: 9 mg, superseded_on: 2024, source: us-pi-exemplia}
mitigation:
  - {region: US, measure: hospitalisation, applies_to: [step_up_1, first_full], place: hospital, hours: 48, detail: After both., source: us-pi-exemplia}
  - {region: US, measure: proximity, place: near_facility, hours: 672, detail: Near the centre., superseded_on: 2025-06-26, superseded_by: two weeks, source: us-pi-exemplia}
  - {region: US, measure: next_dose_after_crs, grade_min: 1, grade_max: 2, detail: With premedication., source: us-pi-exemplia}
"""


@pytest.fixture(scope="module")
def axes(tmp_path_factory: pytest.TempPathFactory, loop: asyncio.AbstractEventLoop) -> Client:
    """mockizumab with all that tells a reader how much a tier says."""
    folder = tmp_path_factory.mktemp("axes")
    data = Path(shutil.copytree(KB, folder / "kb"))
    file = data / "drugs" / "mockizumab.yaml"
    text = file.read_text(encoding="utf-8").replace("relative_risk: moderate", "relative_risk: high")
    file.write_text(text + AXES.lstrip("\n"), encoding="utf-8")
    return Client(_built(data, folder / "crskb.db"), loop)


def test_how_often_how_severe_and_a_caution_stand_wherever_the_tier_is(axes: Client) -> None:
    told = "very common, 58%; severe in none, at most 3.0%; fatal cases known"
    caution = "CRS was counted in <b>18</b> patients only."
    verdict = page(axes, "mockizumab").select_one(".verdict")
    assert told.capitalize() in said(verdict)
    assert f"Caution: {caution}" in said(verdict)  # as text: the page escapes it
    answer = axes.get("/api/v1/lookup?q=Mockira").json()
    assert f"relative risk of CRS: high ({told}). {caution}" in answer["message"]
    for card in (answer["matches"][0]["drug"], axes.get("/api/v1/drugs/mockizumab").json()):
        axes_of_card = {
            key: card[key] for key in ("crs_frequency", "crs_severe_frequency", "fatal_cases", "risk_basis")
        }
        assert axes_of_card == {
            "crs_frequency": "very_common",
            "crs_severe_frequency": "not_known",
            "fatal_cases": "yes",
            "risk_basis": "label",
        }
        assert card["caution"] == caution
    checked = axes.post("/check", data={"medications": "Mockira"}).text
    assert caution in said(BeautifulSoup(checked, "html.parser").select_one("tbody"))
    listed = BeautifulSoup(axes.get("/compare").text, "html.parser")
    row = next(row for row in listed.select("tbody") if row.find("a", string="mockizumab"))
    assert caution in said(row)
    assert "at most 3.0%" in said(row)


def test_a_past_text_is_marked_and_never_stands_for_the_drug(axes: Client) -> None:
    soup = page(axes, "mockizumab")
    tags = {said(row.summary): said(row.select_one(".tags")) for row in soup.select(".cohort")}
    assert list(tags)[-1] == "First label"  # after all that is current
    assert "Superseded" in tags["First label"]
    assert "Outside the labelled use" in tags["Another disease"]
    assert "Superseded" not in tags["Labelled use"] + tags["Another disease"]
    assert "median 1 day" not in said(soup.select_one(".order"))
    assert "Near the centre." not in said(soup.select_one("#mitigation > dl"))
    earlier = soup.select_one("#mitigation details.past")
    assert said(earlier.summary) == "Earlier text, no longer current (1)"
    assert "1 of earlier texts" in said(soup.select_one("#mitigation > summary"))
    assert "Superseded on 26 June 2025 by: two weeks" in said(earlier.dd)
    assert "Near the centre." not in said(soup.select_one(".tiles"))
    assert "US Hospital, 48 h. Step-up 1, first full dose: After both." in said(soup.select_one(".tile"))
    past = [row for row in axes.get("/api/v1/drugs/mockizumab").json()["mitigation"] if row["superseded_on"]]
    assert [row["superseded_by"] for row in past] == ["two weeks"]


def test_what_to_do_with_the_order_is_told_dose_by_dose(axes: Client) -> None:
    soup = page(axes, "mockizumab")
    (first,) = soup.select("#schedule ~ .scroll tbody tr")
    (last,) = soup.select("#schedule ~ .side-folds .past tbody tr")
    assert "Cycle 1, day 1 Step-up dose 1: 1 mg 42% (42 of 100) Hospital, 48 h" in said(first)
    assert "Superseded on 2024" in said(last)
    assert "not printed" in said(last.find_parent("table").caption)
    measures = said(soup.select_one("#mitigation > dl"))
    assert "step-up 1, first full dose, hospital, 48 h: After both." in measures
    assert "grades 1 to 2: With premedication." in measures
    answer = axes.get("/api/v1/drugs/mockizumab").json()
    stay = answer["mitigation"][0]
    assert (stay["applies_to"], stay["place"], stay["hours"]) == (["step_up_1", "first_full"], "hospital", 48)
    assert answer["dose_schedule"][0]["pct_crs"] == 42


def test_the_word_of_a_label_and_a_death_are_told_on_the_page_and_in_the_api(axes: Client) -> None:
    soup = said(page(axes, "mockizumab"))
    assert "very common, counted together with hypersensitivity" in soup
    assert "Fatal A man died on day 3." in soup
    answer = axes.get("/api/v1/drugs/mockizumab").json()
    assert answer["label_frequency"][0]["frequency"] == "very_common"
    assert answer["evidence"][0]["fatal"] is True
