"""`make hostile URL=… USER=… PASSWORD=…`: play the cheats against any running house.

It needs a learner's account with unfinished lessons (a hundred seconds left in two of
them is plenty); where there are too few it takes the free courses of the house. It
finishes no lesson, uses up no test and orders nothing that costs. Exit code 1 when any
second was earned without study, any lesson finished, or any key told.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.hostile.ground import Unsuitable, prepare
from tests.hostile.score import play_all, summary
from tests.hostile.table import Table


def main() -> int:
    asked = _asked()
    others = [(name, asked.password) for name in asked.others.split(",") if name]
    try:
        ground = prepare(asked.url, asked.user, asked.password, others)
    except (Unsuitable, OSError) as why:
        print(f"The suite cannot be played here: {why}")
        return 2
    print(f"Cheats against {asked.url} by {asked.user}: earned of entitled\n")
    table = Table(ground, long=asked.long)
    card = play_all(table, asked.url, say=lambda line: print(line, flush=True))
    print(summary(card))
    if asked.json:
        Path(asked.json).write_text(card.as_json(), "utf-8")
    return 1 if card.lost else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make hostile", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--user", default="guizhou@demo.example")
    parser.add_argument("--password", default="xueshi-demo-2026")
    parser.add_argument(
        "--others", default="", help="other accounts, by commas, same password"
    )
    parser.add_argument("--long", action="store_true", help="wait out the silence too")
    parser.add_argument("--json", default="", help="write the card to this file too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
