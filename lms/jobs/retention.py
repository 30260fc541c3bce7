"""Let go what has been kept long enough, and write that it was done."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from lms.accounts.queries.keys import accounts_of
from lms.announcements import services as announcements
from lms.catalogue.services import publishing as catalogue
from lms.classes import services as classes
from lms.commerce.services import keeping as invoices
from lms.commerce.services import members
from lms.credentials import services as credentials
from lms.credentials.services import packages
from lms.evidence import queries as evidence
from lms.evidence import services as book
from lms.exports import services as exports
from lms.exports.ports import ExportShelf
from lms.kernel.clock import Clock, legal_day, start_of
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning import services as learning
from lms.learning.ports import BeatBook
from lms.legacy.services import linking as legacy
from lms.merges import services as merges
from lms.notify import leaving
from lms.notify import services as notify
from lms.people import services as people
from lms.policy.retention import Record, going, rule_for
from lms.registration.services import audits, dossier, night
from lms.reports import erasure
from lms.reports.ports import BatchPacker
from lms.teachers import services as teachers
from lms.threads import services as threads

Drop = Callable[[Work, date], int]

STREAM = "house:retention"


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Remove everything whose last day is over, some thousand a unit of work."""
    for record, drop in _DROPS.items():
        while _once(clock, record, drop):
            pass
    _beats(clock, ports[BeatBook])
    _exports(clock, ports[ExportShelf])
    _persons(clock, ports[BatchPacker], ports[ExportShelf])


def _exports(clock: Clock, shelf: ExportShelf) -> None:
    """Remove the files of exports whose days are over; each has a line of its own."""
    more = True
    while more:
        with unit_of_work(HOUSE, clock=clock) as work:
            gone = exports.end_old(work)
        for job_id in gone:
            shelf.remove(job_id)
        more = bool(gone)


def _persons(clock: Clock, packer: BatchPacker, shelf: ExportShelf) -> None:
    """Forget who closed their account, each in a unit of work of their own."""
    with unit_of_work(HOUSE, clock=clock) as work:
        due = erasure.due(work.session, legal_day(work.now))
    for person_id in due:
        with unit_of_work(HOUSE, clock=clock) as work:
            # By number and key, which go with the person.
            members.forget(work, person_id)
            threads.forget(work, person_id)
            merges.forget(work, person_id)
            people.erase(work, person_id)
            credentials.forget(work, person_id)
            night.forget(work, person_id)
            audits.forget(work, person_id)
            invoices.forget(work, person_id)
            _messages_of(work, person_id)
            legacy.forget(work, person_id)
            shut = packages.forget_in_packages(work, person_id)
            taken = exports.forget(work)
            book.note(work, STREAM, "person.erased", person=person_id)
        for pack_id in shut:
            packer.remove(pack_id)
        for job_id in taken:
            shelf.remove(job_id)


def _messages_of(work: Work, person_id: PersonId) -> None:
    for account_id in accounts_of(work.session, [person_id]).values():
        announcements.forget(work, account_id)
        leaving.forget(work, account_id)


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


def _notices(work: Work, today: date) -> int:
    first_kept = rule_for(Record.NOTICE, today).made_before(today)
    return announcements.drop_old(work, start_of(first_kept))


def _class_traces(work: Work, today: date) -> int:
    first_kept = rule_for(Record.CLASS_TRACE, today).made_before(today)
    return classes.drop_traces(work, start_of(first_kept))


def _threads(work: Work, today: date) -> int:
    held = evidence.held(work.session)
    people = [UUID(one[7:]) for one in held if one.startswith("person:")]
    first_kept = rule_for(Record.THREAD, today).made_before(today)
    return threads.drop_old(work, start_of(first_kept), spare=people)


def _teachers(work: Work, today: date) -> int:
    held = evidence.held(work.session)
    spare = [UUID(one[8:]) for one in held if one.startswith("teacher:")]
    first_kept = rule_for(Record.TEACHER, today).made_before(today)
    gone = teachers.drop_old(work, start_of(first_kept), spare=spare)
    if gone:
        # Pages that are kept may name them still.
        catalogue.bump(work)
    return gone


def _invoices(work: Work, today: date) -> int:
    held = evidence.held(work.session)
    people = [UUID(one[7:]) for one in held if one.startswith("person:")]
    return sum(
        invoices.drop_bodies(work, days, spare=people)
        for days in going(Record.INVOICE, today)
    )


def _application_papers(work: Work, today: date) -> int:
    return _dossiers(work, today, Record.APPLICATION_PAPER, filed=True)


def _application_drafts(work: Work, today: date) -> int:
    return _dossiers(work, today, Record.APPLICATION_DRAFT, filed=False)


def _dossiers(work: Work, today: date, record: Record, *, filed: bool) -> int:
    held = evidence.held(work.session)
    return sum(
        dossier.drop_bodies(work, days, filed=filed, spare=held)
        for days in going(record, today)
    )


_DROPS: dict[Record, Drop] = {
    Record.EVIDENCE_BODY: _bodies,
    Record.PRESENCE_PICTURE: _pictures,
    Record.MESSAGE: _messages,
    Record.NOTICE: _notices,
    Record.CLASS_TRACE: _class_traces,
    Record.THREAD: _threads,
    Record.TEACHER: _teachers,
    Record.INVOICE: _invoices,
    Record.APPLICATION_PAPER: _application_papers,
    Record.APPLICATION_DRAFT: _application_drafts,
}


def _beats(clock: Clock, files: BeatBook) -> None:
    """Compress and remove beats. A hold spares none: their segments stay anyhow."""
    today = legal_day(clock())
    first_kept = rule_for(Record.BEAT, today).made_before(today)
    _packed, removed = files.tidy(first_kept)
    if removed:
        with unit_of_work(HOUSE, clock=clock) as work:
            book.note(work, STREAM, "records.removed", record=Record.BEAT, days=removed)
