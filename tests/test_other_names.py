"""Names of other medicines: known as such, never offered or answered as a listed drug, silent where they are a diluent."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crskb.database.connection import open_readonly
from crskb.database.queries import for_lookup
from crskb.knowledge.load import load
from crskb.lookup.answers import NOT_SAFE
from crskb.lookup.resolver import Resolver
from tests.conftest import DATA, Client

LIST = DATA / "other_medicine_names.csv"


@pytest.fixture(scope="module")
def kb_resolver(kb_db: Path) -> Resolver:
    return Resolver.from_file(kb_db)


@pytest.fixture(scope="module")
def real_rows(real_db: Path) -> dict[str, Any]:
    with closing(open_readonly(real_db)) as connection:
        return for_lookup(connection)


@pytest.fixture(scope="module")
def real_resolver(real_rows: dict[str, Any]) -> Resolver:
    return Resolver(real_rows)


@pytest.fixture(scope="module")
def resolver_without_list(real_rows: dict[str, Any]) -> Resolver:
    """Knows our own names alone, as if each other medicine were new."""
    return Resolver({**real_rows, "other_names": []})


def drugs(answer: Any) -> list[str]:
    return [match["drug"]["id"] for match in answer["matches"]]


def test_the_names_of_the_list_are_known_and_none_is_offered_or_answered_as_one_of_ours(
    real_resolver: Resolver,
) -> None:
    with LIST.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) > 9000
    answers = {name: real_resolver.resolve(name) for name in names}
    statuses = Counter(answer["status"] for answer in answers.values())
    assert statuses["other_medicine"] >= 0.985 * len(names)
    assert statuses["suggestion"] <= len(names) / 1000
    wrong = [name for name, answer in answers.items() if answer["status"] not in ("other_medicine", "suggestion")]
    assert wrong == []


# names of other medicines that were once offered a listed drug
FALSE_OFFERS = [
    "Bacitin", "Decortin", "Maxalt", "Pabal", "Vantas", "Renova", "Renova Pump", "Xartemis", "Tenelia", "Campto", "thyroglobulin", "cetuximab sarotalocan",
    "coltuximab ravtansine", "dalotuzumab", "sacituzumab tirumotecan", "Emcor", "Escor", "Glofil-125", "Refresh Optive", "Refresh Optive Advanced",
    "Refresh Optive Fusion", "namilumab", "abituzumab", "Azedra", "d-biotin", "Dactil", "Dicodin L.P", "Iscotin", "Lactin-V", "enoxacin", "Lexatin", "Maxalt Rpd",
    "Maxalt-Mlt", "Reditrex", "Viruxan", "Tibella", "toralizumab", "tregalizumab",
]  # fmt: skip


@pytest.mark.parametrize("name", FALSE_OFFERS)
def test_a_name_that_was_once_offered_a_listed_drug_is_known(real_resolver: Resolver, name: str) -> None:
    for text in (name, f"{name} 5 mg oral tablet"):
        answer = real_resolver.resolve(text)
        assert (answer["status"], answer["matches"]) == ("other_medicine", [])


# as near as a slip of the pen, or names of more than seven letters: only the list tells them apart
BY_THE_LIST_ALONE = {
    "Campto", "Dactil", "Tenelia", "Decortin", "Xartemis", "Reditrex", "Viruxan", "Emcor", "Escor", "Glofil-125", "enoxacin", "Lexatin", "thyroglobulin", "cetuximab sarotalocan",
    "coltuximab ravtansine", "dalotuzumab", "sacituzumab tirumotecan", "namilumab", "abituzumab", "toralizumab", "tregalizumab",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in FALSE_OFFERS if name not in BY_THE_LIST_ALONE])
def test_a_short_name_two_letters_away_is_another_name_though_it_is_not_known(
    resolver_without_list: Resolver, name: str
) -> None:
    assert resolver_without_list.resolve(name)["matches"] == []


@pytest.mark.parametrize(
    ("typed", "drug"),
    [
        ("Yerovy", "ipilimumab"),
        ("Keytrdua", "pembrolizumab"),
        ("Maabll", "rituximab"),
        ("Opdvoi", "nivolumab"),
        ("Oppdivvo", "nivolumab"),
    ],
)
def test_a_short_name_with_letters_swapped_or_doubled_is_still_offered(
    real_resolver: Resolver, typed: str, drug: str
) -> None:
    answer = real_resolver.resolve(typed)
    assert (answer["status"], drugs(answer)[0]) == ("suggestion", drug)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("potassium chloride", "potassium chloride"),
        ("potassium chloride 20 mEq PO daily", "potassium chloride"),
        ("IV magnesium chloride 10%", "magnesium chloride"),
    ],
)
def test_a_name_of_words_that_are_set_aside_is_known_where_it_stands_alone(
    kb_resolver: Resolver, text: str, name: str
) -> None:
    answer = kb_resolver.resolve(text)
    assert answer["status"] == "other_medicine"
    assert answer["other_medicine"] is not None
    assert answer["other_medicine"]["name"] == name


def test_two_names_of_words_that_are_set_aside_are_both_told(kb_resolver: Resolver) -> None:
    answer = kb_resolver.resolve("potassium chloride 20 mEq + magnesium chloride 10%")
    assert [part["name"] for part in answer["parts"]] == ["potassium chloride", "magnesium chloride"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Exemplia 200 mg in potassium chloride 0.9% IV", "match"),
        ("potassium chloride 0.9%, examplumab", "match"),
        ("otherolol in potassium chloride", "other_medicine"),
        ("grzmtfl in potassium chloride", "unknown"),
        ("potassium 500 mg", "unknown"),
        ("500 mg IV daily", "unknown"),
    ],
)
def test_beside_any_other_name_it_is_a_diluent(kb_resolver: Resolver, text: str, status: str) -> None:
    answer = kb_resolver.resolve(text)
    assert (answer["status"], answer["parts"]) == (status, [])


@pytest.mark.parametrize(
    ("text", "status", "name"),
    [
        ("OTHEROLOLE 5 mg, comprimé", "other_medicine", "otherolol"),
        ("otherole", "unknown", None),  # a brand has no French form
        ("examplumabe", "suggestion", None),  # nor is a listed drug answered by a name that is not in the data
    ],
)
def test_a_nonproprietary_name_is_known_with_the_e_of_its_french_form(
    kb_resolver: Resolver, text: str, status: str, name: str | None
) -> None:
    answer = kb_resolver.resolve(text)
    assert answer["status"] == status
    assert (answer["other_medicine"] or {"name": None})["name"] == name


def test_an_abbreviation_is_answered_with_the_whole_name(kb_resolver: Resolver) -> None:
    for text in ("OTL", "otl 20 mg PO daily"):
        answer = kb_resolver.resolve(text)
        assert answer["status"] == "other_medicine"
        assert answer["other_medicine"] == {"name": "otherolol", "kind": "abbreviation", "atc_code": None}
        assert "OTL (otherolol)" in answer["message"]
        assert NOT_SAFE in answer["message"]
    beside = kb_resolver.resolve("examplumab, OTL")
    assert (beside["status"], drugs(beside)) == ("ambiguous", ["examplumab"])


def test_an_abbreviation_of_an_assessed_medicine_is_answered_as_that_medicine(kb_resolver: Resolver) -> None:
    answer = kb_resolver.resolve("PLB 8 mg/kg")
    assert (answer["status"], answer["other_medicine"]) == ("treatment", None)
    assert answer["treatment"] is not None
    assert answer["treatment"]["name"] == "placebolizumab"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("APAP 325 mg", "acetaminophen"),
        ("ASA 81 mg PO daily", "aspirin"),
        ("HCTZ 25 mg tab", "hydrochlorothiazide"),
        ("MTX", "methotrexate"),
        ("MMF 500 mg BID", "mycophenolate mofetil"),
        ("5-FU 400 mg/m2", "fluorouracil"),
        ("KCl 20 mEq", "potassium chloride"),
        ("SMX/TMP 800-160 mg tablet", "sulfamethoxazole and trimethoprim"),
        ("SMZ-TMP", "sulfamethoxazole and trimethoprim"),
        ("G-CSF", "granulocyte colony-stimulating factor"),
        ("IVIG 1 g/kg IV", "human immunoglobulin G"),
    ],
)
def test_the_abbreviations_of_orders_are_known(real_resolver: Resolver, text: str, name: str) -> None:
    answer = real_resolver.resolve(text)
    assert answer["status"] == "other_medicine"
    assert answer["other_medicine"] is not None
    assert answer["other_medicine"]["name"] == name


def test_a_known_other_medicine_keeps_the_hint_of_its_stem(kb_resolver: Resolver) -> None:
    answer = kb_resolver.resolve("blorcabtagene zilleucel 1 vial")
    assert answer["status"] == "other_medicine"
    assert answer["class_hint"] is not None
    assert answer["class_hint"]["hint"] == "CAR T cells"
    assert "its name says CAR T cells, which is inferred and not assessed" in answer["message"]
    assert kb_resolver.resolve("otherolol")["class_hint"] is None


@pytest.mark.parametrize(
    ("text", "status", "owner"),
    [
        ("Adruxe", "match", "rituximab"),
        ("Nuvion", "match", "visilizumab"),
        ("REGN2810", "match", "cemiplimab"),
        ("AMG 103", "match", "blinatumomab"),
        ("CMC-544", "match", "inotuzumab-ozogamicin"),
        ("brentuximab védotine", "match", "brentuximab-vedotin"),
        ("inotuzumab ozogamicine", "match", "inotuzumab-ozogamicin"),
        ("brentuximab", "suggestion", "brentuximab-vedotin"),
        ("inotuzumab", "suggestion", "inotuzumab-ozogamicin"),
        ("Jakafi", "treatment", "ruxolitinib"),
        ("Hercessi", "not_linked", "trastuzumab"),
        ("Phesgo", "not_linked", "pertuzumab"),
        ("Pomalyst", "not_linked", "pomalidomide"),
        ("Enbrel", "treatment", "etanercept"),
    ],
)
def test_a_name_that_is_ours_leads_to_its_owner(real_resolver: Resolver, text: str, status: str, owner: str) -> None:
    answer = real_resolver.resolve(text)
    other = answer["treatment"] or answer["not_linked"]
    assert (answer["status"], [other["id"]] if other else drugs(answer)) == (status, [owner])


def test_the_list_says_where_each_name_stands(real_client: Client) -> None:
    rows = real_client.get("/crskb/other_medicine_names.json?_shape=array&name=Humira").json()
    assert [(row["region"], "ema" in row["source"].split(", ")) for row in rows] == [("US, EU, CA, FR", True)]
    short = real_client.get("/crskb/other_medicine_names.json?_shape=array&name=APAP").json()
    assert [(row["kind"], row["stands_for"]) for row in short] == [("abbreviation", "acetaminophen")]


def test_each_register_is_attributed_in_the_licence_and_on_the_site(real_client: Client) -> None:
    entries = load(DATA).terms["name_source"].values()
    licence = " ".join((DATA / "LICENSE").read_text(encoding="utf-8").split())
    about = " ".join(real_client.get("/about").text.replace("&amp;", "&").split())
    assert len(entries) >= 12
    for entry in entries:
        assert entry.record.attribution in licence
        assert entry.record.attribution in about
    assert "names; 27 October 2025." in about


@pytest.mark.parametrize(
    ("file", "line", "fault"),
    [
        ("other_medicine_names.csv", "blort,inn,,US,nowhere,", "nowhere is not an id of vocabularies/name_source.yaml"),
        ("other_medicine_names.csv", "blort,inn,,US,,", "say in which register"),
        ("other_medicine_names.csv", "blort,drug,,US,unii,", "the kind is one of brand, inn, synonym"),
        ("other_medicine_names.csv", "blort,inn,,usa,unii,", "two-letter regions"),
        ("other_medicine_names.csv", "blort,inn,,US,unii,123", "a UNII or empty"),
        ("other_medicine_names.csv", "blort,inn,9,US,unii,", "an ATC code or empty"),
        ("other_medicine_names.csv", "blort,inn", "write 6 columns"),
        ("medicine_abbreviations.csv", "BLT,blort,nowhere", "nowhere is not an id"),
        ("medicine_abbreviations.csv", "BLT,,unii", "write the name without spaces"),
        ("medicine_abbreviations.csv", "BLT,blort", "write 3 columns"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_with_its_line(kb: Path, run: Any, file: str, line: str, fault: str) -> None:
    path = kb / file
    assert "other-names" not in run("validate", "--data", kb).output
    path.write_text(path.read_text() + line + "\n")
    number = len(path.read_text().splitlines())
    output = run("validate", "--data", kb).output
    assert f"{file}:{number}:1: other-names:" in output
    assert fault in output
