"""The command line; the only package that prints or exits. Each module adds its commands to `main`."""

from crskb.cli import knowledge, lookup, maintain, site, upkeep
from crskb.cli.group import main

__all__ = ["knowledge", "lookup", "main", "maintain", "site", "upkeep"]
