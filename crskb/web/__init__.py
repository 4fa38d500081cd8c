"""The Datasette plugin: pages and JSON API over the built file."""
