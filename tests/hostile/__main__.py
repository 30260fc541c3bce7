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

from lms.kernel.clock import system_clock
from tests.hostile.ground import Unsuitable, prepare
from tests.hostile.score import heading, play_all, summary
from tests.hostile.table import Table

NEEDS = """\
make hostile URL=… USER=… PASSWORD=…

  URL        the house to attack, e.g. http://127.0.0.1:8000
  USER       a learner's account there: e-mail or mobile number
  PASSWORD   its password
  OTHERS     more accounts with the same password, by commas (not needed)
  JSON       a file to write the card to as well (not needed)
  LONG=1     wait out the three minutes of silence too (not needed)

Attack only a house that is yours, or whose owner agreed. The account should have two
lessons with a hundred seconds left each; where it has not, free courses are taken. No
lesson is finished, no test is used up and nothing is ordered that costs, but the
evidence of the tries stays. It takes two to four minutes.

The demonstration of `make run`:
  make hostile URL=http://127.0.0.1:8000 USER=guizhou@demo.example \\
    PASSWORD=xueshi-demo-2026
"""


def main() -> int:
    asked = _asked()
    needed = {"URL": asked.url, "USER": asked.user, "PASSWORD": asked.password}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        print(f"Missing: {', '.join(missing)}.\n\n{NEEDS}", file=sys.stderr)
        return 2
    others = [(name, asked.password) for name in asked.others.split(",") if name]
    try:
        ground = prepare(asked.url, asked.user, asked.password, others)
    except (Unsuitable, OSError) as why:
        print(f"The suite cannot be played here: {why}")
        return 2
    print(heading(asked.url, asked.user, system_clock()))
    table = Table(ground, long=asked.long)
    card = play_all(table, asked.url, say=lambda line: print(line, flush=True))
    print(summary(card))
    if asked.json:
        Path(asked.json).write_text(card.as_json(), "utf-8")
    return 1 if card.lost else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make hostile", description=__doc__)
    parser.add_argument("--url", default="")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument(
        "--others", default="", help="other accounts, by commas, same password"
    )
    parser.add_argument("--long", action="store_true", help="wait out the silence too")
    parser.add_argument("--json", default="", help="write the card to this file too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
