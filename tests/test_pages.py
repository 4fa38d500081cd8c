"""The pages, asked as a browser asks: what they say, and that they never say more than the data."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, Tag
from datasette import hookimpl
from datasette.plugins import pm

from crskb.web.server import make_datasette
from crskb.words import LONGEST_QUERY
from tests.conftest import Client, _built

PAGES = (
    "/",
    "/?q=nonsense",
    "/drugs/examplumab",
    "/drugs/nebulumab",
    "/drugs/none",
    "/compare",
    "/check",
    "/grade",
    "/grade?temperature_c=39&pressure=normal&oxygen=low_flow&age_years=6&ice_score=8",
    "/reference",
    "/manage",
    "/treat",
    "/treat/placebolizumab",
    "/watch",
    "/patients",
    "/background",
    "/about",
    "/api",
    "/changes",
)
DATASETTE_PAGES = (
    "/crskb",
    "/crskb/drugs",
    "/crskb/drugs?_facet=modality",
    "/crskb/drugs/examplumab",
    "/crskb?sql=select+1",
    "/nowhere",
    "/-/metadata",
)
FILES = ("/compare.csv", "/compare.svg", "/changes.atom", "/robots.txt", "/sitemap.xml", "/favicon.ico")


def soup_of(client, path):
    return BeautifulSoup(client.get(path).text, "html.parser")


def text_of(element):
    assert isinstance(element, Tag)
    return " ".join(element.get_text(" ").split())


def figure(soup, label):
    """The answer beside one label of the overview of a drug."""
    term = next(dt for dt in soup.select(".figures dt") if text_of(dt) == label)
    return text_of(term.find_next_sibling("dd"))


def timing(soup):
    """When CRS starts and how long it lasts, as the tile of a drug says it."""
    return [text_of(line) for line in soup.select(".when p")[:2]]


# A drug


def test_a_drug_page_gives_rate_count_and_interval_of_the_headline_cohort(client):
    soup = soup_of(client, "/drugs/examplumab")
    assert figure(soup, "CRS, any grade") == "72.1% 119 of 165 95% interval 64.8 to 78.4%"
    assert figure(soup, "CRS, grade 3 or higher") == "0.6% 1 of 165 95% interval 0.1 to 3.4%"
    assert timing(soup) == ["Starts: median 2 days (range 1 to 6) [1] [2]", "Lasts: median 2 days [1] [2]"]


def test_severe_crs_printed_by_single_grades_is_their_sum(real_client):
    page = text_of(soup_of(real_client, "/drugs/tarlatamab").select_one(".figure-severe"))
    assert "1.9%" in page
    row = next(row for row in soup_of(real_client, "/compare").select("tr") if row.find("a", string="tarlatamab"))
    assert "1.9%" in text_of(row)


def test_a_tier_that_counts_nothing_has_no_rank(client):
    verdict = text_of(soup_of(client, "/drugs/nebulumab").select_one(".verdict"))
    assert "Not quantified no rank" in verdict


def test_a_drug_page_says_tier_number_reason_and_flag(client):
    verdict = text_of(soup_of(client, "/drugs/examplumab").select_one(".verdict"))
    assert "Highest tier 1 of 4" in verdict
    assert "T-cell-engaging" in verdict
    assert "not T-cell-engaging" not in verdict
    assert "Why this tier? It is a T-cell-engaging immunotherapy (BCMA, CD3)." in verdict


def test_a_figure_that_is_not_known_is_never_shown_as_zero(client):
    soup = soup_of(client, "/drugs/nebulumab")
    for label in ("CRS, any grade", "CRS, grade 3 or higher"):
        assert figure(soup, label) == "not known"
    assert timing(soup) == [
        "Start: no cohort here gives it; the summary may tell it in words",
        "Duration: not given by a cohort here",
    ]
    assert "not the same as rare" in text_of(soup.find(id="incidence").parent)


def labels_of(soup):
    """What the fold of the labels says, by region."""
    return {text_of(div.dt): text_of(div.dd) for div in soup.select("#regulatory .labels > div")}


def test_labels_are_told_by_region_and_what_was_not_read_says_so(client):
    soup = soup_of(client, "/drugs/examplumab")
    regions = labels_of(soup)
    assert regions["United States"].startswith("Boxed warning for CRS: yes. Warnings name CRS: yes.")
    assert regions["European Union"].startswith("What the label says of CRS: not read here.")
    assert "Boxed warning: US. Warnings name CRS: US. EU: label not read here." in text_of(soup.select_one(".verdict"))
    mock = soup_of(client, "/drugs/mockizumab")
    assert labels_of(mock)["United States"].startswith("Boxed warning for CRS: no. Warnings name CRS: yes.")
    assert "No boxed warning for CRS: US." in text_of(mock.select_one(".verdict"))


def test_a_use_that_was_not_approved_is_not_told_as_the_medicine(site_over):
    row = '  - {region: US, status: not_approved, date: "2025", indication: first line, source: us-pi-exemplia}\n'
    soup = soup_of(site_over("examplumab", "regulatory:\n", f"regulatory:\n{row}"), "/drugs/examplumab")
    state = labels_of(soup)["United States"]
    assert "Approved, earliest decision here" in state
    assert "Not approved (first line), earliest decision here 2025" in state


def test_no_cohort_is_said_to_decide_a_tier_that_none_decided(client, real_client):
    with_headline = text_of(soup_of(client, "/drugs/examplumab").find(id="incidence").parent)
    assert "The headline cohort gives the figures above" in with_headline
    without = text_of(soup_of(real_client, "/drugs/rituximab").find(id="incidence").parent)
    assert "none decided the tier" in without
    assert "headline cohort" not in without


def test_the_headline_cohort_comes_first_and_others_carry_their_notes(client):
    first, second = soup_of(client, "/drugs/examplumab").select(".cohort")
    assert "Headline" in text_of(first.select_one(".tags"))
    assert "With prophylaxis" in text_of(second.select_one(".tags"))
    assert "Prophylaxis: prophylactic placebolizumab" in text_of(second)
    assert text_of(second.select_one(".severe-rate")) == "not printed"


def test_each_citation_leads_to_a_source_on_the_page(client):
    for path in ("/drugs/examplumab", "/treat/placebolizumab", "/watch", "/patients", "/background"):
        soup = soup_of(client, path)
        cited = {a["href"] for a in soup.select(".cite a")}
        assert cited
        assert cited <= {f"#{li['id']}" for li in soup.select(".sources li")}


def test_the_mark_of_a_plot_stands_at_its_percentage(client):
    plot = soup_of(client, "/drugs/examplumab").select_one(".cohort.headline svg.plot")
    assert plot.select_one("circle.any")["cx"] == "72.1%"
    line = plot.select_one("line.any")
    assert (line["x1"], line["x2"]) == ("64.75%", "78.4%") or float(line["x1"][:-1]) == pytest.approx(64.8, abs=0.1)
    assert plot.select_one("svg")["x"] == "0.6%"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("exemplia", "Exemplia is a brand name of examplumab."),
        ("exemplumab", "exemplumab is a known misspelling of examplumab."),
        ("L01XX99", "ATC L01XX99 is a code of examplumab."),
    ],
)
def test_a_drug_page_says_by_which_name_it_was_found(client, asked, said):
    assert text_of(soup_of(client, f"/drugs/examplumab?name={asked}").select_one(".matched")) == said


def test_a_drug_page_repeats_no_name_that_is_not_its_own(client):
    assert soup_of(client, "/drugs/examplumab?name=mockira").select(".matched") == []


def test_a_former_id_and_another_name_lead_to_the_entry_and_a_near_name_does_not(client):
    moved = client.get("/drugs/exemplumab-old")
    assert (moved.status_code, moved.headers["location"]) == (301, "/drugs/examplumab")
    brand = client.get("/drugs/%C3%89xemplio")
    assert (brand.status_code, brand.headers["location"]) == (303, "/drugs/examplumab?name=%C3%89xemplio")
    near = client.get("/drugs/examplumb")
    assert near.status_code == 404
    assert "not evidence of safety" in near.text
    assert [a["href"] for a in BeautifulSoup(near.text, "html.parser").select(".offers a")] == [
        "/drugs/examplumab?name=examplumab"
    ]


def test_a_drug_page_carries_linked_data_that_parses(client):
    block = soup_of(client, "/drugs/examplumab").find("script", type="application/ld+json")
    data = json.loads(block.string)
    assert data["@type"] == "Drug"
    assert data["nonProprietaryName"] == "examplumab"
    assert "Exemplia" in data["alternateName"]
    assert data["subjectOf"]["@type"] == "Dataset"


def test_a_drug_page_says_how_to_cite_and_correct_it(client):
    entry = text_of(soup_of(client, "/drugs/examplumab").find(id="entry"))
    version = dict(client.get("/crskb/build_info.json?_shape=arrays").json()["rows"])["data_version"]
    assert f"Data version {version}" in entry
    assert "/drugs/examplumab" in entry
    assert "data/drugs/examplumab.yaml" in entry


# The search


def test_a_checked_list_says_by_which_name_a_medicine_was_found(client):
    page = soup_of_list(client, "exemplumab\nExemplio 5 mg\nexemlia")
    rows = [text_of(row) for row in page.select("tbody tr")]
    assert "exemplumab is a known misspelling of examplumab" in rows[0]
    assert "Éxemplio is a brand name of examplumab" in rows[1]
    assert "Did you mean Exemplia, examplumab ?" in rows[2]


def soup_of_list(client, text):
    return BeautifulSoup(client.post("/check", data={"medications": text}).text, "html.parser")


def test_an_exact_name_leads_to_its_drug_and_is_kept_by_nobody(client):
    answer = client.get("/?q=EXEMPLIA 10 mg vial")
    assert (answer.status_code, answer.headers["location"]) == (303, "/drugs/examplumab?name=Exemplia")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "heading", "offered"),
    [
        ("examplumb", "Did you mean", ["examplumab"]),
        ("PSG", "Listed; more than one thing to look at", ["pseudoglobulin (equine)", "pseudoglobulin (rabbit)"]),
        ("placebolizumab", "A medicine used against", []),
        ("zzzzzz", "No such name is known", []),
    ],
)
def test_any_other_search_stays_with_the_word_and_what_absence_means(client, query, heading, offered):
    answer = client.get(f"/?q={query}")
    soup = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 200
    assert heading in text_of(soup.find(id="answer"))
    assert soup.find("input", id="q")["value"] == query
    assert [text_of(a) for a in soup.select(".offers a")] == offered
    assert "not evidence of safety" in text_of(soup.select_one(".answer"))


def test_each_part_of_a_line_is_said_in_the_words_of_the_answer(client):
    soup = soup_of(client, "/?q=examplumab, otherolol, placebolizumab, nulliximab, grzmtfl")
    parts = [text_of(item) for item in soup.select(".answer > ul:not(.offers) > li")]
    assert parts == [
        "“examplumab”: listed (examplumab)",
        "“otherolol”: another medicine, not assessed (otherolol)",
        "“placebolizumab”: a treatment of CRS (placebolizumab)",
        "“nulliximab”: assessed and not listed (nulliximab)",
        "“grzmtfl”: not known",
    ]


def test_markup_in_a_search_is_shown_as_text(client):
    answer = client.get("/", params={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_search_that_is_too_long_is_refused_and_not_cut(client):
    answer = client.get("/", params={"q": "x " * 150 + "exemplia"})
    assert answer.status_code == 400
    assert "was not looked up" in answer.text
    for path, box in (("/", "q"), ("/about", "head-q")):
        assert soup_of(client, path).find("input", id=box)["maxlength"] == str(LONGEST_QUERY)


# The list


def checked(client, text, **more):
    return client.post("/check", data={"medications": text, **more})


def groups_of(page):
    """By its heading, the number and the text of each line of a group, and the cell with its answer."""
    return {
        text_of(page.find(id=table["aria-labelledby"])): [
            [text_of(cell) for cell in row.find_all(["td", "th"])] for row in table.select("tbody tr")
        ]
        for table in page.select("table.checked")
    }


def test_a_list_is_answered_by_what_needs_attention_and_each_line_keeps_its_number(client):
    answer = checked(client, 'PSG\r\n\r\n"examplumb"\nzzzzzz\nExemplia 10 mg\nplacebolizumab\notherolol')
    page = BeautifulSoup(answer.text, "html.parser")
    groups = groups_of(page)
    assert {heading: [row[:2] for row in rows] for heading, rows in groups.items()} == {
        "Linked with cytokine release syndrome": [["5", "Exemplia 10 mg"], ["1", "PSG"]],
        "To settle: which medicine is meant": [["3", "examplumb"]],
        "Not recognised: each may still be one": [["4", "zzzzzz"]],
        "Used against cytokine release syndrome": [["6", "placebolizumab"]],
        "Known, not listed": [["7", "otherolol"]],
    }
    listed, several = (row[2] for row in groups["Linked with cytokine release syndrome"])
    assert "Highest" in listed
    assert "pseudoglobulin (rabbit)" in several
    assert groups["To settle: which medicine is meant"][0][2] == "Did you mean examplumab ?"
    assert text_of(page.find(id="result")).startswith("6 lines checked: 2 linked with CRS , 1 to settle ,")
    assert answer.headers["cache-control"] == "no-store"


def test_each_listed_line_says_what_to_do_first_or_that_no_label_was_read(client):
    listed, silent = groups_of(soup_of_list(client, "ficto-cel\nnebulumab"))["Linked with cytokine release syndrome"]
    assert "US Stay in hospital: In hospital for two nights." in listed[2]
    assert "All that is asked for" not in listed[2]
    assert "Where to stay and what to give before: not read here." in silent[2]


def test_the_link_to_share_a_checked_list_holds_drugs_and_nothing_typed(client):
    page = soup_of_list(client, "Exemplia for Mrs Secret\nPSG\nexamplumb\notherolol")
    (link,) = [a["href"] for a in page.select(".checked-list a") if "drugs=" in a["href"]]
    assert link == "/compare?drugs=examplumab,pseudoglobulin-equine,pseudoglobulin-rabbit"
    assert not [a for a in soup_of_list(client, "otherolol").select("a") if "drugs=" in a["href"]]


def test_a_printed_list_says_when_by_which_data_and_where(client):
    printed = text_of(soup_of_list(client, "otherolol").select_one(".checked-list .print-only"))
    assert re.fullmatch(r"Checked \d+ \w+ \d{4} at \d\d:\d\d UTC with data version 0\.1\.0-\S+; http\S+/check", printed)


def test_a_line_that_starts_like_a_formula_runs_in_no_spreadsheet(client):
    lines = ["=cmd|'/c calc'!A1", "- Exemplia", "@sum(1)", "+1", "Exemplia"]
    answer = client.post("/check", data={"medications": "\n".join(lines), "format": "csv"})
    texts = [row["text"] for row in csv.DictReader(io.StringIO(answer.text))]
    assert texts == ["'=cmd|'/c calc'!A1", "'- Exemplia", "'@sum(1)", "'+1", "Exemplia"]


def test_a_suggestion_carries_no_risk_into_the_csv(client):
    answer = checked(client, "Exemplia\nexamplumb\nzzzzzz", format="csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["status"], row["drug"], row["relative_risk"]) for row in rows] == [
        ("match", "examplumab", "highest"),
        ("suggestion", "examplumab", ""),
        ("unknown", "", ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_an_uploaded_file_is_read_as_spreadsheets_save_it(client, encoding):
    answer = client.post(
        "/check", data={"medications": ""}, files={"file": ("list.csv", "Éxemplio\r\nmockizumab\r\n".encode(encoding))}
    )
    assert [text_of(a) for a in BeautifulSoup(answer.text, "html.parser").select(".checked-drug a")] == [
        "examplumab",
        "mockizumab",
    ]


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("", 400, "The list is empty"),
        ("exemplia\n" * 501, 413, "nothing was checked"),
        ("exemplia\n" + "x" * 201, 400, "Longer than 200 characters: line 2."),
        ("x" * 1_000_001, 413, "Nothing of it was checked"),
    ],
)
def test_a_list_that_cannot_be_checked_whole_is_refused_whole(client, text, status, said):
    answer = checked(client, text)
    assert answer.status_code == status
    assert said in answer.text
    assert 'class="checked' not in answer.text


PART = b'--x\r\ncontent-disposition: form-data; name="medications"\r\n\r\nexemplia\r\n'
BRACKETS = b"--x\r\ncontent-disposition: form-data; name=" + b"(" * 5000 + b"\r\n\r\nexemplia\r\n--x--"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"exemplia"),
        ("multipart/form-data; boundary=" + "(" * 20_000, b"exemplia"),
        ("multipart/form-data; boundary=x", BRACKETS),
        ("multipart/form-data; boundary=x", PART + b"--x"),  # cut off before its end
        ("multipart/form-data; boundary=x", PART + b'--x\r\ncontent-disposition: form-data; name="format"\r\n\r\ncs'),
        ("multipart/form-data; boundary=x", b"--x\r\n\xff@: secret\r\n\r\n--x--"),
        ("multipart/form-data; boundary=x", PART * 21 + b"--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n" * 1000),
        ("multipart/form-data; boundary=x", b"--x\r\ncontent-type: multipart/mixed; boundary=x\r\n\r\n" * 15),
        ("application/x-www-form-urlencoded", b"&".join([b"medications=exemplia"] * 1000)),
    ],
)
def test_a_form_that_no_browser_sends_is_refused_and_breaks_nothing(client, caplog, content_type, body):
    answer = client.post("/check", content=body, headers={"content-type": content_type})
    assert caplog.text == ""
    assert answer.status_code == 400
    assert 'class="checked' not in answer.text


def test_a_form_as_browsers_send_it_is_read_whole(client):
    tail = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    for parts in (PART + tail, tail + PART, PART * 20):
        answer = client.post("/check", content=parts + b"--x--\r\n", headers=headers)
        assert answer.status_code == 200
        assert [text_of(a) for a in BeautifulSoup(answer.text, "html.parser").select(".checked-drug a")] == [
            "examplumab"
        ]
    quoted = {"content-type": 'Multipart/Form-Data; charset=utf-8; boundary="x"'}
    assert client.post("/check", content=PART + b"--x--\r\n", headers=quoted).status_code == 200


def test_a_form_is_taken_from_a_browser_that_carries_foreign_cookies(client):
    assert client.post("/check", data={"medications": "exemplia"}, headers={"cookie": "other=site"}).status_code == 200


# All pages


@pytest.mark.parametrize("path", PAGES + DATASETTE_PAGES)
def test_every_page_says_that_absence_is_not_safety_and_that_it_is_no_medical_device(client, path):
    foot = text_of(soup_of(client, path).select_one("footer"))
    assert "Absence from crskb is not evidence of safety." in foot
    assert "no medical device" in foot


@pytest.mark.parametrize("path", PAGES + DATASETTE_PAGES)
def test_no_page_needs_an_inline_script_or_style_or_anything_from_elsewhere(client, path):
    soup = soup_of(client, path)
    assert [
        s
        for s in soup.find_all("script")
        if not s.get("src") and s.get("type") not in ("application/ld+json", "application/json")
    ] == []
    assert soup.find_all("style") == []
    assert [e for e in soup.find_all(True) if e.has_attr("style") or any(key.startswith("on") for key in e.attrs)] == []
    loaded = [
        e.get("src") or e.get("href") for e in soup.select("script[src], img, link[rel=stylesheet], link[rel=icon]")
    ]
    assert loaded
    assert all(url.startswith("/-/static-plugins/crskb/") for url in loaded)


@pytest.mark.parametrize("path", PAGES + DATASETTE_PAGES + FILES + ("/crskb/drugs.json", "/crskb/drugs.csv"))
def test_every_answer_has_the_security_headers_and_sets_no_cookie(client, path):
    headers = client.get(path, headers={"cookie": "ds_csrftoken=x; other=y"}).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "permissions-policy" in headers
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/drugs/examplumab",
        "/compare",
        "/grade",
        "/manage",
        "/treat",
        "/about",
        "/changes",
        "/check",
        "/compare.csv",
    ],
)
def test_a_page_that_did_not_change_is_not_sent_again(client, path):
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    for refused in ("identity", "gzip;q=0", "br, gzip; q=0.0"):
        plain = client.get(path, headers={"accept-encoding": refused})
        assert "content-encoding" not in plain.headers
        assert plain.text == first.text


@pytest.mark.parametrize("path", ["/reference", "/api/v1/reference"])
@pytest.mark.parametrize("named", ["*", '"other", {etag}', "{opaque}"])
def test_an_etag_is_found_however_it_is_named(client, path, named):
    etag = client.get(path).headers["etag"]
    sent = named.format(etag=etag, opaque=etag.removeprefix("W/"))
    assert client.get(path, headers={"if-none-match": sent}).status_code == 304
    assert client.get(path, headers={"if-none-match": f'"x{etag[3:]}'}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/?q=exempl", "/crskb/drugs?_search=exemplia", "/crskb?sql=select+1", "/crskb/drugs.json?name__contains=exem"],
)
def test_an_answer_that_repeats_what_was_typed_is_stored_nowhere(client, path):
    assert client.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["a" * 261, 'x"><b>', "two words", "x/y", "user@x"])
def test_a_host_that_is_none_is_refused_and_nothing_is_kept_for_it(client, host):
    answer = client.get("/robots.txt", headers={"host": host})
    assert answer.status_code == 400
    assert host not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["crskb.example", "127.0.0.1:8001", "[::1]:8001", "a_b.local"])
def test_the_site_answers_under_any_name(client, host):
    assert f"Sitemap: http://{host}/sitemap.xml" in client.get("/robots.txt", headers={"host": host}).text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/", "/drugs/examplumab", "/compare.csv", "/crskb/drugs", "/crskb/drugs.json", "/none"]
)
def test_an_address_that_is_only_read_takes_nothing_else(client, method, path):
    answer = client.request(method, path)
    if (method, path) == ("POST", "/"):  # the search form
        assert answer.status_code == 400
        return
    assert answer.status_code == 405
    assert answer.headers["allow"] == ("GET, HEAD, POST, OPTIONS" if path == "/" else "GET, HEAD, OPTIONS")
    assert answer.headers["content-security-policy"]


def test_what_was_typed_reaches_no_output_of_the_server(client, capfd):
    for path in (
        "/?q=secretname",
        "/drugs/secretname",
        "/nowhere/secretname",
        "/crskb?sql=secretname",
        "/crskb/drugs?_search=secretname",
        "/compare?tier=secretname",
        "/grade?secretname=secretname",
    ):
        client.get(path)
    client.post("/check", data={"medications": "secretname"})
    assert "secretname" not in "".join(capfd.readouterr())


def test_every_link_within_the_site_leads_somewhere(client):
    seen, waiting = (
        set(),
        ["/", "/drugs/examplumab", "/compare", "/reference", "/about", "/changes", "/check", "/crskb", "/crskb/drugs"],
    )
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith("/api/"):
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code in (200, 303), path
        if path in PAGES:
            soup = BeautifulSoup(answer.text, "html.parser")
            ids = {element["id"] for element in soup.find_all(id=True)}
            for href in (a["href"] for a in soup.find_all("a", href=True)):
                if href.startswith("#"):
                    assert href[1:] in ids, f"{path}: {href}"
                elif href.startswith("/"):
                    waiting.append(href.split("#")[0])
    assert len(seen) > 20


def test_a_table_is_one_click_from_the_page_and_the_page_from_the_table(client):
    assert "/crskb/crs_incidence?drug_id=examplumab" in client.get("/drugs/examplumab").text
    for path in (
        "/crskb/crs_incidence?drug_id=examplumab",
        "/crskb/drugs?id=examplumab",
        "/crskb/drugs/examplumab",
        "/crskb?sql=select+drug_id+from+evidence",
    ):
        assert "/drugs/examplumab" in [a["href"] for a in soup_of(client, path).select("main table a")], path


# What the invented data do not hold


@pytest.fixture
def site_over(kb, tmp_path, loop):
    """`site_over(drug="nebulumab", old="...", new="...")`: the site over the invented data with one text of one drug changed."""

    def make(drug, old, new):
        file = kb / "drugs" / f"{drug}.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        return Client(_built(kb, tmp_path / "changed.db"), loop)

    return make


def test_a_withdrawn_entry_keeps_its_page_says_so_and_leaves_the_lists(site_over):
    client = site_over(
        "nebulumab", "reviewed_on:", 'withdrawn: {date: 2026-01-02, reason: "The review was retracted."}\nreviewed_on:'
    )
    page = client.get("/drugs/nebulumab")
    assert page.status_code == 200
    assert "This entry was withdrawn on 2 January 2026. The review was retracted." in text_of(
        BeautifulSoup(page.text, "html.parser").select_one(".alert")
    )
    for path in ("/compare", "/compare.csv"):
        assert "nebulumab" not in client.get(f"{path}?status=all").text
    assert client.get("/compare?drugs=nebulumab").status_code == 404
    assert "nebulumab" not in client.get("/sitemap.xml").text
    assert client.get("/?q=nebulumab").headers["location"].startswith("/drugs/nebulumab")


def test_markup_in_the_data_is_shown_as_text_everywhere(site_over):
    client = site_over(
        "nebulumab", "Invented antibody that a review lists.", "A </script><b onclick=x>bold</b> & 'quoted' claim."
    )
    for path in ("/drugs/nebulumab", "/compare?status=all", "/crskb/drugs", "/crskb/drugs/nebulumab"):
        page = client.get(path).text
        assert "<b onclick" not in page, path
    block = BeautifulSoup(client.get("/drugs/nebulumab").text, "html.parser").find("script", type="application/ld+json")
    assert json.loads(block.string)["description"] == "A </script><b onclick=x>bold</b> & 'quoted' claim."


def test_a_correction_opens_the_file_for_editing_where_the_repository_is_known(kb_db, loop):
    client = Client(kb_db, loop)
    client.datasette = make_datasette(kb_db, metadata={"source_url": "https://git.example/crskb/"})
    links = [a["href"] for a in soup_of(client, "/drugs/examplumab").select("#entry a")]
    assert "https://git.example/crskb/edit/main/data/drugs/examplumab.yaml" in links


def test_a_fault_of_ours_is_told_as_one_and_shows_nothing_of_the_inside(kb_db, loop, capfd):
    class Broken:
        __name__ = "broken"

        @hookimpl
        def register_routes(self):
            def fail(request):
                raise RuntimeError("inside " + request.args["q"])

            return [("^/broken$", fail)]

    pm.register(broken := Broken(), name="broken")
    try:
        answer = Client(kb_db, loop).get("/broken?q=secretname")
    finally:
        pm.unregister(broken)
    assert answer.status_code == 500
    assert "The fault is on our side" in answer.text
    assert "secretname" not in answer.text + "".join(capfd.readouterr())


# Method, changes, crawlers


def test_the_thresholds_on_the_page_are_those_of_the_vocabulary(client):
    rows = client.get("/crskb/risk_tiers.json?_shape=objects&_sort=rank").json()["rows"]
    text = text_of(soup_of(client, "/about").find(id="tiers").parent)
    for row in rows:
        assert row["name"] in text
    highest, high = rows[0], rows[1]
    assert f"grade 3 or higher CRS in the deciding cohort is at least {highest['grade3plus_low_pct_min']:g}%" in text
    assert f"any-grade CRS in the deciding cohort is at least {high['any_grade_low_pct_min']:g}%" in text


def test_changes_are_told_newest_first_and_as_a_feed(client):
    heads = [text_of(h2) for h2 in soup_of(client, "/changes").select("main h2")]
    assert heads == ["3 January 2026", "2 January 2026"]
    feed = ElementTree.fromstring(client.get("/changes.atom").content)
    atom = "{http://www.w3.org/2005/Atom}"
    assert [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")] == [
        "fictocabtagene imaginaleucel: Added.",
        "First data.",
    ]
    ids = [element.text for element in feed.iter(f"{atom}id")]
    assert len(set(ids)) == len(ids) == 3


def test_crawlers_find_every_drug_and_no_facet(client):
    locations = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").text)
    assert any(location.endswith("/drugs/examplumab") for location in locations)
    robots = client.get("/robots.txt").text
    assert "Disallow: /crskb\n" in robots
    assert "Disallow: /*_facet\n" in robots
    assert "Sitemap: http://localhost/sitemap.xml" in robots


def test_an_error_page_is_in_the_style_of_the_site_and_tells_no_secrets(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert text_of(BeautifulSoup(answer.text, "html.parser").select_one("nav a")) == "Check"


# The real data


def test_every_drug_has_a_page_that_shows_its_own_figures_and_stays_small(real_client):
    rows = real_client.get("/crskb/drugs.json?_shape=array&_size=max").json()
    assets = sum(
        len(gzip.compress(real_client.get(f"/-/static-plugins/crskb/{name}").content))
        for name in ("crskb.css", "drug.css", "search.js", "drug.js", "icon.svg")
    )
    assert len(rows) >= 50
    for row in rows:
        page = real_client.get(f"/drugs/{row['id']}")
        soup = BeautifulSoup(page.text, "html.parser")
        any_grade = figure(soup, "CRS, any grade")
        assert any_grade.startswith(
            ("not known", "not printed by the source")
            if row["crs_any_grade_pct"] is None
            else f"{row['crs_any_grade_pct']:g}%"
        ), row["id"]
        assert not re.search(r">\s*None\s*<|\bNone%|\bnan\b", page.text), row["id"]
        assert len(gzip.compress(page.content)) + assets <= 60_000, row["id"]


def test_every_name_in_the_data_leads_to_its_drug_or_to_all_that_share_it(real_client):
    names = real_client.get("/crskb/drug_names.json?_shape=array&_size=max&_col=drug_id&_col=name").json()
    assert len(names) > 300
    for row in names:
        answer = real_client.get("/", params={"q": row["name"]})
        if answer.status_code == 303:
            assert answer.headers["location"].split("?")[0] == f"/drugs/{row['drug_id']}", row["name"]
        else:
            offered = [a["href"].split("?")[0] for a in BeautifulSoup(answer.text, "html.parser").select(".offers a")]
            assert f"/drugs/{row['drug_id']}" in offered, row["name"]
            assert len(offered) > 1, row["name"]
