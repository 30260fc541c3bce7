"""`make bench-long`: what years of a province's records do to the cost of a request.

On PostgreSQL, and durable. One database holds the demonstration; its copy holds a
million persons and fifty million lines of ledger and evidence besides. Both are
measured in turn. No figure may differ by more than a fifth, and nothing that was
measured may read a large table from its beginning. At the end there are ten million
lines of orders too, and every list of a desk is opened: 300 ms each is the goal.
`make bench-long GROWTH=0.1`, or `python -m tests.bench.growth 0.1`, loads a tenth; the
whole needs 70 GB of disk.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from lms.evidence import services as evidence
from lms.evidence.ports import Sealer
from lms.jobs import evidence as sealing
from lms.jobs.scheduler import JOBS
from lms.kernel.clock import system_clock
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.kernel.work import HOUSE, unit_of_work
from tests import engines
from tests.bench import crowd, learners, lists, scene, server
from tests.bench.__main__ import operations
from tests.bench.verify import cpu

PERSONS = 1_000_000
ROUNDS = 3
READS = 600
MOST = 1.2
SEALED = 1000
LARGE = 5000
"""Rows; a table that is smaller may be read whole."""

ONLY = {
    "beat",
    "catalogue of 24",
    "learning centre",
    "verification page",
    "test submission of 20",
}


@dataclass
class World:
    """One database, and the least that each operation cost. Units: CPU ms."""

    env: dict[str, str]
    costs: dict[str, float] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    """Large tables that the requests read from their beginning."""

    def measure(self, turn: int) -> None:
        """Measure once more; what others do on this machine only adds."""
        running = server.start("app:app", {**self.env, "LMS_PROXY_HOPS": "1"})
        try:
            with scene.house(self.env) as app:
                made = scene.build(app, f"growth{turn}-")
            _forget(self.env["DATABASE_URL"])
            found = {r.name: r.cost for r in operations(running, made, ONLY, READS)}
        finally:
            running.stop()
        found[f"sealing {SEALED:,} lines"] = self._sealing()
        self.whole.update(walked(self.env["DATABASE_URL"]))
        for name, cost in found.items():
            self.costs[name] = min(cost, self.costs.get(name, cost))

    def _sealing(self) -> float:
        with scene.house(self.env) as app:
            sealer: Sealer = app.extensions["lms.ports"][Sealer]
            sealing.seal(system_clock, sealer)
            with unit_of_work(HOUSE) as work:
                for _ in range(SEALED):
                    evidence.note(work, f"person:{new_id()}", "study.segment", n=1)
            begun = cpu()
            sealing.seal(system_clock, sealer)
            return (cpu() - begun) * 1000


def prepare(folder: Path, persons: int) -> tuple[World, World]:
    """Seed one house, copy it, and let the copy grow."""
    small_url = engines.durable_postgresql_url()
    small = {
        "LMS_DEMO": "1",
        "LMS_DATA_DIR": str(folder / "small"),
        "DATABASE_URL": small_url,
    }
    scene.prepare(small)
    with psycopg.connect(small_url, autocommit=True) as raw:
        raw.execute("VACUUM (ANALYZE)")
    grown_url = f"{small_url}_grown"
    name = urlsplit(small_url).path[1:]
    with psycopg.connect(_server(small_url), autocommit=True) as raw:
        raw.execute(f"CREATE DATABASE {name}_grown TEMPLATE {name}".encode())
    shutil.copytree(folder / "small", folder / "grown")
    grown = {
        **small,
        "LMS_DATA_DIR": str(folder / "grown"),
        "DATABASE_URL": grown_url,
    }
    loaded = crowd.load(grown_url, persons)
    assert shape(grown_url) == shape(small_url)
    print(
        f"loaded {loaded.persons:,} persons, {loaded.ledger:,} ledger and "
        f"{loaded.lines:,} evidence lines in {loaded.seconds:,.0f} s"
    )
    begun = time.monotonic()
    with scene.house(grown) as app:
        sealing.seal(system_clock, app.extensions["lms.ports"][Sealer])
    print(f"sealed in {time.monotonic() - begun:,.0f} s")
    _tell_sizes(grown_url)
    return World(small), World(grown)


def _server(url: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/postgres"


def _tell_sizes(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("VACUUM (ANALYZE)")
        rows = raw.execute(
            "SELECT relname, reltuples, pg_table_size(oid), pg_indexes_size(oid) "
            "FROM pg_class WHERE relkind = 'r' AND reltuples > 5000 "
            "ORDER BY pg_total_relation_size(oid) DESC LIMIT 14"
        ).fetchall()
    print(f"{'table':<26}{'rows':>14}{'GB':>8}{'indexes':>9}")
    for name, count, size, indexes in rows:
        print(f"{name:<26}{count:>14,.0f}{size / 1e9:>8.2f}{indexes / 1e9:>9.2f}")


def shape(url: str) -> list[tuple[object, ...]]:
    """List indexes, constraints and triggers: both houses have the same."""
    asked = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        (
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = CAST('public' AS regnamespace)"
        ),
        "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    )
    with psycopg.connect(url) as raw:
        return [row for one in asked for row in sorted(raw.execute(one).fetchall())]


def walked(url: str) -> list[str]:
    """Name the large tables that were read from their beginning since the reset."""
    time.sleep(1.5)  # A process of the server tells what it read a second later.
    with psycopg.connect(url) as raw:
        rows = raw.execute(
            "SELECT s.relname, s.seq_scan, CAST(c.reltuples AS bigint) "
            "FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid "
            "WHERE s.seq_scan > 0 AND c.reltuples > %s ORDER BY s.relname",
            (LARGE,),
        ).fetchall()
    return [f"{name} ({scans} times, {count:,} rows)" for name, scans, count in rows]


def housework(grown: World) -> bool:
    """Let the clock's work be done once; tell what each job costs and reads whole.

    Those of every minute are held to the index as pages are.
    """
    url, good = grown.env["DATABASE_URL"], True
    print(f"\n{'job':<24}{'every s':>8}{'took s':>8}  large tables read whole")
    with scene.house(grown.env) as app:
        for job in JOBS:
            _forget(url)
            begun = time.monotonic()
            work = import_module(job.module).run
            work(system_clock, app.extensions["lms.ports"])
            took = time.monotonic() - begun
            db.session.remove()
            db.engine.dispose()
            whole = walked(url)
            good = good and (not whole or job.every_seconds > 60)
            name = job.module.rsplit(".", 1)[1]
            print(f"{name:<24}{job.every_seconds:>8}{took:>8.1f}  {', '.join(whole)}")
    return good


def _forget(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("SELECT pg_stat_reset()")


def told(small: World, grown: World) -> bool:
    """Print both columns; say whether no request grew by more than a fifth.

    A sealing reads one tile for each level of the tree: it grows by the logarithm.
    """
    good = True
    print(f"\n{'CPU ms':<30}{'small':>8}{'grown':>8}{'ratio':>8}")
    for name, cost in small.costs.items():
        ratio = grown.costs[name] / cost
        mark = "" if ratio <= MOST or name not in ONLY else "  over"
        good = good and not mark
        print(f"{name:<30}{cost:>8.2f}{grown.costs[name]:>8.2f}{ratio:>8.2f}{mark}")
    return good


def main() -> int:
    """Load, measure in turn, compare."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    folder = Path(tempfile.mkdtemp(prefix="lms-growth-"))
    small, grown = prepare(folder, int(PERSONS * scale))
    for turn in range(ROUNDS):
        for world in (small, grown):
            world.measure(turn)
        print(f"round {turn + 1} of {ROUNDS}", flush=True)
        good = told(small, grown)
    print("large tables read from the beginning: " + (", ".join(grown.whole) or "none"))
    good = housework(grown) and good
    print(f"sold {crowd.sell(grown.env['DATABASE_URL']):,} lines of orders")
    paths = (*lists.PATHS, *learners.paths(grown.env["DATABASE_URL"]))
    good = lists.told(grown.env, paths) and good
    shutil.rmtree(folder, ignore_errors=True)
    return 0 if good and not grown.whole else 1


if __name__ == "__main__":
    sys.exit(main())
