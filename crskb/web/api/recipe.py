"""The first ten minutes of a client: requests to run in turn and what to hold on to. The documentation and the page /api show these."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import urlencode


class Step(NamedTuple):
    """One request, what it is for, and the keys of its answer that are worth a look."""

    title: str
    about: str
    path: str  # below /api/v1
    shown: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()
    body: dict[str, Any] | None = None

    @property
    def method(self) -> str:
        """GET, or POST for a step that sends something."""
        return "GET" if self.body is None else "POST"

    @property
    def address(self) -> str:
        """The path with its parameters."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def curl(self, root: str) -> str:
        """The request in a shell, to an API that stands under `root` ("http://127.0.0.1:8001/api/v1")."""
        sent = "".join(f" --data-urlencode '{key}={value}'" for key, value in self.query)
        if self.body is not None:
            sent = f" -H 'Content-Type: application/json' -d '{json.dumps(self.body)}'"
        return f"curl -s{' -G' if self.query else ''}{sent} {root}{self.path}"


STEPS = (
    Step(
        "Which data answer?",
        "The answer also holds `data_version`: keep it beside whatever you show or store.",
        "/version",
        ("api_version", "crskb_version"),
    ),
    Step(
        "One order line",
        "Send it whole, as it was ordered, and read `status` first: only `match` is one listed drug.",
        "/lookup",
        ("query", "status", "message", "matches", "name", "match", "drug", "id", "relative_risk"),
        query=(("q", "Tecvayli 0.06 mg/kg SC, day 1"),),
    ),
    Step(
        "A whole list",
        "Each line has its own answer, in order. `summary` never stands for the lines: what was not recognised may still be a listed drug.",
        "/check",
        ("summary", "highest_relative_risk", "results", "query", "status", "message"),
        body={"medications": ["Blincyto 35 mcg IV", "R-CHOP cycle 3", "ATG", "Revlimd", "Actemra", "paracetamol"]},
    ),
    Step(
        "What to do with this drug",
        "The answer also holds `dose_schedule` and `mitigation` with `region`, `place`, `hours` and `applies_to`;"
        " a row with `superseded_on` or `superseded_by` is history.",
        "/drugs/teclistamab",
        ("id", "relative_risk", "risk_basis", "caution", "crs_frequency", "crs_severe_frequency", "fatal_cases"),
    ),
    Step(
        "The drugs of a rule of yours",
        "By `tier`, `class`, `flag` and `status`. All come in one answer; there are no further pages.",
        "/drugs",
        ("count", "drugs", "id", "relative_risk"),
        query=(("class", "bcma-bispecific"), ("status", "approved")),
    ),
    Step(
        "A mistake",
        "Whatever is not understood is refused, never left aside. `type` tells the kind of problem and stays; `detail` is for people.",
        "/lookup",
        ("type", "title", "status", "detail", "errors", "parameter"),
        query=(("name", "Tecvayli"),),
    ),
)
RULES = (
    "Show something for every status, for one that you do not know, and for no answer. Silence reads as safe.",
    "A status code other than 200, a time limit or a broken connection means that CRS was not checked. Say that.",
    "Compare the `type` of a problem, or its last part where sites differ in what stands before it; never its `detail`.",
    "A value that is not known is `null`, never zero, and a drug without a flag is not cleared by that.",
    "Fields, words and addresses are added to version 1, never taken away or given another meaning: read past those that you do not know.",
    "Ask again with the last ETag in `If-None-Match`: 304 means that the answer is as you hold it.",
    "There is no key. The site itself sets no limit on how often it is asked; a proxy before it may.",
    "Nobody promises that somebody else's site is up. For care run your own: the built file of a release is one fixed version of the data,"
    " and `/-/ready` answers 200 once it may be asked.",
)


def cut(value: Any, keys: tuple[str, ...]) -> Any:
    """An answer with nothing but `keys`, at whatever depth."""
    if isinstance(value, list):
        return [cut(item, keys) for item in value]
    if isinstance(value, dict):
        return {key: cut(item, keys) for key, item in value.items() if key in keys}
    return value
