"""Read the checks after the grant: draws, cases, and whom they concern."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.kernel.ids import EmployerId, PersonId
from lms.people import queries as people
from lms.people.queries import FileCard, Shelf, naming
from lms.people.rules import Side
from lms.policy.model import Province
from lms.registration.models import ApplicationRow, AuditCase, AuditDraw
from lms.registration.rules.audits import OPEN, AuditState, late
from lms.registration.rules.desk import serves


@dataclass(frozen=True, slots=True)
class DrawCard:
    """A draw. Units: `share` in per cent; `pot` and `taken` in grants."""

    id: UUID
    province: Province
    since: date
    until: date
    share: int
    pot: int
    taken: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One grant that is checked. `*_handed` are file ids with their SHA-256.

    `drew` is the account that drew it, for the office `office_id`.
    """

    id: UUID
    draw_id: UUID
    application_id: UUID
    number: str
    person_id: PersonId
    employer_id: EmployerId | None
    province: Province
    asked_on: date
    due_on: date
    state: AuditState
    person_handed_at: datetime | None
    person_handed: tuple[tuple[str, str], ...]
    employer_handed_at: datetime | None
    employer_handed: tuple[tuple[str, str], ...]
    found_by: UUID | None
    found_at: datetime | None
    words: str
    decided_at: datetime | None
    answer: str
    drew: UUID | None
    office_id: UUID

    @property
    def is_open(self) -> bool:
        """Tell whether papers may still be handed over."""
        return self.state in OPEN

    @property
    def is_readable(self) -> bool:
        """Tell whether the desk may open the papers: not once it ended well."""
        return self.is_open or self.state is AuditState.REVOKED

    def listed(self, side: Side) -> tuple[tuple[str, str], ...]:
        """Give what a side handed over, each file with its SHA-256."""
        return self.person_handed if side is Side.PERSON else self.employer_handed

    def handed_at(self, side: Side) -> datetime | None:
        """Say when a side last handed something over."""
        if side is Side.PERSON:
            return self.person_handed_at
        return self.employer_handed_at

    def asked_again(self, side: Side) -> bool:
        """Tell whether something is to be mended and nothing came since."""
        at = self.handed_at(side)
        if self.state is not AuditState.TO_MEND or self.found_at is None:
            return False
        return at is None or at <= self.found_at

    def late(self, today: date) -> bool:
        """Tell whether the person's papers are overdue."""
        handed = self.person_handed_at is not None and not self.asked_again(Side.PERSON)
        return late(self.state, self.due_on, today, handed=handed)


def draws(session: Session, provinces: Iterable[Province]) -> tuple[DrawCard, ...]:
    """List the draws of some provinces, the newest first."""
    rows = session.scalars(
        select(AuditDraw)
        .where(AuditDraw.province.in_(list(provinces)))
        .order_by(AuditDraw.at.desc())
    )
    return tuple(
        DrawCard(r.id, r.province, r.since, r.until, r.share, r.pot, r.taken, r.at)
        for r in rows
    )


def cases(
    session: Session, provinces: Iterable[Province], region: str
) -> tuple[CaseCard, ...]:
    """List the cases of an office's area: open ones first, the first due first."""
    found = _cases(session, AuditCase.province.in_(list(provinces)))
    here = _in_reach(session, region, found)
    return tuple(sorted(here, key=lambda each: (not each.is_open, each.due_on)))


def case(
    session: Session, provinces: Iterable[Province], case_id: UUID, region: str = ""
) -> CaseCard:
    """Give one case of an office's area. Raises: NotFound, for another's too."""
    here = AuditCase.province.in_(list(provinces))
    found = _cases(session, AuditCase.id == case_id, here)
    for one in _in_reach(session, region, found):
        return one
    raise NotFound("audit.unknown")


def _in_reach(
    session: Session, region: str, found: Iterable[CaseCard]
) -> list[CaseCard]:
    """Keep what is of an area, by the companies' codes."""
    found = list(found)
    wanted = {one.employer_id for one in found if one.employer_id}
    codes = naming.company_names(session, wanted)
    return [
        one
        for one in found
        if one.employer_id is None or serves(region, codes[one.employer_id].uscc)
    ]


def of_person(session: Session, person_id: PersonId) -> tuple[CaseCard, ...]:
    """List the checks of a person's grants, the newest first."""
    return _cases(session, AuditCase.person_id == person_id)


def of_employer(session: Session, employer_id: EmployerId) -> tuple[CaseCard, ...]:
    """List the checks that concern an employer, the newest first."""
    return _cases(session, AuditCase.employer_id == employer_id)


def shelves(
    session: Session, of: AuditCase | CaseCard, side: Side
) -> tuple[Shelf, ...]:
    """Name where a side keeps the papers of the person.

    One may have come to an employer more than once: each time has a shelf of its own.
    """
    person_id = PersonId(of.person_id)
    if side is Side.PERSON:
        return (Shelf(side, person_id),)
    if of.employer_id is None:
        return ()
    employer_id = EmployerId(of.employer_id)
    return tuple(
        Shelf(side, person_id, employer_id, link.id)
        for link in people.links_of(session, employer_id)
        if link.person_id == person_id and link.since is not None
    )


def in_area(
    session: Session, region: str, rows: Iterable[ApplicationRow]
) -> frozenset[UUID]:
    """Name the applications that an area's office decides, by the companies' codes."""
    employer = {row.id: row.employer_id for row in rows}
    codes = naming.company_names(session, {e for e in employer.values() if e})
    uscc = {one: codes[e].uscc for one, e in employer.items() if e and e in codes}
    return frozenset(one for one in employer if serves(region, uscc.get(one, "")))


def all_handed(case: AuditCase) -> bool:
    """Tell whether each side handed over since it was last asked."""
    sides = [case.person_handed_at]
    if case.employer_id is not None:
        sides.append(case.employer_handed_at)
    asked = case.found_at if case.state is AuditState.TO_MEND else None
    return all(at is not None and (asked is None or at > asked) for at in sides)


def kept(
    session: Session, of: AuditCase | CaseCard, side: Side
) -> tuple[FileCard, ...]:
    """List what a side keeps now."""
    found = (people.archive(session, shelf) for shelf in shelves(session, of, side))
    return tuple(card for shelf in found for card in shelf)


def handed(session: Session, of: CaseCard, side: Side) -> tuple[FileCard, ...]:
    """List the files that a side handed over; nothing else of its shelf."""
    given = {name for name, _digest in of.listed(side)}
    return tuple(card for card in kept(session, of, side) if str(card.id) in given)


def _cases(session: Session, *which: ColumnElement[bool]) -> tuple[CaseCard, ...]:
    rows = session.execute(
        select(AuditCase, ApplicationRow.number, AuditDraw)
        .join(ApplicationRow, ApplicationRow.id == AuditCase.application_id)
        .join(AuditDraw, AuditDraw.id == AuditCase.draw_id)
        .where(*which)
        .order_by(AuditCase.asked_on.desc(), AuditCase.id)
    )
    return tuple(_card(row, number, drawn) for row, number, drawn in rows)


def _card(row: AuditCase, number: str, drawn: AuditDraw) -> CaseCard:
    return CaseCard(
        id=row.id,
        draw_id=row.draw_id,
        application_id=row.application_id,
        number=number,
        person_id=PersonId(row.person_id),
        employer_id=EmployerId(row.employer_id) if row.employer_id else None,
        province=row.province,
        asked_on=row.asked_on,
        due_on=row.due_on,
        state=row.state,
        person_handed_at=row.person_handed_at,
        person_handed=tuple((one[0], one[1]) for one in row.person_handed),
        employer_handed_at=row.employer_handed_at,
        employer_handed=tuple((one[0], one[1]) for one in row.employer_handed),
        found_by=row.found_by,
        found_at=row.found_at,
        words=row.words,
        decided_at=row.decided_at,
        answer=row.answer,
        drew=drawn.account_id,
        office_id=drawn.office_id,
    )
