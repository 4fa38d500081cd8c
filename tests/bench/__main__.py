"""`python -m tests.bench [NAME...]`: measure the budgets and exit 1 if one is missed. Each is a ratio in one run, or microseconds or megabytes."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench import build, lookup, pages, process, resolver, screening

DB = Path("crskb.db")
# what measures, and whether its figure may be at most or at least the budget
BENCHES = {
    "resolver": (lambda: resolver.measure(DB), "at most"),
    "lookup": (lambda: lookup.measure(DB), "at least"),
    "screening": (lambda: screening.measure(DB), "at least"),
    "process": (lambda: process.measure(DB), "at most"),
    "build": (lambda: [build.measure()], "at most"),
    "pages": (lambda: [pages.measure()], "at most"),
}

missed = False
for name in sys.argv[1:] or BENCHES:
    run, bound = BENCHES[name]
    for what, figure, budget in run():
        held = figure <= budget if bound == "at most" else figure >= budget
        missed |= not held
        print(f"{'held  ' if held else 'MISSED'} {figure:8.2f}, {bound} {budget:g}: {what}", flush=True)
sys.exit(missed)
