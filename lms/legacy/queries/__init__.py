"""Read an old platform's files, and how they were read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.commerce.queries.statements import unpacked
from lms.kernel import pii
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.ids import AssociationId
from lms.legacy.models import LegacyImport, LegacyMapping
from lms.legacy.rules.columns import Field, Kind
from lms.legacy.rules.standing import ImportState


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a form of sheet was read the last time."""

    platform: str
    columns: dict[Field, int]


@dataclass(frozen=True, slots=True)
class ImportCard:
    """A file. Units: `credit` in hundredths of a 学时; `head` counts rows from 0.

    `withdrawal` is the last question whether it is taken back.
    """

    id: UUID
    kind: Kind
    state: ImportState
    platform: str
    file_name: str
    sha256: bytes
    fingerprint: str
    head: int
    columns: dict[Field, int]
    rows: int
    taken_rows: int
    new_rows: int
    credit: int
    made_at: datetime
    done_at: datetime | None
    question: ApprovalCard | None
    withdrawn_at: datetime | None
    withdrawal: ApprovalCard | None

    @property
    def percent(self) -> int:
        """Say how far it is taken over. Units: of a hundred, rounded down."""
        return 100 * self.taken_rows // self.rows if self.rows else 0


def body_place(import_id: UUID) -> str:
    """Name the place that a sealed file belongs to."""
    return f"legacy_imports|body|{import_id}"


def sealed_place(record_id: UUID) -> str:
    """Name the place that a sealed record belongs to."""
    return f"legacy_people|sealed|{record_id}"


def wrapped_for(record_id: UUID, key: bytes) -> bytes:
    """Wrap the key of one record."""
    return pii.wrap(key, f"legacy_person:{record_id}")


def cells_of(row: LegacyImport) -> list[list[str]]:
    """Open a file's cells.

    Raises: Conflict once they are gone.
    """
    if row.body is None or row.wrapped is None:
        raise Conflict("legacy.moved")
    key = pii.unwrap(row.wrapped, f"legacy:{row.id}")
    return unpacked(pii.unseal(key, row.body, body_place(row.id)))


def mapping(
    session: Session, association_id: AssociationId, kind: Kind, fingerprint: str
) -> Mapping | None:
    """Find how this form of sheet was read the last time."""
    row = session.scalar(
        select(LegacyMapping).where(
            LegacyMapping.association_id == association_id,
            LegacyMapping.kind == kind,
            LegacyMapping.fingerprint == fingerprint,
        )
    )
    if row is None:
        return None
    return Mapping(row.platform, {Field(k): place for k, place in row.columns.items()})


def imports(
    session: Session, association_id: AssociationId, *, limit: int = 100
) -> tuple[ImportCard, ...]:
    """List an association's files, the newest first."""
    rows = session.scalars(
        select(LegacyImport)
        .where(LegacyImport.association_id == association_id)
        .order_by(LegacyImport.made_at.desc(), LegacyImport.id)
        .limit(limit)
    ).all()
    return _import_cards(session, rows)


def import_row(
    session: Session, association_id: AssociationId, import_id: UUID
) -> LegacyImport:
    """Find an association's file.

    Raises: NotFound, for a foreign one too.
    """
    row = session.get(LegacyImport, import_id, populate_existing=True)
    if row is None or row.association_id != association_id:
        raise NotFound("legacy.unknown")
    return row


def one_import(
    session: Session, association_id: AssociationId, import_id: UUID
) -> ImportCard:
    """Give an association's file.

    Raises: NotFound, for a foreign one too.
    """
    row = import_row(session, association_id, import_id)
    return _import_cards(session, [row])[0]


def taking(session: Session) -> tuple[UUID, ...]:
    """Name the files that are being taken over."""
    return tuple(
        session.scalars(
            select(LegacyImport.id)
            .where(LegacyImport.state == ImportState.TAKING)
            .order_by(LegacyImport.made_at)
        )
    )


def _import_cards(
    session: Session, rows: Sequence[LegacyImport]
) -> tuple[ImportCard, ...]:
    questions = [one for r in rows for one in (r.approval_id, r.withdrawal_id) if one]
    asked = approvals.these(session, questions)
    return tuple(
        ImportCard(
            id=row.id,
            kind=row.kind,
            state=row.state,
            platform=row.platform,
            file_name=row.file_name,
            sha256=bytes(row.sha256),
            fingerprint=row.fingerprint,
            head=row.head,
            columns={Field(name): place for name, place in row.columns.items()},
            rows=row.rows,
            taken_rows=row.taken_rows,
            new_rows=row.new_rows,
            credit=row.credit,
            made_at=row.made_at,
            done_at=row.done_at,
            question=asked[row.approval_id] if row.approval_id else None,
            withdrawn_at=row.withdrawn_at,
            withdrawal=asked[row.withdrawal_id] if row.withdrawal_id else None,
        )
        for row in rows
    )
