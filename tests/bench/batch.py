"""`python -m tests.bench.batch [PERSONS]`: a batch of certificates, from start to end.

A database is filled with persons who have earned one, and the job issues to all in one
batch: on PostgreSQL with two processes, on SQLite (one writer) with one. It prints the
clock, the CPU of processes and server for each certificate, and memory on the way. The
goal is 10,000 in five minutes on two cores, with flat memory; the floor is what the
printing of one certificate costs alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from flask import Flask
from sqlalchemy import func, select

from lms.assembly import assemble
from lms.catalogue.models import Association
from lms.credentials.models import Certificate, IssueBatch
from lms.credentials.ports import Printer
from lms.credentials.queries import designs
from lms.credentials.rules.batches import BatchState, Chosen
from lms.credentials.services import batches
from lms.credentials.services.book import sealed_by
from lms.jobs import batches as job
from lms.jobs import migrate
from lms.kernel.clock import legal_day, system_clock
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.settings import from_env
from lms.kernel.work import HOUSE, unit_of_work
from lms.policy.model import Province
from lms.reports import certificates
from lms.signing import rules as signers
from tests import engines
from tests.bench import print_cost
from tests.bench.qualified import Filler
from tests.make import pictures, signing

WHOLE = 10_000
GOAL_SECONDS = 300
MIB = 1 << 20
GROWN = 60
"""So many MiB the processes may gain between their first tenth and their last."""


@dataclass
class Watch:
    """Looks at the processes twice a second. Units: MiB; seconds of CPU."""

    server: psutil.Process | None
    done: Any
    seen: list[tuple[int, float]] = field(default_factory=list)
    cpu: dict[int, float] = field(default_factory=dict)
    _end: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._end.wait(0.5):
            self.look()

    def look(self) -> None:
        own = psutil.Process()
        family = [own, *own.children(recursive=True)]
        if self.server is not None:
            family += [self.server, *self.server.children(recursive=True)]
        memory = 0.0
        for one in family:
            try:
                times = one.cpu_times()
                self.cpu[one.pid] = times.user + times.system
                if "python" in one.name() or one.pid == own.pid:
                    memory += one.memory_info().rss / MIB
            except psutil.NoSuchProcess:
                continue
        self.seen.append((self.done(), memory))

    def end(self) -> None:
        self._end.set()
        self.look()

    def near(self, share: float, of: int) -> float:
        """Give the memory when that share was done."""
        return next((mib for done, mib in self.seen if done >= share * of), 0.0)


def house(app: Flask, persons: int) -> tuple[AssociationId, UUID, float]:
    """Fill, choose all, look who qualifies, start; say how long the looking took."""
    there = AssociationId(new_id())
    with unit_of_work(HOUSE, clock=system_clock) as work:
        work.session.add(
            Association(
                id=there,
                code="SLXH",
                name="示例自治区建筑业协会",
                province=Province.INNER_MONGOLIA,
            )
        )
        signing.ring(work, signers.association(there))
    Filler(there).fill(persons)
    begun = time.monotonic()
    with unit_of_work(HOUSE, clock=system_clock) as work:
        on = legal_day(work.now)
        pairs = certificates.candidates(work.session, there, Chosen(), on=on)
        batch_id = batches.open_batch(work, there, Chosen(), pairs)
    more = True
    while more:
        with unit_of_work(HOUSE, clock=system_clock) as work:
            more = batches.check_next(work, batch_id)
    took = time.monotonic() - begun
    with unit_of_work(HOUSE, clock=system_clock) as work:
        batches.start(work, there, batch_id)
    db.session.remove()
    return there, batch_id, took


def issued(app: Flask) -> int:
    with app.app_context(), db.engine.connect() as connection:
        return connection.execute(select(func.sum(IssueBatch.issued))).scalar() or 0


def printing(printer: Printer, there: AssociationId) -> float:
    """Say what all forms of one certificate cost to print. Units: ms of CPU."""
    photo, costs = pictures.inch_jpeg(), []
    with unit_of_work(HOUSE, clock=system_clock) as work:
        design = designs.current_design(work.session, there)
        seals = sealed_by(work, signers.association(there))
        for turn in range(40):
            facts = print_cost._facts(turn)
            begun = time.process_time()
            printer.print(facts, photo, design, seals)
            costs.append((time.process_time() - begun) * 1000)
    return statistics.mean(costs[10:])


def measure(app: Flask, persons: int, server: psutil.Process | None) -> bool:
    """Run the job to its end; print, and say whether the goal is met."""
    with app.app_context():
        there, batch_id, checked = house(app, persons)
        watch = Watch(server, lambda: issued(app))
        watch.look()
        before, begun = dict(watch.cpu), time.monotonic()
        thread = threading.Thread(target=watch.run)
        thread.start()
        ports = app.extensions["lms.ports"]
        job.run(system_clock, ports)
        wall = time.monotonic() - begun
        watch.end()
        thread.join()
        batch = db.session.get_one(IssueBatch, batch_id)
        assert (batch.state, batch.issued) == (BatchState.DONE, persons)
        top = db.session.scalar(select(func.max(Certificate.serial)))
        assert top == persons
        floor = printing(ports[Printer], there)
        db.session.remove()
        db.engine.dispose()
    cpu = sum(spent - before.get(pid, 0.0) for pid, spent in watch.cpu.items())
    return told(persons, (wall, cpu, checked, floor), watch)


def told(persons: int, cost: tuple[float, float, float, float], watch: Watch) -> bool:
    """Print one engine's figures; say whether they are good."""
    wall, cpu, checked, floor = cost
    each = cpu * 1000 / persons
    memory = [watch.near(share, persons) for share in (0.1, 0.5, 0.95)]
    print(
        f"  looked at in {checked:.1f} s; issued in {wall:.1f} s "
        f"({persons / wall:.0f}/s; 10,000 in {wall * WHOLE / persons:.0f} s)\n"
        f"  CPU {each:.1f} ms each with the server, printing alone {floor:.1f} ms "
        f"(ratio {each / floor:.1f})\n"
        f"  memory at a tenth, half, end: "
        + ", ".join(f"{mib:.0f}" for mib in memory)
        + " MiB",
        flush=True,
    )
    return wall * WHOLE / persons <= GOAL_SECONDS and memory[2] - memory[0] <= GROWN


def bench(engine: str, persons: int, workers: int) -> bool:
    """Fill and run on one engine."""
    print(f"{engine}, {workers} process{'es' * (workers > 1)}, {persons:,} persons")
    with tempfile.TemporaryDirectory() as folder:
        env = {"LMS_DATA_DIR": str(Path(folder) / "house")}
        env["LMS_BATCH_WORKERS"] = str(workers)
        server = None
        if engine == "postgresql":
            env["DATABASE_URL"] = engines.durable_postgresql_url()
            server = _postmaster()
        os.environ.update(env)
        try:
            app = assemble(from_env(env), limits=False)
            with app.app_context():
                migrate.upgrade()
                db.engine.dispose()
            return measure(app, persons, server)
        finally:
            for name in env:
                os.environ.pop(name)


def _postmaster() -> psutil.Process | None:
    """Find the newest server that this process started."""
    found = [
        one
        for one in psutil.process_iter(["name", "create_time", "cmdline"])
        if "postgres" in one.info["name"] and "-D" in (one.info["cmdline"] or ())
    ]
    return max(found, key=lambda one: one.info["create_time"], default=None)


def main() -> int:
    """Print the figures of both engines, or of one."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("persons", type=int, nargs="?", default=WHOLE)
    asked.add_argument("--engine", choices=("sqlite", "postgresql", "both"),
                       default="both")  # fmt: skip
    asked.add_argument("--workers", type=int, default=2, help="on PostgreSQL")
    said = asked.parse_args()
    print(f"goal: {WHOLE:,} in {GOAL_SECONDS} s on two cores, memory flat")
    good = True
    if said.engine != "sqlite":
        good = bench("postgresql", said.persons, said.workers)
    if said.engine != "postgresql":
        good = bench("sqlite", said.persons, 1) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
