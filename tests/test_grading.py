"""The grader through its public face: the criteria of the data, applied to answers about one patient, by the API and on the page."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from crskb.words import OXYGENS, PRESSURES
from tests.conftest import Client

API = "/api/v1/grade"
OTHERS = ("lee-2014", "penn", "mskcc", "ctcae-v4", "ctcae-v5", "cartox", "paediatric-car-t")


def ask(client: Client, **answers: Any) -> dict[str, dict[str, Any]]:
    """What each scale says, by its id."""
    response = client.get(f"{API}?{urlencode(answers)}")
    assert response.status_code == 200, response.text
    return {grade["scale_id"]: grade for grade in response.json()["grades"]}


def page(client: Client, **answers: Any) -> BeautifulSoup:
    return BeautifulSoup(client.get(f"/grade?{urlencode(answers)}").text, "html.parser")


def seen(temperature_c: float, pressure: str, oxygen: str, **more: Any) -> dict[str, Any]:
    return {"temperature_c": temperature_c, "pressure": pressure, "oxygen": oxygen, **more}


# (answers, what ASTCT 2019 says, what the other scales say in the order of OTHERS: a grade, "2+" for at least 2, None for nothing)
CASES = {
    "39.2, fluids only, 2 L": (
        seen(39.2, "low_no_vasopressor", "low_flow"),
        2,
        ("2+", 3, "2+", None, "2+", "2+", "1+"),
    ),
    # the footnote of the consensus: one vasopressor with low-flow oxygen is grade 3
    "38.5, one vasopressor, 2 L": (
        seen(38.5, "one_vasopressor", "low_flow"),
        3,
        ("2+", "3+", "2+", 4, "3+", "2+", "2+"),
    ),
    "38.1 alone": (seen(38.1, "normal", "none"), 1, ("1+", "1+", 1, None, 1, "1+", "1+")),
    "39, several vasopressors, CPAP": (
        seen(39, "several_vasopressors", "positive_pressure"),
        4,
        ("3+", "3+", "2+", 4, "3+", "3+", "3+"),
    ),
    "37.5 alone": (seen(37.5, "normal", "none"), None, (None,) * 7),
    "37.5, fluids, no fever treated": (
        seen(37.5, "low_no_vasopressor", "none"),
        None,
        ("2+", None, None, None, 2, None, None),
    ),
    # once tocilizumab or a steroid was given, hypotension and hypoxia alone set the grade
    "36.8 after tocilizumab, 4 L": (
        seen(36.8, "normal", "low_flow", fever_treated="true"),
        2,
        ("2+", 3, "2+", None, "2+", "2+", None),
    ),
    "37.5 treated, nothing else": (seen(37.5, "normal", "none", fever_treated="true"), 1, (None,) * 7),
    "exactly 38.0": (seen(38.0, "normal", "none"), 1, ("1+", "1+", 1, None, 1, "1+", "1+")),
    "39, mask": (seen(39, "normal", "high_flow"), 3, ("2+", 3, "2+", None, "2+", "2+", "1+")),
    "39, fluids alone": (seen(39, "low_no_vasopressor", "none"), 2, ("2+", "1+", "1+", None, 2, "1+", "1+")),
    "39, BiPAP": (seen(39, "normal", "positive_pressure"), 4, ("2+", "3+", "2+", None, "2+", "2+", "1+")),
    "39, one vasopressor, room air": (
        seen(39, "one_vasopressor", "none"),
        3,
        ("2+", "3+", "2+", 4, "3+", "2+", "2+"),
    ),
    "39, several vasopressors, room air": (
        seen(39, "several_vasopressors", "none"),
        4,
        ("3+", "3+", "2+", 4, "3+", "3+", "3+"),
    ),
}


@pytest.mark.parametrize(("answers", "astct", "others"), CASES.values(), ids=CASES)
def test_each_scale_says_what_its_criteria_decide_and_no_more(
    real_client: Client, answers: dict[str, Any], astct: int | None, others: tuple[int | str | None, ...]
) -> None:
    grades = ask(real_client, **answers)
    assert grades["astct-2019"]["grade"] == astct
    told = [
        grades[id_]["grade"] or (f"{grades[id_]['at_least']}+" if grades[id_]["at_least"] else None) for id_ in OTHERS
    ]
    assert tuple(told) == others
    assert all(grade["why"].endswith(".") for grade in grades.values())
    for grade in grades.values():
        known = grade["grade"] or not grade["at_least"]
        assert known or grade["open"] or "None of its grades speaks of" in grade["why"]


def test_what_is_missing_is_named(real_client: Client) -> None:
    grades = ask(real_client, **seen(38.5, "one_vasopressor", "low_flow"))
    assert grades["astct-2019"]["why"] == (
        "Grade 3 by blood pressure (one vasopressor) and fever (38.5 °C); no answer makes a higher one."
    )
    assert "Grade 3 depends on hypotension: needs high-dose or several vasopressors;" in grades["lee-2014"]["why"]
    assert "organ toxicity: grade 3, or grade 4 transaminitis" in grades["lee-2014"]["open"][0]["depends_on"]
    assert grades["mskcc"]["open"][0]["depends_on"][0] == "hypotension: needs any vasopressor for 24 hours or longer"
    without = ask(real_client, pressure="one_vasopressor")
    assert without["astct-2019"]["grade"] is None
    assert "temperature, not answered" in without["astct-2019"]["why"]
    assert without["ctcae-v5"]["at_least"] == 3


def test_no_fever_is_no_crs_by_astct_unless_it_was_treated(real_client: Client) -> None:
    told = ask(real_client, **seen(37.5, "normal", "none"))["astct-2019"]
    assert (told["grade"], told["at_least"], told["open"]) == (None, None, [])
    assert told["why"].startswith("Not CRS by ASTCT 2019: 37.5 °C is below 38 °C. That holds only if no antipyretic,")
    assert any("can hide fever" in note for note in told["notes"])
    treated = ask(real_client, **seen(37.5, "normal", "none", fever_treated="true"))["astct-2019"]
    assert "Whether the reaction has ended cannot be told from these." in treated["why"]
    assert [note[:25] for note in treated["notes"]] == ["Once an antipyretic, toci"]


def test_at_six_litres_the_difference_between_label_and_scale_is_told(real_client: Client) -> None:
    for oxygen, told in (("low_flow", True), ("high_flow", True), ("none", False)):
        notes = ask(real_client, **seen(39, "normal", oxygen))["astct-2019"]["notes"]
        assert any("At exactly 6 L/min" in note and "Lunsumio" in note for note in notes) is told
        shown = page(real_client, **seen(39, "normal", oxygen)).select_one(".notes")
        assert ("At exactly 6 L/min" in shown.get_text()) is told if shown else not told


@pytest.mark.parametrize(("age", "limit"), [(0.5, None), (1, 72), (6, 82), (6.5, 83), (10, 90), (10.5, 90), (15, 90)])
def test_the_limit_of_pressure_follows_the_age(real_client: Client, age: float, limit: float | None) -> None:
    body = real_client.get(f"{API}?age_years={age}").json()
    assert body["systolic_mmhg_low_below"] == limit
    shown = page(real_client, age_years=age).select_one(".answered")
    assert shown
    assert (f"below {limit:g} mmHg" if limit else "no limit of blood pressure was read") in " ".join(
        shown.get_text().split()
    )


@pytest.mark.parametrize(
    ("score", "at_least", "why"),
    [
        (10, None, "A grade cannot be told"),
        (9, 1, "At least grade 1 by an ICE score of 9"),
        (7, 1, "At least grade 1"),
        (6, 2, "At least grade 2"),
        (3, 2, "seizure: any clinical seizure"),  # with a generalised seizure an ICE score of 3 is grade 3
        (2, 3, "At least grade 3"),
        (0, 3, "Grade 4 depends on ice score: 0, because the patient cannot be roused"),
    ],
)
def test_an_ice_score_makes_a_least_grade_of_neurotoxicity(
    real_client: Client, score: int, at_least: int | None, why: str
) -> None:
    told = ask(real_client, ice_score=score)["astct-icans-2019"]
    assert (told["grade"], told["at_least"]) == (None, at_least)
    assert why in told["why"]


def test_below_twelve_years_capd_takes_the_place_of_ice(real_client: Client) -> None:
    told = ask(real_client, ice_score=2, age_years=11)["astct-icans-2019"]
    assert (told["grade"], told["at_least"]) == (None, None)
    assert "does not suit the age of 11; CAPD" in told["why"]
    assert ask(real_client, ice_score=2, age_years=12)["astct-icans-2019"]["at_least"] == 3
    assert "astct-icans-2019" not in ask(real_client, **seen(39, "normal", "none"))


def worse(answers: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    """The answers with one of them worse, or given for the first time."""
    for name, words in (("pressure", list(PRESSURES)), ("oxygen", list(OXYGENS))):
        place = words.index(answers[name]) if name in answers else -1
        if place + 1 < len(words):
            yield {**answers, name: chance.choice(words[place + 1 :])}
    yield {**answers, "temperature_c": max(answers.get("temperature_c", 0), 38.0) + chance.random()}
    yield {**answers, "fever_treated": "true"}
    if answers.get("ice_score"):
        yield {**answers, "ice_score": chance.randrange(answers["ice_score"])}


def test_a_worse_answer_never_lowers_a_grade(real_client: Client) -> None:
    chance = random.Random(2019)
    compared = 0
    for _ in range(60):
        answers = {
            name: value
            for name, value in {
                "temperature_c": round(chance.uniform(36, 41), 1),
                "pressure": chance.choice(list(PRESSURES)),
                "oxygen": chance.choice(list(OXYGENS)),
                "ice_score": chance.randrange(11),
            }.items()
            if chance.random() < 0.85
        }
        before = ask(real_client, **answers)
        for changed in worse(answers, chance):
            for id_, after in ask(real_client, **changed).items():
                if id_ not in before:
                    continue
                compared += 1
                assert (after["at_least"] or 0) >= (before[id_]["at_least"] or 0), (id_, answers, changed)
                if answers.keys() == changed.keys() - {"fever_treated"} and before[id_]["grade"] and after["grade"]:
                    assert after["grade"] >= before[id_]["grade"], (id_, answers, changed)
    assert compared > 1000


def test_a_grade_that_is_told_is_the_least_and_leaves_nothing_open(real_client: Client) -> None:
    for pressure in PRESSURES:
        for oxygen in OXYGENS:
            for temperature in (37.0, 39.0):
                for told in ask(real_client, **seen(temperature, pressure, oxygen)).values():
                    if told["grade"] is not None:
                        assert (told["at_least"], told["open"]) == (told["grade"], [])
                    assert all(open_["grade"] > (told["at_least"] or 0) for open_ in told["open"])
                    assert told["source_id"] if told["at_least"] else told["source_id"] is None


# Parameters


WRONG = [
    ("temperature_c=101", "temperature_c", "is not a number of degrees Celsius from 30 to 45"),
    ("temperature_c=warm", "temperature_c", "is not a number"),
    ("temperature_c=nan", "temperature_c", "is not a number"),
    ("temperature_c=39.2&temperature_c=39.3", "temperature_c", "is given twice"),
    ("fever_treated=yes", "fever_treated", "is not true or false"),
    ("pressure=85/50", "pressure", "is not normal, low_no_vasopressor, one_vasopressor or several_vasopressors"),
    ("oxygen=6+L", "oxygen", "is not none, low_flow, high_flow or positive_pressure"),
    ("age_years=-1", "age_years", "is not a number of years from 0 to 120"),
    ("ice_score=7.5", "ice_score", "is not a whole number of points from 0 to 10"),
    ("ice_score=11", "ice_score", "is not a whole number"),
    ("patient=Mrs+Secret", "patient", "is not a parameter of the grader"),
]


@pytest.mark.parametrize(("query", "place", "said"), WRONG)
def test_a_wrong_parameter_is_refused_with_its_place(client: Client, query: str, place: str, said: str) -> None:
    response = client.get(f"{API}?{query}")
    assert (response.status_code, response.headers["cache-control"]) == (422, "no-store")
    assert response.headers["content-type"].startswith("application/problem+json")
    assert [(error["pointer"], said in error["detail"]) for error in response.json()["errors"]] == [(place, True)]


@pytest.mark.parametrize(("query", "place", "said"), WRONG)
def test_on_the_page_the_fault_stands_beside_its_field(client: Client, query: str, place: str, said: str) -> None:
    response = client.get(f"/grade?{query}")
    assert (response.status_code, response.headers["cache-control"]) == (400, "no-store")
    soup = BeautifulSoup(response.text, "html.parser")
    alert = soup.select_one("[role=alert]")
    assert alert
    assert said in alert.get_text()
    head = soup.find(id="result-head")
    assert head
    assert "Grade" not in head.get_text()
    if place == "patient":
        return
    assert alert.select_one(f"a[href='#{place}']")
    field = soup.find(id=place)
    assert field
    fault = soup.find(id=f"{place}-fault")
    assert fault
    assert said in fault.get_text()
    assert f"{place}-fault" in str(field["aria-describedby"])


def test_every_fault_is_told_at_once(client: Client) -> None:
    errors = client.get(f"{API}?oxygen=x&pressure=y&foo=1").json()["errors"]
    assert [error["pointer"] for error in errors] == ["oxygen", "pressure", "foo"]
    assert client.get(f"{API}?{'&'.join(f'a{n}=1' for n in range(60))}").status_code == 422
    assert client.get(f"/grade?{'&'.join(f'a{n}=1' for n in range(60))}").status_code == 400


def test_a_field_left_empty_is_no_answer_and_a_comma_is_a_point(client: Client) -> None:
    empty = ask(client, temperature_c="", pressure="", oxygen="", age_years="", ice_score="")
    assert empty == ask(client)
    assert empty["astct-2019"]["at_least"] is None
    assert ask(client, **seen(39.2, "normal", "none")) == ask(
        client, temperature_c="39,2", pressure="normal", oxygen="none"
    )


# Nothing is kept


def test_what_was_answered_is_kept_by_nobody_and_stands_in_no_output(client: Client, capfd: Any) -> None:
    for path in ("/grade", API):
        answer = client.get(f"{path}?temperature_c=39.77")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        client.get(f"{path}?temperature_c=secret&secret=1")
    assert "39.77" not in (out := "".join(capfd.readouterr()))
    assert "secret" not in out
    assert client.get("/grade").headers["cache-control"] == "public, max-age=300"


# The page


def test_the_page_says_what_the_api_says(real_client: Client) -> None:
    for answers, astct, _ in CASES.values():
        grades = ask(real_client, **answers)
        soup = page(real_client, **answers)
        head = " ".join(soup.select_one("#result-head").get_text().split())  # type: ignore[union-attr]
        assert head == ("ASTCT 2019 Not CRS unless fever was treated" if astct is None else f"ASTCT 2019 Grade {astct}")
        shown = " ".join(soup.select_one("#result").get_text().split())  # type: ignore[union-attr]
        for id_ in set(OTHERS) - {"paediatric-car-t"}:
            told = grades[id_]
            name = told["scale_name"]
            if told["grade"]:
                assert f"{name}: grade {told['grade']}" in shown
            elif told["at_least"]:
                assert f"{name}: at least grade {told['at_least']}" in shown
            else:
                untold = shown[: shown.index("cannot be told No grade")].rpartition("other scales")[2]
                assert name in untold
            assert all(reason in shown for open_ in told["open"] for reason in open_["depends_on"])


def test_the_form_keeps_the_answers_and_has_a_name_for_every_field(real_client: Client) -> None:
    soup = page(
        real_client, **seen(39.2, "one_vasopressor", "high_flow", fever_treated="true", age_years=6, ice_score=8)
    )
    assert [box["value"] for box in soup.select("input[checked]")] == ["true", "one_vasopressor", "high_flow"]
    assert [box["value"] for box in soup.select("form:not(.head-search) input[inputmode]")] == ["39.2", "6", "8"]
    assert [legend.get_text() for legend in soup.select("legend")] == [
        "Fever",
        "Blood pressure",
        "Oxygen needed",
        "If it applies",
    ]
    assert "Paediatric CAR T guideline:" in soup.get_text()
    assert "grades criteria, not patients" in soup.get_text()


def test_markup_in_an_answer_is_shown_as_text(client: Client) -> None:
    answer = client.get("/grade?temperature_c=%3Cb%3Ehot&%3Cb%3Ex=1")
    assert "<b>hot" not in answer.text
    assert "<b>x" not in answer.text
    assert "&lt;b&gt;hot" in answer.text


# The criteria


def test_each_answer_that_the_main_scale_knows_makes_one_grade(real_client: Client) -> None:
    rows = real_client.get("/api/v1/reference").json()["grading_criteria"]
    main = [row for row in rows if row["scale_id"] == "astct-2019" and row["grade"] < 5]
    assert [row["pressure_enough"] for row in main] == [[], *([word] for word in list(PRESSURES)[1:])]
    assert [row["oxygen_enough"] for row in main] == [[], *([word] for word in list(OXYGENS)[1:])]
    assert not any(row["pressure_may"] or row["oxygen_may"] or row["not_asked"] for row in main)
    assert all(row["fever_treated_counts"] for row in main)


def test_the_document_names_every_parameter_with_its_words(client: Client) -> None:
    operation = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/grade"]["get"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
    assert schemas["pressure"]["enum"] == list(PRESSURES)
    assert schemas["oxygen"]["enum"] == list(OXYGENS)
    assert schemas["temperature_c"] == {"type": "number", "minimum": 30, "maximum": 45}
    assert json.dumps(operation["responses"]["422"]).count("problem+json") == 1
