"""What the API is sent, checked: each fault is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from crskb.grading.answers import Answers, read_answers
from crskb.web.api.problems import Problem, of_body, of_parameter
from crskb.web.http import LARGEST_BODY, Message, Receive, TooLarge, read_body
from crskb.words import is_blank, length_fault, listing

MOST_MEDICATIONS = 500
_MOST_PARAMETERS = 50
_MOST_ERRORS = 20
_ASK = "Give the name to look up as ?q=name."


def read_parameters(scope: Message, known: Collection[str] = ()) -> list[tuple[str, str]]:
    """The parameters of an address that takes those `known`; raises Problem for any other."""
    given = parameters(scope)
    unknown = dict.fromkeys(key for key, _ in given if key not in known)
    if unknown:
        takes = f"takes {listing(known, 'and')}" if known else "takes no parameters"
        raise Problem(
            "parameter-unknown",
            f"This address {takes}. Nothing was answered.",
            [of_parameter(key, "is not a parameter of this address") for key in unknown][:_MOST_ERRORS],
        )
    return given


def read_query(scope: Message) -> str:
    """The text in ?q=; raises Problem where there is none that can be looked up."""
    query = scope.get("query_string", b"").decode("latin-1")
    if query.startswith("q=") and "&" not in query:  # as almost all ask, in a third of the time
        texts = [unquote_plus(query[2:])]
    else:
        if not any(key == "q" for key, _ in parameters(scope)):
            raise Problem("query-missing", _ASK, [of_parameter("q", "is missing")])
        texts = [value for _, value in read_parameters(scope, ["q"])]
    if len(texts) > 1:
        raise Problem(
            "parameter-repeated",
            "One name is answered at a time; send a list to /check.",
            [of_parameter("q", f"is given {len(texts)} times")],
        )
    if is_blank(texts[0]):
        raise Problem("query-missing", _ASK, [of_parameter("q", "is missing or empty")])
    fault = length_fault(texts[0])
    if fault:
        raise Problem("query-too-long", f"The name {fault}.", [of_parameter("q", fault)])
    return texts[0]


def read_grade(scope: Message) -> Answers:
    """The answers in the parameters of the grader; raises Problem, with every fault at once, for what is none."""
    given = parameters(scope)
    answers, faults = read_answers(given)
    if not faults:
        return answers
    names = [name for name, _ in given]
    kind = "value-not-allowed"
    if not set(names) <= set(Answers._fields):
        kind = "parameter-unknown"
    elif len(set(names)) < len(names):
        kind = "parameter-repeated"
    errors = [of_parameter(name, fault) for name, fault in faults[:_MOST_ERRORS]]
    raise Problem(kind, f"{len(faults)} of the parameters cannot be read.", errors)


def parameters(scope: Message) -> list[tuple[str, str]]:
    """Names and values in the query of an address; raises Problem for more than are read."""
    query = scope.get("query_string", b"").decode("latin-1")
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise Problem("parameters-too-many", f"At most {_MOST_PARAMETERS} parameters are read.") from error


async def read_medications(scope: Message, receive: Receive) -> list[str]:
    """The list in a body {"medications": [...]}; raises Problem for any other, and Gone."""
    headers = dict(scope.get("headers", ()))
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    if kind != b"application/json":
        raise Problem("body-of-another-type", "Send the list as JSON, with the header Content-Type: application/json.")
    try:
        body = _parsed(await read_body(scope, receive))
    except TooLarge as error:
        raise Problem("body-too-large", f"The body is larger than {LARGEST_BODY:,} bytes.") from error
    if not isinstance(body, dict) or not isinstance(body.get("medications"), list):
        raise Problem(
            "body-of-another-form",
            'Send an object with a list of names: {"medications": ["tocilizumab", "Blincyto 35 mcg"]}.',
            [of_body("/medications", "is not a list")],
        )
    if len(body) > 1:
        raise Problem(
            "body-of-another-form",
            "The object may hold nothing but medications.",
            [of_body("/", "holds another key")],
        )
    names: list[str] = body["medications"]
    if not 1 <= len(names) <= MOST_MEDICATIONS:
        raise Problem(
            "list-length",
            f"The list has {len(names)} names; 1 to {MOST_MEDICATIONS} are answered in one call.",
            [of_body("/medications", f"has {len(names)} names")],
        )
    errors = [of_body(f"/medications/{index}", fault) for index, name in enumerate(names) if (fault := _fault(name))]
    if errors:
        raise Problem("names-not-readable", f"{len(errors)} of the names cannot be read.", errors[:_MOST_ERRORS])
    return names


def _fault(name: object) -> str:
    if not isinstance(name, str):
        return "is not a text"
    if fault := length_fault(name):
        return fault
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        return "holds half a character (a lone surrogate)"
    return ""


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Problem("body-not-json", f"The body is not UTF-8: byte {error.start + 1} cannot be read.") from error
    except json.JSONDecodeError as error:
        raise Problem(
            "body-not-json", f"The body is not JSON: {error.msg}, line {error.lineno}, column {error.colno}."
        ) from error
    except (RecursionError, ValueError) as error:  # brackets too deep, numbers too long
        raise Problem(
            "body-not-json", "The body is not JSON that can be read: too deep, or a number that cannot be read."
        ) from error


def _refuse_constant(constant: str) -> None:
    raise ValueError(constant)
