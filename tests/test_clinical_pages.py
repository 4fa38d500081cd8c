"""The pages on CRS itself: /reference, /manage, /treat, /watch, /patients, /background."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import Client, _built
from tests.test_pages import soup_of, text_of

# Anchors of the one page that /reference was; others linked to them.
OLD_ANCHORS = {
    "background": "/background",
    "grading": "/background#grading",
    "neurotoxicity": "/background#neurotoxicity",
    "symptoms": "/watch#symptoms",
    "onset": "/watch#onset",
    "risk-factors": "/watch#risk-factors",
    "differentials": "/watch#differentials",
    "management": "/manage",
    "treatments": "/treat",
    "treatment-placebolizumab": "/treat/placebolizumab",
    "patient-advice": "/patients",
    "meta-analyses": "/background#meta-analyses",
    "other-causes": "/background#other-causes",
    "conflicts": "/background#conflicts",
}
BAD_WEIGHTS = [
    *("abc", "0", "0.5", "401", "1e2", "-5", "24;30", "24 30", "2,450", "24.555", "٢٤", "24 lb", "24000 g"),
    *("NaN", "inf", "0x18", "<b>24", "9" * 500),
]


def part_of(soup: BeautifulSoup, selector: str) -> Tag:
    found = soup.select_one(selector)
    assert isinstance(found, Tag), selector
    return found


def cells(client: Client, path: str) -> dict[str, list[str]]:
    """The matrix of a guideline: row -> what its cells say."""
    rows = part_of(soup_of(client, path), ".matrix tbody").select("tr")
    return {text_of(row.th): [text_of(td) for td in row.select("td")] for row in rows}


def guideline(client: Client, path: str) -> str:
    return text_of(part_of(soup_of(client, path), "h2#matrix"))


# The index


def test_every_anchor_of_the_page_that_was_leads_on(client: Client) -> None:
    soup = soup_of(client, "/reference")
    for anchor, leads_to in OLD_ANCHORS.items():
        assert part_of(soup, f'[id="{anchor}"] a')["href"] == leads_to
        path, _, place = leads_to.partition("#")
        assert not place or soup_of(client, path).find(id=place), leads_to


def test_the_script_of_the_index_is_loaded_there_alone(client: Client) -> None:
    scripts = {
        path: [s["src"] for s in soup_of(client, path).select("script[src]")] for path in ("/reference", "/watch")
    }
    assert any("reference.js" in source for source in scripts["/reference"])
    assert not any("reference.js" in source for source in scripts["/watch"])


# Manage


def test_a_guideline_is_told_grade_by_grade_and_a_missing_cell_says_so(client: Client) -> None:
    told = cells(client, "/manage?guideline=example-2024")
    assert list(told) == ["Grade 1", "Grade 2", "Grade 3", "Grade 4"]
    unseen = "not seen: open the guideline"
    assert told["Grade 1"] == [unseen, unseen, unseen, unseen, "Supportive care: antipyretics", unseen]
    assert told["Grade 2"] == ["Not recorded here."]


def test_what_was_not_read_beside_advice_for_all_grades_is_told(client: Client) -> None:
    told = cells(client, "/manage?guideline=ficto-us")
    assert told["All grades"][-1] == "Withheld until CRS is gone."
    assert told["All grades, not read"] == ["Its advice by grade was not read."]
    assert told["Grade 3"] == ["not seen: open the guideline"]
    assert told["All grades"][0] == "not seen for all grades"


def test_a_grade_without_more_points_to_all_grades(real_client: Client) -> None:
    told = cells(real_client, "/manage?guideline=asco-2021")
    assert told["Grade 3"][0] == "nothing more seen here; see All grades"
    assert told["Grade 3"][3].startswith("Dexamethasone 10 mg intravenously every 6 hours")
    assert told["Grade 2"][1] == "not seen: open the guideline"


def test_a_guideline_has_one_note_of_its_sources(client: Client, real_client: Client) -> None:
    soup = soup_of(client, "/manage?guideline=example-2024")
    assert len(soup.select(".source-note li")) == 1
    assert part_of(soup, ".matrix").select(".cite") == []
    two = soup_of(real_client, "/manage?guideline=lee-2014")
    assert {a["href"] for a in two.select(".matrix .cite a")} == {
        f"#{li['id']}" for li in two.select(".source-note li")
    }
    assert "page 4, page 5" in text_of(part_of(soup_of(real_client, "/manage?guideline=asco-2021"), ".source-note"))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", "Example guideline 2024"),
        ("?drug=examplumab", "Example guideline 2024"),  # by a wider class
        ("?drug=fictocabtagene-imaginaleucel", "Fictocabtagene, US label"),  # its own before its class
        ("?drug=nebulumab", "Advice for everybody"),  # no guideline for its class
        ("?class=bcma-engager", "Example guideline 2024"),
        ("?class=invented-globulin", "Advice for everybody"),
        ("?guideline=everybody&drug=examplumab", "Advice for everybody"),
    ],
)
def test_the_guideline_shown_is_the_one_that_fits(client: Client, asked: str, shown: str) -> None:
    assert guideline(client, f"/manage{asked}") == shown


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("drug=elranatamab", "Elrexfio (elranatamab), US table as the maker prints it"),
        ("drug=teclistamab", "SITC 2020"),
        ("drug=tisagenlecleucel", "ASCO 2021 (CAR T-cell adverse events)"),
        ("drug=glofitamab", "CD3xCD20 consensus 2024"),
        ("drug=rituximab", "Lee 2014"),
        ("class=car-t", "ASCO 2021 (CAR T-cell adverse events)"),
    ],
)
def test_engagers_and_car_t_cells_each_get_a_guideline_of_their_own(
    real_client: Client, asked: str, shown: str
) -> None:
    assert guideline(real_client, f"/manage?{asked}") == shown
    offered = text_of(part_of(soup_of(real_client, f"/manage?{asked}"), ".matched"))
    if asked == "drug=teclistamab":
        assert "International Myeloma Working Group 2024" in offered
        assert "ASCO" not in offered


def test_a_guideline_for_other_medicines_is_not_passed_off_as_fitting(
    kb: Path, loop: asyncio.AbstractEventLoop
) -> None:
    for file in ("guidelines", "management"):
        path = kb / "clinical" / f"{file}.yaml"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "Advice for everybody" not in line))
    client = Client(_built(kb, kb.parent / "crskb.db"), loop)
    told = text_of(part_of(soup_of(client, "/manage?drug=nebulumab"), ".matched"))
    assert told.startswith("No guideline for this one is recorded here; the one shown is for other medicines.")
    assert "No guideline for" not in client.get("/manage?drug=examplumab").text


def test_a_guideline_that_names_no_class_is_not_said_to_be_chosen_for_a_drug(client: Client) -> None:
    told = text_of(part_of(soup_of(client, "/manage?drug=nebulumab"), ".matched"))
    assert "names no class of medicine in what was read" in told
    assert "Chosen for" not in told
    assert "Chosen for" in client.get("/manage?drug=examplumab").text


@pytest.mark.parametrize("asked", ["guideline=none", "drug=none", "class=none", "drug=Exemplia"])
def test_a_choice_that_is_none_is_not_found(client: Client, asked: str) -> None:
    assert client.get(f"/manage?{asked}").status_code == 404


def test_choices_may_be_kept_and_anything_else_typed_may_not(client: Client) -> None:
    assert client.get("/manage?guideline=everybody").headers["cache-control"] != "no-store"
    assert client.get("/manage?drug=examplumab").headers["cache-control"] != "no-store"
    assert client.get("/manage?drug=examplumab&name=secretname").headers["cache-control"] == "no-store"


def test_every_guideline_can_be_picked_under_its_class(client: Client) -> None:
    picker = part_of(soup_of(client, "/manage"), "select[name=guideline]")
    groups = {
        str(group["label"]): [str(o["value"]) for o in group.select("option")] for group in picker.select("optgroup")
    }
    assert groups == {
        "Invented T-cell-engaging medicine": ["example-2024"],
        "Label of one medicine": ["ficto-us"],
        "No class named in what was read": ["everybody"],
    }


# Treat


@pytest.mark.parametrize(
    ("typed", "mg", "two"),
    [
        ("24", "240", "480"),
        ("24.5", "245", "490"),
        ("24,55 kg", "245.5", "491"),
        (" 24 KG ", "240", "480"),
        ("1", "10", "20"),
        ("30", "300", "600"),
        ("39.99", "300", "600"),  # 399.9 mg, above the highest dose
        ("40", "240", "480"),
        ("040.00", "240", "480"),
        ("50.01", "300", "600"),
        ("400", "300", "600"),
    ],
)
def test_a_weight_becomes_a_dose_by_the_rule_of_the_data(client: Client, typed: str, mg: str, two: str) -> None:
    answer = client.get("/treat/placebolizumab", params={"kg": typed})
    assert answer.status_code == 200
    dose = part_of(BeautifulSoup(answer.text, "html.parser"), ".dose")
    assert text_of(part_of(dose, "b")) == f"{mg} mg"
    assert f"Two doses take {two} mg" in text_of(dose)


def test_a_dose_stands_beside_its_rule_its_limits_and_its_source(client: Client) -> None:
    soup = soup_of(client, "/treat/placebolizumab?kg=39")
    dose = text_of(part_of(soup, ".dose"))
    assert "300 mg for 39 kg, one dose" in dose
    assert "below 40 kg: 10 mg/kg would be 390 mg, above the highest single dose of 300 mg" in dose
    assert "Infusion over 45 minutes" in dose
    assert "Another dose after: at least 12 hours. At most 3 doses in all" in dose
    assert "Approved for CRS in: US" in dose
    assert part_of(soup, ".dose .cite a")["href"] in {f"#{li['id']}" for li in soup.select(".sources li")}
    assert "US prescribing information" in text_of(part_of(soup, ".source-note"))
    assert "Not a prescription" in text_of(part_of(soup, "main"))
    heavier = text_of(part_of(soup_of(client, "/treat/placebolizumab?kg=45"), ".dose"))
    assert "Another dose after: not printed" in heavier
    assert "doses in all" not in heavier


@pytest.mark.parametrize("typed", BAD_WEIGHTS)
def test_a_weight_that_is_none_gives_the_form_with_the_fault_and_no_dose(client: Client, typed: str) -> None:
    answer = client.get("/treat/placebolizumab", params={"kg": typed})
    assert answer.status_code == 400
    soup = BeautifulSoup(answer.text, "html.parser")
    assert soup.select(".dose") == []
    assert "body weight" in text_of(part_of(soup, "#fault"))
    field = part_of(soup, "input[name=kg]")
    assert field["value"] == typed[:20]
    assert field["aria-describedby"] == "fault"


def test_two_weights_are_not_chosen_from(client: Client) -> None:
    answer = client.get("/treat/placebolizumab?kg=24&kg=42")
    assert answer.status_code == 400
    assert "Write one body weight" in answer.text


def test_no_weight_is_no_fault(client: Client) -> None:
    answer = client.get("/treat/placebolizumab?kg=")
    assert answer.status_code == 200
    assert BeautifulSoup(answer.text, "html.parser").select(".dose, #fault") == []


@pytest.mark.parametrize("typed", ["24", "secretweight"])
def test_a_weight_is_stored_nowhere_and_reaches_no_output(client: Client, capfd: Any, typed: str) -> None:
    client.get("/treat/placebolizumab")
    answer = client.get(f"/treat/placebolizumab?kg={typed}")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert f"kg={typed}" not in "".join(capfd.readouterr())
    assert 'value="24"' not in client.get("/treat/placebolizumab").text
    assert client.get("/treat/placebolizumab").headers["cache-control"] != "no-store"


@pytest.mark.parametrize(
    ("typed", "mg", "two"),
    [
        ("24", "288", "576"),
        ("29.9", "358.8", "717.6"),
        ("30", "240", "480"),
        ("100", "800", "1600"),
        ("120", "800", "1600"),
    ],
)
def test_tocilizumab_by_the_us_text(real_client: Client, typed: str, mg: str, two: str) -> None:
    dose = part_of(soup_of(real_client, f"/treat/tocilizumab?kg={typed}"), ".dose")
    assert text_of(part_of(dose, "b")) == f"{mg} mg"
    assert f"Two doses take {two} mg" in text_of(dose)
    assert "at least 8 hours. At most 4 doses in all" in text_of(dose)
    assert "severe or life-threatening CRS caused by CAR T cells" in text_of(dose)


def test_a_treatment_without_a_rule_says_so_and_calculates_nothing(real_client: Client) -> None:
    for id_ in ("siltuximab", "etanercept"):
        answer = real_client.get(f"/treat/{id_}?kg=24")
        main = text_of(part_of(BeautifulSoup(answer.text, "html.parser"), "main"))
        assert "Nothing is calculated here" in main
        assert "No approval for CRS is recorded here" in main
        assert "264 mg" not in main
    assert "A dose against CRS was not seen" in main


def test_another_name_of_a_treatment_leads_to_it_and_of_anything_else_does_not(client: Client) -> None:
    brand = client.get("/treat/CALMRA")
    assert (brand.status_code, brand.headers["location"]) == (303, "/treat/placebolizumab")
    assert client.get("/treat/examplumab").status_code == 404
    assert client.get(f"/treat/{'x' * 5000}").status_code == 404


def test_texts_that_ask_for_it_at_hand_stand_under_their_medicine_and_no_past_one_does(real_client: Client) -> None:
    soup = soup_of(real_client, "/treat/tocilizumab")
    section = part_of(soup, "section[aria-labelledby=at-hand]")
    assert "At least 4 doses of tocilizumab at hand before the infusion." in text_of(section)
    assert "Text until June 2025" not in text_of(section)


def test_a_treatment_that_is_looked_up_leads_to_its_page(client: Client) -> None:
    assert '"/treat/placebolizumab"' in client.get("/?q=Calmra").text


# Watch, patients, background


def test_emergencies_come_first(client: Client) -> None:
    assert [text_of(h3) for h3 in soup_of(client, "/watch").select(".severity h3")] == [
        "Emergency: act at once",
        "Early or mild",
    ]
    sections = [text_of(h2) for h2 in soup_of(client, "/patients").select("main h2")]
    assert sections == ["Signs of an emergency", "Advice by medicine and region"]
    assert "seek care at once confusion" in text_of(part_of(soup_of(client, "/patients"), ".severity-emergency"))


def test_signs_of_one_medicine_are_not_told_as_signs_in_general(real_client: Client) -> None:
    soup = soup_of(real_client, "/watch")
    general = " ".join(text_of(part) for part in soup.select(".severity"))
    assert "discoloured skin" in general
    assert "adult respiratory distress syndrome" not in general
    assert "adult respiratory distress syndrome" in text_of(part_of(soup, "section[aria-labelledby=symptoms] details"))


def test_advice_stands_under_its_medicine_and_region_with_its_date(client: Client) -> None:
    section = part_of(soup_of(client, "/patients"), "section[aria-labelledby=patient-advice]")
    assert [dt.text.strip() for dt in section.select("dt")] == ["All medicines, United States"]
    assert "(June 2025)" in section.text


def test_past_advice_is_folded_and_named_past(real_client: Client) -> None:
    soup = soup_of(real_client, "/patients")
    past = next(part for part in soup.select("details") if "Replaced by later advice" in text_of(part.summary))
    assert "No driving or heavy machinery for 8 weeks" in text_of(past)
    assert not past.has_attr("open")
    assert "8 weeks (before the change" not in text_of(part_of(soup, "section[aria-labelledby=patient-advice]"))
    assert "date not printed" in soup.text


def test_the_scales_stand_side_by_side(client: Client) -> None:
    table = part_of(soup_of(client, "/background"), ".side-by-side")
    heads = [text_of(th) for th in table.select("thead th")]
    assert heads[0] == "Grade"
    assert len(heads) >= 2
    assert [text_of(th) for th in table.select("tbody th")] == [
        *(f"Grade {grade}" for grade in range(1, 5)),
        "Made for",
        "Decided by",
    ]


def test_neurotoxicity_has_a_table_of_its_own_with_the_items_of_its_scores(client: Client) -> None:
    page = soup_of(client, "/background")
    of_crs, of_neurotoxicity = page.select(".side-by-side")
    assert "ASTCT ICANS 2019" not in of_crs.text
    assert "ASTCT ICANS 2019" in of_neurotoxicity.text
    assert "ICE score: 7 to 9" in of_neurotoxicity.text
    section = part_of(page, "section[aria-labelledby=neurotoxicity]")
    assert "ICE: up to 5 points" in section.text
    assert "year, month" in section.text


def test_a_fold_says_what_is_in_it(real_client: Client) -> None:
    for path in ("/watch", "/patients", "/background", "/treat/tocilizumab"):
        folds = soup_of(real_client, path).select("main details")
        assert folds, path
        assert all(
            len(text_of(fold.summary)) > 8 for fold in folds if text_of(fold.summary) not in ("Criteria", "Sepsis")
        )


_ROWS = {
    "/watch": {"symptoms": "symptom", "onset": "typical", "risk_factors": "factor", "differentials": "condition"},
    "/patients": {"patient_advice": "advice"},
    "/background": {
        "background": "text",
        "grading_criteria": "summary",
        "grading_notes": "note",
        "score_items": "item",
        "meta_analyses": "scope",
        "other_causes": "finding",
        "conflicts": "decision",
    },
    "/treat": {"treatments": "summary"},
}


@pytest.mark.parametrize("path", _ROWS)
def test_no_row_of_the_reference_is_on_no_page(real_client: Client, path: str) -> None:
    served = real_client.get("/api/v1/reference").json()
    page = re.sub(r"\s+", " ", soup_of(real_client, path).text).casefold()
    for table, key in _ROWS[path].items():
        texts = [" ".join(row[key].split()).casefold() for row in served[table]]
        assert texts
        assert [text for text in texts if text not in page] == [], table


def test_no_advice_of_a_guideline_is_on_no_page(real_client: Client) -> None:
    served = real_client.get("/api/v1/reference").json()
    for row in served["guidelines"]:
        page = text_of(part_of(soup_of(real_client, f"/manage?guideline={row['id']}"), "main"))
        advice = [each["advice"] for each in served["management"] if each["guideline"] == row["name"]]
        assert advice
        assert [text for text in advice if " ".join(text.split()) not in page] == [], row["name"]


def test_every_dose_stands_in_the_api_with_its_source(client: Client) -> None:
    [treatment] = client.get("/api/v1/reference").json()["treatments"]
    lighter, heavier = treatment["dose_rules"]
    assert (lighter["from_kg"], lighter["below_kg"], lighter["mg_per_kg"]) == (None, 40, 10)
    assert (heavier["max_mg"], heavier["interval_hours"], heavier["source_id"]) == (300, None, "us-pi-exemplia")
