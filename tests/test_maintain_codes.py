"""crskb codes: from the files of NLM, FDA and CMS, small ones in their real shape, to data/product_codes.csv."""

from __future__ import annotations

import csv
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from crskb.knowledge.checks import check
from crskb.knowledge.load import load

Run = Callable[..., Result]


def conso(rxcui: str, kind: str, name: str, source: str = "RXNORM", suppressed: str = "N") -> str:
    return f"{rxcui}|ENG||||||81{rxcui}|81{rxcui}|{rxcui}||{source}|{kind}|{rxcui}|{name}||{suppressed}|4096|\n"


def rel(one: str, other: str, relation: str, source: str = "RXNORM") -> str:
    return f"{one}||CUI|RO|{other}||CUI|{relation}|70{one}||{source}||||||\n"


CONSO = [
    conso("9999901", "IN", "examplumab"),
    conso("9990201", "PIN", "examplumab-abcd"),
    conso("9990202", "BN", "Exemplia"),
    conso("9990203", "SCDC", "examplumab 10 MG/ML"),
    conso("9990204", "SCD", "10 ML examplumab 10 MG/ML Injection"),
    conso("9990205", "SBDC", "examplumab 10 MG/ML [Exemplia]"),
    conso("9990206", "SBD", "10 ML examplumab 10 MG/ML Injection [Exemplia]"),
    conso("9990206", "SY", "Exemplia 10 MG/ML Injection"),
    conso("9990207", "SCDG", "examplumab Injectable Product"),
    conso("9990208", "SCD", "old examplumab", suppressed="O"),
    conso("9990209", "SCD", "examplumab of another list", source="VANDF"),
    conso("9990210", "IN", "mockizumab"),
    conso("9990217", "SCD", "examplumab by a relation of another list"),
    conso("9990211", "SCDC", "mockizumab 5 MG/ML"),
    conso("9990212", "SCD", "examplumab 10 MG/ML / mockizumab 5 MG/ML Injection"),
    conso("9990213", "IN", "otherolol"),
    conso("9990214", "SCD", "otherolol 5 MG Oral Tablet [Exemplia]"),
    conso("9990215", "BN", "Mockira"),
    conso("9990216", "BPCK", "{1 (examplumab 10 MG/ML) / 1 (otherolol 5 MG)} Pack"),
]
REL = [
    rel("9990201", "9999901", "has_form"),
    rel("9999901", "9990201", "form_of"),
    rel("9999901", "9990202", "tradename_of"),
    rel("9999901", "9990203", "has_ingredient"),
    rel("9999901", "9990207", "has_ingredient"),
    rel("9990203", "9990204", "consists_of"),
    rel("9990205", "9990203", "has_tradename"),
    rel("9990206", "9990204", "has_tradename"),
    rel("9990210", "9990211", "has_ingredient"),
    rel("9990203", "9990212", "consists_of"),
    rel("9990211", "9990212", "consists_of"),
    rel("9990202", "9990214", "has_ingredient"),
    rel("9999901", "9990215", "tradename_of"),
    rel("9990206", "9990216", "contains"),
    rel("9990203", "9990208", "consists_of"),
    rel("9990203", "9990209", "consists_of"),
    rel("9990203", "9990217", "consists_of", source="VANDF"),
]
PRODUCT_HEADER = [
    "PRODUCTID",
    "PRODUCTNDC",
    "PRODUCTTYPENAME",
    "PROPRIETARYNAME",
    "PROPRIETARYNAMESUFFIX",
    "NONPROPRIETARYNAME",
    "DOSAGEFORMNAME",
    "ROUTENAME",
    "STARTMARKETINGDATE",
    "ENDMARKETINGDATE",
    "MARKETINGCATEGORYNAME",
    "APPLICATIONNUMBER",
    "LABELERNAME",
    "SUBSTANCENAME",
    "ACTIVE_NUMERATOR_STRENGTH",
    "ACTIVE_INGRED_UNIT",
    "PHARM_CLASSES",
    "DEASCHEDULE",
    "NDC_EXCLUDE_FLAG",
    "LISTING_RECORD_CERTIFIED_THROUGH",
]
PACKAGE_HEADER = [
    "PRODUCTID",
    "PRODUCTNDC",
    "NDCPACKAGECODE",
    "PACKAGEDESCRIPTION",
    "STARTMARKETINGDATE",
    "ENDMARKETINGDATE",
    "NDC_EXCLUDE_FLAG",
    "SAMPLE_PACKAGE",
]


def table(header: list[str], *rows: dict[str, str]) -> str:
    lines = [header, *([{"NDC_EXCLUDE_FLAG": "N", **row}.get(column, "") for column in header] for row in rows)]
    return "".join("\t".join(line) + "\r\n" for line in lines)


def product(
    code: str, brand: str, generic: str, substance: str, start: str = "20240601", **more: str
) -> dict[str, str]:
    return {
        "PRODUCTID": f"{code}_1",
        "PRODUCTNDC": code,
        "PROPRIETARYNAME": brand,
        "NONPROPRIETARYNAME": generic,
        "SUBSTANCENAME": substance,
        "DOSAGEFORMNAME": "INJECTION, SOLUTION",
        "STARTMARKETINGDATE": start,
        **more,
    }


def package(product_code: str, code: str, start: str = "20240601", end: str = "", **more: str) -> dict[str, str]:
    shown = f"1 VIAL in 1 CARTON ({code})"
    return {
        "PRODUCTNDC": product_code, "NDCPACKAGECODE": code, "PACKAGEDESCRIPTION": shown,
        "STARTMARKETINGDATE": start, "ENDMARKETINGDATE": end, **more,
    }  # fmt: skip


PRODUCTS = [
    product("11111-222", "Exemplia", "examplumab-abcd", "EXAMPLUMAB"),
    product("11111-333", "Mockira Combi", "examplumab and mockizumab", "EXAMPLUMAB; MOCKIZUMAB"),
    product("1111-4444", "Otherol", "otherolol", "OTHEROLOL"),
    product("11111-555", "Exemplia", "otherolol", "OTHEROLOL"),
    product("11111-666", "Mockira", "examplumab", "EXAMPLUMAB"),
    product("11111-777", "Exemplia", "examplumab", "EXAMPLUMAB", NDC_EXCLUDE_FLAG="E"),
    product("11111-888", "Exemplia", "examplumab", "EXAMPLUMAB", start="20241301"),
    product("11111888", "Exemplia", "examplumab", "EXAMPLUMAB"),
]
PACKAGES = [
    package("11111-222", "11111-222-01"),
    package("11111-222", "11111-222-02", end="20251231"),
    package("1111-4444", "1111-4444-01"),
    package("11111-222", "1111-222-03"),
    package("11111-222", "11111-222-04", end="20230101"),
]


def record(code: str, number: int, kind: str, text: str, short: str = "", added: str = "", ended: str = "") -> str:
    """A line of the HCPCS file: fixed columns, 320 of them in the first line of a procedure, 92 in those that go on."""
    line = f"{code:>5}{number:03}00{kind}{text:80}"
    if kind in "48":
        return f"{line} \r\n"
    return f"{line}{short:28}".ljust(268) + f"{added:8}{'20240101':8}{ended:8}N".ljust(320 - 268) + "\r\n"


HCPCS = [
    record("A1", 1, "7", "Dressing for one wound", "Dressing for one wound", "20020701"),
    record("AA", 1, "7", "Item of a modifier whose text goes on and is about examplumab, which a modifier"),
    record("AA", 2, "8", "never is"),
    record("J9901", 1, "3", "Injection, examplumab-xmpl, 1 mg", "Inj examplumab 1 mg", "20241001"),
    record(
        "J9907",
        1,
        "3",
        "Injection of a medicine with a text that is too long to stand on the first line,",
        "Inj",
        "20250101",
    ),
    record("J9907", 2, "4", "mockizumab, 5 mg"),
    record("C9908", 1, "3", "Injection, mockizumab, 1 mg", "Inj mock", "20200101", "20201231"),
    record("Q9902", 1, "3", "Injection, mockizumab, 2 mg", "Inj mock 2", "20190101"),
    record("J9909", 1, "3", "Injection, otherolol, 1 mg", "Inj other", "20200101"),
    record("J9910", 1, "3", "Injection, examplumab and mockizumab", "Inj both", "20200101"),
    record("J9911", 1, "3", "Injection, mockizumab, 7 mg", "Inj mock", "20200199"),
    record("99999", 1, "3", "Injection of mockizumab, a code of level I", "Inj mock", "20200101"),
    "\x1a\r\n",
]
ICD10PCS = [
    "00001 XW0     0 New Technology, Anatomical Regions, Introduction                     New Technology, Anatomical Regions, Introduction",
    f"00002 XW033Y7 1 {'Introduction of Examplumab into Peripheral Vein, Perc':60} Introduction of Examplumab Immunotherapy into Peripheral Vein, Percutaneous Approach, New Technology Group 7",
    f"00003 XW033X7 1 {'Introduction of Other into Peripheral Vein, Perc':60} Introduction of Otherolol into Peripheral Vein",
]


@pytest.fixture
def agencies(tmp_path: Path) -> Path:
    """A folder with the agencies' files as they come: archives, a folder, a file."""
    folder = tmp_path / "agencies"
    (folder / "rxnorm" / "rrf").mkdir(parents=True)
    (folder / "rxnorm" / "rrf" / "RXNCONSO.RRF").write_text("".join(CONSO), encoding="utf-8")
    (folder / "rxnorm" / "rrf" / "RXNREL.RRF").write_text("".join(REL), encoding="utf-8")
    with zipfile.ZipFile(folder / "ndctext.zip", "w") as archive:
        for name, text in (
            ("product.txt", table(PRODUCT_HEADER, *PRODUCTS)),
            ("package.txt", table(PACKAGE_HEADER, *PACKAGES)),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2026, 7, 1, 0, 0, 0)), text.encode("cp1252"))
    with zipfile.ZipFile(folder / "hcpcs.zip", "w") as archive:
        archive.writestr("HCPC2026_recordlayout.txt", "not the file")
        archive.writestr(zipfile.ZipInfo("HCPC2026_JUL_ANWEB.txt", (2026, 6, 30, 0, 0, 0)), "".join(HCPCS))
    (folder / "icd10pcs_order_2026.txt").write_text("\r\n".join(ICD10PCS) + "\r\n", encoding="ascii")
    os.utime(folder / "icd10pcs_order_2026.txt", (1750000000, 1750000000))
    return folder


def rows(kb: Path) -> list[dict[str, str]]:
    with (kb / "product_codes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_system(kb: Path, system: str) -> dict[str, dict[str, str]]:
    return {f"{row['drug_id']} {row['code']}": row for row in rows(kb) if row["system"] == system}


def balanced(output: str) -> int:
    """How many files are accounted for; every account must add up."""
    accounts = re.findall(r"^\S+: ([\d,]+) lines = (.+)$", output, re.MULTILINE)
    for lines, parts in accounts:
        counted = [int(part.split()[0].replace(",", "")) for part in parts.split(" + ")]
        assert int(lines.replace(",", "")) == sum(counted), (lines, parts)
    return len(accounts)


def test_rxnorm_is_followed_from_the_substance_to_its_products(run: Run, kb: Path, agencies: Path) -> None:
    result = run("codes", "--data", kb, "--rxnorm", agencies / "rxnorm")
    assert {place: row["term_type"] for place, row in of_system(kb, "rxnorm").items() if row["code"] > "99902"} == {
        "examplumab 9990201": "PIN",
        "examplumab 9990202": "BN",
        "examplumab 9990203": "SCDC",
        "examplumab 9990204": "SCD",
        "examplumab 9990205": "SBDC",
        "examplumab 9990206": "SBD",
        "examplumab 9990207": "SCDG",
        "examplumab 9990212": "SCD",
        "mockizumab 9990211": "SCDC",
        "mockizumab 9990212": "SCD",
        "examplumab 9990216": "BPCK",
    }
    both = of_system(kb, "rxnorm")["mockizumab 9990212"]
    assert both["shared"] == "yes"
    assert re.fullmatch(r"RxNorm \(NLM\), RXNCONSO.RRF of 20\d\d-\d\d-\d\d", both["source"])
    assert "look at  RxCUI 9990210 (mockizumab) is not in the file of mockizumab: taken by its name" in result.output
    assert (
        "RXNCONSO.RRF:18: 9990215 (Mockira) is made of examplumab, but named as mockizumab; left out" in result.output
    )
    assert result.exit_code == 1
    assert balanced(result.output) == 2
    assert check(load(kb)) == []


def test_the_directory_of_fda_gives_products_and_packages_with_their_days(run: Run, kb: Path, agencies: Path) -> None:
    result = run("codes", "--data", kb, "--ndc", agencies / "ndctext.zip")
    found = {place: row for place, row in of_system(kb, "ndc").items() if row["code"].startswith("11111")}
    assert {place: (row["term_type"], row["valid_to"]) for place, row in found.items()} == {
        "examplumab 11111-222": ("product", ""),
        "examplumab 11111-222-01": ("package", ""),
        "examplumab 11111-222-02": ("package", "2025-12-31"),
        "examplumab 11111-333": ("product", ""),
        "mockizumab 11111-333": ("product", ""),
    }
    first = found["examplumab 11111-222-01"]
    assert (first["valid_from"], first["display"]) == ("2024-06-01", "Exemplia, 1 VIAL in 1 CARTON (11111-222-01)")
    assert first["source"] == "NDC Directory (FDA), ndctext.zip, package.txt of 2026-07-01"
    assert found["mockizumab 11111-333"]["shared"] == "yes"
    for told in (
        "look at  NDC 11111-555 bears the name Exemplia of examplumab, but not its substance: left out",
        "product.txt:6: 11111-666 holds examplumab, but is named Mockira as mockizumab; left out",
        "product.txt:8: 11111-888: marketed from '20241301' to ''",
        "product.txt:9: '11111888' is not the NDC of a product",
        "package.txt:5: '1111-222-03' is not the NDC of a package",
        "package.txt:6: 11111-222-04: marketed from '20240601' to '20230101'",
        "1 excluded by FDA",
    ):
        assert told in result.output
    assert (result.exit_code, balanced(result.output)) == (1, 2)
    assert check(load(kb)) == []


def test_hcpcs_is_read_by_its_columns_and_level_i_never(run: Run, kb: Path, agencies: Path) -> None:
    result = run("codes", "--data", kb, "--hcpcs", agencies / "hcpcs.zip")
    found = of_system(kb, "hcpcs")
    assert found["examplumab J9901"]["valid_from"] == "2024-10-01"
    assert found["mockizumab J9907"]["display"].endswith("stand on the first line, mockizumab, 5 mg")
    assert found["mockizumab C9908"]["valid_to"] == "2020-12-31"
    assert (
        found["mockizumab C9908"]["source"] == "HCPCS Level II (CMS), hcpcs.zip, HCPC2026_JUL_ANWEB.txt of 2026-06-30"
    )
    assert found["mockizumab Q9902"]["valid_to"] == "2020-12-31"  # an end that is known is not lost
    assert "look at  Q9902 of mockizumab ended on 2020-12-31, but the new file knows no end: kept" in result.output
    assert (
        "HCPC2026_JUL_ANWEB.txt:10: J9910 (Injection, examplumab and mockizumab) names examplumab and mockizumab"
        in result.output
    )
    assert "HCPC2026_JUL_ANWEB.txt:11: J9911: added '20200199', ended ''" in result.output
    assert "HCPC2026_JUL_ANWEB.txt:12: 99999: CPT and CDT codes belong to" in result.output
    assert (
        "changed  mockizumab: hcpcs Q9902: display 'Mockizumab 1 mg' -> 'Injection, mockizumab, 2 mg'" in result.output
    )
    assert "kept     mockizumab: hcpcs Q9903 Mockizumab 3 mg" not in result.output
    assert {row["code"] for row in found.values()} >= {"Q9903", "Q9904"}  # not in the file, and kept
    assert not {"J9909", "J9910", "J9911", "99999"} & {row["code"] for row in found.values()}
    assert (result.exit_code, balanced(result.output)) == (1, 1)


def test_a_code_of_several_drugs_that_was_written_by_hand_is_kept_from_then_on(
    run: Run, kb: Path, agencies: Path
) -> None:
    file = kb / "product_codes.csv"
    file.write_text(f"{file.read_text()}mockizumab,hcpcs,J9910,,Both,,,,,By hand\n")
    result = run("codes", "--data", kb, "--hcpcs", agencies / "hcpcs.zip")
    assert "J9910 (" not in result.output
    assert of_system(kb, "hcpcs")["mockizumab J9910"]["display"] == "Injection, examplumab and mockizumab"


def test_the_order_file_of_icd10pcs(run: Run, kb: Path, agencies: Path) -> None:
    result = run("codes", "--data", kb, "--icd10pcs", agencies / "icd10pcs_order_2026.txt")
    row = of_system(kb, "icd10pcs")["examplumab XW033Y7"]
    assert row["display"].startswith("Introduction of Examplumab Immunotherapy into Peripheral Vein")
    assert row["source"] == "ICD-10-PCS (CMS), icd10pcs_order_2026.txt of 2025-06-15"
    assert "1 of other procedures" in result.output
    assert "kept     examplumab: icd10pcs XW0EXA7" in result.output
    assert (result.exit_code, balanced(result.output)) == (0, 1)


def test_rows_of_other_systems_stay_and_a_second_run_changes_nothing(run: Run, kb: Path, agencies: Path) -> None:
    before = rows(kb)
    every = ("--rxnorm", agencies / "rxnorm", "--ndc", agencies / "ndctext.zip", "--hcpcs", agencies / "hcpcs.zip")
    assert run("codes", "--data", kb, "--check", *every).exit_code == 1
    assert rows(kb) == before
    run("codes", "--data", kb, "--icd10pcs", agencies)
    assert [row for row in rows(kb) if row["system"] != "icd10pcs"] == [
        row for row in before if row["system"] != "icd10pcs"
    ]
    written = (kb / "product_codes.csv").read_bytes()
    assert run("codes", "--data", kb, "--icd10pcs", agencies, "--check").exit_code == 0
    assert "0 added, 0 changed" in run("codes", "--data", kb, "--icd10pcs", agencies).output
    assert (kb / "product_codes.csv").read_bytes() == written
    run("codes", "--data", kb, *every)
    places = [(row["drug_id"], row["system"], row["code"]) for row in rows(kb)]
    assert places == sorted(places)


def test_a_code_that_has_become_another_drugs_is_told(run: Run, kb: Path, agencies: Path) -> None:
    file = kb / "product_codes.csv"
    file.write_text(file.read_text().replace("examplumab,hcpcs,J9901", "nebulumab,hcpcs,J9901"))
    result = run("codes", "--data", kb, "--hcpcs", agencies / "hcpcs.zip")
    assert "look at  J9901 is of examplumab in the new file, and of nebulumab in data: take one out" in result.output
    assert {problem.check for problem in check(load(kb))} == {"product-codes-unique"}


def test_a_file_of_another_shape_is_named_line_by_line(run: Run, kb: Path, tmp_path: Path) -> None:
    (tmp_path / "RXNCONSO.RRF").write_text("9999901|ENG|IN|examplumab|\n" + CONSO[0] + conso("9999901", "IN", "again"))
    (tmp_path / "RXNREL.RRF").write_text("a|b|\n")
    (tmp_path / "icd10pcs_order_2026.txt").write_text("XW033Y7 Introduction of Examplumab\n")
    result = run("codes", "--data", kb, "--rxnorm", tmp_path, "--icd10pcs", tmp_path)
    for told in (
        "RXNCONSO.RRF:1: 4 fields, not 18",
        "RXNCONSO.RRF:3: 9999901 has a second name of its own: again",
        "RXNREL.RRF:1: 2 fields, not 16",
        "icd10pcs_order_2026.txt:1: 'XW033Y7 Introduction of Examplumab' is not a row of the order file",
    ):
        assert told in result.output
    assert (result.exit_code, balanced(result.output)) == (1, 3)


def test_files_that_cannot_be_used_leave_the_old_one(run: Run, kb: Path, agencies: Path, tmp_path: Path) -> None:
    before = (kb / "product_codes.csv").read_bytes()
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "empty").mkdir()
    (tmp_path / "two").mkdir()
    for name in ("HCPC2025_ANWEB.txt", "HCPC2026_ANWEB.txt"):
        (tmp_path / "two" / name).write_text("")
    (tmp_path / "ndc").mkdir()
    (tmp_path / "ndc" / "product.txt").write_text("PRODUCTNDC\n")
    (tmp_path / "ndc" / "package.txt").write_text("")
    (tmp_path / "rx").mkdir()
    (tmp_path / "rx" / "RXNCONSO.RRF").write_bytes(b"\xff\xfe|\n")
    (tmp_path / "rx" / "RXNREL.RRF").write_text("")
    for option, path, says in (
        ("--hcpcs", "broken.zip", "is not a zip archive, or a damaged one"),
        ("--ndc", "empty", "holds no product.txt"),
        ("--hcpcs", "two", "holds several of HCPCS file"),
        ("--ndc", "ndc", "has no column PROPRIETARYNAME in its first line"),
        ("--rxnorm", "rx", "is not utf-8"),
        ("--rxnorm", "nowhere", "does not exist"),
    ):
        result = run("codes", "--data", kb, option, tmp_path / path)
        assert result.exit_code != 0
        assert says in result.output
    assert run("codes", "--data", kb).exit_code == 2
    (kb / "product_codes.csv").write_bytes(before + b"examplumab,hcpcs,nonsense,,,,,,,x\n")
    result = run("codes", "--data", kb, "--hcpcs", agencies / "hcpcs.zip")
    assert "'nonsense' is not a code of HCPCS Level II" in result.output
    assert (kb / "product_codes.csv").read_bytes().endswith(b"nonsense,,,,,,,x\n")
