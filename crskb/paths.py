"""Where data/, crskb.db and metadata.yml lie: in the current folder, else in what an installed package carries beside its code.

In a checkout crskb/packaged/ holds nothing, and the checkout's own are read.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "packaged"


def data() -> Path:
    """`data` in the current folder if it is there, else the data that came with the package, if any did."""
    return _first(Path("data"), Path("data/drugs"), FOLDER / "data")


def database() -> Path:
    """`crskb.db` in the current folder if it is there, else the one that came with the package, if one did."""
    return _first(Path("crskb.db"), Path("crskb.db"), FOLDER / "crskb.db")


def _first(here: Path, sign: Path, carried: Path) -> Path:
    return carried if carried.exists() and not sign.exists() else here
