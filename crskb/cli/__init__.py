"""The command line; the only package that prints or exits. Each module adds its commands to `main`."""

from crskb.cli import codes, freshness, knowledge, lookup, maintain, names, site
from crskb.cli.group import main

__all__ = ["codes", "freshness", "knowledge", "lookup", "main", "maintain", "names", "site"]
