"""Commands over the built file: stats, serve."""

from __future__ import annotations

from pathlib import Path

import click

from crskb.cli.group import DB, main, print_json


@main.command()
@DB
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--verify", is_flag=True, help="Say instead that the file is what was built; exit 1 if it is not.")
def stats(db: Path, as_json: bool, verify: bool) -> None:
    """Print how much the built file covers and how well it is sourced."""
    from contextlib import closing
    from dataclasses import asdict

    from crskb.database.connection import open_readonly
    from crskb.database.queries import build_info
    from crskb.database.stats import stats as count

    with closing(open_readonly(db)) as connection:  # refuses, whatever is asked, a file that is not what was built
        if verify:
            info = build_info(connection)
            if as_json:
                print_json({"verified": True, **info})
            else:
                click.echo(
                    f"{db}: is what was built; data version {info['data_version']}, file hash {info['file_hash']}"
                )
            return
        figures = asdict(count(connection))
    if as_json:
        print_json(figures)
        return
    for name, figure in figures.items():
        shown = f"{figure:,}" if isinstance(figure, int) else figure
        click.echo(f"{name.replace('_', ' '):26}{shown:>12}")


@main.command()
@DB
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 256),
    help="Processes that share the port; about one per core (Linux and macOS).",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="Address under which readers come, such as https://crs.example.org: absolute links use it, and https is made lasting (HSTS).",
)
@click.option("--sql/--no-sql", default=True, show_default=True, help="Let readers run SQL of their own, bounded.")
@click.option(
    "--tables/--no-tables",
    default=True,
    show_default=True,
    help="Serve Datasette's tables and the download of the file; without them there is no SQL either.",
)
@click.option(
    "--post-search",
    is_flag=True,
    help="Let the search form send what is typed in the body: for sites whose proxies log addresses.",
)
def serve(
    db: Path,
    host: str,
    port: int,
    workers: int,
    public_url: str | None,
    sql: bool,
    tables: bool,
    post_search: bool,
) -> None:
    """Serve the built file: pages, JSON API and Datasette. A file that is not what was built is refused.

    GET /-/live and /-/ready tell an orchestrator how the process is.
    """
    from dataclasses import replace

    from crskb.database.integrity import verify
    from crskb.web.options import Options
    from crskb.web.server import listen
    from crskb.web.server import serve as run

    options = Options(sql=sql, tables=tables, post_search=post_search, public_url=public_url)
    verify(db)
    if sql and tables and not options.sql:
        click.echo("SQL of readers is off: it takes Python 3.11 or newer to bound it.", err=True)
    with listen(host, port) as listening:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        click.echo(f"{address}/", err=True)
        run(db, replace(options, served_at=address), listening, workers)
