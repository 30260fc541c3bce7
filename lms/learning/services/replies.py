"""Judge what a person answers to a presence check. The keys never leave the server."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import compare_digest
from uuid import UUID

from sqlalchemy import exists, select

from lms.accounts import services as accounts
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId, PersonId
from lms.kernel.work import Work
from lms.learning.models import Lease, PresenceCheck, PresencePicture
from lms.learning.rules.presence import (
    MOST_TRIES,
    PICTURE_SUBJECT,
    PICTURE_TEXT_ON,
    Outcome,
    Turn,
    turn,
)
from lms.learning.services import heads, leases, presence


@dataclass(frozen=True, slots=True)
class Reply:
    """What a page sends. `n` numbers the tries of one check from 1, for a retry.

    `picture` is a JPEG that the photo studio has redrawn, where it saw one face.
    """

    lease: UUID
    check: UUID
    n: int
    code: str = ""
    chosen: frozenset[str] = frozenset()
    picture: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """How a reply was judged. `check` is the one that waits now."""

    right: bool
    missed: bool = False
    closed: bool = False
    check: presence.Told | None = None


def answer_check(work: Work, person_id: PersonId, reply: Reply) -> ReplyCard:
    """Judge a reply; a right one lets time count again, and may be sent twice.

    Raises: NotFound for another's; Refused for a picture without consent.
    """
    heads.lock(work, person_id)
    lease = work.session.scalar(
        select(Lease)
        .where(Lease.id == reply.lease, Lease.person_id == person_id)
        # Against a beat on its way, which takes no other lock than this row.
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    check = work.session.get(PresenceCheck, reply.check)
    if lease is None or check is None or check.person_id != person_id:
        raise NotFound("check.unknown")
    if check.outcome is Outcome.PASSED:
        return ReplyCard(right=True)
    if check.outcome is Outcome.MISSED or lease.check_id != check.id:
        return _stands(work, lease)
    state = turn(presence.waiting(check), work.now, lease.last_beat_at)
    if state is Turn.MISS:
        return _missed(work, lease, check)
    if reply.n <= check.tries:
        return ReplyCard(right=False, check=presence.tell(work, check))
    check.excused = check.excused or state is Turn.EXCUSE
    return _judge(work, lease, check, reply)


def _judge(work: Work, lease: Lease, check: PresenceCheck, reply: Reply) -> ReplyCard:
    if reply.picture is not None:
        presence.passed(work, lease, check, picture=_keep(work, check, reply.picture))
        return ReplyCard(right=True)
    if _is_right(work, check, reply):
        presence.passed(work, lease, check)
        return ReplyCard(right=True)
    check.tries += 1
    work.session.flush()
    if check.tries >= MOST_TRIES:
        return _missed(work, lease, check)
    return ReplyCard(right=False, check=presence.tell(work, check))


def _is_right(work: Work, check: PresenceCheck, reply: Reply) -> bool:
    if check.code is not None:
        return compare_digest(reply.code.encode(), check.code.encode())
    ground = presence.ground_of(work, check.study_id)
    question = presence.question_of(ground, check)
    return question is not None and reply.chosen == frozenset(question.key)


def _missed(work: Work, lease: Lease, check: PresenceCheck) -> ReplyCard:
    call = presence.go_on(work, lease, check, work.now)
    if call.closes:
        leases.end(work, lease.id, "unanswered")
    return ReplyCard(right=False, missed=True, closed=call.closes, check=call.check)


def _stands(work: Work, lease: Lease) -> ReplyCard:
    """Tell whoever answers too late, or in an older page, what waits now."""
    now = work.session.get(PresenceCheck, lease.check_id) if lease.check_id else None
    return ReplyCard(
        right=False,
        missed=True,
        closed=lease.ended_at is not None,
        check=presence.tell(work, now) if now and lease.ended_at is None else None,
    )


def _keep(work: Work, check: PresenceCheck, jpeg: bytes) -> str:
    """Seal a picture, with the day on which it goes, and give its digest."""
    ground = presence.ground_of(work, check.study_id)
    if not presence.may_picture(work, ground):
        raise Refused("check.no_consent")
    person_id = PersonId(check.person_id)
    key = accounts.ensure_key(work, person_id)
    digest = hashlib.sha256(jpeg).hexdigest()
    shown = exists().where(
        PresencePicture.person_id == person_id, PresencePicture.sha256 == digest
    )
    if work.session.scalar(select(shown)):
        raise Refused("check.same_picture")
    work.session.add(
        PresencePicture(
            check_id=check.id,
            person_id=person_id,
            picture=pii.seal(key, jpeg, f"presence_pictures|picture|{check.id}"),
            sha256=digest,
            taken_at=work.now,
            keep_until=legal_day(
                work.now + timedelta(days=ground.settings.picture_days)
            ),
        )
    )
    work.session.flush()
    return digest


def say_pictures(work: Work, account_id: AccountId, *, agreed: bool) -> None:
    """Write down that somebody agrees to pictures, or takes it back."""
    accounts.consent(
        work, account_id, PICTURE_SUBJECT, text_on=PICTURE_TEXT_ON, agreed=agreed
    )
