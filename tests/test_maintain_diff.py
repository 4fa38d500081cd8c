"""`crskb diff`: each kind of change is told, from built files, folders and git revisions alike, as Markdown and as JSON."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from crskb.database.integrity import HASH_KEY, NOT_SEALED, seal
from crskb.maintain.diff import compare
from crskb.maintain.diff_markdown import escaped, markdown
from crskb.maintain.editions import Edition, edition
from tests.conftest import KB

Run = Callable[..., Result]
EXAMPLUMAB = "drugs/examplumab.yaml"
MOCKIZUMAB = "drugs/mockizumab.yaml"


@pytest.fixture(scope="module")
def old() -> Edition:
    return edition(str(KB), KB)


def edit(kb: Path, file: str, before: str, after: str) -> None:
    text = (kb / file).read_text()
    assert before in text, f"{before!r} is not in {file}"
    (kb / file).write_text(text.replace(before, after, 1))


# what is edited (file, text, replacement), the part of the comparison that tells it, values found in its first row, a line of the notes
TOLD: dict[str, tuple[list[tuple[str, str, str]], str, dict[str, Any], str]] = {
    "a tier that moves": (
        [(MOCKIZUMAB, "label_warning_crs: true, boxed_warning_crs: false", "boxed_warning_crs: true"), (MOCKIZUMAB, "risk: moderate", "risk: high")],
        "tiers_moved",
        {"drug": "mockizumab", "old": "moderate", "new": "high", "old_rank": 3, "new_rank": 2, "direction": "up"},
        "- **mockizumab** up: moderate → **high**",
    ),
    "a tier that is no longer known": (
        [(MOCKIZUMAB, "label_warning_crs: true, boxed_warning_crs: false", "boxed_warning_crs: false"), (MOCKIZUMAB, "risk: moderate", "risk: not_quantified"), (MOCKIZUMAB, "reviewed_on", "evidence: [{kind: case_report, statement: One., source: example-review}]\nreviewed_on")],
        "tiers_moved",
        {"drug": "mockizumab", "old": "moderate", "new": "not_quantified", "direction": None},
        "- **mockizumab**: moderate → **not quantified**",
    ),
    "a threshold": (
        [("vocabularies/relative_risk.yaml", "any_grade_low_pct_min: 1\n", "any_grade_low_pct_min: 2\n")],
        "thresholds_changed",
        {"tier": "moderate", "field": "any_grade_low_pct_min", "old": 1.0, "new": 2.0},
        "- tier moderate: `any_grade_low_pct_min` 1 → 2",
    ),
    "a figure": (
        [(EXAMPLUMAB, "n_any_grade: 119\n    pct_any_grade: 72.1", "n_any_grade: 117\n    pct_any_grade: 70.9")],
        "figures_changed",
        {"drug": "examplumab", "cohort": "EXAMPLE-1, recommended dose", "field": "n_any_grade", "old": 119, "new": 117},
        "- **examplumab**, EXAMPLE-1, recommended dose: `n_any_grade` 119 → 117; `pct_any_grade` 72.1 → 70.9",
    ),
    "the source of a figure": (
        [(EXAMPLUMAB, "prophylaxis: prophylactic placebolizumab\n    source: example-trial", "prophylaxis: prophylactic placebolizumab\n    source: example-review")],
        "figures_changed",
        {"field": "source_id", "old": "example-trial", "new": "example-review"},
        "- **examplumab**, EXAMPLE-1, all doses: `source_id` example-trial → example-review",
    ),
    "a cohort that goes": (
        [(EXAMPLUMAB, "  - cohort: EXAMPLE-1, all doses\n    study_design: prospective\n    trial: {name: EXAMPLE-1, nct: NCT00000001}\n    n_treated: 200\n    pct_any_grade: 70\n    prophylaxis: prophylactic placebolizumab\n    source: example-trial\n", "")],
        "cohorts_removed",
        {"drug_id": "examplumab", "cohort": "EXAMPLE-1, all doses"},
        "- removed: **examplumab**, EXAMPLE-1, all doses: prospective, 200 treated, any grade 70% (`example-trial`)",
    ),
    "a cohort that comes": (
        [("drugs/nebulumab.yaml", "reviewed_on", "crs_incidence: [{cohort: NEBULA, study_design: registry, n_treated: 9, n_any_grade: 1, source: example-trial}]\nreviewed_on")],
        "cohorts_added",
        {"name": "nebulumab", "cohort": "NEBULA"},
        "- added: **nebulumab**, NEBULA: registry, any grade 1 of 9 (`example-trial`)",
    ),
    "a cohort that is called otherwise": (
        [(EXAMPLUMAB, "cohort: EXAMPLE-1, recommended dose", "cohort: EXAMPLE-1, 0.1 mg/kg")],
        "cohorts_renamed",
        {"old": "EXAMPLE-1, recommended dose", "new": "EXAMPLE-1, 0.1 mg/kg"},
        "- renamed: **examplumab**, EXAMPLE-1, recommended dose → EXAMPLE-1, 0.1 mg/kg",
    ),
    "a headline that moves": (
        [(EXAMPLUMAB, "    headline: true\n", ""), (EXAMPLUMAB, "study_design: prospective\n    trial: {name: EXAMPLE-1, nct: NCT00000001}\n    n_treated: 200\n    pct_any_grade: 70\n    prophylaxis: prophylactic placebolizumab", "headline: true\n    study_design: prospective\n    n_treated: 200\n    pct_any_grade: 70")],
        "headlines_moved",
        {"old": "EXAMPLE-1, recommended dose", "new": "EXAMPLE-1, all doses"},
        "- **examplumab**: EXAMPLE-1, recommended dose → EXAMPLE-1, all doses",
    ),
    "a name that another drug takes": (
        [(EXAMPLUMAB, "  - {name: EX-101, kind: development_code}\n", ""), (MOCKIZUMAB, "brand_names:\n", "other_names: [{name: ex101, kind: abbreviation}]\nbrand_names:\n")],
        "names_taken",
        {"written": "EX-101", "owner": "examplumab", "now": ["mockizumab"]},
        "- **EX-101** (development code) taken from examplumab; it is now a name of mockizumab",
    ),
    "a name that goes": (
        [(MOCKIZUMAB, "brand_names:\n  - {name: Mockira, regions: [US]}\n", "")],
        "names_taken",
        {"written": "Mockira", "owner": "mockizumab", "now": [], "other_medicine": False},
        "- **Mockira** (brand) taken from mockizumab; it is now unknown",
    ),
    "a code that comes": (
        [(MOCKIZUMAB, "regulatory:", "identifiers: {rxcui: '77', sources: {rxcui: example-register}}\nregulatory:")],
        "names_added",
        {"written": "77", "kind": "rxcui code", "owner": "mockizumab", "before": []},
        "- 77 (rxcui code) added to mockizumab",
    ),
    "a name that was another medicine's": (
        [(MOCKIZUMAB, "{name: Mockira", "{name: Otherol, regions: [EU]}\n  - {name: Mockira")],
        "names_added",
        {"written": "Otherol", "before": ["another medicine"]},
        "- **Otherol** (brand) now leads to mockizumab; before: another medicine",
    ),
    "a region of a brand": (
        [(MOCKIZUMAB, "{name: Mockira, regions: [US]}", "{name: Mockira, regions: [US, EU]}")],
        "names_changed",
        {"written": "Mockira", "field": "region", "old": "US", "new": "US, EU"},
        "- Mockira of mockizumab: `region` US → US, EU",
    ),
    "a warning of a label": (
        [(EXAMPLUMAB, "label_warning_crs: true, rems: current", "label_warning_crs: false, rems: removed")],
        "regulatory_changed",
        {"drug": "examplumab", "region": "US", "field": "label_warning_crs", "old": 1, "new": 0},
        "- **examplumab**: US `label_warning_crs` yes → no; US `rems` current → removed",
    ),
    "an approval": (
        [(MOCKIZUMAB, "reviewed_on", "  - {region: EU, status: approved, date: 2026-01, source: example-register}\nreviewed_on"), (MOCKIZUMAB, "regulatory:\n  - {region: US", "regulatory:\n  - {region: US")],
        "regulatory_added",
        {"drug_id": "mockizumab", "region": "EU"},
        "- added: **mockizumab**, EU, approved, 2026-01 (`example-register`)",
    ),
    "the kind of a statement": (
        [("drugs/pseudoglobulin-rabbit.yaml", "kind: case_report", "kind: pharmacovigilance")],
        "evidence_changed",
        {"field": "kind", "old": "case_report", "new": "pharmacovigilance"},
        "- **pseudoglobulin (rabbit)**: `example-trial` `kind` case report → pharmacovigilance",
    ),
    "a statement": (
        [(MOCKIZUMAB, "reviewed_on", "evidence: [{kind: mechanism, statement: It might., source: example-review}]\nreviewed_on")],
        "evidence_added",
        {"statement": "It might."},
        "- added: **mockizumab**, mechanism: It might. (`example-review`)",
    ),
    "a measure that comes": (
        [(MOCKIZUMAB, "reviewed_on", "mitigation: [{region: US, measure: hospitalisation, hours: 48, detail: After each dose., source: example-review}]\nreviewed_on")],
        "order_added",
        {"table": "mitigations", "what": "hospitalisation", "hours": 48},
        "- added: **mockizumab**, US hospitalisation: 48 h; After each dose. (`example-review`)",
    ),
    "a measure that goes": (
        [(EXAMPLUMAB, "mitigation:\n  - {region: US, measure: step_up_dosing, detail: 0.1 then 1 mg/kg, source: us-pi-exemplia, locator: section 2.1}\n", "")],
        "order_removed",
        {"table": "mitigations", "what": "step_up_dosing"},
        "- removed: **examplumab**, US step up dosing: 0.1 then 1 mg/kg (`us-pi-exemplia`)",
    ),
    "a measure that is past": (
        [(EXAMPLUMAB, "0.1 then 1 mg/kg, source", "0.1 then 1 mg/kg, superseded_on: 2025-06, source")],
        "order_changed",
        {"table": "mitigations", "what": "step_up_dosing", "field": "superseded_on", "old": None, "new": "2025-06"},
        "- **examplumab**: US step up dosing (`us-pi-exemplia`) `superseded_on` absent → 2025-06",
    ),
    "a dose of the schedule": (
        [(EXAMPLUMAB, "mitigation:", "dose_schedule: [{region: US, step: step_up_1, dose: 1 mg, pct_crs: 42, source: us-pi-exemplia}]\nmitigation:")],
        "order_added",
        {"table": "dose_schedule", "what": "step_up_1"},
        "- added: **examplumab**, US step up 1: 1 mg, CRS in 42% (`us-pi-exemplia`)",
    ),
    "a label's word": (
        [("drugs/pseudoglobulin-rabbit.yaml", "frequency: uncommon", "frequency: rare, pooled_with: chills")],
        "order_changed",
        {"table": "label_frequency", "field": "frequency", "old": "uncommon", "new": "rare"},
        "- **pseudoglobulin (rabbit)**: EU rare (`example-register`) `frequency` uncommon → rare; EU rare (`example-register`) `pooled_with` absent → chills",
    ),
    "a source's date": (
        [("sources/us-pi-exemplia.yaml", "date: 2025-07", "date: 2026-01")],
        "sources_changed",
        {"source": "us-pi-exemplia", "field": "date", "old": "2025-07", "new": "2026-01"},
        "- changed: `us-pi-exemplia`: `date` 2025-07 → 2026-01",
    ),
    "a withdrawal": (
        [(MOCKIZUMAB, "reviewed_on", "withdrawn: {date: 2026-01-04, reason: An <b>error</b>.}\nreviewed_on")],
        "drugs_withdrawn",
        {"drug": "mockizumab", "on": "2026-01-04", "reason": "An <b>error</b>."},
        "- **mockizumab** withdrawn on 2026-01-04: An \\<b\\>error\\</b\\>.",
    ),
    "a fact of a drug": (
        [("drugs/nebulumab.yaml", "status: discontinued", "status: investigational")],
        "drug_facts_changed",
        {"drug": "nebulumab", "field": "status", "old": "discontinued", "new": "investigational"},
        "- **nebulumab**: `status` discontinued → investigational",
    ),
    "a text": (
        [(MOCKIZUMAB, "summary: Invented antibody;", "summary: Invented monoclonal;")],
        "reworded",
        {"drug": "mockizumab", "field": "summary"},
        "Texts, notes and locators changed in 1 place of 1 drug: mockizumab.",
    ),
    "a line for readers": (
        [("changes.yaml", "- {date: 2026-01-03", "- {date: 2026-01-04, drug: mockizumab, summary: Corrected.}\n- {date: 2026-01-03")],
        "told_to_readers",
        {"date": "2026-01-04", "drug": "mockizumab", "summary": "Corrected."},
        "- 2026-01-04, mockizumab: Corrected.",
    ),
    "rows of the clinical reference": (
        [("clinical/treatments.yaml", "n_response: 7, pct_response: 70", "n_response: 8, pct_response: 80")],
        "tables",
        {"table": "treatment_evidence", "old": 1, "new": 1, "added": 1, "removed": 1},
        "| `treatment_evidence` | 1 | 1 | 1 | 1 |",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_a_change_is_told_where_a_reviewer_looks_for_it(old: Edition, kb: Path, case: str) -> None:
    edits, part, values, line = TOLD[case]
    for file, before, after in edits:
        edit(kb, file, before, after)
    diff = compare(old, edition(str(kb), kb))
    assert diff.new.remarks == []
    row = asdict(diff)[part][0]  # as --format json prints it
    assert {key: row[key] for key in values} == values
    assert line in markdown(diff).splitlines()


def test_a_source_that_is_superseded_or_retracted_is_told_before_the_others(old: Edition, kb: Path) -> None:
    (kb / "sources" / "example-newer.yaml").write_text(
        "title: Newer\nkind: web\nurl: https://example.org/newer\nseen_on: 2026-01-02\n"
    )
    edit(kb, "sources/example-register.yaml", "seen_on", "superseded_by: example-newer\nseen_on")
    diff = compare(old, edition(str(kb), kb))
    assert [(row.source, row.new) for row in diff.sources_superseded] == [("example-register", "example-newer")]
    assert [row["id"] for row in diff.sources_added] == ["example-newer"]
    notes = markdown(diff)
    assert "- `example-register` superseded by example-newer: Register of invented names" in notes
    assert "> " in notes  # the checks that fail with it: its claims rest on a superseded source
    assert "example-register is superseded by" in diff.new.remarks[0]


def test_a_drug_that_comes_brings_its_rows_unlisted_and_one_that_goes_is_told(old: Edition, kb: Path) -> None:
    text = (kb / MOCKIZUMAB).read_text().replace("mockizumab", "freshumab").replace("Mockira", "Freshia")
    (kb / "drugs" / "freshumab.yaml").write_text(text)
    (kb / "drugs" / "nebulumab.yaml").unlink()
    diff = compare(old, edition(str(kb), kb))
    assert [row.drug for row in diff.drugs_added] == ["freshumab"]
    assert [row.drug for row in diff.drugs_removed] == ["nebulumab"]
    assert [diff.names_added, diff.regulatory_added, diff.evidence_removed] == [[], [], []]
    assert [row.written for row in diff.names_taken] == ["nebulumab"]
    notes = markdown(diff)
    assert "- **freshumab** (Freshia), 0 cohorts. Moderate: the warnings of a label name CRS (US)." in notes
    assert "- **nebulumab** removed without a trace; an entry should be withdrawn with its reason" in notes
    assert "6 drugs (before: 6)" in notes


def test_a_drug_under_a_new_id_is_the_same_drug(old: Edition, kb: Path) -> None:
    text = (kb / MOCKIZUMAB).read_text().replace("name: mockizumab", "name: mockizumab beta")
    (kb / "drugs" / "mockizumab-beta.yaml").write_text(text + "former_ids: [mockizumab]\n")
    (kb / MOCKIZUMAB).unlink()
    diff = compare(old, edition(str(kb), kb))
    assert [diff.drugs_added, diff.drugs_removed, diff.regulatory_added] == [[], [], []]
    assert [(row.field, row.new) for row in diff.drug_facts_changed] == [
        ("id", "mockizumab-beta"),
        ("name", "mockizumab beta"),
    ]
    assert [row.written for row in diff.names_taken] == ["mockizumab"]


def test_the_same_data_have_no_differences_however_they_are_given(run: Run, kb_db: Path, kb: Path) -> None:
    result = run("diff", kb_db, kb)
    assert result.exit_code == 0
    assert "Both hold the same data." in result.output
    answer = json.loads(run("diff", kb_db, kb, "--format", "json").output)
    assert {key for key, value in answer.items() if value} == {"old", "new"}
    assert (answer["old"]["drugs"], answer["old"]["label"]) == (6, "crskb.db")


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two revisions of a data folder, the second of which changes a figure."""
    data = Path(shutil.copytree(KB, tmp_path / "repository" / "inner" / "data"))
    git(tmp_path / "repository", "init", "-q", "-b", "main")
    git(tmp_path / "repository", "add", ".")
    git(tmp_path / "repository", "commit", "-q", "-m", "first")
    edit(data, EXAMPLUMAB, "pct_recurrent: 33.3", "pct_recurrent: 33.4")
    git(tmp_path / "repository", "commit", "-q", "-a", "-m", "second")
    return data


def test_revisions_are_compared_with_each_other_and_with_the_folder_as_it_stands(run: Run, repository: Path) -> None:
    before = sorted(repository.parents[1].rglob("*"))
    result = run("diff", "HEAD~1", "main", "--data", repository)
    assert result.exit_code == 0, result.output
    assert "`pct_recurrent` 33.3 → 33.4" in result.output
    assert result.output.startswith("## Data changes: HEAD\\~1 (")
    edit(repository, EXAMPLUMAB, "pct_recurrent: 33.4", "pct_recurrent: 33.5")
    assert "`pct_recurrent` 33.4 → 33.5" in run("diff", "main", "--data", repository).output
    assert sorted(repository.parents[1].rglob("*")) == before


@pytest.mark.parametrize(
    ("revision", "says"),
    [
        ("nowhere", "nowhere: no such file or revision"),
        ("--output=x", "No such option"),
        ("missing.db", "missing.db: no such file"),
        (".", "no folder drugs/ in it"),
    ],
)
def test_what_is_no_edition_is_refused(run: Run, repository: Path, revision: str, says: str) -> None:
    result = run("diff", revision, "--data", repository)
    assert result.exit_code in (1, 2)
    assert says in result.output
    assert run("diff", "--data", repository, "--", "-x").exit_code == 1


def test_a_folder_outside_git_has_no_revisions(run: Run, kb: Path) -> None:
    result = run("diff", "HEAD", "--data", kb)
    assert (result.exit_code, "is in no git repository" in result.output) == (1, True)


def test_a_revision_that_this_version_cannot_read_is_refused_with_its_first_problem(run: Run, repository: Path) -> None:
    edit(repository, MOCKIZUMAB, "status: approved", "status: fine")
    git(repository, "commit", "-q", "-a", "-m", "third")
    result = run("diff", "HEAD~1", "HEAD", "--data", repository)
    assert result.exit_code == 1
    assert "data/drugs/mockizumab.yaml:8:9: shape: status is 'fine'" in result.output


def test_a_file_of_another_version_is_compared_and_what_it_lacks_is_absent(
    run: Run, kb_db: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copy(kb_db, tmp_path / "other.db"))
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("ALTER TABLE drugs DROP COLUMN risk_basis")
        connection.execute("DROP TABLE label_frequency")
        connection.execute("PRAGMA user_version = 999")
        connection.execute("UPDATE build_info SET value = ? WHERE key = ?", (NOT_SEALED, HASH_KEY))
        connection.commit()
        connection.execute("VACUUM")
    seal(other)
    result = run("diff", other, kb_db, "--format", "json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert {
        "drug": "mockizumab",
        "name": "mockizumab",
        "field": "risk_basis",
        "old": None,
        "new": "label",
    } in told["drug_facts_changed"]
    assert [row["table"] for row in told["order_added"]] == ["label_frequency"] * 2


def test_a_file_that_was_changed_or_is_of_no_kind_is_refused(run: Run, kb_db: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(kb_db, tmp_path / "other.db"))
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA user_version = 999")
    result = run("diff", other, kb_db)
    assert (result.exit_code, "is damaged, or was changed after it was built" in result.output) == (1, True)
    (tmp_path / "text.db").write_text("no database")
    assert "is not a crskb database" in run("diff", tmp_path / "text.db", kb_db).output


def test_a_file_with_a_table_that_cannot_be_read_is_refused(
    run: Run, kb_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path(shutil.copy(kb_db, tmp_path / "other.db"))
    with sqlite3.connect(other) as connection:
        connection.execute("DROP TABLE changes")
        connection.execute("CREATE TABLE changes (id INTEGER PRIMARY KEY) WITHOUT ROWID")
    connection.close()
    result = run("diff", other, kb_db)
    assert (result.exit_code, result.stderr.startswith(f"Error: {other}: ")) == (1, True)
    # and the same if the file as a whole is taken for one of ours
    monkeypatch.setattr("crskb.maintain.editions.open_readonly", lambda db, **_: sqlite3.connect(db))
    result = run("diff", other, kb_db)
    assert (result.exit_code, f"Error: {other}: cannot be read: no such column: rowid" in result.stderr) == (1, True)


@pytest.mark.parametrize(("letters", "says"), [(100_000, "has 100,000 characters"), (300, "no such file or revision")])
def test_a_name_that_no_file_can_have_is_refused(run: Run, repository: Path, letters: int, says: str) -> None:
    result = run("diff", "x" * letters, "--data", repository)
    assert (result.exit_code, says in result.stderr) == (1, True)
    assert len(result.stderr) < 600
    result = run("diff", "HEAD", "--data", "x" * 300)
    assert (result.exit_code, "no such file" in result.stderr) == (1, True)


def test_an_unknown_format_is_wrong_usage(run: Run, kb_db: Path) -> None:
    assert run("diff", kb_db, kb_db, "--format", "html").exit_code == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a*b_c [x](y) <b> `d` | e ~f~ $g$ &amp;", r"a\*b\_c \[x\](y) \<b\> \`d\` \| e \~f\~ \$g\$ \&amp;"),
        ("two\n\n# lines", "two # lines"),
        ("see @octocat and #12", "see @\u200boctocat and #\u200b12"),
        ("http://evil.example www.evil.example", r"http\://evil.example www\.evil.example"),
    ],
)
def test_text_from_the_data_is_text_in_markdown(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_long_lists_are_folded_away(old: Edition) -> None:
    diff = compare(old, old)
    diff.sources_added = [{"id": f"s-{number}", "kind": "web", "title": "T"} for number in range(30)]
    assert "<details><summary>30 sources added</summary>" in markdown(diff)


@pytest.mark.parametrize("table", ["drugs", "crs_incidence", "regulatory", "evidence", "sources"])
def test_a_column_that_the_comparison_does_not_know_is_told_too(old: Edition, table: str) -> None:
    rows = [{**row, "colour": "blue"} for row in old.tables[table]]
    new = replace(old, tables={**old.tables, table: [{**rows[0], "colour": "red"}, *rows[1:]]})
    told = markdown(compare(replace(old, tables={**old.tables, table: rows}), new))
    assert "`colour` blue → red" in told
