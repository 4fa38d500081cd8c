"""`python -m tests.accuracy [DB]`: print the table, name what failed, and publish it, with that of real lines, in crskb/lookup/accuracy.json."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.accuracy.measure import COLUMNS, measure, publish, table
from tests.accuracy.real import ask, real_lines

db = Path(sys.argv[1] if len(sys.argv) > 1 else "crskb.db")
scores = measure(db)
for row in [COLUMNS, *table(scores)]:
    print(f"{row[0]:32}{row[1]:>8}{row[2]:>18}{row[3]:>28}")
for score in scores:
    if score.failed:
        print(f"\nnot right, {score.kind}: {'; '.join(score.failed)}")
print(f"\nwrong answers: {sum(score.wrong for score in scores)}")
publish(scores, ask(real_lines(), db), db)
