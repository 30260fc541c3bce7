"""Samples and findings, as the inspector sees them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from lms.inspections.models import NO_DAYS, Draw, Finding, Sample
from lms.inspections.rules import Verdict, Why
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId

MOST = 200


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One word on a sample. PII: `comment`."""

    verdict: Verdict
    comment: str
    account_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class SampleCard:
    """One sample. Shape: `findings` newest first; the first one counts."""

    id: UUID
    association_id: AssociationId
    person_id: PersonId
    certificate_id: UUID | None
    why: Why
    drawn_at: datetime
    reason: str
    findings: tuple[FindingCard, ...]

    @property
    def verdict(self) -> Verdict | None:
        """Give the word that counts; none while it waits."""
        return self.findings[0].verdict if self.findings else None


@dataclass(frozen=True, slots=True)
class DrawCard:
    """One drawing of lots: over which days, how many of how many."""

    since: date
    until: date
    pot: int
    taken: int
    at: datetime


_DECIDED = exists().where(Finding.sample_id == Sample.id)


def queue(
    session: Session,
    scope: Collection[AssociationId],
    *,
    decided: bool,
    limit: int = MOST,
) -> tuple[SampleCard, ...]:
    """List what waits, the oldest first; or what was decided, the newest first."""
    asked = _within(scope).where(_DECIDED if decided else ~_DECIDED).limit(limit)
    order = Sample.drawn_at.desc() if decided else Sample.drawn_at
    return _cards(session, session.scalars(asked.order_by(order, Sample.id)).all())


def waiting(session: Session, scope: Collection[AssociationId]) -> int:
    """Count what waits."""
    asked = _within(scope).where(~_DECIDED).subquery()
    return session.scalar(select(func.count()).select_from(asked)) or 0


def of_person(
    session: Session, scope: Collection[AssociationId], person_id: PersonId
) -> tuple[SampleCard, ...]:
    """List a person's samples, the newest first."""
    asked = _within(scope).where(Sample.person_id == person_id)
    rows = session.scalars(asked.order_by(Sample.drawn_at.desc(), Sample.id)).all()
    return _cards(session, rows)


def sample(
    session: Session, scope: Collection[AssociationId], sample_id: UUID
) -> SampleCard:
    """Find one sample.

    Raises: NotFound, for a foreign one as well.
    """
    row = session.scalar(_within(scope).where(Sample.id == sample_id))
    if row is None:
        raise NotFound("sample.unknown")
    return _cards(session, (row,))[0]


def last_draw(session: Session, association_id: AssociationId) -> DrawCard | None:
    """Give an association's latest drawing of lots."""
    row = session.scalar(
        select(Draw)
        .where(Draw.association_id == association_id, Draw.until > NO_DAYS)
        .order_by(Draw.until.desc())
        .limit(1)
    )
    if row is None:
        return None
    return DrawCard(row.since, row.until, row.pot, row.taken, row.at)


def next_draw(session: Session, association_id: AssociationId, today: date) -> date:
    """Say on which legal day, soon after midnight, lots are drawn next."""
    last = last_draw(session, association_id)
    return today if last is None else max(today, last.until + timedelta(days=1))


def _within(scope: Collection[AssociationId]) -> Select[Sample]:
    return select(Sample).where(Sample.association_id.in_(scope))


def _cards(session: Session, rows: Iterable[Sample]) -> tuple[SampleCard, ...]:
    rows = tuple(rows)
    said: dict[UUID, list[FindingCard]] = {row.id: [] for row in rows}
    for one in session.scalars(
        select(Finding).where(Finding.sample_id.in_(said)).order_by(Finding.seq.desc())
    ):
        card = FindingCard(one.verdict, one.comment, one.account_id, one.at)
        said[one.sample_id].append(card)
    return tuple(
        SampleCard(
            row.id,
            AssociationId(row.association_id),
            PersonId(row.person_id),
            row.certificate_id,
            row.why,
            row.drawn_at,
            row.reason or "",
            tuple(said[row.id]),
        )
        for row in rows
    )
