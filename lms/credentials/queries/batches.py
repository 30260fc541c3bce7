"""Reads of batches: how far they are, and the files that came of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.credentials.models import (
    Certificate,
    CertificateFile,
    CertificateStanding,
    IssueBatch,
    IssueLine,
    IssuePack,
)
from lms.credentials.queries.held import file_place
from lms.credentials.rules import Facts, State
from lms.credentials.rules.batches import (
    BatchState,
    Chosen,
    Deed,
    LineState,
    Pace,
    PackState,
    may,
)
from lms.credentials.rules.files import FileKind
from lms.kernel import pii
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.ids import AccountId, AssociationId, PersonId

PAGE = 20
_WALKED = 100


@dataclass(frozen=True, slots=True)
class BatchCard:
    """One batch to show; `done` is how many have had their turn."""

    id: UUID
    association_id: AssociationId
    chosen: Chosen
    asked_by: AccountId | None
    asked_at: datetime
    state: BatchState
    total: int
    seen: int
    able: int
    issued: int
    refused: int
    by_hand: int
    reasons: tuple[tuple[str, int], ...]
    run_at: datetime | None
    run_done: int
    ended_at: datetime | None
    leased_until: datetime | None

    @property
    def done(self) -> int:
        """Count those who qualified and have had their turn."""
        return self.issued + self.refused + self.by_hand

    @property
    def todo(self) -> int:
        """Count those whose turn is to come."""
        return self.able - self.done

    @property
    def lacking(self) -> int:
        """Count those of whom the check said that something is missing."""
        return self.seen - self.able

    @property
    def moving(self) -> bool:
        """Tell whether something happens by itself."""
        return self.state in _MOVING

    def may(self, deed: Deed) -> bool:
        """Tell whether a deed fits now."""
        return may(self.state, deed)

    def pace(self, now: datetime) -> Pace:
        """Say how fast the present run goes."""
        if self.run_at is None:
            return Pace(0, 0.0)
        until = min(now, self.ended_at) if self.ended_at else now
        return Pace(self.done - self.run_done, (until - self.run_at).total_seconds())


_MOVING = {BatchState.CHECKING, BatchState.WAITING, BatchState.RUNNING}


@dataclass(frozen=True, slots=True)
class PackCard:
    """A package to show to who asked for it."""

    id: UUID
    batch_id: UUID
    kinds: tuple[FileKind, ...]
    state: PackState
    done: int
    total: int
    size: int
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None

    @property
    def moving(self) -> bool:
        """Tell whether it is being made, or waits to be."""
        return self.state in {PackState.WAITING, PackState.MAKING}


def batch(session: Session, association_id: AssociationId, batch_id: UUID) -> BatchCard:
    """Give one batch of a desk.

    Raises: NotFound.
    """
    row = session.scalar(
        select(IssueBatch).where(
            IssueBatch.id == batch_id, IssueBatch.association_id == association_id
        )
    )
    if row is None:
        raise NotFound("batch.unknown")
    return _card(row)


def batches(
    session: Session,
    association_id: AssociationId,
    before: datetime | None = None,
    *,
    limit: int = PAGE + 1,
) -> tuple[BatchCard, ...]:
    """List a desk's batches, the newest first, from before an instant on.

    One more than a page shows, when there is one.
    """
    chosen = (
        select(IssueBatch)
        .where(IssueBatch.association_id == association_id)
        .order_by(IssueBatch.asked_at.desc(), IssueBatch.id)
        .limit(limit)
    )
    if before is not None:
        chosen = chosen.where(IssueBatch.asked_at < before)
    return tuple(_card(row) for row in session.scalars(chosen))


def open_batches(session: Session) -> tuple[BatchCard, ...]:
    """List what is for the clock's work to do, the oldest first."""
    rows = session.scalars(
        select(IssueBatch)
        .where(IssueBatch.state.in_(sorted(_MOVING)))
        .order_by(IssueBatch.asked_at)
    )
    return tuple(_card(row) for row in rows)


def _card(row: IssueBatch) -> BatchCard:
    return BatchCard(
        id=row.id,
        association_id=AssociationId(row.association_id),
        chosen=Chosen.restored(row.chosen),
        asked_by=AccountId(row.asked_by) if row.asked_by else None,
        asked_at=row.asked_at,
        state=row.state,
        total=row.total,
        seen=row.seen,
        able=row.able,
        issued=row.issued,
        refused=row.refused,
        by_hand=row.by_hand,
        reasons=tuple(sorted(row.reasons.items(), key=lambda one: (-one[1], one[0]))),
        run_at=row.run_at,
        run_done=row.run_done,
        ended_at=row.ended_at,
        leased_until=row.leased_until,
    )


# -- packages --------------------------------------------------------------------


def packages(
    session: Session, batch_id: UUID, account_id: AccountId
) -> tuple[PackCard, ...]:
    """List what somebody asked for of a batch, the newest first."""
    rows = session.scalars(
        select(IssuePack)
        .where(IssuePack.batch_id == batch_id, IssuePack.asked_by == account_id)
        .order_by(IssuePack.asked_at.desc())
        .limit(PAGE)
    )
    return tuple(_pack(row) for row in rows)


def package(
    session: Session,
    association_id: AssociationId,
    account_id: AccountId,
    pack_id: UUID,
) -> tuple[PackCard, bytes]:
    """Give a package that can be fetched, and the key of its file.

    Raises: NotFound; Conflict for what a colleague asked for: who takes people's data
        away is on the record by name.
    """
    row = session.scalar(
        select(IssuePack).where(
            IssuePack.id == pack_id,
            IssuePack.association_id == association_id,
            IssuePack.state == PackState.READY,
        )
    )
    if row is None or row.wrapped is None:
        raise NotFound("batch.no_package")
    if row.asked_by != account_id:
        raise Conflict("batch.package_of_other")
    return _pack(row), pii.unwrap(row.wrapped, str(row.id))


def _pack(row: IssuePack) -> PackCard:
    return PackCard(
        id=row.id,
        batch_id=row.batch_id,
        kinds=tuple(FileKind(one) for one in row.kinds.split()),
        state=row.state,
        done=row.done,
        total=row.total,
        size=row.size,
        asked_at=row.asked_at,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )


def kinds_of(session: Session, batch_id: UUID) -> tuple[FileKind, ...]:
    """Name the forms in which a batch's certificates are there, as the first has them.

    All are made in the same forms; a timestamped PDF is of some, and not offered.
    """
    first = (
        select(IssueLine.certificate_id)
        .where(IssueLine.batch_id == batch_id, IssueLine.state == LineState.ISSUED)
        .order_by(IssueLine.n)
        .limit(1)
    )
    found = set(
        session.scalars(
            select(CertificateFile.kind).where(
                CertificateFile.certificate_id == first.scalar_subquery()
            )
        )
    )
    return tuple(kind for kind in (FileKind.PDF, FileKind.OFD) if kind.value in found)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a batch, shut. PII: `facts`."""

    n: int
    id: UUID
    kind: FileKind
    sha256: bytes
    size: int
    person_id: PersonId
    facts: Facts = field(repr=False)
    state: State = State.VALID


def files(
    session: Session, batch_id: UUID, kinds: Sequence[FileKind]
) -> Iterator[FileRow]:
    """Go through a batch's files in its order, some at a time."""
    after, seen = 0, _WALKED
    while seen == _WALKED:
        rows = session.execute(_some(batch_id, kinds, after)).all()
        lines = {row.n for row in rows}
        seen = len(lines)
        for row in (each for each in rows if each.id is not None):
            yield FileRow(
                n=row.n,
                id=row.id,
                kind=FileKind(row.kind),
                sha256=row.sha256,
                size=row.size,
                person_id=PersonId(row.person_id),
                facts=Facts.restored(row.facts),
                state=row.state,
            )
        after = max(lines, default=after)


def _some(
    batch_id: UUID, kinds: Sequence[FileKind], after: int
) -> Select[*tuple[Any, ...]]:
    lines = (
        select(IssueLine.n, IssueLine.certificate_id)
        .where(
            IssueLine.batch_id == batch_id,
            IssueLine.state == LineState.ISSUED,
            IssueLine.n > after,
        )
        .order_by(IssueLine.n)
        .limit(_WALKED)
        .subquery()
    )
    return (
        select(
            lines.c.n,
            CertificateFile.id,
            CertificateFile.kind,
            CertificateFile.sha256,
            CertificateFile.size,
            CertificateStanding.person_id,
            Certificate.facts,
            CertificateStanding.state,
        )
        .join(Certificate, Certificate.id == lines.c.certificate_id)
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .outerjoin(
            CertificateFile,
            (CertificateFile.certificate_id == Certificate.id)
            & CertificateFile.kind.in_([kind.value for kind in kinds]),
        )
        .order_by(lines.c.n, CertificateFile.kind)
    )


def opened(session: Session, file: FileRow) -> bytes:
    """Open one file, byte for byte as it was issued.

    Raises: NotFound when its holder's key was destroyed.
    """
    sealed = session.scalar(
        select(CertificateFile.body).where(CertificateFile.id == file.id)
    )
    if sealed is None:
        raise NotFound("certificate.unknown")
    key = accounts.data_key(session, file.person_id)
    return pii.unseal(key, sealed, file_place(file.id))
