"""`make bench-long`: what years of a province's records do to the cost of a request.

On PostgreSQL, and durable. One database holds the demonstration; its copy holds a
million persons and fifty million lines of ledger and evidence besides. Both are
measured in turn. No figure may differ by more than a fifth, and nothing that was
measured may read a large table from its beginning. `make bench-long GROWTH=0.1`, or
`python -m tests.bench.growth 0.1`, loads a tenth; the whole needs 60 GB of disk.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from lms.evidence import services as evidence
from lms.evidence.ports import Sealer
from lms.jobs import evidence as sealing
from lms.kernel.clock import system_clock
from lms.kernel.ids import new_id
from lms.kernel.work import HOUSE, unit_of_work
from tests import engines
from tests.bench import crowd, scene, server
from tests.bench.__main__ import operations

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

    def measure(self, turn: int) -> None:
        """Measure once more; what others do on this machine only adds."""
        with scene.house(self.env) as app:
            made = scene.build(app, f"growth{turn}-")
        running = server.start("app:app", {**self.env, "LMS_PROXY_HOPS": "1"})
        try:
            found = {r.name: r.cost for r in operations(running, made, ONLY, READS)}
        finally:
            running.stop()
        found[f"sealing {SEALED:,} lines"] = self._sealing()
        for name, cost in found.items():
            self.costs[name] = min(cost, self.costs.get(name, cost))

    def _sealing(self) -> float:
        with scene.house(self.env) as app:
            sealer: Sealer = app.extensions["lms.ports"][Sealer]
            sealing.seal(system_clock, sealer)
            with unit_of_work(HOUSE) as work:
                for _ in range(SEALED):
                    evidence.note(work, f"person:{new_id()}", "study.segment", n=1)
            begun = time.process_time()
            sealing.seal(system_clock, sealer)
            return (time.process_time() - begun) * 1000


def prepare(folder: Path, persons: int) -> tuple[World, World]:
    """Seed one house, copy it, and let the copy grow."""
    small_url = engines.durable_postgresql_url()
    small = {
        "LMS_DEMO": "1",
        "LMS_DATA_DIR": str(folder / "small"),
        "DATABASE_URL": small_url,
    }
    scene.prepare(small)
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
    with psycopg.connect(url) as raw:
        rows = raw.execute(
            "SELECT relname, seq_scan, n_live_tup FROM pg_stat_user_tables "
            "WHERE seq_scan > 0 AND n_live_tup > %s ORDER BY relname",
            (LARGE,),
        ).fetchall()
    return [f"{name} ({scans} times, {count:,} rows)" for name, scans, count in rows]


def told(small: World, grown: World) -> bool:
    """Print both columns; say whether no figure grew by more than a fifth."""
    good = True
    print(f"\n{'CPU ms':<30}{'small':>8}{'grown':>8}{'ratio':>8}")
    for name, cost in small.costs.items():
        ratio = grown.costs[name] / cost
        mark = "" if ratio <= MOST else "  over"
        good = good and not mark
        print(f"{name:<30}{cost:>8.2f}{grown.costs[name]:>8.2f}{ratio:>8.2f}{mark}")
    return good


def main() -> int:
    """Load, measure in turn, compare."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    folder = Path(tempfile.mkdtemp(prefix="lms-growth-"))
    small, grown = prepare(folder, int(PERSONS * scale))
    url = grown.env["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("SELECT pg_stat_reset()")
    for turn in range(ROUNDS):
        for world in (small, grown):
            world.measure(turn)
        print(f"round {turn + 1} of {ROUNDS}", flush=True)
    good = told(small, grown)
    whole = walked(url)
    print("large tables read from the beginning: " + (", ".join(whole) or "none"))
    shutil.rmtree(folder, ignore_errors=True)
    return 0 if good and not whole else 1


if __name__ == "__main__":
    sys.exit(main())
