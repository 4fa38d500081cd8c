"""/drugs/<id>: one medicine, the answer above the fold and all it rests on below."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlencode

from datasette import NotFound, Response

from crskb.database import bedside_queries, queries
from crskb.database.queries import Row
from crskb.lookup.answers import DrugCard, Match
from crskb.lookup.messages import how_often, known_as, typed
from crskb.lookup.resolver import Resolver
from crskb.web.pages import cohorts, formats, linked_data, order, overview, regions, schedule
from crskb.web.pages.names import by_kind, heading, language
from crskb.web.pages.rendering import already_kept, kept_page, private_page
from crskb.web.pages.timeline import timeline
from crskb.web.running import base_address, read, resolver_of, site_of
from crskb.words import LISTED, length_fault

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_GRADED_BY = "astct-2019"  # the scale that guidelines act by
# What stands open of each list; the rest is one click away.
_MOST = {"most_cohorts": 4, "most_factors": 2, "most_missing": 1}
_DIRECTIONS = ("increases", "decreases", "varies", "no_association")
_DOSING = ("split_dosing", "infusion_rate")


async def show_drug(request: Request, datasette: Datasette) -> Response:
    """The page of one drug; a former id or another exact name of a listed drug leads there, anything else is a 404 that helps."""
    drug_id = unquote(request.url_vars["id"])
    name, view = request.args.get("name", ""), request.args.get("region")
    if view is not None and view not in regions.CHOICES:
        raise NotFound("There is no choice of regions of that name.")
    kept = None if name else await already_kept(datasette, request, ("drug", drug_id, None, view))
    if kept:
        return kept
    drug = await read(datasette, queries.drug, drug_id)
    if drug is None:
        return await _elsewhere(datasette, request, drug_id)
    matched = _known_as(await resolver_of(datasette), drug_id, name)

    async def make() -> str:
        return str(
            await datasette.render_template(
                "crskb_drug.html", await _context(datasette, request, drug, matched, view), request=request
            )
        )

    return await kept_page(datasette, request, ("drug", drug_id, matched, view), make)


async def lead_to_compare(datasette: Datasette) -> Response:
    """/drugs, which whoever shortens the address of a drug asks for, is the comparison of all of them."""
    return Response.redirect(datasette.urls.path("/compare"), status=301)


async def send_drug(request: Request, datasette: Datasette, match: Match) -> Response:
    """The page of a listed drug as the answer to a name that was typed: nobody keeps it."""
    drug_id = match["drug"]["id"]
    drug = await read(datasette, queries.drug, drug_id)
    if drug is None:
        raise NotFound(drug_id)
    context = await _context(datasette, request, drug, _told(match))
    return await private_page(datasette, request, "crskb_drug.html", context)


def address_of(datasette: Datasette, drug_id: str) -> str:
    """The address of a drug's page."""
    return str(datasette.urls.path(f"/drugs/{drug_id}"))


def address_of_match(datasette: Datasette, match: Match) -> str:
    """The address of a drug's page, with the name or code of it that the reader knew."""
    return f"{address_of(datasette, match['drug']['id'])}?{urlencode({'name': typed(match)})}"


async def _elsewhere(datasette: Datasette, request: Request, text: str) -> Response:
    current = await read(datasette, queries.current_id, text)
    if current:
        return Response.redirect(address_of(datasette, current), status=301)
    answer = (await resolver_of(datasette)).resolve(text) if not length_fault(text) else None
    if answer and answer["status"] == "match":
        match = answer["matches"][0]
        return Response.redirect(address_of_match(datasette, match), status=303)
    return await private_page(
        datasette,
        request,
        "crskb_no_drug.html",
        {"text": text, "answer": answer, "address_of_match": partial(address_of_match, datasette)},
        status=404,
    )


def _known_as(resolver: Resolver, drug_id: str, text: str) -> str | None:
    """The sentence that says by which of its names or codes `text` leads to the drug; None if it does not, whatever the address says."""
    if not text or length_fault(text):
        return None
    answer = resolver.resolve(text)
    if answer["status"] not in LISTED or answer["parts"]:
        return None
    match = next((match for match in answer["matches"] if match["drug"]["id"] == drug_id), None)
    return _told(match) if match else None


def _told(match: Match) -> str | None:
    """What the answer said of the name, without the tier, which stands below it on the page."""
    found = known_as(match)
    return f"{found}." if found else None


async def _context(
    datasette: Datasette, request: Request, drug: Row, matched: str | None, view: str | None = None
) -> dict[str, Any]:
    site = await site_of(datasette)
    words, signs, grades, treatments = await read(datasette, _beside, drug["id"])
    kinds, names = words["source_kind"], list(by_kind(drug["names"]))
    headline = next((row for row in drug["incidence"] if row["headline"]), None)
    address = f"{base_address(datasette, request)}/drugs/{drug['id']}"
    tier = site.tier(drug["relative_risk"])
    by_region, approved = list(regions.by_region(drug["regulatory"], site.regions)), overview.approved_in(drug)
    labels = overview.labels(drug, by_region, approved)
    onset, duration = (cohorts.timing(drug["incidence"], what) for what in ("onset", "duration"))
    shown, folded = schedule.schedules(drug["dose_schedule"], drug["mitigation"], view)
    brands, more_brands = heading(drug)
    grades, shared = overview.grades(grades)
    sources = drug["sources"] + [
        source for source in signs["sources"] if source["id"] not in {each["id"] for each in drug["sources"]}
    ]
    return {
        "here": "/drugs",
        "drug": {**drug, "sources": sources},
        "tier": tier,
        "why": formats.capital(drug["why_this_tier"].removeprefix(f"{tier['name']}: ")),
        "how_often": formats.capital(how_often(cast(DrugCard, drug))),
        "basis": words["risk_basis"][drug["risk_basis"]],
        "brands": brands,
        "more_brands": more_brands,
        "matched": matched,
        "headline": headline,
        "families": cohorts.families(drug["incidence"]),
        **_MOST,
        "factors": sorted(drug["risk_factors"], key=lambda row: _DIRECTIONS.index(row["direction"])),
        "past_cohorts": [cohorts.Family(row) for row in drug["incidence"] if row["past"]],
        "onset": onset,
        "duration": duration,
        "timeline": timeline(onset, duration),
        "regions": by_region,
        "rems": next((row["rems"] for row in by_region if row["rems"]), None),
        "approved": approved,
        "labels": labels,
        "view": view,
        "views": {None: "All regions", **regions.CHOICES},
        "tiles": order.tiles(drug["mitigation"], approved, labels["unread"], view),
        "order": order,
        "steps": words["dose_step"],
        "schedules": shown,
        "more_schedules": folded,
        "dosing": order.of_measure(drug["mitigation"], _DOSING if shown else ("step_up_dosing", *_DOSING), view),
        "pauses": order.of_measure(drug["mitigation"], ("dose_delay",), view),
        "managed": order.of_measure(drug["mitigation"], ("management",), view),
        "after": order.after_grades(drug["mitigation"], view),
        "grades": grades,
        "shared_by_grades": shared,
        "treats_by_weight": next((row for row in treatments if row["id"] == "tocilizumab"), None),
        "signs": signs["signs"],
        "deaths": overview.deaths(drug),
        "facts": cohorts.facts,
        "notes": cohorts.notes,
        "names_by_kind": names,
        "language": language,
        "numbers": {source["id"]: number for number, source in enumerate(sources, start=1)},
        "kinds": kinds,
        "holds": overview.holds({**drug, "sources": sources}, by_region, kinds, names),
        "strongest": words["evidence_kind"].get(drug["strongest_evidence"]),
        "edit_url": site.edit_url(f"data/drugs/{drug['id']}.yaml"),
        "address": address,
        "citation": f"crskb contributors. {drug['name']}. In: crskb, the open knowledge base of medicines linked with cytokine release syndrome. Data version {site.info['data_version']}, entry reviewed {drug['reviewed_on']}. {address}",
        "json_ld": linked_data.script(linked_data.drug(drug, site, address, base_address(datasette, request))),
    }


def _beside(
    connection: sqlite3.Connection, drug_id: str
) -> tuple[dict[str, dict[str, str]], Row, list[Row], list[Row]]:
    """What the page needs beside the drug: names of words by vocabulary, its own signs with their sources, grades, treatments."""
    words = {
        vocabulary: {row["id"]: row["name"] for row in queries.vocabulary(connection, vocabulary)}
        for vocabulary in ("source_kind", "evidence_kind", "risk_basis", "dose_step")
    }
    signs = bedside_queries.own_signs(connection, drug_id)
    return (
        words,
        {"signs": signs, "sources": queries.sources_cited(connection, signs)},
        bedside_queries.grades(connection, _GRADED_BY),
        bedside_queries.treatment_names(connection),
    )
