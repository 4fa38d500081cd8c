"""hatchling's hook: a wheel carries data/, the database built from them and metadata.yml under crskb/packaged/.

An editable install reads the checkout, so the Makefile makes it without hooks (HATCH_BUILD_NO_HOOKS) and needs hatchling alone.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Packaged(BuildHookInterface):  # type: ignore[type-arg]
    """Builds crskb.db from the checkout's data with the code that is packed, and puts both into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
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
