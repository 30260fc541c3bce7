"""What a side of a check keeps, what of it is lacking, and what it handed over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.credentials.queries import study
from lms.credentials.rules import State
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.queries import FileCard
from lms.people.rules import ArchiveKind, Period, Side, certified_in, owed
from lms.registration.models import ApplicationRow, AuditCase, AuditDelivery
from lms.registration.queries import periods as known
from lms.registration.queries.audits import CaseCard, kept
from lms.registration.rules.audits import checked_period


@dataclass(frozen=True, slots=True)
class Stock:
    """What a side keeps of one period. `missing` is asked for and not there.

    `issued` tells that this house issued a certificate of training in that period: the
    desk has it, and nobody uploads it.
    """

    period: Period
    files: tuple[FileCard, ...]
    missing: tuple[ArchiveKind, ...]
    issued: bool


@dataclass(frozen=True, slots=True)
class DeliveryCard:
    """One time that a side handed papers over; without a period it spoke.

    PII: `words`, opened.
    """

    id: UUID
    side: Side
    period: Period | None
    files: tuple[str, ...]
    missing: tuple[ArchiveKind, ...]
    words: str
    at: datetime


def periods(
    session: Session, of: AuditCase | CaseCard, side: Side
) -> tuple[Period, ...]:
    """List the periods that a side may hand papers over of, the newest first."""
    there = {card.period for card in kept(session, of, side)}
    found = {*known.periods(session, PersonId(of.person_id)), *there}
    return tuple(sorted(found, key=known.newest_first))


def wanted(
    session: Session, of: AuditCase | CaseCard, among: Iterable[Period]
) -> Period | None:
    """Name the period that a check is about; None where no period is known."""
    row = session.get_one(ApplicationRow, of.application_id)
    on = row.decided_on or of.asked_on
    return checked_period(row.application, on, tuple(among))


def stock(
    session: Session, of: AuditCase | CaseCard, side: Side, period: Period
) -> Stock:
    """Say what a side keeps of a period, and what of what is asked is not there."""
    files = tuple(c for c in kept(session, of, side) if c.period == period)
    ours = issued(session, PersonId(of.person_id), period)
    there = {card.kind for card in files} | ({ArchiveKind.TRAINING} if ours else set())
    return Stock(period, files, owed(frozenset(there)), ours)


def issued(session: Session, person_id: PersonId, period: Period) -> bool:
    """Tell whether this house issued a certificate of training of a period."""
    held = study.of_persons(session, [person_id]).get(person_id, [])
    there = known.periods(session, person_id)
    return any(
        one.state is State.VALID
        and certified_in(period, there, until=one.period_until, issued_on=one.issued_on)
        for one in held
    )


def words_place(delivery_id: UUID) -> str:
    """Name the place that the words of a delivery belong to."""
    return people.place("audit_deliveries", "words", delivery_id)


def deliveries(session: Session, of: CaseCard) -> tuple[DeliveryCard, ...]:
    """List what was handed over and said in a check, the first thing first."""
    rows = session.scalars(
        select(AuditDelivery)
        .where(AuditDelivery.case_id == of.id)
        .order_by(AuditDelivery.n)
    ).all()
    key = _key(session, of.person_id) if rows else None
    return tuple(_card(row, key) for row in rows)


def _key(session: Session, person_id: PersonId) -> bytes | None:
    try:
        return accounts.data_key(session, person_id)
    except NotFound:
        return None  # the person was forgotten: what was sealed is gone


def _card(row: AuditDelivery, key: bytes | None) -> DeliveryCard:
    words = b""
    if row.words is not None and key is not None:
        words = pii.unseal(key, row.words, words_place(row.id))
    period = None
    if row.period_from is not None and row.period_until is not None:
        period = Period(row.period_from, row.period_until)
    return DeliveryCard(
        id=row.id,
        side=row.side,
        period=period,
        files=tuple(one[0] for one in row.files),
        missing=tuple(ArchiveKind(one) for one in row.missing),
        words=words.decode(),
        at=row.at,
    )
