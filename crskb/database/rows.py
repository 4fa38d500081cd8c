"""From checked records to the rows of each table, in the order in which they are inserted."""

from __future__ import annotations

from collections.abc import Iterator

from crskb.database.class_rows import class_rows, member_rows
from crskb.database.columns import Texts, joined, plain
from crskb.database.medicine_rows import (
    code_rows,
    name_rows,
    other_medicines,
    product_code_rows,
    reviewed_rows,
    treatment_rows,
)
from crskb.database.queries import Row
from crskb.database.regimen_rows import regimen_rows
from crskb.knowledge.clinical import CLINICAL
from crskb.knowledge.cohort import Incidence
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import NameKind
from crskb.knowledge.load import Knowledge
from crskb.knowledge.risk import Assessment, Rules, assess, boxed_warning, headline
from crskb.knowledge.shares import any_grade, grade3plus
from crskb.knowledge.source import Source
from crskb.percent import rounded

_SIMPLE_CLINICAL = [name for name in CLINICAL if name != "treatments"]  # a table each, with the columns of its records

# What the columns hold that are computed here. All others are fields of a record, which say it themselves.
TEXTS: Texts = {
    "sources": {
        "id": "Id, made from the document: pmid-..., us-pi-BRAND.",
        "link": "Address to publish: DOI, PubMed, PubMed Central, DailyMed or the page itself.",
        "copy_publisher": "Who publishes the copy that was read, where it was not the document itself.",
        "copy_url": "Address of that copy.",
    },
    "vocabulary": {
        "vocabulary": "Name of the vocabulary.",
        "rank": "Order within the vocabulary; 1 is the strongest.",
        "pct_min": "Of a word of frequency: percent of patients from which it applies.",
        "n_treated_min": "Of what a tier rests on: patients treated from which a cohort of this kind decides.",
    },
    "former_ids": {"former_id": "Id that the entry had once."},
    "indications": {"indication": "What it is used for."},
    "not_known": {"question": "What was looked for."},
    "targets": {"target": "What it binds."},
    "grading_drivers": {"driver": "What decides the grade."},
    "drugs": {
        "id": "Id: the slug of the name.",
        "brand_names": "Brand names, biosimilar brands among them.",
        "other_names": "Other names: codes, abbreviations, names with a US suffix.",
        "relative_risk": "Tier of relative risk, computed from the rows of this database: highest, high, moderate, low or not_quantified, which is not low.",
        "relative_risk_rank": "Rank of the tier: 1 is the highest risk, 5 is not quantified.",
        "why_this_tier": "The rule and the row that decided the tier, in one sentence.",
        "risk_basis": "What the tier and the frequencies rest on: label, trial_in_labelled_use, class, trial_only, outside_label or reports.",
        "crs_frequency": "How often CRS of any grade is seen in the headline cohort, or what a label says: very_common, common, uncommon, rare, very_rare or not_known (the words of CIOMS).",
        "crs_severe_frequency": "How often CRS of grade 3 or higher is seen in the headline cohort, in the same words; not_known also where it was looked for in vain.",
        "fatal_cases": "Whether anybody is known to have died of CRS after this drug: yes, none_reported (in the headline cohort) or not_known.",
        "strongest_evidence": "Best-ranked kind of evidence among all rows of the drug.",
        "crs_any_grade_pct": "CRS of any grade in the headline cohort, percent.",
        "crs_any_grade_low": "Lower bound of the Wilson 95% interval of CRS of any grade in the headline cohort, percent.",
        "crs_any_grade_high": "Upper bound of the Wilson 95% interval of CRS of any grade in the headline cohort, percent.",
        "crs_grade3plus_pct": "CRS of grade 3 or higher in the headline cohort, percent.",
        "crs_grade3plus_low": "Lower bound of the Wilson 95% interval of CRS of grade 3 or higher in the headline cohort, percent.",
        "crs_grade3plus_high": "Upper bound of the Wilson 95% interval of CRS of grade 3 or higher in the headline cohort, percent.",
        "onset_median_days": "Median days from first dose to CRS in the headline cohort.",
        "boxed_warning_crs": "True if a boxed warning of any region names CRS.",
        "withdrawn_on": "Day the entry was taken back; null for an entry that stands.",
        "withdrawn_reason": "Why the entry was taken back.",
    },
    "crs_incidence": {
        "trial_name": "Short name of the trial.",
        "trial_nct": "ClinicalTrials.gov number.",
        "any_grade_low": "Lower bound of the Wilson 95% interval of CRS of any grade, percent.",
        "any_grade_high": "Upper bound of the Wilson 95% interval of CRS of any grade, percent.",
        "n_severe": "Patients with CRS of grade 3 or higher: as printed, else the sum of the grades printed.",
        "pct_severe": "Percent with CRS of grade 3 or higher: as printed, else the sum of the grades printed.",
        "grade3plus_low": "Lower bound of the Wilson 95% interval of grade 3 or higher, percent.",
        "grade3plus_high": "Upper bound of the Wilson 95% interval of grade 3 or higher, percent.",
    },
}


def rows(knowledge: Knowledge) -> Iterator[tuple[str, list[Row]]]:
    """Table names with their rows; a table that others refer to comes before them."""
    yield "sources", [_source(id_, entry.record) for id_, entry in knowledge.sources.items()]
    terms = {name: [entry.record for entry in entries.values()] for name, entries in knowledge.terms.items()}
    yield "risk_tiers", [plain(term) for term in terms["relative_risk"]]
    yield from class_rows(terms["drug_class"])
    yield "grading_scales", [plain(term) for term in terms["grading_scale"]]
    drivers = {term.id: term.driven_by for term in terms["grading_scale"]}
    yield "grading_drivers", list(_numbered(drivers, "scale_id", "driver"))
    yield "name_stems", [plain(term) for term in terms["name_stem"]]
    yield "name_sources", [plain(term) for term in terms["name_source"]]
    for name in (
        "evidence_kind",
        "source_kind",
        "management_topic",
        "region",
        "route",
        "dose_step",
        "frequency",
        "risk_basis",
    ):
        yield "vocabulary", [{"vocabulary": name, **plain(term)} for term in terms[name]]
    yield from _drug_rows(knowledge)
    yield "product_codes", product_code_rows(knowledge)
    yield member_rows(terms["drug_class"], {id_: entry.record for id_, entry in knowledge.drugs.items()})
    for table in _SIMPLE_CLINICAL:
        yield table, [plain(entry.record) for entry in knowledge.clinical[table]]
    yield from treatment_rows([entry.record for entry in knowledge.clinical["treatments"]])
    yield from reviewed_rows([entry.record for entry in knowledge.reviewed])
    yield from regimen_rows(knowledge)
    yield "other_medicine_names", other_medicines(knowledge)
    yield "changes", [plain(entry.record) for entry in knowledge.changes]


def _source(id_: str, source: Source) -> Row:
    row = plain(source, id=id_)
    copy = row.pop("copy_read")
    return {
        **row,
        "link": source.link,
        "copy_publisher": copy.publisher if copy else None,
        "copy_url": copy.url if copy else None,
    }


def _drug_rows(knowledge: Knowledge) -> Iterator[tuple[str, list[Row]]]:
    rules = Rules.of(knowledge.terms)
    drugs = {id_: entry.record for id_, entry in knowledge.drugs.items()}
    assessed = {id_: found for id_, drug in drugs.items() if rules and (found := assess(drug, rules))}
    yield "drugs", [_drug(id_, drug, assessed[id_]) for id_, drug in drugs.items()]
    yield "drug_names", [{"drug_id": id_, **name} for id_, drug in drugs.items() for name in name_rows(drug)]
    yield (
        "former_ids",
        [{"former_id": former, "drug_id": id_} for id_, drug in drugs.items() for former in drug.former_ids],
    )
    yield "identifiers", [{"drug_id": id_, **code} for id_, drug in drugs.items() for code in code_rows(drug)]
    yield "crs_incidence", [_incidence(id_, row) for id_, drug in drugs.items() for row in drug.crs_incidence]
    for table, key in (
        ("label_frequency", "label_frequency"),
        ("evidence", "evidence"),
        ("dose_schedule", "dose_schedule"),
        ("regulatory", "regulatory"),
        ("mitigations", "mitigation"),
        ("risk_factors", "risk_factors"),
        ("conflicts", "conflicts"),
    ):
        yield table, [plain(row, drug_id=id_) for id_, drug in drugs.items() for row in getattr(drug, key)]
    for table, column in (("indications", "indication"), ("not_known", "question"), ("targets", "target")):
        texts = {id_: getattr(drug, table) for id_, drug in drugs.items()}
        yield table, list(_numbered(texts, "drug_id", column))


def _numbered(texts: dict[str, list[str]], owner: str, column: str) -> Iterator[Row]:
    """A row for each text of a list, so that none can be cut in two."""
    for id_, listed in texts.items():
        for position, text in enumerate(listed, start=1):
            yield {owner: id_, "position": position, column: text}


def _drug(id_: str, drug: Drug, assessment: Assessment) -> Row:
    row, any_, severe = headline(drug), assessment.any_grade, assessment.grade3plus
    return {
        "id": id_,
        "name": drug.name,
        "brand_names": joined(
            [brand.name for brand in drug.brand_names]
            + [name.name for name in drug.other_names if name.kind == NameKind.BIOSIMILAR_BRAND]
        ),
        "other_names": joined(
            name.name for name in drug.other_names if name.kind not in (NameKind.BIOSIMILAR_BRAND, NameKind.MISSPELLING)
        ),
        "drug_class": drug.drug_class,
        "modality": str(drug.modality),
        "targets": joined(drug.targets),
        "t_cell_engaging": int(drug.t_cell_engaging),
        "t_cell_engaging_basis": drug.t_cell_engaging_basis,
        "relative_risk": drug.relative_risk,
        "relative_risk_rank": assessment.rank,
        "why_this_tier": assessment.why,
        "risk_basis": assessment.basis,
        "caution": drug.caution,
        "crs_frequency": assessment.frequency,
        "crs_severe_frequency": assessment.severe_frequency,
        "fatal_cases": assessment.fatal_cases,
        "strongest_evidence": assessment.strongest_evidence,
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
    row = plain(incidence, drug_id=drug_id)
    trial = row.pop("trial")
    any_, severe = any_grade(incidence), grade3plus(incidence)
    return {
        **row,
        "trial_name": trial.name if trial else None,
        "trial_nct": trial.nct if trial else None,
        "any_grade_low": _rounded(any_.low if any_ else None),
        "any_grade_high": _rounded(any_.high if any_ else None),
        "n_severe": severe.n if severe else None,
        "pct_severe": severe.pct if severe else None,
        "grade3plus_low": _rounded(severe.low if severe else None),
        "grade3plus_high": _rounded(severe.high if severe else None),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else rounded(value)
