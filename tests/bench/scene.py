"""The world of the bench: the demonstration, and learners enough to keep beating."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.assembly import assemble
from lms.catalogue import queries as catalogue
from lms.catalogue.models import Association
from lms.credentials import queries as credentials
from lms.credentials.models import Certificate
from lms.credentials.rules.files import ISSUED, FileKind
from lms.exams import services as exams
from lms.exams.queries import Sitting
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, AssociationId, EnrolmentId, LessonId, PersonId
from lms.kernel.settings import from_env
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning import services as studies
from lms.people.models import Person
from lms.policy.model import Quota, Specialty

LEARNERS = 60
PAPERS = 60
ROOT = Path(__file__).parents[2]


@dataclass
class Beating:
    """One learner with an open lease."""

    cookie: str
    lease: UUID
    nonce: str
    seq: int = 0
    position: int = 0


@dataclass
class Scene:
    """What the bench asks about."""

    csrf: str
    learner: str
    stranger: str
    token: str
    files: dict[FileKind, bytes] = field(default_factory=dict)
    beating: list[Beating] = field(default_factory=list)
    papers: list[tuple[str, UUID]] = field(default_factory=list)


TRIED = 200
"""Certificates; in a grown database most holders have no stored file."""


def prepare(env: dict[str, str]) -> None:
    """Migrate and seed as an operator would."""
    for command in ("migrate", "seed"):
        subprocess.run(
            (sys.executable, "-m", "flask", "--app", "app", command),
            env={**os.environ, **env},
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def house(env: dict[str, str]) -> Iterator[Flask]:
    """Open the same database from this process."""
    app = assemble(from_env(env), limits=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def cookie(app: Flask, work: Work, account_id: AccountId) -> str:
    """Sign an account in, and give what its browser sends."""
    token = accounts.open_session(
        work, account_id, state="full", user_agent="bench", ip="127.0.0.1"
    )
    return _dump(app, {"_user_id": token, "_fresh": True, "csrf_token": "seed"})


def csrf(app: Flask) -> str:
    """Give what a form sends so that its post is taken."""
    key = app.secret_key or b""
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps("seed"))


def build(app: Flask, prefix: str = "bench") -> Scene:
    """Make the learners, leases and papers that the bench uses up."""
    with unit_of_work(HOUSE) as work:
        person = work.session.scalars(
            select(Person.id).where(Person.name == "张建国")
        ).one()
        known = account_queries.account_of(work.session, PersonId(person))
        signed = cookie(app, work, known.id)
        certificate = work.session.scalars(
            select(Certificate).order_by(Certificate.serial).limit(1)
        ).one()
        scene = Scene(
            csrf=csrf(app),
            learner=signed,
            stranger=_dump(app, {"csrf_token": "seed"}),
            token=certificate.token,
            files=_files(work),
        )
        students = _students(app, work, scene, prefix)
    # In a unit of its own: a lease that hears nothing for three minutes ends.
    with unit_of_work(HOUSE) as work:
        for browser, person, enrolment, lesson in students:
            lease = studies.open_lease(work, person, enrolment, lesson)
            if lease.lease is not None:
                scene.beating.append(Beating(browser, lease.lease, lease.nonce))
    return scene


def _files(work: Work) -> dict[FileKind, bytes]:
    """Open the forms of a certificate whose holder is still here."""
    earliest = select(Certificate.id).order_by(Certificate.serial).limit(TRIED)
    for certificate_id in work.session.scalars(earliest):
        with suppress(NotFound):
            return {
                kind: credentials.open_file(work.session, certificate_id, kind)
                for kind in ISSUED
            }
    raise LookupError("no certificate can be opened")


Student = tuple[str, PersonId, EnrolmentId, LessonId]
"""The cookie of one, and what is studied."""


def _students(app: Flask, work: Work, scene: Scene, prefix: str) -> list[Student]:
    here = work.session.scalars(
        select(Association).where(Association.code == "YSJX")
    ).one()
    # Papers of twenty, as often as the bench wants.
    here.blueprint = {"questions": 20, "retakes": 9}
    # Nobody sits there to be asked.
    here.presence = {"on": 0}
    line = catalogue.search(work.session, catalogue.Filters(words="成本控制")).lines[0]
    students: list[Student] = []
    for place in range(LEARNERS):
        account_id = accounts.create_account(
            work, email=f"{prefix}{place}@demo.example", name="测试"
        )
        person = account_queries.account(work.session, account_id).person_id
        signed = cookie(app, work, account_id)
        enrolment = studies.enrol(
            work, person, line.version_id, source=f"{prefix}:{place}"
        )
        lesson = next(
            one
            for one in catalogue.version(work.session, line.version_id).lessons
            if one.kind.value == "document"
        )
        students.append((signed, person, enrolment, lesson.id))
        if place < PAPERS:
            sitting = _sitting(work, AssociationId(here.id))
            scene.papers.append((signed, exams.start(work, person, sitting)))
    return students


def _sitting(work: Work, association_id: AssociationId) -> Sitting:
    today = legal_day(work.now)
    return Sitting(
        association_id,
        Specialty.BUILDING,
        today - timedelta(days=900),
        today + timedelta(days=180),
        Quota(0, 0),
    )


def _dump(app: Flask, kept: dict[str, object]) -> str:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(kept)}"
