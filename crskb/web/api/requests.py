"""What the API is sent, checked: each fault is refused with its place."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from crskb.grading.answers import Answers, read_answers
from crskb.web.http import LARGEST_BODY, Message, Receive, Refusal, TooLarge, read_body
from crskb.words import is_blank, length_fault

MOST_MEDICATIONS = 500
_MOST_PARAMETERS = 50
_MOST_ERRORS = 20


def read_query(scope: Message) -> str:
    """The text in ?q=; raises Refusal where there is none that can be looked up."""
    query = scope.get("query_string", b"").decode("latin-1")
    text: str | None
    if query.startswith("q=") and "&" not in query:  # as almost all ask, in a third of the time
        text = unquote_plus(query[2:])
    else:
        text = next((value for key, value in parameters(scope) if key == "q"), None)
    if text is None or is_blank(text):
        raise Refusal(422, "Give the name to look up as ?q=name.", [("q", "is missing or empty")])
    fault = _fault(text)
    if fault:
        raise Refusal(422, f"The name {fault}.", [("q", fault)])
    return text


def read_grade(scope: Message) -> Answers:
    """The answers in the parameters of the grader; raises Refusal for what is none."""
    answers, faults = read_answers(parameters(scope))
    if faults:
        raise Refusal(422, f"{len(faults)} of the parameters cannot be read.", faults[:_MOST_ERRORS])
    return answers


def parameters(scope: Message) -> list[tuple[str, str]]:
    """Names and values in the query of an address; raises Refusal for more than are read."""
    query = scope.get("query_string", b"").decode("latin-1")
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise Refusal(422, f"At most {_MOST_PARAMETERS} parameters are read.") from error


async def read_medications(scope: Message, receive: Receive) -> list[str]:
    """The list in a body {"medications": [...]}; raises Refusal for any other, and Gone."""
    headers = dict(scope.get("headers", ()))
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    if kind != b"application/json":
        raise Refusal(415, "Send the list as JSON, with the header Content-Type: application/json.")
    try:
        body = _parsed(await read_body(scope, receive))
    except TooLarge as error:
        raise Refusal(413, f"The body is larger than {LARGEST_BODY:,} bytes.") from error
    if not isinstance(body, dict) or not isinstance(body.get("medications"), list):
        raise Refusal(
            422,
            'Send an object with a list of names: {"medications": ["tocilizumab", "Blincyto 35 mcg"]}.',
            [("/medications", "is not a list")],
        )
    if len(body) > 1:
        raise Refusal(422, "The object may hold nothing but medications.", [("/", "holds another key")])
    names: list[str] = body["medications"]
    if not 1 <= len(names) <= MOST_MEDICATIONS:
        raise Refusal(
            422,
            f"The list has {len(names)} names; 1 to {MOST_MEDICATIONS} are answered in one call.",
            [("/medications", f"has {len(names)} names")],
        )
    errors = [(f"/medications/{index}", fault) for index, name in enumerate(names) if (fault := _fault(name))]
    if errors:
        raise Refusal(422, f"{len(errors)} of the names cannot be read.", errors[:_MOST_ERRORS])
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
        raise Refusal(400, f"The body is not UTF-8: byte {error.start + 1} cannot be read.") from error
    except json.JSONDecodeError as error:
        raise Refusal(400, f"The body is not JSON: {error.msg}, line {error.lineno}, column {error.colno}.") from error
    except (RecursionError, ValueError) as error:  # brackets too deep, numbers too long
        raise Refusal(
            400, "The body is not JSON that can be read: too deep, or a number that cannot be read."
        ) from error


def _refuse_constant(constant: str) -> None:
    raise ValueError(constant)
