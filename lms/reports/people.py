"""An association's learners: who ordered, studied or was certified there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
    Select,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.models import Account, Learner, PersonKey
from lms.catalogue import queries as catalogue
from lms.commerce.models import Order
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.learning.models import Enrolment
from lms.people import queries as people
from lms.people.models import (
    Employment,
    Person,
    PersonFile,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.queries import ProfileCard
from lms.people.rules import PaperKind, PhotoState
from lms.policy.model import Specialty
from lms.reports.looking import LATEST, Looking
from lms.reports.pages import MANY, PAGE, Page, counted
from lms.reports.sought import Asked


@dataclass(frozen=True, slots=True)
class AssociationName:
    """An association that knows a person."""

    id: AssociationId
    name: str


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """One learner in a list, masked."""

    person_id: PersonId
    name_masked: str
    id_masked: str
    employer: str
    registration_no: str
    specialties: tuple[Specialty, ...]
    enrolments: int
    completed: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """One order in a learner's record. Units: fen."""

    id: UUID
    number: str
    state: str
    total_fen: int
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class LearnerRecord:
    """What an association's desk sees of one learner, masked but for the name."""

    profile: ProfileCard
    phone_masked: str | None
    email_masked: str | None
    enrolments: int
    completed: int
    orders: tuple[OrderLineRow, ...]


def members_of(association_id: UUID) -> Select[UUID]:
    """Name an association's learners: whoever it knows."""
    return select(Learner.person_id).where(Learner.association_id == association_id)


def associations_of(
    session: Session, person_id: PersonId
) -> tuple[AssociationName, ...]:
    """List the associations that know a person, the latest dealt with first."""
    rows = session.execute(
        select(Enrolment.association_id, func.max(Enrolment.enrolled_at))
        .where(Enrolment.person_id == person_id)
        .group_by(Enrolment.association_id)
        .union_all(
            select(Order.association_id, func.max(Order.placed_at))
            .where(Order.person_id == person_id, Order.employer_id.is_(None))
            .group_by(Order.association_id),
            # Also who was only certified there, or opened an account at its counter.
            select(Learner.association_id, Learner.since).where(
                Learner.person_id == person_id
            ),
        )
    ).all()
    ids = dict.fromkeys(row[0] for row in sorted(rows, key=lambda r: r[1])[::-1])
    return tuple(
        AssociationName(AssociationId(one), catalogue.association(session, one).name)
        for one in ids
    )


def learners(
    session: Session,
    association_id: AssociationId,
    asked: Asked,
    *,
    on: date,
    after: str = "",
) -> Page[LearnerRow]:
    """List an association's learners, the latest to come first, from a place on."""
    looking = Looking(session, association_id, asked, on)
    head = looking.look("", MANY)
    here = looking.look(after, PAGE + 1) if after else head
    shown = here.seen[:PAGE]
    more = shown[-1].place if len(here.seen) > PAGE else here.until
    rows = _rows(session, association_id, [one.person_id for one in shown])
    return Page(rows, more, len(head.seen), part=head.until is not None)


def learner_count(session: Session, association_id: AssociationId) -> int:
    """Count an association's learners, as its list does."""
    everybody = select(Learner.person_id).where(
        Learner.association_id == association_id
    )
    return counted(session, everybody)


def every_learner(
    session: Session, association_id: AssociationId, asked: Asked, *, on: date
) -> Iterator[LearnerRow]:
    """Give all of an association's learners that fit, in the order of their list."""
    chosen = Looking(session, association_id, asked, on).everybody()
    ids = session.scalars(chosen.order_by(*(one.desc() for one in LATEST))).all()
    for start in range(0, len(ids), 200):
        yield from _rows(session, association_id, ids[start : start + 200])


def _rows(
    session: Session, association_id: UUID, ids: Sequence[UUID]
) -> tuple[LearnerRow, ...]:
    if not ids:
        return ()
    base = session.execute(
        select(
            Account.person_id,
            func.coalesce(Person.name, Account.name),
            Person.id_number,
            PersonKey.wrapped,
            Employment.name,
            Registration.number,
        )
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(PersonKey, PersonKey.person_id == Account.person_id)
        .outerjoin(Employment, Employment.person_id == Account.person_id)
        .outerjoin(Registration, Registration.person_id == Account.person_id)
        .where(Account.person_id.in_(ids))
    ).all()
    studied = _studied(session, association_id, ids)
    named = _specialties(session, ids)
    made = {row[0]: _row(row, tuple(named.get(row[0], ()))) for row in base}
    for person_id, (enrolments, completed, last_at) in studied.items():
        made[person_id] = replace(
            made[person_id], enrolments=enrolments, completed=completed, last_at=last_at
        )
    return tuple(made[one] for one in ids)


def _row(row: Row[*tuple[Any, ...]], specialties: tuple[Specialty, ...]) -> LearnerRow:
    return LearnerRow(
        person_id=PersonId(row[0]),
        name_masked=pii.mask_name(row[1]),
        id_masked=_masked(row[0], row[2], row[3]),
        employer=row[4] or "",
        registration_no=row[5] or "",
        specialties=specialties,
        enrolments=0,
        completed=0,
        last_at=None,
    )


def _masked(person_id: UUID, sealed: bytes | None, wrapped: bytes | None) -> str:
    if sealed is None or wrapped is None:
        return ""
    key = pii.unwrap(wrapped, str(person_id))
    opened = pii.unseal(key, sealed, people.place("persons", "id_number", person_id))
    return pii.mask_id(opened.decode())


def _studied(
    session: Session, association_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, tuple[int, int, datetime | None]]:
    rows = session.execute(
        select(
            Enrolment.person_id,
            func.count(),
            func.count(Enrolment.completed_at),
            func.max(Enrolment.last_at),
        )
        .where(Enrolment.association_id == association_id, Enrolment.person_id.in_(ids))
        .group_by(Enrolment.person_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _specialties(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Specialty]]:
    named: dict[UUID, list[Specialty]] = {}
    for person_id, specialty in session.execute(
        select(RegisteredSpecialtyRow.person_id, RegisteredSpecialtyRow.specialty)
        .where(RegisteredSpecialtyRow.person_id.in_(ids))
        .order_by(
            RegisteredSpecialtyRow.is_main.desc(), RegisteredSpecialtyRow.specialty
        )
    ):
        named.setdefault(person_id, []).append(specialty)
    return named


def belongs(session: Session, association_id: AssociationId, person_id: UUID) -> None:
    """Make sure that a person is one of the association's learners.

    Raises: NotFound, for another association's learner too.
    """
    found = session.scalar(
        select(Learner.person_id).where(
            Learner.person_id == person_id, Learner.association_id == association_id
        )
    )
    if found is None:
        raise NotFound("person.unknown")


def record(
    session: Session, association_id: AssociationId, person_id: UUID
) -> LearnerRecord:
    """Give one learner's record.

    Raises: NotFound, for another association's learner too.
    """
    belongs(session, association_id, person_id)
    person = PersonId(person_id)
    contact = accounts.contact(session, accounts.account_of(session, person).id)
    enrolments, completed, _last = _studied(session, association_id, [person_id]).get(
        person_id, (0, 0, None)
    )
    orders = session.execute(
        select(Order.id, Order.number, Order.state, Order.total_fen, Order.placed_at)
        .where(
            Order.association_id == association_id,
            Order.person_id == person_id,
            Order.employer_id.is_(None),
        )
        .order_by(Order.placed_at.desc())
    )
    return LearnerRecord(
        profile=people.profile(session, person),
        phone_masked=contact.masked_phone,
        email_masked=contact.masked_email,
        enrolments=enrolments,
        completed=completed,
        orders=tuple(
            OrderLineRow(row[0], row[1], row[2].value, row[3], row[4]) for row in orders
        ),
    )


def photos_to_review(
    session: Session, association_id: AssociationId
) -> tuple[tuple[PersonId, str, datetime], ...]:
    """List whose photos wait for the association's eyes: id, name, since."""
    rows = session.execute(
        select(Person.id, Person.name, PersonFile.made_at)
        .join(PersonFile, PersonFile.person_id == Person.id)
        .where(
            PersonFile.kind == PaperKind.PHOTO,
            PersonFile.state == PhotoState.TO_REVIEW,
            exists().where(
                Learner.person_id == Person.id,
                Learner.association_id == association_id,
            ),
        )
        .order_by(PersonFile.made_at)
    )
    return tuple((PersonId(row[0]), row[1], row[2]) for row in rows)
