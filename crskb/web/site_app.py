"""The whole site as one ASGI app: health first, then the API, then pages; and what is made while nobody waits for it yet."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crskb.database import queries
from crskb.web.api.app import Api
from crskb.web.api.replies import send_reply, typed
from crskb.web.health import Health
from crskb.web.http import App, Message, Receive, Send
from crskb.web.options import options_of
from crskb.web.privacy import report
from crskb.web.running import read
from crskb.web.served_database import DATABASE, ServedDatabase

if TYPE_CHECKING:
    from datasette.app import Datasette


def with_api(app: App, datasette: Datasette) -> App:
    """`app` behind the API and the two addresses of health; names are read when the server starts, not when the first reader asks."""
    api, health = Api(datasette), Health()
    warming: list[asyncio.Task[None]] = []  # the loop itself keeps no task alive

    async def first(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            database: Any = datasette.get_database(DATABASE)
            if isinstance(database, ServedDatabase):
                database.open()
            health.open(datasette)
            await api.load()
            warming.append(asyncio.ensure_future(_warm(api, health, datasette)))
        if scope["type"] == "http" and (made := api.exact(scope)):
            for message in made:
                await send(message)
        elif scope["type"] == "http" and api.answers(scope["path"]):
            await api(scope, receive, send)
        elif scope["type"] == "http" and api.local(scope["path"]) in ("/-/live", "/-/ready"):
            live = api.local(scope["path"]) == "/-/live"
            status, body = (200, {"live": True}) if live else health.ready(api.info)
            await send_reply(replace(typed(body), status=status), scope, send, "")
        else:
            await app(scope, receive, send)

    return first


async def _warm(api: Api, health: Health, datasette: Datasette) -> None:
    """Make the answers and pages of all drugs and sources, so that no reader waits for a thread or a template."""
    options = options_of(datasette)
    host = (options.public_url or options.served_at or "http://localhost").partition("://")[2]
    try:
        await api.make_exact()
        for path in await read(datasette, queries.entity_paths):
            await api.kept(path)
            if path.startswith("/drugs/"):
                await datasette.client.get(path, headers={"host": host})
    except Exception as error:  # told again to whoever asks for that page
        report(error)
    if options.served_at:
        # The process serves this site alone, and what was made so far stays: no collection need look at it again.
        gc.collect()
        gc.freeze()
    health.warm = True
