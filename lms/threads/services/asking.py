"""What the asker does: begin, write again, end it, say if it helped, pass it on."""

import secrets
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from lms.accounts import services as accounts
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, check_character, new_id
from lms.kernel.work import Work
from lms.policy.answering import Matter, answer_rule
from lms.threads.models import Thread, ThreadMessage
from lms.threads.queries.cards import place, standing
from lms.threads.rules import (
    MOST_OPEN,
    MOST_UNHEARD,
    Ending,
    Side,
    State,
    may_pass_on,
    opening_problems,
    word_problems,
)
from lms.threads.services.outside import see_to
from lms.threads.services.words import (
    Said,
    add,
    locked,
    promise,
    said_before,
    speaker,
    stream,
)

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Opening:
    """A matter as it is put. PII: the subject, in the asker's words."""

    matter: Matter
    said: Said
    subject: str = field(repr=False)
    for_company: bool = False


def begin(work: Work, association_id: AssociationId, put: Opening) -> UUID:
    """Put a matter to an association; the same form twice is the same matter.

    Raises: Refused with everything that is wrong, or while too many are open.
    """
    _account, person_id = speaker(work)
    # Of two openings at once, the second counts what the first has opened.
    accounts.lock_person(work, person_id)
    same = said_before(work, put.said.once)
    if same is not None:
        return same
    found = opening_problems(
        put.matter, put.subject, put.said.body, len(put.said.papers)
    )
    if found:
        raise Refused("thread.invalid", reasons=found)
    if _open_ones(work, person_id, association_id) >= MOST_OPEN:
        raise Refused("thread.too_many", most=MOST_OPEN)
    row = _begun(work, association_id, put)
    add(work, row, Side.ASKER, put.said, "thread.opened")
    see_to(work, row)
    return row.id


def _begun(work: Work, association_id: AssociationId, put: Opening) -> Thread:
    account_id, person_id = speaker(work)
    thread_id = new_id()
    key = pii.new_key() if put.for_company else accounts.ensure_key(work, person_id)
    row = Thread(
        id=thread_id,
        number=_number(work),
        association_id=association_id,
        account_id=account_id,
        person_id=person_id,
        employer_id=_company(work) if put.for_company else None,
        matter=put.matter,
        subject=pii.seal(key, put.subject.strip(), place("threads", thread_id)),
        state=State.OPEN,
        opened_at=work.now,
        moved_at=work.now,
        unseen=False,
        last_n=0,
        wrapped=pii.wrap(key, place("thread", thread_id)) if put.for_company else None,
    )
    promise(work, row, put.matter)
    work.session.add(row)
    work.session.flush()
    return row


def _company(work: Work) -> UUID:
    if work.actor.employer_id is None:
        raise Forbidden("thread.no_company")
    return work.actor.employer_id


def _number(work: Work) -> str:
    """Mint a number for people: the day, six signs by lot, and a check character."""
    drawn = "".join(secrets.choice(_SIGNS) for _ in range(6))
    text = f"{legal_day(work.now):%y%m%d}{drawn}"
    return f"Z{text}{check_character(text)}"


def _open_ones(work: Work, person_id: PersonId, association_id: UUID) -> int:
    asked = select(func.count()).where(
        Thread.person_id == person_id,
        Thread.association_id == association_id,
        Thread.state != State.CLOSED,
    )
    return work.session.scalar(asked) or 0


def write(work: Work, thread_id: UUID, said: Said) -> None:
    """Write again. What waits already keeps its day; what was answered gets a new one.

    Raises: NotFound, for another's too; Refused for words that cannot be taken, for
        too many without an answer between them, and once it is closed.
    """
    row = _mine(work, thread_id)
    if said_before(work, said.once):
        return
    if row.state is State.CLOSED:
        raise Refused("thread.closed")
    _good(said)
    if _unheard(work, row) >= MOST_UNHEARD:
        raise Refused("thread.wait")
    if row.state is State.ANSWERED:
        row.state = State.OPEN
        passed = row.passed_on_n is not None
        promise(work, row, Matter.PASSED_ON if passed else row.matter)
    row.unseen = False
    add(work, row, Side.ASKER, said, "thread.written")


def _good(said: Said) -> None:
    found = word_problems(said.body, len(said.papers))
    if found:
        raise Refused("thread.invalid", reasons=found)


def _unheard(work: Work, row: Thread) -> int:
    """Count the asker's words since the desk last spoke."""
    heard = (
        select(func.coalesce(func.max(ThreadMessage.n), 0))
        .where(ThreadMessage.thread_id == row.id, ThreadMessage.side == Side.DESK)
        .scalar_subquery()
    )
    asked = select(func.count()).where(
        ThreadMessage.thread_id == row.id,
        ThreadMessage.side == Side.ASKER,
        ThreadMessage.n > heard,
    )
    return work.session.scalar(asked) or 0


def see(work: Work, thread_id: UUID) -> None:
    """Note that the asker has seen the last answer."""
    row = _mine(work, thread_id)
    row.unseen = False


def end(work: Work, thread_id: UUID) -> None:
    """Close one's own matter; closing it twice changes nothing.

    Raises: NotFound, for another's too.
    """
    row = _mine(work, thread_id)
    if row.state is State.CLOSED:
        return
    _close(work, row, Ending.BY_ASKER)


def _close(work: Work, row: Thread, ending: Ending) -> None:
    row.state, row.ending, row.closed_at = State.CLOSED, ending, work.now
    row.moved_at, row.unseen = work.now, False
    evidence.note(
        work, stream(row), "thread.closed", thread=str(row.id), ending=ending.value
    )


def say_helped(work: Work, thread_id: UUID, *, helped: bool) -> None:
    """Say whether the answer helped; a yes ends the matter.

    Raises: NotFound, for another's too; Refused before there is an answer.
    """
    row = _mine(work, thread_id)
    if row.state is State.OPEN:
        raise Refused("thread.unanswered")
    if row.helped is not helped:
        row.helped = helped
        evidence.note(
            work, stream(row), "thread.judged", thread=str(row.id), helped=helped
        )
    row.unseen = False
    if helped and row.state is State.ANSWERED:
        _close(work, row, Ending.BY_ASKER)


def pass_on(work: Work, thread_id: UUID, said: Said) -> None:
    """Give what was refused, is late, or was not helped to somebody else there; once.

    Raises: NotFound, for another's too; Refused where it cannot be passed on.
    """
    row = _mine(work, thread_id)
    if said_before(work, said.once):
        return
    _good(said)
    today = legal_day(work.now)
    if not may_pass_on(standing(row), today, answer_rule(today)):
        raise Refused("thread.not_passed_on")
    row.passed_on_n, row.passed_from = row.last_n + 1, row.taken_by
    row.state, row.ending, row.closed_at = State.OPEN, None, None
    row.taken_by, row.helped, row.unseen = None, None, False
    promise(work, row, Matter.PASSED_ON)
    add(work, row, Side.ASKER, said, "thread.passed_on")
    see_to(work, row)


def _mine(work: Work, thread_id: UUID) -> Thread:
    """Find one's own matter, or the company's, locked.

    Raises: NotFound, for another's too.
    """
    row = locked(work, thread_id)
    actor = work.actor
    own = row.employer_id is None and row.person_id == actor.person_id
    ours = row.employer_id is not None and row.employer_id == actor.employer_id
    if not own and not ours:
        raise NotFound("thread.unknown")
    return row
