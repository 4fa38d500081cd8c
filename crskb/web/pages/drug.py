"""/drugs/<id>: one medicine, the answer above the fold and all it rests on below."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import unquote, urlencode

from datasette import Response

from crskb.database import queries
from crskb.database.queries import Row
from crskb.lookup.answers import LONGEST_QUERY
from crskb.lookup.names import fold
from crskb.web import formats
from crskb.web.pages import linked_data
from crskb.web.pages.site import already_kept, base_address, kept_page, private_page, site_of
from crskb.web.reading import read
from crskb.web.resolving import resolver_of

_WATCHED = ("monitoring", "hospitalisation", "setting", "rescue_on_site", "driving_restriction")
_NAME_KINDS = ("brand", "biosimilar_brand", "us_suffix_name", "abbreviation", "synonym", "former_name", "development_code")
_NO_BOXED_WARNING = ("EU", "UK")  # labels there have no boxed warnings; silence of the data means nothing
_GRADES = (("grade1", "Grade 1"), ("grade2", "Grade 2"), ("grade1_2", "Grade 1 or 2"), ("grade3", "Grade 3"), ("grade4", "Grade 4"), ("grade3_4", "Grade 3 or 4"))
_OF = {"treated": " of those treated", "crs": " of those with CRS"}
_SHARES = (("tocilizumab", "given tocilizumab"), ("corticosteroid", "given corticosteroids"), ("recurrent", "with recurrent CRS"), ("resolved", "resolved"), ("fatal", "fatal CRS"))


async def show_drug(request: Any, datasette: Any) -> Response:
    """The page of one drug; a former id or another exact name of a listed drug leads there, anything else is a 404 that helps."""
    drug_id = unquote(request.url_vars["id"])
    name = request.args.get("name", "")
    kept = None if name else await already_kept(datasette, request, ("drug", drug_id, None))
    if kept:
        return kept
    drug = await read(datasette, queries.drug, drug_id)
    if drug is None:
        return await _elsewhere(datasette, request, drug_id)
    known_as = _known_as(drug, name)

    async def make() -> str:
        return str(await datasette.render_template("crskb_drug.html", await _context(datasette, request, drug, known_as), request=request))

    return await kept_page(datasette, request, ("drug", drug_id, known_as), make)


def address_of(datasette: Any, drug: str, known_as: str | None = None) -> str:
    """The address of a drug's page, with the name of it that the reader knew."""
    return str(datasette.urls.path(f"/drugs/{drug}")) + (f"?{urlencode({'name': known_as})}" if known_as else "")


async def _elsewhere(datasette: Any, request: Any, text: str) -> Response:
    current = await read(datasette, queries.current_id, text)
    if current:
        return Response.redirect(address_of(datasette, current), status=301)
    answer = (await resolver_of(datasette)).resolve(text) if len(text) <= LONGEST_QUERY else None
    if answer and answer["status"] == "match":
        match = answer["matches"][0]
        return Response.redirect(address_of(datasette, match["drug"]["id"], match["name"]), status=303)
    return await private_page(datasette, request, "crskb_no_drug.html", {"text": text, "answer": answer, "address_of": partial(address_of, datasette)}, status=404)


def _known_as(drug: Row, text: str) -> str | None:
    """The sentence that says which name of the drug was searched for; only names in the data, whatever the address says."""
    folded = fold(text)
    for name in drug["names"] if folded else []:
        if fold(name["name"]) == folded and name["kind"] != "inn":
            region = f" ({name['region']})" if name["region"] else ""
            return f"{name['name']}{region} is {_kind(name['kind'])} of {drug['name']}."
    for code in drug["identifiers"]:
        if code["value"].casefold() == text.strip().casefold():
            return f"{code['value']} is a code of {drug['name']} ({formats.words(code['scheme'])})."
    return None


def _kind(kind: str) -> str:
    plain = {"brand": "a brand name", "us_suffix_name": "a US name", "abbreviation": "an abbreviation"}
    return plain.get(kind) or f"a {kind.replace('_', ' ')}"


async def _context(datasette: Any, request: Any, drug: Row, known_as: str | None) -> dict[str, Any]:
    site = await site_of(datasette)
    signs = await read(datasette, queries.signs, drug["id"])
    kinds = await read(datasette, queries.vocabulary, "source_kind")
    evidence_kinds = {row["id"]: row["name"] for row in await read(datasette, queries.vocabulary, "evidence_kind")}
    headline = next((row for row in drug["incidence"] if row["headline"]), None)
    address = f"{base_address(datasette, request)}/drugs/{drug['id']}"
    tier = site.tier(drug["relative_risk"])
    regions = list(_by_region(drug["regulatory"], site.regions))
    return {
        "here": "/drugs",
        "drug": drug,
        "tier": tier,
        "why": _sentence(drug["why_this_tier"].removeprefix(f"{tier['name']}: ")),
        "brands": [name["name"] for name in drug["names"] if name["kind"] in ("brand", "biosimilar_brand")],
        "matched": known_as,
        "headline": headline,
        "cohorts": drug["incidence"],
        "onset": _timing(drug["incidence"], "onset"),
        "duration": _timing(drug["incidence"], "duration"),
        "regions": [region for region in regions if not region["silent"]],
        "other_regions": [region["name"] for region in regions if region["silent"]],
        "watch": sorted((row for row in drug["mitigation"] if row["measure"] in _WATCHED), key=lambda row: _WATCHED.index(row["measure"])),
        "signs": signs,
        "facts": _facts,
        "notes": _notes,
        "names_by_kind": list(_by_kind(drug["names"])),
        "numbers": {source["id"]: number for number, source in enumerate(drug["sources"], start=1)},
        "kinds": {row["id"]: row["name"] for row in kinds},
        "strongest": evidence_kinds.get(drug["strongest_evidence"]),
        "edit_url": site.edit_url(f"data/drugs/{drug['id']}.yaml"),
        "address": address,
        "citation": f"crskb contributors. {drug['name']}. In: crskb, the open knowledge base of medicines linked with cytokine release syndrome. Data version {site.info['data_version']}, entry reviewed {drug['reviewed_on']}. {address}",
        "json_ld": linked_data.script(linked_data.drug(drug, site, address, base_address(datasette, request))),
    }


def _timing(cohorts: list[Row], what: str) -> Row | None:
    """Onset or duration from the headline cohort, else from the first cohort that has it, which is then named."""
    for row in cohorts:
        text = formats.timing(row, what)
        if text:
            return {"text": text, "cohort": None if row["headline"] else row["cohort"], "note": row[f"{what}_note"]}
    return None


def _by_region(rows: list[Row], names: dict[str, str]) -> Iterator[Row]:
    """What the rows of one region say together: yes if any says yes, no if any says no and none yes, else unknown."""
    for region, grouped in groupby(rows, key=lambda row: row["region"]):
        of_region = list(grouped)
        boxed, label = _together(of_region, "boxed_warning_crs"), _together(of_region, "label_warning_crs")
        rems = [row["rems"] for row in of_region if row["rems"]]
        yield {
            "name": names.get(region, region),
            "boxed": None if boxed == "unknown" and region in _NO_BOXED_WARNING else boxed,
            "label": label,
            "silent": region not in ("US", "EU") and boxed == label == "unknown",
            "rems": (rems[-1] if rems else "unknown") if region == "US" else None,
            "status": "; ".join(_statuses(of_region)),
        }


def _statuses(rows: list[Row]) -> Iterator[str]:
    """Each status once, approvals first, with the earliest date among its rows, and with the brands where it is not an approval."""
    for status in sorted({row["status"] for row in rows}, key=lambda status: (status != "approved", status)):
        of_status = [row for row in rows if row["status"] == status]
        dates = [row["date"] for row in of_status if row["date"]]
        brands = dict.fromkeys(row["brand"] for row in of_status if row["brand"]) if status != "approved" else ()
        told = f"{formats.words(status)} ({', '.join(brands)})" if brands else f"{formats.words(status)}"
        yield f"{told}, earliest decision here {formats.day(min(dates))}" if dates else told


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _together(rows: list[Row], key: str) -> str:
    values = {row[key] for row in rows}
    return "yes" if 1 in values else "no" if 0 in values else "unknown"


def _by_kind(names: list[Row]) -> Iterator[tuple[str, list[str]]]:
    for kind in _NAME_KINDS:
        of_kind = [f"{name['name']} ({name['region']})" if name["region"] else name["name"] for name in names if name["kind"] == kind]
        if of_kind:
            yield kind, of_kind


def _facts(row: Row) -> Iterator[tuple[str, str]]:
    """The short facts of a cohort as label and value."""
    trial = " ".join(part for part in (row["trial_name"], row["trial_nct"]) if part)
    whom = ", ".join(part for part in (formats.words(row["population"]), row["indication"]) if part)
    yield from ((label, value) for label, value in (("Trial", trial), ("Patients", whom), ("Dose", row["dose"]), ("With", row["other_agents"])) if value)
    yield "Scale", row["scale_name"] or "not known"
    yield from ((label, told) for key, label in _GRADES if (told := _told(row, key, "")))
    for what in ("onset", "duration"):
        text = formats.timing(row, what)
        if text:
            yield what.capitalize(), text
    for key, label in _SHARES:
        told = _told(row, key, _OF.get(row.get(f"pct_{key}_of") or "", ""))
        if told:
            yield "", f"{told} {label}"


def _told(row: Row, key: str, of: str) -> str | None:
    """A count and its percentage as printed, whichever there is: "60 (36.4% of those treated)"."""
    counted, pct = row[f"n_{key}"], row[f"pct_{key}"]
    if counted is None:
        return None if pct is None else f"{pct:g}%{of}"
    return f"{counted}" if pct is None else f"{counted} ({pct:g}%{of})"


def _notes(row: Row) -> Iterator[tuple[str, str]]:
    """What a reader must know of a cohort, as label and text."""
    labelled = (
        ("Why this is the headline", "headline_reason"),
        ("Prophylaxis", "prophylaxis"),
        ("Onset", "onset_note"),
        ("Duration", "duration_note"),
        ("Grading", "grading_note"),
        ("Comparison arm", "comparator"),
        ("Further figures", "other_figures"),
        ("These patients are also counted in", "counted_in"),
        ("The same patients stand in the entry of", "counted_in_drug"),
        ("Arithmetic", "arithmetic_note"),
        ("", "note"),
    )
    yield from ((label, row[key]) for label, key in labelled if row[key])
