"""/api: the OpenAPI document as a page, written from it and from nothing else; works offline and without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.web.api.openapi import openapi
from crskb.web.pages.rendering import kept_template
from crskb.web.running import base_address

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

Schema = dict[str, Any]


async def show_api(request: Request, datasette: Datasette) -> Response:
    """Each address with its parameters, answers and an example, and each shape with its fields."""
    prefix = str(datasette.urls.path("/api"))

    async def make() -> dict[str, Any]:
        document = openapi(prefix)
        return {
            "here": "/api",
            "api": document["info"],
            "server": document["servers"][0]["url"],
            "operations": list(_operations(document)),
            "shapes": list(_shapes(document)),
            "address": base_address(datasette, request),
        }

    return await kept_template(datasette, request, "crskb_api.html", make)


def _operations(document: Schema) -> Iterator[Schema]:
    server = document["servers"][0]["url"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": server + path,
                "summary": operation["summary"],
                "parameters": parameters,
                "body": json.dumps(body["example"], ensure_ascii=False) if body else None,
                "shape": _named(answer),
                "responses": [(status, response["description"]) for status, response in operation["responses"].items()],
                "try": _example(server + path, parameters) if method == "get" else None,
            }


def _example(path: str, parameters: list[Schema]) -> Schema:
    """A link to try, or a form where a text is asked for."""
    for parameter in parameters:
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", parameter["example"])
    return {"path": path, "form": next((parameter for parameter in parameters if parameter["in"] == "query"), None)}


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
