"""/check: a whole list of medicines, one per line, answered line by line. The list comes by POST and is stored nowhere."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from datasette import Response

from crskb.lookup.answers import LONGEST_QUERY, Answer, Match
from crskb.web.http import LARGEST_BODY, Gone, TooLarge
from crskb.web.pages.forms import Unreadable, read_form
from crskb.web.pages.rendering import kept_page, private_page
from crskb.web.running import resolve_all, resolver_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

MOST_LINES = 500
_STATUS_ORDER = ("match", "ambiguous", "suggestion", "not_linked", "treatment", "other_medicine", "unknown")
_STATUS_WORDS = {
    "match": "Listed",
    "ambiguous": "Names several listed medicines",
    "suggestion": "Not found; similar names below",
    "not_linked": "Assessed, not listed",
    "treatment": "Used to treat CRS",
    "other_medicine": "Known medicine, not assessed",
    "unknown": "Name not known",
}
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

        async def make() -> str:
            return str(
                await datasette.render_template(
                    "crskb_check.html",
                    {"here": "/check", "most_lines": MOST_LINES, "text": "", "results": None},
                    request=request,
                )
            )

        return await kept_page(datasette, request, ("check",), make)
    try:
        form = await read_form(request)
    except TooLarge:
        return await _refused(
            datasette,
            request,
            "",
            f"The list is larger than {LARGEST_BODY // 1000} kB. Nothing of it was checked.",
            413,
        )
    except Unreadable:
        return await _refused(datasette, request, "", "This form cannot be read. Nothing of it was checked.", 400)
    except Gone:
        return Response("", status=400)  # nobody is left to read it
    text = form.file if form.file and form.file.strip() else form.fields.get("medications", "")
    lines = list(_lines(text))
    if not lines:
        return await _refused(
            datasette, request, text, "The list is empty: write or paste one medicine per line, or choose a file.", 400
        )
    if len(lines) > MOST_LINES:
        return await _refused(
            datasette,
            request,
            text,
            f"The list has {len(lines)} lines; {MOST_LINES} are checked at once, so nothing was checked. Split it, or use the command crskb screen, which has no limit.",
            413,
        )
    too_long = [str(number) for number, line in lines if len(line) > LONGEST_QUERY]
    if too_long:
        return await _refused(
            datasette,
            request,
            text,
            f"Longer than {LONGEST_QUERY} characters: line {', '.join(too_long[:20])}. A name at the end would be lost, so nothing was checked; put one medicine on each line.",
            400,
        )
    answers = await _answers(datasette, lines)
    if form.fields.get("format") == "csv":
        return _csv(answers)
    counts: Counter[str] = Counter(answer["status"] for _, _, answer in answers)
    context = {
        "here": "/check",
        "most_lines": MOST_LINES,
        "text": text,
        "results": answers,
        "counts": [(_STATUS_WORDS[status], counts[status]) for status in _STATUS_ORDER if counts[status]],
        "status_words": _STATUS_WORDS,
    }
    return await private_page(datasette, request, "crskb_check.html", context)


async def _refused(datasette: Datasette, request: Request, text: str, problem: str, status: int) -> Response:
    return await private_page(
        datasette,
        request,
        "crskb_check.html",
        {"here": "/check", "most_lines": MOST_LINES, "text": text, "results": None, "problem": problem},
        status,
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


async def _answers(datasette: Datasette, lines: list[tuple[int, str]]) -> list[tuple[int, str, Answer]]:
    """Each line with its answer."""
    answers = await resolve_all(await resolver_of(datasette), (text for _, text in lines))
    return [(number, text, answer) for (number, text), answer in zip(lines, answers, strict=True)]


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
            # A suggestion is no answer: its row names the drug, but carries no risk that a later step could take for the line's own.
            told = drug if answer["status"] in ("match", "ambiguous") else None
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
