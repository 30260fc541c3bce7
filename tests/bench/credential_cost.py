"""What a certificate's credential costs. Units: milliseconds of CPU.

`python -m tests.bench.credential_cost` prints the parts.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from lms.credentials.rules import Facts
from lms.credentials.rules.issuers import StatusList
from lms.gateways.credential import SignedStatusLists, issue, qr_code, read
from tests.make import credential_facts as make

TIMES = 400
KEY = make.key()
TRUST = make.trust(KEY)
TODAY = date(2026, 11, 21)


def of() -> float:
    """Make both forms and the code in the QR for different people."""
    return _cost(_all)


def _all(facts: Facts) -> None:
    issue(facts, KEY, make.BASE)
    qr_code(facts, KEY)


def _cost(act: Callable[[Facts], object]) -> float:
    costs = []
    for turn in range(TIMES):
        facts = replace(make.FACTS, number=f"BTJX-JXJY-2026-{turn:07d}-X")
        begun = time.process_time()
        act(facts)
        costs.append((time.process_time() - begun) * 1000)
    return statistics.mean(costs[20:])


def main() -> None:
    """Print what each part costs."""
    made = issue(make.FACTS, KEY, make.BASE)
    lists = SignedStatusLists(make.BASE, b"the house's secret")
    parts: dict[str, Callable[[Facts], object]] = {
        "both forms": lambda facts: issue(facts, KEY, make.BASE),
        "code in the QR": lambda facts: qr_code(facts, KEY),
        "reading JSON": lambda _facts: read(made.json, TRUST),
        "reading a token": lambda _facts: read(made.jwt, TRUST),
        "a new status list": lambda facts: lists.status_list(
            StatusList(KEY.owner, "2026", (int(facts.number[15:22]),)), TODAY, KEY
        ),
    }
    for name, act in parts.items():
        print(f"{name:<20}{_cost(act):>8.3f} ms")
    print(f"{'sizes':<20}{len(made.json):>8} and {len(made.jwt)} bytes")


if __name__ == "__main__":
    main()
