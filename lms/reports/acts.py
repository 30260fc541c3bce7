"""Who did what to a person's record, when and why. Never writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.catalogue import queries as catalogue
from lms.claims.models import Claim
from lms.claims.queries import KINDS
from lms.credentials.models import (
    Certificate,
    CertificateStanding,
    CertificateState,
)
from lms.exams.models import ExamTime, Unlock
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind
from lms.inspections.models import Finding, Sample
from lms.kernel.credit import Credit
from lms.kernel.ids import PersonId
from lms.merges import rules as merges
from lms.people.models import Look
from lms.policy.model import Specialty, Track


@dataclass(frozen=True, slots=True)
class Act:
    """One deed. `what` is its code, `matter` what it was about.

    Units: `credit` in hundredths of a 学时.
    PII: `why`, in the words of who did it.
    """

    at: datetime
    what: str
    matter: str
    role: str | None
    association: str
    why: str = ""
    claim_id: UUID | None = None
    specialty: Specialty | None = None
    track: Track | None = None
    credit: Credit | None = None
    number: str = ""


def of_person(session: Session, person_id: PersonId) -> tuple[Act, ...]:
    """List every deed on a person's record but their own study, the newest first."""
    found = [
        *_questions(session, person_id),
        *_hours(session, person_id),
        *_certificates(session, person_id),
        *_unlocks(session, person_id),
        *_times(session, person_id),
        *_looks(session, person_id),
        *_findings(session, person_id),
    ]
    return tuple(sorted(found, key=lambda act: act.at, reverse=True))


class _Names:
    """The names of associations, each asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[UUID | None, str] = {None: ""}

    def of(self, association_id: UUID | None) -> str:
        if association_id not in self._known:
            assert association_id is not None  # noqa: S101 - None is known
            card = catalogue.association(self._session, association_id)
            self._known[association_id] = card.name
        return self._known[association_id]


def _questions(session: Session, person_id: PersonId) -> Iterator[Act]:
    names = _Names(session)
    places: dict[UUID, UUID] = {}
    for row in session.execute(
        select(Claim.id, Claim.appeal_id).where(Claim.person_id == person_id)
    ):
        places[row.id] = row.id
        if row.appeal_id:
            places[row.appeal_id] = row.id
    for card in approvals.of_subject(session, f"person:{person_id}"):
        name = names.of(card.association_id)
        yield from _said(card, name, places.get(card.id))


def _said(card: ApprovalCard, name: str, claim_id: UUID | None) -> Iterator[Act]:
    way, _dot, matter = card.kind.rpartition(".")
    asked = "appealed" if way == "appeal" else "asked"
    if card.kind not in (*KINDS, *merges.KINDS):
        matter = "correction"
    # Words about a number may name whose it is, to who typed it.
    open_words = card.kind != merges.NUMBER
    why = card.reason if open_words else ""
    yield Act(card.asked_at, asked, matter, card.asked_role, name, why, claim_id)
    for place, one in enumerate(card.decisions, 1):
        what = "agreed" if one.approved else "refused"
        if one.approved and place < card.needs:
            what = "checked"
        why = one.comment if open_words else ""
        yield Act(one.at, what, matter, one.role, name, why, claim_id)
    if card.state == "withdrawn" and card.decided_at:
        yield Act(
            card.decided_at,
            "withdrawn",
            matter,
            card.asked_role,
            name,
            claim_id=claim_id,
        )


def _hours(session: Session, person_id: PersonId) -> Iterator[Act]:
    names = _Names(session)
    for row in session.scalars(
        select(HoursEntry).where(
            HoursEntry.person_id == person_id, HoursEntry.kind != EntryKind.STUDY
        )
    ):
        yield Act(
            row.posted_at,
            "posted",
            row.kind.value,
            "house",
            names.of(row.association_id),
            specialty=row.specialty,
            track=row.track,
            credit=Credit(row.credit),
        )


def _certificates(session: Session, person_id: PersonId) -> Iterator[Act]:
    names = _Names(session)
    rows = session.execute(
        select(
            CertificateState.at,
            CertificateState.state,
            Certificate.number,
            Certificate.specialty,
            Certificate.association_id,
        )
        .join(Certificate, Certificate.id == CertificateState.certificate_id)
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .where(CertificateStanding.person_id == person_id)
    )
    for row in rows:
        yield Act(
            row.at,
            "certificate",
            row.state.value,
            "house",
            names.of(row.association_id),
            specialty=row.specialty,
            number=row.number,
        )


def _unlocks(session: Session, person_id: PersonId) -> Iterator[Act]:
    names = _Names(session)
    for row in session.scalars(select(Unlock).where(Unlock.person_id == person_id)):
        yield Act(
            row.given_at,
            "unlocked",
            "unlock",
            "house",
            names.of(row.association_id),
            specialty=row.specialty,
        )


def _times(session: Session, person_id: PersonId) -> Iterator[Act]:
    names = _Names(session)
    for row in session.scalars(select(ExamTime).where(ExamTime.person_id == person_id)):
        place = names.of(row.association_id)
        yield Act(row.given_at, "longer", str(row.percent), "house", place)


def _looks(session: Session, person_id: PersonId) -> Iterator[Act]:
    names = _Names(session)
    for row in session.scalars(select(Look).where(Look.person_id == person_id)):
        yield Act(
            row.at, "looked", row.what, None, names.of(row.association_id), row.reason
        )


def _findings(session: Session, person_id: PersonId) -> Iterator[Act]:
    names = _Names(session)
    rows = session.execute(
        select(Finding.at, Finding.verdict, Finding.comment, Sample.association_id)
        .join(Sample, Sample.id == Finding.sample_id)
        .where(Sample.person_id == person_id)
    )
    for row in rows:
        yield Act(
            row.at,
            "inspected",
            row.verdict.value,
            "inspector",
            names.of(row.association_id),
            row.comment,
        )
