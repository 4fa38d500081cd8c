"""/api/v1: answers before Datasette's router is asked. A lookup runs no SQL and no template; the rest is made once and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote_plus

from crskb.database import queries
from crskb.lookup.answers import Answer, listed_drugs
from crskb.lookup.resolver import Resolver
from crskb.web.api import replies, requests
from crskb.web.api.answer_shapes import CheckAnswer, CheckSummary, GradeAnswer
from crskb.web.api.documents import Documents, stamp
from crskb.web.api.drug_list import FILTERS
from crskb.web.api.openapi import API_VERSION
from crskb.web.api.problems import Problem
from crskb.web.grading import rules_of
from crskb.web.http import READ, Gone, Message, Receive, Refusal, Reply, Send, check_method
from crskb.web.privacy import report
from crskb.web.running import read, resolve_all, resolver_of, site_of
from crskb.words import LISTED, STATUSES

if TYPE_CHECKING:
    from datasette.app import Datasette


class Route(NamedTuple):
    """What answers at an address that takes more than the address itself, and to which methods."""

    answer: Callable[[Message, Receive], Awaitable[Reply]]
    methods: str = READ


class Api:
    """The API of one running Datasette."""

    def __init__(self, datasette: Datasette):
        self._datasette = datasette
        self._base = str(datasette.setting("base_url")).rstrip("/")
        self._root = f"{self._base}/api/v1"
        self._documents = Documents(datasette, self._root)
        self._kept: dict[str, Reply] = {}
        self._info: dict[str, str] = {}
        self._exact: dict[bytes, tuple[Message, Message]] = {}
        self._routes = {
            "/lookup": Route(self._lookup),
            "/check": Route(self._check, "POST, OPTIONS"),
            "/drugs": Route(self._drugs),
            "/grade": Route(self._grade),
        }

    def answers(self, path: str) -> bool:
        """True for every address under /api/ but the page that shows the document, which Datasette answers as it does /api."""
        local = self.local(path)
        return local.startswith("/api/") and local != "/api/v1/docs"

    def local(self, path: str) -> str:
        """The path without the base URL; a proxy may have taken that off already."""
        return path.removeprefix(self._base) if path.startswith(f"{self._base}/") else path

    async def load(self) -> Resolver:
        """Read what every answer needs."""
        self._info = self._info or (await site_of(self._datasette)).info
        return await resolver_of(self._datasette)

    @property
    def info(self) -> dict[str, str]:
        """The facts of the build, once they are loaded."""
        return self._info

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong becomes a problem document."""
        try:
            path = self.local(scope["path"]).removeprefix("/api").rstrip("/")
            await self.load()
            if scope["method"] == "OPTIONS":
                await replies.send_options(send, self._methods(path))
                return
            reply = await self._reply(path, scope, receive)
        except Problem as problem:
            reply = replies.problem(problem, self._root)
        except Gone:
            return
        except Exception as error:
            report(error)
            fault = Problem(
                "server-fault",
                "Something went wrong here. It is not your request; the fault was noted without its text.",
            )
            reply = replies.problem(fault, self._root)
        await replies.send_reply(reply, scope, send, self._etag)

    @property
    def _etag(self) -> str:
        return f'W/"{API_VERSION}-{self._info.get("content_hash", "")[:16]}"'

    def _methods(self, path: str) -> str:
        route = self._routes.get(path.removeprefix("/v1"))
        return route.methods if route else READ

    async def _reply(self, path: str, scope: Message, receive: Receive) -> Reply:
        if path != "/v1" and not path.startswith("/v1/"):
            raise Problem(
                "not-found", f"Nothing is here; the API is {self._root}, described in {self._root}/openapi.json."
            )
        try:
            check_method(scope["method"], self._methods(path))
        except Refusal as refusal:
            raise Problem("method-not-allowed", refusal.said, headers=refusal.headers) from refusal
        path = path.removeprefix("/v1")
        if path in self._routes:
            return await self._routes[path].answer(scope, receive)
        reply = await self.kept(path)
        requests.read_parameters(scope)
        return reply

    async def make_exact(self) -> None:
        """Make the answers to the names in the data as they are written, and in small letters, before they are asked for.

        Only these: what readers type is kept nowhere.
        """
        resolver = await self.load()
        for name in await read(self._datasette, queries.known_names):
            for text in {name, name.lower()}:
                answer = replies.typed(resolver.resolve(text)).to([], etag=self._etag)
                self._exact[b"q=" + quote_plus(text).encode()] = replies.messages(*answer)

    def exact(self, scope: Message) -> tuple[Message, Message] | None:
        """The two messages that answer a plain GET of a known name, made already."""
        if scope["method"] != "GET" or scope["path"] != f"{self._root}/lookup":
            return None
        made = self._exact.get(scope["query_string"])
        return None if made and any(key == b"if-none-match" for key, _ in scope["headers"]) else made

    async def kept(self, path: str) -> Reply:
        """The answer below /v1 that depends on the path alone, made the first time it is asked for; raises Problem where there is none."""
        reply = self._kept.get(path) or await self._documents.made(path)
        if reply.status == 200:
            self._kept[path] = reply
        return reply

    async def _lookup(self, scope: Message, receive: Receive) -> Reply:
        resolver = await resolver_of(self._datasette)
        return replies.typed(resolver.resolve(requests.read_query(scope)))

    async def _check(self, scope: Message, receive: Receive) -> Reply:
        requests.read_parameters(scope)
        medications = await requests.read_medications(scope, receive)
        results = await resolve_all(await resolver_of(self._datasette), medications)
        answer: CheckAnswer = {**stamp(self._info), "summary": summary(results), "results": results}
        return replies.typed(answer)

    async def _drugs(self, scope: Message, receive: Receive) -> Reply:
        given = requests.read_parameters(scope, FILTERS)
        return await self._documents.filtered(given) if given else await self.kept("/drugs")

    async def _grade(self, scope: Message, receive: Receive) -> Reply:
        graded = (await rules_of(self._datasette)).answer(requests.read_grade(scope))
        answer: GradeAnswer = {**stamp(self._info), **graded}
        return replies.typed(answer)


def summary(results: list[Answer]) -> CheckSummary:
    """Counts and the highest tier of a list that was checked."""
    counts = Counter(answer["status"] for answer in results)
    drugs = listed_drugs(results)
    open_ = sum(counts[status] for status in ("suggestion", "unknown"))
    unsure = f" {open_} could not be recognised and may still be one." if open_ else ""
    naming = sum(bool(answer["matches"]) for answer in results if answer["status"] in LISTED)
    classes = f" {counts['class']} only a class of medicines." if counts["class"] else ""
    highest = f"; the highest tier is {drugs[0]['tier_name'].lower()}" if drugs else ""
    return {
        "count": len(results),
        "by_status": {status: counts[status] for status in STATUSES},
        "highest_relative_risk": drugs[0]["relative_risk"] if drugs else None,
        "drugs": [drug["id"] for drug in drugs],
        "message": f"{naming} of {len(results)} name a medicine linked with CRS{highest}.{classes}{unsure} Absence here is not evidence of safety.",
    }
