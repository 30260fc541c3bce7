"""Papers that were handed out, and lists that were published."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.policy.model import Application, Province, Specialty
from lms.policy.offices import NoticeKind
from lms.registration.models.notices import (
    NoticeLine,
    Objection,
    OfficeLetter,
    PublicNotice,
)
from lms.registration.rules.letters import Letter, LetterKind


@dataclass(frozen=True, slots=True)
class LetterCard:
    """A paper, by its kind and day. `n` is the act that it tells of."""

    id: UUID
    application_id: UUID
    n: int
    kind: LetterKind
    letter: Letter
    made_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeLineCard:
    """One person on a published list."""

    n: int
    application_id: UUID
    application: Application
    name: str
    employer: str
    specialties: tuple[Specialty, ...]
    registration_no: str


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """A published list. `until` is the last day for objections, of a 公示 alone."""

    id: UUID
    office_id: UUID
    province: Province
    kind: NoticeKind
    number: str
    title: str
    published_at: datetime
    until: date | None
    lines: tuple[NoticeLineCard, ...]

    def open_on(self, day: date) -> bool:
        """Tell whether somebody may still object."""
        return self.until is not None and day <= self.until


@dataclass(frozen=True, slots=True)
class ObjectionCard:
    """An objection and what became of it; who made it stays sealed."""

    id: UUID
    notice_id: UUID
    application_id: UUID
    number: str
    words: str
    raised_at: datetime
    settled_at: datetime | None
    upheld: bool | None
    answer: str


def letters(session: Session, application_id: UUID) -> tuple[LetterCard, ...]:
    """List the papers of an application, the first one first."""
    rows = session.scalars(
        select(OfficeLetter)
        .where(OfficeLetter.application_id == application_id)
        .order_by(OfficeLetter.n)
    )
    return tuple(_letter(row) for row in rows)


def letter(session: Session, application_id: UUID, letter_id: UUID) -> LetterCard:
    """Give one paper of an application.

    Raises: NotFound, for another application's too.
    """
    row = session.get(OfficeLetter, letter_id)
    if row is None or row.application_id != application_id:
        raise NotFound("letter.unknown")
    return _letter(row)


def _letter(row: OfficeLetter) -> LetterCard:
    return LetterCard(
        row.id, row.application_id, row.n, row.kind, read(row.words), row.made_at
    )


def read(words: dict[str, Any]) -> Letter:
    """Read a paper's words as they were kept."""
    return Letter(
        title=words["title"],
        number=words["number"],
        to=words["to"],
        paragraphs=tuple(words["paragraphs"]),
        signed=words["signed"],
        on=date.fromisoformat(words["on"]),
        items=tuple(words["items"]),
        after=tuple(words["after"]),
        facts=tuple((label, value) for label, value in words["facts"]),
    )


def notices(
    session: Session, provinces: Collection[Province] | None = None, *, limit: int = 100
) -> tuple[NoticeCard, ...]:
    """List what was published, the newest first, without its lines."""
    wanted = select(PublicNotice)
    if provinces is not None:
        wanted = wanted.where(PublicNotice.province.in_(provinces))
    wanted = wanted.order_by(PublicNotice.published_at.desc()).limit(limit)
    return tuple(_notice(row, ()) for row in session.scalars(wanted))


def notice(session: Session, notice_id: UUID) -> NoticeCard:
    """Give a published list with its lines.

    Raises: NotFound.
    """
    row = session.get(PublicNotice, notice_id)
    if row is None:
        raise NotFound("notice.unknown")
    lines = session.scalars(
        select(NoticeLine)
        .where(NoticeLine.notice_id == notice_id)
        .order_by(NoticeLine.n)
    )
    return _notice(row, tuple(_line(one) for one in lines))


def publicity_of(session: Session, application_id: UUID) -> NoticeCard | None:
    """Give the 公示 that an application stands in, if it was published."""
    found = session.scalar(
        select(PublicNotice.id)
        .join(NoticeLine, NoticeLine.notice_id == PublicNotice.id)
        .where(
            NoticeLine.application_id == application_id,
            PublicNotice.kind == NoticeKind.PUBLICITY,
        )
        .order_by(PublicNotice.published_at.desc())
        .limit(1)
    )
    return notice(session, found) if found else None


def published_between(
    session: Session, office_id: UUID, since: datetime, until: datetime
) -> int:
    """Count what an office published in a time."""
    return (
        session.scalar(
            select(func.count())
            .select_from(PublicNotice)
            .where(
                PublicNotice.office_id == office_id,
                PublicNotice.published_at >= since,
                PublicNotice.published_at < until,
            )
        )
        or 0
    )


def objections(session: Session, application_id: UUID) -> tuple[ObjectionCard, ...]:
    """List the objections to an application, the oldest first."""
    return _objections(
        session, select(Objection).where(Objection.application_id == application_id)
    )


def objection_numbered(
    session: Session, notice_id: UUID, number: str
) -> ObjectionCard | None:
    """Give an objection to a notice by the number that its maker was told."""
    wanted = select(Objection).where(
        Objection.notice_id == notice_id, Objection.number == number.strip().upper()
    )
    return next(iter(_objections(session, wanted)), None)


def open_objections(
    session: Session, provinces: Collection[Province]
) -> tuple[ObjectionCard, ...]:
    """List what has not been answered yet, the oldest first."""
    return _objections(
        session,
        select(Objection)
        .join(PublicNotice, PublicNotice.id == Objection.notice_id)
        .where(PublicNotice.province.in_(provinces), Objection.settled_at.is_(None)),
    )


def _objections(
    session: Session, wanted: Select[Objection]
) -> tuple[ObjectionCard, ...]:
    return tuple(
        ObjectionCard(
            row.id,
            row.notice_id,
            row.application_id,
            row.number,
            row.words,
            row.raised_at,
            row.settled_at,
            row.upheld,
            row.answer,
        )
        for row in session.scalars(wanted.order_by(Objection.raised_at))
    )


def _line(row: NoticeLine) -> NoticeLineCard:
    return NoticeLineCard(
        row.n,
        row.application_id,
        row.application,
        row.name,
        row.employer,
        tuple(Specialty(one) for one in row.specialties),
        row.registration_no,
    )


def _notice(row: PublicNotice, lines: tuple[NoticeLineCard, ...]) -> NoticeCard:
    return NoticeCard(
        row.id,
        row.office_id,
        row.province,
        row.kind,
        row.number,
        row.title,
        row.published_at,
        row.until,
        lines,
    )
