"""What a desk sees of a batch: the people in it, what it may choose by, and paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, CourseVersion, Package
from lms.credentials.models import (
    Certificate,
    IssueLine,
    PaperCopy,
    PrintQueue,
)
from lms.credentials.rules import Facts
from lms.credentials.rules.batches import Chosen, LineState, PaperWhy
from lms.kernel.ids import AssociationId, CertificateId, PersonId
from lms.people.models import Employer, Person
from lms.policy.model import Specialty

PAGE = 50
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class LineRow:
    """One person of a batch. PII: the name."""

    n: int
    person_id: PersonId
    name: str
    specialty: Specialty
    state: LineState
    reasons: tuple[str, ...]
    number: str | None
    characters: str | None


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines; `after` is where the next page goes on, None at the end."""

    rows: tuple[LineRow, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Named:
    """Something to choose by."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A certificate to be printed, or printed. PII: `facts`."""

    id: UUID
    certificate_id: CertificateId
    facts: Facts
    specialty: Specialty
    why: PaperWhy
    asked_at: datetime
    printed_at: datetime | None


def lines(
    session: Session,
    batch_id: UUID,
    states: Sequence[LineState],
    *,
    code: str = "",
    after: int = 0,
    size: int | None = None,
) -> LinePage:
    """List people of a batch in its order, from after one on; `code` is a reason.

    A page of them, or `size`.
    """
    size = size or PAGE
    chosen = _lines().where(
        IssueLine.batch_id == batch_id,
        IssueLine.state.in_(states),
        IssueLine.n > after,
    )
    if code:
        chosen = chosen.where(IssueLine.reasons.contains(code, autoescape=True))
    found = [
        LineRow(
            row.n,
            PersonId(row.person_id),
            row.name,
            row.specialty,
            row.state,
            tuple(row.reasons.split()),
            row.number,
            row.characters,
        )
        for row in session.execute(chosen.limit(size + 1))
    ]
    more = len(found) > size
    return LinePage(tuple(found[:size]), found[size - 1].n if more else None)


def every_line(
    session: Session, batch_id: UUID, states: Sequence[LineState], code: str = ""
) -> Iterator[LineRow]:
    """Give all people of a batch that fit, in its order, some at a time."""
    after: int | None = 0
    while after is not None:
        page = lines(session, batch_id, states, code=code, after=after, size=_AT_ONCE)
        yield from page.rows
        after = page.after


def _lines() -> Select[*tuple[Any, ...]]:
    """Join to each line its name, its certificate, and what a hand must draw."""
    by_hand = (
        (PrintQueue.person_id == IssueLine.person_id)
        & (PrintQueue.specialty == IssueLine.specialty)
        & PrintQueue.solved_at.is_(None)
        & (IssueLine.state == LineState.WAITING_HAND)
    )
    return (
        select(
            IssueLine.n,
            IssueLine.person_id,
            Person.name,
            IssueLine.specialty,
            IssueLine.state,
            IssueLine.reasons,
            Certificate.number,
            PrintQueue.characters,
        )
        .join(Person, Person.id == IssueLine.person_id)
        .outerjoin(Certificate, Certificate.id == IssueLine.certificate_id)
        .outerjoin(PrintQueue, by_hand)
        .order_by(IssueLine.n)
    )


def courses(session: Session, association_id: AssociationId) -> tuple[Named, ...]:
    """List the courses that an association ever taught, by their newest title."""
    newest = (
        select(CourseVersion.course_id, func.max(CourseVersion.n).label("n"))
        .where(
            CourseVersion.association_id == association_id,
            CourseVersion.published_at.is_not(None),
        )
        .group_by(CourseVersion.course_id)
        .subquery()
    )
    rows = session.execute(
        select(CourseVersion.course_id, CourseVersion.title)
        .join(
            newest,
            (newest.c.course_id == CourseVersion.course_id)
            & (newest.c.n == CourseVersion.n),
        )
        .order_by(CourseVersion.title)
    )
    return tuple(Named(row[0], row[1]) for row in rows if row[0] is not None)


def packages(session: Session, association_id: AssociationId) -> tuple[Named, ...]:
    """List an association's packages, those no longer on sale too."""
    rows = session.execute(
        select(Package.id, Package.title)
        .where(Package.association_id == association_id)
        .order_by(Package.title)
    )
    return tuple(Named(*row) for row in rows)


def employers(session: Session, words: str) -> tuple[Named, ...]:
    """Find companies by code or part of a name; as many as fit on a hand."""
    words = words.strip()
    rows = session.execute(
        select(Employer.id, Employer.name)
        .where(
            (Employer.uscc == words.upper())
            | (Employer.name == words)
            | Employer.name.contains(words, autoescape=True)
        )
        .order_by(Employer.name != words, Employer.name)
        .limit(5)
    )
    return tuple(Named(*row) for row in rows)


def names(
    session: Session, association_id: AssociationId, chosen: Chosen
) -> dict[str, str]:
    """Name what a batch was chosen by: course, package and company."""
    found = {}
    if chosen.course_id:
        found["course"] = session.scalar(
            select(CourseVersion.title)
            .join(Course, Course.id == CourseVersion.course_id)
            .where(
                CourseVersion.course_id == chosen.course_id,
                Course.association_id == association_id,
            )
            .order_by(CourseVersion.n.desc())
            .limit(1)
        )
    if chosen.package_id:
        found["package"] = session.scalar(
            select(Package.title).where(
                Package.id == chosen.package_id,
                Package.association_id == association_id,
            )
        )
    if chosen.employer_id:
        found["employer"] = session.scalar(
            select(Employer.name).where(Employer.id == chosen.employer_id)
        )
    return {name: value or "" for name, value in found.items()}


def every_paper(
    session: Session,
    association_id: AssociationId,
    *,
    printed: bool,
    batch: UUID | None,
) -> Iterator[PaperRow]:
    """Give all that is to be printed or was, the oldest first, some at a time."""
    after = None
    while page := paper(
        session, association_id, printed=printed, batch_id=batch, after=after
    ):
        yield from page
        after = page[-1].asked_at, page[-1].id


def paper(
    session: Session,
    association_id: AssociationId,
    *,
    printed: bool = False,
    batch_id: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
) -> tuple[PaperRow, ...]:
    """List what is to be printed or was, the oldest first; one more than a page."""
    copy = PaperCopy
    chosen = _papers().where(
        copy.association_id == association_id,
        copy.printed_at.is_not(None) if printed else copy.printed_at.is_(None),
    )
    if after is not None:
        at, last = after
        later = (copy.asked_at == at) & (copy.id > last)
        chosen = chosen.where((copy.asked_at > at) | later)
    if batch_id is not None:
        mine = select(IssueLine.certificate_id).where(IssueLine.batch_id == batch_id)
        chosen = chosen.where(copy.certificate_id.in_(mine))
    return tuple(
        PaperRow(
            row.id,
            CertificateId(row.certificate_id),
            Facts.restored(row.facts),
            row.specialty,
            row.why,
            row.asked_at,
            row.printed_at,
        )
        for row in session.execute(chosen)
    )


def _papers() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PaperCopy.id,
            PaperCopy.certificate_id,
            Certificate.facts,
            Certificate.specialty,
            PaperCopy.why,
            PaperCopy.asked_at,
            PaperCopy.printed_at,
        )
        .join(Certificate, Certificate.id == PaperCopy.certificate_id)
        .order_by(PaperCopy.asked_at, PaperCopy.id)
        .limit(PAGE + 1)
    )
