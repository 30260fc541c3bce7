"""Packages of a batch's files: asked for, made by the clock's work, gone after days."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from lms.credentials.models import CertificateFile, IssueBatch, IssueLine, IssuePack
from lms.credentials.rules.batches import PACK_DAYS, LineState, PackState
from lms.credentials.rules.files import FileKind
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work

LEASE = timedelta(minutes=2)
_OPEN = (PackState.WAITING, PackState.MAKING)


@dataclass(frozen=True, slots=True)
class PackTask:
    """A package to be made now. Its key is new for each try, and opens no other."""

    id: UUID
    batch_id: UUID
    kinds: tuple[FileKind, ...]
    total: int
    key: bytes = field(repr=False)


def ask_package(
    work: Work,
    association_id: AssociationId,
    batch_id: UUID,
    kinds: tuple[FileKind, ...],
) -> UUID:
    """Ask for a package; it is on the record at once, for it will leave the house.

    Asking for one that is under way is asking once.

    Raises: NotFound; Refused when there is no such file.
    """
    batch = work.session.get(IssueBatch, batch_id)
    if batch is None or batch.association_id != association_id:
        raise NotFound("batch.unknown")
    asked = " ".join(kind.value for kind in kinds)
    under_way = work.session.scalar(
        select(IssuePack.id).where(
            IssuePack.batch_id == batch_id,
            IssuePack.asked_by == work.actor.account_id,
            IssuePack.kinds == asked,
            IssuePack.state.in_(_OPEN),
        )
    )
    if under_way is not None:
        return under_way
    total = _files(work, batch_id, kinds)
    if not total:
        raise Refused("batch.no_files")
    made = _row(work, association_id, batch_id, asked, total)
    evidence.note(
        work,
        f"association:{association_id}",
        "certificates.packed",
        batch=batch_id,
        package=made,
        kinds=asked,
        count=total,
    )
    return made


def _row(
    work: Work, association_id: AssociationId, batch_id: UUID, kinds: str, total: int
) -> UUID:
    row = IssuePack(
        id=new_id(),
        batch_id=batch_id,
        association_id=association_id,
        kinds=kinds,
        asked_by=work.actor.account_id,
        asked_at=work.now,
        state=PackState.WAITING,
        total=total,
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def _files(work: Work, batch_id: UUID, kinds: tuple[FileKind, ...]) -> int:
    return (
        work.session.scalar(
            select(func.count())
            .select_from(IssueLine)
            .join(
                CertificateFile,
                CertificateFile.certificate_id == IssueLine.certificate_id,
            )
            .where(
                IssueLine.batch_id == batch_id,
                IssueLine.state == LineState.ISSUED,
                CertificateFile.kind.in_([kind.value for kind in kinds]),
            )
        )
        or 0
    )


def take_package(work: Work, owner: str) -> PackTask | None:
    """Take the oldest package that nobody makes."""
    row = work.session.scalar(
        select(IssuePack)
        .where(
            IssuePack.state.in_(_OPEN),
            IssuePack.leased_until.is_(None) | (IssuePack.leased_until < work.now),
        )
        .order_by(IssuePack.asked_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    key = pii.new_key()
    row.state, row.owner, row.done = PackState.MAKING, owner, 0
    row.leased_until = work.now + LEASE
    row.wrapped = pii.wrap(key, str(row.id))
    work.session.flush()
    kinds = tuple(FileKind(one) for one in row.kinds.split())
    return PackTask(row.id, row.batch_id, kinds, row.total, key)


def package_goes_on(work: Work, pack_id: UUID, owner: str, done: int) -> bool:
    """Note how far a package is; tell whether it is still ours to make."""
    row = _held(work, pack_id, owner)
    if row is None:
        return False
    row.done = done
    row.leased_until = work.now + LEASE
    return True


def package_made(work: Work, pack_id: UUID, owner: str, size: int) -> bool:
    """Offer a package for some days; tell whether it was ours to make."""
    row = _held(work, pack_id, owner)
    if row is None:
        return False
    row.state, row.size, row.done = PackState.READY, size, row.total
    row.made_at = work.now
    row.expires_at = work.now + timedelta(days=PACK_DAYS)
    row.owner = row.leased_until = None
    return True


def package_failed(work: Work, pack_id: UUID, owner: str) -> None:
    """Give a package up; who asked may ask again."""
    row = _held(work, pack_id, owner)
    if row is not None:
        row.state, row.wrapped = PackState.FAILED, None
        row.owner = row.leased_until = None


def end_packages(work: Work) -> tuple[UUID, ...]:
    """Let go what was offered long enough: without its key no copy opens any more."""
    rows = work.session.scalars(
        select(IssuePack).where(
            IssuePack.state == PackState.READY, IssuePack.expires_at <= work.now
        )
    ).all()
    for row in rows:
        row.state, row.wrapped = PackState.GONE, None
    return tuple(row.id for row in rows)


def forget_in_packages(work: Work, person_id: PersonId) -> tuple[UUID, ...]:
    """Shut for ever what packages hold of a person, and name those to be removed.

    One that is being made is begun anew, without the person; one that was offered is
    gone: who needs it asks again.
    """
    rows = work.session.scalars(
        select(IssuePack)
        .where(
            IssuePack.batch_id.in_(_batches_with(person_id)),
            IssuePack.state.in_((PackState.MAKING, PackState.READY)),
        )
        .order_by(IssuePack.id)
        .with_for_update()
    ).all()
    for row in rows:
        making = row.state is PackState.MAKING
        row.state = PackState.WAITING if making else PackState.GONE
        row.wrapped = row.owner = row.leased_until = None
    return tuple(row.id for row in rows)


def _batches_with(person_id: PersonId) -> Select[UUID]:
    return select(IssueLine.batch_id).where(
        IssueLine.person_id == person_id, IssueLine.state == LineState.ISSUED
    )


def _held(work: Work, pack_id: UUID, owner: str) -> IssuePack | None:
    return work.session.scalar(
        select(IssuePack)
        .where(
            IssuePack.id == pack_id,
            IssuePack.owner == owner,
            IssuePack.state == PackState.MAKING,
        )
        .with_for_update()
    )
