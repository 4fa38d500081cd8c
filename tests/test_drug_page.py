"""The page of a drug as the answer to an order: regions, doses, deaths, folds, names, and the wallet card."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.conftest import KB, Client, _built

REGIONS = """
mitigation:
  - {region: US, measure: hospitalisation, indication: lymphoma, applies_to: [step_up_1], place: hospital, hours: 48, detail: In hospital at first., source: us-pi-exemplia, locator: section 2.1}
  - {region: US, measure: hospitalisation, indication: leukaemia, applies_to: [step_up_1], place: hospital, hours: 216, detail: Nine days in hospital., source: us-pi-exemplia}
  - {region: US, measure: hospitalisation, indication: lymphoma, applies_to: [restart], place: hospital, hours: 24, detail: A day after a pause., source: us-pi-exemplia}
  - {region: US, measure: proximity, indication: lymphoma, applies_to: [step_up_1], place: near_facility, hours: 72, detail: Then near it., source: us-pi-exemplia}
  - {region: EU, measure: proximity, place: near_facility, hours: 48, detail: Near the centre., source: example-register}
  - {region: JP, measure: hospitalisation, place: hospital, hours: 72, detail: Three days in hospital., source: example-review}
  - {region: US, measure: premedication, applies_to: [step_up_1, step_up_2, first_full], detail: Placebolone 1 mg., source: us-pi-exemplia}
  - {region: JP, measure: premedication, detail: Nothing else., source: example-review}
  - {region: US, measure: next_dose_after_crs, grade_min: 3, detail: The label stops the medicine for good., source: us-pi-exemplia}
  - {region: US, measure: dose_delay, detail: Again from the first dose., source: us-pi-exemplia}
  - {region: US, measure: management, detail: Assessed at once., source: us-pi-exemplia}
dose_schedule:
  - {region: US, step: step_up_1, day: 1, dose: 1 mg, indication: lymphoma, source: us-pi-exemplia}
  - {region: US, step: first_full, day: 8, dose: 9 mg, indication: lymphoma, note: Not before day 7., source: us-pi-exemplia}
  - {region: JP, step: step_up_1, day: 1, dose: 1 mg, indication: lymphoma, pct_crs: 31, source: example-review}
  - {region: JP, step: first_full, day: 8, dose: 8 mg, indication: lymphoma, pct_crs: 12, source: example-review}
"""
REPORTS = """
  - cohort: Young patients
    study_design: registry
    n_treated: 60
    pct_any_grade: 40
    n_fatal: 2
    fatal_note: Both on day 3.
    source: example-review
  - cohort: Young patients, later count
    study_design: registry
    n_treated: 58
    pct_any_grade: 44.8
    pct_grade3plus: 9
    counted_in: Young patients
    source: example-review
  - cohort: EXAMPLE-1 in print
    study_design: prospective
    n_treated: 165
    pct_any_grade: 71
    counted_in: EXAMPLE-1, recommended dose
    source: example-trial
"""
SIGNS = """
- {symptom: hiccups, severity: mild, drug: mockizumab, source: us-pi-exemplia, locator: section 5.1}
- {symptom: blue lips, severity: emergency, advice: call at once, source: example-trial}
"""


def said(element: Any) -> str:
    assert element is not None
    return " ".join(element.get_text(" ").split())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, loop: asyncio.AbstractEventLoop) -> Client:
    """mockizumab with texts of three regions, examplumab with reports of the same patients and names in other scripts."""
    folder = tmp_path_factory.mktemp("order")
    data = Path(shutil.copytree(KB, folder / "kb"))
    mock, example = data / "drugs" / "mockizumab.yaml", data / "drugs" / "examplumab.yaml"
    region = "  - {region: EU, status: approved, date: 2024-10, source: example-register}\n"
    text = mock.read_text(encoding="utf-8").replace("regulatory:\n", f"regulatory:\n{region}", 1)
    mock.write_text(text + REGIONS.lstrip("\n"), encoding="utf-8")
    text = example.read_text(encoding="utf-8").replace("evidence:\n", f"{REPORTS.lstrip(chr(10))}evidence:\n", 1)
    names = "  - {name: Examplumab Maker, regions: [EU]}\n  - {name: エグゼンプ, regions: [JP]}\n  - {name: Экзамп, regions: [RU]}\n  - {name: Екземпла, regions: [EU]}\n"
    example.write_text(text.replace("other_names:\n", f"{names}other_names:\n", 1), encoding="utf-8")
    with (data / "clinical" / "symptoms.yaml").open("a", encoding="utf-8") as file:
        file.write(SIGNS.lstrip("\n"))
    return Client(_built(data, folder / "crskb.db"), loop)


def page(site: Client, drug: str, query: str = "") -> BeautifulSoup:
    answer = site.get(f"/drugs/{drug}{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def tiles(soup: BeautifulSoup) -> dict[str, str]:
    return {said(tile.h3): said(tile) for tile in soup.select(".tile")}


def test_where_and_how_long_is_told_by_region_and_use(site: Client) -> None:
    where = tiles(page(site, "mockizumab"))["Where, and how long"]
    assert "US Hospital, 48 h. Lymphoma, step-up 1: In hospital at first. [" in where
    assert "US Hospital, 9 days. Leukaemia, step-up 1: Nine days in hospital." in where
    assert "EU Near a facility, 48 h. Near the centre." in where
    assert "and 3 more" in where  # what comes after the first stay, the restart, and Japan
    assert "Three days" not in where


@pytest.mark.parametrize(
    ("view", "shown", "hidden"),
    [
        ("us", ["In hospital at first.", "Nine days"], ["Near the centre.", "Three days"]),
        ("eu-uk", ["Near the centre."], ["In hospital at first.", "Three days"]),
        ("other", ["Three days in hospital."], ["In hospital at first.", "Near the centre."]),
    ],
)
def test_a_choice_of_regions_shows_these_alone(site: Client, view: str, shown: list[str], hidden: list[str]) -> None:
    soup = page(site, "mockizumab", f"?region={view}")
    where = tiles(soup)["Where, and how long"]
    assert all(text in where for text in shown)
    assert not any(text in where for text in hidden)
    assert soup.select_one(".regions [aria-current]")["href"] == f"/drugs/mockizumab?region={view}#order"
    full = said(soup.select_one("#mitigation > dl"))
    assert all(text in full for text in hidden)  # the full list holds every region


def test_a_choice_of_regions_can_be_kept_and_another_word_is_none(site: Client) -> None:
    assert site.get("/drugs/mockizumab?region=us").headers["cache-control"] == "public, max-age=300"
    for path in ("/drugs/mockizumab?region=us&name=Mockira", "/drugs/mockizumab?REGION=US"):
        assert site.get(path).headers["cache-control"] == "no-store"
    assert site.get("/drugs/mockizumab?region=mars").status_code == 404


def test_a_region_without_an_answer_is_named_and_silence_is_never_a_no(site: Client, client: Client) -> None:
    before = tiles(page(site, "mockizumab"))["What is given before"]
    assert "EU: not in the parts of the label read here." in before
    at_hand = tiles(page(site, "mockizumab"))["What must be at hand"]
    assert "US, EU: not in the parts of the label read here." in at_hand
    nothing = tiles(page(client, "nebulumab"))["Where and how long, what before, what at hand"]
    assert "Approved nowhere here: no label. That is not the same as none needed." in nothing
    unread = said(page(client, "examplumab").select_one(".not-seen"))
    assert "the label of EU" in unread


def test_the_share_with_crs_is_that_of_the_very_same_dose(site: Client) -> None:
    rows = page(site, "mockizumab").select("#schedule ~ .scroll tbody tr")
    assert ["1 Step-up dose 1: 1 mg 31% [" in said(rows[0]), "not printed" in said(rows[1])] == [True, True]
    assert "12%" not in said(rows[1])  # of 8 mg elsewhere
    assert "Hospital, 48 h; near a facility, 72 h" in said(rows[0])  # of lymphoma, not the nine days of leukaemia
    assert "not read" in said(rows[1])


def test_what_follows_crs_and_a_pause_stands_under_the_grades(site: Client) -> None:
    folds = {
        said(fold.summary): said(fold.p) for fold in page(site, "mockizumab").select("#happens ~ .side-folds details")
    }
    assert folds["What labels do at once: 1 rule (US)"] == "US Assessed at once. [1]"
    assert "stops the medicine for good" in folds["Next dose after CRS: 1 rule (US)"]
    assert "Again from the first dose" in folds["After a pause: 1 rule (US)"]


def test_signs_of_its_own_have_a_source_and_signs_in_general_are_a_link(site: Client, client: Client) -> None:
    own = said(page(site, "mockizumab").select_one("#happens ~ .side-folds"))
    assert "Signs named for this medicine: 1 hiccups [1] section 5.1" in own
    other = page(client, "examplumab")
    assert "confusion" not in said(other.main)  # a sign of CRS in general
    assert other.select_one('#happens ~ .links a[href="/watch"]') is not None


def test_reports_of_the_same_patients_are_folded_into_one_row_and_deaths_are_not(site: Client) -> None:
    soup = page(site, "examplumab")
    rows = {said(row.summary): row for row in soup.select("tr.cohort")}
    assert list(rows) == ["EXAMPLE-1, recommended dose", "EXAMPLE-1, all doses", "Young patients"]
    young = rows["Young patients"]
    assert "Fatal +1 report of the same patients (any grade 44.8%, grade 3+ 9%)" in said(young.select_one(".tags"))
    assert "Same patients: Young patients, later count" in said(young.details)
    assert "71%" in said(rows["EXAMPLE-1, recommended dose"].details)
    assert "Young patients: 2 fatal of 60. Both on day 3." in said(soup.select_one(".deaths"))


def test_the_headline_has_a_row_of_its_own_though_another_counts_its_patients_too(real_client: Client) -> None:
    for drug in ("tisagenlecleucel", "idecabtagene-vicleucel"):
        first, second = page(real_client, drug).select("tr.cohort")[:2]
        assert "Headline" in said(first.select_one(".tags"))
        assert f"These patients are also counted in: {said(second.summary)}" in said(first.details)


def test_deaths_that_nobody_counted_are_not_called_none(client: Client) -> None:
    assert "which is not the same as none" in said(page(client, "examplumab").select_one(".deaths"))


def test_the_heading_holds_brands_of_the_us_eu_and_uk_in_latin_letters(site: Client) -> None:
    soup = page(site, "examplumab")
    brands = soup.select_one(".brands")
    assert said(brands) == "Exemplia , Éxemplio , Examplumab Maker and 3 more"
    names = soup.select_one("#names")
    assert names.find("span", lang="ja").text == "エグゼンプ"
    assert names.find("span", lang="ru").text == "Экзамп"
    assert names.find("span", lang="bg").text == "Екземпла"
    assert "エグゼンプ" not in said(names.summary)


def test_every_anchor_of_before_is_still_there(site: Client) -> None:
    soup = page(site, "mockizumab")
    for id_ in (
        "glance",
        "incidence",
        "schedule",
        "mitigation",
        "regulatory",
        "factors",
        "names",
        "sources",
        "entry",
        "s1",
    ):
        assert soup.find(id=id_) is not None, id_


def test_a_stay_that_depends_on_a_condition_says_so_beside_its_dose_and_in_the_api(real_client: Client) -> None:
    stays = [said(cell) for cell in page(real_client, "glofitamab").select("td.stay")]
    assert "Hospital, 24 h, if the 2.5 mg dose brought CRS" in stays
    assert "Hospital, 24 h" in stays
    rows = real_client.get("/api/v1/drugs/glofitamab").json()["mitigation"]
    assert "if the 2.5 mg dose brought CRS" in [row["condition"] for row in rows]


def test_a_fold_says_what_is_inside(real_client: Client) -> None:
    soup = page(real_client, "teclistamab")
    assert "1 case report (1 fatal)" in said(soup.select_one("#evidence > summary"))
    assert "boxed warning: US" in said(soup.select_one("#regulatory > summary"))
    clause = "after an antipyretic, tocilizumab or a steroid also without fever."
    happens = said(soup.find(id="happens").parent)
    assert f"Grades 2 to 4: {clause}" in happens
    assert happens.count(clause) == 1


def test_no_death_of_the_real_data_is_missing_from_its_page(real_client: Client) -> None:
    rows = real_client.get("/crskb/evidence.json?_shape=array&_size=max&fatal=1").json()
    assert len(rows) > 20
    for row in rows:
        assert row["statement"] in said(page(real_client, row["drug_id"]).select_one(".deaths")), row["drug_id"]


def test_a_wallet_card_holds_the_medicine_the_signs_and_blank_lines(site: Client) -> None:
    answer = site.get("/drugs/examplumab/card")
    card = BeautifulSoup(answer.text, "html.parser").select_one(".card")
    assert "Medicine: examplumab ( Exemplia, Éxemplio, Examplumab Maker )".replace(" ", "") in said(card).replace(
        " ", ""
    )
    assert [said(item) for item in card.select(".card-signs li")] == ["confusion"]  # of the first source alone
    assert "Seek care at once" in said(card)
    assert [said(label) for label in card.select(".blanks dt")][1:4] == [
        "Dates of the doses",
        "Treatment centre",
        "Telephone, day and night",
    ]
    assert card.select("input, a, img, script") == []  # nothing to fill in or to follow
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert site.get("/drugs/none/card").status_code == 404


def test_the_head_leads_to_the_four_tasks_and_the_rest_is_one_click_away(client: Client) -> None:
    nav = page(client, "examplumab").select_one("nav.site-nav")
    assert [said(a) for a in nav.select("ul.nav-wide a")] == ["Check", "Compare", "Grade", "Manage"]
    menu = nav.select_one("details")
    assert said(menu.summary) == "More Menu"
    assert [said(a) for a in menu.select("li:not(.nav-narrow) a")] == ["Reference", "About", "Data", "API"]
    assert [said(a) for a in menu.select("li.nav-narrow a")] == ["Check", "Compare", "Grade", "Manage"]
