"""`python -m tests.attack [DB]`: attacks that take seconds, on a real server on loopback; exit 1 if one gets further than it may."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.attack import flood, statements
from tests.running_site import running_site

DB = Path(sys.argv[1] if len(sys.argv) > 1 else "crskb.db")
missed = False
with running_site(DB) as site:
    before = site.resident_megabytes()
    for measure in (statements.bombs, statements.facets, statements.lookups_beside_sql, flood.soak):
        for what, figure, most in measure(site):
            held = figure <= most
            missed |= not held
            print(f"{'held  ' if held else 'MISSED'} {figure:9.2f}, at most {most:g}: {what}", flush=True)
    for what, figure, most in (
        ("megabytes by which the process grew in all", site.resident_megabytes(peak=True) - before, 400),
        ("megabytes resident after all of it", site.resident_megabytes(), 150),
    ):
        missed |= figure > most
        print(f"{'held  ' if figure <= most else 'MISSED'} {figure:9.2f}, at most {most:g}: {what}", flush=True)
with running_site(DB, "--workers", "2") as site:
    for what, figure, _most in flood.soak(site):
        print(f"       {figure:9.2f}: with two workers, {what}", flush=True)
sys.exit(missed)
