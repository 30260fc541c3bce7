"""What is kept of a registration period, by either side."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import EmployerId, PersonId
from lms.people.models import ArchiveBody, ArchiveFile
from lms.people.rules import ArchiveKind, Period, Side


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose papers about whom. An employer's hang on the link to the person."""

    keeper: Side
    person_id: PersonId
    employer_id: EmployerId | None = None
    link_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FileCard:
    """One file that is kept. Units: `size` bytes, `seconds` of a recording."""

    id: UUID
    kind: ArchiveKind
    title: str
    media: str
    size: int
    seconds: int | None
    sha256: str
    kept_at: datetime
    period: Period


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file, opened. PII: all of it."""

    card: FileCard
    body: bytes


def of_shelf(shelf: Shelf) -> ColumnElement[bool]:
    """Say which files are on a shelf."""
    mine = (ArchiveFile.keeper == shelf.keeper) & (
        ArchiveFile.person_id == shelf.person_id
    )
    if shelf.keeper is Side.PERSON:
        return mine
    return mine & (ArchiveFile.link_id == shelf.link_id)


def archive(session: Session, shelf: Shelf) -> tuple[FileCard, ...]:
    """List what is kept, the newest period first, then by kind."""
    rows = session.scalars(
        select(ArchiveFile)
        .where(of_shelf(shelf), ArchiveFile.dropped_at.is_(None))
        .order_by(ArchiveFile.period_from.desc(), ArchiveFile.kept_at, ArchiveFile.id)
    )
    order = tuple(ArchiveKind)
    return tuple(
        sorted(map(_card, rows), key=lambda c: (-_day(c), order.index(c.kind)))
    )


def _day(card: FileCard) -> int:
    return card.period.since.toordinal()


def _card(row: ArchiveFile) -> FileCard:
    return FileCard(
        row.id,
        row.kind,
        row.title,
        row.media,
        row.size,
        row.seconds,
        row.sha256.hex(),
        row.kept_at,
        Period(row.period_from, row.period_until),
    )


def open_file(session: Session, shelf: Shelf, file_id: UUID) -> OpenFile:
    """Open one file of a shelf.

    Raises: NotFound, for another's and a dropped one alike.
    """
    found = session.execute(
        select(ArchiveFile, ArchiveBody.body)
        .join(ArchiveBody, ArchiveBody.file_id == ArchiveFile.id)
        .where(
            ArchiveFile.id == file_id,
            of_shelf(shelf),
            ArchiveFile.dropped_at.is_(None),
        )
    ).first()
    if found is None:
        raise NotFound("archive.unknown")
    row, sealed = found
    key = accounts.data_key(session, shelf.person_id)
    return OpenFile(_card(row), pii.unseal(key, sealed, body_place(row.id)))


def body_place(file_id: UUID) -> str:
    """Name the place that a sealed file belongs to."""
    return f"archive_bodies|body|{file_id}"


def opened(session: Session, shelf: Shelf, period: Period) -> Iterator[OpenFile]:
    """Open the files of one period, one after the other."""
    for card in archive(session, shelf):
        if card.period == period:
            yield open_file(session, shelf, card.id)


def kept_kinds(
    session: Session, shelves: ColumnElement[bool]
) -> dict[UUID, frozenset[tuple[date, ArchiveKind]]]:
    """Tell of which period and kind something is kept, by link."""
    rows = session.execute(
        select(ArchiveFile.link_id, ArchiveFile.period_from, ArchiveFile.kind)
        .where(shelves, ArchiveFile.dropped_at.is_(None))
        .distinct()
    )
    found: dict[UUID, set[tuple[date, ArchiveKind]]] = {}
    for link_id, since, kind in rows:
        if link_id is not None:
            found.setdefault(link_id, set()).add((since, kind))
    return {link_id: frozenset(kinds) for link_id, kinds in found.items()}


def kept_by(
    session: Session, employer_id: UUID
) -> dict[UUID, frozenset[tuple[date, ArchiveKind]]]:
    """Tell what a company keeps, by link, period and kind."""
    return kept_kinds(session, ArchiveFile.employer_id == employer_id)
