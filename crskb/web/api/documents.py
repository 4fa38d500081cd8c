"""The answers below /api/v1 that depend on the address alone: drugs, sources, the reference and its parts, versions, problems."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from crskb.database import class_queries, queries, reference_queries
from crskb.database.queries import Row
from crskb.lookup.answers import DISCLAIMER
from crskb.web.api import problems, replies
from crskb.web.api.answer_shapes import DrugList, ProblemKinds, Stamp, Version
from crskb.web.api.drug_list import Filter, chosen, filters
from crskb.web.api.openapi import API_VERSION, openapi
from crskb.web.api.problems import KINDS, Problem
from crskb.web.api.shapes import DRUG, PART_SHAPES, REFERENCE, SOURCE_ANSWER
from crskb.web.api.shaping import shaped
from crskb.web.http import Reply
from crskb.web.running import read, site_of

if TYPE_CHECKING:
    from datasette.app import Datasette

_ENTITY = re.compile(r"/(drugs|sources|reference|problems)/([^/]+)")


async def filters_of(datasette: Datasette) -> dict[str, Filter]:
    """The filters of the list of drugs, with the words of the data that are served."""
    tiers = tuple(tier["id"] for tier in (await site_of(datasette)).tiers)
    return filters(tiers, await read(datasette, class_queries.class_members))


def stamp(info: Mapping[str, str]) -> Stamp:
    """What every answer about the data carries."""
    return {"data_version": info["data_version"], "disclaimer": DISCLAIMER}


class Documents:
    """The answers of one running Datasette for an API that stands under `root` ("/api/v1")."""

    def __init__(self, datasette: Datasette, root: str):
        self._datasette = datasette
        self._root = root
        self._filters: dict[str, Filter] = {}
        self._pages: dict[str, Callable[[], Awaitable[Any]]] = {
            "": self._index,
            "/drugs": self._drugs,
            "/reference": self._reference,
            "/version": self._version,
            "/problems": self._problems,
            "/openapi.json": self._openapi,
        }
        self._entities: dict[str, Callable[[str], Awaitable[Reply]]] = {
            "drugs": self._drug,
            "sources": self._source,
            "reference": self._part,
            "problems": self._problem,
        }

    async def made(self, path: str) -> Reply:
        """The answer at `path` below the root; raises Problem where there is none."""
        if path in self._pages:
            return replies.kept(await self._pages[path]())
        entity = _ENTITY.fullmatch(path)
        if entity:
            return await self._entities[entity[1]](entity[2])
        raise Problem("not-found", f"Nothing is here; the addresses stand in {self._root}/openapi.json.")

    async def filtered(self, given: list[tuple[str, str]]) -> Reply:
        """The drugs that pass the filters `given`; raises Problem for a word that a filter does not take."""
        self._filters = self._filters or await filters_of(self._datasette)
        rows = chosen(await read(self._datasette, queries.drug_list), given, self._filters)
        return replies.chosen(await self._listed(rows))

    async def _stamp(self) -> Stamp:
        return stamp((await site_of(self._datasette)).info)

    async def _index(self) -> dict[str, str]:
        names = ("openapi.json", "lookup?q=", "check", "drugs", "grade", "reference", "version", "problems")
        return {name: f"{self._root}/{name}" for name in names}

    async def _drugs(self) -> DrugList:
        return await self._listed(await read(self._datasette, queries.drug_list))

    async def _listed(self, rows: list[Row]) -> DrugList:
        drugs = [{**row, "url": f"/drugs/{row['id']}"} for row in rows]
        answer: DrugList = shaped(DrugList, {**await self._stamp(), "count": len(drugs), "drugs": drugs})
        return answer

    async def _drug(self, drug_id: str) -> Reply:
        found = await read(self._datasette, queries.drug, drug_id)
        if found:
            named = {"targets": found["target_list"], "crs_incidence": found["incidence"]}
            whole = {**found, **named, **await self._stamp(), "url": f"/drugs/{found['id']}"}
            return replies.kept(shaped(DRUG, whole))
        current = await read(self._datasette, queries.current_id, drug_id)
        if current:
            return replies.redirect(f"{self._root}/drugs/{current}")
        raise Problem(
            "drug-not-listed",
            f"No listed drug has this id. A name is looked up with {self._root}/lookup?q=name; absence here is not evidence of safety.",
        )

    async def _source(self, source_id: str) -> Reply:
        found = await read(self._datasette, queries.source, source_id)
        if not found:
            raise Problem("source-not-known", "No such source.")
        return replies.kept(shaped(SOURCE_ANSWER, {**found, **await self._stamp()}))

    async def _whole_reference(self) -> Row:
        def gather(connection: Any) -> Row:
            return {
                **reference_queries.reference(connection),
                "risk_tiers": queries.tiers(connection),
                "reviewed": reference_queries.reviewed(connection),
            }

        return {**await read(self._datasette, gather), **await self._stamp()}

    async def _reference(self) -> Row:
        answer: Row = shaped(REFERENCE, await self._whole_reference())
        return answer

    async def _part(self, name: str) -> Reply:
        if name not in PART_SHAPES:
            raise Problem("not-found", f"The parts of the reference are {', '.join(PART_SHAPES)}.")
        return replies.kept(shaped(PART_SHAPES[name], await self._whole_reference()))

    async def _version(self) -> Version:
        info = (await site_of(self._datasette)).info
        counts = {key: int(info[key]) for key in ("drugs", "incidence_rows", "sources")}
        answer: Version = shaped(Version, {**info, **counts, **stamp(info), "api_version": API_VERSION})
        return answer

    async def _problems(self) -> ProblemKinds:
        return {"problems": [problems.described(name, self._root) for name in KINDS]}

    async def _problem(self, name: str) -> Reply:
        if name not in KINDS:
            raise Problem("not-found", f"No kind of problem has this name; all stand at {self._root}/problems.")
        return replies.kept(problems.described(name, self._root))

    async def _openapi(self) -> dict[str, Any]:
        return openapi(self._root, await filters_of(self._datasette))
