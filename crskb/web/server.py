"""Serve the built file: Datasette with settings that are safe in public, on uvicorn with its fast loop and parser."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm
from uvicorn.supervisors import Multiprocess

from crskb.database.connection import open_readonly
from crskb.errors import CrskbError
from crskb.web.connections import BoundedProtocol, most_connections
from crskb.web.metadata import read_metadata
from crskb.web.options import Options, choose
from crskb.web.privacy import silence_tracebacks
from crskb.web.served_database import DATABASE, ServedDatabase

SETTINGS = {
    "allow_csv_stream": True,
    "allow_download": True,
    "default_cache_ttl": 300,
    "default_facet_size": 30,
    "default_page_size": 100,
    "facet_time_limit_ms": 500,
    "max_csv_mb": 50,
    "max_returned_rows": 2000,
    "sql_time_limit_ms": 1000,
    "suggest_facets": False,
}
_WATCH_SECONDS = 1
GRACE_SECONDS = 3  # for answers under way when the server is stopped


def make_datasette(db: Path, options: Options | None = None, *, metadata: dict[str, Any] | None = None) -> Datasette:
    """A Datasette over the immutable file `db`, known as "crskb"; raises CrskbError if it is not what this version built."""
    options = options or Options()
    open_readonly(db).close()
    silence_tracebacks()
    plugin = sys.modules["crskb.web"]
    if not pm.is_registered(plugin):
        # Run from a folder in which the package is not installed: never serve without the guards.
        pm.register(plugin, name="crskb")
    # Datasette reads `memory` only to know that it needs no file of its own; the one database is added under its fixed name.
    datasette = Datasette(
        [],
        immutables=[],
        metadata=metadata or read_metadata(),
        settings={**SETTINGS, "default_allow_sql": options.sql},
        cors=True,
    )
    datasette.remove_database("_memory")
    datasette.add_database(ServedDatabase(datasette, db), name=DATABASE)
    choose(datasette, options)
    return datasette


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises CrskbError where that is not possible. Port 0 takes any free one."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        raise CrskbError(f"cannot listen on {host} port {port}: {error}; name another with --port or --host") from error


def serve(db: Path, options: Options, listening: socket.socket, workers: int = 1) -> None:
    """Serve `db` on a listening socket until interrupted, by one process or by `workers` that share the socket."""
    config = uvicorn.Config(
        partial(_app, db, options, os.getpid() if workers > 1 else None),
        factory=True,
        workers=workers,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        # No access log and no server header: a query can hold a patient's data. Nor a line for each request that is not HTTP.
        log_level="error",
        access_log=False,
        server_header=False,
        limit_concurrency=2 * most_connections(),  # the protocol makes room before this; what is left is work under way
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    if workers == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, [listening]).run()


def _app(db: Path, options: Options, parent: int | None) -> Any:
    """What each process serves. A worker ends when `parent` is gone: one that was killed outright can tell it nothing."""
    if parent:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    return make_datasette(db, options).app()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
