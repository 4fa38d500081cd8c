"""Whose name is whose: which names and codes came, went, or now lead to another medicine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from crskb.database.queries import Row
from crskb.maintain.diff_changes import NameAdded, NameChange, NameTaken
from crskb.maintain.diff_rows import fields_changed
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


def names_taken(old: Tables, new: Tables) -> list[NameTaken]:
    """Names that no longer lead where they led, and where they lead now."""
    claims = _claims(new)
    others = {row["folded"] for row in new["other_medicine_names"]}
    return [
        NameTaken(
            *_told(claim, old),
            [_owner(now, new) for now in claims.values() if now.folded == claim.folded],
            claim.folded in others,
        )
        for key, claim in _claims(old).items()
        if key not in claims
    ]


def names_added(old: Tables, new: Tables, new_drugs: Collection[str]) -> list[NameAdded]:
    """Names that lead to a medicine now and did not; those of a new drug only where they led elsewhere before."""
    claims = _claims(old)
    others = {row["folded"] for row in old["other_medicine_names"]}
    added = []
    for key, claim in _claims(new).items():
        if key in claims:
            continue
        before = [_owner(was, old) for was in claims.values() if was.folded == claim.folded]
        before += ["another medicine"] if claim.folded in others else []
        if before or not (claim.what == "drug" and claim.owner in new_drugs):
            added.append(NameAdded(*_told(claim, new), before))
    return added


def names_changed(old: Tables, new: Tables) -> list[NameChange]:
    """Names that still lead where they led, but are written otherwise, or are of another kind or region."""
    before = _claims(old)
    changed = []
    for key, claim in _claims(new).items():
        if was := before.get(key):
            changed += [NameChange(*_told(claim, new), *change) for change in fields_changed(vars(was), vars(claim))]
    return changed


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


def _told(claim: _Claim, tables: Tables) -> tuple[str, str, str, str]:
    """What every kind of change tells of a name: as written, its kind, its owner, and what that is."""
    return claim.name, claim.kind, _owner(claim, tables), claim.what


def _owner(claim: _Claim, tables: Tables) -> str:
    name = next((row["name"] for row in tables[_KINDS[claim.what]] if row["id"] == claim.owner), claim.owner)
    return name + {"drug": "", "treatment": " (treatment)", "reviewed": " (reviewed, not listed)"}[claim.what]
