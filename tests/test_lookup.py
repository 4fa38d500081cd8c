"""From what a pharmacist can have in hand to the right drug, and never to a wrong one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crskb.errors import CrskbError
from crskb.lookup.answers import NOT_SAFE, urgency
from crskb.lookup.resolver import Resolver
from crskb.names import fold


@pytest.fixture(scope="session")
def kb_resolver(kb_db: Path) -> Resolver:
    return Resolver.from_file(kb_db)


@pytest.fixture(scope="session")
def real_resolver(real_db: Path) -> Resolver:
    return Resolver.from_file(real_db)


def drugs(answer: Any) -> list[str]:
    return [match["drug"]["id"] for match in answer["matches"]]


EX, FIC = "examplumab", "fictocabtagene-imaginaleucel"
MATCHES = [
    ("examplumab", EX, "exact"),
    ("EXAMPLUMAB", EX, "exact"),
    ("  examplumab ", EX, "exact"),
    ("Exemplia®", EX, "folded"),
    ("Exemplio", EX, "folded"),
    ("e x e m p l i a", EX, "folded"),
    ("ex101", EX, "folded"),
    ("EX 101", EX, "folded"),
    ("Exemplia 35 mcg IV", EX, "folded"),
    ("exemplia35mcg", EX, "folded"),
    ("examplumab-abcd 500 mg/50 mL injection", EX, "folded"),
    ("exemplia (examplumab-abcd)", EX, "folded"),
    ("examplumab (Exemplia®) 153 mg/1.7 mL solution for injection, subcutaneous, once weekly", EX, "folded"),
    ("2 x EX-101 100 mg vials", EX, "folded"),
    ("Examplumab Sandoz 10 mg hard capsules", EX, "folded"),
    ("examplumab in NaCl 0.9% 250 ml over 4 hours", EX, "folded"),
    ("exemplumab", EX, "exact"),
    ("L01FX99", EX, "code"),
    ("l01fx99", EX, "code"),
    ("ATC: L01FX99", EX, "code"),
    ("L01XX99", EX, "code"),
    ("RxCUI 9999901", EX, "code"),
    ("9999901", EX, "code"),
    ("EX0MP1LUM0", EX, "code"),
    ("ficto cel", FIC, "folded"),
    ("Fictocabtagene Imaginaleucel", FIC, "exact"),
    ("ficto-cel CAR T cells", FIC, "folded"),
    ("pseudoglobulin rabbit", "pseudoglobulin-rabbit", "folded"),
    ("pseudoglobulin (rabbit) (PSG) 100 mg", "pseudoglobulin-rabbit", "folded"),
]


@pytest.mark.parametrize(("text", "drug", "how"), MATCHES)
def test_a_name_of_one_drug_matches_however_it_is_written(
    kb_resolver: Resolver, text: str, drug: str, how: str
) -> None:
    answer = kb_resolver.resolve(text)
    assert (answer["status"], drugs(answer)) == ("match", [drug])
    assert answer["matches"][0]["match"] == how
    assert answer["matches"][0]["distance"] == 0
    assert answer["query"] == text


def test_a_suffix_that_is_not_in_the_data_is_read_as_the_nonproprietary_name_and_said(kb_resolver: Resolver) -> None:
    answer = kb_resolver.resolve("examplumab-zzzz 10 mg")
    assert (answer["status"], drugs(answer), answer["matches"][0]["name"]) == ("match", [EX], "examplumab")
    assert "suffix -zzzz is not in the data" in answer["message"]


@pytest.mark.parametrize(
    "text",
    [
        "examplumab-like",
        "examplumab-free",
        "examplumab-abcdefg",
        "Exemplia-zzzz",
        "examplumab-zz",
        "anti-examplumab",
        "no examplumab",
    ],
)
def test_a_word_joined_to_a_name_is_not_dropped(kb_resolver: Resolver, text: str) -> None:
    answer = kb_resolver.resolve(text)
    assert answer["status"] != "match"
    assert any(part["status"] == "unknown" for part in answer["parts"]) or answer["status"] == "suggestion"


def test_a_shared_name_is_ambiguous_and_both_drugs_are_given(kb_resolver: Resolver) -> None:
    for text in ("PSG", "pseudoglobulin 5 mg/kg"):
        answer = kb_resolver.resolve(text)
        assert answer["status"] == "ambiguous"
        assert sorted(drugs(answer)) == ["pseudoglobulin-equine", "pseudoglobulin-rabbit"]


@pytest.mark.parametrize(
    ("text", "listed", "other"),
    [
        ("examplumab + mockizumab", [EX, "mockizumab"], None),
        ("Mockira/Exemplia", ["mockizumab", EX], None),
        ("examplumab 5 mg, placebolizumab 8 mg/kg", [EX], ("placebolizumab", "treatment")),
        ("examplumab and nulliximab", [EX], ("nulliximab", "not_linked")),
        ("examplumab with otherolol", [EX], ("otherolol", "other_medicine")),
        ("examplumab with grzmtfl", [EX], ("grzmtfl", "unknown")),
        ("examplumab-mockizumab", [EX, "mockizumab"], None),
    ],
)
def test_a_line_that_names_more_than_one_thing_is_never_a_single_match(
    kb_resolver: Resolver, text: str, listed: list[str], other: tuple[str, str] | None
) -> None:
    answer = kb_resolver.resolve(text)
    assert (answer["status"], drugs(answer)) == ("ambiguous", listed)
    if other:
        assert other in [(part["text"], part["status"]) for part in answer["parts"]]
        assert other[0] in answer["message"]


@pytest.mark.parametrize(
    ("text", "status", "key", "name"),
    [
        ("placebolizumab", "treatment", "treatment", "placebolizumab"),
        ("Calmra 8 mg/kg IV", "treatment", "treatment", "placebolizumab"),
        ("placebolizumab-qqqq", "treatment", "treatment", "placebolizumab"),
        ("Nullira 100 mg", "not_linked", "not_linked", "nulliximab"),
        ("otherolol tartrate 50 mg tablets", "other_medicine", "other_medicine", "otherolol"),
        ("C07AB99", "other_medicine", "other_medicine", "otherolol"),
        ("examplimab", "other_medicine", "other_medicine", "examplimab"),
        ("placebolizumab + otherolol", "other_medicine", "other_medicine", "otherolol"),
    ],
)
def test_a_known_medicine_that_is_not_listed_is_recognised_before_anything_is_suggested(
    kb_resolver: Resolver, text: str, status: str, key: str, name: str
) -> None:
    answer: Any = kb_resolver.resolve(text)
    assert (answer["status"], answer["matches"], answer[key]["name"]) == (status, [], name)
    assert NOT_SAFE in answer["message"]


@pytest.mark.parametrize(
    ("text", "drug", "how"),
    [
        ("exempliaa", EX, "fuzzy"),
        ("mokizumab", "mockizumab", "fuzzy"),
        ("mockizumba 5 mg", "mockizumab", "fuzzy"),
        ("mokkyzumab", "mockizumab", "fuzzy"),
        ("give mokizumab tomorrow", "mockizumab", "fuzzy"),
        ("mocki", "mockizumab", "prefix"),
        ("fictocabtagene", FIC, "prefix"),
        ("imaginaleucel", FIC, "prefix"),
        ("fiktocabtagene imaginaleucel", FIC, "fuzzy"),
    ],
)
def test_a_near_name_is_offered_and_never_given_as_the_answer(
    kb_resolver: Resolver, text: str, drug: str, how: str
) -> None:
    answer = kb_resolver.resolve(text)
    assert (answer["status"], drugs(answer)[0], answer["matches"][0]["match"]) == ("suggestion", drug, how)
    assert answer["matches"][0]["distance"] > 0
    assert text.split()[0] in answer["message"]


def test_several_names_of_one_drug_are_offered_once(kb_resolver: Resolver) -> None:
    assert drugs(kb_resolver.resolve("exem")) == [EX]


def test_a_misspelt_other_medicine_is_not_offered_as_a_listed_drug(kb_resolver: Resolver) -> None:
    answer = kb_resolver.resolve(
        "exampliimab"
    )  # one edit from examplimab, which is no listed drug, and two from examplumab
    assert (answer["status"], answer["matches"]) == ("unknown", [])
    assert answer["resembles"] == {"name": "examplimab", "status": "other_medicine", "distance": 1}
    assert "examplimab" in answer["message"]


@pytest.mark.parametrize("text", ["EX-102", "EX-201", "FIC18", "FIC91", "L01FX98", "RxCUI 9999902", "EX0MP1LUM1"])
def test_in_a_code_every_digit_counts(kb_resolver: Resolver, text: str) -> None:
    answer = kb_resolver.resolve(text)
    assert (answer["status"], answer["matches"]) == ("unknown", [])


@pytest.mark.parametrize(
    ("text", "hint"),
    [("blortocabtagene zipleucel", "CAR T cells"), ("blortamig 5 mg", "multispecific antibody directed at a tumour")],
)
def test_a_stem_that_tells_what_an_unknown_name_is_gives_a_hint_marked_as_inferred(
    kb_resolver: Resolver, text: str, hint: str
) -> None:
    answer = kb_resolver.resolve(text)
    assert answer["status"] == "unknown"
    assert answer["class_hint"] is not None
    assert (answer["class_hint"]["hint"], answer["class_hint"]["inferred"]) == (hint, True)
    assert "inferred and not assessed" in answer["message"]


@pytest.mark.parametrize("text", ["blortozumab", "blortinib", "blortomig", "cabtagene leucel", "tamig"])
def test_no_other_stem_is_guessed(kb_resolver: Resolver, text: str) -> None:
    assert kb_resolver.resolve(text)["class_hint"] is None


@pytest.mark.parametrize("text", ["", " ", '"', "'", "%", "500 mg", "IV daily", "\0", "- - -", "(", "\u2063"])
def test_a_text_without_a_name_is_unknown(kb_resolver: Resolver, text: str) -> None:
    assert kb_resolver.resolve(text)["status"] == "unknown"


def test_a_text_that_is_too_long_is_refused(kb_resolver: Resolver) -> None:
    with pytest.raises(CrskbError, match="201 characters"):
        kb_resolver.resolve("x" * 201)


def test_a_withdrawn_entry_says_so(kb: Path, run: Any, tmp_path: Path) -> None:
    file = kb / "drugs" / "nebulumab.yaml"
    file.write_text(file.read_text() + "withdrawn: {date: 2026-01-01, reason: Invented.}\n")
    db = tmp_path / "crskb.db"
    assert run("build", "--data", kb, "--db", db).exit_code == 0
    assert "this entry was withdrawn on 2026-01-01" in Resolver.from_file(db).resolve("nebulumab")["message"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_an_answer_and_a_match_stands_in_the_text(kb_resolver: Resolver, text: str) -> None:
    answer = kb_resolver.resolve(text)
    assert answer["query"] == text
    assert answer["message"]
    if answer["status"] == "match" and answer["matches"][0]["match"] != "code":
        assert fold(answer["matches"][0]["name"]) in fold(text)
    if answer["status"] in ("treatment", "not_linked", "other_medicine", "unknown"):
        assert answer["matches"] == []
        assert NOT_SAFE in answer["message"]


WORDS = [
    "examplumab",
    "Exemplia",
    "mockizumab",
    "PSG",
    "placebolizumab",
    "otherolol",
    "nulliximab",
    "EX-101",
    "500 mg",
    "IV",
    "+",
    "and",
    ",",
    "(",
    ")",
    "-",
    "grzmtfl",
    "xzzz",
    "daily",
    "/",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
def test_every_listed_drug_in_a_line_is_in_the_answer(kb_resolver: Resolver, words: list[str]) -> None:
    named = {
        drug
        for word, drug in (("examplumab", EX), ("Exemplia", EX), ("mockizumab", "mockizumab"), ("EX-101", EX))
        if word in words
    }
    answer = kb_resolver.resolve(" ".join(words)[:200])
    assert named <= set(drugs(answer))
    if answer["status"] == "match":
        assert not {"placebolizumab", "otherolol", "nulliximab"} & set(words)
    for unknown in {"grzmtfl"} & set(words):
        assert any(unknown in part["text"] for part in answer["parts"]) or len(answer["parts"]) == 0 == len(named)


@pytest.mark.parametrize(
    ("typed", "like"),
    [
        ("omalizumab", "obinutuzumab"),
        ("mepolizumab", "teplizumab"),
        ("eculizumab", "alemtuzumab"),
        ("pomalidomide", "lenalidomide"),
        ("carboplatin", "oxaliplatin"),
        ("infliximab", "rituximab"),
        ("polatuzumab vedotin", "brentuximab-vedotin"),
        ("trastuzumab", "rituximab"),
        ("omalizumb", "obinutuzumab"),
        ("mepolizumap", "teplizumab"),
        ("dacetuzumab-like", "alemtuzumab"),
    ],
)
def test_look_alikes_and_sound_alikes_are_not_taken_for_each_other(
    real_resolver: Resolver, typed: str, like: str
) -> None:
    assert like not in drugs(real_resolver.resolve(typed))


@pytest.mark.parametrize(
    "text",
    ["axicabtagene vicleucel", "brexucabtagene ciloleucel", "idecabtagene autoleucel", "ciltacabtagene maraleucel"],
)
def test_names_of_two_words_with_swapped_parts_never_match(real_resolver: Resolver, text: str) -> None:
    answer = real_resolver.resolve(text)
    assert answer["status"] in ("suggestion", "unknown")


def test_the_globulins_are_kept_apart(real_resolver: Resolver) -> None:
    rabbit = real_resolver.resolve("anti-thymocyte globulin rabbit")
    assert (rabbit["status"], drugs(rabbit)) == ("match", ["anti-thymocyte-globulin-rabbit"])
    assert real_resolver.resolve("ATG")["status"] == "ambiguous"


def test_in_a_line_of_two_real_names_neither_is_lost(real_resolver: Resolver) -> None:
    names = real_resolver.catalogue.names
    listed = [
        (entries[0].name, {entry.owner for entry in entries})
        for entries in names.values()
        if entries[0].group == "drug"
    ]
    aside = real_resolver.catalogue.aside
    others = [
        entries[0].name for folded, entries in names.items() if entries[0].group != "drug" and folded not in aside
    ]
    chance = random.Random(6)
    for _ in range(3000):
        (first, of_first), (second, of_second), other = (
            chance.choice(listed),
            chance.choice(listed),
            chance.choice(others),
        )
        joint = chance.choice((" + ", " and ", " ", "/", ", ", " (", ": ", " with "))
        for line in (f"{first}{joint}{other}", f"{other}{joint}{first}"):
            answer = real_resolver.resolve(line[:200])
            assert answer["status"] != "match", line
            assert of_first & set(drugs(answer)), line
        if not of_first & of_second:
            line = f"{first}{joint}{second}"
            answer = real_resolver.resolve(line[:200])
            assert answer["status"] == "ambiguous", line
            assert of_first & set(drugs(answer)), line
            assert of_second & set(drugs(answer)), line


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("Gazyva RO 7082859", {"obinutuzumab", "glofitamab"}),
        (
            "brentuximab vedotin, ATG",
            {"brentuximab-vedotin", "anti-thymocyte-globulin-rabbit", "anti-thymocyte-globulin-equine"},
        ),
        ("caspofungin/Abecma", {"idecabtagene-vicleucel"}),
        ("Abecma-caspofungin", {"idecabtagene-vicleucel"}),
    ],
)
def test_a_name_that_runs_into_the_next_does_not_swallow_it(
    real_resolver: Resolver, line: str, named: set[str]
) -> None:
    answer = real_resolver.resolve(line)
    assert (answer["status"], set(drugs(answer))) == ("ambiguous", named)


def test_the_order_of_urgency_is_that_of_every_list(kb_db: Path) -> None:
    """The rows come from the database in their order; what sorts answers by itself must agree with it."""
    cards = list(Resolver.from_file(kb_db).catalogue.cards.values())
    assert len(cards) > 5
    assert cards == sorted(cards, key=urgency)
