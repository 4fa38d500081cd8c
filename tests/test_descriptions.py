"""Every column is described once: by the field of a record, or where it is computed. metadata.yml holds copies."""

from __future__ import annotations

import pytest
import yaml

from crskb.database.tables import Column, tables
from crskb.errors import CrskbError
from crskb.knowledge.cohort import Incidence
from crskb.knowledge.fields import Text
from tests import metadata_columns
from tests.metadata_columns import FILE, RECORDS, column_texts, with_columns

METADATA = FILE.read_text(encoding="utf-8")


def test_the_columns_in_metadata_are_up_to_date() -> None:
    assert with_columns(METADATA) == METADATA, "run `make docs`"


def test_what_is_written_by_hand_in_metadata_stays() -> None:
    stale = METADATA.replace("n_fatal: Patients who died of CRS.", "n_fatal: Stale.").replace("n_grade1:", "gone:")
    assert stale != METADATA
    assert with_columns(stale) == METADATA
    by_hand = stale.replace("Classes of medicine.", "Written by hand.").replace("fts_pk: rowid", "fts_pk: id  # why")
    again = with_columns(by_hand)
    assert "Written by hand." in again
    assert "fts_pk: id  # why" in again
    assert yaml.safe_load(again)["databases"]["crskb"]["tables"]["drug_search"]["columns"]


def test_a_copied_column_is_told_in_the_words_of_its_field() -> None:
    texts = column_texts()["crs_incidence"]
    assert texts["n_fatal"] == Incidence.model_fields["n_fatal"].description
    assert texts["onset_min_days"] == "Earliest onset in days."
    assert texts["duration_iqr_high_days"] == "Third quartile of the duration in days."
    assert texts["study_design"].endswith("One of label, prospective, pooled, registry or retrospective.")
    assert "yaml" not in " ".join(texts.values())
    assert column_texts()["meta_analyses"]["pooled_low"] == "Lower bound of the 95% interval of the pooled percent."


def test_a_column_that_nothing_describes_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {**tables(), "drugs": {**tables()["drugs"], "colour": Column(str, True)}}
    monkeypatch.setattr(metadata_columns, "tables", lambda: more)
    with pytest.raises(CrskbError, match="column colour of drugs"):
        column_texts()


def test_every_list_of_texts_has_a_row_for_each_item() -> None:
    """Joined by commas alone, an item with a comma in it would be two; ids have none."""
    listed = {
        key
        for record in RECORDS.values()
        for key, about in record.model_fields.items()
        if about.annotation == list[Text]
    }
    rows_of = {
        "indications": "indications",
        "not_known": "not_known",
        "targets": "targets",
        "driven_by": "grading_drivers",
        "words": "class_words",
        "spellings": "regimen_names",
        "members": "regimen_members",
    }
    assert listed == rows_of.keys(), "a new list of texts needs a table with a row for each item, as `targets` has one"
    assert all("position" in tables()[table] for table in rows_of.values())
