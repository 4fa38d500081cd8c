"""How the wheel is built: by hatchling, with data/, the database built from them and metadata.yml under crskb/packaged/.

pyproject.toml names this module twice: as the build backend, so that a wheel (and only a wheel, not an editable install) is
built where crskb's own dependencies are at hand, and as hatchling's hook, which builds the database with them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling import build as hatchling
from hatchling.build import (
    build_editable,
    build_sdist,
    build_wheel,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
)
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilder

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
]


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """What hatchling needs and what crskb needs to run (PEP 517)."""
    return [*hatchling.get_requires_for_build_wheel(config_settings), *WheelBuilder(".").metadata.core.dependencies]


class Packaged(BuildHookInterface):  # type: ignore[type-arg]
    """Builds crskb.db from the checkout's data and puts it into the wheel with them; an editable install reads the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)  # the code that builds is the code that is packed
        from crskb.database.build import build
        from crskb.knowledge.checks import load_checked

        self._folder = tempfile.TemporaryDirectory()
        db = Path(self._folder.name) / "crskb.db"
        knowledge, _ = load_checked(root / "data")
        build(knowledge, root / "data", db)
        build_data["force_include"].update(
            {
                str(root / "data"): "crskb/packaged/data",
                str(db): "crskb/packaged/crskb.db",
                str(root / "metadata.yml"): "crskb/packaged/metadata.yml",
            }
        )

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
