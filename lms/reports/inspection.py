"""What an inspector may find and see, within some associations."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from lms.accounts.models import Account
from lms.accounts.rules import identifier
from lms.catalogue.models import Association
from lms.commerce.models import Order
from lms.credentials import queries as credentials
from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.queries import CertificateCard
from lms.credentials.rules import read_number
from lms.evidence import queries as evidence
from lms.evidence.queries import HoldCard
from lms.evidence.rules import Verdict
from lms.inspections.queries import SampleCard
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.learning.models import Enrolment
from lms.people import queries as people
from lms.people.models import Look, Person

MOST = 20
SHORTEST_PART = 4
LOOK = "inspection"
"""What an inspector's opening of a record is called among the looks."""
OPEN_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """Somebody who was found, masked. `numbers` are of the certificates here."""

    person_id: PersonId
    name_masked: str
    id_masked: str
    association: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample with what an inspector sees before opening it, masked."""

    card: SampleCard
    name_masked: str
    association: str
    number: str


def by_number(
    session: Session, scope: Collection[AssociationId], typed: str
) -> tuple[FoundRow, ...]:
    """Find by a certificate's whole number."""
    found = session.scalars(
        select(CertificateStanding.person_id)
        .join(Certificate, Certificate.id == CertificateStanding.certificate_id)
        .where(
            Certificate.number == (read_number(typed) or ""),
            Certificate.association_id.in_(scope),
        )
    ).all()
    return _rows(session, scope, found)


def by_person(
    session: Session, scope: Collection[AssociationId], name: str, part: str
) -> tuple[FoundRow, ...]:
    """Find by a whole name and a part of the ID number, four signs or more.

    The number is sealed: of the namesakes here each one's is opened and compared, and
    none is shown.
    """
    if len(part) < SHORTEST_PART or not name:
        return ()
    namesakes = session.scalars(
        select(Person.id)
        .where(Person.name == name, Person.id.in_(_members(scope)))
        .order_by(Person.id)
        .limit(500)
    ).all()
    found = [one for one in namesakes if part.upper() in _number(session, one)]
    return _rows(session, scope, found[:MOST])


def _number(session: Session, person_id: UUID) -> str:
    try:
        return people.open_id_number(session, PersonId(person_id)).upper()
    except NotFound:
        return ""


def belongs(
    session: Session, scope: Collection[AssociationId], person_id: UUID
) -> tuple[AssociationId, ...]:
    """Name the associations by which an inspector may see a person.

    Raises: NotFound, for a person of other associations as well.
    """
    both = _ties(scope).subquery()
    found = session.scalars(
        select(both.c.association_id)
        .where(both.c.person_id == person_id)
        .distinct()
        .order_by(both.c.association_id)
    ).all()
    if not found:
        raise NotFound("person.unknown")
    return tuple(AssociationId(one) for one in found)


def opened_at(
    session: Session, account_id: UUID, person_id: UUID, now: datetime
) -> datetime | None:
    """Say when an inspector last opened a person's record, while that holds."""
    return session.scalar(
        select(func.max(Look.at)).where(
            Look.account_id == account_id,
            Look.person_id == person_id,
            Look.what == LOOK,
            Look.at > now - OPEN_FOR,
        )
    )


def names(
    session: Session, scope: Collection[AssociationId]
) -> dict[AssociationId, str]:
    """Name the associations."""
    rows = session.execute(
        select(Association.id, Association.name)
        .where(Association.id.in_(scope))
        .order_by(Association.name)
    )
    return {AssociationId(row.id): row.name for row in rows}


def association_coded(session: Session, code: str) -> AssociationId:
    """Find an association by its code.

    Raises: NotFound.
    """
    found = session.scalar(select(Association.id).where(Association.code == code))
    if found is None:
        raise NotFound("association.unknown")
    return AssociationId(found)


def account_at(session: Session, email: str) -> AccountId | None:
    """Find the account of an address; None where there is none."""
    known = identifier(email)
    if known is None:
        return None
    index = pii.blind_index(f"account.{known.kind}", known.value)
    found = session.scalar(select(Account.id).where(Account.email_index == index))
    return AccountId(found) if found else None


def sample_rows(session: Session, cards: Iterable[SampleCard]) -> tuple[SampleRow, ...]:
    """Say of each sample what may be seen before it is opened."""
    cards = tuple(cards)
    called = _called(session, [card.person_id for card in cards])
    known = names(session, {card.association_id for card in cards})
    numbers = {
        row.id: row.number
        for row in session.execute(
            select(Certificate.id, Certificate.number).where(
                Certificate.id.in_(
                    [card.certificate_id for card in cards if card.certificate_id]
                )
            )
        )
    }
    return tuple(
        SampleRow(
            card,
            pii.mask_name(called.get(card.person_id, "")),
            known[card.association_id],
            numbers.get(card.certificate_id, "") if card.certificate_id else "",
        )
        for card in cards
    )


def certificates(
    session: Session, scope: Collection[AssociationId], person_id: PersonId, on: date
) -> tuple[CertificateCard, ...]:
    """List a person's certificates of some associations, the newest first."""
    held = credentials.held(session, person_id, on)
    return tuple(card for card in held if card.association_id in scope)


def masked_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Mask the names of others that a sign brings into view."""
    return {one: pii.mask_name(name) for one, name in _called(session, ids).items()}


def streams(person_id: PersonId, held: Iterable[CertificateCard]) -> tuple[str, ...]:
    """Name the streams of a person that an inspector may check."""
    return (f"person:{person_id}", *(f"certificate:{card.id}" for card in held))


def verdicts(session: Session, named: Iterable[str]) -> tuple[Verdict, ...]:
    """Walk streams to their heads; each verdict names the first bad line."""
    return tuple(evidence.verify(session, stream) for stream in named)


def holds(session: Session, named: Iterable[str]) -> tuple[HoldCard, ...]:
    """List the holds on streams, the newest first."""
    found = [one for stream in named for one in evidence.holds(session, stream)]
    return tuple(sorted(found, key=lambda one: one.placed_at, reverse=True))


def _ties(scope: Collection[AssociationId]) -> Select[UUID, UUID]:
    both = union(
        select(Enrolment.person_id, Enrolment.association_id).where(
            Enrolment.association_id.in_(scope)
        ),
        select(Order.person_id, Order.association_id).where(
            Order.association_id.in_(scope), Order.employer_id.is_(None)
        ),
        select(CertificateStanding.person_id, Certificate.association_id)
        .join(Certificate, Certificate.id == CertificateStanding.certificate_id)
        .where(Certificate.association_id.in_(scope)),
    ).subquery()
    return select(both.c.person_id, both.c.association_id)


def _members(scope: Collection[AssociationId]) -> Select[UUID]:
    both = _ties(scope).subquery()
    return select(both.c.person_id)


def _called(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(
        select(Account.person_id, func.coalesce(Person.name, Account.name))
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Account.person_id.in_(ids))
    )
    return {row[0]: row[1] or "" for row in rows}


def _rows(
    session: Session, scope: Collection[AssociationId], ids: Collection[UUID]
) -> tuple[FoundRow, ...]:
    known = names(session, scope)
    called = _called(session, ids)
    found = []
    for one in dict.fromkeys(ids):
        here = belongs(session, scope, one)
        held = session.scalars(
            select(Certificate.number)
            .join(
                CertificateStanding,
                CertificateStanding.certificate_id == Certificate.id,
            )
            .where(
                CertificateStanding.person_id == one,
                Certificate.association_id.in_(scope),
            )
            .order_by(Certificate.issued_at.desc())
        ).all()
        found.append(
            FoundRow(
                PersonId(one),
                pii.mask_name(called.get(one, "")),
                pii.mask_id(_number(session, one)) if _number(session, one) else "",
                "、".join(known[each] for each in here),
                tuple(held),
            )
        )
    return tuple(found)
