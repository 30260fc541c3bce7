"""Keep keys: seal their secrets, put one in use, retire the one before."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.signing import queries
from lms.signing.models import SigningKey, SigningKeyLine
from lms.signing.ports import KeyMaker, MadeKey, Subject
from lms.signing.rules import (
    DEMONSTRATION_LIFE,
    LIFE,
    Key,
    Owner,
    Purpose,
    Ring,
    Standing,
    kid_of,
)
from lms.signing.services import roots


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is done to a key, and by which question.

    `other_name` and `vouched` as in the key's row.
    """

    act: str
    reason: str = ""
    question_id: UUID | None = None
    other_name: str | None = None
    vouched: str | None = None


def equip(
    work: Work,
    maker: KeyMaker,
    owner: str,
    name: str,
    now: datetime,
    *,
    demonstration: bool,
) -> Ring:
    """Make all three keys of an owner at once, valid from an instant on.

    For demonstrations alone: anywhere else two persons settle each key.

    Raises: Refused when this is no demonstration.
    """
    if not demonstration:
        raise Refused("signing.two_persons")
    until = now + DEMONSTRATION_LIFE
    by = roots.authority(work, maker, demonstration=True)
    whose = Owner(owner, name, demonstration=True)
    subject = Subject(owner, name, now, until, demonstration=True)
    for purpose in Purpose:
        lay(work, whose, maker.make(purpose, subject, by), Cause("equip"))
    return queries.ring(work.session, owner, now)


def lay(work: Work, owner: Owner, made: MadeKey, cause: Cause) -> SigningKey:
    """Put a key in use; the one before it signs no more, and still verifies.

    Raises: Refused for a key that is here already, or was broken; Conflict when
        another came first.
    """
    kid = kid_of(made.chain[0] if made.chain else made.public)
    problem = known(work, kid, made.public)
    if problem is not None:
        raise Refused("signing.import", reasons=(problem,))
    for row in active(work, owner.key, made.purpose):
        move(work, row, Standing.RETIRED, replace(cause, act="retired"))
    row = _row(work, owner, made, kid)
    row.question_id, row.other_name = cause.question_id, cause.other_name
    row.vouched = cause.vouched
    row.vouched_at = work.now if cause.vouched else None
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as error:
        # Two deciders at once; the partial index lets one key be in use.
        raise Conflict("signing.raced") from error
    _tell(work, row, cause)
    if cause.vouched:
        _tell(work, row, replace(cause, act="vouched", reason=cause.vouched))
    return row


def _row(work: Work, owner: Owner, made: MadeKey, kid: str) -> SigningKey:
    row_id = new_id()
    wrapped, secret = None, None
    if made.secret:
        place = queries.secret_place("signing_keys", row_id)
        wrapped, secret = roots.sealed(made.secret, place)
    return SigningKey(
        id=row_id,
        kid=kid,
        purpose=made.purpose,
        owner=owner.key,
        owner_name=owner.name,
        public=made.public,
        chain=b"".join(made.chain),
        material=made.material,
        wrapped=wrapped,
        secret=secret,
        place=made.place,
        valid_from=made.valid_from,
        valid_until=made.valid_until,
        standing=Standing.ACTIVE,
        changed_at=None,
        broken_at=None,
        demonstration=owner.demonstration,
        made_at=work.now,
        question_id=None,
    )


def known(work: Work, kid: str, public: bytes) -> str | None:
    """Say why a key may not come in: it is here, it was broken, another has it."""
    rows = work.session.scalars(select(SigningKey).where(SigningKey.public == public))
    for row in rows:
        if row.kid == kid:
            return "signing.known"
        if row.standing is Standing.COMPROMISED:
            return "signing.was_broken"
    return None


def active(work: Work, owner: str, purpose: Purpose) -> list[SigningKey]:
    """Hold the rows of the key in use."""
    return list(
        work.session.scalars(
            select(SigningKey)
            .where(
                SigningKey.owner == owner,
                SigningKey.purpose == purpose,
                SigningKey.standing == Standing.ACTIVE,
            )
            .with_for_update()
        )
    )


def move(work: Work, row: SigningKey, standing: Standing, cause: Cause) -> None:
    """Give a key another standing, and write why."""
    row.standing = standing
    row.changed_at = work.now
    work.session.flush()
    _tell(work, row, cause)


def _tell(work: Work, row: SigningKey, cause: Cause) -> None:
    work.session.add(
        SigningKeyLine(
            key_id=row.id,
            act=cause.act,
            standing=row.standing,
            reason=cause.reason,
            account_id=work.actor.account_id,
            question_id=cause.question_id,
            at=work.now,
        )
    )
    work.session.flush()
    evidence.note(
        work,
        row.owner,
        f"signing.{cause.act}",
        kid=row.kid,
        purpose=row.purpose.value,
        standing=row.standing.value,
        question=str(cause.question_id) if cause.question_id else None,
    )


def at_home(work: Work, owner: Owner) -> None:
    """See that whoever acts is of the owner's own house.

    Raises: NotFound.
    """
    if owner.association_id != work.actor.association_id:
        raise NotFound("signing.unknown")


def own(work: Work, owner: Owner, kid: str) -> SigningKey:
    """Hold one key of an owner.

    Raises: NotFound, for another owner's too.
    """
    at_home(work, owner)
    row = work.session.scalar(
        select(SigningKey).where(SigningKey.kid == kid).with_for_update()
    )
    if row is None or row.owner != owner.key:
        raise NotFound("signing.unknown")
    return row


def subject_of(owner: Owner, start: datetime, end: datetime | None = None) -> Subject:
    """Say for whom a key is made, and for how long."""
    return Subject(
        owner.key,
        owner.name,
        start,
        end or start + LIFE,
        demonstration=owner.demonstration,
    )


def request(work: Work, maker: KeyMaker, owner: Owner, kid: str) -> bytes:
    """Write the request by which an outside authority certifies a key: PEM.

    Raises: NotFound; Refused for a key without certificates, or out of use.
    """
    row = own(work, owner, kid)
    if row.purpose is Purpose.CREDENTIAL:
        raise Refused("signing.no_certificate")
    if row.standing is not Standing.ACTIVE:
        raise Refused("signing.not_in_use")
    evidence.note(work, owner.key, "signing.requested", kid=kid)
    key: Key = queries.lent(row)
    return maker.request(key, subject_of(owner, row.valid_from, row.valid_until))
