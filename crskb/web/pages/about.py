"""/about: method, tiers with their thresholds, coverage and its limits, versions, how to correct."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb import __version__
from crskb.database import queries, reference_queries
from crskb.database.queries import Row
from crskb.database.stats import Stats, stats
from crskb.database.tables import listed_ids
from crskb.tier_rule import conditions
from crskb.web.pages import formats, linked_data
from crskb.web.pages.rendering import kept_template
from crskb.web.running import base_address, read, site_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_ACCURACY = Path(__file__).parents[2] / "lookup" / "accuracy.json"


async def show_about(request: Request, datasette: Datasette) -> Response:
    async def make() -> dict[str, Any]:
        site = await site_of(datasette)
        drugs, reviewed, name_sources, evidence_kinds, frequencies, figures = await read(
            datasette,
            lambda c: (
                queries.drug_list(c),
                reference_queries.reviewed(c),
                reference_queries.name_sources(c),
                queries.vocabulary(c, "evidence_kind"),
                queries.vocabulary(c, "frequency"),
                stats(c),
            ),
        )
        words = {row["id"]: row["name"] for row in frequencies}
        return {
            "here": "/about",
            "tiers": [(tier, conditions_of(tier, words)) for tier in site.tiers],
            "coverage": _coverage([row for row in drugs if not row["withdrawn_on"]], figures),
            "reviewed": reviewed,
            "name_sources": name_sources,
            "evidence_kinds": evidence_kinds,
            "accuracy": accuracy(),
            "crskb_version": __version__,
            "json_ld": await linked_data.dataset_script(datasette, base_address(datasette, request)),
            "address": base_address(datasette, request),
        }

    return await kept_template(datasette, request, "crskb_about.html", make)


def conditions_of(tier: Row, frequencies: dict[str, str]) -> list[str]:
    """The conditions of a tier in words, with its thresholds; any one of them is enough."""
    return conditions(tier, [frequencies.get(id_, id_) for id_ in listed_ids(tier["label_frequency_in"])])


def _coverage(drugs: list[Row], figures: Stats) -> list[tuple[str, str]]:
    counted = sum(row["crs_any_grade_pct"] is not None for row in drugs)
    severe = sum(row["crs_grade3plus_pct"] is not None for row in drugs)
    reviews = sorted(row["reviewed_on"] for row in drugs)
    return [
        ("Medicines listed", f"{len(drugs)}"),
        ("with a headline rate of any grade", f"{counted}; {len(drugs) - counted} not known"),
        ("with a headline rate of grade 3 or higher", f"{severe}; {len(drugs) - severe} not known"),
        ("T-cell-engaging", f"{sum(row['t_cell_engaging'] for row in drugs)}"),
        ("with a boxed warning for CRS", f"{sum(row['boxed_warning_crs'] for row in drugs)}"),
        ("Names that lead to them", f"{figures.names:,}"),
        ("Cohorts", f"{figures.cohorts:,}, with {figures.patients:,} patients, each counted once"),
        (
            "Sources",
            f"{figures.sources:,}, {figures.sources_by_document_id:,} of them with a DOI, PubMed, PubMed Central or DailyMed id",
        ),
        (
            "Headline cohorts",
            f"{figures.headlines}, {figures.headlines_by_document_id} of them from a document with such an id",
        ),
        (
            "Approved T-cell engagers and cell products",
            f"{figures.engagers_approved}; where and how long a patient stays is known of {figures.engagers_with_stay}, what must be at hand of {figures.engagers_with_rescue}",
        ),
        (
            "With a dose schedule; with what follows a pause",
            f"{figures.drugs_with_dose_schedule}; {figures.drugs_with_restart}",
        ),
        ("Claims with the place in their source", f"{figures.claims_with_locator_pct:g}% of {figures.claims:,}"),
        ("Names of other medicines known, not assessed", f"{figures.other_medicine_names:,}"),
        ("Oldest and newest review", f"{formats.day(reviews[0])}; {formats.day(reviews[-1])}" if reviews else "none"),
    ]


def accuracy() -> dict[str, Any] | None:
    """How well names are resolved, as last measured; None if this installation holds no measurement."""
    if not _ACCURACY.is_file():
        return None
    loaded: dict[str, Any] = json.loads(_ACCURACY.read_text(encoding="utf-8"))
    return loaded
