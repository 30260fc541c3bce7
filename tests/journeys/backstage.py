"""What no page may do, done with the house's own services in the house's own database.

`python -m tests.journeys.backstage hours NAME` is the one shortcut of the journeys:
120 学时 of the demonstration are ninety minutes of film and reading, so after the
person has studied a lesson in the browser the rest is posted to the ledger here, by
the service that a finished lesson uses, with its evidence.
`... keys ATTEMPT` tells which answers are right. The tests must know; no page says it.
`... enrol NAME` gives a course, as an order that is paid does, and tells its films.
`... join NAME TITLE` gives one course, and tells its first lesson.
`... check NAME` lets the presence check of the lesson that runs be due at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select, update

from lms.accounts.models import Account
from lms.assembly import build
from lms.catalogue import queries as catalogue
from lms.catalogue.models import Association, Course, CourseVersion
from lms.exams import queries as exams
from lms.hours import services as hours
from lms.kernel.clock import legal_day, system_clock
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.learning import services as learning
from lms.learning.models import Lease
from lms.policy.model import Specialty
from lms.reports import exams as reports

_A_MINUTE = 60


def post_hours(name: str) -> dict[str, int]:
    """Post what a person still owes before the tests open. Units: hundredths."""
    posted = {}
    person_id = _person(name)
    with unit_of_work(HOUSE, clock=system_clock) as work:
        on = legal_day(work.now)
        for standing in reports.standings(work.session, person_id, on=on):
            sitting = standing.sitting
            for gap in standing.owed:
                place = f"{sitting.specialty.value}:{gap.track.value}"
                hours.post(
                    work,
                    person_id,
                    specialty=sitting.specialty,
                    track=gap.track,
                    credit=gap.missing,
                    association_id=sitting.association_id,
                    source=f"journey:{person_id}:{place}",
                )
                posted[place] = int(gap.missing)
    return posted


def _person(name: str) -> PersonId:
    called = select(Account.person_id).where(Account.name == name)
    person_id = PersonId(db.session.scalars(called).one())
    db.session.rollback()
    return person_id


def enrol(name: str) -> list[str]:
    """Enrol in two courses of the demonstration; tell the way to their films."""
    person_id = _person(name)
    films = []
    with unit_of_work(HOUSE, clock=system_clock) as work:
        house = select(Association.id).where(Association.seconds_per_hour < _A_MINUTE)
        ours = Course.association_id == house.scalar_subquery()
        for course in work.session.scalars(select(Course.id).where(ours).limit(2)):
            version = catalogue.current_version(work.session, course)
            source = f"journey:{person_id}:{version.id}"
            enrolment = learning.enrol(
                work, person_id, version.id, source=source, specialty=Specialty.BUILDING
            )
            films += [
                f"/study/{enrolment}/{line.id}"
                for line in version.lessons
                if line.kind.value == "film"
            ]
    return films


def join(name: str, title: str) -> str:
    """Enrol in the course of that title; tell the way to its first lesson."""
    person_id = _person(name)
    with unit_of_work(HOUSE, clock=system_clock) as work:
        named = select(CourseVersion.id).where(CourseVersion.title == title)
        version = catalogue.version(work.session, work.session.scalars(named).one())
        source = f"journey:{person_id}:{version.id}"
        enrolment = learning.enrol(
            work, person_id, version.id, source=source, specialty=Specialty.BUILDING
        )
    return f"/study/{enrolment}/{version.lessons[0].id}"


def check(name: str) -> int:
    """Let a check be due now, where the server would have drawn a later instant."""
    person_id = _person(name)
    with unit_of_work(HOUSE, clock=system_clock) as work:
        runs = (Lease.person_id == person_id, Lease.ended_at.is_(None))
        due = update(Lease).where(*runs).values(check_at=work.now)
        return len(work.session.scalars(due.returning(Lease.id)).all())


def keys(attempt_id: str) -> list[list[int]]:
    """Tell the right options, place by place, as the paper shows them."""
    found = exams.right_answers(db.session(), UUID(attempt_id))
    return [list(one) for one in found]


_COMMANDS: dict[str, Callable[..., object]] = {
    "hours": post_hours,
    "keys": keys,
    "enrol": enrol,
    "join": join,
    "check": check,
}

if __name__ == "__main__":
    command, *subjects = sys.argv[1:]
    with build().app_context():
        print(json.dumps(_COMMANDS[command](*subjects)))
