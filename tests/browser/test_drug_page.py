"""The page of a drug in a real browser: its budgets, its folds, and axe-core with every rule, experimental ones too."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

HIGHEST = {1280: 2000, 375: 4000}  # pixels as it opens
LONGEST = ("blinatumomab", "mosunetuzumab", "teclistamab", "epcoritamab", "tisagenlecleucel")
OTHERS = ("rituximab", "acapatamab")
_AXE = """async () => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const rules = axe.getRules(["experimental"]).map((rule) => ({ id: rule.ruleId, enabled: true }));
    axe.configure({ rules: [...rules, { id: "target-size", enabled: true }] });
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map((v) => `${v.id}: ` + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | "));
}"""


def test_drug_pages_open_within_their_height_and_print_on_two_sheets(
    open_page: Callable[..., Page], real_site: str
) -> None:
    page = open_page("/", home=real_site)
    wrong: dict[tuple[str, object], int] = {}
    for path in [*LONGEST, *OTHERS, *(f"teclistamab?region={region}" for region in ("us", "eu-uk", "other"))]:
        page.goto(f"{real_site}/drugs/{path}")
        for width, highest in HIGHEST.items():
            page.set_viewport_size({"width": width, "height": 800})
            height = page.evaluate("document.documentElement.scrollHeight")
            if height > highest:
                wrong[path, width] = height
        sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) if path in LONGEST else 0
        if sheets > 2:
            wrong[path, "sheets"] = sheets
    assert wrong == {}


@pytest.mark.parametrize("drug", ["teclistamab", "tisagenlecleucel"])
def test_a_drug_page_loads_at_most_60_kilobytes(browser: Any, real_site: str, drug: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(f"{real_site}/drugs/{drug}", wait_until="networkidle")
    context.close()
    assert 10_000 < sum(sizes.values()) <= 60_000, sizes


@pytest.mark.parametrize("path", ["/drugs/teclistamab", "/drugs/teclistamab/card"])
def test_axe_finds_nothing_with_every_rule_and_every_fold_open(
    open_page: Callable[..., Page], real_site: str, axe: str, path: str
) -> None:
    page = open_page(path, home=real_site)
    page.evaluate(axe)
    found = {}
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found[width, scheme] = page.evaluate(_AXE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == {key: [] for key in found}


def test_the_answer_stands_in_the_first_screen(open_page: Callable[..., Page], real_site: str) -> None:
    for width, height in ((1280, 800), (375, 720)):
        page = open_page("/drugs/teclistamab", home=real_site, viewport={"width": width, "height": height})
        box = page.get_by_text("Hospital, 48 h.").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height


def test_a_link_into_a_fold_opens_it(open_page: Callable[..., Page], real_site: str) -> None:
    page = open_page("/drugs/teclistamab", home=real_site)
    page.get_by_role("link", name="Source 1", exact=True).first.click()
    expect(page.locator("#s1")).to_be_visible()
    page.goto(f"{real_site}/drugs/teclistamab#mitigation")
    expect(page.locator("#mitigation > dl")).to_be_visible()


def test_without_javascript_a_region_is_chosen_and_folds_open(open_page: Callable[..., Page], real_site: str) -> None:
    page = open_page("/drugs/teclistamab", home=real_site, java_script_enabled=False)
    page.get_by_role("link", name="EU and UK").click()
    expect(page.locator(".tile").first).to_contain_text("Near a facility, 48 h.")
    expect(page.locator(".tile").first).not_to_contain_text("Hospital, 48 h.")
    page.locator("#sources > summary").click()
    expect(page.locator("#s1")).to_be_visible()


def test_the_menu_of_a_phone_is_opened_by_keyboard_and_its_head_is_one_row(open_page: Callable[..., Page]) -> None:
    page = open_page("/about", viewport={"width": 375, "height": 720}, java_script_enabled=False)
    assert page.locator(".site-head").evaluate("head => head.offsetHeight") <= 60
    link = page.get_by_role("navigation", name="Site").get_by_role("link", name="Grade")
    expect(link).to_be_hidden()
    page.locator(".nav-more summary").focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
