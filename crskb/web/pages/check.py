"""/check: a whole list of medicines, one per line, answered line by line. The list comes by POST and is stored nowhere."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Any

from datasette import Response

from crskb.lookup.answers import Answer, Match
from crskb.lookup.messages import heading, how_often
from crskb.web.http import LARGEST_BODY, Gone, Refusal, TooLarge
from crskb.web.pages.forms import Unreadable, read_form
from crskb.web.pages.rendering import kept_template, private_page
from crskb.web.running import resolve_all, resolver_of
from crskb.words import LISTED, LONGEST_QUERY, STATUSES, length_fault

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

MOST_LINES = 500
_EMPTY = {"here": "/check", "most_lines": MOST_LINES, "text": "", "results": None}
_CSV_COLUMNS = (
    "line",
    "text",
    "status",
    "drug",
    "relative_risk",
    "t_cell_engaging",
    "crs_any_grade_pct",
    "crs_grade3plus_pct",
    "matched_name",
    "match",
    "distance",
    "message",
    "data_version",
)


async def show_check(request: Request, datasette: Datasette) -> Response:
    """The form on GET; on POST every line with its answer, as a page or as CSV."""
    if request.method != "POST":
        return await kept_template(datasette, request, "crskb_check.html", _empty)
    text = ""  # the list as far as it could be read
    try:
        text, as_csv = await _read(request)
        answers = await _answers(datasette, text)
    except Refusal as refusal:
        context = {**_EMPTY, "text": text, "problem": refusal.said}
        return await private_page(datasette, request, "crskb_check.html", context, refusal.status)
    except Gone:
        return Response("", status=400)  # nobody is left to read it
    if as_csv:
        return _csv(answers)
    ranks = {status: rank for rank, status in enumerate(STATUSES)}
    counts = Counter((ranks[answer["status"]], heading(answer)) for _, _, answer in answers)
    context = {
        **_EMPTY,
        "text": text,
        "results": answers,
        "counts": [(words, count) for (_, words), count in sorted(counts.items())],
        "heading": heading,
        "how_often": how_often,
    }
    return await private_page(datasette, request, "crskb_check.html", context)


async def _empty() -> dict[str, Any]:
    return _EMPTY


async def _read(request: Request) -> tuple[str, bool]:
    """The list, from the file if one was chosen, and whether the answer is wanted as CSV; raises Refusal and Gone."""
    try:
        form = await read_form(request)
    except TooLarge as error:
        raise Refusal(413, f"The list is larger than {LARGEST_BODY // 1000} kB. Nothing of it was checked.") from error
    except Unreadable as error:
        raise Refusal(400, "This form cannot be read. Nothing of it was checked.") from error
    text = form.file if form.file and form.file.strip() else form.fields.get("medications", "")
    return text, form.fields.get("format") == "csv"


def _refuse_what_cannot_be_answered_whole(lines: list[tuple[int, str]]) -> None:
    if not lines:
        raise Refusal(400, "The list is empty: write or paste one medicine per line, or choose a file.")
    if len(lines) > MOST_LINES:
        raise Refusal(
            413,
            f"The list has {len(lines)} lines; {MOST_LINES} are checked at once, so nothing was checked. Split it, or use the command crskb screen, which has no limit.",
        )
    too_long = [str(number) for number, line in lines if length_fault(line)]
    if too_long:
        raise Refusal(
            400,
            f"Longer than {LONGEST_QUERY} characters: line {', '.join(too_long[:20])}. A name at the end would be lost, so nothing was checked; put one medicine on each line.",
        )


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines that hold something, with their numbers from 1; a cell that a spreadsheet put in quotes is freed of them."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        cell = line.strip().strip("\ufeff")
        if len(cell) > 1 and cell[0] == cell[-1] == '"':
            cell = cell[1:-1].replace('""', '"').strip()
        if cell:
            found.append((number, cell))
    return found


async def _answers(datasette: Datasette, text: str) -> list[tuple[int, str, Answer]]:
    """Each line with its number and answer; raises Refusal where not all can be answered."""
    lines = _lines(text)
    _refuse_what_cannot_be_answered_whole(lines)
    answers = await resolve_all(await resolver_of(datasette), (line for _, line in lines))
    return [(number, line, answer) for (number, line), answer in zip(lines, answers, strict=True)]


def _unarmed(text: str) -> str:
    """`text` as a spreadsheet shows it: one that starts like a formula ("=", but also "- Kymriah") is marked as text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _csv(answers: list[tuple[int, str, Answer]]) -> Response:
    """One row per line and drug; a line without a drug has one row too, so that none is lost."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_CSV_COLUMNS)
    for number, text, answer in answers:
        offered: list[Match | None] = [*answer["matches"]] or [None]
        for match in offered:
            drug = match["drug"] if match else None
            # A suggestion is not an answer: its row names the drug, but carries no risk that a later step could take for the line's own.
            told = drug if answer["status"] in LISTED else None
            writer.writerow(
                [
                    number,
                    _unarmed(text),
                    answer["status"],
                    drug["id"] if drug else None,
                    told["relative_risk"] if told else None,
                    int(told["t_cell_engaging"]) if told else None,
                    told["crs_any_grade_pct"] if told else None,
                    told["crs_grade3plus_pct"] if told else None,
                    match["name"] if match else None,
                    match["match"] if match else None,
                    match["distance"] if match else None,
                    answer["message"],
                    answer["data_version"],
                ]
            )
    return Response(
        out.getvalue(),
        headers={"cache-control": "no-store", "content-disposition": 'attachment; filename="crskb-check.csv"'},
        content_type="text/csv; charset=utf-8",
    )
