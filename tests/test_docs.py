"""The documentation says what the code does: commands, files, checks, words, addresses, tables, and the walk of a first contributor."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import Result
from cogapp import Cog

from crskb.knowledge.checks import CHECKS
from crskb.knowledge.fields import SourceKind
from crskb.web.api.openapi import openapi
from crskb.web.server import SETTINGS
from crskb.words import STATUSES
from docs import code_blocks
from tests.conftest import DATA, ROOT

Run = Callable[..., Result]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ALL = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "[[[cog" in page.read_text(encoding="utf-8")], ids=lambda page: page.name
)
def test_generated_parts_are_up_to_date(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    code = Cog().main(["cog", "--check", "--diff", "-I", str(ROOT), str(page)])
    assert code == 0, f"run `make docs`\n{capsys.readouterr().out}"


def test_schemas_are_up_to_date(run: Run) -> None:
    result = run("schema", "--check", "--data", DATA)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("path", "command"),
    list(code_blocks.commands()),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_command_and_option_says_what_it_does(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    assert f"## crskb {' '.join(path)}\n" in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.name} of crskb {' '.join(path)}"


def test_every_command_that_the_documents_name_exists() -> None:
    known = {" ".join(path) for path, _ in code_blocks.commands()}
    named = set(re.findall(r"`crskb ((?:new )?[a-z]+)\b", ALL))
    assert named - known == set()


def test_every_check_is_in_the_table_with_its_rule() -> None:
    table = code_blocks.checks()
    assert table in (ROOT / "docs" / "data-rules.md").read_text(encoding="utf-8")
    assert len(table.splitlines()) == len(CHECKS) + 2
    assert all(check.__doc__ and check.__doc__.strip() for check in CHECKS)


def test_every_field_of_every_file_has_a_meaning_in_the_table_of_its_own_record() -> None:
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    _, *parts = re.split(r"^##+ (.+)$", page, flags=re.MULTILINE)
    tables = dict(zip(parts[::2], parts[1::2], strict=True))
    assert len(tables) == len(parts) // 2
    told = set()
    for place, model in code_blocks.records().items():
        assert place in tables
        for record in code_blocks._within(model):
            if record in told:  # a record of two files has its table in the first
                continue
            told.add(record)
            table = tables[place if record is model else code_blocks._title(record)]
            named = re.findall(r"^\| `(\w+)`.* \| .+ \| (.+) \|$", table, flags=re.MULTILINE)
            assert sorted(key for key, _ in named) == sorted(record.model_fields), record.__name__
            assert all(about.description for about in record.model_fields.values()), record.__name__


def test_words_of_sources_statuses_and_settings_are_documented() -> None:
    terms = {
        term["id"] for term in yaml.safe_load((DATA / "vocabularies" / "source_kind.yaml").read_text(encoding="utf-8"))
    }
    assert terms == {str(kind) for kind in SourceKind}
    for word in [*terms, *STATUSES, *SETTINGS]:
        assert f"`{word}`" in ALL


def test_every_address_of_the_site_is_documented() -> None:
    assert [path for path in code_blocks.paths() if f"`{path}`" not in ALL] == []
    api = openapi("/api/v1")
    assert [path for path in api["paths"] if f"`{path}`" not in ALL] == []


def tables_of(db: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(db)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        shown = [name for name in names if not name.startswith(("sqlite_", "drug_search"))]
        return {name: [column[1] for column in connection.execute(f"PRAGMA table_info({name})")] for name in shown}


def test_every_table_and_column_is_described_and_nothing_else(kb_db: Path) -> None:
    described: dict[str, Any] = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))["databases"][
        "crskb"
    ]["tables"]
    described = {name: about for name, about in described.items() if not name.startswith("drug_search")}
    tables = tables_of(kb_db)
    assert sorted(described) == sorted(tables)
    for name, columns in tables.items():
        assert described[name]["description"]
        assert sorted(described[name].get("columns", {})) == sorted(columns), name
        assert all(str(text).strip() for text in described[name]["columns"].values())


def prose(page: Path) -> str:
    return re.sub(r"(?s)```.*?```", "", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    headings = [line.lstrip("# ").lower() for line in prose(page).splitlines() if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def test_links_within_the_documents_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
            if "://" in target or target.startswith("mailto:"):
                continue
            file, _, anchor = target.partition("#")
            there = page.parent / file if file else page
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_the_readme_names_every_room_of_the_code_and_every_page_of_the_documentation() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rooms = {folder.parent.name for folder in (ROOT / "crskb").glob("*/__init__.py")} - {"packaged"}
    assert {room for room in rooms if not re.search(rf"^      {room}/  +\w", readme, re.MULTILINE)} == set()
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"](docs/{page.name})" not in readme] == []


def test_the_first_two_pages_stay_short() -> None:
    for page, most in (("README.md", 150), ("CONTRIBUTING.md", 180)):
        assert len((ROOT / page).read_text(encoding="utf-8").splitlines()) < most


def test_the_walk_of_a_first_contributor_works_as_it_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    walk = CONTRIBUTING.split("## Add a drug, step by step")[1].split("\n## ")[0]
    commands = [line for block in re.findall(r"(?s)```sh\n(.*?)```", walk) for line in block.splitlines()]
    assert len(commands) == 3
    for command in commands:
        result = run(*shlex.split(command)[1:])
        assert result.exit_code == 0, result.output
    files = re.findall(r"(?s)`data/((?:drugs|sources)/[\w-]+\.yaml)`:\n\n```yaml\n(.*?)```", walk)
    assert len(files) == 3
    for file, text in files:
        assert (data / file).exists(), "the commands write the files that are then filled in"
        (data / file).write_text(text, encoding="utf-8")
    first = run("validate")
    assert (
        "data/drugs/walkthroughmab.yaml:9:16: relative-risk-agrees: not_quantified, but the rule makes it moderate"
        in first.output
    )
    drug = data / "drugs" / "walkthroughmab.yaml"
    drug.write_text(
        drug.read_text(encoding="utf-8").replace("relative_risk: not_quantified", "relative_risk: moderate"),
        encoding="utf-8",
    )
    changes = re.findall(r"(?s)```yaml\n(- \{date.*?)```", walk)[0]
    with (data / "changes.yaml").open("a", encoding="utf-8") as file:
        file.write(changes)
    last = run("validate")
    assert last.exit_code == 0, last.output
    assert "walkthroughmab" not in last.output
    assert "- **walkthroughmab** (Walkia), 2 cohorts. Moderate:" in run("diff", DATA).output
