"""Every check: the invented knowledge base passes it, and one edit fails it at a known place, with the value seen and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from crskb.knowledge.checks import CHECKS, check, name_of
from crskb.knowledge.load import load
from tests.conftest import KB

EXAMPLUMAB = "drugs/examplumab.yaml"
TRIAL = "sources/example-trial.yaml"
TIERS = "vocabularies/relative_risk.yaml"

# (check, file, text to replace, replacement, where the problem points, what the message says);
# the place is a bit of the edited file with | before the character that the problem points at, after FILE:: if it is another file
FAILING = [
    ("file-name-is-slug", EXAMPLUMAB, "name: examplumab\n", "name: otherumab\n", "name: |otherumab", "otherumab stands in examplumab.yaml"),
    ("ids-never-reused", EXAMPLUMAB, "[exemplumab-old]", "[nebulumab]", "former_ids: [|nebulumab", "nebulumab is an id of nebulumab"),
    ("dates-not-in-future", EXAMPLUMAB, "reviewed_on: 2026-01-02", "reviewed_on: 2999-01-01", "reviewed_on: |2999", "2999-01-01 lies in the future"),
    ("dates-not-in-future", TRIAL, "date: 2024-05", "date: 2999", "date: |2999", "2999 lies in the future"),
    ("approved-drugs-have-regulatory-rows", "drugs/nebulumab.yaml", "status: discontinued", "status: approved", "status: |approved", "no approval stands under regulatory"),
    ("modality-agrees-with-flag", "drugs/nebulumab.yaml", "t_cell_engaging: false", "t_cell_engaging: true", "t_cell_engaging: |true", "true, but the modality is monoclonal_antibody"),
    ("vocabularies-complete", TIERS, "rank: 5", "rank: 6", "rank: |6", "rank 6 where 5 is due"),
    ("vocabularies-complete", TIERS, "otherwise: true", "otherwise: false", "- |id: not_quantified", "does not apply to whatever is left"),
    ("sources-exist", EXAMPLUMAB, "    source: example-trial\n    locator: abstract", "    source: example-trail\n    locator: abstract", "source: |example-trail", "no source example-trail"),
    ("sources-usable", TRIAL, "date: 2024-05", "date: 2024-05\nretracted: 2025-01-01", "drugs/examplumab.yaml::source: |example-trial", "example-trial is retracted"),
    ("sources-usable", TRIAL, "date: 2024-05", "date: 2024-05\nsuperseded_by: ghost", "superseded_by: |ghost", "no source ghost"),
    ("sources-used", TRIAL, None, "sources/example-unused.yaml", "sources/example-unused.yaml::|title", "nothing cites example-unused"),
    ("sources-unique", "sources/example-review.yaml", "url: https://example.org/review", "pmid: 1", "sources/example-trial.yaml::pmid: |", "1 is the pmid of"),
    ("sources-linked", "sources/example-register.yaml", "url: https://example.org/register\n", "", "|title", "nothing leads to the document"),
    ("sources-linked", "sources/example-register.yaml", "example.org", "10.0.0.1", "url: |http", "is no lasting address"),
    ("terms-exist", EXAMPLUMAB, "drug_class: engager", "drug_class: engagers", "drug_class: |engagers", "no drug_class engagers"),
    ("terms-exist", EXAMPLUMAB, "grading_scale: astct-2019", "grading_scale: astct-2109", "grading_scale: |astct-2109", "no grading_scale astct-2109"),
    ("terms-exist", EXAMPLUMAB, "{kind: review_listing", "{kind: hearsay", "kind: |hearsay", "no evidence_kind hearsay"),
    ("terms-exist", EXAMPLUMAB, "regions: [US, EU]", "regions: [US, QQ]", "US, |QQ", "no region QQ"),
    ("terms-exist", "changes.yaml", "drug: fictocabtagene-imaginaleucel", "drug: ghostumab", "drug: |ghostumab", "no drug ghostumab"),
    ("names-unique", "drugs/mockizumab.yaml", "{name: Mockira", "{name: ÉX 101", "name: |ÉX", "'ÉX 101' is a name of examplumab too"),
    ("names-unique", EXAMPLUMAB, "{name: EX-101", "{name: mockira", "name: |mockira", "'mockira' is a name of mockizumab too"),
    ("names-unique", "drugs/mockizumab.yaml", "{name: Mockira", "{name: CALMRA", "clinical/treatments.yaml::name: |Calmra", "'Calmra' is a name of mockizumab too"),
    ("names-unique", "drugs/mockizumab.yaml", "{name: Mockira", "{name: Mockizumab", "name: |Mockizumab", "stands here twice"),
    ("names-unique", "drugs/mockizumab.yaml", "{name: Mockira", '{name: "--"', "name: |\"--", "has no letter or digit"),
    ("names-unique", "drugs/pseudoglobulin-rabbit.yaml", "{name: PSG, kind: abbreviation, shared: true}", "{name: PSG, kind: abbreviation}", "name: |PSG", "'PSG' is a name of pseudoglobulin (equine) too"),
    ("names-unique", "drugs/mockizumab.yaml", "regions: [US]}", "regions: [US], shared: true}", "name: |Mockira", "is shared with no other drug"),
    ("names-apart", "drugs/mockizumab.yaml", "{name: Mockira", "{name: Exempla", "drugs/mockizumab.yaml::name: |Exempla", "is one letter from"),
    ("identifiers-sourced", EXAMPLUMAB, "unii: example-register}", "ncit: example-register}", "unii: |EX0", "the unii code names no source"),
    ("identifiers-sourced", EXAMPLUMAB, "  unii: EX0MP1LUM0\n", "", "unii: |example-register", "a source for unii, but no such code"),
    ("counts-within-treated", EXAMPLUMAB, "n_any_grade: 119", "n_any_grade: 166", "n_any_grade: |166", "166 of 165 treated"),
    ("counts-within-treated", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 120\n", "n_grade3plus: |120", "120, but only 119 had CRS of any grade"),
    ("percentages-agree", EXAMPLUMAB, "pct_any_grade: 72.1", "pct_any_grade: 71.2", "pct_any_grade: |71.2", "71.2%, but 119 of 165 is 72.1%"),
    ("grades-add-up", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 1\n    n_grade1_2: 117\n", "n_any_grade: |119", "119, but grades 1 to 2 and 3 or higher make 118"),
    ("grades-add-up", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 1\n    n_fatal: 2\n", "n_fatal: |2", "2 above grade 3 or higher (1)"),
    ("spans-ordered", EXAMPLUMAB, "[1, 6]", "[6, 1]", "onset_range_days: |[6", "6 to 1"),
    ("spans-ordered", EXAMPLUMAB, "onset_median_days: 2", "onset_median_days: 9", "onset_median_days: |9", "median 9 outside 1 to 6"),
    ("cohorts-unique", EXAMPLUMAB, "cohort: EXAMPLE-1, all doses", "cohort: EXAMPLE-1, recommended dose", "source: example-trial\n    locator: abstract\n    also_in: [us-pi-exemplia]\n  - cohort: |EXAMPLE", "again"),
    ("cohorts-unique", EXAMPLUMAB, "prophylaxis: prophylactic", "counted_in: EXAMPLE-9\n    prophylaxis: prophylactic", "counted_in: |EXAMPLE-9", "no other cohort 'EXAMPLE-9'"),
    ("patients-counted-once", EXAMPLUMAB, "n_treated: 200", "n_treated: 165", "nct: NCT00000001}\n    n_treated: |165", "165 treated looks like cohort 'EXAMPLE-1, recommended dose'"),
    ("one-headline", EXAMPLUMAB, "    study_design: prospective\n    trial: {name: EXAMPLE-1, nct: NCT00000001}\n    n_treated: 200", "    study_design: prospective\n    headline: true\n    n_treated: 200", "headline: |true\n    n_treated", "a second headline"),
    ("one-headline", EXAMPLUMAB, "    headline: true\n", "", "- |cohort: EXAMPLE-1, recommended", "no row is the headline"),
    ("headline-suits", EXAMPLUMAB, "    study_design: prospective\n    trial: {name: EXAMPLE-1, nct: NCT00000001}\n    population", "    study_design: registry\n    population", "headline: |true", "a registry cohort cannot be the headline"),
    ("headline-suits", "drugs/fictocabtagene-imaginaleucel.yaml", ", n_any_grade: 45, pct_any_grade: 90, n_grade3plus: 10, pct_grade3plus: 20", "", "headline: |true", "the headline has no rate"),
    ("relative-risk-agrees", EXAMPLUMAB, "relative_risk: highest", "relative_risk: low", "relative_risk: |low", "low, but the rule makes it highest"),
    ("drugs-linked-with-crs", "drugs/nebulumab.yaml", "evidence:\n  - {kind: review_listing, statement: Listed as a cause of CRS., source: example-review}\n", "", "name: |nebulumab", "no row links nebulumab with CRS"),
]  # fmt: skip


def edit(kb: Path, file: str, old: str | None, new: str) -> None:
    if old is None:
        text = (kb / file).read_text().replace("example.trial", "example.unused").replace('pmid: "1"', 'pmid: "2"')
        (kb / new).write_text(text)
        return
    text = (kb / file).read_text()
    assert old in text, f"{old!r} is not in {file}"
    (kb / file).write_text(text.replace(old, new, 1))


def pointed_at(kb: Path, file: str, place: str) -> tuple[str, int, int]:
    """File, line and column of the | in `place`."""
    file, text = place.split("::") if "::" in place else (file, place)
    content = (kb / file).read_text()
    before = content[: content.index(text.replace("|", "")) + text.index("|")]
    return file, before.count("\n") + 1, len(before) - before.rfind("\n")


def test_the_invented_knowledge_base_passes_every_check() -> None:
    assert [str(problem) for problem in check(load(KB))] == []


@pytest.mark.parametrize(("name", "file", "old", "new", "place", "says"), FAILING)
def test_a_check_fails_at_its_place_with_the_value_and_a_remedy(
    kb: Path, name: str, file: str, old: str | None, new: str, place: str, says: str
) -> None:
    edit(kb, file, old, new)
    found = [problem for problem in check(load(kb)) if problem.check == name]
    assert found, [str(problem) for problem in check(load(kb))]
    expected = pointed_at(kb, file, place)
    assert any(
        (problem.path.removeprefix("kb/"), problem.line, problem.column) == expected and says in problem.message
        for problem in found
    ), [expected, *map(str, found)]
    assert all(problem.tip for problem in found)


def test_a_code_of_another_drug_is_refused(kb: Path) -> None:
    file = kb / "drugs" / "mockizumab.yaml"
    file.write_text(
        file.read_text().replace(
            "regulatory:", 'identifiers: {rxcui: "9999901", sources: {rxcui: example-register}}\nregulatory:'
        )
    )
    problems = [problem for problem in check(load(kb)) if problem.check == "identifiers-unique"]
    assert [(problem.line, problem.column, problem.message) for problem in problems] == [
        (11, 22, "9999901 is the rxcui of examplumab too")
    ]


def test_every_check_has_a_failing_sample_and_says_what_it_holds() -> None:
    assert {name_of(function) for function in CHECKS} - {case[0] for case in FAILING} == {
        "identifiers-unique"
    }  # has a test of its own above
    assert all(function.__doc__ for function in CHECKS)


def test_printed_figures_that_do_not_fit_are_kept_where_a_note_says_so(kb: Path) -> None:
    edit(kb, EXAMPLUMAB, "pct_any_grade: 72.1", "pct_any_grade: 71.2\n    arithmetic_note: printed so")
    assert [problem.check for problem in check(load(kb))] == []


def test_all_problems_of_all_files_come_at_once_in_order(kb: Path) -> None:
    edit(kb, EXAMPLUMAB, "drug_class: engager", "drug_class: engagers")
    edit(kb, EXAMPLUMAB, "n_any_grade: 119", "n_any_grade: 166")
    edit(kb, "drugs/nebulumab.yaml", "status: discontinued", "status: dormant")
    problems = check(load(kb))
    assert [problem.path.rsplit("/", 1)[1] for problem in problems] == sorted(
        problem.path.rsplit("/", 1)[1] for problem in problems
    )
    assert {problem.check for problem in problems} >= {"shape", "terms-exist", "counts-within-treated"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("grading_scale: astct-2019", "grading_scale: ASTCT 2019", "crs_incidence.0.grading_scale is 'ASTCT 2019' (write an id of vocabularies/grading_scale.yaml)"),
        ("    source: example-trial\n    locator", "    source: Example Trial\n    locator", "is 'Example Trial' (write an id: lower-case words joined by hyphens)"),
    ],
)  # fmt: skip
def test_an_id_that_is_none_is_refused_with_the_place_of_its_vocabulary(
    kb: Path, old: str, new: str, says: str
) -> None:
    edit(kb, EXAMPLUMAB, old, new)
    assert any(says in str(problem) for problem in check(load(kb)))


def test_a_drug_file_whose_ending_no_command_reads_is_refused_and_not_passed_over(kb: Path) -> None:
    (kb / "drugs" / "mockizumab.yaml").rename(kb / "drugs" / "mockizumab.YAML")
    assert "kb/drugs/mockizumab.YAML:1:1: stray-file" in "\n".join(map(str, check(load(kb))))


def test_the_list_of_other_medicines_cannot_go_missing_in_silence(kb: Path) -> None:
    (kb / "other_medicine_names.csv").unlink()
    assert [problem.check for problem in check(load(kb))] == ["other-names"]
    (kb / "other_medicine_names.csv").mkdir()
    assert [problem.check for problem in check(load(kb))] == ["other-names"]
