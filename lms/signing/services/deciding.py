"""Decide what was asked about keys, and carry it out in the same work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from lms.approvals import services as approvals
from lms.approvals.rules import ApprovalState
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.work import Work, fail_point
from lms.signing import queries
from lms.signing.models import SigningKey, SigningKeyLine, SigningQuestion
from lms.signing.ports import KeyMaker, MadeKey
from lms.signing.queries import QuestionCard
from lms.signing.rules import (
    REASON_LENGTH,
    WAITS,
    Act,
    Owner,
    Standing,
    after_lifting,
    wants_operator,
)
from lms.signing.services import keeping, roots
from lms.signing.services.asking import let_go, open_question, same_secret
from lms.signing.services.keeping import Cause


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, and why."""

    approved: bool
    comment: str = ""


def decide(
    work: Work, maker: KeyMaker, owner: Owner, question_id: UUID, answer: Answer
) -> QuestionCard:
    """Say yes or no to what another asked. The last yes takes effect at once.

    To an alarm, yes means that the key stays broken, and no lifts it.

    Raises: NotFound, for another owner's too; Refused for the asker, for the wrong
        role, without a comment where one is owed, for a key that has ended meanwhile;
        Conflict.
    """
    row = open_question(work, owner, question_id)
    _decide(work, maker, owner, row, answer)
    return queries.question(work.session, owner.key, row.id)


def vouch(work: Work, maker: KeyMaker, question_id: UUID, answer: Answer) -> None:
    """Say the operator's word to what two persons of an association want.

    Raises: Forbidden for who is no operator; NotFound for what needs none; Refused,
        also without a reason, which everybody may read; Conflict.
    """
    if "operator" not in work.actor.roles:
        raise Forbidden("signing.role")
    row = work.session.get(SigningQuestion, question_id, with_for_update=True)
    if row is None or not wants_operator(row.other_name, row.foreign_seal):
        raise NotFound("signing.unknown")
    asked = queries.question(work.session, row.owner, row.id).approval
    if asked.association_id is None:
        raise NotFound("signing.unknown")
    if row.ended_at is not None:
        raise Conflict("approval.ended")
    owner = Owner(
        row.owner,
        row.owner_name,
        asked.association_id,
        demonstration=row.demonstration,
    )
    _decide(work, maker, owner, row, answer)


def _decide(
    work: Work, maker: KeyMaker, owner: Owner, row: SigningQuestion, answer: Answer
) -> None:
    comment = answer.comment.strip()
    if not answer.approved and not comment:
        raise Refused("approval.no_comment")
    card = approvals.decide(work, row.id, answer.approved, comment)
    if card.state is ApprovalState.OPEN:
        return
    if row.act is Act.COMPROMISE:
        _settle_alarm(work, row, answer)
    elif card.state is ApprovalState.APPROVED:
        if wants_operator(row.other_name, row.foreign_seal) and not _told(comment):
            raise Refused("signing.vouch_reason")
        _carry_out(work, maker, owner, row, comment)
    fail_point("signing.decided")
    let_go(work, row)


def _told(comment: str) -> bool:
    return REASON_LENGTH[0] <= len(comment) <= REASON_LENGTH[1]


def _carry_out(
    work: Work, maker: KeyMaker, owner: Owner, row: SigningQuestion, comment: str
) -> None:
    if row.act is Act.RENEW:
        roots.renew(work, maker, row.purpose, row.id, demonstration=row.demonstration)
        return
    if row.act is Act.GENERATE:
        by = roots.authority(work, maker, demonstration=owner.demonstration)
        subject = keeping.subject_of(owner, work.now, row.valid_until)
        made = maker.make(row.purpose, subject, by)
    else:
        made = _brought(work, row)
    if row.key_id is not None:
        _still_in_use(work, row.key_id)
    vouched = wants_operator(row.other_name, row.foreign_seal)
    cause = Cause(
        row.act.value,
        question_id=row.id,
        other_name=row.other_name,
        vouched=comment if vouched else None,
    )
    keeping.lay(work, owner, made, cause)


def _brought(work: Work, row: SigningQuestion) -> MadeKey:
    if row.valid_from is None or row.valid_until is None or row.public is None:
        raise Conflict("approval.ended")
    if row.valid_until <= work.now:
        raise Refused("signing.import", reasons=("signing.expired",))
    place = queries.secret_place("signing_questions", row.id)
    return MadeKey(
        purpose=row.purpose,
        public=row.public,
        chain=queries.certificates(row.chain or b""),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        material=row.material or b"",
        secret=queries.opened(row.wrapped, row.secret, place),
        place=row.place,
    )


def _still_in_use(work: Work, key_id: UUID) -> None:
    """Refuse to certify a key that was replaced or called broken meanwhile."""
    found = work.session.get(SigningKey, key_id, with_for_update=True)
    if found is None or found.standing is not Standing.ACTIVE:
        raise Refused("signing.not_in_use")


def _settle_alarm(work: Work, row: SigningQuestion, answer: Answer) -> None:
    found = work.session.get(SigningKey, row.key_id, with_for_update=True)
    if found is None or found.standing is not Standing.COMPROMISED:
        raise Conflict("approval.ended")
    reason = answer.comment.strip()
    rows = same_secret(work, found)
    if answer.approved:
        for one in rows:
            keeping.move(
                work, one, Standing.COMPROMISED, Cause("confirmed", reason, row.id)
            )
        return
    for one in rows:
        one.broken_at = None
        standing = after_lifting(replaced=not _was_active(work, one))
        keeping.move(work, one, standing, Cause("lifted", reason, row.id))


def _was_active(work: Work, row: SigningKey) -> bool:
    """Tell whether a key was in use when it was called broken, and has no heir."""
    heirs = keeping.active(work, row.owner, row.purpose)
    last = _standing_before(work, row.id)
    return not heirs and last is Standing.ACTIVE


def _standing_before(work: Work, key_id: UUID) -> Standing | None:
    lines = work.session.scalars(
        select(SigningKeyLine)
        .where(SigningKeyLine.key_id == key_id)
        .order_by(SigningKeyLine.seq.desc())
    )
    return next(
        (each.standing for each in lines if each.standing is not Standing.COMPROMISED),
        None,
    )


def drop_stale(work: Work, now: datetime) -> int:
    """Let go of what nobody decided for long: no key waits here for ever."""
    rows = work.session.scalars(
        select(SigningQuestion).where(
            SigningQuestion.ended_at.is_(None),
            SigningQuestion.act != Act.COMPROMISE,
            SigningQuestion.asked_at <= now - WAITS,
        )
    ).all()
    for row in rows:
        approvals.drop(work, row.id)
        let_go(work, row)
    return len(rows)
