"""Let go what has been kept long enough, and write that it was done."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from lms.evidence import queries as evidence
from lms.evidence import services as book
from lms.kernel.clock import Clock, legal_day, start_of
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning import services as learning
from lms.learning.ports import BeatBook
from lms.notify import services as notify
from lms.people import services as people
from lms.policy.retention import Record, rule_for
from lms.registration.services import audits, night
from lms.reports import erasure

Drop = Callable[[Work, date], int]

STREAM = "house:retention"


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Remove everything whose last day is over, some thousand a unit of work."""
    for record, drop in _DROPS.items():
        while _once(clock, record, drop):
            pass
    _beats(clock, ports[BeatBook])
    _persons(clock)


def _persons(clock: Clock) -> None:
    """Forget who closed their account, each in a unit of work of their own."""
    with unit_of_work(HOUSE, clock=clock) as work:
        due = erasure.due(work.session, legal_day(work.now))
    for person_id in due:
        with unit_of_work(HOUSE, clock=clock) as work:
            people.erase(work, person_id)
            night.forget(work, person_id)
            audits.forget(work, person_id)
            book.note(work, STREAM, "person.erased", person=person_id)


def _once(clock: Clock, record: Record, drop: Drop) -> int:
    with unit_of_work(HOUSE, clock=clock) as work:
        today = legal_day(work.now)
        count = drop(work, today)
        if count and record is not Record.EVIDENCE_BODY:
            book.note(work, STREAM, "records.removed", record=record, count=count)
    return count


def _bodies(work: Work, today: date) -> int:
    return book.drop_bodies(work, today, spare=evidence.held(work.session))


def _pictures(work: Work, today: date) -> int:
    held = evidence.held(work.session)
    people = [UUID(one[7:]) for one in held if one.startswith("person:")]
    return learning.drop_pictures(work, today, spare=people)


def _messages(work: Work, today: date) -> int:
    first_kept = rule_for(Record.MESSAGE, today).made_before(today)
    return notify.drop_ended(work, start_of(first_kept))


_DROPS: dict[Record, Drop] = {
    Record.EVIDENCE_BODY: _bodies,
    Record.PRESENCE_PICTURE: _pictures,
    Record.MESSAGE: _messages,
}


def _beats(clock: Clock, files: BeatBook) -> None:
    """Compress and remove beats. A hold spares none: their segments stay anyhow."""
    today = legal_day(clock())
    first_kept = rule_for(Record.BEAT, today).made_before(today)
    _packed, removed = files.tidy(first_kept)
    if removed:
        with unit_of_work(HOUSE, clock=clock) as work:
            book.note(work, STREAM, "records.removed", record=Record.BEAT, days=removed)
