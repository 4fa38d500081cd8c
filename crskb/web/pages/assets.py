"""What search engines and browsers ask for beside the pages: /robots.txt, /sitemap.xml, /opensearch.xml, the style sheets, the scripts and the icon."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from datasette import NotFound, Response

from crskb.database import class_queries, queries
from crskb.web.options import options_of
from crskb.web.pages.rendering import kept_page
from crskb.web.running import STATIC, base_address, read, site_of

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_PAGES = (
    *("/", "/compare", "/check", "/grade", "/reference", "/manage", "/treat", "/watch", "/patients", "/background"),
    *("/about", "/api", "/changes"),
)
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_CLOSED = (
    "/crskb",
    "/api/",
    "/-/",
    "/*?q=",
    "/*_facet",
    "/*sql=",
    "/*sort=",
    "/*order=",
    "/*drugs=",
)  # facets, SQL, orders and choices have no end; the pages say it all


async def send_robots(request: Request, datasette: Datasette) -> Response:
    """Pages are open to crawlers; facets, SQL and the API are not."""
    path = datasette.urls.path
    closed = "\n".join(f"Disallow: {path(pattern)}" for pattern in _CLOSED)
    return Response.text(
        f"User-agent: *\nAllow: {path('/-/static-plugins/')}\n{closed}\n\nSitemap: {base_address(datasette, request)}/sitemap.xml\n",
        headers={"cache-control": "public, max-age=86400"},
    )


async def send_sitemap(request: Request, datasette: Datasette) -> Response:
    """Every page, every class, and every drug with the day of its review."""

    async def make() -> str:
        base, newest = base_address(datasette, request), (await site_of(datasette)).info["newest_review"]
        pages = [(path, newest) for path in _PAGES]
        pages += [
            (f"/drugs/{row['id']}", row["reviewed_on"])
            for row in await read(datasette, queries.drug_list)
            if not row["withdrawn_on"]
        ]
        pages += [(f"/classes/{id_}", newest) for id_ in await read(datasette, class_queries.class_ids)]
        urls = "\n".join(
            f"<url><loc>{escape(base + path)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
            for path, day in pages
        )
        return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>'

    return await kept_page(datasette, request, ("sitemap.xml",), make, "application/xml; charset=utf-8")


async def send_opensearch(request: Request, datasette: Datasette) -> Response:
    """The description by which a browser offers crskb as a search engine; none where what is typed may stand in no address."""
    if options_of(datasette).post_search:
        raise NotFound("Searches go by POST here, which browsers cannot be told.")

    async def make() -> str:
        base = escape(base_address(datasette, request))
        return f"""<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>crskb</ShortName>
<Description>Medicines linked with cytokine release syndrome</Description>
<InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" template="{base}/?q={{searchTerms}}"/>
</OpenSearchDescription>"""

    return await kept_page(
        datasette, request, ("opensearch.xml",), make, "application/opensearchdescription+xml; charset=utf-8"
    )


async def send_asset(request: Request, datasette: Datasette) -> Response:
    """A file of static/, compressed as pages are; /favicon.ico is the icon, for browsers that ask for it by its old name."""
    name: str = request.url_vars.get("name", "icon.svg")
    file = STATIC / name
    if name not in (known.name for known in STATIC.iterdir()):
        raise NotFound("There is no such file.")

    async def make() -> str:
        return file.read_text(encoding="utf-8")

    return await kept_page(datasette, request, ("asset", name), make, _TYPES[file.suffix])
