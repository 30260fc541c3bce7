"""Close what nobody speaks in any more, and let go what was kept long enough."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, select

from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.policy.answering import answer_rule
from lms.threads.models import Thread, ThreadFile, ThreadHolder, ThreadMessage
from lms.threads.queries import place
from lms.threads.rules import Ending, State
from lms.threads.services.words import key_of, stream


def close_silent(work: Work, *, limit: int = 200) -> int:
    """Close what was answered and then left alone for long; say how many."""
    days = answer_rule(legal_day(work.now)).silent_days
    rows = work.session.scalars(
        select(Thread)
        .where(
            Thread.state == State.ANSWERED,
            Thread.moved_at < work.now - timedelta(days=days),
        )
        .order_by(Thread.moved_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.state, row.ending, row.closed_at = State.CLOSED, Ending.SILENT, work.now
        evidence.note(
            work,
            stream(row),
            "thread.closed",
            thread=str(row.id),
            ending=Ending.SILENT.value,
        )
    return len(rows)


def drop_old(
    work: Work, before: datetime, *, spare: Collection[UUID] = (), limit: int = 500
) -> int:
    """Remove what was closed before an instant, but for persons under a hold."""
    old = (
        select(Thread.id)
        .where(Thread.closed_at < before, Thread.person_id.not_in(spare))
        .order_by(Thread.closed_at)
        .limit(limit)
    )
    return _drop(work, old)


def forget(work: Work, person_id: PersonId) -> None:
    """Forget all that somebody wrote here, before their key is destroyed.

    What was asked for a company is the company's: it stays, under a key of its own.
    """
    asked = Thread.person_id == person_id
    companys = work.session.scalars(
        select(Thread).where(
            asked, Thread.employer_id.is_not(None), Thread.wrapped.is_(None)
        )
    )
    for row in companys:
        _seal_anew(work, row)
    _drop(work, select(Thread.id).where(asked, Thread.employer_id.is_(None)))


def _seal_anew(work: Work, row: Thread) -> None:
    """Seal a matter under a key of its own instead of its asker's."""
    old, new = key_of(work, row), pii.new_key()
    session = work.session
    subject = place("threads", row.id)
    row.subject = pii.seal(new, pii.unseal(old, row.subject, subject), subject)
    words = select(ThreadMessage).where(ThreadMessage.thread_id == row.id)
    files = select(ThreadFile).where(ThreadFile.thread_id == row.id)
    for one in (*session.scalars(words), *session.scalars(files)):
        where = place(one.__tablename__, one.id)
        one.body = pii.seal(new, pii.unseal(old, one.body, where), where)
    row.wrapped = pii.wrap(new, place("thread", row.id))
    session.flush()


def _drop(work: Work, chosen: Select[UUID]) -> int:
    doomed = work.session.scalars(chosen).all()
    if doomed:
        session = work.session
        session.execute(delete(ThreadHolder).where(ThreadHolder.thread_id.in_(doomed)))
        session.execute(delete(ThreadFile).where(ThreadFile.thread_id.in_(doomed)))
        session.execute(
            delete(ThreadMessage).where(ThreadMessage.thread_id.in_(doomed))
        )
        session.execute(delete(Thread).where(Thread.id.in_(doomed)))
    return len(doomed)
