"""/api/v1: answers before Datasette's router is asked. A lookup runs no SQL and no template; the rest is made once and kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from crskb.database import queries, reference_queries
from crskb.database.queries import Row
from crskb.grading.answers import Answers
from crskb.lookup.answers import DISCLAIMER, Answer, urgency
from crskb.lookup.resolver import Resolver
from crskb.web.api import replies, requests
from crskb.web.api.answer_shapes import CheckAnswer, CheckSummary, DrugList, GradeAnswer, Stamp, Version
from crskb.web.api.openapi import API_VERSION, openapi
from crskb.web.api.shapes import DRUG, REFERENCE, SOURCE_ANSWER
from crskb.web.api.shaping import shaped
from crskb.web.grading import rules_of
from crskb.web.http import READ, Gone, Message, Receive, Refusal, Reply, Send, check_method
from crskb.web.privacy import report
from crskb.web.running import read, resolve_all, resolver_of
from crskb.words import LISTED, STATUSES

if TYPE_CHECKING:
    from datasette.app import Datasette

_ENTITY = re.compile(r"/(drugs|sources)/([^/]+)")


class Api:
    """The API of one running Datasette."""

    def __init__(self, datasette: Datasette):
        self._datasette = datasette
        self._base = str(datasette.setting("base_url")).rstrip("/")
        self._prefix = f"{self._base}/api"
        self._lookup = f"{self._prefix}/v1/lookup"
        self._kept: dict[str, Reply] = {}
        self._info: dict[str, str] = {}
        self._exact: dict[bytes, tuple[Message, Message]] = {}
        self._pages: dict[str, Callable[[], Awaitable[Any]]] = {
            "": self._index,
            "/drugs": self._drugs,
            "/reference": self._reference,
            "/version": self._version,
            "/openapi.json": self._openapi,
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
        if not self._info:
            self._info = await read(self._datasette, queries.build_info)
        return await resolver_of(self._datasette)

    @property
    def info(self) -> dict[str, str]:
        """The facts of the build, once they are loaded."""
        return self._info

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong becomes a problem document."""
        try:
            path = self.local(scope["path"]).removeprefix("/api").rstrip("/")
            resolver = await self.load()
            if scope["method"] == "OPTIONS":
                await replies.send_options(send, _allowed(path))
                return
            reply = await self._reply(path, scope, receive, resolver)
        except Refusal as refusal:
            reply = replies.problem(refusal)
        except Gone:
            return
        except Exception as error:
            report(error)
            reply = replies.problem(
                Refusal(500, "Something went wrong here. It is not your request; the fault was noted without its text.")
            )
        await replies.send_reply(reply, scope, send, self._etag)

    @property
    def _etag(self) -> str:
        return f'W/"{API_VERSION}-{self._info.get("content_hash", "")[:16]}"'

    async def _reply(self, path: str, scope: Message, receive: Receive, resolver: Resolver) -> Reply:
        if path != "/v1" and not path.startswith("/v1/"):
            raise Refusal(
                404, f"Nothing is here; the API is {self._prefix}/v1, described in {self._prefix}/v1/openapi.json."
            )
        check_method(scope["method"], _allowed(path))
        path = path.removeprefix("/v1")
        if path == "/lookup":
            return replies.typed(resolver.resolve(requests.read_query(scope)))
        if path == "/check":
            return replies.typed(await self._check(resolver, await requests.read_medications(scope, receive)))
        if path == "/grade":
            return replies.typed(await self._grade(requests.read_grade(scope)))
        return await self.kept(path)

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
        if scope["method"] != "GET" or scope["path"] != self._lookup:
            return None
        made = self._exact.get(scope["query_string"])
        return None if made and any(key == b"if-none-match" for key, _ in scope["headers"]) else made

    async def kept(self, path: str) -> Reply:
        """The answer below /v1 that depends on the path alone, made the first time it is asked for; raises Refusal where there is none."""
        reply = self._kept.get(path) or await self._made(path)
        if reply.status == 200:
            self._kept[path] = reply
        return reply

    async def _made(self, path: str) -> Reply:
        if path in self._pages:
            return replies.kept(await self._pages[path]())
        entity = _ENTITY.fullmatch(path)
        if entity and entity[1] == "drugs":
            return await self._drug(entity[2])
        found = await read(self._datasette, queries.source, entity[2]) if entity else None
        if found:
            return replies.kept(shaped(SOURCE_ANSWER, {**found, **self._stamp()}))
        raise Refusal(
            404,
            "No such source." if entity else f"Nothing is here; the addresses stand in {self._prefix}/v1/openapi.json.",
        )

    async def _drug(self, drug_id: str) -> Reply:
        found = await read(self._datasette, queries.drug, drug_id)
        if found:
            named = {"targets": found["target_list"], "crs_incidence": found["incidence"]}
            whole = {**found, **named, **self._stamp(), "url": f"/drugs/{found['id']}"}
            return replies.kept(shaped(DRUG, whole))
        current = await read(self._datasette, queries.current_id, drug_id)
        if current:
            return replies.redirect(f"{self._prefix}/v1/drugs/{current}")
        raise Refusal(
            404,
            f"No listed drug has this id. A name is looked up with {self._prefix}/v1/lookup?q=name; absence here is not evidence of safety.",
        )

    async def _check(self, resolver: Resolver, texts: list[str]) -> CheckAnswer:
        results = await resolve_all(resolver, texts)
        return {**self._stamp(), "summary": summary(results), "results": results}

    async def _grade(self, answers: Answers) -> GradeAnswer:
        return {**self._stamp(), **(await rules_of(self._datasette)).answer(answers)}

    async def _index(self) -> dict[str, str]:
        return {
            name: f"{self._prefix}/v1/{name}"
            for name in ("openapi.json", "lookup?q=", "check", "drugs", "grade", "reference", "version")
        }

    async def _drugs(self) -> DrugList:
        rows = [{**row, "url": f"/drugs/{row['id']}"} for row in await read(self._datasette, queries.drug_list)]
        answer: DrugList = shaped(DrugList, {**self._stamp(), "count": len(rows), "drugs": rows})
        return answer

    async def _reference(self) -> Row:
        def gather(connection: Any) -> Row:
            return {
                **reference_queries.reference(connection),
                "risk_tiers": queries.tiers(connection),
                "reviewed": reference_queries.reviewed(connection),
            }

        answer: Row = shaped(REFERENCE, {**await read(self._datasette, gather), **self._stamp()})
        return answer

    async def _version(self) -> Version:
        counts = {key: int(self._info[key]) for key in ("drugs", "incidence_rows", "sources")}
        answer: Version = shaped(Version, {**self._info, **counts, **self._stamp(), "api_version": API_VERSION})
        return answer

    async def _openapi(self) -> dict[str, Any]:
        return openapi(self._prefix)

    def _stamp(self) -> Stamp:
        return {"data_version": self._info["data_version"], "disclaimer": DISCLAIMER}


def summary(results: list[Answer]) -> CheckSummary:
    """Counts and the highest tier of a list that was checked."""
    counts = Counter(answer["status"] for answer in results)
    listed = {
        match["drug"]["id"]: match["drug"]
        for answer in results
        if answer["status"] in LISTED
        for match in answer["matches"]
    }
    drugs = sorted(listed.values(), key=urgency)
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


def _allowed(path: str) -> str:
    return "POST, OPTIONS" if path == "/v1/check" else READ
