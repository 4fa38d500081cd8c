"""/compare in a real browser: its height, the head that stays, cards on a phone, check boxes without JavaScript, print."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

_FOUR = "/compare?drugs=teclistamab,elranatamab,talquetamab,linvoseltamab"


@pytest.mark.parametrize(
    ("path", "desk", "phone"),
    [
        ("/compare", 4_000, 8_000),
        ("/compare?view=onset", 3_500, 6_000),
        ("/compare?status=all", 6_000, 8_000),
        (_FOUR, 3_000, 6_000),
    ],
)
def test_no_view_is_longer_than_its_bound(
    open_page: Callable[..., Page], real_site: str, path: str, desk: int, phone: int
) -> None:
    page = open_page(path, home=real_site)
    for width, bound in ((1280, desk), (375, phone)):
        page.set_viewport_size({"width": width, "height": 800})
        assert 800 < page.evaluate("document.documentElement.scrollHeight") <= bound, width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_four_medicines_stand_on_one_screen(open_page: Callable[..., Page], real_site: str) -> None:
    page = open_page(_FOUR, home=real_site, viewport={"width": 1280, "height": 800})
    box = page.locator("tbody.medicine").last.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800


def test_the_head_with_its_axis_stays_in_sight(open_page: Callable[..., Page], real_site: str) -> None:
    page = open_page("/compare", home=real_site, viewport={"width": 1280, "height": 800})
    head = page.get_by_role("columnheader", name="Any grade")
    page.mouse.wheel(0, 1_500)
    page.wait_for_function("scrollY > 1000")
    box = head.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 5
    expect(head.locator("svg")).to_be_in_viewport()


def test_on_a_phone_a_medicine_is_a_card_of_the_same_markup(open_page: Callable[..., Page], real_site: str) -> None:
    page = open_page("/compare", home=real_site, viewport={"width": 375, "height": 800})
    expect(page.locator("table.rates thead")).to_be_hidden()
    card = page.locator("tbody.medicine").filter(has=page.get_by_role("link", name="teclistamab"))
    expect(card.locator(".on-site")).to_be_hidden()
    card.locator("summary").click()
    expect(card.locator(".on-site")).to_be_visible()
    rows = [card.locator(part).bounding_box() for part in (".name", ".any-cell", ".severe-cell", ".onset", ".stay")]
    tops = [row["y"] for row in rows if row]
    assert len(tops) == 5
    assert tops == sorted(tops)
    assert len(set(tops)) == 5


def test_without_javascript_medicines_are_ticked_and_compared(open_page: Callable[..., Page]) -> None:
    page = open_page("/compare?status=all", java_script_enabled=False)
    page.get_by_label("Compare examplumab").check()
    page.get_by_label("Compare nebulumab").check()
    expect(page.get_by_role("button", name="Compare those ticked")).to_be_in_viewport()
    page.get_by_role("button", name="Compare those ticked").click()
    expect(page.get_by_role("rowheader").get_by_role("link")).to_have_text(["examplumab", "nebulumab"])
    assert page.url.endswith("?drugs=examplumab&drugs=nebulumab")
    page.get_by_label("Compare nebulumab").uncheck()
    page.get_by_role("button", name="Compare those ticked").click()
    expect(page.get_by_role("rowheader")).to_have_count(1)


def test_without_javascript_the_table_is_sorted_and_filtered(open_page: Callable[..., Page]) -> None:
    page = open_page("/compare?status=all", java_script_enabled=False)
    page.get_by_role("link", name="Any grade").first.click()
    expect(page.get_by_role("columnheader", name="Any grade").first).to_have_attribute("aria-sort", "descending")
    page.get_by_text("Filter and order").click()
    page.get_by_label("Class").select_option("engager")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    expect(page.get_by_role("status")).to_contain_text("1 medicine that fits")


def test_the_print_has_the_table_and_its_origin_and_no_boxes_to_tick(open_page: Callable[..., Page]) -> None:
    page = open_page("/compare")
    page.emulate_media(media="print")
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.locator("main .print-only")).to_contain_text("/compare, data version")
    expect(page.get_by_label("Compare examplumab")).to_be_hidden()
    expect(page.get_by_role("button", name="Compare those ticked")).to_be_hidden()
