"""schema.org markup: Drug for one medicine, Dataset for the whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from crskb.database.queries import Row
from crskb.web.options import options_of
from crskb.web.running import Site, site_of
from crskb.words import CODE_SYSTEMS

if TYPE_CHECKING:
    from datasette.app import Datasette


def drug(whole: Row, site: Site, address: str, base: str) -> dict[str, Any]:
    """A medicine as schema.org/Drug."""
    return {
        "@context": "https://schema.org",
        "@type": "Drug",
        "@id": address,
        "url": address,
        "name": whole["name"],
        "nonProprietaryName": whole["name"],
        "alternateName": [name["name"] for name in whole["names"] if name["kind"] not in ("inn", "misspelling")],
        "drugClass": {"@type": "DrugClass", "name": whole["class_name"]},
        "description": whole["summary"],
        "warning": whole["why_this_tier"],
        "code": [
            {"@type": "MedicalCode", "codeValue": code["value"], "codingSystem": CODE_SYSTEMS[code["scheme"]].system}
            for code in whole["identifiers"]
        ],
        "subjectOf": {
            "@type": "Dataset",
            "@id": f"{base}/#dataset",
            "name": "crskb",
            "version": site.info["data_version"],
            "description": _DESCRIPTION,
            **_licence(site),
        },
    }


_DESCRIPTION = "Medicines linked with cytokine release syndrome: incidence by cohort with 95% intervals, tiers of relative risk, labels, mitigation and sources."


async def dataset_script(datasette: Datasette, base: str) -> Markup:
    """The knowledge base as schema.org/Dataset, with its downloads; the file itself only where tables are served."""
    site = await site_of(datasette)
    downloads = (
        *([("application/vnd.sqlite3", "/crskb.db")] if options_of(datasette).tables else []),
        ("text/csv", "/compare.csv"),
        ("application/json", "/api/v1/drugs"),
    )
    markup = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": f"{base}/#dataset",
        "url": f"{base}/",
        "name": "crskb",
        "description": _DESCRIPTION,
        "version": site.info["data_version"],
        "dateModified": site.info["newest_review"],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "The crskb maintainers"},
        **_licence(site),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": base + path} for kind, path in downloads
        ],
    }
    return script(markup)


def _licence(site: Site) -> dict[str, str]:
    licence = site.license_url or site.license
    return {"license": licence} if licence else {}


def script(value: Any) -> Markup:
    """JSON that cannot end the script element it stands in: every character with meaning in HTML is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704
