"""/compare: approved medicines first, how often, how severe, when, where and how long; never a figure where none was read."""

from __future__ import annotations

import asyncio
import csv
import io
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import KB, Client, _built

_MOCKIZUMAB = """
caution: Counted in few patients.
crs_incidence:
  - {cohort: Label, headline: true, headline_reason: the label, labelled_use: true, study_design: label, n_treated: 40, n_any_grade: 8, pct_any_grade: 20, n_grade3plus: 0, pct_grade3plus: 0, source: us-pi-exemplia}
  - {cohort: First label, study_design: label, onset_median_days: 9, superseded_on: 2025-06-26, superseded_by: Label, source: us-pi-exemplia}
  - {cohort: All doses, study_design: prospective, onset_median_hours: 36, onset_range_hours: [12, 96], onset_note: From the latest dose., source: example-trial}
mitigation:
  - {region: US, measure: hospitalisation, applies_to: [step_up_1], place: hospital, hours: 48, detail: Two days in hospital after the first dose., source: us-pi-exemplia}
  - {region: US, measure: hospitalisation, applies_to: [step_up_2], place: hospital, hours: 48, detail: And after the second., source: us-pi-exemplia}
  - {region: US, measure: hospitalisation, applies_to: [first_full], place: hospital, hours: 24, detail: A day after the third., source: us-pi-exemplia}
  - {region: US, measure: hospitalisation, applies_to: [later_full], place: hospital, hours: 96, grade_min: 2, detail: Only after CRS., source: us-pi-exemplia}
  - {region: US, measure: hospitalisation, applies_to: [restart], place: hospital, hours: 72, detail: After a pause., source: us-pi-exemplia}
  - {region: US, measure: hospitalisation, place: hospital, hours: 240, detail: Ten days in hospital., superseded_on: 2025-06-26, superseded_by: two days, source: us-pi-exemplia}
  - {region: US, measure: monitoring, place: home, hours: 24, detail: At home after that., source: us-pi-exemplia}
  - {region: US, measure: monitoring, hours: 336, detail: Levels of other medicines., source: us-pi-exemplia}
  - {region: UK, measure: proximity, place: near_facility, hours: 672, detail: Close by for four weeks., source: us-pi-exemplia}
  - {region: JP, measure: setting, detail: A <i>centre</i> that can act., source: us-pi-exemplia}
  - {region: US, measure: rescue_on_site, detail: Two doses of placebolizumab., source: us-pi-exemplia}
  - {region: JP, measure: rescue_on_site, detail: Ready to use., source: us-pi-exemplia}
"""


def soup_of(client: Client, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.text, "html.parser")


def text_of(element: Tag | None) -> str:
    assert isinstance(element, Tag)
    return " ".join(element.get_text(" ").split())


def names(client: Client, query: str) -> list[str]:
    """The medicines of the page, those without a rate after the others."""
    return [text_of(a) for a in soup_of(client, f"/compare{query}").select(".name a")]


def row_of(soup: BeautifulSoup, name: str) -> Tag:
    return next(row for row in soup.select("tbody.medicine") if row.find("a", string=name))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, loop: asyncio.AbstractEventLoop) -> Client:
    """mockizumab with a rate, an onset and texts of four regions."""
    folder = tmp_path_factory.mktemp("compare")
    data = Path(shutil.copytree(KB, folder / "kb"))
    file = data / "drugs" / "mockizumab.yaml"
    text = file.read_text(encoding="utf-8").replace("relative_risk: moderate", "relative_risk: high")
    file.write_text(text + _MOCKIZUMAB.lstrip("\n"), encoding="utf-8")
    return Client(_built(data, folder / "crskb.db"), loop)


# Which medicines


def test_the_approved_ones_come_by_themselves_and_the_others_are_counted_and_one_link_away(client: Client) -> None:
    soup = soup_of(client, "/compare")
    assert names(client, "") == ["examplumab", "mockizumab"]
    links = {text_of(a): a["href"] for a in soup.select("nav[aria-label=Status] a")}
    assert links == {
        "Approved 2": "/compare",
        "Investigational 3": "/compare?status=investigational",
        "Discontinued 1": "/compare?status=discontinued",
        "All 6": "/compare?status=all",
    }
    assert text_of(soup.select_one("nav[aria-label=Status] [aria-current]")) == "Approved 2"
    assert "fictocabtagene imaginaleucel" in names(client, "?status=investigational")


def test_every_drug_that_stands_is_there_once_under_all(client: Client) -> None:
    sql = "/crskb.json?sql=select+name+from+drugs+where+withdrawn_on+is+null&_shape=arrays"
    listed = [row[0] for row in client.get(sql).json()["rows"]]
    assert sorted(names(client, "?status=all")) == sorted(listed)


def test_a_medicine_without_a_rate_stands_in_a_list_with_the_reason_and_has_no_axis(client: Client) -> None:
    soup = soup_of(client, "/compare?status=all")
    assert [text_of(row.a) for row in soup.select("tbody.medicine")] == ["examplumab", "fictocabtagene imaginaleucel"]
    assert text_of(soup.find(id="without")) == "No rate fit to show (4)"
    group = next(div for div in soup.select(".without > div") if div.find("a", string="nebulumab"))
    assert text_of(group.dt) == "Reports only, no rate (1)"
    assert not group.select("svg")
    assert "does not mean rare" in text_of(soup.select_one("#without + p"))


def test_medicines_are_chosen_by_their_ids_in_either_spelling_and_whatever_their_status(client: Client) -> None:
    chosen = ["examplumab", "nebulumab"]
    for query in (
        "?drugs=examplumab,nebulumab",
        "?drugs=examplumab&drugs=nebulumab&drugs=",
        "?drugs=exemplumab-old,nebulumab",
    ):
        soup = soup_of(client, f"/compare{query}")
        assert [text_of(row.a) for row in soup.select("tbody.medicine")] == chosen
        assert [box["value"] for box in soup.select("input[name=drugs]") if box.has_attr("checked")] == chosen
        assert not soup.find(id="without")
        assert soup.find("a", string="CSV")["href"] == "/compare.csv?drugs=examplumab,nebulumab"  # type: ignore[index]
    assert "No rate fit to show. Reports only, no rate" in text_of(row_of(soup, "nebulumab"))
    assert not row_of(soup, "nebulumab").select("svg")
    assert names(client, "?drugs=") == names(client, "")


def test_an_id_that_no_drug_has_is_told_and_kept_by_nobody(client: Client) -> None:
    for path in ("/compare", "/compare.csv", "/compare.svg"):
        answer = client.get(f"{path}?drugs=examplumab,Exemplia<b>,nothing")
        assert answer.status_code == 404
        assert answer.headers["cache-control"] == "no-store"
        assert "no listed medicine with the id “Exemplia&lt;b&gt;” or “nothing”" in answer.text
        assert "says nothing about the medicine" in answer.text


def test_every_medicine_can_be_ticked_and_the_form_keeps_the_rest_of_the_choice(client: Client) -> None:
    soup = soup_of(client, "/compare?status=all&sort=any&region=us")
    assert len(soup.select("input[type=checkbox][name=drugs][form=pick]")) == 6
    assert {box["aria-label"] for box in soup.select("input[name=drugs]")} >= {"Compare examplumab"}
    kept = {hidden["name"]: hidden["value"] for hidden in soup.select("form#pick input[type=hidden]")}
    assert kept == {"sort": "any", "region": "us"}
    filters = {hidden["name"]: hidden["value"] for hidden in soup.select("form.filters input[type=hidden]")}
    assert filters == {"status": "all", "region": "us"}


def test_sorting_is_a_link_and_unknown_figures_come_last_either_way(client: Client) -> None:
    known = ["fictocabtagene imaginaleucel", "examplumab"]
    both = "?drugs=nebulumab,examplumab,fictocabtagene-imaginaleucel&sort=any"
    assert names(client, both) == [*known, "nebulumab"]
    assert names(client, f"{both}&order=reverse") == [*known[::-1], "nebulumab"]
    head = next(iter(soup_of(client, "/compare?sort=any").select("th[aria-sort]")))
    assert (text_of(head.a).split("▼")[0].strip(), head["aria-sort"]) == ("Any grade", "descending")
    assert head.a is not None
    assert head.a["href"] == "/compare?sort=any&order=reverse"


def test_filters_leave_what_fits_and_say_so_when_nothing_does(client: Client) -> None:
    assert names(client, "?status=all&tier=low") == ["pseudoglobulin (equine)", "pseudoglobulin (rabbit)"]
    assert names(client, "?class=engager&engaging=yes") == ["examplumab"]
    nothing = soup_of(client, "/compare?tier=low")
    assert "not evidence that none exists" in text_of(nothing.main)
    assert nothing.find("a", string="medicines of every status")["href"] == "/compare?tier=low&status=all"  # type: ignore[index]
    assert not nothing.select("table")
    assert "every status" not in text_of(soup_of(client, "/compare?tier=highest&engaging=no").main)


@pytest.mark.parametrize(
    "query",
    ["tier=safe", "class=none", "sort=ratio", "engaging=perhaps", "status=sold", "region=XX", "view=map", "order=up"],
)
def test_a_choice_that_does_not_exist_is_an_error_not_an_empty_answer(client: Client, query: str) -> None:
    for path in ("/compare", "/compare.csv", "/compare.svg"):
        assert client.get(f"{path}?{query}").status_code == 404


# What a row says


def test_a_row_tells_rates_with_intervals_onset_stay_and_what_is_at_hand(site: Client) -> None:
    row = row_of(soup_of(site, "/compare"), "mockizumab")
    cells = {cell["class"][0]: text_of(cell) for cell in row.select("td[class]")}
    any_, severe = (text_of(cell) for cell in row.select(".number"))
    assert any_ == "20% 10.5 to 34.8% 8 of 40"
    assert severe == "0% at most 8.8%"
    assert cells["onset"] == "36 hours (12 to 96) † in another cohort"
    assert text_of(row.summary) == (
        "US hospital 48 h (step-up dose 1, 2), 24 h (first full dose) UK near the centre 4 weeks also JP"
    )
    assert cells["on-site"] == "US Two doses of placebolizumab. also JP"
    assert cells["caution-cell"] == "Counted in few patients."
    words = [text_of(item) for item in row.select("details li")]
    assert "US Only after CRS." in words
    assert "JP A <i>centre</i> that can act." in words
    assert "Ten days" not in text_of(row)  # superseded


def test_what_was_not_read_is_said_and_is_no_zero(client: Client) -> None:
    row = row_of(soup_of(client, "/compare"), "examplumab")
    assert text_of(row.select_one(".stay")) == "not read here"
    assert text_of(row.select_one(".on-site")) == "not read here"
    ficto = row_of(soup_of(client, "/compare?status=all"), "fictocabtagene imaginaleucel")
    assert text_of(ficto.select_one(".onset")) == "not printed"
    assert "“Not read here” is not “not asked for”" in text_of(soup_of(client, "/compare").main)


@pytest.mark.parametrize(
    ("region", "stay", "on_site"),
    [
        ("us", "US hospital 48 h (step-up dose 1, 2), 24 h (first full dose)", "US Two doses of placebolizumab."),
        ("eu-uk", "UK near the centre 4 weeks", "not read here"),
        ("other", "no place with a time; words of JP", "JP Ready to use."),
    ],
)
def test_the_texts_are_those_of_the_region_chosen(site: Client, region: str, stay: str, on_site: str) -> None:
    row = row_of(soup_of(site, f"/compare?region={region}"), "mockizumab")
    assert text_of(row.summary) == stay
    assert text_of(row.select_one(".on-site")) == on_site


def test_the_words_of_those_chosen_stand_below_the_table(site: Client) -> None:
    soup = soup_of(site, "/compare?drugs=mockizumab,nebulumab")
    assert not row_of(soup, "mockizumab").find("details")
    told = {text_of(part.h3): text_of(part) for part in soup.select("section.texts")}
    assert "Two days in hospital after the first dose." in told["mockizumab"]
    assert "At hand: US Two doses of placebolizumab." in told["mockizumab"]
    assert "Rates: Label; scale not known." in told["mockizumab"]
    assert told["nebulumab"] == "nebulumab no text read here"


def test_rates_of_trials_are_called_no_ranking_once(client: Client) -> None:
    page = client.get("/compare").text
    assert page.count("No ranking.") == 1
    assert "no ratio is computed" in " ".join(page.split())


def test_the_table_has_a_name_and_every_cell_a_head(client: Client) -> None:
    for query in ("", "?view=onset"):
        table = soup_of(client, f"/compare{query}").table
        assert table is not None
        assert text_of(table.caption)
        assert all(text_of(head) for head in table.select("thead th[scope=col]"))
        assert all(row.select_one("th[scope=row]") for row in table.select("tbody.medicine"))


# When it begins


def test_the_onset_of_all_stands_on_one_axis_earliest_first(site: Client) -> None:
    soup = soup_of(site, "/compare?view=onset")
    rows = soup.select("tbody.medicine")
    assert [text_of(row.a) for row in rows] == ["mockizumab", "examplumab"]
    told = text_of(rows[0].select_one(".onset"))
    assert told == "median 36 hours (range 12 to 96) From the latest dose. Cohort: All doses."
    marks = [float(str(row.select_one("svg circle")["cx"]).rstrip("%")) for row in rows]  # type: ignore[index]
    assert marks == [pytest.approx(100 * (days / 63) ** 0.5, abs=0.01) for days in (1.5, 2)]
    line = rows[0].select_one("svg line.any")
    assert line is not None
    assert (line["x1"], line["x2"]) == ("8.91%", "25.2%")


def test_a_medicine_without_an_onset_is_named_below_the_axis(client: Client) -> None:
    soup = soup_of(client, "/compare?view=onset&status=all")
    assert [text_of(row.a) for row in soup.select("tbody.medicine")] == ["examplumab"]
    assert text_of(soup.find(id="without")) == "No onset in numbers (5)"
    assert "does not mean that it comes late" in text_of(soup.select_one("#without + p"))


# Files


def test_csv_holds_the_rows_of_the_page(client: Client, site: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/compare.csv?status=all&engaging=yes&sort=any").text)))
    assert [(row["name"], row["crs_any_grade_pct"], row["n_any_grade"]) for row in rows] == [
        ("fictocabtagene imaginaleucel", "90.0", "45"),
        ("examplumab", "72.1", "119"),
    ]
    (row,) = csv.DictReader(io.StringIO(site.get("/compare.csv?drugs=mockizumab&region=eu-uk").text))
    assert (row["onset"], row["onset_cohort"]) == ("median 36 hours (range 12 to 96)", "All doses")
    assert (row["stay"], row["on_site"]) == ("UK: Close by for four weeks.", "")
    assert (row["status"], row["caution"]) == ("approved", "Counted in few patients.")


def texts_of(answer: Any) -> list[str | None]:
    svg = ElementTree.fromstring(answer.content)
    return [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_the_figure_plots_the_rates_of_the_page_and_names_those_without(client: Client) -> None:
    figure = client.get("/compare.svg?status=all&sort=any")
    texts = texts_of(figure)
    assert texts.index("fictocabtagene imaginaleucel") < texts.index("examplumab")
    assert "72.1% / 0.6%, n = 165" in texts
    assert "nebulumab" not in texts
    assert any(text and text.startswith("No rate fit to show") and "nebulumab" in text for text in texts)
    assert "style" not in figure.text


def test_the_figure_of_the_onset_holds_the_axis_of_the_page(site: Client) -> None:
    figure = site.get("/compare.svg?view=onset")
    texts = texts_of(figure)
    assert texts.index("mockizumab") < texts.index("examplumab")
    assert "36 hours (12 to 96) †" in texts
    assert "1 wk" in texts
    assert "style" not in figure.text


# The real data


def test_four_engagers_stand_side_by_side_with_their_stays(real_client: Client) -> None:
    chosen = ("teclistamab", "elranatamab", "talquetamab", "linvoseltamab")
    soup = soup_of(real_client, f"/compare?drugs={','.join(chosen)}&region=us")
    for name in chosen:
        assert "US hospital" in text_of(row_of(soup, name).select_one(".stay")), name


def test_a_stay_that_depends_on_a_condition_is_not_told_as_one_for_everybody(real_client: Client) -> None:
    row = text_of(
        row_of(soup_of(real_client, "/compare?drugs=axicabtagene-ciloleucel&region=eu-uk"), "axicabtagene ciloleucel")
    )
    assert "near the centre 4 weeks" in row
    assert "hospital 10 days" not in row


def test_no_current_row_shows_a_past_text(real_client: Client) -> None:
    page = real_client.get("/compare?status=all").text
    sql = "select+detail+from+mitigations+where+superseded_on+is+not+null"
    past = [row[0] for row in real_client.get(f"/crskb.json?sql={sql}&_shape=arrays").json()["rows"]]
    assert len(past) > 5
    assert [detail for detail in past if detail in page] == []
