"""`crskb validate --fix`: it moves text, keeps every comment and value, and is done after one run."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from crskb.knowledge.cohort import Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.source import Source
from crskb.knowledge.yamlfile import parse_yaml
from crskb.maintain.layout import key_order, record_of
from crskb.maintain.mend import mend
from crskb.maintain.new import template
from tests.conftest import DATA, KB

Run = Callable[..., Result]
SCHEMA = "../schema/drug.json"
FIRST = f"# yaml-language-server: $schema={SCHEMA}\n"

# what is mended, before, after
MENDED = {
    "keys of the file": ("drug_class: b\nname: a\n", "name: a\ndrug_class: b\n"),
    "a key takes the comment above it along": (
        "# of the class\ndrug_class: b\n# of the name\nname: a  # beside\n",
        "# of the name\nname: a  # beside\n# of the class\ndrug_class: b\n",
    ),
    "keys of a list's row, the first among them": (
        "crs_incidence:\n  # of the row\n  - source: s\n    # of the cohort\n    cohort: c\n    trial: {nct: NCT1, name: T}\n",
        "crs_incidence:\n  # of the row\n  # of the cohort\n  - cohort: c\n    trial: {name: T, nct: NCT1}\n    source: s\n",
    ),
    "keys within braces": (
        'evidence:\n  - {source: s, statement: "a, b: {c}", kind: k}\n',
        'evidence:\n  - {kind: k, statement: "a, b: {c}", source: s}\n',
    ),
    "keys within braces over several lines": (
        "evidence:\n  - {source: s,\n     kind: k}\n",
        "evidence:\n  - {kind: k,\n     source: s}\n",
    ),
    "a short list of words": ("targets:\n  - CD3\n  - BCMA\n", "targets: [CD3, BCMA]\n"),
    "a list in brackets": ("targets: [ CD3,BCMA ]\n", "targets: [CD3, BCMA]\n"),
    "trailing spaces": ("name: a  \nsummary: b\t\n", "name: a\nsummary: b\n"),
    "line ends": ("name: a\r\nsummary: b\r\n", "name: a\nsummary: b\n"),
    "no line end at the end": ("name: a", "name: a\n"),
    "empty lines at the end": ("name: a\n\n\n", "name: a\n"),
    "a mark of byte order": ("\ufeffname: a\n", "name: a\n"),
}

# what is left as it is
LEFT = {
    "a literal text with spaces at its ends": "name: a\nsummary: |\n  b  \n  c\n",
    "sentences in a list": "indications:\n  - one thing\n  - another\n",
    "a list with a comment": "targets:\n  - CD3  # why\n  - BCMA\n",
    "a list too long for a line": "targets:\n" + "".join(f"  - {'x' * 20}{number}\n" for number in range(6)),
    "an unknown key": "zebra: a\nsummary: b\nname: c\n",
    "a comment within braces": "evidence:\n  - {source: s, # why\n     kind: k}\n",
    "quotes and escapes": "name: \"a\\u00e9\"\nsummary: 'it''s'\n",
    "a file that cannot be read": "name: NO\nname: b  \n",
    "an alias": "summary: &a b  \nname: *a\n",
}


@pytest.mark.parametrize("case", MENDED)
def test_what_needs_no_judgement_is_mended(case: str) -> None:
    before, after = MENDED[case]
    text, changes = mend(before, Drug, SCHEMA)
    assert text == FIRST + after
    assert changes
    assert mend(text, Drug, SCHEMA) == (text, [])


@pytest.mark.parametrize("case", LEFT)
def test_what_needs_judgement_is_left(case: str) -> None:
    text = FIRST + LEFT[case]
    assert mend(text, Drug, SCHEMA) == (text, [])


def test_a_wrong_schema_line_is_corrected_and_other_comments_at_the_top_stay() -> None:
    text, changes = mend("# who wrote this\n# yaml-language-server: $schema=x.json\nname: a\n", Drug, SCHEMA)
    assert text == FIRST + "# who wrote this\nname: a\n"
    assert changes == ["$schema line put first"]


def test_what_bears_a_claim_comes_last_in_its_row() -> None:
    assert key_order(Incidence)[0] == "cohort"
    assert key_order(Incidence)[-3:] == ["source", "locator", "also_in"]
    assert key_order(Source) == list(Source.model_fields)


def _shuffled(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        keys = rng.sample(list(value), len(value))
        return {key: _shuffled(value[key], rng) for key in keys}
    return [_shuffled(item, rng) for item in value] if isinstance(value, list) else value


def _written(value: Any, rng: random.Random) -> str:
    """`value` as YAML with comments between the lines, some spaces behind them, and braces here and there."""
    text = yaml.safe_dump(
        value, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=rng.choice([False, None])
    )
    lines = []
    for number, line in enumerate(text.splitlines()):
        if rng.random() < 0.3:
            lines.append(f"{' ' * (len(line) - len(line.lstrip()))}# remark {number}")
        lines.append(line + " " * rng.choice([0, 0, 0, 2]))
    return "\n".join(lines)


def _ordered(value: Any, model: Any) -> bool:
    if isinstance(value, list):
        return all(_ordered(item, model) for item in value)
    if not isinstance(value, dict) or model is None:
        return True
    keys = [key for key in key_order(model) if key in value]
    return keys == list(value) and all(
        _ordered(value[key], record_of(model.model_fields[key].annotation)) for key in keys
    )


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted((KB / "drugs").glob("*.yaml")) + sorted((DATA / "drugs").glob("ta*.yaml"))),
    st.integers(0, 10**9),
)
def test_values_and_comments_are_the_same_after_mending_and_keys_are_in_order(file: Path, seed: int) -> None:
    rng = random.Random(seed)
    value = parse_yaml(file.read_text(), file.name).value
    text = _written(_shuffled(value, rng), rng)
    mended, _ = mend(text, Drug, SCHEMA)
    after = parse_yaml(mended, file.name)
    assert json.dumps(after.value, sort_keys=True, default=repr) == json.dumps(value, sort_keys=True, default=repr)
    assert _ordered(after.value, Drug)
    remarks = [
        Counter(line.strip() for line in whole.splitlines() if line.strip().startswith("#"))
        for whole in (FIRST + text, mended)
    ]
    assert remarks[0] == remarks[1]
    assert mend(mended, Drug, SCHEMA) == (mended, [])


PIECES = ["name", "source", "cohort", "crs_incidence", "targets", ": ", ":", "\n", "\n  ", "\n  - ", "- ", "{", "}", "[", "]", ", ", " # c", "\n# d\n", "? ", "'a'", "|", "\n    x", "1", "\t", "\r\n", "\u2028", "&a", "*a"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=18).map("".join), st.booleans())
def test_whatever_the_file_holds_it_says_the_same_after_mending(text: str, after_a_row: bool) -> None:
    text = ("crs_incidence:\n  - source: s\n    cohort: c\n" if after_a_row else "") + text
    mended, changes = mend(text, Drug, SCHEMA)
    before, after = parse_yaml(text, ""), parse_yaml(mended, "")
    assert json.dumps(after.value, sort_keys=True, default=repr) == json.dumps(
        before.value, sort_keys=True, default=repr
    )
    assert mend(mended, Drug, SCHEMA) == (mended, [])
    assert changes or mended == text


def test_the_command_says_what_it_mended_and_a_second_run_changes_no_byte(run: Run, kb: Path) -> None:
    drug, source = kb / "drugs" / "nebulumab.yaml", kb / "sources" / "example-trial.yaml"
    drug.write_text(drug.read_text().replace("name: nebulumab\n", "") + "name: nebulumab  \n")
    drug.chmod(0o640)
    first = run("validate", "--data", kb, "--fix")
    assert first.exit_code == 0
    assert (
        "kb/drugs/nebulumab.yaml: mended: trailing spaces removed, $schema line put first, keys put in order"
        in first.output
    )
    assert drug.read_text().splitlines()[1] == "name: nebulumab"
    assert drug.stat().st_mode & 0o777 == 0o640
    assert source.read_text().startswith("# yaml-language-server: $schema=../schema/source.json\n")
    files = {file: file.read_bytes() for file in kb.rglob("*") if file.is_file()}
    second = run("validate", "--data", kb, "--fix")
    assert "mended" not in second.output
    assert {file: file.read_bytes() for file in kb.rglob("*") if file.is_file()} == files


def test_nothing_is_mended_through_a_link_that_somebody_put_beside_a_file(run: Run, kb: Path, tmp_path: Path) -> None:
    (other := tmp_path / "other.txt").write_text("mine")
    (kb / "drugs" / ".nebulumab.yaml.mending").symlink_to(other)
    drug = kb / "drugs" / "nebulumab.yaml"
    drug.write_text(drug.read_text() + "\n\n")
    assert "nebulumab.yaml: mended" in run("validate", "--data", kb, "--fix").output
    assert other.read_text() == "mine"
    assert not drug.is_symlink()


def test_what_the_template_says_goes_once_the_file_is_filled_in_and_other_comments_stay() -> None:
    begun = template("source")
    assert mend(begun, Source, "../schema/source.json") == (begun, [])
    filled = (
        begun.replace("title:", "# mine\ntitle: A\n# also: mine")
        .replace("kind:", "kind: web  # beside")
        .replace("seen_on:", "seen_on: 2026-01-02")
    )
    text, changes = mend(filled, Source, "../schema/source.json")
    assert changes == ["comments of the template taken out"]
    assert text == (
        "# yaml-language-server: $schema=../schema/source.json\n"
        "# mine\ntitle: A\n# also: mine\nkind: web  # beside\nseen_on: 2026-01-02\n"
    )


def test_without_the_option_nothing_is_written(run: Run, kb: Path) -> None:
    files = {file: file.read_bytes() for file in kb.rglob("*") if file.is_file()}
    run("validate", "--data", kb)
    assert {file: file.read_bytes() for file in kb.rglob("*") if file.is_file()} == files


def test_the_real_data_are_in_order_and_say_the_same_after_mending(run: Run, tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))

    def values() -> dict[Path, str]:
        return {
            file: json.dumps(parse_yaml(file.read_text(), "").value, sort_keys=True) for file in data.rglob("*.yaml")
        }

    before = values()
    said = run("validate", "--data", data, "--fix").output
    assert values() == before
    assert "mended" not in said, "run `crskb validate --fix`"


def test_problems_come_as_json_with_counts_and_what_was_mended(run: Run, kb: Path) -> None:
    file = kb / "drugs" / "nebulumab.yaml"
    file.write_text(file.read_text().replace("status: discontinued", "status: dormant"))
    result = run("validate", "--data", kb, "--fix", "--format", "json")
    answer = json.loads(result.output)
    assert result.exit_code == 1
    assert (answer["errors"], answer["warnings"], answer["drugs"]) == (1, 0, 5)
    assert answer["problems"][0] | {"message": "", "tip": ""} == {
        "path": "kb/drugs/nebulumab.yaml",
        "line": 8,
        "column": 9,
        "check": "shape",
        "level": "error",
        "message": "",
        "tip": "",
    }
    assert "kb/sources/example-trial.yaml" in answer["mended"]


def test_on_github_each_problem_annotates_its_line_with_the_text_escaped(
    run: Run, kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = kb / "drugs" / "nebulumab.yaml"
    file.write_text(file.read_text().replace("status: discontinued", 'status: "100%, a\\nb"'))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    lines = run("validate", "--data", kb).output.splitlines()
    annotation = next(line for line in lines if line.startswith("::"))
    assert annotation.startswith(
        "::error file=kb/drugs/nebulumab.yaml,line=7,col=9,title=shape::status is '100%25, a\\nb'"
    )
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert "::error" not in run("validate", "--data", kb).output
