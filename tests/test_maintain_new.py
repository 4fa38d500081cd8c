"""`crskb new`: commented files that say what is missing; known names and documents are refused, nothing is overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from crskb.errors import CrskbError
from crskb.knowledge.cohort import Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.order import DoseStep
from crskb.knowledge.source import Source
from crskb.knowledge.yamlfile import parse_yaml
from crskb.maintain.mend import mend
from crskb.maintain.new import template
from crskb.maintain.source_ids import named
from crskb.names import slugify

Run = Callable[..., Result]
TODAY = date.today().isoformat()


def uncommented(text: str) -> str:
    """The text with every example taken for real."""
    return re.sub(r"(?m)^# (?!yaml-language-server)", "", text)


def filled(text: str, **values: str) -> str:
    for key, value in values.items():
        text, found = re.subn(rf"(?m)^{key}:$", f"{key}: {value}", text)
        assert found == 1, key
    return text


def test_a_new_drug_says_what_is_missing_and_validate_says_so_at_the_same_lines(run: Run, kb: Path) -> None:
    result = run("new", "drug", "walkthroughmab", "--data", kb)
    assert result.exit_code == 0
    assert [line[:4] for line in result.output.splitlines()[-4:]] == ["  1.", "  2.", "  3.", "  4."]
    file = kb / "drugs" / "walkthroughmab.yaml"
    assert "name: walkthroughmab\n" in file.read_text()
    assert f"reviewed_on: {TODAY}\n" in file.read_text()
    missing = re.findall(r"walkthroughmab\.yaml:(\d+): (\w+)", result.output)
    assert [key for _, key in missing] == ["summary", "drug_class", "modality", "t_cell_engaging", "status"]
    said = re.findall(r"walkthroughmab\.yaml:(\d+):\d+: yaml: (\w+) has no value", run("validate", "--data", kb).output)
    assert said == missing


def test_a_new_drug_with_the_missing_lines_and_one_row_filled_in_passes(run: Run, kb: Path) -> None:
    run("new", "drug", "Walkthroughmab", "--data", kb)
    run("new", "source", "10.5555/walk.through", "--data", kb, "--title", "NO: a title", "--kind", "case_report")
    file = kb / "drugs" / "walkthroughmab.yaml"
    text = filled(
        file.read_text(),
        summary="Invented.",
        drug_class="invented-antibody",
        modality="monoclonal_antibody",
        t_cell_engaging="false",
        status="investigational",
    )
    row = "label_frequency:\n  - {region: EU, frequency: rare, source: doi-10-5555-walk-through}\n"
    file.write_text(text + row)
    first = run("validate", "--data", kb)
    assert "not_quantified, but the rule makes it low" in first.output
    file.write_text(file.read_text().replace("relative_risk: not_quantified", "relative_risk: low"))
    last = run("validate", "--data", kb, "--fix")
    assert (last.exit_code, "walkthroughmab.yaml:" in last.output.replace("yaml: mended", "")) == (0, False)


VALUES = {
    **dict.fromkeys(["n_treated", "n_any_grade", "n_grade3plus", "n_fatal", "n_tocilizumab", "onset_median_days", "duration_median_days", "cycle", "n_crs", "hours"], "1"),
    **dict.fromkeys(["pct_any_grade", "pct_grade3plus", "pct_tocilizumab", "pct_recurrent", "pct_crs"], "12.5"),
    **dict.fromkeys(["t_cell_engaging", "boxed_warning_crs", "label_warning_crs", "labelled_use", "fatal"], "true"),
    **dict.fromkeys(["date", "reviewed_on", "seen_on", "retracted", "rems_seen_on", "superseded_on"], "2026-01-02"),
    **{"drug_class": "engager", "modality": "car_t", "status": "approved", "study_design": "label", "population": "adult", "pct_tocilizumab_of": "crs"},
    **{"atc": "L01FX99", "rxcui": '"1"', "nct": "NCT00000001", "rems": "none", "measure": "monitoring", "direction": "varies", "source": "a-source"},
    **{"doi": "10.5555/x", "pmid": "1", "pmcid": "PMC1", "set_id": "00000000-0000-0000-0000-000000000000", "url": "https://example.org/"},
    **{"frequency": "common", "place": "hospital", "step": "infusion", "jurisdiction": "US", "superseded_by": "a-source", "grading_scale": "astct-2019"},
}  # fmt: skip


def completed(kind: str) -> str:
    """The template with every example taken for real and every gap filled in."""
    text = (
        uncommented(template(kind)).replace("{kind: ,", "{kind: case_report,").replace("\nkind:\n", "\nkind: label\n")
    )
    text = text.replace("onset_range_days: []", "onset_range_days: [1, 6]").replace("about: []", "about: [Text]")
    text = re.sub(r"(?m)^(\s*-)$", r"\1 Text.", text)
    return re.sub(r"(?m)^([^#\n]*?)$", lambda line: re.sub(r"\b(\w+):(?= ?(?:$|,|}))", _gap, line[0]), text)


def _gap(gap: re.Match[str]) -> str:
    lists = (
        "brand_names",
        "other_names",
        "identifiers",
        "regulatory",
        "indications",
        "crs_incidence",
        "label_frequency",
        "evidence",
        "dose_schedule",
        "mitigation",
    )
    if gap[1] in (*lists, "risk_factors", "conflicts", "not_known", "accepted_warnings"):
        return gap[0]
    return f"{gap[1]}: {VALUES.get(gap[1], 'Text')}"


@pytest.mark.parametrize(("kind", "model"), [("drug", Drug), ("source", Source)])
def test_the_template_shows_every_field_in_its_order_and_is_valid_when_filled_in(kind: str, model: type[Drug]) -> None:
    text = completed(kind)
    document = parse_yaml(text, kind)
    assert document.problems == []
    model.model_validate(document.value)
    assert list(document.value) == list(model.model_fields)
    assert mend(text, model, f"../schema/{kind}.json")[1] == ["comments of the template taken out"]


def test_no_fact_of_the_template_slips_into_the_data() -> None:
    """Whoever takes an example for real and forgets to fill it in is told so: it holds no figure, flag, date or name."""
    document = parse_yaml(uncommented(template("drug")), "drug")
    empty = {problem.message.removesuffix(" has no value") for problem in document.problems}
    figures = {*Incidence.model_fields, *DoseStep.model_fields}
    assert {key for key in figures if key.startswith(("n_", "pct_"))} >= {
        key for key in empty if key.startswith(("n_", "pct_"))
    }
    assert empty >= {
        "name",
        "n_treated",
        "n_any_grade",
        "pct_any_grade",
        "boxed_warning_crs",
        "date",
        "source",
        "statement",
        "detail",
        "atc",
    }
    assert not re.search(r"(?m)^# .*: .*\d", template("drug"))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("examplumab", "examplumab is listed already (kb/drugs/examplumab.yaml)"),
        ("EXEMPLIA®", "Exemplia is a name of examplumab, which is listed already"),
        ("ex 101", "EX-101 is a name of examplumab"),
        ("exemplumab old", "exemplumab-old is a former id of examplumab"),
        ("examplumob", "examplumob is one letter from examplumab"),
        ("placebolizumab", "placebolizumab is a treatment of CRS (kb/clinical/treatments.yaml)"),
        ("nulliximab", "nulliximab is reviewed on 2026-01-02 and not listed"),
        ("Nullira", "Nullira is a name of nulliximab"),
        ("---", "no file can be called after"),
        ("日本", "no file can be called after"),
        ("../../etc/passwd!" * 20, "no file can be called after"),
    ],
)
def test_a_known_name_however_spelt_is_refused(run: Run, kb: Path, name: str, says: str) -> None:
    before = sorted(kb.rglob("*"))
    result = run("new", "drug", "--data", kb, "--", name)
    assert result.exit_code == 1
    assert says in result.output
    assert sorted(kb.rglob("*")) == before


def test_a_name_one_letter_from_another_passes_when_asked_to(run: Run, kb: Path) -> None:
    assert run("new", "drug", "examplumob", "--anyway", "--data", kb).exit_code == 0


def test_brand_names_suffixes_and_unread_files_are_remarked_on(run: Run, kb: Path) -> None:
    (kb / "drugs" / "nebulumab.yaml").write_text("name: NO\n")
    result = run("new", "drug", "Otherol", "--data", kb)
    assert "otherol is known as a brand name" in result.output
    assert "kb/drugs/nebulumab.yaml could not be read, so its names were not compared" in result.output
    assert "ends like a US name with a suffix" in run("new", "drug", "walkmab-wxyz", "--data", kb).output


def test_no_path_leads_out_of_the_data(run: Run, kb: Path) -> None:
    run("new", "drug", "../escape", "--data", kb)
    assert (kb / "drugs" / "escape.yaml").exists()
    assert run("new", "source", "1234", "--id", "../escape", "--data", kb).exit_code == 1
    assert not (kb / "escape.yaml").exists()


def test_nothing_is_overwritten(run: Run, kb: Path) -> None:
    file = kb / "drugs" / "walkmab.yaml"
    file.write_text("half a file")
    result = run("new", "drug", "walkmab", "--data", kb)
    assert (result.exit_code, file.read_text()) == (1, "half a file")
    assert "exists already; nothing was written" in result.output
    result = run("new", "source", "1234", "--id", "example-review", "--data", kb)
    assert "example-review is the id of another document" in result.output


# what the document is called on the command line, the id of its file, what its file says
SOURCES = [
    ("36991547", "pmid-36991547", {"pmid": "36991547"}),
    ("PMID: 36991547", "pmid-36991547", {"pmid": "36991547"}),
    ("https://pubmed.ncbi.nlm.nih.gov/36991547/", "pmid-36991547", {"pmid": "36991547"}),
    ("https://www.ncbi.nlm.nih.gov/pubmed/36991547", "pmid-36991547", {"pmid": "36991547"}),
    ("pmc8021214", "pmc8021214", {"pmcid": "PMC8021214"}),
    ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC8021214/", "pmc8021214", {"pmcid": "PMC8021214"}),
    ("10.1002/cncr.34756", "doi-10-1002-cncr-34756", {"doi": "10.1002/cncr.34756"}),
    ("doi: 10.1002/cncr.34756.", "doi-10-1002-cncr-34756", {"doi": "10.1002/cncr.34756"}),
    ("https://doi.org/10.1002/cncr.34756", "doi-10-1002-cncr-34756", {"doi": "10.1002/cncr.34756"}),
    ("https://dx.doi.org/10.1016%2FS0140-6736(15)1", "doi-10-1016-s0140-6736-15-1", {"doi": "10.1016/S0140-6736(15)1"}),
    ("https://www.nejm.org/doi/full/10.1056/NEJMoa1", "doi-10-1056-nejmoa1", {"doi": "10.1056/NEJMoa1"}),
    ("https://www.frontiersin.org/articles/10.3389/fimmu.1/full", "doi-10-3389-fimmu-1", {"doi": "10.3389/fimmu.1"}),
    (
        "https://notclinicaltrials.gov/study/NCT04557098",
        "notclinicaltrials-nct04557098",
        {"url": "https://notclinicaltrials.gov/study/NCT04557098"},
    ),
    (
        "https://example.com/pubmed.ncbi.nlm.nih.gov/36991547",
        "example-36991547",
        {"url": "https://example.com/pubmed.ncbi.nlm.nih.gov/36991547"},
    ),
    ("nct04557098", "nct-04557098", {"nct": "NCT04557098", "url": "https://clinicaltrials.gov/study/NCT04557098"}),
    ("https://www.ema.europa.eu/en/medicines/human/EPAR/exemplia", "ema-epar-exemplia", {"kind": "regulator", "jurisdiction": "EU"}),
    (
        "https://www.ema.europa.eu/en/documents/product-information/exemplia-epar-product-information_en.pdf",
        "eu-smpc-exemplia",
        {"kind": "smpc", "jurisdiction": "EU"},
    ),
    ("https://www.onclive.com/view/a-title?x=1", "onclive-a-title", {"url": "https://www.onclive.com/view/a-title?x=1"}),
    ("www.example.com", "example", {"url": "https://www.example.com"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "id_", "says"), SOURCES, ids=[case[0][:50] for case in SOURCES])
def test_a_new_source_is_called_after_its_document(
    run: Run, kb: Path, text: str, id_: str, says: dict[str, str]
) -> None:
    result = run("new", "source", text, "--data", kb, "--title", "T: #1")
    assert result.exit_code == 0, result.output
    written = (kb / "sources" / f"{id_}.yaml").read_text()
    value = parse_yaml(filled(written, **({} if "kind" in says else {"kind": "web"})), id_).value
    assert {key: value[key] for key in (*says, "title", "seen_on")} == {**says, "title": "T: #1", "seen_on": TODAY}
    Source.model_validate(value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1", "this document is example-trial already (kb/sources/example-trial.yaml); cite that id"),
        ("10.5555/EXAMPLE.TRIAL", "this document is example-trial already"),
        ("http://www.example.org/review/", "this document is example-review already"),
        ("https://example.net/copy", "this document is example-review already"),
        ("123456789", "is no PubMed id"),
        ("0012", "is no PubMed id"),
        ("10.12/x", "is no DOI"),
        ("10.1002/a b", "is no DOI"),
        ("https://doi.org/", "is no DOI"),
        ("https://10.0.0.1/x", "a bare number is not a lasting address"),
        ("https://[::1]/x", "a bare number is not a lasting address"),
        ("http://localhost:8000/", "localhost is not a public host"),
        ("https://me:secret@example.com/", "no plain address"),
        ("https://", "nothing is not a public host"),
        ("https://[x", "no plain address"),
        ("ftp://example.com/x", "names no document"),
        ("the paper by Lee", "names no document"),
        (
            "https://dailymed.nlm.nih.gov/dailymed/drugInfo.cfm?setid=54534aaa-0000-0000-0000-000000000001",
            "add --id us-pi-BRAND",
        ),
    ],
)
def test_what_names_no_document_or_a_known_one_is_refused_with_the_reason(
    run: Run, kb: Path, text: str, says: str
) -> None:
    before = sorted(kb.rglob("*"))
    result = run("new", "source", text, "--data", kb)
    assert result.exit_code == 1
    assert says in result.output
    assert sorted(kb.rglob("*")) == before


def test_a_us_label_gets_the_id_that_is_named(run: Run, kb: Path) -> None:
    address = "https://dailymed.nlm.nih.gov/dailymed/lookup.cfm?setid=54534AAA-0000-0000-0000-000000000001"
    assert run("new", "source", address, "--id", "us-pi-walk", "--data", kb).exit_code == 0
    text = (kb / "sources" / "us-pi-walk.yaml").read_text()
    assert "\nset_id: 54534aaa-0000-0000-0000-000000000001\n" in text
    assert "\nkind: label\n" in text
    assert "\njurisdiction: US\n" in text


def test_a_newer_revision_of_a_label_is_a_new_source_that_names_the_older(run: Run, kb: Path) -> None:
    older = kb / "sources" / "us-pi-exemplia.yaml"
    older.write_text(older.read_text() + "set_id: 54534aaa-0000-0000-0000-000000000001\n")
    address = "https://dailymed.nlm.nih.gov/dailymed/drugInfo.cfm?setid=54534aaa-0000-0000-0000-000000000001"
    result = run("new", "source", address, "--id", "us-pi-exemplia-2026", "--data", kb)
    assert result.exit_code == 0
    assert "us-pi-exemplia has the same set id" in result.output


def test_an_unknown_kind_and_a_folder_without_data_are_refused(run: Run, kb: Path, tmp_path: Path) -> None:
    assert (
        "no kind of source paper; use one of label,"
        in run("new", "source", "1234", "--kind", "paper", "--data", kb).output
    )
    assert "no folder drugs/ in it" in run("new", "drug", "walkmab", "--data", tmp_path).output


PIECES = ["https://", "www.", "doi:", "10.1234/", "abc", ".", "/", "?", "=", "%2F", "#", "pmid:", "123", "PMC12", "é", "[", "]", "@", " ", "doi.org", "ema.europa.eu", "/EPAR/", "example.com"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join) | st.text(max_size=30))
def test_any_text_names_a_document_with_a_valid_id_or_is_refused(text: str) -> None:
    try:
        document = named(text)
    except CrskbError:
        return
    assert document.id is None or (document.id and document.id == slugify(document.id))
    Source.model_validate({"title": "T", "kind": "web", "seen_on": "2026-01-02", **document.fields})
