"""The register of teachers as a list: searched, narrowed, page by page, and counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, or_, select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.kernel.ids import AssociationId, PersonId
from lms.policy.model import Specialty
from lms.reports.pages import Page, counted, from_place
from lms.teachers.models import Teacher, TeacherPaper
from lms.teachers.queries import TeacherCard, cards
from lms.teachers.rules import SOON, State
from lms.teachers.services import MATTER

_NEWEST = (Teacher.made_at, Teacher.id)
_AT_ONCE = 200


class Pile(StrEnum):
    """What a list of teachers is narrowed to."""

    ALL = "all"
    DRAFT = "draft"
    WAITING = "waiting"
    REGISTERED = "registered"
    ENDING = "ending"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. `words`: in name, employer or title. PII: `words`."""

    pile: Pile = Pile.ALL
    words: str = field(default="", repr=False)
    specialty: Specialty | None = None


def teachers(
    session: Session,
    association_id: AssociationId,
    asked: Asked,
    on: date,
    after: str = "",
) -> Page[TeacherCard]:
    """List an association's teachers, the latest to be entered first."""
    chosen = _chosen(association_id, asked, on)
    found, more = from_place(session, chosen, _NEWEST, after)
    rows = _rows(session, [row.id for row in found])
    return Page(rows, more, counted(session, chosen))


def every(
    session: Session, association_id: AssociationId, asked: Asked, on: date
) -> Iterator[TeacherCard]:
    """Give all that fit, for a table to download."""
    ids = session.scalars(_chosen(association_id, asked, on).order_by(*_NEWEST)).all()
    for start in range(0, len(ids), _AT_ONCE):
        yield from _rows(session, ids[start : start + _AT_ONCE])


def _rows(session: Session, ids: Sequence[UUID]) -> tuple[TeacherCard, ...]:
    known = {
        row.id: row
        for row in session.scalars(select(Teacher).where(Teacher.id.in_(ids)))
    }
    return cards(session, [known[one] for one in ids])


def counts(
    session: Session, association_id: AssociationId, on: date
) -> dict[Pile, int]:
    """Count each pile as its list does."""
    return {
        pile: counted(session, _chosen(association_id, Asked(pile), on))
        for pile in Pile
    }


def to_check(session: Session, association_id: AssociationId, me: PersonId) -> int:
    """Count who waits for a check that `me` may make."""
    asked = approvals.queue(session, association_id, MATTER)
    return sum(one.asked_person_id != me for one in asked)


def ending(session: Session, association_id: AssociationId, on: date) -> int:
    """Count those in the register of whom a paper ends soon, or ended."""
    return counted(session, _chosen(association_id, Asked(Pile.ENDING), on))


def _chosen(association_id: AssociationId, asked: Asked, on: date) -> Select[UUID]:
    chosen = select(Teacher.id).where(
        Teacher.association_id == association_id, *_of_pile(asked.pile, on)
    )
    if asked.words:
        there = [
            column.icontains(asked.words, autoescape=True)
            for column in (Teacher.name, Teacher.employer, Teacher.title)
        ]
        chosen = chosen.where(or_(*there))
    if asked.specialty is not None:
        # A list of short codes: none is a part of another.
        chosen = chosen.where(
            cast(Teacher.specialties, String).contains(f'"{asked.specialty.value}"')
        )
    return chosen


def _of_pile(pile: Pile, on: date) -> tuple[ColumnElement[bool], ...]:
    if pile is Pile.ALL:
        return ()
    if pile is Pile.ENDING:
        return (
            Teacher.state != State.RETIRED,
            Teacher.checked_at.is_not(None),
            _ends(on),
        )
    return (Teacher.state == State(pile.value),)


def _ends(on: date) -> ColumnElement[bool]:
    """Choose of whom a paper that counts ends soon, or has ended."""
    return exists().where(
        and_(
            TeacherPaper.teacher_id == Teacher.id,
            TeacherPaper.removed_at.is_(None),
            TeacherPaper.valid_until <= on + SOON,
        )
    )
