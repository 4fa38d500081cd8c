"""Whose name is whose: which names and codes came, went, or now lead to another medicine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from crskb.database.queries import Row
from crskb.names import fold

_KINDS = {"drug": "drugs", "treatment": "treatments", "reviewed": "reviewed"}
_CODES = {"drug": "identifiers", "treatment": "treatment_identifiers", "reviewed": "reviewed_identifiers"}
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class _Claim:
    """One name or code that leads to one medicine."""

    what: str  # drug, treatment or reviewed
    owner: str  # id
    folded: str
    name: str
    kind: str
    region: str | None


def names_taken(old: Tables, new: Tables) -> list[Row]:
    """Names that no longer lead where they led, and where they lead now."""
    claims = _claims(new)
    others = {row["folded"] for row in new["other_medicine_names"]}
    gone = [claim for key, claim in _claims(old).items() if key not in claims]
    return [
        {
            **_row(claim, old),
            "now": [_owner(now, new) for now in claims.values() if now.folded == claim.folded],
            "other_medicine": claim.folded in others,
        }
        for claim in gone
    ]


def names_added(old: Tables, new: Tables, new_drugs: Collection[str]) -> list[Row]:
    """Names that lead to a medicine now and did not; those of a new drug only where they led elsewhere before."""
    claims = _claims(old)
    others = {row["folded"] for row in old["other_medicine_names"]}
    rows = []
    for key, claim in _claims(new).items():
        if key in claims:
            continue
        before = [_owner(was, old) for was in claims.values() if was.folded == claim.folded]
        before += ["another medicine"] if claim.folded in others else []
        if before or not (claim.what == "drug" and claim.owner in new_drugs):
            rows.append({**_row(claim, new), "before": before})
    return rows


def names_changed(old: Tables, new: Tables) -> list[Row]:
    """Names that still lead where they led, but are written otherwise, or are of another kind or region."""
    before = _claims(old)
    rows = []
    for key, claim in _claims(new).items():
        was = before.get(key)
        if was and was != claim:
            changes = {column: (getattr(was, column), getattr(claim, column)) for column in ("name", "kind", "region")}
            rows += [
                {**_row(claim, new), "field": column, "old": pair[0], "new": pair[1]}
                for column, pair in changes.items()
                if pair[0] != pair[1]
            ]
    return rows


def _claims(tables: Tables) -> dict[tuple[str, str, str], _Claim]:
    claims = {}
    for what in _KINDS:
        for row in tables[f"{what}_names"]:
            claim = _Claim(what, row[f"{what}_id"], row["folded"], row["name"], row["kind"], row["region"])
            claims[(what, claim.owner, claim.folded)] = claim
        for row in tables[_CODES[what]]:
            kind = f"{row['scheme']} code"
            claim = _Claim(what, row[f"{what}_id"], fold(row["value"]), row["value"], kind, None)
            claims.setdefault((what, claim.owner, f"{kind} {claim.folded}"), claim)
    return claims


def _row(claim: _Claim, tables: Tables) -> Row:
    return {"written": claim.name, "kind": claim.kind, "owner": _owner(claim, tables), "owner_kind": claim.what}


def _owner(claim: _Claim, tables: Tables) -> str:
    name = next((row["name"] for row in tables[_KINDS[claim.what]] if row["id"] == claim.owner), claim.owner)
    return (
        name
        if claim.what == "drug"
        else f"{name} ({'treatment' if claim.what == 'treatment' else 'reviewed, not listed'})"
    )
