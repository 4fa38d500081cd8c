"""The command line; the only package that prints or exits. Each module adds its commands to `main`."""

from crskb.cli import knowledge, maintain, site, upkeep
from crskb.cli.group import main

__all__ = ["knowledge", "main", "maintain", "site", "upkeep"]
