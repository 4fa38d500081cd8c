"""Codes of products out of FDA's National Drug Code Directory: product.txt and package.txt, tab-separated."""

from __future__ import annotations

from collections.abc import Iterator

from crskb.errors import CrskbError
from crskb.knowledge.product_codes import ProductCode
from crskb.maintain.listings import Listing, day_of
from crskb.maintain.product_owners import Owners
from crskb.product_forms import ndc_type

PRODUCTS, PACKAGES = r"product\.txt", r"package\.txt"
ENCODING = "cp1252"
_PRODUCT_COLUMNS = (
    *("PRODUCTNDC", "PROPRIETARYNAME", "NONPROPRIETARYNAME", "SUBSTANCENAME", "DOSAGEFORMNAME"),
    *("STARTMARKETINGDATE", "ENDMARKETINGDATE", "NDC_EXCLUDE_FLAG"),
)
_PACKAGE_COLUMNS = (
    *("PRODUCTNDC", "NDCPACKAGECODE", "PACKAGEDESCRIPTION"),
    *("STARTMARKETINGDATE", "ENDMARKETINGDATE", "NDC_EXCLUDE_FLAG"),
)


def ndc_codes(products: Listing, packages: Listing, owners: Owners) -> tuple[list[ProductCode], list[str]]:
    """The products of all drugs with their packages, and what a reviewer must know."""
    codes: dict[tuple[str, str], ProductCode] = {}
    drugs_of: dict[str, frozenset[str]] = {}
    brands: dict[str, str] = {}
    remarks: list[str] = []
    for number, row in _rows(products, _PRODUCT_COLUMNS):
        code, brand = row["PRODUCTNDC"], row["PROPRIETARYNAME"]
        drugs, by_brand = _drugs(row, owners), owners.named(brand)
        if not drugs:
            products.became["of other medicines"] += 1
            if by_brand:
                drug = ", ".join(sorted(by_brand))
                remarks.append(
                    f"NDC {code} bears the name {brand} of {drug}, but not its substance: left out; look at it"
                )
        elif by_brand and not by_brand & drugs:
            told = f"{code} holds {', '.join(sorted(drugs))}, but is named {brand} as {', '.join(sorted(by_brand))}"
            products.fault(number, f"{told}; left out")
        elif drugs_of.setdefault(code, drugs) != drugs:
            products.fault(number, f"{code} stands for another medicine in a line before; left out")
        else:
            brands[code] = brand
            shown = f"{brand} ({row['NONPROPRIETARYNAME']}), {row['DOSAGEFORMNAME'].lower()}"
            _take(products, number, row, code, "product", shown, drugs, codes)
    for number, row in _rows(packages, _PACKAGE_COLUMNS):
        product = row["PRODUCTNDC"]
        if product not in brands:
            packages.became["of other medicines"] += 1
        else:
            shown = f"{brands[product]}, {row['PACKAGEDESCRIPTION']}"
            _take(packages, number, row, row["NDCPACKAGECODE"], "package", shown, drugs_of[product], codes)
    return list(codes.values()), remarks


def _rows(listing: Listing, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that FDA does not exclude from its directory, as the columns that are read here."""
    header: list[str] = []
    for number, line in listing.lines():
        fields = [field.strip() for field in line.split("\t")]
        if not header:
            header = fields
            missing = [column for column in columns if column not in header]
            if missing:
                raise CrskbError(f"{listing.path}: {listing.name} has no column {missing[0]} in its first line")
            listing.became["of the header"] += 1
        elif len(fields) != len(header):
            listing.fault(number, f"{len(fields)} columns, not {len(header)}")
        else:
            row = dict(zip(header, fields, strict=True))
            if row["NDC_EXCLUDE_FLAG"] not in ("N", ""):
                listing.became["excluded by FDA"] += 1
            else:
                yield number, row


def _drugs(row: dict[str, str], owners: Owners) -> frozenset[str]:
    """The drugs among the substances of a product; its nonproprietary name is asked too, whole and part by part."""
    names = row["SUBSTANCENAME"].split(";")
    generic = row["NONPROPRIETARYNAME"]
    names += [generic, *generic.replace(" and ", ",").replace(";", ",").split(",")]
    found = [owners.named(name.strip()) for name in names]
    # a name that several share says less than one of a single drug
    return frozenset().union(*(drugs for drugs in found if len(drugs) == 1)) or frozenset().union(*found)


def _take(
    listing: Listing, number: int, row: dict[str, str], code: str, kind: str, shown: str, drugs: frozenset[str],
    codes: dict[tuple[str, str], ProductCode],
) -> None:  # fmt: skip
    start, end = day_of(row["STARTMARKETINGDATE"]), day_of(row["ENDMARKETINGDATE"])
    if ndc_type(code) != kind:
        listing.fault(number, f"{code!r} is not the NDC of a {kind}")
    elif start is None or end is None or (start and end and end < start):
        listing.fault(number, f"{code}: marketed from {row['STARTMARKETINGDATE']!r} to {row['ENDMARKETINGDATE']!r}")
    elif (code, min(drugs)) in codes:
        listing.became["said again"] += 1
    else:
        listing.became["of listed drugs"] += 1
        for drug in sorted(drugs):
            source = f"NDC Directory (FDA), {listing.source}"
            codes[code, drug] = ProductCode(
                drug, "ndc", code, kind, " ".join(shown.split()), len(drugs) > 1, start, end, "", source
            )
