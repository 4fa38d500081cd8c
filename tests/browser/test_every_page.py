"""Every page, light and dark, on a phone and on a desk: what axe-core, the console and the ruler say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

PAGES = {
    "home": "/",
    "offers": "/?q=exampl",
    "nothing found": "/?q=thymoquinone",
    "shared name": "/?q=PSG",
    "treatment found": "/?q=placebolizumab",
    "drug": "/drugs/examplumab?name=Exemplia",
    "drug, one region": "/drugs/examplumab?region=us",
    "wallet card": "/drugs/examplumab/card",
    "drug without figures": "/drugs/nebulumab",
    "no such drug": "/drugs/examplumb",
    "compare": "/compare",
    "compare, filtered and sorted": "/compare?engaging=yes&sort=any&order=reverse",
    "compare, chosen": "/compare?drugs=examplumab,nebulumab",
    "compare, onset": "/compare?view=onset&status=all",
    "compare, nothing left": "/compare?tier=highest&engaging=no",
    "check": "/check",
    "grade": "/grade",
    "grade, answered": "/grade?temperature_c=39.2&pressure=low_no_vasopressor&oxygen=low_flow&age_years=6&ice_score=8",
    "grade, with faults": "/grade?temperature_c=101&pressure=x&fever_treated=x&age_years=x&ice_score=x&foo=1",
    "reference": "/reference",
    "manage": "/manage",
    "manage, chosen for a drug": "/manage?drug=examplumab",
    "treatments": "/treat",
    "treatment": "/treat/placebolizumab",
    "dose": "/treat/placebolizumab?kg=39",
    "weight that is none": "/treat/placebolizumab?kg=abc",
    "watch": "/watch",
    "patients": "/patients",
    "background": "/background",
    "about": "/about",
    "api": "/api",
    "changes": "/changes",
    "database": "/crskb",
    "table with a facet": "/crskb/drugs?_facet=relative_risk&status=approved",
    "table with a search": "/crskb/drugs?_search=examplumab",
    "row": "/crskb/drugs/examplumab",
    "query": "/crskb?sql=select+id,+name+from+drugs+where+name+like+:text&text=%25mab",
    "query with an error": "/crskb?sql=delete+from+drugs",
    "not found": "/nowhere",
    "metadata": "/-/metadata",
}
CLINICAL = {  # on CRS itself: path -> how high it may be as it opens, in pixels at 1280 and at 375
    "/reference": (1000, 1700),
    "/manage": (2000, 3000),
    "/treat": (1500, 2500),
    "/treat/tocilizumab": (2500, 4500),
    "/treat/tocilizumab?kg=24": (2800, 5200),
    "/watch": (3500, 6500),
    "/patients": (3000, 5500),
    "/background": (2600, 4500),
}
_AXE = "async (options) => (await axe.run(document, {resultTypes: ['violations'], ...options})).violations.map(v => `${v.id}: ${v.help}: ` + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))"

_COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}  # the scheme changes colours and nothing else


def violations(page: Page, axe: str) -> list[str]:
    """What axe-core finds with all its rules for WCAG 2.2 AA and best practice, in both colour schemes and widths; and sideways scroll."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe)
    page.evaluate("axe.configure({rules: [{id: 'target-size', enabled: true}]})")  # WCAG 2.2; off by default
    found = []
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light")
        found += [f"light {width}: {violation}" for violation in page.evaluate(_AXE, {})]
        page.emulate_media(color_scheme="dark")
        found += [f"dark {width}: {violation}" for violation in page.evaluate(_AXE, _COLOURS)]
        scroll = page.evaluate("document.documentElement.scrollWidth")
        if scroll > width:
            found.append(f"{width}: the page is {scroll} wide")
    return found


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_no_page_has_a_fault_that_axe_or_the_console_sees(open_page: Callable[..., Page], axe: str, path: str) -> None:
    assert violations(open_page(path), axe) == []


def test_the_answer_to_a_list_has_none_either(open_page: Callable[..., Page], axe: str) -> None:
    page = open_page("/check")
    page.get_by_label("One medicine per line").fill("Exemplia 10 mg\nexamplumb\nPSG\nzzzz\nplacebolizumab")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="5 lines checked").wait_for()
    assert violations(page, axe) == []


TALLEST_GRADE = (
    "/grade?temperature_c=37.2&fever_treated=true&pressure=one_vasopressor&oxygen=high_flow&age_years=14&ice_score=2"
)


@pytest.mark.parametrize(
    "path",
    [
        "/drugs/blinatumomab",
        "/compare",
        TALLEST_GRADE,
        "/compare?view=onset",
        "/compare?drugs=teclistamab,tarlatamab",
        "/manage",
        "/treat/tocilizumab?kg=24",
        "/watch",
        "/patients",
        "/background",
    ],
)
def test_pages_over_the_real_data_have_none(
    open_page: Callable[..., Page], real_site: str, axe: str, path: str
) -> None:
    assert violations(open_page(path, home=real_site), axe) == []


def test_no_page_over_the_real_data_scrolls_sideways_on_a_phone(open_page: Callable[..., Page], real_site: str) -> None:
    page = open_page("/compare?status=all", home=real_site, viewport={"width": 375, "height": 800})
    drugs = page.eval_on_selector_all(".name a", "links => links.map(link => link.getAttribute('href'))")
    assert len(drugs) >= 50
    wide = {}
    for path in ["/compare", "/compare?view=onset", *CLINICAL, "/about", "/changes", *drugs]:
        page.goto(real_site + path, wait_until="domcontentloaded")  # the deferred script runs after the style sheet
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 375:
            wide[path] = width
    assert wide == {}


def test_a_grade_is_told_within_one_screen_of_a_desk_and_few_of_a_phone(
    open_page: Callable[..., Page], real_site: str
) -> None:
    tall = {}
    page = open_page("/grade", home=real_site)
    for width, highest in ((1280, 2000), (375, 4000)):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/grade", TALLEST_GRADE):
            page.goto(real_site + path)
            height = page.evaluate("document.documentElement.scrollHeight")
            if not 1000 < height <= highest:
                tall[width, path] = height
    assert tall == {}
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate("document.getElementById('result-head').getBoundingClientRect().bottom") < 300
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{real_site}{TALLEST_GRADE}#result")  # where the form leads
    assert 0 <= page.evaluate("document.getElementById('result-head').getBoundingClientRect().bottom") < 300


@pytest.mark.parametrize("path", CLINICAL)
def test_a_page_on_crs_opens_short(open_page: Callable[..., Page], real_site: str, path: str) -> None:
    page = open_page(path, home=real_site)
    heights = []
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        heights.append(page.evaluate("document.documentElement.scrollHeight"))
    assert all(400 < height <= most for height, most in zip(heights, CLINICAL[path], strict=True)), heights


def test_every_guideline_is_below_8000_pixels(open_page: Callable[..., Page], real_site: str) -> None:
    page = open_page("/manage", home=real_site, viewport={"width": 375, "height": 800})
    ids = page.eval_on_selector_all("#guideline option", "options => options.map(option => option.value)")
    assert len(ids) >= 20
    high = {}
    for id_ in ids:
        page.goto(f"{real_site}/manage?guideline={id_}", wait_until="domcontentloaded")
        high[id_] = page.evaluate("document.documentElement.scrollHeight")
    assert max(high.values()) <= 5000, high
