"""`make bench-long`: a province at study. Everybody beats every half minute, honestly.

10 000 learners on PostgreSQL and 3 000 on SQLite, on this machine, with the load made
beside the server. It prints how long the answers took, what failed, and whether anybody
was credited more than the clock or much less than the time they sat there.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.catalogue import queries as catalogue
from lms.catalogue.models import Association
from lms.kernel.db import db
from lms.kernel.ids import EnrolmentId, LessonId, PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.learning import queries as learning
from lms.learning import services as studies
from lms.learning.models import Enrolment, Lease, Study
from lms.policy.model import Specialty
from tests import engines
from tests.bench import scene, server
from tests.bench.scene import Beating

PERIOD = 30.0
CONNECTIONS = 128
GOAL_MS = 150
_BATCH = 250

Seated = tuple[PersonId, EnrolmentId, str]
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Class:
    """Who sits there, and what became of their beats. Units: seconds."""

    csrf: str
    people: list[Beating] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)
    sat: float = 0.0


def enrol(app: Flask, count: int) -> Class:
    """Make learners who have each just opened a long lesson."""
    made = Class(scene.csrf(app))
    with unit_of_work(HOUSE) as work:
        # Nobody sits there to be asked whether they are there.
        work.session.execute(update(Association).values(presence={"on": 0}))
        version_id, lesson = max(
            (
                (line.version_id, lesson)
                for line in catalogue.search(work.session, catalogue.Filters()).lines
                for lesson in catalogue.version(work.session, line.version_id).lessons
            ),
            key=lambda one: one[1].required_seconds,
        )
    seated: list[Seated] = []
    for start in range(0, count, _BATCH):
        with unit_of_work(HOUSE) as work:
            for place in range(start, min(count, start + _BATCH)):
                account_id = accounts.create_account(
                    work, email=f"crowd{place}@demo.example", name="测试"
                )
                person = account_queries.account(work.session, account_id).person_id
                enrolment = studies.enrol(
                    work,
                    person,
                    version_id,
                    source=f"crowd:{place}",
                    specialty=Specialty.BUILDING,
                )
                cookie = scene.cookie(app, work, account_id)
                seated.append((person, enrolment, cookie))
        print(f"\r{len(seated)} learners", end="", flush=True)
    print()
    _sit_down(made, seated, lesson.id)
    return made


def _sit_down(made: Class, seated: list[Seated], lesson_id: LessonId) -> None:
    """Open the lesson for all, last of all: a lease that waits too long goes silent."""
    for start in range(0, len(seated), _BATCH):
        with unit_of_work(HOUSE) as work:
            for person, enrolment, cookie in seated[start : start + _BATCH]:
                card = studies.open_lease(work, person, enrolment, lesson_id)
                assert card.lease is not None
                made.people.append(Beating(cookie, card.lease, card.nonce))
    # For ten thousand that takes minutes, and who came first would have gone silent:
    # here they all sit down in this moment.
    with unit_of_work(HOUSE) as work:
        work.session.execute(
            update(Lease).where(learning.OPEN).values(last_beat_at=work.now)
        )


async def sit(made: Class, port: int, seconds: float) -> None:
    """Let everybody beat in their own time until the end."""
    begun = time.monotonic()
    hall = Hall(made, port, begun + seconds, [begun] * len(made.people))
    hall.due = [(begun + random.uniform(0, PERIOD), n) for n in range(len(made.people))]
    heapq.heapify(hall.due)
    await asyncio.gather(*(hall.carry() for _ in range(CONNECTIONS)))
    made.sat = time.monotonic() - begun


@dataclass
class Hall:
    """Who is due when. `clocks` says until when each has told of their time."""

    made: Class
    port: int
    until: float
    clocks: list[float]
    due: list[tuple[float, int]] = field(default_factory=list)

    async def carry(self) -> None:
        """Carry beats over one connection, whoever is due next."""
        line = await asyncio.open_connection("127.0.0.1", self.port)
        while self.due:
            at, place = heapq.heappop(self.due)
            if at > self.until:
                continue
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            begun = time.monotonic()
            try:
                await self._beat(line, place, begun)
            except (OSError, asyncio.IncompleteReadError) as wrong:
                _count(self.made, type(wrong).__name__)
                line = await asyncio.open_connection("127.0.0.1", self.port)
                heapq.heappush(self.due, (begun + 1, place))
                continue
            self.made.took.append(time.monotonic() - begun)
            again = max(time.monotonic(), at + PERIOD * random.uniform(0.8, 1.2))
            heapq.heappush(self.due, (again, place))
        line[1].close()

    async def _beat(self, line: Line, place: int, now: float) -> None:
        passed = int(now - self.clocks[place])
        one = self.made.people[place]
        status, told = await _ask(line, self.made.csrf, one, passed)
        if status != 200:
            _count(self.made, f"{status} {told.get('code', '')}")
            return
        one.seq, one.nonce = told["seq"], told["nonce"]
        one.position = told["position"]
        self.clocks[place] += passed


def _count(made: Class, what: str) -> None:
    made.failed[what] = made.failed.get(what, 0) + 1


async def _ask(
    line: Line, csrf: str, one: Beating, passed: int
) -> tuple[int, dict[str, Any]]:
    body = json.dumps(
        {
            "lease": str(one.lease),
            "seq": one.seq + 1,
            "nonce": one.nonce,
            "media_from": one.position,
            "media_to": one.position + passed,
            "state": "playing",
        }
    )
    reader, writer = line
    writer.write(
        f"POST /study/beat HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {one.cookie}\r\n"
        f"X-CSRFToken: {csrf}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
    length = next(int(x[15:]) for x in head if x.startswith("content-length:"))
    told = await reader.readexactly(length)
    return int(head[0].split()[1]), json.loads(told)


def kept(seconds: float) -> tuple[int, float]:
    """Say how many were credited more than the clock, and the least share kept."""
    rows = db.session.execute(
        select(learning.CREDITED)
        .select_from(Study)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .outerjoin(Lease, learning.OPEN)
        .where(Enrolment.source.like("crowd:%"))
    )
    credited = [row[0] for row in rows]
    # The last beat of each may be a whole period old when the bell rings.
    due = max(1.0, seconds - 1.2 * PERIOD)
    return sum(c > seconds + 60 for c in credited), min(credited) / due


def run(name: str, env: dict[str, str], learners: int, minutes: float) -> bool:
    """Let a class of this size study on one engine, and print what came of it."""
    print(f"\n{name}: {learners} learners for {minutes:g} minutes")
    scene.prepare(env)
    with scene.house(env) as app:
        made = enrol(app, learners)
    running = server.start("app:app", env, workers=2)
    before, begun = running.cpu_ms(), time.monotonic()
    try:
        asyncio.run(sit(made, running.port, minutes * 60))
        cpu = running.cpu_ms() - before
    finally:
        running.stop()
    with scene.house(env):
        over, least = kept(time.monotonic() - begun)
    took = sorted(1000 * one for one in made.took)
    p50, p95, p99 = (took[int(len(took) * share)] for share in (0.5, 0.95, 0.99))
    print(
        f"  {len(took) / made.sat:.0f} beats/s, p50 {p50:.1f} p95 {p95:.1f} "
        f"p99 {p99:.1f} max {took[-1]:.0f} ms, {cpu / len(took):.2f} CPU-ms a beat, "
        f"failed {made.failed or 'none'}\n"
        f"  credited above the clock: {over}; least share of the time kept: {least:.3f}"
    )
    return p95 <= GOAL_MS and not made.failed and not over


def main() -> int:
    """Run the engines that were asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=15)
    asked.add_argument("--sqlite", type=int, default=3000, help="learners")
    asked.add_argument("--postgresql", type=int, default=10_000, help="learners")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="lms-province-"))
    good = True
    if given.sqlite:
        env = {"LMS_DEMO": "1", "LMS_DATA_DIR": str(folder / "sqlite")}
        good = run("SQLite", env, given.sqlite, given.minutes)
    if given.postgresql:
        env = {
            "LMS_DEMO": "1",
            "LMS_DATA_DIR": str(folder / "postgresql"),
            "DATABASE_URL": engines.durable_postgresql_url(),
        }
        good = run("PostgreSQL", env, given.postgresql, given.minutes) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
