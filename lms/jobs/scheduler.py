"""The clock's work: which job runs how often. One process, one leader."""

import contextlib
import fcntl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy import text

from lms.jobs import merchants
from lms.jobs.steps import Watch
from lms.kernel.clock import Clock, system_clock
from lms.kernel.db import db

_LOCK_KEY = 0x78756573
_BEAT_SECONDS = 30

log = structlog.get_logger("lms.jobs")

Ports = Mapping[type[Any], Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work: the module whose `run(clock, ports)` does it, and how often.

    What judges silence rests while a clock that was set makes everybody seem silent.
    """

    module: str
    every_seconds: int
    rests_after_step: int = 0


JOBS: tuple[Job, ...] = (
    Job("lms.jobs.messages", 3),
    Job("lms.jobs.bulk_messages", 3),
    Job("lms.jobs.announcing", 5),
    Job("lms.jobs.sessions", 3600),
    Job("lms.jobs.orders", 30),
    Job("lms.jobs.leases", 60, rests_after_step=240),
    Job("lms.jobs.catalogue", 3600),
    Job("lms.jobs.evidence", 60),
    Job("lms.jobs.exams", 1),
    Job("lms.jobs.batches", 2),
    Job("lms.jobs.exports", 2),
    Job("lms.jobs.films", 2),
    Job("lms.jobs.documents", 2),
    Job("lms.jobs.legacy", 2),
    Job("lms.jobs.retention", 3600),
    Job("lms.jobs.rosters", 3600),
    Job("lms.jobs.threads", 3600),
    Job("lms.jobs.twins", 3600),
    Job("lms.jobs.inspections", 600),
    Job("lms.jobs.calendar", 3600),
    Job("lms.jobs.night", 60),
    Job("lms.jobs.figures", 60),
    Job("lms.jobs.reminders", 600),
    Job("lms.jobs.classes", 600),
    Job("lms.jobs.revocations", 60),
    Job("lms.jobs.applications", 600),
    Job("lms.jobs.keys", 3600),
    Job("lms.jobs.revocation_lists", 60),
    Job("lms.jobs.stamping", 60),
    Job("lms.jobs.sealing", 60),
    Job("lms.jobs.books", 1200),
)


def run(app: Flask) -> None:
    """Run every job for ever, as the one leader."""
    folder: Path = app.extensions["lms.settings"].data_dir
    with app.app_context(), _leadership(folder):
        merchants.note_astray(db.session(), app.extensions["lms.settings"])
        db.session.remove()
        scheduler = BlockingScheduler(
            timezone="Asia/Shanghai",
            job_defaults={"coalesce": True, "max_instances": 1},
        )
        watch = Watch(lambda: all_now(scheduler))
        for job in JOBS:
            scheduler.add_job(
                once,
                "interval",
                (app, job, watch),
                seconds=job.every_seconds,
                id=job.module,
            )
        alive = folder / "jobs.alive"
        alive.touch()
        scheduler.add_job(alive.touch, "interval", seconds=_BEAT_SECONDS)
        threading.Thread(target=_look, args=(app, watch), daemon=True).start()
        scheduler.start()


def all_now(scheduler: BaseScheduler) -> None:
    """Let every job run at once: a clock that was set back has them wait for hours."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=system_clock())


def _look(app: Flask, watch: Watch) -> None:
    """Look at the clocks every second, also while no job runs."""
    waiting = threading.Event()
    with app.app_context():
        while not waiting.wait(1):
            try:
                watch.look(app.extensions["lms.clock"])
            except Exception:
                log.exception("clock.not_seen_to")
            finally:
                db.session.remove()


def once(app: Flask, job: Job, watch: Watch) -> None:
    """Run one job once; a failure is told and the others go on."""
    work: Callable[[Clock, Ports], None] = import_module(job.module).run
    with app.app_context():
        clock: Clock = app.extensions["lms.clock"]
        try:
            watch.look(clock)
            if not watch.stepped_within(job.rests_after_step, clock):
                work(clock, app.extensions["lms.ports"])
        except Exception:
            log.exception("job.failed", job=job.module)


@contextlib.contextmanager
def _leadership(folder: Path) -> Iterator[None]:
    """Wait until no other process of this house runs jobs."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            connection.execute(text("SET lock_timeout = 0"))
            key = {"key": _LOCK_KEY}
            connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
            yield
        return
    with (folder / "jobs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
