"""What the desk does: take a matter, answer, hand it on, note, close."""

from dataclasses import dataclass, replace
from uuid import UUID

from lms.accounts import queries as accounts
from lms.accounts.queries import staffing
from lms.accounts.rules import Role
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.notify.rules import Channel, Letter
from lms.people import services as people
from lms.threads import queries
from lms.threads.models import Thread, ThreadHolder
from lms.threads.rules import (
    DESK,
    DESK_ENDINGS,
    Ending,
    Side,
    State,
    comes_from_outside,
    objection,
    word_problems,
)
from lms.threads.services.words import (
    Said,
    add,
    locked,
    said_before,
    speaker,
    stream,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the desk. `seen`: the number of the last word its writer saw."""

    said: Said
    seen: int
    ending: Ending | None = None


def take(work: Work, association_id: UUID, thread_id: UUID) -> None:
    """Take a matter; taking one's own again changes nothing.

    Raises: NotFound, for another association's too; Refused for who may not handle
        it; Conflict when a colleague has it.
    """
    row = _here(work, association_id, thread_id)
    account_id, person_id = speaker(work)
    _may(work, row, person_id)
    _still_open(row)
    if row.taken_by == account_id:
        return
    if row.taken_by is not None:
        raise Conflict("thread.taken")
    _taken(work, row)


def _taken(work: Work, row: Thread) -> None:
    account_id, person_id = speaker(work)
    row.taken_by = account_id
    _had(work, row, person_id)
    evidence.note(work, stream(row), "thread.taken", thread=str(row.id))


def _had(work: Work, row: Thread, person_id: UUID) -> None:
    """Remember who has a matter; the first time counts."""
    once = inserting(work.session, ThreadHolder).on_conflict_do_nothing()
    had = {"thread_id": row.id, "person_id": person_id, "n": row.last_n}
    work.session.execute(once, had)


def hand(work: Work, association_id: UUID, thread_id: UUID, to: AccountId) -> None:
    """Hand a matter to a colleague: who has it may, and any manager.

    Raises: NotFound, for another association's matter and for a stranger; Refused
        where the colleague may not handle it; Conflict when somebody else has it.
    """
    row = _here(work, association_id, thread_id)
    account_id, _person = speaker(work)
    if row.outside_at is not None:
        raise Refused("thread.outside")
    free = row.taken_by in {None, account_id}
    if not free and Role.MANAGER not in work.actor.roles:
        raise Conflict("thread.taken")
    hands = staffing.hands_now(work.session, association_id, DESK, legal_day(work.now))
    colleague = next((one for one in hands if one.account_id == to), None)
    if colleague is None:
        raise NotFound("thread.colleague")
    _free_of_part(work, row, colleague.person_id)
    _still_open(row)
    if row.taken_by == to:
        return
    row.taken_by = to
    _had(work, row, colleague.person_id)
    evidence.note(work, stream(row), "thread.handed", thread=str(row.id), to=str(to))


def answer(work: Work, association_id: UUID, thread_id: UUID, reply: Reply) -> None:
    """Answer; who answers has taken it. The asker is told, and may end it.

    Raises: NotFound, for another association's too; Refused for who may not handle
        it, for words that cannot be taken, and once it is closed; Conflict when a
        colleague has it, or something was said that the writer has not seen.
    """
    row = _here(work, association_id, thread_id)
    if said_before(work, reply.said.once):
        return
    _ready(work, row, reply)
    row.state = State.ANSWERED
    row.helped = None
    add(work, row, Side.DESK, reply.said, "thread.answered")
    _tell(work, row)


def reply_meanwhile(
    work: Work, association_id: UUID, thread_id: UUID, reply: Reply
) -> None:
    """Say something beforehand: the answer stays owed by the day that was promised.

    Raises: as `answer`; Refused where no answer is owed.
    """
    row = _here(work, association_id, thread_id)
    if said_before(work, reply.said.once):
        return
    _ready(work, row, reply)
    if row.state is not State.OPEN:
        raise Refused("thread.not_waiting")
    said = replace(reply.said, interim=True)
    add(work, row, Side.DESK, said, "thread.answered_meanwhile")
    _tell(work, row, meanwhile=True)


def close(work: Work, association_id: UUID, thread_id: UUID, reply: Reply) -> None:
    """Answer for the last time, with one of the desk's endings as the reason.

    Raises: as `answer`; Refused without such an ending.
    """
    row = _here(work, association_id, thread_id)
    if said_before(work, reply.said.once):
        return
    if reply.ending not in DESK_ENDINGS:
        raise Refused("thread.ending")
    _ready(work, row, reply)
    row.helped = None
    row.state, row.ending, row.closed_at = State.CLOSED, reply.ending, work.now
    add(work, row, Side.DESK, reply.said, "thread.answered")
    evidence.note(
        work,
        stream(row),
        "thread.closed",
        thread=str(row.id),
        ending=reply.ending.value,
    )
    _tell(work, row)


def _ready(work: Work, row: Thread, reply: Reply) -> None:
    """See that the writer may answer now, and let the writer have the matter."""
    account_id, person_id = speaker(work)
    _may(work, row, person_id)
    _still_open(row)
    found = word_problems(reply.said.body, len(reply.said.papers))
    if found:
        raise Refused("thread.invalid", reasons=found)
    if row.taken_by not in {None, account_id}:
        raise Conflict("thread.taken")
    if row.last_n != reply.seen:
        raise Conflict("thread.moved")
    if row.taken_by is None:
        _taken(work, row)


def _tell(work: Work, row: Thread, *, meanwhile: bool = False) -> None:
    """Mark the answer as unseen in the house, and owe a mail, or whatever there is."""
    row.unseen = True
    contact = accounts.contact(work.session, AccountId(row.account_id))
    if not contact.email and not contact.phone:
        return
    letter = Letter(
        channel=Channel.MAIL if contact.email else Channel.CONTACT,
        template="thread_answered",
        to_account=row.account_id,
        locale=contact.locale,
        facts={
            "number": row.number,
            "closed": int(row.state is State.CLOSED),
            "meanwhile": int(meanwhile),
        },
        dedupe=f"thread:{row.id}:{row.last_n}",
        association_id=row.association_id,
    )
    notify.owe(work, letter)


def note(work: Work, association_id: UUID, thread_id: UUID, said: Said) -> None:
    """Write something down for the staff alone.

    Raises: NotFound, for another association's too; Refused for words that cannot
        be taken, and for one's own matter.
    """
    row = _here(work, association_id, thread_id)
    if said_before(work, said.once):
        return
    _account, person_id = speaker(work)
    if person_id == row.person_id or _of_own_company(work, row):
        raise Refused("thread.own")
    found = word_problems(said.body)
    if found:
        raise Refused("thread.invalid", reasons=found)
    moved = row.moved_at
    add(work, row, Side.NOTE, said, "thread.noted")
    row.moved_at = moved


def look(
    work: Work, association_id: UUID, thread_id: UUID, file_id: UUID, reason: str
) -> tuple[str, bytes]:
    """Open a paper for the desk; the look goes on the asker's record.

    Raises: NotFound, for another association's too.
    """
    card = queries.at_desk(work.session, association_id, thread_id)
    opened = queries.open_file(work.session, card, file_id)
    people.note_look(work, card.person_id, "thread_file", reason)
    evidence.note(
        work,
        f"person:{card.person_id}",
        "thread.paper_seen",
        thread=str(thread_id),
        paper=str(file_id),
    )
    return opened


def _of_own_company(work: Work, row: Thread) -> bool:
    """Tell whether a matter is that of the company which its clerk acts for, too."""
    return row.employer_id is not None and row.employer_id == work.actor.employer_id


def _may(work: Work, row: Thread, person_id: UUID) -> None:
    """See that who acts may handle a matter: what went outside is no colleague's."""
    if row.outside_at is not None and not comes_from_outside(work.actor.roles):
        raise Refused("thread.outside")
    _free_of_part(work, row, person_id)


def _free_of_part(work: Work, row: Thread, person_id: UUID) -> None:
    if _of_own_company(work, row):
        raise Refused("thread.own")
    (card,) = queries.carded(work.session, [row])
    before = queries.answered_before(work.session, card)
    problem = objection(row.person_id, before, person_id)
    if problem is not None:
        raise Refused(problem)


def _still_open(row: Thread) -> None:
    if row.state is State.CLOSED:
        raise Refused("thread.closed")


def _here(work: Work, association_id: UUID, thread_id: UUID) -> Thread:
    row = locked(work, thread_id)
    strange = comes_from_outside(work.actor.roles) and row.outside_at is None
    if row.association_id != association_id or strange:
        raise NotFound("thread.unknown")
    return row
