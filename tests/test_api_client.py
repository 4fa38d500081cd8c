"""A client that a generator made of the OpenAPI document, with nothing written by hand, reaches every address and reads the answers."""

from __future__ import annotations

import asyncio
import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from datasette.utils import PrefixedUrlString

from tests.conftest import ROOT, Client
from tests.running_site import running_site

pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="openapi-python-client needs Python 3.11")
GENERATOR = Path(sys.executable).with_name("openapi-python-client")
PACKAGE = "crskb_client"  # as in the documentation
Generated = Callable[[str], Any]


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Generated]]:
    """`generated(document)` makes the client; what it gives back imports a module of it by name."""

    def make(document: str) -> Generated:
        (tmp_path / "openapi.json").write_text(document, encoding="utf-8")
        (tmp_path / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")  # else it formats the code with ruff
        command = [GENERATOR, "generate", "--path", tmp_path / "openapi.json", "--config", tmp_path / "config.yml"]
        command += ["--meta", "none", "--output-path", tmp_path / PACKAGE, "--fail-on-warning"]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        monkeypatch.syspath_prepend(tmp_path)
        return of_client

    def of_client(name: str) -> ModuleType:
        return importlib.import_module(f"{PACKAGE}.{name}" if name else PACKAGE)

    yield make
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_a_generated_client_asks_at_the_right_addresses_and_reads_the_answers(
    kb_db: Path, generated: Callable[[str], Generated], no_proxy: None
) -> None:
    with running_site(kb_db) as site:
        of = generated(site.get("/api/v1/openapi.json")[1].decode())
        models = of("models")
        with of("").Client(base_url=f"http://127.0.0.1:{site.port}", raise_on_unexpected_status=True) as client:

            def ask(operation: str, **asked: Any) -> Any:
                return of(f"api.default.{operation}").sync(client=client, **asked)

            found = ask("lookup", q="Exemplia 5 mg IV")
            assert (found.status, found.matches[0].drug.id) == (models.AnswerStatus.MATCH, "examplumab")
            body = models.CheckBody(medications=["PSG", "grzmtfl"])
            assert [answer.status for answer in ask("check", body=body).results] == ["ambiguous", "unknown"]
            assert len(ask("list_drugs").drugs) == ask("get_version").drugs
            chosen = ask(
                "list_drugs", tier=[models.ListDrugsTierItem.HIGHEST], flag=[models.ListDrugsFlagItem.BOXED_WARNING_CRS]
            )
            assert [drug.id for drug in chosen.drugs] == ["examplumab"]
            drug = ask("get_drug", id="examplumab")
            assert (drug.relative_risk, drug.crs_incidence[0].n_any_grade) == ("highest", 119)
            assert ask("get_reference_watch").symptoms
            assert [grade.scale_id for grade in ask("grade", temperature_c=39.2).grades]

            problem = ask("lookup", q="x" * 201)
            assert isinstance(problem, models.ProblemDetails)
            assert (problem.status, problem.errors[0].parameter) == (422, "q")
            kind = ask("get_problem", kind=models.GetProblemKind(problem.type_.rpartition("/")[2]))
            assert (kind.type_, kind.status) == ("/api/v1/problems/query-too-long", 422)
            assert ask("get_drug", id="nothing").type_ == "/api/v1/problems/drug-not-listed"

        told = re.findall(r"(?s)```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"))
        assert len(told) == 1
        names: dict[str, Any] = {}
        exec(told[0].replace("127.0.0.1:8001", f"127.0.0.1:{site.port}"), names)
        assert names["answer"].query.startswith("Tecvayli")
        names["client"].get_httpx_client().close()


def test_it_does_so_behind_a_base_url_as_well(
    kb_db: Path, generated: Callable[[str], Generated], loop: asyncio.AbstractEventLoop
) -> None:
    site = Client(kb_db, loop)
    site.datasette._settings["base_url"] = "/crs/"
    site.datasette.client = type(site.datasette.client)(site.datasette)  # it keeps the app that it was made with
    of = generated(site.get(PrefixedUrlString("/crs/api/v1/openapi.json")).text)
    client = of("").Client(base_url="http://crs.example", raise_on_unexpected_status=True)
    transport = httpx.ASGITransport(app=site.datasette.app())
    client.set_async_httpx_client(httpx.AsyncClient(transport=transport, base_url="http://crs.example"))
    found = loop.run_until_complete(of("api.default.lookup").asyncio(client=client, q="Exemplia"))
    assert found.matches[0].drug.id == "examplumab"
    problem = loop.run_until_complete(of("api.default.get_source").asyncio(client=client, id="nothing"))
    assert problem.type_ == "/crs/api/v1/problems/source-not-known"
