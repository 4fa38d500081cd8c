"""/reference: the index of the pages on CRS itself. Anchors of the one page that stood here lead to the entry that leads on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.database import reference_queries
from crskb.web.pages.rendering import kept_template
from crskb.web.running import read

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


async def show_reference(request: Request, datasette: Datasette) -> Response:
    return await kept_template(datasette, request, "crskb_reference.html", partial(_context, datasette))


async def _context(datasette: Datasette) -> dict[str, Any]:
    tables = await read(datasette, reference_queries.reference, ("treatments", "guidelines"))
    return {"here": "/reference", **tables}
