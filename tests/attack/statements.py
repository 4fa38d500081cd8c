"""SQL that would take all time and memory if nothing stopped it, and what it does to other readers meanwhile."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

from tests.running_site import RunningSite

Figures = list[tuple[str, float, float]]
_N = "with recursive n(x) as (select 1 union all select x + 1 from n"
_ENDLESS, _MANY = f"{_N})", f"{_N} limit 2000)"
_LONG = "hex(zeroblob(49000))"
BOMBS = {
    "2,000 rows of 1,990 columns": f"{_MANY} select {','.join(['x'] * 1990)} from n",
    "2,000 rows of 900 columns": f"{_MANY} select {','.join(['x'] * 900)} from n",
    "2,000 rows of 50 columns": f"{_MANY} select {','.join(['x'] * 50)} from n",
    "2,000 rows of 6 columns": f"{_MANY} select {','.join(['x'] * 6)} from n",
    "2,000 cells of 100,000 letters": f"{_MANY} select hex(zeroblob(50000)) from n",
    "a text doubled for ever": "with recursive c(x) as (select 'a' union all select x || x from c) select length(x) from c limit 40",
    "a text of 900 million letters": "select length(printf('%.*c', 900000000, 'x'))",
    "hex of 400 MB": "select length(hex(zeroblob(400000000)))",
    "900 million random bytes": "select length(randomblob(900000000))",
    "everything joined into one text": f"{_ENDLESS} select group_concat(hex(zeroblob(10000))) from n",
    "all numbers counted": f"{_ENDLESS} select count(*) from n",
    "all numbers sorted": f"{_ENDLESS} select x, random() from n order by 2",
    "all numbers told apart": f"{_ENDLESS} select count(distinct hex(randomblob(1000))) from n",
    "a list without end as JSON": f"{_ENDLESS} select json_group_array(json_object('a', x)) from n",
    "sources thrice": "select count(*) from sources a, sources b, sources c",
    "a long search in each row": f"{_ENDLESS} select sum(instr({_LONG}, hex(zeroblob(24000)) || '1')) from n",
    "fifty long searches in one row": f"select {'+'.join([f'instr({_LONG}, hex(zeroblob(24000)) || 1)'] * 12)}",
    "a long pattern in each row": f"{_ENDLESS} select sum({_LONG} glob '*[{'1' * 200}]') from n",
    "a long replacement in each row": f"{_ENDLESS} select sum(length(replace({_LONG}, '0', '1'))) from n",
    "trimming by thousands of letters": f"select length(trim({_LONG}, replace(hex(zeroblob(9000)), '0', '1') || '0'))",
    "tables that double": f"with a0 as (select 1), {', '.join(f'a{n} as (select * from a{n - 1} union all select * from a{n - 1})' for n in range(1, 45))} select count(*) from a44",
    "sixty tables": f"select count(*) from {', '.join(f'drugs d{n}' for n in range(60))}",
}


def bombs(site: RunningSite) -> Figures:
    """Seconds of the slowest statement, and the longest that a lookup beside any of them took."""
    slowest, waited = (0.0, ""), (0.0, "")
    for name, statement in BOMBS.items():
        for ending in (".json", "", ".csv"):
            stop, worst = threading.Event(), [0.0]
            beside = threading.Thread(target=_look, args=(site, stop, worst))
            beside.start()
            start = time.perf_counter()
            status, _ = fetch(site, f"/crskb{ending}?" + urlencode({"sql": statement}))
            took = time.perf_counter() - start
            stop.set()
            beside.join()
            if status not in (200, 400):
                raise RuntimeError(f"{name}: status {status}")
            slowest, waited = max(slowest, (took, name)), max(waited, (worst[0] * 1000, name))
    crash = [
        fetch(site, "/crskb.json?" + urlencode({"sql": "select hex(fts3_tokenizer('simple', :p))", "p": "AAAAAAAA"}))[
            0
        ],
        *(
            fetch(site, "/crskb.json?" + urlencode({"sql": "select * from fts3tokenize where input='x'"}))[0]
            for _ in range(9)
        ),
    ]
    return [
        (
            f"statuses other than 400 of the pair that crashed the server, asked {len(crash)} times",
            sum(s != 400 for s in crash),
            0,
        ),
        (f"seconds of the slowest of {len(BOMBS) * 3} statements ({slowest[1]})", slowest[0], 4),
        (f"milliseconds of the slowest lookup beside one ({waited[1]})", waited[0], 600),
    ]


def facets(site: RunningSite) -> Figures:
    """Megabytes of the largest answer to many facets."""
    equal = fetch(site, "/crskb/drugs?" + "&".join(["_facet=drug_class"] * 300))[1]
    ten = "&".join(
        f"_facet={column}"
        for column in [
            "id",
            "name",
            "brand_names",
            "other_names",
            "targets",
            "summary",
            "why_this_tier",
            "atc_code",
            "route",
            "status",
        ]
    )
    return [
        ("megabytes of 300 equal facets", len(equal) / 1e6, 5),
        (
            "megabytes of ten facets of the longest columns, all values",
            len(fetch(site, f"/crskb/drugs?{ten}&_facet_size=max")[1]) / 1e6,
            5,
        ),
    ]


def lookups_beside_sql(site: RunningSite) -> Figures:
    """Lookups while four clients run SQL without a pause: to its time limit, and to the largest page there is."""
    alone = _lookups(site, 4)
    found: Figures = []
    for name in ("sources thrice", "2,000 rows of 6 columns"):
        stop = threading.Event()
        clients = [threading.Thread(target=_hammer, args=(site, BOMBS[name], stop)) for _ in range(4)]
        for client in clients:
            client.start()
        beside = _lookups(site, 10)
        stop.set()
        for client in clients:
            client.join()
        p99 = beside[int(len(beside) * 0.99)]
        found += [
            (f"milliseconds, p99 of {len(beside):,} lookups beside four clients of SQL ({name})", p99, 250),
            (f"milliseconds, the slowest of them ({name})", beside[-1], 600),
        ]
        if name == "sources thrice":
            found.append(("that p99 as a multiple of the p99 without them", p99 / alone[int(len(alone) * 0.99)], 20))
    return found


def fetch(site: RunningSite, path: str) -> tuple[int, bytes]:
    """Status and body."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}{path}", timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def _lookups(site: RunningSite, seconds: float) -> list[float]:
    """Milliseconds of lookups one after the other, fastest first."""
    took: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        start = time.perf_counter()
        fetch(site, "/api/v1/lookup?q=kymriah")
        took.append((time.perf_counter() - start) * 1000)
    return sorted(took)


def _look(site: RunningSite, stop: threading.Event, worst: list[float]) -> None:
    while not stop.is_set():
        start = time.perf_counter()
        fetch(site, "/api/v1/lookup?q=kymriah")
        worst[0] = max(worst[0], time.perf_counter() - start)
        time.sleep(0.005)


def _hammer(site: RunningSite, statement: str, stop: threading.Event) -> None:
    get: Callable[[], tuple[int, bytes]] = lambda: fetch(site, "/crskb?" + urlencode({"sql": statement}))  # noqa: E731
    while not stop.is_set():
        if get()[0] == 503:
            time.sleep(0.05)
