"""Give an old platform's record to its owner: by the phone, or by two members of staff.

Anybody can type another's ID number into a profile. So the number alone opens nothing:
the phone that both platforms proved must be the same, or a clerk has seen the identity
card and a manager agrees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, update

from lms.accounts.queries import reaching
from lms.approvals import services as approvals
from lms.approvals.rules import ApprovalState, Terms
from lms.evidence import services as evidence
from lms.kernel.clock import start_of
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work, fail_point
from lms.legacy.models import LegacyCertificate, LegacyPerson, LegacyWithdrawn
from lms.legacy.queries import records
from lms.legacy.rules.standing import ASK_LINK, Proof
from lms.legacy.services.posting import post_all
from lms.people import queries as people

WAITING_YEARS = 3
"""A record that nobody asked for goes so long after its period, or its import."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What asking for one's records came to. Units: hundredths of a 学时."""

    linked: int
    asked: int
    credit: int


def claim(work: Work, person_id: PersonId) -> Linked:
    """Take one's own records: at once by the phone, else put to each association.

    Raises: Refused while one's profile is not complete; NotFound where there are none.
    """
    if not people.completeness(work.session, person_id).complete:
        raise Refused("legacy.profile")
    rows = _waiting(work, person_id)
    if not rows:
        raise NotFound("legacy.none")
    phones = set(reaching.contact_indexes(work.session, person_id))
    linked = asked = credit = 0
    for row in rows:
        if row.phone_index is not None and bytes(row.phone_index) in phones:
            credit += _link(work, row, person_id, Proof.PHONE)
            linked += 1
        elif row.question_id is None:
            _ask(work, row, person_id)
            asked += 1
    return Linked(linked, asked, credit)


def _waiting(work: Work, person_id: PersonId) -> Sequence[LegacyPerson]:
    """Hold the records that wait for somebody of this ID number and this name."""
    index, mark = records.own_marks(work.session, person_id)
    return work.session.scalars(
        select(LegacyPerson)
        .where(
            LegacyPerson.id_index == index,
            LegacyPerson.name_mark == mark,
            LegacyPerson.person_id.is_(None),
        )
        .order_by(LegacyPerson.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _ask(work: Work, row: LegacyPerson, person_id: PersonId) -> None:
    row.asked_by = person_id
    row.question_id = approvals.ask(
        work,
        ASK_LINK,
        f"person:{person_id}",
        {"record": str(row.id)},
        "",
        terms=Terms(
            association_id=row.association_id,
            needs=2,
            first_role="clerk",
            last_role="manager",
        ),
    )
    work.session.flush()


def decide(
    work: Work,
    association_id: AssociationId,
    record_id: UUID,
    *,
    approved: bool,
    comment: str,
) -> ApprovalState:
    """Say whether an account is the old platform's person; the last yes gives it.

    Raises: NotFound; Conflict when it has ended, or name and number are not the same
        any more; Refused for who may not decide, and without a comment.
    """
    row = _held(work, association_id, record_id)
    if row.question_id is None or row.asked_by is None:
        raise NotFound("legacy.unknown")
    if not comment.strip():
        raise Refused("approval.no_comment")
    card = approvals.decide(
        work, row.question_id, approved, comment.strip(), association_id=association_id
    )
    person_id = PersonId(row.asked_by)
    if card.state is ApprovalState.APPROVED:
        if row.person_id is not None or records.own_marks(work.session, person_id) != (
            row.id_index,
            row.name_mark,
        ):
            raise Conflict("legacy.not_the_same")
        _link(work, row, person_id, Proof.STAFF)
    elif card.state is ApprovalState.REFUSED:
        row.asked_by = row.question_id = None
    work.session.flush()
    return card.state


def _held(work: Work, association_id: AssociationId, record_id: UUID) -> LegacyPerson:
    row = work.session.scalar(
        select(LegacyPerson)
        .where(
            LegacyPerson.id == record_id,
            LegacyPerson.association_id == association_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("legacy.unknown")
    return row


def _link(work: Work, row: LegacyPerson, person_id: PersonId, proof: Proof) -> int:
    row.person_id, row.linked_at, row.proof = person_id, work.now, proof
    work.session.flush()
    evidence.note(
        work,
        f"person:{person_id}",
        "legacy.linked",
        record=str(row.id),
        association=str(row.association_id),
        proof=proof.value,
        approval=str(row.question_id) if proof is Proof.STAFF else None,
    )
    fail_point("legacy.linked")
    return post_all(work, [row])


def forget(work: Work, person_id: PersonId) -> None:
    """Let go what an old platform said of somebody who is forgotten."""
    rows = work.session.scalars(
        select(LegacyPerson).where(
            or_(LegacyPerson.person_id == person_id, LegacyPerson.asked_by == person_id)
        )
    )
    for row in rows:
        if row.person_id == person_id:
            _empty(row)
        else:
            row.asked_by = None
    mine = LegacyWithdrawn.person_id == person_id
    work.session.execute(update(LegacyWithdrawn).where(mine).values(name_mark=None))
    work.session.flush()


def drop_old(work: Work, today: date) -> int:
    """Empty records that nobody asked for in years, but of who holds a certificate.

    Numbers that were taken back answer as long.
    """
    last = today.replace(year=today.year - WAITING_YEARS, day=min(today.day, 28))
    certified = select(LegacyCertificate.record_id)
    rows = work.session.scalars(
        select(LegacyPerson)
        .where(
            LegacyPerson.sealed.is_not(None),
            LegacyPerson.person_id.is_(None),
            LegacyPerson.question_id.is_(None),
            LegacyPerson.id.not_in(certified),
            LegacyPerson.kept_at < start_of(last),
            or_(LegacyPerson.period_until.is_(None), LegacyPerson.period_until < last),
        )
        .limit(500)
        .with_for_update()
    ).all()
    for row in rows:
        _empty(row)
    long_gone = LegacyWithdrawn.withdrawn_at < start_of(last)
    work.session.execute(
        update(LegacyWithdrawn).where(long_gone).values(name_mark=None)
    )
    work.session.flush()
    return len(rows)


def _empty(row: LegacyPerson) -> None:
    row.sealed = row.wrapped = None
    row.id_index = row.name_mark = row.phone_index = None
