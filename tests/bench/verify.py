"""`python -m tests.bench.verify [LINES]`: how fast the book is sealed and walked.

On SQLite, or with LMS_TEST_ENGINE=postgresql there, once with many streams and once
with few long ones. The goal is 50,000 lines a second. What is held to it is CPU, of
this process and the database together: a busy machine's clock says less of the house.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable

import psutil
from sqlalchemy import text

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
_GOAL = 50_000
_TO_A_STREAM = (25, 10_000)


def main(lines: int) -> int:
    """Fill, seal, walk; 1 when a walk costs more than the goal."""
    rates = [_book(lines, each) for each in _TO_A_STREAM]
    return 0 if min(rates) > _GOAL else 1


def _book(lines: int, each: int) -> float:
    """Write one book with so many lines to a stream; say how fast it is walked."""
    print(f"{each:,} lines to a stream")
    with tempfile.TemporaryDirectory() as folder:
        env = {"LMS_DATA_DIR": folder, "LMS_DEMO": "1"}
        if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
            env["DATABASE_URL"] = engines.durable_postgresql_url()
        app = assemble(from_env(env))
        with app.app_context():
            migrate.upgrade()
            fill(lines, each)
            sealer: Sealer = app.extensions["lms.ports"][Sealer]
            _timed("sealed", lines, lambda: job.seal(system_clock, sealer))
            walked = _timed("walked", lines, _walk)
            db.session.remove()
            db.engine.dispose()
    return walked


def fill(lines: int, each: int = 25) -> None:
    """Write segments of study as they are written, so many to a person."""
    people = [f"person:{new_id()}" for _ in range(max(1, lines // each))]
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


def _timed(word: str, lines: int, act: Callable[[], object]) -> float:
    """Time an act. Units: lines a second of CPU, the database's included."""
    clock, used = time.monotonic(), cpu()
    act()
    clock, used = time.monotonic() - clock, cpu() - used
    print(f"  {word} {lines:,} lines: {lines / clock:,.0f}/s by the clock, ", end="")
    print(f"{lines / used:,.0f}/s of CPU", flush=True)
    return lines / used


def cpu() -> float:
    """Add up the CPU of this process and of PostgreSQL's that serve it."""
    total = time.process_time()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
        postmaster = psutil.Process(pid).parent()
        for one in postmaster.children() if postmaster else ():
            times = one.cpu_times()
            total += times.user + times.system
    return total


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
