"""/drugs/<id>/card: a card to print, fold and carry. It knows the medicine and nothing of the patient: dates and telephone are written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from datasette import NotFound, Response

from crskb.database import bedside_queries, queries
from crskb.web.pages.names import heading
from crskb.web.pages.rendering import kept_template
from crskb.web.running import base_address, read

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


async def show_card(request: Request, datasette: Datasette) -> Response:
    """The wallet card of one listed drug."""
    drug_id = unquote(request.url_vars["id"])

    async def context() -> dict[str, Any]:
        drug = await read(datasette, queries.drug, drug_id)
        if drug is None:
            raise NotFound("There is no medicine with this address here. That is not evidence of safety.")
        signs = await read(datasette, bedside_queries.emergency_signs)
        sources = await read(datasette, queries.sources_cited, signs)
        brands, _ = heading(drug)
        return {
            "here": "/drugs",
            "drug": drug,
            "brands": brands,
            "signs": signs,
            "advice": list(dict.fromkeys(row["advice"] for row in signs if row["advice"])),
            "sources": sources,
            "address": f"{base_address(datasette, request)}/drugs/{drug['id']}",
        }

    return await kept_template(datasette, request, "crskb_card.html", context, drug_id)
