"""Budget: `crskb build` of 1,000 generated drug files takes at most 2.5 times as long as only parsing them with PyYAML's C loader."""

from __future__ import annotations

import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from crskb.cli.knowledge import without_garbage_collection
from crskb.database.build import build
from crskb.knowledge.checks import load_checked

DATA = Path(__file__).parents[2] / "data"
FILES = 1000


def measure() -> tuple[str, float, float]:
    """What was measured, the ratio, and the most that it may be."""
    with tempfile.TemporaryDirectory() as folder:
        data = generate(Path(folder) / "data")
        files = sorted((data / "drugs").glob("*.yaml"))
        parse = _fastest(lambda: [yaml.load(file.read_bytes(), yaml.CSafeLoader) for file in files])
        whole = _fastest(lambda: _build(data, Path(folder) / "crskb.db"))
    return f"build of {FILES:,} drug files ({whole:.2f} s) / parsing them ({parse:.2f} s)", whole / parse, 2.5


def generate(data: Path) -> Path:
    """A copy of the real data with 1,000 drugs made from the real ones under names of their own."""
    shutil.copytree(
        DATA, data, ignore=shutil.ignore_patterns("drugs", "changes.yaml", "symptoms.yaml", "patient_advice.yaml")
    )
    (data / "drugs").mkdir()
    real = sorted((DATA / "drugs").glob("*.yaml"))
    letters = random.Random(1)

    def word() -> str:
        return "".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=14))

    firsts = {file.stem: word() for file in real}
    codes = data / "product_codes.csv"
    owned = re.sub(r"(?m)^[a-z0-9-]+(?=,)", lambda match: firsts.get(match[0], match[0]), codes.read_text())
    codes.write_text(owned)
    guidelines = data / "clinical" / "guidelines.yaml"
    guidelines.write_text(
        re.sub(r"(?<=drug: )[a-z0-9-]+", lambda match: firsts.get(match[0], match[0]), guidelines.read_text())
    )
    for number in range(FILES):
        file = real[number % len(real)]
        record, text = yaml.load(file.read_bytes(), yaml.BaseLoader), file.read_text()
        name = firsts[file.stem] if number < len(real) else word()
        text = text.replace(f"\nname: {record['name']}\n", f"\nname: {name}\n", 1)
        for other in record.get("brand_names", []) + record.get("other_names", []):
            own = word()
            text = text.replace(f"name: {other['name']}", f"name: {own}", 1).replace(
                f'name: "{other["name"]}"', f"name: {own}", 1
            )
        text = (
            _without(_without(_without(text, "identifiers"), "former_ids"), "accepted_warnings")
            .replace(", shared: true", "")
            .replace("    shared: true\n", "")
        )
        text = re.sub("counted_in_drug: ([a-z0-9-]+)", lambda match: f"counted_in_drug: {firsts[match[1]]}", text)
        if number >= len(real):  # the same patients again: said as the checks ask
            text = re.sub(r"\n    counted_in_drug: .*|counted_in_drug: [a-z0-9-]+, ", "", text)
            counted = f"counted_in_drug: {firsts[file.stem]}"
            text = text.replace("\n  - cohort: ", f"\n  - {counted}\n    cohort: ").replace(
                "- {cohort: ", f"- {{{counted}, cohort: "
            )
        (data / "drugs" / f"{name}.yaml").write_text(text)
    return data


def _without(text: str, key: str) -> str:
    """The file without one key and what stands under it: codes belong to one drug only."""
    kept, skipping = [], False
    for line in text.splitlines(keepends=True):
        skipping = line.startswith(f"{key}:") or (skipping and line[:1] in " -\n")
        if not skipping:
            kept.append(line)
    return "".join(kept)


def _build(data: Path, db: Path) -> None:
    with without_garbage_collection():  # as the command does
        knowledge, _ = load_checked(data)
        build(knowledge, data, db)


def _fastest(work: Callable[[], object], rounds: int = 3) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    print(measure())
