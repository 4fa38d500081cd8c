"""/: the search box, and the answer where the search did not lead to one drug."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from datasette import Response

from crskb.lookup.answers import LONGEST_QUERY
from crskb.web.http import Gone, TooLarge
from crskb.web.options import options_of
from crskb.web.pages import linked_data
from crskb.web.pages.drug import address_of, send_drug
from crskb.web.pages.forms import Unreadable, read_form
from crskb.web.pages.rendering import kept_page, private_page
from crskb.web.running import base_address, resolver_of, site_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_HEADINGS = {
    "ambiguous": "Several listed medicines",
    "suggestion": "Not found",
    "treatment": "A medicine used against cytokine release syndrome",
    "not_linked": "Assessed and not listed",
    "other_medicine": "A known medicine that was not assessed",
    "unknown": "No such name is known here",
}


async def show_home(request: Request, datasette: Datasette) -> Response:
    """The search page. `?q=` with the name of exactly one drug leads to its page, anything else stays with the typed word.

    By POST everything is answered at once and at this address, so that what was typed stands in no address.
    """
    if request.method == "POST":
        try:
            form = await read_form(request)
        except (TooLarge, Unreadable):
            problem = "This form cannot be read, so nothing was looked up."
            return await private_page(datasette, request, "crskb_home.html", {"here": "/", "problem": problem}, 400)
        except Gone:
            return Response("", status=400)  # nobody is left to read it
        return await _answer(request, datasette, form.fields.get("q", "").strip())
    text = (request.args.get("q") or "").strip()
    if text:
        return await _answer(request, datasette, text)

    async def make() -> str:
        base = base_address(datasette, request)
        context = {
            "here": "/",
            "address": f"{base}/",
            "json_ld": linked_data.script(
                linked_data.dataset(await site_of(datasette), base, tables=options_of(datasette).tables)
            ),
        }
        return str(await datasette.render_template("crskb_home.html", context, request=request))

    return await kept_page(datasette, request, ("home",), make)


async def _answer(request: Request, datasette: Datasette, text: str) -> Response:
    problem = ""
    if len(text) > LONGEST_QUERY:
        problem = f"The text is longer than {LONGEST_QUERY} characters, so it was not looked up. Type one medicine, or check a whole list."
    elif not text:
        problem = "Nothing was typed, so nothing was looked up."
    if problem:
        return await private_page(datasette, request, "crskb_home.html", {"here": "/", "problem": problem}, 400)
    answer = (await resolver_of(datasette)).resolve(text)
    if answer["status"] == "match":
        match = answer["matches"][0]
        if request.method == "POST":
            return await send_drug(request, datasette, match["drug"]["id"], match["name"])
        return Response.redirect(
            address_of(datasette, match["drug"]["id"], match["name"]), status=303, headers={"cache-control": "no-store"}
        )
    context = {
        "here": "/",
        "answer": answer,
        "heading": _HEADINGS[answer["status"]],
        "address_of": partial(address_of, datasette),
    }
    return await private_page(datasette, request, "crskb_home.html", context)
