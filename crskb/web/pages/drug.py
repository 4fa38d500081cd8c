"""/drugs/<id>: one medicine, the answer above the fold and all it rests on below."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlencode

from datasette import NotFound, Response

from crskb.database import queries
from crskb.database.queries import Row
from crskb.lookup.answers import DrugCard, Match
from crskb.lookup.messages import how_often, known_as, typed
from crskb.lookup.resolver import Resolver
from crskb.web.pages import cohorts, linked_data
from crskb.web.pages.regions import by_region
from crskb.web.pages.rendering import already_kept, kept_page, private_page
from crskb.web.running import base_address, read, resolver_of, site_of
from crskb.words import KINDS, LISTED, length_fault

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_WATCHED = ("hospitalisation", "proximity", "monitoring", "setting", "rescue_on_site", "driving_restriction")
_NAMES_SHOWN = tuple(kind for kind in KINDS if kind not in ("inn", "misspelling"))


async def show_drug(request: Request, datasette: Datasette) -> Response:
    """The page of one drug; a former id or another exact name of a listed drug leads there, anything else is a 404 that helps."""
    drug_id = unquote(request.url_vars["id"])
    name = request.args.get("name", "")
    kept = None if name else await already_kept(datasette, request, ("drug", drug_id, None))
    if kept:
        return kept
    drug = await read(datasette, queries.drug, drug_id)
    if drug is None:
        return await _elsewhere(datasette, request, drug_id)
    matched = _known_as(await resolver_of(datasette), drug_id, name)

    async def make() -> str:
        return str(
            await datasette.render_template(
                "crskb_drug.html", await _context(datasette, request, drug, matched), request=request
            )
        )

    return await kept_page(datasette, request, ("drug", drug_id, matched), make)


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


async def _context(datasette: Datasette, request: Request, drug: Row, matched: str | None) -> dict[str, Any]:
    site = await site_of(datasette)
    signs = await read(datasette, queries.signs, drug["id"])
    kinds = await read(datasette, queries.vocabulary, "source_kind")
    evidence_kinds = {row["id"]: row["name"] for row in await read(datasette, queries.vocabulary, "evidence_kind")}
    headline = next((row for row in drug["incidence"] if row["headline"]), None)
    address = f"{base_address(datasette, request)}/drugs/{drug['id']}"
    tier = site.tier(drug["relative_risk"])
    regions = list(by_region(drug["regulatory"], site.regions))
    return {
        "here": "/drugs",
        "drug": drug,
        "tier": tier,
        "why": _sentence(drug["why_this_tier"].removeprefix(f"{tier['name']}: ")),
        "how_often": _sentence(how_often(cast(DrugCard, drug))),
        "brands": [name["name"] for name in drug["names"] if name["kind"] in ("brand", "biosimilar_brand")],
        "matched": matched,
        "headline": headline,
        "cohorts": drug["incidence"],
        "onset": cohorts.timing(drug["incidence"], "onset"),
        "duration": cohorts.timing(drug["incidence"], "duration"),
        "regions": [region for region in regions if not region["silent"]],
        "other_regions": [region["name"] for region in regions if region["silent"]],
        "watch": sorted(
            (row for row in drug["mitigation"] if row["measure"] in _WATCHED and not row["past"]),
            key=lambda row: _WATCHED.index(row["measure"]),
        ),
        "signs": signs,
        "facts": cohorts.facts,
        "notes": cohorts.notes,
        "names_by_kind": list(_by_kind(drug["names"])),
        "numbers": {source["id"]: number for number, source in enumerate(drug["sources"], start=1)},
        "kinds": {row["id"]: row["name"] for row in kinds},
        "strongest": evidence_kinds.get(drug["strongest_evidence"]),
        "edit_url": site.edit_url(f"data/drugs/{drug['id']}.yaml"),
        "address": address,
        "citation": f"crskb contributors. {drug['name']}. In: crskb, the open knowledge base of medicines linked with cytokine release syndrome. Data version {site.info['data_version']}, entry reviewed {drug['reviewed_on']}. {address}",
        "json_ld": linked_data.script(linked_data.drug(drug, site, address, base_address(datasette, request))),
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _by_kind(names: list[Row]) -> Iterator[tuple[str, list[str]]]:
    for kind in _NAMES_SHOWN:
        of_kind = [_with_note(name) for name in names if name["kind"] == kind]
        if of_kind:
            yield kind, of_kind


def _with_note(name: Row) -> str:
    known = "; ".join(part for part in (name["region"], name["note"]) if part)
    return f"{name['name']} ({known})" if known else str(name["name"])
