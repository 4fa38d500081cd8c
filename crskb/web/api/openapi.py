"""The OpenAPI 3.1 document, written from the shapes to which answers are cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crskb import __version__
from crskb.grading.answers import PARAMETERS
from crskb.lookup.answers import Answer
from crskb.web.api.answer_shapes import (
    CheckAnswer,
    DrugList,
    GradeAnswer,
    ProblemDetails,
    ProblemKind,
    ProblemKinds,
    Version,
)
from crskb.web.api.drug_list import Filter, filters
from crskb.web.api.parameters import QUERY, id_of, of_filters, word_in_path
from crskb.web.api.problems import KINDS
from crskb.web.api.requests import MOST_MEDICATIONS
from crskb.web.api.shapes import DRUG, PART_SHAPES, PARTS, REFERENCE, SOURCE_ANSWER
from crskb.web.api.shaping import Schemas, Shape
from crskb.web.http import LARGEST_BODY
from crskb.words import LONGEST_QUERY

API_VERSION = "1.3.0"
_ETAG = {"ETag": {"description": "Changes with the data.", "schema": {"type": "string"}}}
_UNKNOWN = "A parameter that the address does not take is refused."
_ABOUT = (
    "Is a medicine linked with cytokine release syndrome, how high is the risk, on what evidence? No key is needed. A name that is not exactly a name of a listed drug"
    " is never answered as if it were: read status before matches; later versions may add a status, and one that a client does not know is no all-clear. Absence here is not evidence of safety. What is asked is neither logged nor stored."
)


def openapi(root: str, known: Mapping[str, Filter] | None = None) -> dict[str, Any]:
    """The document for an API that stands under `root` ("/api/v1") and whose list of drugs takes the filters `known`."""
    schemas = Schemas()
    problem = {"application/problem+json": {"schema": schemas.of(ProblemDetails)}}

    def json(shape: type | Shape) -> dict[str, Any]:
        return {"application/json": {"schema": schemas.of(shape)}}

    def get(
        operation: str,
        summary: str,
        shape: type | Shape,
        parameters: Sequence[dict[str, Any]] = (),
        refusals: Mapping[str, str] = {},
    ) -> dict[str, Any]:
        responses: dict[str, Any] = {
            "200": {"description": "The answer.", "headers": _ETAG, "content": json(shape)},
            "304": {"description": "The client holds this answer already (If-None-Match)."},
            **{
                status: {"description": text, "content": problem}
                for status, text in {"422": _UNKNOWN, **refusals, "500": "A fault of the server."}.items()
            },
        }
        told = {"operationId": operation, "summary": summary, "parameters": list(parameters), "responses": responses}
        return {"get": told}

    drug = get(
        "getDrug",
        "All that is known of one drug: names, tier and why, cohorts with intervals, evidence, labels, mitigation, sources in full",
        DRUG,
        [id_of("a listed drug", "teclistamab")],
        {"404": "No listed drug has this id."},
    )
    drug["get"]["responses"]["308"] = {
        "description": "A former id; the entry has another id today.",
        "headers": {"Location": {"schema": {"type": "string"}}},
    }
    paths = {
        "/lookup": get(
            "lookup",
            "Whether a medicine is linked with CRS, asked by any name of it",
            Answer,
            [QUERY],
            {"422": f"The text is missing, empty, too long or given twice. {_UNKNOWN}"},
        ),
        "/check": {"post": _check(json(CheckAnswer), problem)},
        "/drugs": get(
            "listDrugs",
            "All listed drugs, highest tier first, or those of a tier, class, flag or status",
            DrugList,
            of_filters(known or filters((), {})),
            {"422": f"A filter has a word that it does not take; the detail names those that it takes. {_UNKNOWN}"},
        ),
        "/drugs/{id}": drug,
        "/sources/{id}": get(
            "getSource",
            "One cited document and what rests on it",
            SOURCE_ANSWER,
            [id_of("a source", "pmid-35661166")],
            {"404": "No source has this id."},
        ),
        "/reference": get(
            "getReference",
            "The clinical reference: grading, signs, onset, risk factors, mimics, management, treatments",
            REFERENCE,
        ),
        **{
            f"/reference/{name}": get(
                f"getReference{name.capitalize()}", f"Of the reference: {part.about}", PART_SHAPES[name]
            )
            for name, part in PARTS.items()
        },
        "/grade": get(
            "grade",
            "What each grading scale says to fever, blood pressure and oxygen of one patient, where these decide",
            GradeAnswer,
            PARAMETERS,
            {"422": f"A parameter is given twice or has no such value. {_UNKNOWN}"},
        ),
        "/version": get("getVersion", "Which data answer", Version),
        "/problems": get(
            "listProblems", "The kinds of problems, each with what the caller does about it", ProblemKinds
        ),
        "/problems/{kind}": get(
            "getProblem",
            "One kind of problem; this address is the type of the problem document",
            ProblemKind,
            [word_in_path("kind", "The kind.", list(KINDS), "query-too-long")],
            {"404": "There is no such kind."},
        ),
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
        # Paths are whole, since some generators of clients leave out the path of a server and would ask at addresses that do not exist.
        "servers": [{"url": "/"}],
        "paths": {root + path: operations for path, operations in paths.items()},
        "components": {"schemas": dict(sorted(schemas.components.items()))},
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
        "422": f"The body is JSON of another form, or a name is too long. {_UNKNOWN}",
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
