"""/api: the recipe of the first ten minutes and the OpenAPI document as a page; works offline and without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette import Response
from markupsafe import Markup

from crskb.web.api.documents import filters_of
from crskb.web.api.openapi import openapi
from crskb.web.api.problems import KINDS
from crskb.web.api.recipe import RULES, STEPS, Step, cut
from crskb.web.pages.rendering import kept_template
from crskb.web.running import base_address
from crskb.words import SHOW_OTHERWISE, STATUSES

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

Schema = dict[str, Any]


async def show_api(request: Request, datasette: Datasette) -> Response:
    """The first ten minutes of a client, then each address with its parameters and answers, and each shape with its fields."""
    root = str(datasette.urls.path("/api/v1"))

    async def make() -> dict[str, Any]:
        document = openapi(root, await filters_of(datasette))
        site = base_address(datasette, request)
        return {
            "here": "/api",
            "api": document["info"],
            "steps": [await _shown(datasette, step, site, request.headers.get("host", "")) for step in STEPS],
            "statuses": STATUSES,
            "otherwise": SHOW_OTHERWISE,
            "rules": RULES,
            "problems": {f"{root}/problems/{name}": kind for name, kind in KINDS.items()},
            "operations": list(_operations(document)),
            "shapes": list(_shapes(document)),
            "site_address": site,
        }

    return await kept_template(datasette, request, "crskb_api.html", make)


async def _shown(datasette: Datasette, step: Step, site: str, host: str) -> Schema:
    """A step of the recipe with the answer of this site, cut as in the documentation."""
    answer = await datasette.client.request(
        step.method, f"/api/v1{step.address}", json=step.body, headers={"host": host} if host else {}
    )
    text = json.dumps(cut(answer.json(), step.shown), indent=2, ensure_ascii=False)
    # A page that is kept loses its line feeds and the spaces after them, but not those that are written as references.
    return {
        "title": step.title,
        "about": step.about,
        "curl": step.curl(f"{site}/api/v1"),
        "answer": Markup("&#10;").join(text.splitlines()),
    }


def _operations(document: Schema) -> Iterator[Schema]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = [
                {**parameter, "words": _words(parameter["schema"])} for parameter in operation.get("parameters", [])
            ]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "parameters": parameters,
                "body": json.dumps(body["example"], ensure_ascii=False) if body else None,
                "shape": _named(answer),
                "responses": [(status, response["description"]) for status, response in operation["responses"].items()],
                "try": _example(path, parameters) if method == "get" else None,
            }


def _example(path: str, parameters: list[Schema]) -> Schema:
    """A link to try with the examples of the document, or a form where a text must be typed."""
    for parameter in parameters:
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", parameter["example"])
    asked = [parameter for parameter in parameters if parameter["in"] == "query"]
    chosen = {each["name"]: _as_typed(each["example"]) for each in asked if not each["required"]}
    return {
        "path": f"{path}?{urlencode(chosen, doseq=True)}" if chosen else path,
        "form": next((parameter for parameter in asked if parameter["required"]), None),
    }


def _as_typed(example: Any) -> Any:
    return str(example).lower() if isinstance(example, bool) else example


def _words(schema: Schema) -> list[str]:
    """The words that a parameter takes, if they are fixed."""
    words: list[str] = schema.get("enum") or schema.get("items", {}).get("enum") or []
    return words


def _shapes(document: Schema) -> Iterator[Schema]:
    for name, schema in document["components"]["schemas"].items():
        fields = [
            {"name": key, "type": _type(field), "shape": _named(field), "text": field["description"]}
            for key, field in schema["properties"].items()
        ]
        yield {"name": name, "text": schema["description"], "fields": fields}


def _type(schema: Schema) -> str:
    """A type in words: "number or null", "list of Match"."""
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "$ref" in schema:
        return _named(schema) or ""
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if "additionalProperties" in schema:
        return f"object of {_type(schema['additionalProperties'])}"
    kinds = schema["type"]
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _named(schema: Schema) -> str | None:
    """The name of the shape that a schema points to."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in part:
            return str(part["$ref"]).rsplit("/", 1)[1]
    return None
