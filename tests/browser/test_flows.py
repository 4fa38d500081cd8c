"""The ways through the site: by keyboard alone, without JavaScript, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


def test_the_focus_waits_in_the_search_box_and_the_keyboard_leads_to_a_drug(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox", name="Brand, generic, code or order line")
    expect(box).to_be_focused()
    page.keyboard.type("exempl")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("examplumab")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(options.first.get_attribute("id")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("examplumab")


def test_escape_closes_the_suggestions_and_keeps_the_word(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox", name="Brand, generic, code or order line")
    expect(box).to_be_focused()
    page.keyboard.type("exempl")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_have_value("exempl")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_enter_without_a_choice_submits_the_word_as_typed(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    expect(page.get_by_role("combobox", name="Brand, generic, code or order line")).to_be_focused()
    page.keyboard.type("examplumb")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Did you mean")).to_contain_text("examplumb")
    expect(page.get_by_role("main")).to_contain_text("Absence here is not evidence of safety")


def test_without_javascript_a_brand_leads_to_its_drug_and_says_so(open_page: Callable[..., Page]) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_label("Brand, generic, code or order line").fill("exemplia")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("examplumab")
    expect(page.get_by_role("main")).to_contain_text("Exemplia is a brand name of examplumab.")


def test_without_javascript_a_misspelling_is_only_offered(open_page: Callable[..., Page]) -> None:
    page = open_page("/?q=examplumb", java_script_enabled=False)
    expect(page.get_by_role("searchbox", name="Brand")).to_have_value("examplumb")
    page.get_by_role("link", name="examplumab").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("examplumab")


def test_without_javascript_lists_are_checked(open_page: Callable[..., Page], tmp_path) -> None:  # type: ignore[no-untyped-def]
    page = open_page("/check", java_script_enabled=False)
    exported = tmp_path / "orders.csv"
    exported.write_bytes('medication\n"Exemplia, 10 mg"\nnebulumab\n'.encode("utf-16"))
    page.get_by_label("Or a text file").set_input_files(exported)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("row", name="Exemplia, 10 mg")).to_contain_text("Highest")
    expect(page.get_by_role("row", name="nebulumab")).to_contain_text("Not quantified")


def test_without_javascript_a_patient_is_graded_and_a_fault_leads_to_its_field(open_page: Callable[..., Page]) -> None:
    page = open_page("/grade", java_script_enabled=False)
    page.get_by_label("Temperature").fill("101")
    page.get_by_role("group", name="Blood pressure").get_by_label("One vasopressor").check()
    page.get_by_role("group", name="Oxygen needed").get_by_label("Low flow").check()
    page.get_by_role("button", name="Grade").click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Temperature")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("One vasopressor")).to_be_checked()
    page.get_by_label("Temperature").fill("38.5")
    page.get_by_role("button", name="Grade").click()
    expect(page.get_by_role("region", name="ASTCT 2019 Grade 3")).to_be_in_viewport()
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_label("Temperature")).to_have_value("")


def test_the_keyboard_alone_grades_a_patient(open_page: Callable[..., Page]) -> None:
    page = open_page("/grade")
    page.get_by_label("Temperature").focus()
    page.keyboard.type("39.2")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # an antipyretic was given
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from normal pressure to low
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # no oxygen
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="ASTCT 2019 Grade 2")).to_be_visible()
    assert "fever_treated=true" in page.url


def test_a_grade_prints_with_its_answers_its_time_and_the_version_of_the_data(open_page: Callable[..., Page]) -> None:
    page = open_page("/grade?temperature_c=39.2&pressure=normal&oxygen=none")
    page.emulate_media(media="print")
    expect(page.get_by_label("Temperature")).to_be_hidden()
    printed = page.locator("#result").inner_text()
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC, data version 0\.1\.0-\S+, 127\.0\.0\.1:\d+/grade\n", printed)
    assert "39.2 °C" in printed
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 2


def test_a_list_stands_in_no_address_and_no_history(open_page: Callable[..., Page]) -> None:
    page = open_page("/check")
    page.get_by_label("One medicine per line").fill("Exemplia for Mrs Secret")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="1 line checked")).to_be_visible()
    assert page.url.endswith("/check")


def test_an_answered_list_can_be_copied_as_text(open_page: Callable[..., Page]) -> None:
    page = open_page("/check", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("One medicine per line").fill("Exemplia 10 mg\nzzzz")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Copy as text").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("2 lines checked: 1 linked with CRS, 1 not recognised")
    assert "\n1. Exemplia 10 mg: examplumab Highest" in copied
    assert "not evidence of safety" in copied


def test_a_slash_leads_to_the_search_and_classes_and_combinations_are_offered(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox", name="Brand")
    page.locator("main h1").click()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    box.press_sequentially("m-ch")
    page.get_by_role("option", name="M-CHOP a combination of medicines").click()
    expect(page.get_by_role("heading", name="A combination of medicines")).to_be_visible()


def test_the_keyboard_reaches_the_content_past_the_head(open_page: Callable[..., Page]) -> None:
    page = open_page("/about")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_drug_prints_on_one_or_two_sheets(open_page: Callable[..., Page]) -> None:
    pdf = open_page("/drugs/examplumab").pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2


def test_without_javascript_a_weight_becomes_a_dose(open_page: Callable[..., Page]) -> None:
    page = open_page("/treat/placebolizumab", java_script_enabled=False)
    page.get_by_label("Body weight, kg").fill("24")
    page.get_by_role("button", name="Dose").click()
    expect(page.get_by_role("status")).to_contain_text("240 mg for 24 kg")
    page.get_by_label("Body weight, kg").fill("24 lb")
    page.get_by_role("button", name="Dose").click()
    expect(page.get_by_role("alert")).to_contain_text("in kilograms")
    expect(page.get_by_role("status")).to_have_count(0)


def test_without_javascript_a_guideline_is_picked(open_page: Callable[..., Page]) -> None:
    page = open_page("/manage", java_script_enabled=False)
    page.get_by_label("Guideline", exact=True).select_option("Fictocabtagene, US label")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=2, name="Fictocabtagene, US label")).to_be_visible()
    expect(page.get_by_role("row", name="All grades", exact=False).first).to_contain_text("Withheld until CRS is gone")


@pytest.mark.parametrize(
    ("anchor", "leads_to"), [("onset", "/watch#onset"), ("treatment-placebolizumab", "/treat/placebolizumab")]
)
def test_an_old_anchor_of_the_reference_leads_on(open_page: Callable[..., Page], anchor: str, leads_to: str) -> None:
    page = open_page(f"/reference#{anchor}")
    page.wait_for_url(f"**{leads_to}")
    without = open_page(f"/reference#{anchor}", java_script_enabled=False)
    link = without.locator(f'[id="{anchor}"] a')
    expect(link).to_have_attribute("href", leads_to)


def test_an_anchor_that_is_none_stays_on_the_index(open_page: Callable[..., Page]) -> None:
    page = open_page("/reference#content")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reference")


def test_a_source_opens_from_its_number_though_it_is_folded(open_page: Callable[..., Page]) -> None:
    page = open_page("/treat/placebolizumab")
    expect(page.locator("#s1")).to_be_hidden()
    page.get_by_role("link", name="Source 1").first.click()
    expect(page.locator("#s1")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "most"), [("/manage", 1), ("/manage?guideline=cd3xcd20-2024", 1), ("/treat/tocilizumab?kg=24", 2)]
)
def test_a_guideline_prints_on_one_sheet_and_a_dose_on_two(
    open_page: Callable[..., Page], real_site: str, path: str, most: int
) -> None:
    pdf = open_page(path, home=real_site).pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= most
