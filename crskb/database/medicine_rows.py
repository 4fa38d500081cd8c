"""The rows that drugs, treatments and reviewed medicines have in common: names and codes; and the names of other medicines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crskb.database.columns import Texts, joined, plain
from crskb.database.queries import Row
from crskb.knowledge.clinical import Reviewed, Treatment
from crskb.knowledge.drug import Drug
from crskb.knowledge.load import Knowledge
from crskb.names import fold, slugify
from crskb.words import CODE_SYSTEMS, PRODUCT_SYSTEMS, listing

_NAMES = {
    "name": "The name as people write it.",
    "kind": "inn, brand, us_suffix_name, biosimilar_brand, development_code, abbreviation, synonym, former_name or misspelling.",
    "region": "Region in which the name is used, if it is one region's.",
    "folded": "The name without case, accents, hyphens, spaces and signs.",
}
_CODES = {
    "scheme": f"Code system: {listing(CODE_SYSTEMS, 'or')}.",
    "value": "The code.",
    "main": "True for the current code, false for former and further ones.",
    "source_id": "Id of the source that it was read in.",
}
TEXTS: Texts = {
    "drug_names": {
        **_NAMES,
        "note": "What a reader must know.",
        "shared": "True where another listed drug carries the same name too (ATG).",
    },
    "treatments": {"id": "Id: the slug of the name."},
    "reviewed": {"id": "Id: the slug of the name."},
    "treatment_names": _NAMES,
    "reviewed_names": _NAMES,
    "identifiers": _CODES,
    "treatment_identifiers": _CODES,
    "reviewed_identifiers": _CODES,
    "product_codes": {
        "system": f"Code system: {listing(PRODUCT_SYSTEMS, 'or')}.",
        "code": "The code, an NDC with hyphens as FDA writes it.",
        "term_type": "Term type of RxNorm (SCD, SBD, BN and the like); product or package of an NDC.",
        "display": "What the system calls it.",
        "shared": "True where the code stands for products of another listed drug too.",
        "valid_from": "First day on which the code was valid, if one was printed.",
        "valid_to": "Last day on which the code was valid, if it has ended or its end is set.",
        "replaced_by": "The code that took its place; the day was not printed if valid_to is null.",
        "source": "The document that the code was read in.",
    },
    "other_medicine_names": {
        **_NAMES,
        "kind": "brand, inn, synonym or abbreviation.",
        "stands_for": "Of an abbreviation: the whole name.",
        "unii": "UNII of the substance, where the name stands in FDA's list.",
        "region": "Regions in whose registers the name stands.",
        "source": "Ids of these registers (name_sources).",
    },
}


def name_rows(record: Drug | Treatment | Reviewed) -> Iterator[Row]:
    """Every name of a drug, treatment or reviewed medicine with its kind and its folded form."""
    yield {"name": record.name, "kind": "inn", "region": None, "note": None, "shared": 0, "folded": fold(record.name)}
    for brand in record.brand_names:
        yield {
            "name": brand.name,
            "kind": "brand",
            "region": joined(brand.regions),
            "note": brand.note,
            "shared": int(brand.shared),
            "folded": fold(brand.name),
        }
    for other in record.other_names:
        yield {
            "name": other.name,
            "kind": str(other.kind),
            "region": other.region,
            "note": None,
            "shared": int(other.shared),
            "folded": fold(other.name),
        }


def code_rows(record: Drug | Treatment | Reviewed) -> Iterator[Row]:
    codes = record.identifiers
    for scheme in CODE_SYSTEMS:
        main, also = getattr(codes, scheme), getattr(codes, f"{scheme}_also", [])
        for value in [main, *also]:
            if value:
                yield {
                    "scheme": scheme,
                    "value": value,
                    "main": int(value == main),
                    "source_id": codes.sources.get(scheme),
                }


def treatment_rows(treatments: list[Treatment]) -> Iterator[tuple[str, list[Row]]]:
    yield (
        "treatments",
        [
            _medicine(treatment, "dose", "treatment_class", "summary", "note", "locator")
            | {"source_id": treatment.source, "also_in": joined(treatment.also_in)}
            for treatment in treatments
        ],
    )
    yield from _medicine_names("treatment", treatments)
    for table, key in (
        ("treatment_doses", "dose_rules"),
        ("treatment_regulatory", "regulatory"),
        ("treatment_evidence", "evidence"),
    ):
        yield (
            table,
            [
                plain(row, treatment_id=slugify(treatment.name))
                for treatment in treatments
                for row in getattr(treatment, key)
            ],
        )


def reviewed_rows(reviewed: list[Reviewed]) -> Iterator[tuple[str, list[Row]]]:
    yield (
        "reviewed",
        [
            _medicine(record, "drug_class", "read", "reason", "reviewed_on") | {"sources": joined(record.sources)}
            for record in reviewed
        ],
    )
    yield from _medicine_names("reviewed", reviewed)


def _medicine(record: Treatment | Reviewed, *keys: str) -> Row:
    return {
        "id": slugify(record.name),
        "name": record.name,
        "brand_names": joined(brand.name for brand in record.brand_names),
        "other_names": joined(name.name for name in record.other_names),
        "atc_code": record.identifiers.atc,
        **{key: getattr(record, key) for key in keys},
    }


def _medicine_names(kind: str, records: Iterable[Treatment | Reviewed]) -> Iterator[tuple[str, list[Row]]]:
    named = [(slugify(record.name), record) for record in records]
    names = [{f"{kind}_id": id_, **name} for id_, record in named for name in name_rows(record)]
    yield (
        f"{kind}_names",
        [{key: value for key, value in name.items() if key not in ("note", "shared")} for name in names],
    )
    yield f"{kind}_identifiers", [{f"{kind}_id": id_, **code} for id_, record in named for code in code_rows(record)]


def product_code_rows(knowledge: Knowledge) -> list[Row]:
    """Every code of a product, as data/product_codes.csv has it; a comparison of editions builds data that a check refuses, too."""
    return [
        {
            "drug_id": code.drug_id,
            "system": code.system,
            "code": code.code,
            "term_type": code.term_type or None,
            "display": code.display or None,
            "shared": int(code.shared),
            "valid_from": code.valid_from or None,
            "valid_to": code.valid_to or None,
            "replaced_by": code.replaced_by or None,
            "source": code.source,
        }
        for code in knowledge.product_codes
        if code.drug_id in knowledge.drugs
    ]


def other_medicines(knowledge: Knowledge) -> list[Row]:
    """The names of other medicines, less all that this knowledge base knows itself."""
    records = [entry.record for entry in knowledge.drugs.values()]
    records += [entry.record for entry in knowledge.clinical["treatments"]] + [
        entry.record for entry in knowledge.reviewed
    ]
    known = {name["folded"] for record in records for name in name_rows(record)}
    seen: set[tuple[str, str]] = set()
    kept = []
    for other in knowledge.other_medicines:
        folded = fold(other.name)
        if folded and folded not in known and (folded, other.name) not in seen:
            seen.add((folded, other.name))
            kept.append(
                {
                    "name": other.name,
                    "kind": other.kind,
                    "stands_for": other.stands_for,
                    "atc_code": other.atc_code,
                    "unii": other.unii,
                    "region": joined(other.regions),
                    "source": joined(other.sources),
                    "folded": folded,
                }
            )
    return kept
