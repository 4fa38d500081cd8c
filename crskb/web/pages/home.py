"""/: the search box, and the answer where the search did not lead to one drug."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.database import class_queries, queries
from crskb.lookup.messages import heading
from crskb.web.http import Gone, TooLarge
from crskb.web.pages import linked_data
from crskb.web.pages.drug import address_of_match, send_drug
from crskb.web.pages.forms import Unreadable, read_form
from crskb.web.pages.rendering import kept_template, private_page
from crskb.web.running import base_address, read, resolver_of
from crskb.words import STATUSES, is_blank, length_fault

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


_CHANGES_SHOWN = 3


async def show_home(request: Request, datasette: Datasette) -> Response:
    """The search page. `?q=` with the name of exactly one drug leads to its page, anything else stays with the typed word.

    By POST everything is answered at once and at this address, so that what was typed stands in no address.
    """
    if request.method == "POST":
        try:
            form = await read_form(request)
        except (TooLarge, Unreadable):
            return await _refused(request, datasette, "This form cannot be read, so nothing was looked up.")
        except Gone:
            return Response("", status=400)  # nobody is left to read it
        return await _answer(request, datasette, form.fields.get("q", "").strip())
    text = (request.args.get("q") or "").strip()
    if text:
        return await _answer(request, datasette, text)

    async def make() -> dict[str, Any]:
        base = base_address(datasette, request)
        return {
            "here": "/",
            "address": f"{base}/",
            "json_ld": await linked_data.dataset_script(datasette, base),
            "changes": (await read(datasette, queries.changes))[:_CHANGES_SHOWN],
            "known_words": linked_data.script(await read(datasette, class_queries.words_to_choose)),
        }

    return await kept_template(datasette, request, "crskb_home.html", make)


async def _answer(request: Request, datasette: Datasette, text: str) -> Response:
    if fault := length_fault(text):
        return await _refused(
            request,
            datasette,
            f"The text {fault}, so it was not looked up. Type one medicine, or check a whole list.",
        )
    if is_blank(text):
        return await _refused(request, datasette, "Nothing was typed, so nothing was looked up.")
    answer = (await resolver_of(datasette)).resolve(text)
    if answer["status"] == "match" and not answer["parts"]:  # what was not understood is told first
        match = answer["matches"][0]
        if request.method == "POST":
            return await send_drug(request, datasette, match)
        return Response.redirect(address_of_match(datasette, match), status=303, headers={"cache-control": "no-store"})
    context = {
        "here": "/",
        "answer": answer,
        "heading": heading(answer),
        "statuses": STATUSES,
        "address_of_match": partial(address_of_match, datasette),
    }
    return await private_page(datasette, request, "crskb_home.html", context)


async def _refused(request: Request, datasette: Datasette, problem: str) -> Response:
    return await private_page(datasette, request, "crskb_home.html", {"here": "/", "problem": problem}, 400)
