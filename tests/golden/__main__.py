"""`python -m tests.golden` writes the answers again, after a change of tests/kb. The OpenAPI document stays as version 1.0.0 had it, and `/grade` as 1.3.0 added it."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from crskb.database.build import build
from crskb.knowledge.checks import load_checked
from crskb.web.server import make_datasette
from tests.golden import ANSWERS, FOLDER

KB = FOLDER.parent / "kb"


async def write(db: Path) -> None:
    client = make_datasette(db).client
    for file, path in ANSWERS.items():
        answer = (await client.get(path)).json()
        (FOLDER / file).write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


with tempfile.TemporaryDirectory() as folder:
    db = Path(folder) / "crskb.db"
    build(load_checked(KB)[0], KB, db)
    asyncio.run(write(db))
