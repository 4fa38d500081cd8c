"""The OpenAPI 3.1 document, written from the shapes to which answers are cut."""

from __future__ import annotations

from typing import Any

from crskb import __version__
from crskb.grading.answers import PARAMETERS
from crskb.lookup.answers import Answer
from crskb.web.api.answer_shapes import CheckAnswer, DrugList, GradeAnswer, ProblemDetails, Version
from crskb.web.api.requests import MOST_MEDICATIONS
from crskb.web.api.shapes import DRUG, REFERENCE, SOURCE_ANSWER
from crskb.web.api.shaping import Schemas, Shape
from crskb.web.http import LARGEST_BODY
from crskb.words import LONGEST_QUERY, NOT_BLANK

API_VERSION = "1.3.0"
_ETAG = {"ETag": {"description": "Changes with the data.", "schema": {"type": "string"}}}
_ABOUT = (
    "Is a medicine linked with cytokine release syndrome, how high is the risk, on what evidence? No key is needed. A name that is not exactly a name of a listed drug"
    " is never answered as if it were: read status before matches; later versions may add a status, and one that a client does not know is no all-clear. Absence here is not evidence of safety. What is asked is neither logged nor stored."
)


def openapi(prefix: str) -> dict[str, Any]:
    """The document for an API that stands under `prefix` ("/api")."""
    schemas = Schemas()
    problem = {"application/problem+json": {"schema": schemas.of(ProblemDetails)}}

    def json(shape: type | Shape) -> dict[str, Any]:
        return {"application/json": {"schema": schemas.of(shape)}}

    def get(
        operation: str, summary: str, shape: type | Shape, parameters: list[dict[str, Any]], refusals: dict[str, str]
    ) -> dict[str, Any]:
        responses: dict[str, Any] = {
            "200": {"description": "The answer.", "headers": _ETAG, "content": json(shape)},
            "304": {"description": "The client holds this answer already (If-None-Match)."},
            **{
                status: {"description": text, "content": problem}
                for status, text in {**refusals, "500": "A fault of the server."}.items()
            },
        }
        return {"operationId": operation, "summary": summary, "parameters": parameters, "responses": responses}

    drug = get(
        "getDrug",
        "All that is known of one drug: names, tier and why, cohorts with intervals, evidence, labels, mitigation, sources in full",
        DRUG,
        [_id("a listed drug", "teclistamab")],
        {"404": "No listed drug has this id."},
    )
    drug["responses"]["308"] = {
        "description": "A former id; the entry has another id today.",
        "headers": {"Location": {"schema": {"type": "string"}}},
    }
    paths = {
        "/lookup": {
            "get": get(
                "lookup",
                "Whether a medicine is linked with CRS, asked by any name of it",
                Answer,
                [_QUERY],
                {"422": "The text is missing, empty or too long."},
            )
        },
        "/check": {"post": _check(json(CheckAnswer), problem)},
        "/drugs": {"get": get("listDrugs", "All listed drugs, highest tier first", DrugList, [], {})},
        "/drugs/{id}": {"get": drug},
        "/sources/{id}": {
            "get": get(
                "getSource",
                "One cited document and what rests on it",
                SOURCE_ANSWER,
                [_id("a source", "pmid-35661166")],
                {"404": "No source has this id."},
            )
        },
        "/reference": {
            "get": get(
                "getReference",
                "The clinical reference: grading, signs, onset, risk factors, mimics, management, treatments",
                REFERENCE,
                [],
                {},
            )
        },
        "/grade": {
            "get": get(
                "grade",
                "What each grading scale says to fever, blood pressure and oxygen of one patient, where these decide",
                GradeAnswer,
                PARAMETERS,
                {"422": "A parameter is unknown, is given twice or has no such value."},
            )
        },
        "/version": {"get": get("getVersion", "Which data answer", Version, [], {})},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "crskb",
            "version": API_VERSION,
            "summary": "Medicines linked with cytokine release syndrome",
            "description": f"{_ABOUT} Written by crskb {__version__}.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"{prefix}/v1"}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.components.items()))},
    }


_QUERY: dict[str, Any] = {
    "name": "q",
    "in": "query",
    "required": True,
    "description": "A name, code or order line in any spelling: brand, nonproprietary name, US suffix name, development code, abbreviation, ATC code, RxCUI, UNII.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_QUERY, "pattern": NOT_BLANK.pattern},
    "example": "tecvayli (teclistamab-cqyv) 153 mg SC",
}


def _id(what: str, example: str) -> dict[str, Any]:
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"Id of {what}.",
        "schema": {"type": "string", "minLength": 1},
        "example": example,
    }


def _check(answer: dict[str, Any], problem: dict[str, Any]) -> dict[str, Any]:
    medication = {"type": "string", "maxLength": LONGEST_QUERY}
    body = {
        "type": "object",
        "properties": {
            "medications": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_MEDICATIONS,
                "items": medication,
                "description": "Names, codes or order lines; doubles are fine.",
            }
        },
        "required": ["medications"],
        "additionalProperties": False,
    }
    refusals = {
        "400": "The body is not JSON; the detail names line and column.",
        "413": f"The body is larger than {LARGEST_BODY:,} bytes.",
        "415": "The body is not sent as application/json.",
        "422": "The body is JSON of another form, or a name is too long.",
        "500": "A fault of the server.",
    }
    return {
        "operationId": "check",
        "summary": f"A whole list at once: up to {MOST_MEDICATIONS} names of up to {LONGEST_QUERY} characters, answered in order",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": body,
                    "example": {"medications": ["Blincyto 35 mcg IV", "tocilizumab", "metformin"]},
                }
            },
        },
        "responses": {
            "200": {"description": "One answer per name.", "content": answer},
            **{status: {"description": text, "content": problem} for status, text in refusals.items()},
        },
    }
