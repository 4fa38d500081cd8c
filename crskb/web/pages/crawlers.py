"""What search engines and browsers ask for: /robots.txt, /sitemap.xml and the icon."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from datasette import Response

from crskb.database import queries
from crskb.web.pages.site import STATIC, base_address, kept_page, site_of
from crskb.web.reading import read

_PAGES = ("/", "/compare", "/check", "/reference", "/about", "/changes")
_CLOSED = ("/crskb", "/api/", "/cds-services", "/-/", "/*?q=", "/*_facet", "/*sql=", "/*sort=", "/*order=")  # facets, SQL and orders have no end; the pages say it all


async def send_robots(request: Any, datasette: Any) -> Response:
    """Pages are open to crawlers; facets, SQL and the API are not."""
    path = datasette.urls.path
    closed = "\n".join(f"Disallow: {path(pattern)}" for pattern in _CLOSED)
    return Response.text(f"User-agent: *\nAllow: {path('/-/static-plugins/')}\n{closed}\n\nSitemap: {base_address(datasette, request)}/sitemap.xml\n", headers={"cache-control": "public, max-age=86400"})


async def send_sitemap(request: Any, datasette: Any) -> Response:
    """Every page and every drug with the day of its review."""

    async def make() -> str:
        base, newest = base_address(datasette, request), (await site_of(datasette)).info["newest_review"]
        pages = [(path, newest) for path in _PAGES]
        pages += [(f"/drugs/{row['id']}", row["reviewed_on"]) for row in await read(datasette, queries.drug_list) if not row["withdrawn_on"]]
        urls = "\n".join(f"<url><loc>{escape(base + path)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>" for path, day in pages)
        return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>'

    return await kept_page(datasette, request, ("sitemap.xml",), make, "application/xml; charset=utf-8")


async def send_icon() -> Response:
    """The icon, for browsers that ask for it by its old name."""
    return Response((STATIC / "icon.svg").read_bytes(), headers={"cache-control": "public, max-age=86400"}, content_type="image/svg+xml")
