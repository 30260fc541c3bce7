"""Seats with the names of who sits there, and who else could."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.commerce import queries as commerce
from lms.commerce.models import Seat
from lms.commerce.queries import SeatLineCard
from lms.commerce.rules.seats import SeatState
from lms.kernel.ids import PersonId
from lms.learning.models import Enrolment
from lms.people import queries as people
from lms.people.models import Person

PAGE = 50


class Use(StrEnum):
    """How far somebody is with what a seat gave."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One seat as the company sees it. `here`: who sits there still belongs to it.

    PII: the name.
    """

    id: UUID
    n: int
    state: SeatState
    name: str
    link_id: UUID | None
    here: bool
    use: Use
    assigned_at: datetime | None

    @property
    def movable(self) -> bool:
        """Tell whether it may be taken back or given to another."""
        return self.state is SeatState.ASSIGNED and self.use is Use.NOT_BEGUN


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Somebody who could have a seat, or why not. `percent`: of the profile.

    PII: the name.
    """

    link_id: UUID
    name: str
    owned: bool
    percent: int


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """A page of them, as `parts/ui.html: pager` wants it."""

    rows: tuple[CandidateRow, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class InUse:
    """How many seats of a company are in use, of those that it paid for."""

    bought: int
    free: int
    assigned: int
    begun: int


def seat_rows(
    session: Session, employer_id: UUID, line_id: UUID
) -> tuple[SeatRow, ...]:
    """List the seats of a line with who sits there and how far they are."""
    cards = commerce.seats_of_line(session, employer_id, line_id)
    sitting = [card.person_id for card in cards if card.person_id is not None]
    named = session.execute(
        select(Person.id, Person.name).where(Person.id.in_(sitting))
    )
    names = {row.id: row.name for row in named}
    uses = _uses(session, sitting)
    links = [card.link_id for card in cards if card.link_id is not None]
    here = {one.link_id for one in people.staff_some(session, employer_id, links)}
    return tuple(
        SeatRow(
            id=card.id,
            n=card.n,
            state=card.state,
            name=names.get(card.person_id) or "" if card.person_id else "",
            link_id=card.link_id,
            here=card.link_id in here,
            use=uses.get(card.id, Use.NOT_BEGUN),
            assigned_at=card.assigned_at,
        )
        for card in cards
    )


def _uses(session: Session, persons: Collection[PersonId]) -> dict[UUID, Use]:
    """Say of each seat how far who sits there is: done when all of it is."""
    found: dict[UUID, list[Use]] = {}
    rows = session.execute(
        select(Enrolment.source, Enrolment.last_at, Enrolment.completed_at).where(
            Enrolment.person_id.in_(persons), Enrolment.source.startswith("seat:")
        )
    )
    for source, last_at, completed_at in rows:
        use = Use.DONE if completed_at else Use.BEGUN if last_at else Use.NOT_BEGUN
        found.setdefault(UUID(source.split(":")[1]), []).append(use)
    return {seat_id: _joined(uses) for seat_id, uses in found.items()}


def _joined(uses: list[Use]) -> Use:
    if all(use is Use.DONE for use in uses):
        return Use.DONE
    begun = any(use is not Use.NOT_BEGUN for use in uses)
    return Use.BEGUN if begun else Use.NOT_BEGUN


def candidates(
    session: Session, line: SeatLineCard, *, words: str, page: int
) -> CandidatePage:
    """List who of the company does not sit in a line; those with the course last."""
    sitting = set(
        session.scalars(
            select(Seat.person_id).where(
                Seat.line_id == line.line_id, Seat.person_id.is_not(None)
            )
        )
    )
    staff = [
        one
        for one in people.staff_of(session, line.employer_id)
        if one.person_id not in sitting and words in one.name
    ]
    owners = _owners(session, line, [one.person_id for one in staff])
    staff.sort(key=lambda one: (one.person_id in owners, one.name))
    pages = max(1, -(-len(staff) // PAGE))
    number = min(max(1, page), pages)
    rows = tuple(
        CandidateRow(
            link_id=one.link_id,
            name=one.name,
            owned=one.person_id in owners,
            percent=people.completeness(session, one.person_id).percent,
        )
        for one in staff[PAGE * (number - 1) : PAGE * number]
    )
    return CandidatePage(rows, number, pages, len(staff))


def _owners(
    session: Session, line: SeatLineCard, persons: Collection[PersonId]
) -> frozenset[PersonId]:
    """Name who has all the courses of a line already, in just these versions."""
    rows = session.execute(
        select(Enrolment.person_id, func.count())
        .where(
            Enrolment.person_id.in_(persons),
            Enrolment.version_id.in_(line.version_ids),
        )
        .group_by(Enrolment.person_id)
    )
    whole = len(line.version_ids)
    return frozenset(PersonId(who) for who, count in rows if count >= whole)


def in_use(
    session: Session, employer_id: UUID, *, association_id: UUID | None = None
) -> InUse:
    """Count a company's seats; those of one association, perhaps."""
    lines = commerce.seat_lines(session, employer_id, association_id=association_id)
    ids = [line.line_id for line in lines]
    sitting = session.execute(
        select(Seat.id, Seat.person_id).where(
            Seat.line_id.in_(ids), Seat.state == SeatState.ASSIGNED
        )
    ).all()
    uses = _uses(session, [PersonId(row.person_id) for row in sitting])
    begun = {one for one, use in uses.items() if use is not Use.NOT_BEGUN}
    return InUse(
        bought=sum(line.count.bought for line in lines),
        free=sum(line.count.free for line in lines),
        assigned=len(sitting),
        begun=len({row.id for row in sitting} & begun),
    )
