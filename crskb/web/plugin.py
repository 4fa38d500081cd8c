"""The hooks of the Datasette plugin, and nothing else: each hands over to the module that does the work."""

from __future__ import annotations

__all__: list[str] = []
