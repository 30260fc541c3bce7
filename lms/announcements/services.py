"""Write an announcement, have it agreed to, send it chunk by chunk, take it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.announcements import queries
from lms.announcements.models import Announcement, Receipt
from lms.announcements.queries import AnnouncementCard
from lms.announcements.rules import (
    ALONE_UP_TO,
    State,
    Wanted,
    needs_second,
    problem,
    waking,
)
from lms.approvals import services as approvals
from lms.approvals.rules import ApprovalState, Terms
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, new_id
from lms.kernel.work import Work, fail_point
from lms.notify import leaving
from lms.notify import services as notify
from lms.notify.rules import Channel, Lane, Letter, Wish

MATTER = "announcement"
DAY = timedelta(days=1)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of an audience, and by which ways it can be reached."""

    account_id: AccountId
    locale: str
    phone: bool
    mail: bool


Audience = Callable[[Session, AnnouncementCard, UUID | None], Sequence[Recipient]]
"""Names the next of an audience after an account, in the order of accounts."""


def draft(work: Work, association_id: UUID | None, wanted: Wanted) -> UUID:
    """Write a draft."""
    row = Announcement(
        id=new_id(),
        association_id=association_id,
        state=State.DRAFT,
        made_by=work.actor.account_id,
        made_at=work.now,
        reached=0,
        mailed=0,
        texted=0,
    )
    _put(row, wanted, work.now)
    work.session.add(row)
    work.session.flush()
    return row.id


def change(
    work: Work, association_id: UUID | None, announcement_id: UUID, wanted: Wanted
) -> None:
    """Write a draft anew.

    Raises: NotFound; Conflict once it is no draft any more.
    """
    _put(_locked(work, association_id, announcement_id, State.DRAFT), wanted, work.now)


def _put(row: Announcement, wanted: Wanted, now: datetime) -> None:
    row.title, row.body = wanted.title, wanted.body
    row.audience, row.among = wanted.audience, wanted.among
    row.mail, row.sms = wanted.mail, wanted.sms
    row.from_at, row.until = wanted.from_at, wanted.until
    row.changed_at = now


def submit(
    work: Work,
    association_id: UUID | None,
    announcement_id: UUID,
    counted: int,
    *,
    seen: str | None = None,
) -> State:
    """Send a draft, or put it before another person; `counted` is who gets it now.

    `seen` is the mark of the draft that was on the page: nobody sends, in their own
    name, what a colleague has written there since.

    Raises: NotFound; Conflict once it is no draft, and for another `seen`; Refused
        when it cannot be sent.
    """
    row = _locked(work, association_id, announcement_id, State.DRAFT)
    if seen is not None and seen != queries.carded(row).mark:
        raise Conflict("announcement.changed")
    fault = problem(_wanted(row), work.now)
    if fault is None and not counted:
        fault = "announcement.nobody"
    if fault is not None:
        raise Refused(fault)
    # The line comes first: of two that are sent at once, the second counts the first.
    _note(work, row, "announcement.submitted", count=counted)
    before = queries.sent_alone(work.session, association_id, work.now - DAY)
    row.counted = counted
    row.state, row.approval_id = State.SET, None
    if needs_second(counted + before, mail=row.mail, sms=row.sms):
        row.state, row.approval_id = State.WAITING, _asked(work, row)
    work.session.flush()
    return row.state


def _asked(work: Work, row: Announcement) -> UUID:
    terms = Terms(
        AssociationId(row.association_id) if row.association_id else None,
        last_role=_judges(row),
    )
    about, told = f"{MATTER}:{row.id}", {"count": row.counted}
    return approvals.ask(work, MATTER, about, told, row.title, terms=terms)


def _judges(row: Announcement) -> str:
    return "operator" if row.association_id is None else "clerk|manager"


def _wanted(row: Announcement) -> Wanted:
    return Wanted(
        row.title, row.body, row.audience, row.among,
        mail=row.mail, sms=row.sms, from_at=row.from_at, until=row.until,
    )  # fmt: skip


def decide(
    work: Work,
    association_id: UUID | None,
    announcement_id: UUID,
    approved: bool,  # noqa: FBT001 - the answer itself
    comment: str,
    *,
    asked: UUID | None,
) -> State:
    """Say yes or no to what another wants to send; a no makes it a draft again.

    `asked` is the question under which the words were read: what was sent back,
    written anew and put again since is another question.

    Raises: NotFound; Conflict when it does not wait, or is asked anew; Refused for the
        asker.
    """
    row = _locked(work, association_id, announcement_id, State.WAITING)
    if asked is None or row.approval_id != asked:
        raise Conflict("announcement.anew")
    if not approved and not comment.strip():
        raise Refused("approval.no_comment")
    card = approvals.decide(
        work,
        asked,
        approved,
        comment,
        association_id=association_id,
    )
    agreed = card.state is ApprovalState.APPROVED
    row.state = State.SET if agreed else State.DRAFT
    return row.state


def take_back(work: Work, association_id: UUID | None, announcement_id: UUID) -> None:
    """Take back what is not sent; of what is being sent, the rest.

    Raises: NotFound; Conflict once it is sent or taken back.
    """
    row = _locked(
        work, association_id, announcement_id,
        State.DRAFT, State.WAITING, State.SET, State.SENDING,
    )  # fmt: skip
    if row.state is State.WAITING:
        approvals.drop(work, row.approval_id or row.id)
    row.state, row.ended_at = State.TAKEN_BACK, work.now
    _note(work, row, "announcement.taken_back", count=row.reached)


def deliver(work: Work, announcement_id: UUID, audience: Audience) -> int:
    """Give an announcement to the next of its audience, or end it; say to how many.

    Its row is held until this work ends: who else delivers takes the chunk after.
    """
    row = _begun(work, announcement_id)
    if row is None:
        return 0
    over = row.until is not None and row.until < legal_day(work.now)
    chunk = () if over else audience(work.session, queries.carded(row), row.cursor)
    if not chunk:
        row.state, row.ended_at = State.SENT, work.now
        _note(work, row, "announcement.sent", count=row.reached)
        return 0
    new = _received(work, row, chunk)
    row.reached += len(new)
    _owe(work, row, new)
    row.cursor = chunk[-1].account_id
    fail_point("announcement.delivered")
    return len(chunk)


def _begun(work: Work, announcement_id: UUID) -> Announcement | None:
    row = work.session.scalars(
        select(Announcement)
        .where(Announcement.id == announcement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.state is State.SET and (row.from_at is None or row.from_at <= work.now):
        row.state, row.begun_at = State.SENDING, work.now
    return row if row.state is State.SENDING else None


def _received(
    work: Work, row: Announcement, chunk: Sequence[Recipient]
) -> list[Recipient]:
    """Write who has it now; give those who had it not."""
    told = {"announcement_id": row.id, "at": work.now, "until": row.until}
    once = inserting(work.session, Receipt).on_conflict_do_nothing()
    made = work.session.scalars(
        once.returning(Receipt.account_id),
        [told | {"account_id": one.account_id} for one in chunk],
    )
    new = set(made.all())
    return [one for one in chunk if one.account_id in new]


def _owe(work: Work, row: Announcement, new: Sequence[Recipient]) -> None:
    if row.approval_id is None:
        # It grew since one person alone decided: the page tells the rest.
        new = new[: max(0, ALONE_UP_TO - row.reached + len(new))]
    no = leaving.refused_by(work.session, [one.account_id for one in new])

    def wants(one: Recipient, channel: Channel) -> bool:
        refused = no.get(one.account_id, frozenset())
        return (Wish.ANNOUNCEMENT, channel) not in refused

    ringing = waking(work.now)
    mails = [
        _letter(row, one, Channel.MAIL, work.now)
        for one in new
        if row.mail and one.mail and wants(one, Channel.MAIL)
    ]
    texts = [
        _letter(row, one, Channel.SMS, ringing)
        for one in new
        if row.sms and one.phone and wants(one, Channel.SMS)
    ]
    row.mailed += notify.owe_new(work, mails)
    row.texted += notify.owe_new(work, texts)


def _letter(
    row: Announcement, one: Recipient, channel: Channel, when: datetime
) -> Letter:
    return Letter(
        channel=channel,
        template=MATTER if channel is Channel.MAIL else f"{MATTER}_sms",
        to_account=one.account_id,
        locale=one.locale,
        facts={"announcement": str(row.id)},
        dedupe=f"{MATTER}:{row.id}:{one.account_id}:{channel}",
        association_id=row.association_id,
        lane=Lane.BULK,
        not_before=when,
    )


def read(work: Work, account_id: UUID, announcement_id: UUID) -> None:
    """Note that somebody has read what they were told; the first time counts.

    Raises: NotFound.
    """
    row = _had(work, account_id, announcement_id)
    row.read_at = row.read_at or work.now


def read_all(work: Work, account_id: UUID) -> int:
    """Note that somebody has read all that they were told; say how many were new."""
    done = work.session.scalars(
        update(Receipt)
        .where(Receipt.account_id == account_id, Receipt.read_at.is_(None))
        .values(read_at=work.now)
        .returning(Receipt.announcement_id)
    )
    return len(done.all())


def archive(work: Work, account_id: UUID, announcement_id: UUID, *, kept: bool) -> None:
    """Put what somebody was told away, or bring it back.

    Raises: NotFound.
    """
    row = _had(work, account_id, announcement_id)
    row.archived_at = (row.archived_at or work.now) if kept else None


def _had(work: Work, account_id: UUID, announcement_id: UUID) -> Receipt:
    row = work.session.get(Receipt, (announcement_id, account_id), with_for_update=True)
    if row is None:
        raise NotFound("announcement.unknown")
    return row


def drop_old(work: Work, before: datetime, *, limit: int = 5000) -> int:
    """Remove who was told what before an instant; say how many rows."""
    old = (
        select(Receipt.announcement_id, Receipt.account_id)
        .where(Receipt.at < before)
        .order_by(Receipt.at)
        .limit(limit)
    )
    doomed = work.session.execute(old).all()
    for announcement_id in {row.announcement_id for row in doomed}:
        accounts = [
            r.account_id for r in doomed if r.announcement_id == announcement_id
        ]
        work.session.execute(
            delete(Receipt).where(
                Receipt.announcement_id == announcement_id,
                Receipt.account_id.in_(accounts),
            )
        )
    return len(doomed)


def forget(work: Work, account_id: UUID) -> None:
    """Forget what an account was told, when it is forgotten."""
    work.session.execute(delete(Receipt).where(Receipt.account_id == account_id))


def _locked(
    work: Work, association_id: UUID | None, announcement_id: UUID, *states: State
) -> Announcement:
    row = work.session.scalar(
        select(Announcement)
        .where(Announcement.id == announcement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.association_id != association_id:
        raise NotFound("announcement.unknown")
    if row.state not in states:
        raise Conflict("announcement.moved")
    return row


def _note(work: Work, row: Announcement, kind: str, *, count: int) -> None:
    whose = row.association_id
    stream = f"association:{whose}" if whose else "house:announcements"
    evidence.note(work, stream, kind, announcement=str(row.id), count=count)


def take_over(work: Work, goes: AccountId, stays: AccountId) -> None:
    """Let who stays read what the account that went was told, and has not read."""
    there = select(Receipt.announcement_id).where(Receipt.account_id == stays)
    work.session.execute(
        update(Receipt)
        .where(Receipt.account_id == goes, Receipt.announcement_id.not_in(there))
        .values(account_id=stays)
        .execution_options(synchronize_session=False)
    )
