"""`crskb stale`: what counts as old, and what rests on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def ago(days: int) -> str:
    return (date.today() - timedelta(days=days)).isoformat()


def set_line(file: Path, key: str, value: str) -> None:
    lines = [f"{key}: {value}" if line.startswith(f"{key}:") else line for line in file.read_text().splitlines()]
    assert f"{key}: {value}" in lines
    file.write_text("\n".join(lines) + "\n")


@pytest.fixture
def fresh(kb: Path) -> Path:
    """The knowledge base, all of it reviewed and read today."""
    for file in (kb / "drugs").glob("*.yaml"):
        set_line(file, "reviewed_on", ago(0))
    for file in (kb / "sources").glob("*.yaml"):
        set_line(file, "seen_on", ago(0))
    set_line(kb / "sources/us-pi-exemplia.yaml", "date", ago(0))
    return kb


def stale(run: Run, data: Path, older_than: str) -> dict[str, list[str]]:
    result = run("stale", "--data", data, "--older-than", older_than, "--format", "json")
    found = json.loads(result.stdout)
    ids = {key: [row["id"] for row in found[key]] for key in ("drugs", "sources", "labels")}
    assert result.exit_code == (1 if any(ids.values()) else 0)
    return ids


def test_what_was_looked_at_today_is_not_old(run: Run, fresh: Path) -> None:
    assert stale(run, fresh, "1d") == {"drugs": [], "sources": [], "labels": []}


def test_a_drug_is_old_the_day_after_the_age_asked_for(run: Run, fresh: Path) -> None:
    set_line(fresh / "drugs/examplumab.yaml", "reviewed_on", ago(30))
    set_line(fresh / "drugs/nebulumab.yaml", "reviewed_on", ago(31))
    assert stale(run, fresh, "30d")["drugs"] == ["nebulumab"]
    assert stale(run, fresh, "4w")["drugs"] == ["nebulumab", "examplumab"]


def test_an_old_source_names_the_rows_that_rest_on_it(run: Run, fresh: Path) -> None:
    set_line(fresh / "sources/example-trial.yaml", "seen_on", ago(400))
    result = run("stale", "--data", fresh)
    assert "Sources last read more than 365 days ago" in result.stdout
    assert f"  {ago(400)}   400 days  example-trial\n" in result.stdout
    assert "examplumab: 2 cohorts (the headline among them)" in result.stdout


def test_a_label_is_old_by_its_revision_even_if_read_today(run: Run, fresh: Path) -> None:
    set_line(fresh / "sources/us-pi-exemplia.yaml", "date", "2020-02")
    assert stale(run, fresh, "365d") == {"drugs": [], "sources": [], "labels": ["us-pi-exemplia"]}


def test_a_label_without_a_date_is_named_rather_than_taken_for_new(run: Run, fresh: Path) -> None:
    label = fresh / "sources/us-pi-exemplia.yaml"
    label.write_text("\n".join(line for line in label.read_text().splitlines() if not line.startswith("date:")) + "\n")
    assert "Labels whose revision has no date: 1\n  us-pi-exemplia\n" in run("stale", "--data", fresh).stdout


def test_superseded_sources_and_withdrawn_drugs_do_not_count(run: Run, fresh: Path) -> None:
    drug, source = fresh / "drugs/nebulumab.yaml", fresh / "sources/example-review.yaml"
    set_line(drug, "reviewed_on", ago(400))
    set_line(source, "seen_on", ago(400))
    drug.write_text(drug.read_text() + f"withdrawn: {{date: {ago(1)}, reason: an example}}\n")
    source.write_text(source.read_text() + "superseded_by: example-trial\n")
    assert stale(run, fresh, "365d") == {"drugs": [], "sources": [], "labels": []}


@pytest.mark.parametrize("duration", ["", "365", "d", "0d", "-1d", "1.5d", "365 d", "12m", "1y", "1d1w", "９d"])
def test_a_duration_is_a_number_of_days_or_weeks_and_nothing_else(run: Run, kb: Path, duration: str) -> None:
    result = run("stale", "--data", kb, "--older-than", duration)
    assert result.exit_code == 2
    assert "is not a duration: write days or weeks, such as 365d or 26w" in result.stderr
