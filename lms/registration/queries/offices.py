"""Offices, what they are competent for, and where one asks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.kernel.ids import OfficeId
from lms.policy.model import Province
from lms.policy.offices import OfficeKind, Task, Term, Topic
from lms.registration.models import Competence, Office

_KINDS = tuple(OfficeKind)


@dataclass(frozen=True, slots=True)
class CompetenceCard:
    """One task of an office for a province, dated."""

    id: UUID
    province: Province
    term: Term


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """An office, with all that it is, was and will be competent for."""

    id: OfficeId
    code: str
    province: Province
    name: str
    kind: OfficeKind
    region: str
    telephones: Mapping[Topic, str]
    address: str
    open_hours: str
    closed_on: date | None
    competences: tuple[CompetenceCard, ...]

    def provinces(self, task: Task, day: date) -> frozenset[Province]:
        """Name the provinces that it has a task for on a legal day."""
        if self.closed_on is not None and day > self.closed_on:
            return frozenset()
        return frozenset(
            one.province
            for one in self.competences
            if one.term.task is task and one.term.covers(day)
        )

    def reach(self, day: date) -> frozenset[Province]:
        """Name the provinces that it has any task for on a legal day."""
        return frozenset().union(*(self.provinces(task, day) for task in Task))


def office(session: Session, office_id: UUID) -> OfficeCard:
    """Give an office.

    Raises: NotFound.
    """
    row = session.get(Office, office_id)
    if row is None:
        raise NotFound("office.unknown")
    return _cards(session, [row])[0]


def office_coded(session: Session, code: str) -> OfficeCard:
    """Give an office by its code.

    Raises: NotFound.
    """
    row = session.scalar(select(Office).where(Office.code == code))
    if row is None:
        raise NotFound("office.unknown")
    return _cards(session, [row])[0]


def offices(
    session: Session, province: Province | None = None
) -> tuple[OfficeCard, ...]:
    """List the offices, of one province or of all, the highest first."""
    asked = select(Office).order_by(Office.province, Office.region, Office.code)
    if province is not None:
        asked = asked.where(Office.province == province)
    found = _cards(session, session.scalars(asked).all())
    return tuple(sorted(found, key=lambda one: (one.province, _KINDS.index(one.kind))))


def competent(
    session: Session, province: Province, task: Task, day: date
) -> tuple[OfficeCard, ...]:
    """List the offices that have a task for a province on a legal day.

    One for the whole province comes before those of its cities.
    """
    found = [
        one
        for one in offices(session, province)
        if province in one.provinces(task, day)
    ]
    return tuple(sorted(found, key=lambda one: (len(one.region), one.code)))


def takes_in(session: Session, province: Province, day: date) -> bool:
    """Tell whether somebody accepts a province's applications on a legal day.

    Where no office of the province is known at all, nothing is said against it.
    """
    known = select(Competence.id).where(
        Competence.province == province, Competence.task == Task.INTAKE
    )
    if session.scalar(known.limit(1)) is None:
        return True
    return bool(competent(session, province, Task.INTAKE, day))


def _cards(session: Session, rows: Sequence[Office]) -> tuple[OfficeCard, ...]:
    terms: dict[UUID, list[CompetenceCard]] = defaultdict(list)
    if rows:
        for one in session.scalars(
            select(Competence)
            .where(Competence.office_id.in_([row.id for row in rows]))
            .order_by(Competence.since, Competence.task)
        ):
            term = Term(one.task, one.since, one.until, one.source)
            terms[one.office_id].append(CompetenceCard(one.id, one.province, term))
    return tuple(
        OfficeCard(
            id=OfficeId(row.id),
            code=row.code,
            province=row.province,
            name=row.name,
            kind=row.kind,
            region=row.region,
            telephones={Topic(k): v for k, v in row.telephones.items()},
            address=row.address,
            open_hours=row.open_hours,
            closed_on=row.closed_on,
            competences=tuple(terms[row.id]),
        )
        for row in rows
    )
