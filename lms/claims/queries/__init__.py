"""Claims as their owners, the desk and the inspector see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.queries import staffing
from lms.accounts.rules import Role
from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms, Voice
from lms.approvals.rules import can_end as can_all_be_heard
from lms.claims.models import Claim, ClaimFile
from lms.claims.queries.files import FileCard, file_place, files
from lms.claims.rules import (
    ClaimKind,
    Grounds,
    Stage,
    Wanted,
    adverse,
    stage,
    will_count,
)
from lms.exams.queries import Sitting
from lms.hours import queries as hours
from lms.kernel import pii
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.people import queries as people
from lms.policy.facts import Activity
from lms.policy.library import rules_for
from lms.policy.model import Specialty, Track


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """A claim, its question, and its appeal. Units: hundredths of a 学时."""

    id: UUID
    person_id: PersonId
    association_id: AssociationId
    kind: ClaimKind
    specialty: Specialty
    track: Track | None
    credit: Credit
    occurred_on: date | None
    facts: dict[str, Any]
    about: str
    certificate_id: UUID | None
    by_staff: bool
    asked_at: datetime
    applied_at: datetime | None
    approval: ApprovalCard
    appeal: ApprovalCard | None
    files: tuple[FileCard, ...]

    @property
    def question(self) -> ApprovalCard:
        """Give the question that was put last."""
        return self.appeal or self.approval

    @property
    def is_open(self) -> bool:
        """Tell whether somebody must still decide."""
        return self.question.state is ApprovalState.OPEN

    @property
    def stage(self) -> Stage:
        """Say where it stands."""
        asked = self.question
        yeses = sum(one.approved for one in asked.decisions)
        return stage(
            asked.state.value, yeses, asked.needs, appealed=self.appeal is not None
        )

    @property
    def may_appeal(self) -> bool:
        """Tell whether the person it is about may ask once more."""
        if self.appeal is not None:
            return False
        if self.approval.state is ApprovalState.REFUSED:
            return not self.by_staff
        against = adverse(self.kind, self.credit, by_staff=self.by_staff)
        return against and self.approval.state is ApprovalState.APPROVED

    @property
    def own_files(self) -> tuple[FileCard, ...]:
        """List the papers that the person gave, not those that staff gave."""
        appeal = self.appeal.id if self.appeal else None
        return tuple(
            file
            for file in self.files
            if not self.by_staff or file.question_id == appeal
        )

    @property
    def activity(self) -> Activity | None:
        """Name the work that stands in for study."""
        named = self.facts.get("activity")
        return Activity(named) if named else None

    @property
    def wanted(self) -> Wanted:
        """Give what was claimed, as the rules read it."""
        return Wanted(
            self.kind,
            self.specialty,
            self.track,
            self.credit,
            self.occurred_on,
            self.activity,
            self.facts.get("author_rank"),
            self.facts.get("characters") or 0,
            self.about,
            self.facts.get("percent") or 0,
        )


def claims_of(session: Session, person_id: PersonId) -> tuple[ClaimCard, ...]:
    """List all claims about a person, the newest first."""
    rows = session.scalars(
        select(Claim)
        .where(Claim.person_id == person_id)
        .order_by(Claim.asked_at.desc(), Claim.id)
    ).all()
    return _cards(session, rows)


def open_file(session: Session, card: ClaimCard, file_id: UUID) -> tuple[str, bytes]:
    """Open a paper: its media type and its bytes.

    Raises: NotFound, also when its time is over or the owner's key was destroyed.
    """
    row = session.get(ClaimFile, file_id)
    if row is None or row.claim_id != card.id or row.body is None:
        raise NotFound("claim.no_file")
    key = accounts.data_key(session, card.person_id)
    return row.media, pii.unseal(key, row.body, file_place(row.id))


def revoking(session: Session, certificate_id: UUID | None) -> bool:
    """Tell whether somebody has still to decide if a certificate is revoked."""
    asked = select(Claim.id).where(
        Claim.certificate_id == certificate_id, Claim.kind == ClaimKind.REVOCATION
    )
    return approvals.any_open(session, session.scalars(asked).all())


def owned(session: Session, person_id: PersonId, claim_id: UUID) -> ClaimCard:
    """Give one claim about this person.

    Raises: NotFound.
    """
    row = session.get(Claim, claim_id)
    if row is None or row.person_id != person_id:
        raise NotFound("claim.unknown")
    return _cards(session, [row])[0]


def at_desk(session: Session, association_id: UUID, claim_id: UUID) -> ClaimCard:
    """Give one claim that was put to an association.

    Raises: NotFound, for a foreign one too.
    """
    row = session.get(Claim, claim_id)
    if row is None or row.association_id != association_id:
        raise NotFound("claim.unknown")
    return _cards(session, [row])[0]


KINDS = tuple(f"{way}.{kind}" for way in ("claim", "appeal") for kind in ClaimKind)
"""What the questions of this room are called."""


def waiting(session: Session, association_id: UUID) -> tuple[ClaimCard, ...]:
    """List what waits for an association's word, the oldest first."""
    asked = approvals.waiting(session, association_id, KINDS)
    ids = [one.id for one in asked]
    rows = session.scalars(
        select(Claim)
        .where(or_(Claim.id.in_(ids), Claim.appeal_id.in_(ids)))
        .order_by(Claim.asked_at)
    ).all()
    return _cards(session, rows)


def ended(
    session: Session, association_id: UUID, *, limit: int = 50
) -> tuple[ClaimCard, ...]:
    """List an association's newest claims that nobody must decide any more."""
    rows = session.scalars(
        select(Claim)
        .where(Claim.association_id == association_id)
        .order_by(Claim.asked_at.desc())
        .limit(limit * 4)
    ).all()
    return tuple(one for one in _cards(session, rows) if not one.is_open)[:limit]


def terms_of_appeal(claim: ClaimCard) -> Terms:
    """Say who may decide an appeal: two who had no part, a manager or reviewer last."""
    barred = {one.person_id for one in claim.approval.decisions}
    if claim.by_staff and claim.approval.asked_person_id:
        barred.add(claim.approval.asked_person_id)
    return Terms(
        association_id=claim.association_id,
        needs=2,
        last_role="manager|reviewer",
        about=f"person:{claim.person_id}",
        barred=frozenset(barred),
    )


def can_end(
    session: Session, claim: ClaimCard, on: date, *, after: Voice | None = None
) -> bool:
    """Tell whether an appeal can come to its end by those who are appointed today.

    `after` asks the same for when somebody has said yes.
    """
    roles = (Role.CLERK, Role.MANAGER, Role.REVIEWER)
    there = staffing.acting_for(session, claim.association_id, roles, on)
    asked = claim.question
    heard = [Voice(one.person_id) for one in asked.decisions if one.approved]
    return can_all_be_heard(
        terms_of_appeal(claim),
        asked.asked_person_id,
        [*heard, after] if after else heard,
        [Voice(person_id, held) for person_id, held in there.items()],
    )


def inspected(
    session: Session,
    associations: Collection[UUID],
    since: datetime,
    until: datetime,
    *,
    limit: int = 500,
) -> tuple[ClaimCard, ...]:
    """List the claims put to some associations in a time, the newest first."""
    rows = session.scalars(
        select(Claim)
        .where(
            Claim.association_id.in_(associations),
            Claim.asked_at >= since,
            Claim.asked_at < until,
        )
        .order_by(Claim.asked_at.desc())
        .limit(limit)
    ).all()
    return _cards(session, rows)


def grounds(
    session: Session, person_id: PersonId, specialty: Specialty, on: date
) -> Grounds:
    """Find the law, and the registration period that a claim falls under.

    Raises: Refused when the specialty is not registered.
    """
    try:
        registration = people.registration(session, person_id)
    except NotFound:
        raise Refused("registration.unknown") from None
    place = registration.of(specialty)
    if place is None:
        raise Refused("registration.unknown")
    return Grounds(
        rules_for(registration.province, on),
        specialty,
        place.is_main,
        on,
        place.valid_from,
        place.valid_until,
    )


def sitting(association_id: AssociationId, on: Grounds) -> Sitting:
    """Say which test falls under the same grounds."""
    return Sitting(
        association_id=association_id,
        specialty=on.specialty,
        period_from=on.since,
        period_until=on.until,
        quota=on.rules.quota(on.is_main),
    )


def room_left(session: Session, person_id: PersonId, on: Grounds) -> Credit:
    """Say how much work outside (充抵) may still count in the period.

    Units: hundredths of a 学时.
    """
    granted = hours.substituted(session, person_id, since=on.since, until=on.until)
    cap = on.rules.substitution_cap
    return Credit(will_count(on.rules, granted, cap))


def _cards(session: Session, rows: Sequence[Claim]) -> tuple[ClaimCard, ...]:
    ids = [row.id for row in rows]
    asked = approvals.these(
        session, ids + [row.appeal_id for row in rows if row.appeal_id]
    )
    papers = files(session, rows)
    return tuple(
        ClaimCard(
            id=row.id,
            person_id=PersonId(row.person_id),
            association_id=AssociationId(row.association_id),
            kind=row.kind,
            specialty=row.specialty,
            track=row.track,
            credit=Credit(row.credit),
            occurred_on=row.occurred_on,
            facts=dict(row.facts),
            about=row.about,
            certificate_id=row.certificate_id,
            by_staff=row.by_staff,
            asked_at=row.asked_at,
            applied_at=row.applied_at,
            approval=asked[row.id],
            appeal=asked[row.appeal_id] if row.appeal_id else None,
            files=tuple(papers.get(row.id, ())),
        )
        for row in rows
    )
