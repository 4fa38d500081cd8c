"""`crskb screen` where one name means drugs of two tiers, and where a text stands in many rows of one batch."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.conftest import _built

Run = Callable[..., Result]


@pytest.fixture
def two_tiers(kb: Path, tmp_path: Path) -> Path:
    """The invented data with the equine globulin moved up a tier: PSG then means one drug of each of two tiers."""
    file = kb / "drugs" / "pseudoglobulin-equine.yaml"
    row = "regulatory:\n  - {region: US, status: approved, label_warning_crs: true, source: us-pi-exemplia}\n"
    text = file.read_text(encoding="utf-8").replace("relative_risk: low", "relative_risk: moderate")
    file.write_text(text + row, encoding="utf-8")
    return _built(kb, tmp_path / "crskb.db")


# the name of the drug that was moved comes first or last, so that neither the first nor the last row decides
@pytest.mark.parametrize(
    "text", ["PSG", "pseudoglobulin 5 mg/kg", "Mockira/PSG", "pseudoglobulin (rabbit), pseudoglobulin (equine)"]
)
def test_an_ambiguous_name_gets_the_highest_tier_of_all_that_it_may_mean(
    run: Run, two_tiers: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "list.csv").write_text(f'drug\n"{text}"\n')
    result = run(
        "screen", tmp_path / "list.csv", "--column", "drug", "--output", tmp_path / "out.csv", "--db", two_tiers
    )
    assert result.exit_code == 0, result.output
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["crskb_status"] == "ambiguous"
    assert {"pseudoglobulin-equine", "pseudoglobulin-rabbit"} <= set(row["crskb_drug_id"].split("; "))
    assert row["crskb_relative_risk"] == "moderate"


def test_a_suggestion_has_no_tier(run: Run, two_tiers: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("drug\npseudoglobulim\n")
    assert run("screen", tmp_path / "list.csv", "--column", "drug", "--output", tmp_path / "out.csv", "--db", two_tiers)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["crskb_status"], row["crskb_drug_id"], row["crskb_relative_risk"]) == ("suggestion", "", "")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_summary_counts_rows_not_texts(run: Run, kb_db: Path, tmp_path: Path, ending: str) -> None:
    names: list[Any] = ["Exemplia", "grzmtfl", "Exemplia", "PSG", "Exemplia", "grzmtfl", None]
    table, output = tmp_path / f"list.{ending}", tmp_path / f"out.{ending}"
    if ending == "parquet":
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.table({"drug": names}), table)
    else:
        table.write_text("id,drug\n" + "".join(f"1,{name or ''}\n" for name in names))
    result = run("screen", table, "--column", "drug", "--output", output, "--db", kb_db)
    assert result.exit_code == 0, result.output
    counted = {line.split()[0]: line.split()[-1] for line in result.stderr.splitlines() if line.startswith("  ")}
    assert counted == {
        "match": "3",
        "unknown": "3",
        "ambiguous": "1",
        "examplumab": "3",
        "pseudoglobulin-equine": "1",
        "pseudoglobulin-rabbit": "1",
    }
    assert "7 rows, 4 distinct names" in result.stderr
