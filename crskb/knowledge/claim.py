"""A statement that rests on a source, and what it becomes once a later text replaces it."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.fields import PartialDate, Record, SourceId, Text


class Claim(Record):
    """A statement with exactly one source that bears it."""

    source: SourceId = Field(description="Id of the source that bears this statement: a file name in data/sources.")
    locator: Text | None = Field(None, description="Where in the source: section, table, page, abstract.")
    also_in: list[SourceId] = Field([], description="Ids of further sources that say the same.")


class DatedClaim(Claim):
    """A claim of a text that may be replaced: past text stays in the data, and is never shown among what is current."""

    superseded_on: PartialDate | None = Field(None, description="Day from which a later text replaces this one.")
    superseded_by: Text | None = Field(
        None, description="What replaces it: the name of a cohort, or what the later text says in a few words."
    )

    @property
    def superseded(self) -> bool:
        """Whether a later text replaces it."""
        return bool(self.superseded_on or self.superseded_by)
