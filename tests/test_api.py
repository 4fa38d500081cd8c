"""The JSON API through its public face: answers, refusals, headers, and that no text of a reader is printed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import schemathesis
from datasette.utils import PrefixedUrlString
from hypothesis import HealthCheck, given, settings

from crskb.web.api.problems import KINDS
from crskb.web.api.requests import MOST_MEDICATIONS
from crskb.web.api.shapes import PARTS
from crskb.web.http import LARGEST_BODY
from crskb.words import LONGEST_QUERY, STATUSES
from tests.conftest import Client

V1 = "/api/v1"


@pytest.fixture(scope="session")
def document(client: Any) -> Any:
    return client.get(f"{V1}/openapi.json").json()


def check(client: Any, medications: Any, **more: Any) -> Any:
    return client.post(
        f"{V1}/check",
        content=json.dumps({"medications": medications}),
        headers={"content-type": "application/json"},
        **more,
    )


def assert_problem(response: Any, status: int, said: str = "") -> Any:
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/problem+json")
    body = response.json()
    assert body["status"] == status
    kind = KINDS[body["type"].removeprefix(f"{V1}/problems/")]
    assert (body["title"], kind.status) == (kind.title, status)
    assert said in json.dumps(body, ensure_ascii=False)
    assert "Traceback" not in response.text
    return body


def test_a_lookup_carries_all_that_the_design_asks_for(client: Any) -> None:
    body = client.get(f"{V1}/lookup?q=Exemplia+5+mg+IV").json()
    assert (body["query"], body["status"], body["data_version"][:6]) == ("Exemplia 5 mg IV", "match", "0.1.0-")
    assert body["message"]
    assert "not been shown to be safe" in body["disclaimer"]
    match = body["matches"][0]
    assert (match["name"], match["match"], match["distance"]) == ("Exemplia", "folded", 0)
    drug = match["drug"]
    assert (drug["id"], drug["name"], drug["relative_risk"], drug["t_cell_engaging"], drug["url"]) == (
        "examplumab",
        "examplumab",
        "highest",
        True,
        "/drugs/examplumab",
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Exemplia", "match"),
        ("PSG", "ambiguous"),
        ("mokizumab", "suggestion"),
        ("Calmra", "treatment"),
        ("Nullira", "not_linked"),
        ("otherolol", "other_medicine"),
        ("grzmtfl", "unknown"),
    ],
)
def test_every_status_can_be_had_and_none_is_missing_here(client: Any, text: str, status: str) -> None:
    assert client.get(f"{V1}/lookup", params={"q": text}).json()["status"] == status
    assert status in STATUSES


def test_a_check_answers_in_order_each_with_its_own_status_and_sums_up(client: Any) -> None:
    names = ["grzmtfl", "Exemplia", "otherolol", "Exemplia", "PSG", "", "mokizumab"]
    body = check(client, names).json()
    assert [answer["query"] for answer in body["results"]] == names
    assert [answer["status"] for answer in body["results"]] == [
        "unknown",
        "match",
        "other_medicine",
        "match",
        "ambiguous",
        "unknown",
        "suggestion",
    ]
    summary = body["summary"]
    assert summary["by_status"] == {
        **dict.fromkeys(STATUSES, 0),
        "match": 2,
        "ambiguous": 1,
        "unknown": 2,
        "suggestion": 1,
        "other_medicine": 1,
    }
    assert (summary["count"], summary["highest_relative_risk"], summary["drugs"]) == (
        7,
        "highest",
        ["examplumab", "pseudoglobulin-equine", "pseudoglobulin-rabbit"],
    )
    assert "3 could not be recognised" in summary["message"]
    assert check(client, ["otherolol"]).json()["summary"]["highest_relative_risk"] is None


def test_a_check_takes_as_many_and_as_long_names_as_it_says_and_no_more(client: Any) -> None:
    assert len(check(client, ["é" * LONGEST_QUERY] * MOST_MEDICATIONS).json()["results"]) == MOST_MEDICATIONS
    assert_problem(check(client, ["x"] * (MOST_MEDICATIONS + 1)), 422, f"1 to {MOST_MEDICATIONS}")
    body = assert_problem(check(client, ["x", "y" * (LONGEST_QUERY + 1), 3, None]), 422)
    assert [error["pointer"] for error in body["errors"]] == ["/medications/1", "/medications/2", "/medications/3"]
    assert_problem(
        client.post(f"{V1}/check", content=b" " * (LARGEST_BODY + 1), headers={"content-type": "application/json"}), 413
    )


BODIES = [
    (b'{"medications": [}', 400, "line 1, column 18"),
    (b'{"medications":\n  ["a"\n  "b"]}', 400, "line 3, column 3"),
    (b"", 400, "line 1, column 1"),
    (b"\xff\xfe", 400, "byte 1"),
    (b'{"medications": [NaN]}', 400, "not JSON"),
    (b"[" * 100_000, 400, "not JSON"),
    (b'{"medications": [' + b"1" * 5000 + b"]}", 400, "number"),
    (b"[]", 422, "/medications"),
    (b"null", 422, "/medications"),
    (b'{"medications": "x"}', 422, "/medications"),
    (b'{"medications": []}', 422, "0 names"),
    (b'{"medications": ["x"], "other": 1}', 422, "another key"),
    (b'{"medications": ["\\ud800"]}', 422, "lone surrogate"),
]


@pytest.mark.parametrize(("content", "status", "said"), BODIES)
def test_a_bad_body_is_refused_with_its_place(client: Any, content: bytes, status: int, said: str) -> None:
    assert_problem(
        client.post(f"{V1}/check", content=content, headers={"content-type": "application/json; charset=utf-8"}),
        status,
        said,
    )


def test_a_body_of_another_type_is_refused(client: Any) -> None:
    for headers in ({"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"}, {}):
        assert_problem(client.post(f"{V1}/check", content=b'{"medications": ["x"]}', headers=headers), 415)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{V1}/lookup", 422, "?q=name"),
        (f"{V1}/lookup?q=", 422, "missing or empty"),
        (f"{V1}/lookup?q=%20%20", 422, "missing or empty"),
        (f"{V1}/lookup?name=x", 422, "?q=name"),
        (f"{V1}/lookup?q={'x' * (LONGEST_QUERY + 1)}", 422, f"{LONGEST_QUERY + 1} characters"),
        (f"{V1}/lookup?q=Exemplia&q=otherolol", 422, "is given 2 times"),
        (f"{V1}/lookup?q=Exemplia & PSG", 422, "This address takes q."),
        (f"{V1}/lookup?{'a=1&' * 60}q=x", 422, "parameters"),
        (f"{V1}/drugs/nothing", 404, "not evidence of safety"),
        (f"{V1}/drugs/..%2f..%2fetc", 404, ""),
        (f"{V1}/drugs/examplumab/names", 404, ""),
        (f"{V1}/sources/nothing", 404, "No such source"),
        (f"{V1}/nothing", 404, ""),
        ("/api/v2/lookup?q=x", 404, "/api/v1"),
        ("/api/", 404, ""),
        ("/api/v1beta", 404, ""),
    ],
)
def test_every_refusal_under_api_is_a_problem_document(client: Any, path: str, status: int, said: str) -> None:
    assert_problem(client.get(path), status, said)


KNOWN_KINDS = {
    f"{V1}/nothing": "not-found",
    f"{V1}/reference/nothing": "not-found",
    f"{V1}/problems/nothing": "not-found",
    f"{V1}/drugs/nothing": "drug-not-listed",
    f"{V1}/sources/nothing": "source-not-known",
    f"{V1}/check": "method-not-allowed",
    f"{V1}/version?x=1": "parameter-unknown",
    f"{V1}/lookup?q=a&q=b": "parameter-repeated",
    f"{V1}/lookup?{'a=1&' * 60}q=x": "parameters-too-many",
    f"{V1}/drugs?tier=x": "value-not-allowed",
    f"{V1}/grade?foo=1&oxygen=x": "parameter-unknown",
    f"{V1}/grade?oxygen=none&oxygen=low_flow": "parameter-repeated",
    f"{V1}/grade?oxygen=x": "value-not-allowed",
    f"{V1}/lookup": "query-missing",
    f"{V1}/lookup?q={'x' * (LONGEST_QUERY + 1)}": "query-too-long",
}
OF_BODIES = {
    b"[": "body-not-json",
    b" " * (LARGEST_BODY + 1): "body-too-large",
    b"[]": "body-of-another-form",
    b'{"medications": []}': "list-length",
    b'{"medications": [1]}': "names-not-readable",
}


def test_every_kind_of_problem_has_a_type_of_its_own_that_says_what_to_do(client: Any) -> None:
    met = {"server-fault"}  # seen where a fault is made
    for path, name in KNOWN_KINDS.items():
        problem = client.get(path).json()
        assert (path[:60], problem["type"]) == (path[:60], f"{V1}/problems/{name}")
        met.add(name)
    for content, name in OF_BODIES.items():
        problem = client.post(f"{V1}/check", content=content, headers={"content-type": "application/json"}).json()
        assert problem["type"] == f"{V1}/problems/{name}"
        met.add(name)
    assert client.post(f"{V1}/check", content=b"[]").json()["type"] == f"{V1}/problems/body-of-another-type"
    met.add("body-of-another-type")
    kinds = client.get(f"{V1}/problems").json()["problems"]
    assert {kind["name"] for kind in kinds} == met == set(KINDS)
    for kind in kinds:
        assert client.get(kind["type"]).json() == kind
        assert kind["title"]
        assert kind["remedy"]


def test_a_fault_has_its_place_as_a_parameter_or_as_a_pointer(client: Any) -> None:
    (error,) = client.get(f"{V1}/lookup?q=").json()["errors"]
    assert (error["parameter"], error["pointer"]) == ("q", "q")
    (error,) = check(client, ["x", 3]).json()["errors"]
    assert (error["parameter"], error["pointer"]) == (None, "/medications/1")


@pytest.mark.parametrize(
    "path",
    [
        "/lookup?q=x&",
        *(
            f"{path}?"
            for path in (
                "/drugs",
                "/drugs/examplumab",
                "/sources/example-trial",
                "/reference",
                "/reference/watch",
                "/version",
                "/problems",
                "/openapi.json",
                "",
            )
        ),
    ],
)
def test_a_parameter_that_an_address_does_not_take_is_refused_and_named(client: Any, path: str) -> None:
    assert client.get(f"{V1}{path}").status_code == 200
    for method in ("GET", "HEAD"):
        response = client.request(method, f"{V1}{path}limit=2&page=1")
        assert (response.status_code, response.headers["cache-control"]) == (422, "no-store")
    body = assert_problem(client.get(f"{V1}{path}limit=2&page=1"), 422)
    assert [error["parameter"] for error in body["errors"]] == ["limit", "page"]
    assert client.get(f"{V1}{path}").status_code == 200, "what was refused is kept nowhere"


def test_a_check_takes_no_parameters(client: Any) -> None:
    response = client.post(
        f"{V1}/check?q=x", content=b'{"medications": ["x"]}', headers={"content-type": "application/json"}
    )
    assert assert_problem(response, 422)["errors"][0]["parameter"] == "q"


def ids(client: Any, query: str) -> set[str]:
    answer = client.get(f"{V1}/drugs{query}").json()
    assert answer["count"] == len(answer["drugs"])
    return {drug["id"] for drug in answer["drugs"]}


def test_the_list_is_narrowed_by_tier_class_flag_and_status(real_client: Any) -> None:
    every = real_client.get(f"{V1}/drugs").json()["drugs"]

    def those(holds: Callable[[Any], bool]) -> set[str]:
        found = {drug["id"] for drug in every if holds(drug)}
        assert 0 < len(found) < len(every), "the data have both kinds"
        return found

    assert ids(real_client, "?tier=highest") == those(lambda drug: drug["relative_risk"] == "highest")
    assert ids(real_client, "?tier=highest&tier=moderate") == those(
        lambda drug: drug["relative_risk"] in ("highest", "moderate")
    )
    assert ids(real_client, "?class=anti-cd20-antibody") == those(
        lambda drug: drug["drug_class"] == "anti-cd20-antibody"
    )
    assert ids(real_client, "?flag=t_cell_engaging") == those(lambda drug: drug["t_cell_engaging"])
    assert ids(real_client, "?flag=boxed_warning_crs") == those(lambda drug: drug["boxed_warning_crs"])
    assert ids(real_client, "?flag=fatal_cases") == those(lambda drug: drug["fatal_cases"] == "yes")
    assert ids(real_client, "?status=investigational") == those(lambda drug: drug["status"] == "investigational")
    assert ids(real_client, "?flag=t_cell_engaging&flag=boxed_warning_crs&tier=highest") == ids(
        real_client, "?flag=t_cell_engaging"
    ) & ids(real_client, "?flag=boxed_warning_crs")


def test_a_class_holds_the_drugs_of_its_narrower_classes(real_client: Any) -> None:
    narrow, wide = ids(real_client, "?class=cd19-car-t"), ids(real_client, "?class=car-t")
    assert narrow < wide < ids(real_client, "?class=t-cell-engaging")
    assert ids(real_client, "?class=cd19-car-t&class=bcma-car-t") == narrow | ids(real_client, "?class=bcma-car-t")
    assert ids(real_client, "?class=tumour-infiltrating-lymphocytes") == set()


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("tier=hi", "highest, high, moderate"),
        ("tier=", "highest"),
        ("class=Engager", "engager"),
        ("flag=fatal", "t_cell_engaging, boxed_warning_crs or fatal_cases"),
        ("status=Approved", "approved, investigational, discontinued or withdrawn"),
    ],
)
def test_a_word_that_a_filter_does_not_take_is_refused_with_those_that_it_takes(
    client: Any, query: str, allowed: str
) -> None:
    name = query.partition("=")[0]
    body = assert_problem(client.get(f"{V1}/drugs?status=approved&{query}"), 422, allowed)
    assert [error["parameter"] for error in body["errors"]] == [name]


def test_the_parts_of_the_reference_are_the_whole_and_nothing_twice(real_client: Any) -> None:
    whole = real_client.get(f"{V1}/reference").json()
    joined: dict[str, Any] = {}
    for part in PARTS:
        answer = real_client.get(f"{V1}/reference/{part}").json()
        stamp = {key: answer.pop(key) for key in ("data_version", "disclaimer")}
        assert joined.keys().isdisjoint(answer)
        joined |= answer
    assert {**joined, **stamp} == whole
    assert_problem(real_client.get(f"{V1}/reference/nothing"), 404, "management")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_other_methods_are_refused_with_those_that_work(client: Any, method: str) -> None:
    response = client.request(method, f"{V1}/drugs")
    assert_problem(response, 405)
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.get(f"{V1}/check").headers["allow"] == "POST, OPTIONS"


PATHS = [
    "/lookup?q=Exemplia",
    "/drugs",
    "/drugs/examplumab",
    "/sources/example-trial",
    "/drugs?tier=highest",
    "/reference",
    "/reference/watch",
    "/version",
    "/problems",
    "/openapi.json",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_client_that_holds_the_answer_gets_304_and_head_gets_no_body(client: Any, path: str) -> None:
    whole = client.get(V1 + path, headers={"accept-encoding": "identity"})
    assert whole.status_code == 200
    assert whole.headers["access-control-allow-origin"] == "*"
    etag = whole.headers["etag"]
    for sent in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        again = client.get(V1 + path, headers={"if-none-match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get(V1 + path, headers={"if-none-match": '"other"'}).status_code == 200
    head = client.request("HEAD", V1 + path, headers={"accept-encoding": "identity"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))


def test_the_etag_follows_the_data(client: Any, real_client: Any) -> None:
    assert client.get(f"{V1}/version").headers["etag"] != real_client.get(f"{V1}/version").headers["etag"]


def test_what_somebody_typed_is_kept_by_no_cache_and_the_rest_may_be(client: Any) -> None:
    assert client.get(f"{V1}/lookup?q=x").headers["cache-control"] == "no-store"
    assert check(client, ["x"]).headers["cache-control"] == "no-store"
    assert "max-age" in client.get(f"{V1}/drugs").headers["cache-control"]
    assert "set-cookie" not in client.get(f"{V1}/lookup?q=x").headers


def test_large_answers_are_compressed_for_those_who_take_it(client: Any) -> None:
    plain = client.get(f"{V1}/reference", headers={"accept-encoding": "identity"})
    packed = client.get(f"{V1}/reference", headers={"accept-encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 6, mtime=0))


def test_a_page_of_another_site_may_ask(client: Any) -> None:
    for path, methods in (("/lookup", "GET, HEAD, OPTIONS"), ("/check", "POST, OPTIONS")):
        response = client.request(
            "OPTIONS", V1 + path, headers={"origin": "https://example.org", "access-control-request-method": "POST"}
        )
        assert response.status_code == 204
        assert (response.headers["access-control-allow-origin"], response.headers["access-control-allow-methods"]) == (
            "*",
            methods,
        )
        assert "Content-Type" in response.headers["access-control-allow-headers"]


def test_a_drug_comes_whole_with_its_sources_and_a_former_id_leads_there(client: Any) -> None:
    drug = client.get(f"{V1}/drugs/examplumab").json()
    assert drug["why_this_tier"].startswith("Highest")
    assert (
        drug["crs_incidence"][0]["n_any_grade"],
        drug["crs_incidence"][0]["headline"],
        drug["crs_incidence"][0]["also_in"],
    ) == (119, True, ["us-pi-exemplia"])
    assert drug["crs_incidence"][0]["any_grade_low"] < 72.1 < drug["crs_incidence"][0]["any_grade_high"]
    assert drug["regulatory"][0]["boxed_warning_crs"] is True
    assert drug["regulatory"][1]["boxed_warning_crs"] is None
    assert {"example-trial", "us-pi-exemplia", "example-register", "example-review"} == {
        source["id"] for source in drug["sources"]
    }
    assert (drug["targets"], drug["not_known"], drug["conflicts"][0]["sources"]) == (
        ["BCMA", "CD3"],
        ["rate in children"],
        ["example-trial", "us-pi-exemplia"],
    )
    assert {"name": "PSG", "kind": "abbreviation", "region": None, "note": None, "shared": True} in client.get(
        f"{V1}/drugs/pseudoglobulin-rabbit"
    ).json()["names"]
    moved = client.get(f"{V1}/drugs/exemplumab-old")
    assert (moved.status_code, moved.headers["location"]) == (308, f"{V1}/drugs/examplumab")


def test_the_list_the_sources_and_the_reference_are_whole(real_client: Any) -> None:
    listed = real_client.get(f"{V1}/drugs").json()
    ids = [drug["id"] for drug in listed["drugs"]]
    assert listed["count"] == len(ids) == real_client.get(f"{V1}/version").json()["drugs"]
    whole = real_client.get(f"{V1}/drugs/{ids[0]}").json()
    for source in whole["sources"][:3]:
        answer = real_client.get(f"{V1}/sources/{source['id']}").json()
        assert ids[0] in answer["cited_by"]
        assert {key: answer[key] for key in source} == source
    reference = real_client.get(f"{V1}/reference").json()
    assert all(
        reference[key]
        for key in (
            "risk_tiers",
            "grading_scales",
            "grading_criteria",
            "symptoms",
            "onset",
            "differentials",
            "treatments",
            "reviewed",
        )
    )


def test_every_answer_has_the_shape_that_the_document_gives_it(real_client: Any, document: Any) -> None:
    def holds(name: str, body: Any) -> None:
        jsonschema.Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        ).validate(body)

    for path, name in (
        ("/drugs", "DrugList"),
        ("/drugs?tier=high", "DrugList"),
        ("/reference", "Reference"),
        *((f"/reference/{part}", f"Reference{part.capitalize()}") for part in PARTS),
        ("/version", "Version"),
        ("/problems", "ProblemKinds"),
        ("/problems/query-too-long", "ProblemKind"),
    ):
        holds(name, real_client.get(V1 + path).json())
    for drug in real_client.get(f"{V1}/drugs").json()["drugs"]:
        holds("Drug", real_client.get(f"{V1}/drugs/{drug['id']}").json())
    names = [
        "teclistamab",
        "ATG",
        "teclistmab",
        "tocilizumab",
        "lifileucel",
        "metformin",
        "grzmtfl",
        "zzcabtagene zzleucel",
        "rituximab + metformin",
        "omalizumb",
    ]
    holds("CheckAnswer", check(real_client, names).json())
    holds("ProblemDetails", real_client.get(f"{V1}/nothing").json())


def test_the_document_is_openapi_and_names_the_limits_that_hold(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {f"{V1}{operation.split()[1]}" for operation in OPERATIONS}
    schema = document["paths"][f"{V1}/check"]["post"]["requestBody"]["content"]["application/json"]["schema"][
        "properties"
    ]["medications"]
    assert (schema["maxItems"], schema["items"]["maxLength"]) == (MOST_MEDICATIONS, LONGEST_QUERY)
    for shape in document["components"]["schemas"].values():
        assert shape["description"]
        assert all(field["description"] for field in shape["properties"].values())


def test_the_api_page_shows_every_address_and_shape_and_loads_nothing_from_elsewhere(
    client: Any, document: Any
) -> None:
    for path in ("/api", f"{V1}/docs"):
        page = client.get(path).text
        assert all(address in page for address in document["paths"])
        assert all(f'id="shape-{name}"' in page for name in document["components"]["schemas"])
        assert '<script src="http' not in page


def test_a_base_url_stands_before_every_address_and_may_be_stripped_by_a_proxy(kb_db: Any, loop: Any) -> None:
    site = Client(kb_db, loop)
    site.datasette._settings["base_url"] = "/crs/"
    site.datasette.client = type(site.datasette.client)(site.datasette)  # it keeps the app that it was made with
    for prefix in ("", "/crs"):
        document = site.get(PrefixedUrlString(f"{prefix}/api/v1/openapi.json")).json()
        assert document["servers"] == [{"url": "/"}]
        assert all(path.startswith("/crs/api/v1/") for path in document["paths"])
        problem = site.get(PrefixedUrlString(f"{prefix}/api/v1/lookup")).json()
        assert problem["type"] == "/crs/api/v1/problems/query-missing"
        assert site.get(PrefixedUrlString(problem["type"])).json()["status"] == 422
        assert (
            site.get(PrefixedUrlString(f"{prefix}/api/v1/drugs/exemplumab-old")).headers["location"]
            == "/crs/api/v1/drugs/examplumab"
        )
        assert "Medicines linked" in site.get(PrefixedUrlString(f"{prefix}/api")).text


@pytest.mark.parametrize(
    "path",
    [
        f"{V1}/lookup?q=verysecretpatient",
        f"{V1}/lookup?q={'verysecretpatient' * 20}",
        f"{V1}/drugs/verysecretpatient",
        "/crskb.json?sql=select+verysecretpatient",
        "/crskb?sql=select+verysecretpatient",
        "/crskb/drugs?_where=verysecretpatient",
        "/crskb/drugs.csv?_where=verysecretpatient&_stream=1",
        "/crskb/drugs.json?_search=verysecretpatient&_searchmode=raw%22",
        "/crskb/drugs?_search=%22verysecretpatient&_searchmode=raw",
        "/crskb/verysecretpatient",
        "/verysecretpatient",
        "/drugs/verysecretpatient",
        "/?q=verysecretpatient",
    ],
)
def test_what_somebody_typed_is_never_printed(client: Any, capfd: pytest.CaptureFixture[str], path: str) -> None:
    client.get(path)
    check(client, ["verysecretpatient"])
    client.post(
        f"{V1}/check", content=b'{"medications": [verysecretpatient', headers={"content-type": "application/json"}
    )
    printed = capfd.readouterr()
    assert "verysecretpatient" not in printed.out + printed.err


def test_a_fault_of_the_server_is_a_problem_and_printed_without_its_text(
    client: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from crskb.lookup.resolver import Resolver

    def fail(self: Resolver, text: str) -> None:
        raise RuntimeError(f"cannot look up {text}")

    monkeypatch.setattr(Resolver, "resolve", fail)
    assert_problem(client.get(f"{V1}/lookup?q=verysecretpatient"), 500)
    client.get("/?q=verysecretpatient")
    said = "".join(capfd.readouterr()) + caplog.text
    assert "verysecretpatient" not in said
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("text", ["sgn 40", "sgn-40", "SGN40"])
def test_the_search_of_the_table_finds_a_code_however_it_is_written(real_client: Any, text: str) -> None:
    rows = real_client.get("/crskb/drugs.json", params={"_search": text, "_shape": "array"}).json()
    assert [row["id"] for row in rows] == ["dacetuzumab"]


@pytest.mark.parametrize("text", ['"', '""', "a", "ab", "'", "*", "(", "AND", "NEAR(", "kymri", 'x"y', "-", "\u2063"])
def test_the_search_of_the_table_takes_any_text(real_client: Any, text: str) -> None:
    assert real_client.get("/crskb/drugs.json", params={"_search": text}).status_code == 200
    assert real_client.get("/crskb/drugs", params={"_search": text}).status_code == 200


OPERATIONS = [
    "GET /lookup",
    "POST /check",
    "GET /drugs",
    "GET /drugs/{id}",
    "GET /grade",
    "GET /sources/{id}",
    "GET /reference",
    *(f"GET /reference/{part}" for part in PARTS),
    "GET /version",
    "GET /problems",
    "GET /problems/{kind}",
]


@pytest.fixture(scope="session")
def operations(client: Any) -> dict[str, Any]:
    schema = schemathesis.openapi.from_asgi(f"{V1}/openapi.json", client.datasette.app())
    found = [operation.ok() for operation in schema.get_all_operations()]
    return {operation.label.replace(V1, ""): operation for operation in found}


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_that_the_document_allows_or_forbids_breaks_the_api(operations: dict[str, Any], label: str) -> None:
    assert sorted(operations) == sorted(OPERATIONS)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operations[label].as_strategy())
    def send(case: Any) -> None:
        case.call_and_validate()

    send()
