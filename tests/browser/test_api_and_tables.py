"""The page /api and Datasette's tables, as tall as a reader can bear, with folded parts that open where they are pointed at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

HIGHEST = 8_000  # pixels
ROW = 110  # pixels; three lines and the space around them, where rows of 228 to 618 stood before
_TALLEST_ROW = "Math.max(...[...document.querySelectorAll('.rows-and-columns tbody tr')].map(row => row.offsetHeight))"


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize(
    "path", ["/api", "/crskb/drugs", "/crskb/crs_incidence", "/crskb?sql=select+*+from+management+limit+100"]
)
def test_no_page_over_the_real_data_is_endless(
    open_page: Callable[..., Page], real_site: str, path: str, width: int
) -> None:
    page = open_page(path, home=real_site, viewport={"width": width, "height": 800})
    height = page.evaluate("document.documentElement.scrollHeight")
    assert 1_000 < height <= HIGHEST, height
    if path != "/api":
        assert page.evaluate(_TALLEST_ROW) <= ROW


def test_the_counts_of_a_table_are_folded_until_one_is_asked_for(open_page: Callable[..., Page]) -> None:
    page = open_page("/crskb/drugs")
    assert not page.locator(".facet-results").is_visible()
    page.get_by_text("Counts by").click()
    assert page.locator(".facet-results").is_visible()
    page = open_page("/crskb/drugs?_facet=status")
    assert page.locator("#facet-status").is_visible()


def test_sql_that_was_not_run_can_be_mended_in_its_box(open_page: Callable[..., Page]) -> None:
    page = open_page("/crskb?sql=delete+from+drugs")
    assert page.get_by_label("SQL").input_value() == "delete from drugs"
    page.get_by_label("SQL").fill("select id from drugs")
    page.get_by_role("button", name="Run SQL").click()
    page.get_by_role("link", name="examplumab").or_(page.get_by_text("examplumab")).first.wait_for()


def test_a_link_to_a_folded_shape_opens_it(open_page: Callable[..., Page]) -> None:
    page = open_page("/api#shape-Answer")
    assert page.locator("#shape-Answer").is_visible()
    page.locator("#shape-Answer ~ div a[href='#shape-Match']").click()
    page.locator("#shape-Match").wait_for(state="visible")
