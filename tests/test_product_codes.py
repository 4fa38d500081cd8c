"""Codes of products: read form by form, found however people type them, and never taken for the code of another medicine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from crskb.knowledge.checks import check
from crskb.knowledge.load import load
from crskb.lookup.answers import NOT_SAFE
from crskb.lookup.resolver import Resolver
from crskb.product_forms import ndc_keys
from tests.conftest import Client

EX, MOCK = "examplumab", "mockizumab"
HEADER = "drug_id,system,code,term_type,display,shared,valid_from,valid_to,replaced_by,source"


@pytest.fixture(scope="session")
def resolver(kb_db: Path) -> Resolver:
    return Resolver.from_file(kb_db)


def drugs(answer: Any) -> list[str]:
    return [match["drug"]["id"] for match in answer["matches"]]


def rewritten(kb: Path, *rows: str, header: str = HEADER) -> list[str]:
    """The problems of a knowledge base with these rows for its codes of products."""
    (kb / "product_codes.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return [str(problem) for problem in check(load(kb))]


# (row, the column that the problem points at, what it says)
FAULTY = [
    ("examplumab,cpt,96413,,,,,,,x", 12, "no system 'cpt' (use one of rxnorm, ndc, hcpcs, icd10pcs)"),
    ("examplumab,hcpcs,96413,,,,,,,x", 18, "'96413' is not a code of HCPCS Level II (CPT and CDT codes"),
    ("examplumab,hcpcs,0537T,,,,,,,x", 18, "(CPT and CDT codes belong to"),
    ("examplumab,hcpcs,D0120,,,,,,,x", 18, "(CPT and CDT codes belong to"),
    ("examplumab,hcpcs,j9901,,,,,,,x", 18, "'j9901' is not a code of HCPCS Level II (write a HCPCS Level II code"),
    ("examplumab,hcpcs,J99011,,,,,,,x", 18, "'J99011' is not a code"),
    ("examplumab,hcpcs,J99٠1,,,,,,,x", 18, "is not a code"),
    ("examplumab,icd10pcs,XW033I7,,,,,,,x", 21, "seven capitals and digits without I and O"),
    ("examplumab,icd10pcs,XW033H,,,,,,,x", 21, "'XW033H' is not a code of ICD-10-PCS"),
    ("examplumab,rxnorm,0123,SCD,,,,,,x", 19, "'0123' is not a code of RxNorm"),
    ("examplumab,rxnorm,123456789,SCD,,,,,,x", 19, "up to eight digits"),
    ("examplumab,rxnorm,123,SXD,,,,,,x", 23, "'SXD' is not the term type of 123"),
    ("examplumab,ndc,12345678901,package,,,,,,x", 16, "write an NDC as FDA does"),
    ("examplumab,ndc,12345-6789-01,package,,,,,,x", 16, "write an NDC as FDA does"),
    ("examplumab,ndc,12345-*789-01,package,,,,,,x", 16, "write an NDC as FDA does"),
    ("examplumab,ndc,1234-567-89,package,,,,,,x", 16, "write an NDC as FDA does"),
    ("examplumab,ndc,12345-678-90,product,,,,,,x", 29, "write product or package, as the digits say"),
    ("examplumab,ndc,12345-678,,,,,,,x", 26, "write product or package, as the digits say"),
    ("examplumab,hcpcs,J9901,drug,,,,,,x", 24, "only RxNorm and NDC have term types"),
    ("examplumab,hcpcs,J9901,,,true,,,,x", 26, "write yes where another drug has the code too"),
    ("examplumab,hcpcs,J9901,,,,2015,,,x", 27, "'2015' is not a day"),
    ("examplumab,hcpcs,J9901,,,,,2015-02-30,,x", 28, "'2015-02-30' is not a day"),
    ("examplumab,hcpcs,J9901,,,,,20151231,,x", 28, "'20151231' is not a day"),
    ("examplumab,hcpcs,J9901,,,,2016-01-01,2015-12-31,,x", 38, "ends on 2015-12-31, before it begins on 2016-01-01"),
    ("examplumab,hcpcs,J9901,,,,,,96413,x", 29, "'96413' is not another code of HCPCS Level II"),
    ("examplumab,hcpcs,J9901,,,,,,J9901,x", 29, "'J9901' is not another code"),
    ("examplumab,hcpcs,J9901,,,,,,,", 30, "no source"),
    ('examplumab,hcpcs,J9901,,"Injection, 1 mg",,,2015,,x', 45, "'2015' is not a day"),
    ("examplumab,hcpcs,J9901,, x,,,,,x", 25, "begins or ends with a space"),
    ("examplumab,hcpcs,J9901", 1, "write 10 columns: drug_id,system"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "says"), FAULTY)
def test_a_faulty_row_is_told_with_its_line_and_column(kb: Path, row: str, column: int, says: str) -> None:
    problems = rewritten(kb, "mockizumab,hcpcs,J9902,,,,,,,x", row)
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"kb/product_codes.csv:3:{column}: product-codes: ")
    assert says in problems[0]


RIGHT = [
    "examplumab,hcpcs,A9901,,,,2015-12-31,2015-12-31,,x",
    "examplumab,hcpcs,V9901,,,,,,J9901,x",
    "examplumab,icd10pcs,0W033H7,,,,,,,x",
    "examplumab,rxnorm,123,,,,,,,x",
    "examplumab,rxnorm,12345678,BPCK,,,,,,x",
    "examplumab,ndc,1234-5678-90,package,,,,,,x",
    "examplumab,ndc,12345-678-90,package,,,,,,x",
    "examplumab,ndc,12345-6789-0,package,,,,,,x",
    "examplumab,ndc,1234-5678,product,,,,,,x",
    "examplumab,ndc,12345-678,product,,,,,,x",
    "examplumab,ndc,12345-6789,product,,,,,,x",
]


@pytest.mark.parametrize("row", RIGHT)
def test_every_form_that_is_right_passes(kb: Path, row: str) -> None:
    assert rewritten(kb, row) == []


def test_a_file_that_cannot_be_read_is_told_and_one_that_is_not_there_holds_no_codes(kb: Path) -> None:
    file = kb / "product_codes.csv"
    assert "the first line is 'drug,code'" in rewritten(kb, header="drug,code")[0]
    assert (
        ":2:1: product-codes: a cell runs over several lines"
        in rewritten(kb, 'examplumab,hcpcs,J9901,,"a', 'b",,,,,x')[0]
    )
    assert "unexpected end of data" in rewritten(kb, 'examplumab,hcpcs,J9901,,"a')[0]
    file.write_bytes(HEADER.encode() + b"\nexamplumab,hcpcs,J9901,,\xff,,,,,x\n")
    assert "is not UTF-8" in str(check(load(kb))[0])
    file.unlink()
    assert (check(load(kb)), load(kb).product_codes) == ([], [])
    file.mkdir()
    assert "cannot be read" in str(check(load(kb))[0])


def test_two_ways_to_write_one_ndc_are_one_code(kb: Path) -> None:
    rows = ["examplumab,ndc,01234-567-01,package,,,,,,x", "mockizumab,ndc,1234-0567-01,package,,,,,,x"]
    tip = "(take one row out, or write yes under shared in both if the code stands for both)"
    assert rewritten(kb, *rows) == [
        f"kb/product_codes.csv:2:16: product-codes-unique: 01234-567-01 is a code of mockizumab too {tip}",
        f"kb/product_codes.csv:3:16: product-codes-unique: 1234-0567-01 is a code of examplumab too {tip}",
    ]


FOUND = [
    ("HCPCS J9901", EX, "J9901"),
    ("hcpcs: j9901", EX, "J9901"),
    ("HCPCS code J9901", EX, "J9901"),
    ("J-code J9901", EX, "J9901"),
    ("q code q9902", MOCK, "Q9902"),
    ("J9901", EX, "J9901"),
    (" q9902 ", MOCK, "Q9902"),
    ("HCPCS C9901", EX, "C9901"),
    ("ICD-10-PCS XW0EXA7", EX, "XW0EXA7"),
    ("icd10pcs XW0EXA7", EX, "XW0EXA7"),
    ("icd-10 pcs: xw0exa7", EX, "XW0EXA7"),
    ("XW0EXA7", EX, "XW0EXA7"),
    ("RxCUI 9990101", EX, "9990101"),
    ("RxNorm: 9990101", EX, "9990101"),
    ("rxcui9990101", EX, "9990101"),
    ("NDC 12345-678-90", EX, "12345-678-90"),
    ("NDC12345-678-90", EX, "12345-678-90"),
    ("12345-678-90", EX, "12345-678-90"),
    ("12345-0678-90", EX, "12345-678-90"),
    ("12345-*678-90", EX, "12345-678-90"),
    ("12345*67890", EX, "12345-678-90"),
    ("12345‑678–90", EX, "12345-678-90"),
    ("12345067890", EX, "12345-678-90"),
    ("1234567890", EX, "12345-678-90"),
    ("1234-5679-01", EX, "1234-5679-01"),
    ("01234-5679-01", EX, "1234-5679-01"),
    ("*1234-5679-01", EX, "1234-5679-01"),
    ("01234567901", EX, "1234-5679-01"),
    ("54321-0987-5", EX, "54321-0987"),
    ("54321-0987-05", EX, "54321-0987"),
    ("54321-0987-*5", EX, "54321-0987"),
    ("54321-0987", EX, "54321-0987"),
    ("54321098705", EX, "54321-0987"),
    ("5432109875", EX, "54321-0987"),
    ("NDC 543210987", EX, "54321-0987"),
    ("12345-678", EX, "12345-678"),
    ("NDC 12345-0678", EX, "12345-678"),
    ("12345-678-91", EX, "12345-678"),
    ("NDC 1234-5679", EX, "1234-5679"),
]


@pytest.mark.parametrize(("text", "drug", "code"), FOUND)
def test_a_code_is_found_however_it_is_typed(resolver: Resolver, text: str, drug: str, code: str) -> None:
    answer = resolver.resolve(text)
    assert (answer["status"], drugs(answer)) == ("match", [drug])
    match = answer["matches"][0]
    assert (match["match"], match["name"], match["distance"]) == ("product_code", code, 0)
    assert match["product_code"] is not None
    assert (match["product_code"]["code"], match["product_code"]["system"]) == (code, match["kind"])
    assert answer["query"] == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("J9901", "HCPCS J9901 is a code of examplumab; "),
        ("Q9902", "Q9902 is a former HCPCS code of mockizumab, valid until 2020-12-31; relative risk"),
        ("HCPCS C9901", "C9901 is a former HCPCS code of examplumab, valid until 2024-09-30 and replaced by J9901; "),
        ("Q9903", "Q9903 is a former HCPCS code of mockizumab, replaced by J9903; "),
        ("Q9904", "HCPCS Q9904 is a code of mockizumab, valid from 2999-01-01, valid until 2999-12-31; "),
        ("NDC 12345-678-90", "NDC 12345-678-90 is a code of examplumab; "),
        ("22222-333-01", "22222-333-01 is a former NDC code of examplumab, valid until 2020-12-31; "),
        ("22222-333-02", "NDC 22222-333 is a code of examplumab; "),  # that one package ended says nothing of another
    ],
)
def test_the_answer_says_until_when_a_code_was_valid(resolver: Resolver, text: str, says: str) -> None:
    assert resolver.resolve(text)["message"].startswith(says)


def test_a_code_of_several_drugs_names_all_of_them(resolver: Resolver) -> None:
    answer = resolver.resolve("RxCUI 9990102")
    assert (answer["status"], drugs(answer)) == ("ambiguous", ["pseudoglobulin-equine", "pseudoglobulin-rabbit"])
    assert answer["message"].startswith("RxCUI 9990102 may mean pseudoglobulin (equine) or pseudoglobulin (rabbit)")
    message = resolver.resolve("J9906")["message"]
    assert message.startswith("HCPCS J9906 (a former code, valid until 2020-12-31) may mean pseudoglobulin (equine) or")


@pytest.mark.parametrize(("text", "offered"), [("9990101", {EX}), ("C9901", {EX}), ("1234567901", {EX, MOCK})])
def test_a_bare_number_of_a_product_is_offered_and_never_taken(
    resolver: Resolver, text: str, offered: set[str]
) -> None:
    """The last may be cut to 1234-5679-01 of one drug and to 12345-679-01 of another."""
    answer = resolver.resolve(text)
    assert (answer["status"], set(drugs(answer))) == ("suggestion", offered)
    assert f"'{text}' alone may be a code of any system; did you mean" in answer["message"]
    assert drugs(resolver.resolve("12345-679-01")) == [MOCK]


def test_the_bare_number_of_a_substance_is_taken_as_before(resolver: Resolver) -> None:
    assert resolver.resolve("9999901")["matches"][0]["match"] == "code"


UNKNOWN = [
    "HCPCS J9999",
    "J9999",
    "HCPCS 99011",
    "HCPCS J99010",
    "NDC J9901",
    "HCPCS 12345-678-90",
    "ICD-10-PCS J9901",
    "RxCUI 12345",
    "RxCUI J9901",
    "ATC J9901",
    "Wikidata Q9902",
    "UNII 9990101",
    "NDC 99999-999-99",
    "99999-999-99",
    "99999999999",
    "9999999999",
    "543210987",
    "12345678",
    "12345-67-890",
    "1234-678-90",
    "1-2345-67890",
    "12345-678-9*",
    "12345-6*8-90",
    "*2345-*678-90",
    "123456789*0",
    "*1234-5679-*1",
    "12345--67890",
    "-12345-678-90",
    "12345-678-90-",
    "12345-678-90-1",
    "１２３４５-678-90",
    "12345-678-9O",
    "*" * 11,
    "-" * 12,
    "0" * 200,
    "NDC " + "*-" * 90,
    "1011",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_a_code_here_names_no_drug(resolver: Resolver, text: str) -> None:
    answer = resolver.resolve(text)
    assert (answer["status"], drugs(answer)) == ("unknown", [])
    assert NOT_SAFE in answer["message"]


@pytest.mark.parametrize("code", ["12345067890", "01234567901", "54321098705", "12345067901"])
def test_one_wrong_digit_of_labeler_or_product_is_another_medicine(resolver: Resolver, code: str) -> None:
    assert resolver.resolve(code)["status"] == "match"
    products = {"123450678", "012345679", "543210987", "123450679"}
    for place in range(9):
        for digit in "0123456789":
            wrong = f"{code[:place]}{digit}{code[place + 1 :]}"
            if wrong[:9] in products:  # the code itself, or another one that is known
                continue
            for text in (wrong, f"NDC {wrong}", f"{wrong[:5]}-{wrong[5:9]}-{wrong[9:]}"):
                assert resolver.resolve(text)["status"] == "unknown", text


@given(st.from_regex(r"[0-9]{5}-[0-9]{4}-[0-9]{2}", fullmatch=True))
def test_hyphens_stars_and_bare_digits_mean_the_same(code: str) -> None:
    digits = code.replace("-", "")
    assert ndc_keys(code) == ndc_keys(digits) == [digits]
    labeler, product, package = code.split("-")
    for place, short in enumerate((labeler, product, package)):
        if short.startswith("0"):
            parts = [labeler, product, package]
            parts[place] = "*" + short[1:]
            assert ndc_keys("-".join(parts)) == [digits]
            parts[place] = short[1:]
            assert ndc_keys("-".join(parts)) == [digits]
            assert digits in ndc_keys("".join(parts))


@pytest.mark.parametrize("text", ["12345-*78-90", "*234-5678-90", "1234-5678-*1", "*2345*67890", "1*345067890"])
def test_a_star_stands_only_for_the_nought_that_fills_a_part_up(text: str) -> None:
    assert ndc_keys(text) == []


def test_the_site_shows_and_tells_the_codes_of_a_drug(client: Client) -> None:
    codes = client.get("/api/v1/drugs/examplumab").json()["product_codes"]
    assert [(code["system"], code["code"]) for code in codes[:2]] == [("hcpcs", "J9901"), ("hcpcs", "C9901")]
    assert codes[1]["valid_to"] == "2024-09-30"
    assert codes[1]["shared"] is False
    page = client.get("/drugs/examplumab").text
    assert "HCPCS (HCPCS Level II): 2 codes of products" in page
    assert "ICD-10-PCS: 1 code of products" in page
    assert "valid until 30 September 2024, replaced by <code>J9901</code>" in " ".join(page.split())
    assert "codes of products" not in client.get("/drugs/nebulumab").text
    rows = client.get("/crskb/product_codes.json?_shape=array&system=ndc").json()
    assert {row["code"] for row in rows} >= {"12345-678-90", "54321-0987"}


def test_a_code_that_is_typed_leads_to_the_page_which_says_what_it_was(client: Client) -> None:
    answer = client.get("/api/v1/lookup?q=HCPCS+C9901").json()
    assert answer["matches"][0]["product_code"]["replaced_by"] == "J9901"
    for typed in ("/?q=HCPCS+C9901", "/drugs/HCPCS%20C9901"):
        assert client.get(typed).headers["location"] == "/drugs/examplumab?name=HCPCS+C9901"
    assert 'href="/drugs/examplumab?name=HCPCS+C9901"' in client.get("/?q=C9901").text  # offered
    page = client.get("/drugs/examplumab?name=HCPCS+C9901").text
    assert "C9901 is a former HCPCS code of examplumab, valid until 2024-09-30 and replaced by J9901." in page


def test_the_command_line_answers_a_code(run: Callable[..., Result], kb_db: Path) -> None:
    result = run("lookup", "--db", kb_db, "NDC 12345-678-90")
    assert "NDC 12345-678-90: match\n  NDC 12345-678-90 is a code of examplumab;" in result.output


def test_the_real_codes_lead_where_they_should(real_db: Path) -> None:
    resolver = Resolver.from_file(real_db)
    for text, drug in [
        ("Q2042", "tisagenlecleucel"),
        ("HCPCS J9310", "rituximab"),
        ("NDC 50242-051-21", "rituximab"),
        ("50242007001", "obinutuzumab"),
        ("RxCUI 1657864", "rituximab"),
        ("icd10pcs XW033H7", "axicabtagene-ciloleucel"),
    ]:
        assert drugs(resolver.resolve(text)) == [drug]
    assert "a former HCPCS code of alemtuzumab, valid until 2015-12-31" in resolver.resolve("J9010")["message"]
