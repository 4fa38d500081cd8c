"""`python -m tests.metadata_columns` writes the `columns:` of metadata.yml; everything else there is written by hand and stays.

A column is told in the words of the field that it is a copy of, or of the place where it is computed.
"""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import yaml

from crskb.database import build, citations, class_rows, medicine_rows, regimen_rows, rows
from crskb.database.columns import COMMON_TEXTS, columns_of
from crskb.database.tables import tables
from crskb.errors import CrskbError
from crskb.knowledge import clinical, cohort, drug, order, regimen, vocabulary
from crskb.knowledge.fields import Record
from crskb.knowledge.source import Source

FILE = Path(__file__).parents[1] / "metadata.yml"
# a table, what is said of it by hand, and its columns
_TABLE = re.compile(
    r"^      (\w+):\n((?:        (?!columns:).*\n)*)        columns:\n((?:          .*\n?)*)", re.MULTILINE
)
RECORDS: dict[str, type[Record]] = {
    "sources": Source,
    "vocabulary": vocabulary.EvidenceKind,
    "risk_tiers": vocabulary.RiskTier,
    "drug_classes": vocabulary.MedicineClass,
    "grading_scales": vocabulary.GradingScale,
    "name_stems": vocabulary.NameStem,
    "name_sources": vocabulary.NameSource,
    "drugs": drug.Drug,
    "crs_incidence": cohort.Incidence,
    "label_frequency": drug.LabelFrequency,
    "dose_schedule": order.DoseStep,
    "evidence": drug.Statement,
    "regulatory": drug.Regulatory,
    "mitigations": order.Mitigation,
    "treatment_doses": clinical.DoseRule,
    "treatment_regulatory": clinical.TreatmentRegulatory,
    "treatment_evidence": clinical.TreatmentEvidence,
    "reviewed": clinical.Reviewed,
    "regimens": regimen.Regimen,
    "changes": clinical.Change,
    **clinical.CLINICAL,  # risk_factors and conflicts hold those of drugs too, which have the same fields or fewer
}
_COMPUTED = rows.TEXTS | medicine_rows.TEXTS | class_rows.TEXTS | regimen_rows.TEXTS | citations.TEXTS | build.TEXTS


def with_columns(text: str) -> str:
    """The text of metadata.yml with the columns as the code describes them."""
    described = column_texts()

    def table(found: re.Match[str]) -> str:
        name, by_hand, as_it_was = found.groups()
        return f"      {name}:\n{by_hand}        columns:\n" + (
            _block(described[name]) if name in described else as_it_was
        )

    return _TABLE.sub(table, text)


def _block(columns: dict[str, str]) -> str:
    lines = yaml.safe_dump(columns, sort_keys=False, allow_unicode=True, width=140).splitlines()
    return "".join(f"          {line}\n" for line in lines)


def column_texts() -> dict[str, dict[str, str]]:
    """Table -> column -> its text, in the order of tables.sql; raises CrskbError for a column that nothing describes."""
    return {table: {column: _text(table, column) for column in columns} for table, columns in tables().items()}


def _text(table: str, column: str) -> str:
    fields = _described(RECORDS[table]) if table in RECORDS else {}
    for texts in (_COMPUTED.get(table, {}), fields, COMMON_TEXTS):
        if texts.get(column):
            return texts[column]
    raise CrskbError(
        f"tables.sql: column {column} of {table} is neither a field of a record nor described where it is computed"
    )


def _described(model: type[Record]) -> dict[str, str]:
    """The columns that are copies of the fields of a record, each with the description of its field."""
    texts: dict[str, str] = {}
    for key, about in model.model_fields.items():
        text, columns = _for_readers(about.description or "", about.annotation), columns_of(key)
        texts |= zip(columns, _of_ends(text) if len(columns) == 2 else (text,), strict=True)
    return texts


def _for_readers(text: str, annotation: Any) -> str:
    """A text for who writes a file as one for who reads a table: without the file to look in, but with the words that the field allows."""
    text = re.sub(r": (an id of vocabularies/\w+\.yaml|a file name in data/sources)", "", text)
    text = re.sub(r"\babsent\b", "null", text)
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type) and issubclass(kind, Enum)]
    words = [str(word) for kind in kinds for word in kind]
    told = all(word in text for word in words)
    return text if told else f"{text} One of {', '.join(words[:-1])} or {words[-1]}."


def _of_ends(text: str) -> tuple[str, str]:
    """The text of a span as those of its two ends: "Earliest and latest onset in days." or "Interquartile range of ..."."""
    if named := re.fullmatch(r"(\w+) and (\w+) (.+)", text):
        return f"{named[1]} {named[3]}", f"{named[2].capitalize()} {named[3]}"
    quartile_of = text.removeprefix("Interquartile range")
    if quartile_of != text:
        return f"First quartile{quartile_of}", f"Third quartile{quartile_of}"
    return f"Lower bound of the {text}", f"Upper bound of the {text}"


if __name__ == "__main__":
    FILE.write_text(with_columns(FILE.read_text(encoding="utf-8")), encoding="utf-8")
