"""From checked records to the rows of each table, in the order in which they are inserted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from crskb.knowledge.clinical import Reviewed, Treatment
from crskb.knowledge.drug import Drug, Incidence
from crskb.knowledge.fields import NameKind, Record
from crskb.knowledge.load import Knowledge
from crskb.knowledge.risk import Assessment, any_grade, assess, boxed_warning, grade3plus, headline
from crskb.knowledge.source import Source
from crskb.lookup.names import fold, slugify

Row = dict[str, Any]

_SCHEMES = ("atc", "rxcui", "unii", "chembl", "drugbank", "wikidata", "ncit", "cas")
_SPANS = {
    "onset_range_days": ("onset_min_days", "onset_max_days"),
    "onset_range_hours": ("onset_min_hours", "onset_max_hours"),
    "onset_iqr_days": ("onset_iqr_low_days", "onset_iqr_high_days"),
    "duration_range_days": ("duration_min_days", "duration_max_days"),
    "duration_range_hours": ("duration_min_hours", "duration_max_hours"),
    "duration_iqr_days": ("duration_iqr_low_days", "duration_iqr_high_days"),
    "pooled_pct_ci": ("pooled_low", "pooled_high"),
}
_RENAMED = {"source": "source_id", "scale": "scale_id", "drug": "drug_id"}
_SIMPLE_CLINICAL = (
    "grading_criteria",
    "grading_notes",
    "symptoms",
    "onset",
    "risk_factors",
    "differentials",
    "management",
    "patient_advice",
    "meta_analyses",
    "other_causes",
    "background",
    "conflicts",
)


def rows(knowledge: Knowledge) -> Iterator[tuple[str, list[Row]]]:
    """Table names with their rows; a table that others refer to comes before them."""
    yield "sources", [_source(id_, entry.record) for id_, entry in knowledge.sources.items()]
    terms = {name: [entry.record for entry in entries.values()] for name, entries in knowledge.terms.items()}
    yield "risk_tiers", [_plain(term) for term in terms["relative_risk"]]
    yield "drug_classes", [_plain(term) for term in terms["drug_class"]]
    yield "grading_scales", [_plain(term) for term in terms["grading_scale"]]
    yield "name_stems", [_plain(term) for term in terms["name_stem"]]
    for name in ("evidence_kind", "source_kind", "management_topic", "region"):
        yield "vocabulary", [{"vocabulary": name, **_plain(term)} for term in terms[name]]
    yield from _drug_rows(knowledge)
    for table in _SIMPLE_CLINICAL:
        yield table, [_plain(entry.record) for entry in knowledge.clinical[table]]
    yield from _treatment_rows([entry.record for entry in knowledge.clinical["treatments"]])
    yield from _reviewed_rows([entry.record for entry in knowledge.reviewed])
    yield "other_medicine_names", _other_medicines(knowledge)
    yield "changes", [_plain(entry.record) for entry in knowledge.changes]


def _plain(record: Record, **more: Any) -> Row:
    """The fields of a record as columns: lists joined by commas, spans as two columns, `source` as `source_id`."""
    row: Row = {}
    for key, value in record:
        if key in _SPANS:
            row.update(zip(_SPANS[key], value or (None, None), strict=True))
        else:
            row[_RENAMED.get(key, key)] = _cell(value)
    return {**more, **row}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return ", ".join(value) or None
    return str(value) if isinstance(value, str) else value


def _source(id_: str, source: Source) -> Row:
    row = _plain(source, id=id_)
    copy = row.pop("copy_read")
    return {**row, "link": _link(source), "copy_publisher": copy.publisher if copy else None, "copy_url": copy.url if copy else None}


def _link(source: Source) -> str | None:
    """The address to publish: the document by its lasting identifier first, a copy last."""
    if source.doi:
        return f"https://doi.org/{source.doi}"
    if source.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    if source.pmcid:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{source.pmcid}/"
    if source.set_id:
        return f"https://dailymed.nlm.nih.gov/dailymed/drugInfo.cfm?setid={source.set_id}"
    return source.url or (source.copy_read.url if source.copy_read else None)


def _drug_rows(knowledge: Knowledge) -> Iterator[tuple[str, list[Row]]]:
    tiers = {id_: entry.record for id_, entry in knowledge.terms["relative_risk"].items()}
    kinds = {id_: entry.record for id_, entry in knowledge.terms["evidence_kind"].items()}
    drugs = {id_: entry.record for id_, entry in knowledge.drugs.items()}
    assessed = {id_: assess(drug, tiers, kinds) for id_, drug in drugs.items()}
    yield "drugs", [_drug(id_, drug, assessed[id_]) for id_, drug in drugs.items()]
    yield "drug_names", [{"drug_id": id_, **name} for id_, drug in drugs.items() for name in _names(drug)]
    yield "former_ids", [{"former_id": former, "drug_id": id_} for id_, drug in drugs.items() for former in drug.former_ids]
    yield "identifiers", [{"drug_id": id_, **code} for id_, drug in drugs.items() for code in _identifiers(drug)]
    yield "crs_incidence", [_incidence(id_, row) for id_, drug in drugs.items() for row in drug.crs_incidence]
    for table, key in (("evidence", "evidence"), ("regulatory", "regulatory"), ("mitigations", "mitigation"), ("risk_factors", "risk_factors"), ("conflicts", "conflicts")):
        yield table, [_plain(row, drug_id=id_) for id_, drug in drugs.items() for row in getattr(drug, key)]
    for table, key, column in (("indications", "indications", "indication"), ("not_known", "not_known", "question")):
        yield table, [{"drug_id": id_, "position": position, column: text} for id_, drug in drugs.items() for position, text in enumerate(getattr(drug, key), start=1)]


def _drug(id_: str, drug: Drug, assessment: Assessment | None) -> Row:
    row = headline(drug)
    any_, severe = (any_grade(row), grade3plus(row)) if row else (None, None)
    return {
        "id": id_,
        "name": drug.name,
        "brand_names": _joined([brand.name for brand in drug.brand_names] + [name.name for name in drug.other_names if name.kind == NameKind.BIOSIMILAR_BRAND]),
        "other_names": _joined(name.name for name in drug.other_names if name.kind not in (NameKind.BIOSIMILAR_BRAND, NameKind.MISSPELLING)),
        "drug_class": drug.drug_class,
        "modality": str(drug.modality),
        "targets": _joined(drug.targets),
        "t_cell_engaging": int(drug.t_cell_engaging),
        "t_cell_engaging_basis": drug.t_cell_engaging_basis,
        "relative_risk": drug.relative_risk,
        "relative_risk_rank": assessment.rank if assessment else None,
        "why_this_tier": assessment.why if assessment else None,
        "strongest_evidence": assessment.strongest_evidence if assessment else None,
        "crs_any_grade_pct": any_.pct if any_ else None,
        "crs_any_grade_low": _rounded(any_.low if any_ else None),
        "crs_any_grade_high": _rounded(any_.high if any_ else None),
        "crs_grade3plus_pct": severe.pct if severe else None,
        "crs_grade3plus_low": _rounded(severe.low if severe else None),
        "crs_grade3plus_high": _rounded(severe.high if severe else None),
        "onset_median_days": row.onset_median_days if row else None,
        "boxed_warning_crs": int(boxed_warning(drug)),
        "status": str(drug.status),
        "status_note": drug.status_note,
        "route": drug.route,
        "atc_code": drug.identifiers.atc,
        "summary": drug.summary,
        "reviewed_on": drug.reviewed_on,
        "withdrawn_on": drug.withdrawn.date if drug.withdrawn else None,
        "withdrawn_reason": drug.withdrawn.reason if drug.withdrawn else None,
    }


def _incidence(drug_id: str, incidence: Incidence) -> Row:
    row = _plain(incidence, drug_id=drug_id)
    trial = row.pop("trial")
    any_, severe = any_grade(incidence), grade3plus(incidence)
    return {
        **row,
        "trial_name": trial.name if trial else None,
        "trial_nct": trial.nct if trial else None,
        "any_grade_low": _rounded(any_.low if any_ else None),
        "any_grade_high": _rounded(any_.high if any_ else None),
        "grade3plus_low": _rounded(severe.low if severe else None),
        "grade3plus_high": _rounded(severe.high if severe else None),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _joined(words: Iterable[str]) -> str | None:
    return ", ".join(words) or None


def _names(record: Drug | Treatment | Reviewed) -> Iterator[Row]:
    """Every name of a drug, treatment or reviewed medicine with its kind and its folded form."""
    yield {"name": record.name, "kind": "inn", "region": None, "note": None, "shared": 0, "folded": fold(record.name)}
    for brand in record.brand_names:
        yield {"name": brand.name, "kind": "brand", "region": _joined(brand.regions), "note": brand.note, "shared": int(brand.shared), "folded": fold(brand.name)}
    for other in record.other_names:
        yield {"name": other.name, "kind": str(other.kind), "region": other.region, "note": None, "shared": int(other.shared), "folded": fold(other.name)}


def _identifiers(record: Drug | Treatment | Reviewed) -> Iterator[Row]:
    codes = record.identifiers
    for scheme in _SCHEMES:
        main, also = getattr(codes, scheme), getattr(codes, f"{scheme}_also", [])
        for value in [main, *also]:
            if value:
                yield {"scheme": scheme, "value": value, "main": int(value == main), "source_id": codes.sources.get(scheme)}


def _treatment_rows(treatments: list[Treatment]) -> Iterator[tuple[str, list[Row]]]:
    yield "treatments", [_medicine(treatment, "dose", "treatment_class", "summary", "note", "locator") | {"source_id": treatment.source, "also_in": _joined(treatment.also_in)} for treatment in treatments]
    yield from _medicine_names("treatment", treatments)
    for table, key in (("treatment_regulatory", "regulatory"), ("treatment_evidence", "evidence")):
        yield table, [_plain(row, treatment_id=slugify(treatment.name)) for treatment in treatments for row in getattr(treatment, key)]


def _reviewed_rows(reviewed: list[Reviewed]) -> Iterator[tuple[str, list[Row]]]:
    yield "reviewed", [_medicine(record, "reason", "reviewed_on") | {"sources": _joined(record.sources)} for record in reviewed]
    yield from _medicine_names("reviewed", reviewed)


def _medicine(record: Treatment | Reviewed, *keys: str) -> Row:
    return {
        "id": slugify(record.name),
        "name": record.name,
        "brand_names": _joined(brand.name for brand in record.brand_names),
        "other_names": _joined(name.name for name in record.other_names),
        "atc_code": record.identifiers.atc,
        **{key: getattr(record, key) for key in keys},
    }


def _medicine_names(kind: str, records: Iterable[Treatment | Reviewed]) -> Iterator[tuple[str, list[Row]]]:
    named = [(slugify(record.name), record) for record in records]
    names = [{f"{kind}_id": id_, **name} for id_, record in named for name in _names(record)]
    yield f"{kind}_names", [{key: value for key, value in name.items() if key not in ("note", "shared")} for name in names]
    yield f"{kind}_identifiers", [{f"{kind}_id": id_, **code} for id_, record in named for code in _identifiers(record)]


def _other_medicines(knowledge: Knowledge) -> list[Row]:
    """The names of other medicines, less all that this knowledge base knows itself."""
    records = [entry.record for entry in knowledge.drugs.values()]
    records += [entry.record for entry in knowledge.clinical["treatments"]] + [entry.record for entry in knowledge.reviewed]
    known = {name["folded"] for record in records for name in _names(record)}
    seen: set[tuple[str, str]] = set()
    kept = []
    for other in knowledge.other_medicines:
        folded = fold(other.name)
        if folded and folded not in known and (folded, other.name) not in seen:
            seen.add((folded, other.name))
            kept.append({"name": other.name, "kind": other.kind, "atc_code": other.atc_code, "folded": folded})
    return kept
