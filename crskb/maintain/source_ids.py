"""What document a DOI, PubMed id or address names, and the id that its source file gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from crskb.errors import CrskbError
from crskb.maintain.public_hosts import is_written_out
from crskb.names import slugify

_FORMS = "write a DOI (10.1002/cncr.34756), a PubMed id (36991547), a PMC id (PMC8021214), an NCT number or an address (https://...)"
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_VIEWS = re.compile(r"/(?:full|abstract|pdf|epdf|html|meta|fulltext)$")
_SET_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST_ID = 80


@dataclass(frozen=True)
class Named:
    """A document: the fields of its source file that follow from how it was named, and its id if that follows too."""

    fields: dict[str, str]
    id: str | None = None
    id_form: str = "PUBLISHER-WHAT-YEAR"  # what an id of such a document looks like, where none follows


def named(text: str) -> Named:
    """The document that `text` names; raises CrskbError if it names none."""
    text = text.strip().strip("<>")
    lower = text.lower()
    if lower.startswith(("http://", "https://", "www.")):
        return _by_address(f"https://{text}" if lower.startswith("www.") else text)
    if lower.startswith(("doi:", "10.", "doi.org/")):
        return _by_doi(re.sub(r"^(doi:|doi\.org/)\s*", "", text, flags=re.IGNORECASE))
    if pmid := re.fullmatch(r"(?:pmid:?\s*)?(\d+)", lower):
        return _by_pmid(pmid[1])
    if pmcid := re.fullmatch(r"(?:pmcid:?\s*)?(pmc\d+)", lower):
        return Named({"pmcid": pmcid[1].upper()}, pmcid[1])
    if re.fullmatch(r"nct\d{8}", lower):
        return _by_nct(text.upper())
    raise CrskbError(f"{text!r} names no document; {_FORMS}")


def _by_doi(text: str) -> Named:
    doi = text.rstrip(".,;")
    if not _DOI.fullmatch(doi):
        raise CrskbError(f"{text!r} is no DOI; it has the form 10.1002/cncr.34756")
    return Named({"doi": doi}, f"doi-{slugify(doi)}"[:120].strip("-"))


def _by_pmid(pmid: str) -> Named:
    if not re.fullmatch(r"[1-9]\d{0,7}", pmid):
        raise CrskbError(f"{pmid} is no PubMed id; it has 1 to 8 digits and no zero in front")
    return Named({"pmid": pmid}, f"pmid-{pmid}")


def _by_nct(nct: str) -> Named:
    fields = {"nct": nct, "url": f"https://clinicaltrials.gov/study/{nct}", "publisher": "ClinicalTrials.gov"}
    return Named(fields, f"nct-{nct[3:]}")


def _by_address(url: str) -> Named:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError as error:
        raise CrskbError(f"{url}: no plain address ({error})") from error
    _refuse_unlasting(url, host)
    path = unquote(parts.path)
    if host in ("doi.org", "dx.doi.org"):
        return _by_doi(path.strip("/"))
    if match := re.match(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d+)", host + path):
        return _by_pmid(match[1])
    if f".{host}".endswith(".ncbi.nlm.nih.gov") and (match := re.search(r"/(PMC\d+)", path, re.IGNORECASE)):
        return Named({"pmcid": match[1].upper()}, match[1].lower())
    if f".{host}".endswith(".clinicaltrials.gov") and (match := re.search(r"(NCT\d{8})", path, re.IGNORECASE)):
        return _by_nct(match[1].upper())
    if host == "dailymed.nlm.nih.gov" and (match := _SET_ID.search(unquote(url).lower())):
        return Named({"set_id": match[0], "kind": "label", "jurisdiction": "US"}, id_form="us-pi-BRAND")
    if match := re.search(
        r"/(10\.\d{4,9}/[^\s?#]+)", path
    ):  # journals print the DOI in the addresses of their articles
        return _by_doi(_DOI_VIEWS.sub("", match[1]))
    return _by_agency(url, host, path) or Named({"url": url}, _slug(host, path, parts.query) or None)


def _by_agency(url: str, host: str, path: str) -> Named | None:
    if host == "ema.europa.eu" and (match := re.search(r"/EPAR/([\w-]+)", path, re.IGNORECASE)):
        fields = {"url": url, "kind": "regulator", "publisher": "European Medicines Agency", "jurisdiction": "EU"}
        return Named(fields, f"ema-epar-{slugify(match[1])}")
    if host == "ema.europa.eu" and (match := re.search(r"/product-information/([\w-]+?)-epar-product", path)):
        return Named({"url": url, "kind": "smpc", "jurisdiction": "EU"}, f"eu-smpc-{slugify(match[1])}")
    if host == "accessdata.fda.gov" and "/label/" in path:
        return Named({"url": url, "kind": "label", "jurisdiction": "US"}, id_form="us-pi-BRAND")
    if host == "fda.gov":
        fields = {"url": url, "kind": "regulator", "publisher": "US Food and Drug Administration", "jurisdiction": "US"}
        return Named(fields, id_form="fda-WHAT-YEAR")
    return None


def _refuse_unlasting(url: str, host: str) -> None:
    def refuse(why: str) -> CrskbError:
        return CrskbError(f"{url}: {why}; name the document by its DOI, PubMed id or the address of its publisher")

    if is_written_out(host):
        raise refuse("a bare number is not a lasting address")
    if "@" in urlsplit(url).netloc or re.search(r"\s", url):
        raise refuse("no plain address")
    if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", host) or host.endswith((".local", ".localhost", ".internal")):
        raise refuse(f"{host or 'nothing'} is not a public host")


def _slug(host: str, path: str, query: str) -> str:
    """The publisher and the last telling part of the address: "https://www.onclive.com/view/chmp-teclistamab" -> onclive-chmp-teclistamab."""
    parts = [part for part in path.split("/") if part]
    last = re.sub(r"\.(?:html?|pdf|aspx?|php)$", "", parts[-1], flags=re.IGNORECASE) if parts else ""
    telling = last or " ".join(value for values in parse_qs(query).values() for value in values)
    return slugify(f"{host.rsplit('.', 1)[0]} {telling}")[:_LONGEST_ID].strip("-")
