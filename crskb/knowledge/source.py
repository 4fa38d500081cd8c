"""What a source file says: data/sources/<id>.yaml, one cited document each."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.fields import Code, FullDate, PartialDate, Record, Region, Slug, SourceKind, Text, Word


class CopyRead(Record):
    """The copy in which the document was read, where the document itself was not."""

    publisher: Text = Field(description="Who publishes the copy.")
    url: Text | None = Field(None, pattern=r"^https?://", description="Address of the copy, if it has a public one.")


class Source(Record):
    """One cited document; its id comes from the document itself (pmid-36991547, us-pi-tecvayli)."""

    title: Text = Field(description="Title as printed, or a plain description where none was seen.")
    kind: Word[SourceKind] = Field(description="What sort of document was read.")
    publisher: Text | None = Field(
        None, description="Publisher, authority or journal, with volume and page where known."
    )
    authors: Text | None = Field(None, description="First author et al., or the reviewer.")
    doi: Code | None = Field(None, pattern=r"^10\.\d{4,9}/\S+$", description="Digital object identifier.")
    pmid: Code | None = Field(None, pattern=r"^\d{1,8}$", description="PubMed id.")
    pmcid: Code | None = Field(None, pattern=r"^PMC\d+$", description="PubMed Central id.")
    nct: Code | None = Field(None, pattern=r"^NCT\d{8}$", description="ClinicalTrials.gov number.")
    set_id: Code | None = Field(
        None, pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="DailyMed set id of a US label."
    )
    url: Text | None = Field(None, pattern=r"^https?://", description="Address of the document itself.")
    jurisdiction: Region | None = Field(None, description="Region whose authority or label it is.")
    date: PartialDate | None = Field(None, description="Date of publication or of the revision read.")
    revision: Text | None = Field(None, description="Revision of a label or guideline, as printed.")
    seen_on: FullDate = Field(description="Day on which it was read.")
    copy_read: CopyRead | None = Field(
        None, description="The copy that was read, where it was not the document itself."
    )
    superseded_by: Slug | None = Field(None, description="Source that replaces this one; no claim may rest on it then.")
    retracted: FullDate | None = Field(None, description="Day it was found retracted; no claim may rest on it then.")
    reports: Text | None = Field(
        None, description="The document that it copies, quotes or reports, where that one was not read itself."
    )
    note: Text | None = Field(None, description="What a reader must know of it.")

    @property
    def has_own_address(self) -> bool:
        """Whether the document itself can be found: by an id or at its own address, not only in a copy."""
        return bool(self.doi or self.pmid or self.pmcid or self.set_id or self.url)

    @property
    def link(self) -> str | None:
        """The address to publish: the document by its lasting identifier first, a copy last."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        if self.pmcid:
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/"
        if self.set_id:
            return f"https://dailymed.nlm.nih.gov/dailymed/drugInfo.cfm?setid={self.set_id}"
        return self.url or (self.copy_read.url if self.copy_read else None)
