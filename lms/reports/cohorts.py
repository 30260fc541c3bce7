"""Those whose registration ends in one year, by specialty: how far they have come.

Whom the register still holds is counted by the standing that the night assessed; whose
period is over is counted by how it ended. Somebody with two specialties stands in both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from lms.credentials.models import CertificateStanding
from lms.credentials.rules import State
from lms.kernel import pii
from lms.kernel.ids import AssociationId, PersonId
from lms.people.models import Person, RegisteredSpecialtyRow
from lms.policy.model import Specialty
from lms.registration.models import EndedSpecialty, StandingRow
from lms.registration.rules.standings import EndCause
from lms.reports.people import members_of

PAGE = 50


class Step(StrEnum):
    """How far somebody has come, or how it ended."""

    BEGUN = "q0"
    QUARTER = "q25"
    HALF = "q50"
    MOST = "q75"
    FULL = "q100"
    LATER = "later"
    """Another specialty ends before; the night looks at that one first."""

    RENEWED = "renewed"
    OVER = "over"


HOURS = (Step.BEGUN, Step.QUARTER, Step.HALF, Step.MOST, Step.FULL)
_OF, _ST, _END, _HELD = (
    RegisteredSpecialtyRow,
    StandingRow,
    EndedSpecialty,
    CertificateStanding,
)
_LEAST = ((75, Step.MOST), (50, Step.HALF), (25, Step.QUARTER))
"""Per cent of the hours."""

_STEP = case(
    (_ST.person_id.is_(None), Step.LATER.value),
    (_ST.hours_met, Step.FULL.value),
    *((_ST.per_cent >= least, step.value) for least, step in _LEAST),
    else_=Step.BEGUN.value,
)
_CAUSE = case(
    (_END.cause == EndCause.RENEWED, Step.RENEWED.value), else_=Step.OVER.value
)
_ENDED = exists().where(
    _END.person_id == _OF.person_id,
    _END.specialty == _OF.specialty,
    _END.valid_from == _OF.valid_from,
    _END.valid_until == _OF.valid_until,
)
"""What has lapsed may still stand in the profile: it counts as what it became."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """One specialty of a year. `certified` have the certificate of the period."""

    specialty: Specialty
    steps: dict[Step, int] = field(default_factory=dict)
    certified: int = 0

    @property
    def total(self) -> int:
        """Count everybody."""
        return sum(self.steps.values())

    def of(self, step: Step) -> int:
        """Count who has come so far."""
        return self.steps.get(step, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose names are wanted; empty narrows nothing. Both days count."""

    since: date
    until: date
    specialty: Specialty | None = None
    step: Step | None = None
    certified: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One person and specialty of a cohort. Units: `per_cent` of the hours asked."""

    person_id: PersonId
    name: str
    specialty: Specialty
    ends_on: date
    step: Step
    per_cent: int | None
    certified: bool

    @property
    def name_masked(self) -> str:
        """Give the family name alone."""
        return pii.mask_name(self.name)


def whole_year(year: int) -> Asked:
    """Ask about everybody whose period ends in a year."""
    return Asked(date(year, 1, 1), date(year, 12, 31))


def years(session: Session, house: AssociationId) -> tuple[int, ...]:
    """Name the years in which a learner's registration ends or ended."""
    found: set[int] = set()
    for of in (_OF, _END):
        row = session.execute(
            select(func.min(of.valid_until), func.max(of.valid_until)).where(
                of.person_id.in_(members_of(house))
            )
        ).one()
        found |= {day.year for day in row if day is not None}
    return tuple(range(min(found), max(found) + 1)) if found else ()


def cohorts(session: Session, house: AssociationId, asked: Asked) -> tuple[Cohort, ...]:
    """Count the learners of a year by specialty and by how far they have come."""
    found: dict[Specialty, Cohort] = {}
    for chosen in (_present(house, asked), _past(house, asked)):
        part = chosen.subquery()
        rows = session.execute(
            select(
                part.c.specialty, part.c.step, part.c.certified, func.count()
            ).group_by(part.c.specialty, part.c.step, part.c.certified)
        )
        for specialty, step, certified, count in rows:
            old = found.get(specialty, Cohort(specialty))
            steps = {**old.steps, Step(step): old.of(Step(step)) + count}
            more = count if certified else 0
            found[specialty] = Cohort(specialty, steps, old.certified + more)
    return tuple(found[one] for one in Specialty if one in found)


def people(session: Session, house: AssociationId, asked: Asked) -> Iterator[CohortRow]:
    """Go through those of a cohort, by the day that their period ends."""
    for chosen in (_present(house, asked), _past(house, asked)):
        rows = session.execute(chosen, execution_options={"yield_per": 500})
        yield from map(_row, rows)


def _row(row: Row[*tuple[Any, ...]]) -> CohortRow:
    return CohortRow(
        PersonId(row.person_id),
        row.name,
        row.specialty,
        row.valid_until,
        Step(row.step),
        row.per_cent,
        bool(row.certified),
    )


def _counts(session: Session, house: AssociationId, asked: Asked) -> tuple[int, ...]:
    return tuple(
        session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        for chosen in (_present(house, asked), _past(house, asked))
    )


def counted(session: Session, house: AssociationId, asked: Asked) -> int:
    """Count those of a cohort."""
    return sum(_counts(session, house, asked))


def page(
    session: Session, house: AssociationId, asked: Asked, number: int
) -> tuple[tuple[CohortRow, ...], int]:
    """Give a page of them, and how many there are; whose period is over come last."""
    present, past = _counts(session, house, asked)
    skip, found = (number - 1) * PAGE, list[CohortRow]()
    for chosen, before in ((_present(house, asked), 0), (_past(house, asked), present)):
        place, room = max(0, skip - before), PAGE - len(found)
        if room:
            rows = session.execute(chosen.limit(room).offset(place))
            found += map(_row, rows)
    return tuple(found), present + past


_Chosen = Select[*tuple[object, ...]]


def _present(house: AssociationId, asked: Asked) -> _Chosen:
    """Choose whom the register still holds."""
    chosen = (
        select(
            _OF.person_id,
            Person.name,
            _OF.specialty,
            _OF.valid_until,
            _STEP.label("step"),
            _ST.per_cent,
            _HELD.certificate_id.is_not(None).label("certified"),
        )
        .join(Person, Person.id == _OF.person_id)
        .outerjoin(
            _ST,
            and_(_ST.person_id == _OF.person_id, _ST.ends_on == _OF.valid_until),
        )
        .outerjoin(_HELD, _certificate(_OF))
        .where(*_ours(_OF, house, asked), ~_ENDED)
        .order_by(_OF.valid_until, _OF.person_id, _OF.specialty)
    )
    if asked.step:
        chosen = chosen.where(_STEP == asked.step.value)  # noqa: SIM300 - the column is one
    if asked.short:
        chosen = chosen.where(_ST.hours_met.is_(False))
    return chosen


def _past(house: AssociationId, asked: Asked) -> _Chosen:
    """Choose whose period is over, by how it ended."""
    chosen = (
        select(
            _END.person_id,
            Person.name,
            _END.specialty,
            _END.valid_until,
            _CAUSE.label("step"),
            func.nullif(0, 0).label("per_cent"),
            _HELD.certificate_id.is_not(None).label("certified"),
        )
        .join(Person, Person.id == _END.person_id)
        .outerjoin(_HELD, _certificate(_END))
        .where(*_ours(_END, house, asked))
        .order_by(_END.valid_until, _END.person_id, _END.specialty)
    )
    if asked.short:
        chosen = chosen.where(_END.seq < 0)
    if asked.step:
        chosen = chosen.where(_CAUSE == asked.step.value)  # noqa: SIM300 - the column is one
    return chosen


def _certificate(
    of: type[RegisteredSpecialtyRow] | type[EndedSpecialty],
) -> ColumnElement[bool]:
    return and_(
        _HELD.person_id == of.person_id,
        _HELD.specialty == of.specialty,
        _HELD.period_from == of.valid_from,
        _HELD.state == State.VALID,
    )


def _ours(
    of: type[RegisteredSpecialtyRow] | type[EndedSpecialty],
    house: AssociationId,
    asked: Asked,
) -> tuple[ColumnElement[bool], ...]:
    found = [
        of.valid_until >= asked.since,
        of.valid_until <= asked.until,
        of.person_id.in_(members_of(house)),
    ]
    if asked.specialty:
        found.append(of.specialty == asked.specialty)
    if asked.certified:
        found.append(_HELD.certificate_id.is_not(None))
    return tuple(found)
