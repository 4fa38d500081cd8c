"""What the headers of a request ask for."""

from __future__ import annotations

import re

_REFUSED = re.compile(r"\s*q\s*=\s*0(?:\.0*)?\s*")


def has_etag(if_none_match: str, etag: str) -> bool:
    """True if the header names this ETag, weak or not, or any."""
    if not if_none_match:
        return False
    opaque = etag.removeprefix("W/")
    return any(value.strip() == "*" or value.strip().removeprefix("W/") == opaque for value in if_none_match.split(","))


def takes_gzip(accept_encoding: str) -> bool:
    """True if the header names gzip and does not refuse it ("gzip;q=0")."""
    codings = (coding.partition(";") for coding in accept_encoding.lower().split(","))
    return any(name.strip() == "gzip" and not _REFUSED.fullmatch(quality) for name, _, quality in codings)
