"""The job that closes leases, and the cap of a day."""

from datetime import timedelta

from sqlalchemy import select

from lms.jobs import leases
from lms.kernel.clock import start_of
from lms.kernel.db import db
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning import queries
from lms.learning.models import Lease
from tests.conftest import HandClock, work_at
from tests.learning.ground import course
from tests.make import learning as make


def test_the_job_ends_every_silent_lease_and_no_other(
    app: object, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        version, (lesson,) = course(work, 900)
        for _ in range(3):
            make.sit(work, *make.enrolled(work, version), lesson)
    clock.pass_seconds(100)
    with unit_of_work(HOUSE, clock=clock) as work:
        make.sit(work, *make.enrolled(work, version), lesson)
    clock.pass_seconds(100)

    assert leases.run(clock) == 3
    assert leases.run(clock) == 0

    still = db.session.scalars(select(Lease).where(Lease.ended_at.is_(None))).all()
    assert len(still) == 1
    ended = db.session.scalars(select(Lease).where(Lease.ended_at.is_not(None))).all()
    assert {lease.ended_why for lease in ended} == {"silent"}
    assert {lease.ended_at for lease in ended} == {clock() - timedelta(seconds=200)}


def test_the_days_cap_stops_the_clock_until_tomorrow(
    work: Work, clock: HandClock
) -> None:
    version, (lesson,) = course(work, 900, daily_cap_seconds=50)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, lesson)
    told = {}
    for start in (0, 30, 50):
        clock.pass_seconds(30)
        work = work_at(work, clock)
        told = make.send(work, seat, seat.beat(start, start + 30)).told
    assert (told["credited"], told["reason"]) == (50, "day_full")

    tomorrow = start_of(work.now.date() + timedelta(days=1))
    clock.now = tomorrow + timedelta(hours=2)
    work = work_at(work, clock)
    again = make.sit(work, me, mine, lesson)
    clock.pass_seconds(30)
    make.send(work_at(work, clock), again, again.beat(50, 80))

    assert queries.progress(work.session, mine)[lesson].credited_seconds == 80
