"""/: the search box, and the answer where the search did not lead to one drug."""

from __future__ import annotations

from typing import Any

from datasette import Response

from crskb.web.pages import linked_data
from crskb.web.pages.site import base_address, kept_page, site_of

LONGEST_QUERY = 200


async def show_home(request: Any, datasette: Any) -> Response:
    """The search page; `?q=` with the name of exactly one drug leads to it, anything else stays with the typed word."""

    async def make() -> str:
        base = base_address(datasette, request)
        context = {"here": "/", "address": f"{base}/", "json_ld": linked_data.script(linked_data.dataset(await site_of(datasette), base))}
        return str(await datasette.render_template("crskb_home.html", context, request=request))

    return await kept_page(datasette, request, ("home",), make)
