"""Ask about keys. Only an alarm takes effect before a second person has spoken."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import ApprovalId
from lms.kernel.work import Work
from lms.signing import queries
from lms.signing.models import SigningKey, SigningQuestion
from lms.signing.ports import KeyMaker, MadeKey, Upload
from lms.signing.rules import (
    HOUSE,
    HOUSE_PLACE,
    LIFE,
    LONGEST_YEARS,
    REASON_LENGTH,
    Act,
    Owner,
    Purpose,
    Standing,
    kid_of,
    other_names,
    wants_operator,
)
from lms.signing.services import keeping, roots
from lms.signing.services.keeping import Cause


@dataclass(frozen=True, slots=True)
class Wish:
    """A key that the house shall make. Units: `years` it may sign."""

    purpose: Purpose
    reason: str
    years: int = LIFE.days // 365


@dataclass(frozen=True, slots=True)
class Brought:
    """A key that was made elsewhere."""

    purpose: Purpose
    upload: Upload
    reason: str


def generate(work: Work, owner: Owner, wish: Wish) -> ApprovalId:
    """Ask that the house makes a key, in place of the one in use if there is one.

    Raises: Forbidden; Refused; Conflict while another question about it is open.
    """
    _may(work, owner, wish.reason)
    if not 1 <= wish.years <= LONGEST_YEARS:
        raise Refused("signing.years")
    row = SigningQuestion(
        act=Act.GENERATE,
        purpose=wish.purpose,
        kid="",
        place=HOUSE_PLACE,
        valid_until=work.now + timedelta(days=365 * wish.years),
    )
    return _ask(work, owner, row, wish.reason)


def bring(work: Work, maker: KeyMaker, owner: Owner, brought: Brought) -> ApprovalId:
    """Ask that a key made elsewhere is used; its secret waits here, sealed.

    Where its certificates or its seal call the owner otherwise, the operator's roots
    must stand behind them, and the operator must agree too.

    Raises: Forbidden; Refused("signing.import") with everything that is wrong;
        Conflict while another question about it is open.
    """
    _may(work, owner, brought.reason)
    by = roots.authority(work, maker, demonstration=owner.demonstration)
    subject = keeping.subject_of(owner, work.now)
    made = maker.read(brought.purpose, subject, brought.upload, by)
    row = _waiting(work, owner, Act.IMPORT, made)
    return _ask(work, owner, row, brought.reason, made)


def renew(work: Work, owner: Owner, purpose: Purpose, reason: str) -> ApprovalId:
    """Ask that the house's own root for keys of a purpose is replaced.

    Raises: Forbidden; Refused; Conflict while another question about it is open.
    """
    _may(work, owner, reason)
    if owner.key != HOUSE or purpose is Purpose.CREDENTIAL:
        raise Refused("signing.no_roots")
    row = SigningQuestion(act=Act.RENEW, purpose=purpose, kid="", place=HOUSE_PLACE)
    return _ask(work, owner, row, reason)


def certify(
    work: Work, maker: KeyMaker, owner: Owner, kid: str, brought: Brought
) -> ApprovalId:
    """Ask that a key in use goes by the certificates that an authority gave for it.

    Raises: Forbidden; NotFound; Refused; Conflict.
    """
    _may(work, owner, brought.reason)
    row = keeping.own(work, owner, kid)
    if row.standing is not Standing.ACTIVE:
        raise Refused("signing.not_in_use")
    by = roots.authority(work, maker, demonstration=owner.demonstration)
    subject = keeping.subject_of(owner, work.now)
    made = maker.certify(queries.lent(row), subject, brought.upload, by)
    asked = _waiting(work, owner, Act.CERTIFY, made)
    asked.key_id = row.id
    return _ask(work, owner, asked, brought.reason, made)


def alarm(
    work: Work, owner: Owner, kid: str, since: datetime, reason: str
) -> ApprovalId:
    """Call a key broken since an instant. It signs no more, from this moment on.

    A second person confirms it, or lifts it.

    Raises: Forbidden; NotFound; Refused; Conflict when it was called so before.
    """
    _may(work, owner, reason)
    row = keeping.own(work, owner, kid)
    if row.standing is Standing.COMPROMISED:
        raise Conflict("signing.alarmed")
    if since > work.now:
        raise Refused("signing.since")
    asked = SigningQuestion(
        act=Act.COMPROMISE,
        purpose=row.purpose,
        kid=kid,
        place=row.place,
        key_id=row.id,
    )
    question = _ask(work, owner, asked, reason)
    for one in same_secret(work, row):
        one.broken_at = max(since, one.valid_from)
        cause = Cause("compromise", reason.strip(), question)
        keeping.move(work, one, Standing.COMPROMISED, cause)
    return question


def same_secret(work: Work, row: SigningKey) -> list[SigningKey]:
    """Hold every row of a key: it may have gone by other certificates before."""
    return list(
        work.session.scalars(
            select(SigningKey)
            .where(SigningKey.public == row.public)
            .order_by(SigningKey.made_at)
            .with_for_update()
        )
    )


def withdraw(work: Work, owner: Owner, question_id: UUID) -> None:
    """Take one's own question back, and let go of what was brought.

    An alarm cannot be taken back: only a second person lifts it.

    Raises: NotFound, for another's question too; Refused; Conflict when it has ended.
    """
    row = open_question(work, owner, question_id)
    if row.act is Act.COMPROMISE:
        raise Refused("signing.alarm_stays")
    approvals.withdraw(work, row.id)
    let_go(work, row)


def open_question(work: Work, owner: Owner, question_id: UUID) -> SigningQuestion:
    """Hold an open question about an owner's keys.

    Raises: NotFound, for another owner's too; Conflict when it has ended.
    """
    keeping.at_home(work, owner)
    row = work.session.scalar(
        select(SigningQuestion)
        .where(SigningQuestion.id == question_id)
        .with_for_update()
    )
    if row is None or row.owner != owner.key:
        raise NotFound("signing.unknown")
    if row.ended_at is not None:
        raise Conflict("approval.ended")
    return row


def let_go(work: Work, row: SigningQuestion) -> None:
    """End a question: what waited with it is kept no longer."""
    row.ended_at = work.now
    row.wrapped = row.secret = None
    work.session.flush()


def _may(work: Work, owner: Owner, reason: str) -> None:
    if owner.role not in work.actor.roles or work.actor.person_id is None:
        raise Forbidden("signing.role")
    keeping.at_home(work, owner)
    if not REASON_LENGTH[0] <= len(reason.strip()) <= REASON_LENGTH[1]:
        raise Refused("signing.reason")


def _waiting(work: Work, owner: Owner, act: Act, made: MadeKey) -> SigningQuestion:
    other = other_names(owner, made.certified, made.seal_name)
    if other and not made.trusted:
        raise Refused("signing.import", reasons=("signing.other_name",), names=other)
    kid = kid_of(made.chain[0] if made.chain else made.public)
    problem = keeping.known(work, kid, made.public)
    if problem is not None:
        raise Refused("signing.import", reasons=(problem,))
    return SigningQuestion(
        act=act,
        purpose=made.purpose,
        kid=kid,
        public=made.public,
        chain=b"".join(made.chain),
        material=made.material,
        place=made.place,
        valid_from=made.valid_from,
        valid_until=made.valid_until,
        other_name=other or None,
        foreign_seal=made.foreign_seal,
    )


def _terms(owner: Owner, row: SigningQuestion) -> Terms:
    """Say who must agree: another one, and the operator where a person must look."""
    if not wants_operator(row.other_name, row.foreign_seal):
        return Terms(association_id=owner.association_id, last_role=owner.role)
    return Terms(
        association_id=owner.association_id,
        needs=2,
        first_role=owner.role,
        last_role="operator",
    )


def _ask(
    work: Work,
    owner: Owner,
    row: SigningQuestion,
    reason: str,
    made: MadeKey | None = None,
) -> ApprovalId:
    question = approvals.ask(
        work,
        f"signing.{row.act}",
        owner.key,
        {"act": row.act.value, "purpose": row.purpose.value, "kid": row.kid},
        reason.strip(),
        terms=_terms(owner, row),
    )
    row.id, row.owner, row.owner_name = question, owner.key, owner.name
    row.demonstration, row.asked_at = owner.demonstration, work.now
    if made is not None and made.secret:
        place = queries.secret_place("signing_questions", question)
        row.wrapped, row.secret = roots.sealed(made.secret, place)
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise Conflict("signing.asked") from error
    evidence.note(
        work,
        owner.key,
        "signing.asked",
        act=row.act.value,
        purpose=row.purpose.value,
        kid=row.kid,
        question=str(question),
    )
    return question
