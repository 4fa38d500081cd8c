"""The command that makes the codes of products again: codes."""

from __future__ import annotations

from pathlib import Path

import click

from crskb.cli.group import DATA, main

_PATH = click.Path(path_type=Path, exists=True)


@main.command()
@DATA
@click.option(
    "--rxnorm", type=_PATH, metavar="PATH", help="RXNCONSO.RRF and RXNREL.RRF: NLM's zip archive or a folder."
)
@click.option("--ndc", type=_PATH, metavar="PATH", help="product.txt and package.txt: FDA's zip archive or a folder.")
@click.option("--hcpcs", type=_PATH, metavar="PATH", help="HCPC...ANWEB.txt: CMS's zip archive, a folder or the file.")
@click.option(
    "--icd10pcs", type=_PATH, metavar="PATH", help="icd10pcs_order_YEAR.txt: CMS's zip archive, a folder or the file."
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
def codes(
    data: Path, rxnorm: Path | None, ndc: Path | None, hcpcs: Path | None, icd10pcs: Path | None, check: bool
) -> None:
    """Make product_codes.csv again from the files that NLM, FDA and CMS publish, and say what changes.

    Products are of a drug by the RxCUI of its substance (RxNorm), by the names of their substances (NDC) or by the names in their
    text (HCPCS, ICD-10-PCS). Rows of a system that is not given stay; a row that a new file no longer has stays too and is named.
    Read what is added before you commit it. Only rows of RxNorm's own are read (SAB=RXNORM). CPT is never shipped.

    \b
    The files, free to download, each under its name on the agency's pages:
      NLM   RxNorm Files: Current Prescribable Content (no licence), or the full monthly release
      FDA   National Drug Code Directory: NDC database file, text version
      CMS   HCPCS Quarterly Update: Alpha-Numeric HCPCS File
      CMS   ICD-10-PCS: Order File (Long and Abbreviated Titles)

    Every line of a file is accounted for. Exit 1 if a line could not be used; it is named, and the others are taken.
    """
    from crskb.maintain.product_codes import changes, write

    if not (rxnorm or ndc or hcpcs or icd10pcs):
        raise click.UsageError("name at least one file: --rxnorm, --ndc, --hcpcs or --icd10pcs")
    found = changes(data, rxnorm, ndc, hcpcs, icd10pcs)
    for code in found.added:
        end = f", until {code.valid_to}" if code.valid_to else ""
        click.echo(f"added    {code.drug_id}: {code.system} {code.code} {code.display}{end}")
    for code, told in found.changed:
        click.echo(f"changed  {code.drug_id}: {code.system} {code.code}: {'; '.join(told)}")
    for code in found.gone:
        click.echo(f"kept     {code.drug_id}: {code.system} {code.code} {code.display}: not in the new file")
    for remark in found.remarks:
        click.echo(f"look at  {remark}")
    for fault in found.faults:
        click.echo(fault, err=True)
    for listing in found.listings:
        click.echo(listing.account())
    click.echo(
        f"{len(found.codes):,} codes: {len(found.added):,} added, {len(found.changed):,} changed,"
        f" {len(found.gone):,} kept though not in the new files"
    )
    if not check:
        write(data, found.codes)
    if found.faults or (check and found.differs):
        raise click.exceptions.Exit(1)
