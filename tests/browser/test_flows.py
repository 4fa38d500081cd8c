"""The ways through the site: by keyboard alone, without JavaScript, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

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


def test_a_list_stands_in_no_address_and_no_history(open_page: Callable[..., Page]) -> None:
    page = open_page("/check")
    page.get_by_label("One medicine per line").fill("Exemplia for Mrs Secret")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="1 line checked")).to_be_visible()
    assert page.url.endswith("/check")


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
