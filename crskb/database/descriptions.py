"""What each column holds, in the words of the field that it is a copy of, or of the place where it is computed."""

from __future__ import annotations

from crskb.database import build, citations, medicine_rows, rows
from crskb.database.columns import COMMON_TEXTS, described
from crskb.database.tables import tables
from crskb.errors import CrskbError
from crskb.knowledge import clinical, drug, vocabulary
from crskb.knowledge.fields import Record
from crskb.knowledge.source import Source

_RECORDS: dict[str, type[Record]] = {
    "sources": Source,
    "vocabulary": vocabulary.EvidenceKind,
    "risk_tiers": vocabulary.RiskTier,
    "drug_classes": vocabulary.Term,
    "grading_scales": vocabulary.GradingScale,
    "name_stems": vocabulary.NameStem,
    "drugs": drug.Drug,
    "crs_incidence": drug.Incidence,
    "evidence": drug.Statement,
    "regulatory": drug.Regulatory,
    "mitigations": drug.Mitigation,
    "treatment_regulatory": clinical.TreatmentRegulatory,
    "treatment_evidence": clinical.TreatmentEvidence,
    "reviewed": clinical.Reviewed,
    "changes": clinical.Change,
    **clinical.CLINICAL,  # risk_factors and conflicts hold those of drugs too, which have the same fields or fewer
}
_COMPUTED = rows.TEXTS | medicine_rows.TEXTS | citations.TEXTS | build.TEXTS


def column_texts() -> dict[str, dict[str, str]]:
    """Table -> column -> its text, in the order of tables.sql; raises CrskbError for a column that nothing describes."""
    return {table: {column: _text(table, column) for column in columns} for table, columns in tables().items()}


def _text(table: str, column: str) -> str:
    fields = described(_RECORDS[table]) if table in _RECORDS else {}
    for texts in (_COMPUTED.get(table, {}), fields, COMMON_TEXTS):
        if texts.get(column):
            return texts[column]
    raise CrskbError(
        f"tables.sql: column {column} of {table} is neither a field of a record nor described where it is computed"
    )
