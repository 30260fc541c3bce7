"""A house of our own to attack: real processes, a small world, and an owner's hands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from flask import Flask
from sqlalchemy import update

from lms import tables
from lms.assembly import assemble
from lms.catalogue import queries as catalogue
from lms.catalogue.models import Association
from lms.catalogue.rules import LessonKind
from lms.exams import services as exams
from lms.exams.queries import Sitting
from lms.exams.rules import PLAIN, QuestionKind
from lms.exams.services import NewQuestion
from lms.jobs.demo import people as demo
from lms.kernel.clock import legal_day, system_clock
from lms.kernel.db import Table, db
from lms.kernel.ids import AssociationId, PersonId, VersionId
from lms.kernel.settings import from_env
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning.models import Lease, PresenceCheck
from lms.policy.model import Quota, Specialty
from tests import engines
from tests.bench import server
from tests.hostile.table import Hands
from tests.learning import ground
from tests.make import learning as make

PASSWORD = demo.PASSWORD
PLAYERS = ("one", "two", "three", "four")
QUESTIONS = 20
MINUTE = 60


@dataclass(frozen=True)
class World:
    """Who has which paper, and whose tests they are."""

    association: str
    closed_paper: str
    open_papers: dict[str, str]


@dataclass(frozen=True)
class Rig:
    """A running house, and the application by which its owner reaches the database."""

    url: str
    app: Flask
    world: World

    def hands(self, name: str) -> Hands:
        """Give one player the owner's hands: time passes, checks fall due."""
        world = self.world
        return Hands(
            self.silence,
            self.call,
            self.late,
            world.closed_paper,
            world.open_papers[name],
            world.association,
        )

    def silence(self, lease: str) -> None:
        """Let three minutes pass for a lease, without waiting."""
        self._set(Lease, lease, last_beat_at=_from_now(-200))

    def call(self, lease: str) -> None:
        """Let a presence check be due now."""
        self._set(Lease, lease, check_at=_from_now(0))

    def late(self, check: str) -> None:
        """Let the time for an answer run out."""
        self._set(PresenceCheck, check, answer_until=_from_now(-60))

    def _set(self, table: type[Table], name: str, **values: object) -> None:
        change = update(table).where(table.id == UUID(name)).values(**values)  # type: ignore[attr-defined]  # facts of several types
        with self.app.app_context():
            with unit_of_work(HOUSE) as work:
                work.session.execute(change)
            db.session.remove()


def _from_now(seconds: int) -> datetime:
    return system_clock() + timedelta(seconds=seconds)


def address(name: str) -> str:
    return f"{name}@rig.example"


@contextmanager
def rig(folder: Path) -> Iterator[Rig]:
    """Build the world, serve it with two workers, and end it."""
    env = {"LMS_DATA_DIR": str(folder), "LMS_DEMO": "1"}
    if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
        env["DATABASE_URL"] = _postgresql()
    app = assemble(from_env(env), limits=False)
    with app.app_context():
        tables.METADATA.create_all(db.engine)
        with unit_of_work(HOUSE) as work:
            world = _people(work)
        db.session.remove()
        db.engine.dispose()
    running = server.start("app:app", env, workers=2)
    try:
        yield Rig(f"http://127.0.0.1:{running.port}", app, world)
    finally:
        running.stop()
        with app.app_context():
            db.engine.dispose()


def _postgresql() -> str:
    """Make a database of its own beside the one that other tests renew."""
    place = engines.postgresql_url().rsplit("/", 1)[0]
    name = f"hostile_{os.getpid()}"
    with psycopg.connect(f"{place}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return f"{place}/{name}"


def _people(work: Work) -> World:
    """Four players with two courses each, one who sat a test, one with a minute."""
    films, _ = ground.course(work, 2700, 1800, presence={})
    papers, lessons = ground.course(
        work, 2700, 1800, kind=LessonKind.DOCUMENT, presence={}
    )
    ground.ask(work, lessons[1], key=(1, 2))
    sitting = _test(work, films)
    opened = {}
    for name in PLAYERS:
        person_id = _person(work, name)
        make.enrolled(work, films, person_id=person_id)
        make.enrolled(work, papers, person_id=person_id)
        opened[name] = str(exams.start(work, person_id, sitting))
    short, _ = ground.course(work, MINUTE, 2700, 2700)
    make.enrolled(work, short, person_id=_person(work, "minute"))
    other, _ = ground.course(work, 2700)
    sitter = _person(work, "sitter")
    make.enrolled(work, other, person_id=sitter)
    closed = exams.start(work, sitter, sitting)
    exams.submit(work, sitter, closed, {})
    return World(str(sitting.association_id), str(closed), opened)


def _test(work: Work, version_id: VersionId) -> Sitting:
    """A test that asks no hours, with a bank just large enough."""
    version = catalogue.version(work.session, version_id)
    association = work.session.get_one(Association, version.association_id)
    association.blueprint = {"questions": QUESTIONS, "retakes": 9}
    exams.add_questions(
        work,
        [
            NewQuestion(
                None,
                None,
                kind,
                "基坑",
                f"{kind.value} {place}？",
                _OPTIONS[kind],
                (0, 1) if kind is QuestionKind.MULTIPLE else (0,),
            )
            for kind in PLAIN
            for place in range(QUESTIONS)
        ],
    )
    today = legal_day(work.now)
    period = (today - timedelta(days=900), today + timedelta(days=180))
    association_id = AssociationId(association.id)
    return Sitting(association_id, Specialty.BUILDING, *period, Quota(0, 0))


_OPTIONS = {
    QuestionKind.SINGLE: ("甲", "乙", "丙", "丁"),
    QuestionKind.MULTIPLE: ("甲", "乙", "丙", "丁"),
    QuestionKind.TRUE_FALSE: ("正确", "错误"),
}


def _person(work: Work, name: str) -> PersonId:
    serial = 100 + (*PLAYERS, "sitter", "minute").index(name)
    sketch = demo.Sketch(address(name), "测试", date(1985, 7, 4), serial)
    return demo.learner(work, sketch, today=legal_day(work.now)).person_id
