"""Which accounts may be one person's, and what each of two has."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.models import Account, Learner
from lms.accounts.queries import merging
from lms.commerce.models import Order
from lms.credentials.models import CertificateStanding
from lms.hours.models import HoursEntry
from lms.kernel import pii
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.learning.models import Enrolment
from lms.merges import queries as merges
from lms.merges.rules import Sign
from lms.people import queries as people
from lms.people.models import Person, Registration

_MOST = 20


@dataclass(frozen=True, slots=True)
class Likeness:
    """An account that may be the same person's, and what speaks for it."""

    person_id: PersonId
    name: str
    id_masked: str
    same_name: bool
    same_registration: bool
    same_birth: bool | None
    apart: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of two accounts, masked. Units: `credit` in hundredths of a 学时."""

    person_id: PersonId
    name: str
    id_masked: str
    phone_masked: str
    email_masked: str
    registration_no: str
    since: datetime
    orders: int
    courses: int
    done: int
    credit: Credit
    certificates: int
    known_here: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """An account that was merged into another."""

    person_id: PersonId
    known_as: str
    at: datetime | None


def likely(
    session: Session, association_id: AssociationId, person_id: PersonId
) -> tuple[Likeness, ...]:
    """List the association's learners who may be this one under another account."""
    name = accounts.account_of(session, person_id).name
    number = session.scalar(
        select(Registration.number).where(Registration.person_id == person_id)
    )
    same_number = select(Registration.person_id).where(Registration.number == number)
    rows = session.execute(
        select(Account.person_id, Account.name, Person.id, Registration.number)
        .join(Learner, Learner.person_id == Account.person_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Registration, Registration.person_id == Account.person_id)
        .where(
            Learner.association_id == association_id,
            Account.person_id != person_id,
            Account.merged_into.is_(None),
            or_(Account.name == name, Account.person_id.in_(same_number)),
        )
        .order_by(Account.created_at)
        .limit(_MOST)
    ).all()
    born = _born(session, person_id)
    apart = merges.apart_from(session, association_id, person_id)
    found = []
    for row in rows:
        theirs = _born(session, row.person_id)
        found.append(
            Likeness(
                PersonId(row.person_id),
                row.name,
                _number(session, row.person_id),
                same_name=row.name == name,
                same_registration=number is not None and row.number == number,
                same_birth=None if None in {born, theirs} else born == theirs,
                apart=row.person_id in apart,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Twin:
    """One account of a pair. PII: the name."""

    person_id: PersonId
    name: str
    id_masked: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Twins:
    """Two accounts that may be one person's: the older one, which stays, first."""

    older: Twin
    newer: Twin
    sign: Sign
    found_at: datetime


def pairs(
    session: Session, association_id: AssociationId, *, limit: int = 50
) -> tuple[Twins, ...]:
    """List the pairs that nobody has looked at, as the night left them."""
    cards = merges.pairs(session, association_id, limit=limit)
    persons = {one for card in cards for one in (card.one, card.other)}
    rows = session.execute(
        select(Account.person_id, Account.name, Account.created_at).where(
            Account.person_id.in_(persons)
        )
    )
    known = {
        row.person_id: Twin(
            PersonId(row.person_id),
            row.name,
            _number(session, row.person_id),
            row.created_at,
        )
        for row in rows
    }
    found = []
    for card in cards:
        two = sorted((known[card.one], known[card.other]), key=lambda one: one.since)
        found.append(Twins(two[0], two[1], card.sign, card.found_at))
    return tuple(found)


def side(session: Session, association_id: AssociationId, person_id: PersonId) -> Side:
    """Say what one account has; who is not known here is named masked."""
    account = accounts.account_of(session, person_id)
    contact = accounts.contact(session, account.id)
    known = association_id in merging.known_to(session, person_id)
    courses, done = session.execute(
        select(func.count(), func.count(Enrolment.completed_at)).where(
            Enrolment.person_id == person_id, Enrolment.closed_at.is_(None)
        )
    ).one()
    number = session.scalar(
        select(Registration.number).where(Registration.person_id == person_id)
    )
    return Side(
        person_id=person_id,
        name=called(session, association_id, person_id),
        id_masked=_number(session, person_id),
        phone_masked=contact.masked_phone or "",
        email_masked=contact.masked_email or "",
        registration_no=number or "",
        since=account.created_at,
        orders=_count(session, Order.person_id, person_id),
        courses=courses,
        done=done,
        credit=_credit(session, person_id),
        certificates=_count(session, CertificateStanding.person_id, person_id),
        known_here=known,
    )


def called(session: Session, association_id: AssociationId, person_id: UUID) -> str:
    """Name a person at an association's desk: masked where it does not know them.

    Who went was known as long as who stayed is.
    """
    name = accounts.account_of(session, PersonId(person_id)).name
    into = merging.merged_into(session, person_id) or person_id
    known = association_id in merging.known_to(session, into)
    return name if known else pii.mask_name(name)


def merged(session: Session, person_id: UUID) -> tuple[Merged, ...]:
    """List the accounts that were merged into a person's, the first first."""
    rows = session.execute(
        select(Account.id, Account.person_id, Account.closed_at)
        .where(Account.merged_into == person_id)
        .order_by(Account.closed_at)
    ).all()
    found = []
    for row in rows:
        card = accounts.contact(session, row.id)
        known_as = card.masked_phone or card.masked_email or ""
        found.append(Merged(PersonId(row.person_id), known_as, row.closed_at))
    return tuple(found)


def _number(session: Session, person_id: UUID) -> str:
    try:
        return pii.mask_id(people.open_id_number(session, PersonId(person_id)))
    except NotFound:
        return ""


def _born(session: Session, person_id: UUID) -> object:
    return people.born_on(session, PersonId(person_id))


def _credit(session: Session, person_id: PersonId) -> Credit:
    total = session.scalar(
        select(func.sum(HoursEntry.credit)).where(HoursEntry.person_id == person_id)
    )
    return Credit(int(total or 0))


def _count(session: Session, column: object, person_id: PersonId) -> int:
    counted = select(func.count()).where(column == person_id)  # type: ignore[arg-type]  # a mapped column
    return session.scalar(counted) or 0
