"""What a stranger on the network may ask of Datasette's own pages: SQL that reaches nothing but the data, answers of bounded size, a few at a time."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from crskb.database.defence import CAN_BOUND_SQL, LONGEST_CELL, MOST_CALLS, MOST_TRIMMED
from crskb.web.options import Options
from crskb.web.served_database import MOST_BYTES, MOST_CELLS
from crskb.web.server import make_datasette
from crskb.web.table_limits import MOST_FACET_VALUES, MOST_FACETS, MOST_PARAMETERS, MOST_SQL_AT_ONCE
from tests.conftest import Client

NUMBERS = "with recursive n(x) as (select 1 union all select x + 1 from n limit 2000)"
ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n)"


needs_sql = pytest.mark.skipif(not CAN_BOUND_SQL, reason="Python 3.10 cannot bound SQL, and so answers none")


def sql(client: Client, statement: str, ending: str = ".json", **more: Any) -> Any:
    return client.get(f"/crskb{ending}", params={"sql": statement, **more})


# Reach


@needs_sql
@pytest.mark.parametrize("ending", [".json", ".csv", ""])
@pytest.mark.parametrize(
    ("statement", "bound"),
    [
        ("select hex(fts3_tokenizer('simple', :p))", "AAAAAAAA"),  # the bound value becomes a pointer to functions
        ("select hex(FTS3_Tokenizer('simple'))", ""),
        ("select hex(\"fts3_tokenizer\"('simple', :p))", "AAAAAAAA"),
        ("select * from fts3tokenize where input = 'x'", ""),
        ("select count(*) from fts3tokenize", ""),
        ("select exists(select 1 from main.fts3tokenize)", ""),
        ("select load_extension('x')", ""),
        ("select file from pragma_database_list()", ""),
        ("select count(*) from pragma_database_list", ""),
        ("select * from pragma_function_list", ""),
        ("select * from dbstat", ""),
        ("select printf('%.*c', 900000000, 'x')", ""),
        ("select rtreecheck('drugs')", ""),
        ("with x as (select 1) insert into drugs (id) select 1", ""),
        ("with x as (select 1) delete from drugs", ""),
        ("with x as (select 1) update sqlite_master set sql = ''", ""),
    ],
)
def test_sql_reaches_no_memory_no_file_and_no_path(client: Client, statement: str, bound: str, ending: str) -> None:
    answer = sql(client, statement, ending, p=bound)
    assert answer.status_code == 400, answer.text[:300]
    assert str(Path.cwd()) not in answer.text
    assert sql(client, "select count(*) n from drugs", _shape="array").json()[0]["n"] > 0


@needs_sql
@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("select count(*) from (select id from drugs limit 3)", [[3]]),
        ("with n as (select 1 union select 2) select count(*) from n", [[2]]),
        ("select max(value) from json_each('[1, 5, 2]')", [[5]]),
        ("select count(*) from pragma_table_info('drugs') where name = 'id'", [[1]]),
        ("select count(*) from drug_search where drug_search match 'exemplia'", [[1]]),
        ("select name from sqlite_master where name = 'drugs'", [["drugs"]]),
        ("select row_number() over (order by id) from drugs order by 1 limit 1", [[1]]),
        ("select trim('xxaxx', 'x') || ltrim('  b') || rtrim('c1', '1')", [["abc"]]),
        ("select trim(null, 'x'), trim('x', null)", [[None, None]]),
        ("select upper(substr(id, 1, 3)) || round(1.25, 1) from drugs where id = 'examplumab'", [["EXA1.3"]]),
    ],
)
def test_sql_that_only_reads_the_data_is_answered(client: Client, statement: str, rows: list[list[Any]]) -> None:
    answer = sql(client, statement)
    assert (answer.status_code, answer.json()["rows"]) == (200, rows)


@needs_sql
def test_a_stranger_does_not_spoil_the_connection_for_the_next_reader(client: Client) -> None:
    """Memory that runs out while a statement is read makes SQLite forget the schema, and the search index has to be found again."""
    doubled = ", ".join(f"a{n} as (select * from a{n - 1} union all select * from a{n - 1})" for n in range(1, 40))
    for _ in range(4):
        assert sql(client, f"with a0 as (select 1), {doubled} select count(*) from a39").status_code == 400
    for _ in range(4):
        assert sql(client, "select 1 from drug_search where drug_search match 'exemplia'").json()["rows"] == [[1]]


# Size and time


@needs_sql
@pytest.mark.parametrize("ending", [".json", ".csv", ""])
@pytest.mark.parametrize(
    "statement",
    [
        f"{NUMBERS} select {','.join(['x'] * 199)} from n",
        f"{NUMBERS} select {','.join(['x'] * (MOST_CELLS // 2000 + 1))} from n",
        f"{NUMBERS} select hex(zeroblob({MOST_BYTES // 2000 // 2 + 1})) from n",
        "with recursive c(x) as (select 'a' union all select x || x from c) select length(x) from c limit 40",
        f"select length(hex(zeroblob({LONGEST_CELL // 2 + 1})))",
        f"{ENDLESS} select group_concat(hex(zeroblob(1000))) from n",
        f"{ENDLESS} select x, random() from n order by 2",
        f"select {','.join(['1'] * 201)}",
        f"select {'+'.join(['abs(1)'] * (MOST_CALLS + 1))}",
        f"select trim('x', '{'y' * (MOST_TRIMMED + 1)}')",
        "select " + "(" * 300 + "1" + ")" * 300,
        "select 1 " + "union all select 1 " * 60,
        f"select '{'x' * 20_000}'",
    ],
)
def test_no_statement_makes_more_than_it_may(client: Client, statement: str, ending: str) -> None:
    answer = sql(client, statement, ending)
    assert answer.status_code == 400, (answer.status_code, len(answer.text))
    assert len(answer.content) < 100_000


@needs_sql
def test_the_largest_answer_that_is_given(client: Client) -> None:
    wide = f"{NUMBERS} select {','.join(['x'] * (MOST_CELLS // 2001))} from n"
    assert len(sql(client, wide).json()["rows"]) == 2000
    long = f"{NUMBERS} select hex(zeroblob({MOST_BYTES // 2001 // 2})) from n"
    assert len(sql(client, long).json()["rows"]) == 2000


@needs_sql
@pytest.mark.parametrize("ending", [".json", ".csv", ""])
def test_an_endless_statement_ends_and_is_told_apart_from_an_empty_answer(
    client: Client, ending: str, capfd: Any
) -> None:
    answer = sql(client, f"{ENDLESS} select count(*) from n", ending, _timelimit=50)
    assert answer.status_code == 400
    assert capfd.readouterr().err == ""


def test_all_tables_are_answered_whole_pages_at_a_time(real_client: Client, real_db: Path) -> None:
    connection = sqlite3.connect(real_db)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    connection.close()
    for table in tables:
        assert real_client.get(f"/crskb/{table}.json?_size=max").status_code == 200, table


# A few at a time


@needs_sql
def test_sql_beyond_its_turns_is_told_to_come_again_while_lookups_and_tables_go_on(
    client: Client, loop: asyncio.AbstractEventLoop
) -> None:
    endless = "/crskb.json?" + urlencode({"sql": f"{ENDLESS} select count(*) from n", "_timelimit": 300})

    async def at_once() -> list[Any]:
        get = client.datasette.client.get
        running = [asyncio.ensure_future(get(endless)) for _ in range(MOST_SQL_AT_ONCE)]
        await asyncio.sleep(0.1)
        beyond = [await get("/crskb.json?sql=select+1"), await get("/~63rskb?sql=select+1")]
        others = [
            await get("/api/v1/lookup?q=exemplia"),
            await get("/crskb/drugs.json"),
            await get("/compare?sort=any"),
        ]
        return [beyond, others, await asyncio.gather(*running)]

    beyond, others, running = loop.run_until_complete(at_once())
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in beyond] == [(503, "2")] * 2
    assert beyond[0].json()["status"] == 503
    assert [answer.status_code for answer in others] == [200] * 3
    assert [answer.status_code for answer in running] == [400] * MOST_SQL_AT_ONCE
    assert sql(client, "select 1").status_code == 200


# Facets and parameters


def test_equal_facets_are_merged(client: Client) -> None:
    once = client.get("/crskb/drugs.json?_facet=drug_class").json()["facet_results"]
    often = client.get("/crskb/drugs.json?" + "&".join(["_facet=drug_class"] * 900)).json()["facet_results"]
    assert often == once


def test_facets_their_values_and_their_links_are_bounded(real_client: Client, real_db: Path) -> None:
    connection = sqlite3.connect(real_db)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(drugs)")]
    connection.close()
    facets = [f"_facet={column}" for column in columns]
    assert real_client.get("/crskb/drugs?" + "&".join(facets[: MOST_FACETS + 1])).status_code == 400
    answer = real_client.get("/crskb/drugs?_facet_size=max&" + "&".join(facets[:MOST_FACETS]))
    assert answer.status_code == 200
    assert len(answer.content) < 5_000_000
    found = real_client.get("/crskb/other_medicine_names.json?_facet=name&_facet_size=2000").json()["facet_results"]
    assert len(found["name"]["results"]) == MOST_FACET_VALUES
    assert real_client.get("/crskb/drugs?_facet=id&name__not=" + "x" * 2000).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "_sort=nonesuch",
        "_sort_desc=nonesuch",
        "_sort=id&_sort_desc=id",
        "_facet=nonesuch",
        "_facet={",
        "_facet=%7B%22simple%22%3A1%7D",
        "_through=x",
        "_next=,,",
        "_size=x",
        "_size=-1",
        "_col=nonesuch",
        "_where=nonsense(",
        "_search=%22&_searchmode=raw",
        "&".join(f"id__not=x{n}" for n in range(MOST_PARAMETERS + 1)),
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")  # Datasette prepares facets that it then leaves
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_wrong_parameters_are_the_readers_mistake_and_noted_by_nobody(client: Client, query: str, capfd: Any) -> None:
    for path in ("/crskb/drugs", "/crskb/drugs.json"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400, answer.text[:200]
        assert answer.headers["cache-control"] == "no-store"
    assert " at /" not in capfd.readouterr().err


@needs_sql
def test_wrong_parameters_of_sql_are_the_readers_mistake(client: Client) -> None:
    assert client.get("/crskb.json?sql=select+1&_timelimit=x").status_code == 400


# Pages about the machine


@pytest.mark.parametrize(
    "path",
    [
        "databases.json",
        "databases",
        "versions.json",
        "threads.json",
        "threads",
        "settings.json",
        "plugins.json",
        "actor.json",
        "allow-debug",
        "allow-debug?actor=[..]",
        "permissions",
        "patterns",
        "messages",
        "logout",
        "auth-token",
    ],
)
def test_pages_about_the_machine_are_closed(client: Client, path: str) -> None:
    answer = client.get(f"/-/{path}")
    assert answer.status_code == 404
    assert client.datasette.get_database("crskb").path not in answer.text


@pytest.mark.parametrize("path", ["/_internal", "/_internal.json", "/_memory", "/_memory.json?sql=select+1"])
def test_only_our_database_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code in (403, 404)


# Nothing that holds typed text is kept


@pytest.mark.parametrize(
    "path",
    [
        "/crskb/drugs?_search=x",
        "/crskb/drugs?%5Fsearch=x",
        "/crskb/drugs.json?name=x",
        "/crskb/drugs?name__contains=x",
        "/crskb/drugs?_filter_column=name&_filter_op=exact&_filter_value=x",
        "/crskb.json?%73ql=select+1",
        "/?q=x",
        "/?%71=x",
        "/drugs/examplumab?name=x",
        "/compare?tier=low&patient=x",
        "/compare?%74ier=low&x",
        "/compare?drugs=Mr+Secret",
        "/compare.csv?drugs=examplumab,Tecvayli",
        "/compare?tier=Mr+Secret",
        "/about?x",
        "/api/v1/drugs?patient=x",
        "/api/v1/lookup?q=x",
        "/grade?temperature_c=39",
        "/api/v1/grade?temperature_c=39",
    ],
)
def test_an_address_with_typed_text_is_kept_by_nobody(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code < 500
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/compare",
        "/compare?tier=low&sort=any",
        "/compare?drugs=examplumab&drugs=nebulumab&status=all&region=us&view=onset",
        "/drugs/examplumab",
        "/api/v1/drugs",
    ],
)
def test_an_address_without_typed_text_may_be_kept(client: Client, path: str) -> None:
    assert client.get(path).headers["cache-control"] == "public, max-age=300"


# Switches


def switched(kb_db: Path, loop: asyncio.AbstractEventLoop, **options: Any) -> Client:
    client = Client(kb_db, loop)
    client.datasette = make_datasette(kb_db, Options(**options))
    return client


def test_without_sql_tables_stay(kb_db: Path, loop: asyncio.AbstractEventLoop) -> None:
    client = switched(kb_db, loop, sql=False)
    assert sql(client, "select 1").status_code == 403
    assert client.get("/crskb/drugs.json?_where=1").status_code == 403
    assert client.get("/crskb/drugs.json?_search=exemplia&_shape=array").json()
    page = client.get("/crskb").text
    assert 'name="sql"' not in page
    assert "and SQL" not in page


@pytest.mark.skipif(CAN_BOUND_SQL, reason="where SQL can be bounded, it is answered")
def test_where_sql_cannot_be_bounded_none_is_answered(client: Client) -> None:
    assert sql(client, "select 1").status_code == 403


def test_without_tables_nothing_of_them_is_answered_or_linked(kb_db: Path, loop: asyncio.AbstractEventLoop) -> None:
    client = switched(kb_db, loop, tables=False)
    for path in (
        "/crskb",
        "/crskb.json?sql=select+1",
        "/crskb/drugs",
        "/~63rskb/drugs.json",
        "/crskb.db",
        "/-/metadata.json",
    ):
        assert client.get(path).status_code == 404, path
    for path in ("/", "/about", "/drugs/examplumab", "/check", "/compare", "/reference", "/nowhere"):
        assert not re.search('"/crskb[".?/]', client.get(path).text), path
    assert client.get("/api/v1/lookup?q=exemplia").json()["status"] == "match"
    assert client.get("/sources/us-pi-exemplia").status_code == 404


# Fuzzing


def statement(dice: random.Random) -> str:
    """A statement of a small grammar: mostly right SQL over the tables, with hostile functions, names and sizes strewn in."""
    tables = ["drugs", "crs_incidence", "sources", "drug_search", "n", "json_each('[1,[2]]')", "sqlite_master"]
    hostile = [
        "fts3tokenize",
        "pragma_database_list",
        "dbstat",
        "drug_search_data",
        "fts5vocab",
        "(select 1)",
        '""',
        "temp.x",
    ]
    columns = [
        "id",
        "name",
        "rowid",
        "*",
        "1",
        "null",
        "x",
        "names",
        "value",
        "?",
        ":p",
        "'é\u0000'",
        "-9e999",
        "1 << 63",
    ]
    calls = [
        "count(*)",
        "max({})",
        "length({})",
        "hex({})",
        "zeroblob(99999)",
        "printf('%9999999d', {})",
        "replace({}, '', 'xx')",
    ]
    calls += [
        "instr({}, {})",
        "trim({}, {})",
        "group_concat({})",
        "json({})",
        "json_extract({}, '$..')",
        "like({}, {})",
        "snippet(drug_search, 0, {}, '', '', 64)",
    ]
    calls += [
        "fts3_tokenizer({}, :p)",
        "load_extension({})",
        "randomblob({})",
        "unicode({})",
        "char({})",
        "strftime({}, {})",
        "highlight({}, 0, '', '')",
    ]

    def expression(depth: int = 0) -> str:
        kind = dice.random()
        if depth > 2 or kind < 0.55:
            return dice.choice(columns)
        if kind < 0.85:
            call = dice.choice(calls)
            return call.format(*(expression(depth + 1) for _ in range(call.count("{}"))))
        if kind < 0.95:
            return f"({expression(depth + 1)} {dice.choice(['||', '+', '<<', '=', 'like', 'glob', 'match', 'in', '->>'])} {expression(depth + 1)})"
        return f"(select {expression(depth + 1)} from {source()})"

    def source() -> str:
        return dice.choice(tables if dice.random() < 0.93 else hostile)

    what = ", ".join(expression() for _ in range(dice.choice([1, 1, 1, 2, 20])))
    text = f"{NUMBERS if dice.random() < 0.3 else ''} select {what} from {', '.join(source() for _ in range(dice.choice([1, 1, 2, 4])))}"
    for word, chance in (
        (f" where {expression()}", 0.4),
        (f" group by {expression()}", 0.2),
        (f" order by {expression()}", 0.3),
        (" limit 5", 0.3),
    ):
        if dice.random() < chance:
            text += word
    if dice.random() < 0.1:
        place = dice.randrange(len(text))
        text = text[:place] + dice.choice(["'", '"', "--", "/*", ";", "(", "\0", "🙂"]) + text[place:]
    return text


@needs_sql
def test_no_statement_of_a_grammar_breaks_the_site(client: Client, capfd: Any) -> None:
    dice = random.Random(20261124)
    statuses = {200: 0, 400: 0}
    for _ in range(600):
        text = statement(dice)
        ending = dice.choice([".json", ".json", ".csv", ""])
        answer = sql(client, text, ending, p=dice.choice(["AAAAAAAA", "", "\u0000", "x" * 1000]), _timelimit=20)
        assert answer.status_code in statuses, (answer.status_code, text)
        statuses[answer.status_code] += 1
    assert min(statuses.values()) > 50, statuses
    assert capfd.readouterr().err == ""
    assert client.get("/api/v1/lookup?q=exemplia").json()["status"] == "match"
    assert client.get("/crskb/drugs.json?_search=exemplia&_shape=array").json()[0]["id"] == "examplumab"
