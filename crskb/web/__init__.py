"""The Datasette plugin: pages and JSON API over the built file. Datasette finds templates/ and static/ beside this module."""

from crskb.web.plugin import *  # noqa: F403 - the hooks
