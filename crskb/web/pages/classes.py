"""/classes/<id>: a class of medicines with its drugs by tier, how often and how severe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from datasette import NotFound, Response

from crskb.database import class_queries
from crskb.database.queries import Row
from crskb.lookup.answers import DrugCard
from crskb.lookup.messages import how_often
from crskb.web.pages import formats
from crskb.web.pages.rendering import kept_template
from crskb.web.running import base_address, read, site_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


async def show_class(request: Request, datasette: Datasette) -> Response:
    """The page of a class; 404 for any other id."""
    id_: str = request.url_vars["id"]
    found: Row | None = await read(datasette, class_queries.drug_class, id_)
    if not found:
        raise NotFound("There is no class of medicines with this address.")

    async def make() -> dict[str, Any]:
        site = await site_of(datasette)
        return {
            "here": "/classes",
            "class": found,
            "tiers": formats.grouped(found["drugs"], "relative_risk"),
            "how_often": {row["id"]: how_often(cast(DrugCard, row)) for row in found["drugs"]},
            "compared": id_ in {drug_class["id"] for drug_class in site.classes},
            "address": f"{base_address(datasette, request)}/classes/{id_}",
        }

    return await kept_template(datasette, request, "crskb_class.html", make, id_)
