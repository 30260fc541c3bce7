"""`python -m tests.bench.verify [LINES]`: how fast the book is sealed and walked.

On SQLite, or with LMS_TEST_ENGINE=postgresql there. The goal is 50,000 lines a second.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time

from lms.assembly import assemble
from lms.evidence import queries, services
from lms.evidence.ports import Sealer
from lms.jobs import evidence as job
from lms.jobs import migrate
from lms.kernel.clock import legal_day, system_clock
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.kernel.settings import from_env
from lms.kernel.work import HOUSE, unit_of_work
from tests import engines

_AT_ONCE = 20_000


def main(lines: int) -> int:
    """Fill, seal, walk; 1 when the walk is slower than the goal."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"LMS_DATA_DIR": folder, "LMS_DEMO": "1"}
        if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
            env["DATABASE_URL"] = engines.postgresql_url()
        app = assemble(from_env(env))
        with app.app_context():
            migrate.upgrade()
            fill(lines)
            sealer: Sealer = app.extensions["lms.ports"][Sealer]
            sealing = _timed("sealed", lines, lambda: job.seal(system_clock, sealer))
            walking = _timed("walked", lines, _walk)
            db.session.remove()
            db.engine.dispose()
    return 0 if sealing and walking > 50_000 else 1


def fill(lines: int) -> None:
    """Write segments of study as they are written, 25 to a person."""
    people = [f"person:{new_id()}" for _ in range(max(1, lines // 25))]
    chance = random.Random(1)
    for _ in range(lines // _AT_ONCE):
        with unit_of_work(HOUSE) as work:
            for _ in range(_AT_ONCE):
                services.note(
                    work,
                    chance.choice(people),
                    "study.segment",
                    study=new_id(),
                    seconds=600,
                    beats=20,
                    watched=[[0, 600]],
                )


def _walk() -> None:
    with db.engine.connect() as connection:
        report = queries.check(connection, legal_day(system_clock()))
    assert report.intact


def _timed(word: str, lines: int, act: object) -> float:
    assert callable(act)
    cpu, clock = time.process_time(), time.monotonic()
    act()
    cpu, clock = time.process_time() - cpu, time.monotonic() - clock
    print(f"{word} {lines:,} lines: {lines / clock:,.0f}/s by the clock, ", end="")
    print(f"{lines / cpu:,.0f}/s of this process's CPU")
    return lines / clock


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
