"""Words of an order line that name nothing never turn a recognised name into something less, and never hide a second medicine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from crskb.lookup.answers import NOT_SAFE, Answer
from crskb.lookup.line_words import ASIDE, is_aside
from crskb.lookup.messages import PARTLY_KNOWN, heading
from crskb.lookup.resolver import Resolver
from crskb.lookup.suggestions import suggest
from crskb.lookup.tokens import tokens
from tests.accuracy.hospital import hospital_lines, is_right, is_unsafe, told_resolver

RIGHT_PCT = 97  # of the hospital lines
HELD_OUT_PCT = 93
FEWEST_LINES = 400


@pytest.fixture(scope="module")
def kb_resolver(kb_db: Path) -> Resolver:
    return Resolver.from_file(kb_db)


@pytest.fixture(scope="module")
def real_resolver(real_db: Path) -> Resolver:
    return Resolver.from_file(real_db)


@pytest.fixture(scope="module")
def hospital_answers(real_db: Path) -> list[tuple[Any, Answer]]:
    lines = hospital_lines()
    resolver = told_resolver(real_db, lines)
    return [(line, resolver.resolve(line.line)) for line in lines]


def drugs(answer: Any) -> list[str]:
    return [match["drug"]["id"] for match in answer["matches"]]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Exemplia 28 mcg/day CI", "match"),
        ("examplumab 8 mg/kg IVPB once, cycle 2 day 1, infuse over 30 minutes via central line", "match"),
        ("Exemplia Injectable Product", "match"),
        ("EXAMPLUMAB 0.6 X 10EXP8 TO 6 X10EXP8 CELL INTRAVENOUS SUSPENSION", "match"),
        ("Exemplia 25 mg, gélule, 1 le matin à jeun si douleur", "match"),
        ("Exemplia 25 mg Hartkapseln 1-0-0 vor dem Frühstück bei Schmerzen", "match"),
        ("Exemplia 25 mg cápsulas duras, por la mañana en ayunas si dolor", "match"),
        ("Calmra 8 mg/kg IV PRN CRS", "treatment"),
        ("placebolizumab 8 mg/kg IV once PRN CRS", "treatment"),
        ("otherolol 20MG TAB TAKE ONE TABLET BY MOUTH EVERY DAY", "other_medicine"),
        ("otherolol 50 MG Oral Tablet Extended Release 24 Hour", "other_medicine"),
        ("otherolol 5-325 mg PRN pain, do not crush", "other_medicine"),
        ("nulliximab 100 mg modified-release tablets (Teva UK Ltd)", "not_linked"),
        ("Exemplia_Inj 28mg/ml 10ml Vl S/F", "match"),
        ("examplumab inj.@1 mg, UD", "match"),
        ("INVESTIGATIONAL EXAMPLUMAB 28 MG/ML SDV IN NSS", "match"),
        ("otherolol Sod_Tab E/C 20mg M/R", "other_medicine"),
        ("APO-OTHEROLOL 0.5 %/W/V DROPS", "other_medicine"),
        ("JAMP OTHEROLOL 20 MG TABLET USP", "other_medicine"),
        (
            "OTHEROLOL EG LABO CONSEIL 20 mg SANS SUCRE, comprimé à sucer édulcoré à la saccharine, ADULTES",
            "other_medicine",
        ),
        ("otherolol_100u/ml 3ml Cart", "other_medicine"),
    ],
)
def test_words_of_an_order_are_set_aside(kb_resolver: Resolver, text: str, status: str) -> None:
    answer = kb_resolver.resolve(text)
    assert (answer["status"], answer["parts"]) == (status, [])


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Exemplia 28 mg IV grzmtfl", "match"),
        ("otherolol 20 mg daily grzmtfl for pain", "other_medicine"),
        ("Calmra 8 mg/kg IV once grzmtfl", "treatment"),
        ("NULLIRA 100 MG IV DAILY GRZMTFL", "not_linked"),
        ("placebolizumab, otherolol 5 mg PO grzmtfl", "other_medicine"),
    ],
)
def test_one_word_left_over_is_told_and_changes_nothing(kb_resolver: Resolver, text: str, status: str) -> None:
    answer = kb_resolver.resolve(text)
    assert answer["status"] == status
    left = answer["parts"][-1]
    assert (left["text"].lower(), left["status"], left["name"]) == ("grzmtfl", "unknown", None)
    assert left["text"] in answer["message"]
    assert "relative risk" in answer["message"] or NOT_SAFE in answer["message"]


SECOND = [
    "{} grzmtfl",  # beside the name, which it may change
    "grzmtfl {}",
    "{} 28 mg + grzmtfl",
    "{} 28 mg IV + oral grzmtfl",
    "grzmtfl oral / {}",
    "{} 28 mg/grzmtfl",
    "{} 28 mg with grzmtfl",
    "{} 28 mg IV Grzmtfl",  # a capital in a line of small letters
    "{} 28 mg once daily GRZMTFL",
    "{} 28 MG ORAL TAB DAILY Grzmtfl",
    "{} 28 mg IV, grzmtfl 10 mg",  # a strength of its own
    "{} 28 mg IV, grzmtfl oral tablet 10 mg",
    "{} 28 mg IV, grzmtfl hydrochloride",
    "{} 28 mg IV once qwertinib",  # the ending of a nonproprietary name
    "{} 28 mg IV QW-1234",  # a code
    "{} 28 mg IV BMS-986016",  # a code, though its letters are a manufacturer's
    "{}-qwe 28 mg",
    "no {}",
    "28 mg without {}",
]


@pytest.mark.parametrize(("name", "status"), [("exemplia", "ambiguous"), ("otherolol", "class")])
def test_a_word_for_a_class_beside_a_name_of_no_member_is_told(kb_resolver: Resolver, name: str, status: str) -> None:
    answer = kb_resolver.resolve(f"{name} 28 mg IV CAR T")
    assert answer["status"] == status
    assert "class" in [part["status"] for part in answer["parts"]]


@pytest.mark.parametrize("text", ["otherolol 3ml CART", "otherolol Cart", "otherolol cart cells"])
def test_only_a_cart_in_small_letters_after_a_volume_is_a_cartridge(kb_resolver: Resolver, text: str) -> None:
    assert kb_resolver.resolve(text)["status"] == "class"


def test_a_word_for_a_class_that_is_all_that_is_left_over_is_told_in_parts(real_resolver: Resolver) -> None:
    answer = real_resolver.resolve("MENACTRA 4MCG/0.5ML VACCINE VIAL")
    assert (answer["status"], [part["status"] for part in answer["parts"]]) == (
        "other_medicine",
        ["other_medicine", "class"],
    )
    assert "Not understood" not in answer["message"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("CaRD", "regimen"),
        ("CARD C1D1", "regimen"),
        ("CARD IV q21d", "regimen"),
        ("CaRD day 1", "regimen"),
        ("ATROPINE 0.1 MG/ML INJECTION SYRINGE (CARD OSM)", "other_medicine"),
        ("XYLOCAINE/CARD 2% 100 MG INJ", "unknown"),
        ("LIDOCAINE BEAM 100 MG", "unknown"),
    ],
)
def test_capitals_tell_no_combination_in_a_line_of_capitals(real_resolver: Resolver, text: str, status: str) -> None:
    answer = real_resolver.resolve(text)
    assert answer["status"] == status
    assert (answer["regimen"] is not None) == (status == "regimen")


@pytest.mark.parametrize("text", ["exam 10 mg inj", "exa"])
def test_letters_that_begin_a_listed_name_are_completed(kb_resolver: Resolver, text: str) -> None:
    assert (kb_resolver.resolve(text)["status"], drugs(kb_resolver.resolve(text))[0]) == ("suggestion", "examplumab")


def test_three_letters_beside_other_words_begin_no_name(kb_resolver: Resolver, real_resolver: Resolver) -> None:
    assert kb_resolver.resolve("EXA SULFATE 10 mg inj")["status"] == "unknown"
    assert real_resolver.resolve("MAG SULFATE 50% 500MG INJ")["status"] == "unknown"


@pytest.mark.parametrize("text", SECOND)
@pytest.mark.parametrize(("name", "status"), [("exemplia", "ambiguous"), ("otherolol", "unknown")])
def test_a_word_that_stands_as_a_second_medicine_counts(
    kb_resolver: Resolver, text: str, name: str, status: str
) -> None:
    answer = kb_resolver.resolve(text.format(name))
    assert answer["status"] == status
    assert any(part["name"] is None for part in answer["parts"])
    assert heading(answer) == (PARTLY_KNOWN if status == "unknown" else "Listed; more than one thing to look at")


@pytest.mark.parametrize(
    ("text", "status", "drug"),
    [
        ("otherolol 20 mg daily mokizumab", "suggestion", "mockizumab"),
        ("Calmra 8 mg/kg for mokizumab", "suggestion", "mockizumab"),
        ("examplumab 28 mg IV mokizumab", "ambiguous", "examplumab"),
    ],
)
def test_a_listed_name_misspelt_in_a_line_is_offered_still(
    kb_resolver: Resolver, text: str, status: str, drug: str
) -> None:
    answer = kb_resolver.resolve(text)
    assert (answer["status"], drugs(answer)[0]) == (status, drug)
    assert ("mokizumab", "suggestion") in [(part["text"], part["status"]) for part in answer["parts"]]


@pytest.mark.parametrize("left", ["mock", "exampli"])
def test_the_beginning_of_a_listed_name_counts(kb_resolver: Resolver, left: str) -> None:
    assert kb_resolver.resolve(f"otherolol 20 mg daily {left}")["status"] in ("unknown", "suggestion")


def test_a_line_of_several_things_tells_the_tier_of_what_is_listed(kb_resolver: Resolver) -> None:
    answer = kb_resolver.resolve("Exemplia + otherolol")
    tier = answer["matches"][0]["drug"]["tier_name"].lower()
    assert f"examplumab: relative risk of CRS: {tier} (" in answer["message"]
    assert "PSG may mean" in kb_resolver.resolve("PSG")["message"]
    assert kb_resolver.resolve("PSG")["message"].count("relative risk of CRS") == len(drugs(kb_resolver.resolve("PSG")))


def test_no_name_of_ours_is_lost_among_the_words_that_are_set_aside(real_resolver: Resolver) -> None:
    catalogue = real_resolver.catalogue
    ours = [entry for entries in catalogue.names.values() for entry in entries if entry.group != "other"]
    assert len(ours) > 500
    assert not {folded for folded, entries in catalogue.names.items() if entries[0].group != "other"} & ASIDE
    for entry in ours:
        if all(is_aside(word.folded) for word in tokens(entry.name)):
            assert re.fullmatch(r"[A-Z]{1,3}[- ]?[\d,]+", entry.name), entry  # a code, which goes before its letters
            for line in (entry.name, f"{entry.name} 5 mg IV"):
                answer = real_resolver.resolve(line)
                assert answer["status"] == entry.status, line
                assert entry.group != "drug" or entry.owner in drugs(answer), line


def test_no_word_that_is_set_aside_is_a_listed_name_misspelt(real_resolver: Resolver) -> None:
    near = {word: suggest(word, real_resolver.catalogue).offers for word in ASIDE}
    assert [word for word, offers in near.items() if offers and offers[0].distance <= 1] == []
    assert all("mab" not in word and "leucel" not in word for word in ASIDE if word not in ("genmab",))


def test_hospital_lines_are_read_as_they_were_judged(hospital_answers: list[tuple[Any, Answer]]) -> None:
    assert len(hospital_answers) >= FEWEST_LINES
    for chosen, floor in (
        (hospital_answers, RIGHT_PCT),
        ([pair for pair in hospital_answers if pair[0].held_out], HELD_OUT_PCT),
    ):
        wrong = [(line.line, answer["status"]) for line, answer in chosen if not is_right(line, answer)]
        assert 100 * (1 - len(wrong) / len(chosen)) >= floor, wrong


def test_in_no_hospital_line_a_drug_is_lost_or_answered_that_it_does_not_name(
    hospital_answers: list[tuple[Any, Answer]],
) -> None:
    assert [line.line for line, answer in hospital_answers if is_unsafe(line, answer)] == []


def test_the_search_tells_what_it_did_not_understand_before_it_leads_to_a_drug(client: Any) -> None:
    understood = client.get("/?q=Exemplia+28+mg+IV+once")
    assert understood.status_code == 303
    page = client.get("/?q=Exemplia+28+mg+IV+grzmtfl")
    assert page.status_code == 200
    assert "Not understood in this line: &#39;grzmtfl&#39;" in page.text
    assert 'href="/drugs/examplumab' in page.text


def test_a_list_heads_each_line_by_what_was_found(client: Any) -> None:
    page = client.post("/check", data={"medications": "Calmra 8 mg/kg IV PRN CRS\notherolol + grzmtfl\ngrzmtfl"}).text
    headings = [PARTLY_KNOWN, "No such name is known here", "A medicine used against cytokine release syndrome"]
    assert sorted(headings, key=page.index) == headings
    assert all(page.count(text) == 1 for text in headings)
