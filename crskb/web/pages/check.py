"""/check: a whole list of medicines, one per line or in a column of a workbook, answered line by line as a page or a file.

The list comes by POST and is stored nowhere.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette import Response

from crskb.database.order_queries import first_steps
from crskb.lookup.messages import heading, how_often
from crskb.web.http import LARGEST_BODY, Gone, Refusal, TooLarge
from crskb.web.pages.check_groups import Line, drug_ids, grouped
from crskb.web.pages.forms import Form, Unreadable, decoded, holds_file, read_form
from crskb.web.pages.list_file import FORMS, ListFile, Turn
from crskb.web.pages.list_workbook import is_workbook, workbook_lines
from crskb.web.pages.rendering import kept_template, private_page
from crskb.web.running import base_address, read, resolve_all, resolver_of
from crskb.words import LONGEST_QUERY, length_fault

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

MOST_LINES = 500  # on a page
MOST_ROWS = 50_000  # in a file
LARGEST_LIST = 5_000_000  # bytes
_turns: WeakKeyDictionary[Any, Turn] = WeakKeyDictionary()
_EMPTY = {"here": "/check", "most_lines": MOST_LINES, "most_rows": MOST_ROWS, "text": "", "groups": None}


async def show_check(request: Request, datasette: Datasette) -> Response | ListFile:
    """The form on GET; on POST every line with its answer, as a page, as CSV or as XLSX."""
    if request.method != "POST":
        return await kept_template(datasette, request, "crskb_check.html", _empty)
    text = ""  # the list as far as it is shown again
    turn = _turns.setdefault(datasette, Turn())
    large = holds_file(request) and not _is_small(request)
    taken = False
    try:
        if large:
            turn.take()
            taken = True
        form = await _read(request, LARGEST_LIST if large else LARGEST_BODY)
        resolver = await resolver_of(datasette)
        wanted = form.fields.get("format", "page")
        if form.file and is_workbook(form.file):
            if not taken:
                turn.take()
                taken = True
            column, sheet = (form.fields.get(name, "").strip() for name in ("column", "sheet"))
            lines = await asyncio.to_thread(workbook_lines, form.file, column, sheet, MOST_ROWS, resolver)
        else:
            text = decoded(form.file) if form.file and form.file.strip() else form.fields.get("medications", "")
            lines = _lines(text)
        most = MOST_ROWS if wanted in FORMS else MOST_LINES
        _refuse_what_cannot_be_answered_whole(lines, most)
        if wanted in FORMS:
            if len(lines) > MOST_LINES and not taken:
                turn.take()
                taken = True
            answer = ListFile(lines, wanted, resolver, request.receive, turn.give_back if taken else lambda: None)
            taken = False  # the answer gives it back
            return answer
        answers = await resolve_all(resolver, (line for _, line in lines))
    except Refusal as refusal:
        shown = text if len(text) <= LARGEST_BODY else ""
        context = {**_EMPTY, "text": shown, "problem": refusal.said}
        return await private_page(datasette, request, "crskb_check.html", context, refusal.status)
    except Gone:
        return Response("", status=400)  # nobody is left to read it
    finally:
        if taken:
            turn.give_back()
    checked = [Line(number, line, answer) for (number, line), answer in zip(lines, answers, strict=True)]
    context = {
        **_EMPTY,
        "text": text,
        "lines": checked,
        "groups": grouped(checked),
        "drug_ids": drug_ids(checked),
        "first_steps": await read(datasette, first_steps),
        "checked_at": datetime.now(timezone.utc),
        "address": f"{base_address(datasette, request)}/check",
        "heading": heading,
        "how_often": how_often,
    }
    return await private_page(datasette, request, "crskb_check.html", context)


async def _empty() -> dict[str, Any]:
    return _EMPTY


def _is_small(request: Request) -> bool:
    """Whether the body says that it is no larger than any other."""
    length = request.headers.get("content-length") or ""
    return length.isdigit() and int(length[:20]) <= LARGEST_BODY


async def _read(request: Request, largest: int) -> Form:
    """The form; raises Refusal and Gone."""
    try:
        return await read_form(request, largest)
    except TooLarge as error:
        raise Refusal(413, f"The list is larger than {largest // 1000:,} kB. Nothing of it was checked.") from error
    except Unreadable as error:
        raise Refusal(400, "This form cannot be read. Nothing of it was checked.") from error


def _refuse_what_cannot_be_answered_whole(lines: list[tuple[int, str]], most: int) -> None:
    if not lines:
        raise Refusal(400, "The list is empty: write or paste one medicine per line, or choose a file.")
    if len(lines) > most:
        other = f"Take the answer as CSV or XLSX, which holds {MOST_ROWS:,}" if len(lines) <= MOST_ROWS else "Split it"
        raise Refusal(
            413,
            f"The list has {len(lines):,} lines; {most:,} are checked at once, so nothing was checked. {other}, or use the command crskb screen, which has no limit.",
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
