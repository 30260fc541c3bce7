"""One's own matters, and one matter at a desk."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import staffing
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.threads.models import Thread, ThreadFile, ThreadHolder, ThreadMessage
from lms.threads.queries.cards import (
    ThreadCard,
    carded,
    keys_of,
    last_words,
    place,
)
from lms.threads.rules import Side, State, objection

MOST_SHOWN = 200
MOST_UNSEEN = 99


def _theirs(person_id: UUID, employer_id: UUID | None) -> ColumnElement[bool]:
    """Choose what somebody asked for themselves, or their company did."""
    own = (Thread.person_id == person_id) & Thread.employer_id.is_(None)
    return own if employer_id is None else or_(own, Thread.employer_id == employer_id)


def mine(
    session: Session, person_id: PersonId, employer_id: UUID | None = None
) -> tuple[ThreadCard, ...]:
    """List one's matters, and those of the company one acts for, the newest first."""
    rows = session.scalars(
        select(Thread)
        .where(_theirs(person_id, employer_id))
        .order_by(Thread.moved_at.desc(), Thread.id)
        .limit(MOST_SHOWN)
    ).all()
    return carded(session, rows)


def owned(
    session: Session,
    person_id: PersonId,
    thread_id: UUID,
    employer_id: UUID | None = None,
) -> ThreadCard:
    """Give one's own matter, or the company's, with what was said.

    Raises: NotFound, for others' too.
    """
    row = session.scalar(
        select(Thread).where(Thread.id == thread_id, _theirs(person_id, employer_id))
    )
    return _whole(session, row)


def at_desk(session: Session, association_id: UUID, thread_id: UUID) -> ThreadCard:
    """Give a matter that was put to an association, notes and all.

    Raises: NotFound, for another association's too.
    """
    row = session.scalar(
        select(Thread).where(
            Thread.id == thread_id, Thread.association_id == association_id
        )
    )
    return _whole(session, row)


def _whole(session: Session, row: Thread | None) -> ThreadCard:
    if row is None:
        raise NotFound("thread.unknown")
    (card,) = carded(session, [row])
    return replace(card, words=last_words(session, row))


def of_person(session: Session, person_id: PersonId) -> tuple[ThreadCard, ...]:
    """Give all that somebody ever wrote here, with the answers; for their own copy."""
    rows = session.scalars(
        select(Thread).where(Thread.person_id == person_id).order_by(Thread.opened_at)
    ).all()
    return tuple(_whole(session, row) for row in rows)


def unseen(session: Session, account_id: UUID) -> int:
    """Count the matters with an answer that their asker has not seen; up to 99."""
    some = (
        select(Thread.id)
        .where(Thread.account_id == account_id, Thread.unseen)
        .limit(MOST_UNSEEN)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def answers(session: Session, account_id: UUID) -> tuple[ThreadCard, ...]:
    """List the matters with an answer that their asker has not seen."""
    rows = session.scalars(
        select(Thread)
        .where(Thread.account_id == account_id, Thread.unseen)
        .order_by(Thread.moved_at.desc(), Thread.id)
        .limit(MOST_UNSEEN)
    ).all()
    return carded(session, rows)


def open_file(session: Session, card: ThreadCard, file_id: UUID) -> tuple[str, bytes]:
    """Open a paper of a matter: its media type and its bytes.

    Raises: NotFound.
    """
    row = session.get(ThreadFile, file_id)
    if row is None or row.thread_id != card.id:
        raise NotFound("thread.no_file")
    thread = session.get_one(Thread, card.id)
    key = keys_of(session, [thread]).get(thread.id)
    if key is None:
        raise NotFound("thread.no_file")
    return row.media, pii.unseal(key, row.body, place("thread_files", row.id))


def outside(
    session: Session, association_ids: Collection[UUID], *, limit: int = MOST_SHOWN
) -> tuple[ThreadCard, ...]:
    """List what went to reviewers and waits, by its promised day; then what ended."""
    rows = session.scalars(
        select(Thread)
        .where(
            Thread.association_id.in_(association_ids), Thread.outside_at.is_not(None)
        )
        .order_by(Thread.state != State.OPEN, Thread.due_on, Thread.id)
        .limit(limit)
    ).all()
    return carded(session, rows)


def may_handle(
    session: Session, card: ThreadCard, hands: Iterable[staffing.Hand]
) -> tuple[staffing.Hand, ...]:
    """Choose of some persons those who may handle a matter: who had no part in it."""
    before = answered_before(session, card)
    return tuple(
        one for one in hands if objection(card.person_id, before, one.person_id) is None
    )


def answered_before(session: Session, card: ThreadCard) -> frozenset[UUID]:
    """Name the persons who spoke for the desk, or had it, before it was passed on."""
    if card.passed_on_n is None:
        return frozenset()
    spoke = session.scalars(
        select(ThreadMessage.person_id).where(
            ThreadMessage.thread_id == card.id,
            ThreadMessage.side == Side.DESK,
            ThreadMessage.n < card.passed_on_n,
        )
    )
    had = session.scalars(
        select(ThreadHolder.person_id).where(
            ThreadHolder.thread_id == card.id, ThreadHolder.n < card.passed_on_n
        )
    )
    return frozenset({*spoke, *had})
