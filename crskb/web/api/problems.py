"""The problems of the API. RFC 9457 names each kind by an address; what stands here is what that address answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crskb.web.api.answer_shapes import ProblemDetails, ProblemError, ProblemKind
from crskb.web.http import Headers, Refusal


class Kind(NamedTuple):
    """A kind of problem."""

    status: int
    title: str
    remedy: str  # what the caller does about it


# A name is the last part of an address that clients compare, so it is never changed and never given another meaning.
KINDS: dict[str, Kind] = {
    "not-found": Kind(404, "Nothing is at this address", "Take the address from the OpenAPI document."),
    "drug-not-listed": Kind(
        404,
        "No listed drug has this id",
        "Look the name up first and take the id from the answer. It is no evidence of safety.",
    ),
    "source-not-known": Kind(404, "No source has this id", "Take the id from a drug's sources."),
    "method-not-allowed": Kind(405, "The address answers other methods", "Use a method that the header Allow names."),
    "parameter-unknown": Kind(
        422,
        "A parameter that the address does not take",
        "Leave it out or mend its name. An & within a name is sent as %26, else what follows it would not be looked up.",
    ),
    "parameter-repeated": Kind(
        422,
        "A parameter that is taken once stands there twice",
        "Ask once for each name, or send a list to /check: only one of the two would be answered.",
    ),
    "parameters-too-many": Kind(422, "More parameters than are read", "Send fewer."),
    "value-not-allowed": Kind(422, "A parameter has a value that is not one of its words", "Use a word of the detail."),
    "query-missing": Kind(422, "There is no name to look up", "Send the name as the parameter q."),
    "query-too-long": Kind(
        422,
        "The name is too long to be looked up",
        "Send one order line, not a whole note. Tell the user that CRS was not checked.",
    ),
    "body-not-json": Kind(400, "The body is not JSON", "Mend it at the line and column of the detail."),
    "body-too-large": Kind(413, "The body is too large", "Send the list in several calls."),
    "body-of-another-type": Kind(
        415, "The body is not sent as JSON", "Send the header Content-Type: application/json."
    ),
    "body-of-another-form": Kind(
        422, "The body is JSON of another form", 'Send {"medications": ["name", "name"]} and nothing else.'
    ),
    "list-length": Kind(422, "The list is empty or too long", "Send the list in several calls."),
    "names-not-readable": Kind(
        422,
        "Some of the names cannot be looked up",
        "Mend the names that errors points at. No name of the list was answered.",
    ),
    "server-fault": Kind(
        500, "A fault of the server", "Ask again later. Tell the user that CRS was not checked; report it if it stays."
    ),
}


class Problem(Refusal):
    """A request that the API refuses, as one of KINDS."""

    def __init__(self, kind: str, said: str, errors: Sequence[ProblemError] = (), headers: Headers | None = None):
        super().__init__(KINDS[kind].status, said, headers)
        self.kind, self.errors = kind, errors


def of_parameter(name: str, fault: str) -> ProblemError:
    """A fault in a parameter of the address; under `pointer` as well, where version 1.0.0 had its name."""
    return {"pointer": name, "parameter": name, "detail": fault}


def of_body(pointer: str, fault: str) -> ProblemError:
    """A fault in the body, at a JSON Pointer (RFC 6901)."""
    return {"pointer": pointer, "parameter": None, "detail": fault}


def details(problem: Problem, root: str) -> ProblemDetails:
    """The problem document, for an API that stands under `root` ("/api/v1")."""
    return {
        "type": f"{root}/problems/{problem.kind}",
        "title": KINDS[problem.kind].title,
        "status": problem.status,
        "detail": problem.said,
        "errors": list(problem.errors),
    }


def described(name: str, root: str) -> ProblemKind:
    """What the address of a kind answers."""
    kind = KINDS[name]
    return {
        "type": f"{root}/problems/{name}",
        "name": name,
        "status": kind.status,
        "title": kind.title,
        "remedy": kind.remedy,
    }
