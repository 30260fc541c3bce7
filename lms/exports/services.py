"""Ask for an export, agree to it, make it, fetch it, let it go."""

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert, select

from lms.approvals import services as approvals
from lms.approvals.queries import approval
from lms.approvals.rules import ApprovalState, Terms
from lms.evidence import services as evidence
from lms.exports import queries
from lms.exports.models import DayFigures, ExportJob, ProvinceReport
from lms.exports.queries import DayCard
from lms.exports.rules import (
    KEPT,
    OPEN,
    REASON_LENGTH,
    ExportState,
    Made,
    Signed,
    Task,
    Wanted,
    may_cancel,
    report_number,
)
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work, fail_point

MATTER = "export.personal"
LEASE = timedelta(minutes=2)
MOST_OPEN = 20
"""So many exports somebody may have under way."""


# -- at the desk -----------------------------------------------------------------


def ask(work: Work, association_id: AssociationId, wanted: Wanted) -> UUID:
    """Ask for an export; one that names people in full waits for another's word.

    Raises: Refused without a reason, or when too much is under way.
    """
    reason = " ".join(wanted.reason.split())
    if not REASON_LENGTH[0] <= len(reason) <= REASON_LENGTH[1]:
        raise Refused("export.no_reason")
    if _under_way(work, association_id) >= MOST_OPEN:
        raise Refused("export.many")
    made, key = new_id(), pii.new_key()
    told = json.dumps(wanted.stored(), ensure_ascii=False)
    row = ExportJob(
        id=made,
        association_id=association_id,
        kind=wanted.kind,
        title=wanted.title,
        number=report_number(legal_day(work.now), made) if wanted.period else None,
        personal=wanted.personal,
        reason=reason,
        locale=wanted.locale,
        asked_key=pii.wrap(key, str(made)),
        asked=pii.seal(key, told, f"export_jobs|asked|{made}"),
        asked_by=work.actor.account_id,
        asked_person_id=work.actor.person_id,
        asked_at=work.now,
        state=ExportState.ASKED if wanted.personal else ExportState.WAITING,
        total=wanted.total,
    )
    work.session.add(row)
    work.session.flush()
    if wanted.personal:
        row.approval_id = _put(work, row)
    _note(work, row, "asked", of=wanted.kind, personal=wanted.personal)
    return made


def _under_way(work: Work, association_id: AssociationId) -> int:
    mine = select(func.count()).where(
        ExportJob.association_id == association_id,
        ExportJob.asked_by == work.actor.account_id,
        ExportJob.state.in_(sorted(OPEN)),
    )
    return work.session.scalar(mine) or 0


def _put(work: Work, row: ExportJob) -> UUID:
    return approvals.ask(
        work,
        MATTER,
        f"export:{row.id}",
        {"of": row.kind},
        row.reason,
        terms=Terms(association_id=row.association_id, last_role="manager"),
    )


def decide(
    work: Work,
    association_id: AssociationId,
    job_id: UUID,
    approved: bool,  # noqa: FBT001 - the answer itself
    comment: str,
) -> ExportState:
    """Say yes or no to what another wants to take away.

    Raises: NotFound; Conflict when it does not wait any more; Refused for the asker.
    """
    row = _own(work, association_id, job_id)
    if row.state is not ExportState.ASKED or row.approval_id is None:
        raise Conflict("export.not_now")
    if not approved and not comment.strip():
        raise Refused("approval.no_comment")
    card = approvals.decide(
        work, row.approval_id, approved, comment, association_id=association_id
    )
    if card.state is ApprovalState.APPROVED:
        row.state = ExportState.WAITING
    else:
        _ended(work, row, ExportState.REFUSED)
    work.session.flush()
    return row.state


def cancel(work: Work, association_id: AssociationId, job_id: UUID) -> None:
    """Take an export back, wherever it stands; its file opens no more.

    Who asked may, and a manager.

    Raises: NotFound; Conflict when it has ended; Refused for others.
    """
    row = _own(work, association_id, job_id)
    if not may_cancel(row.state):
        raise Conflict("export.not_now")
    own = row.asked_by is not None and row.asked_by == work.actor.account_id
    if not own and "manager" not in work.actor.roles:
        raise Refused("export.of_other")
    if row.state is ExportState.ASKED and row.approval_id is not None:
        approvals.drop(work, row.approval_id)
    _ended(work, row, ExportState.CANCELLED)
    _note(work, row, "cancelled", of=row.kind)


def fetch(
    work: Work, association_id: AssociationId, job_id: UUID
) -> tuple[queries.ExportCard, bytes]:
    """Give who asked the key of the file; each time it goes on the record.

    Raises: NotFound for another association, or when its time is over; Conflict for
        what a colleague asked for: who takes people's data away is known by name.
    """
    row = _own(work, association_id, job_id)
    over = row.expires_at is None or row.expires_at <= work.now
    if row.state is not ExportState.READY or over or row.file_key is None:
        raise NotFound("export.gone")
    if row.asked_by is None or row.asked_by != work.actor.account_id:
        raise Conflict("export.of_other")
    row.fetched += 1
    _note(work, row, "fetched", of=row.kind, count=row.done, sha256=_hex(row.sha256))
    card = queries.job(work.session, association_id, job_id)
    return card, pii.unwrap(row.file_key, f"export:{row.id}")


# -- at work ---------------------------------------------------------------------


def take(work: Work, owner: str) -> Task | None:
    """Take the oldest export that nobody makes; one that was begun begins anew."""
    row = work.session.scalar(
        select(ExportJob)
        .where(
            ExportJob.state.in_((ExportState.RUNNING, ExportState.WAITING)),
            ExportJob.leased_until.is_(None) | (ExportJob.leased_until < work.now),
        )
        .order_by(ExportJob.asked_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    key = pii.new_key()
    row.state, row.owner, row.done = ExportState.RUNNING, owner, 0
    row.tries += 1
    row.leased_until = work.now + LEASE
    row.file_key = pii.wrap(key, f"export:{row.id}")
    work.session.flush()
    return _task(row, key)


def _task(row: ExportJob, key: bytes) -> Task:
    return Task(
        id=row.id,
        association_id=row.association_id,
        kind=row.kind,
        title=row.title,
        personal=row.personal,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        number=row.number,
        locale=row.locale,
        narrowing=queries.narrowing(row),
        key=key,
        tries=row.tries,
    )


def goes_on(work: Work, job_id: UUID, owner: str, done: int) -> bool:
    """Note how far an export is; tell whether it is still ours to make."""
    row = _held(work, job_id, owner)
    if row is None:
        return False
    row.done = done
    row.leased_until = work.now + LEASE
    return True


def made(work: Work, job_id: UUID, owner: str, file: Made) -> bool:
    """Offer a file for some days; tell whether it was ours to make."""
    row = _held(work, job_id, owner)
    if row is None:
        return False
    row.state = ExportState.READY
    row.done, row.total = file.rows, file.rows
    row.size, row.sha256 = file.size, file.sha256
    row.made_at, row.expires_at = work.now, work.now + KEPT
    row.owner = row.leased_until = None
    if file.signed is not None:
        _book(work, row, file, file.signed)
    _note(work, row, "made", of=row.kind, count=file.rows, sha256=_hex(file.sha256))
    fail_point("export.made")
    return True


def _book(work: Work, row: ExportJob, file: Made, signed: Signed) -> None:
    """Write a report to the province down for good."""
    period = queries.narrowing(row).period
    if period is None or row.number is None:
        raise RuntimeError("a report without a period was signed")
    said = approval(work.session, row.approval_id) if row.approval_id else None
    agreed = (
        next((one for one in said.decisions if one.approved), None) if said else None
    )
    work.session.add(
        ProvinceReport(
            job_id=row.id,
            number=row.number,
            association_id=row.association_id,
            basis=period.basis,
            since=period.since,
            until=period.until,
            count=file.rows,
            sha256=file.sha256,
            manifest=signed.manifest,
            kid=signed.kid,
            signature=signed.signature,
            asked_by=row.asked_by,
            agreed_by=agreed.account_id if agreed else None,
            made_at=work.now,
        )
    )


def failed(work: Work, job_id: UUID, owner: str, code: str) -> None:
    """Give an export up; who asked is told why, and may ask again."""
    row = _held(work, job_id, owner)
    if row is None:
        return
    row.fault = code[:60]
    _ended(work, row, ExportState.FAILED)
    _note(work, row, "failed", of=row.kind, code=row.fault)


def end_old(work: Work) -> tuple[UUID, ...]:
    """Let go what was offered long enough: without its key no copy opens any more."""
    rows = work.session.scalars(
        select(ExportJob)
        .where(ExportJob.state == ExportState.READY, ExportJob.expires_at <= work.now)
        .order_by(ExportJob.id)
        .limit(500)
        .with_for_update()
    ).all()
    for row in rows:
        _ended(work, row, ExportState.GONE)
        _note(work, row, "ended", of=row.kind, fetched=row.fetched)
    return tuple(row.id for row in rows)


def forget(work: Work) -> tuple[UUID, ...]:
    """Shut the files that name people in full, because somebody is being forgotten.

    Who is in a file is written nowhere, and each lives but some days: all go. One that
    is being made is begun anew, without the person.
    """
    rows = work.session.scalars(
        select(ExportJob)
        .where(
            ExportJob.personal,
            ExportJob.state.in_((ExportState.READY, ExportState.RUNNING)),
        )
        .order_by(ExportJob.id)
        .with_for_update()
    ).all()
    for row in rows:
        if row.state is ExportState.RUNNING:
            row.state = ExportState.WAITING
            row.owner = row.leased_until = row.file_key = None
            continue
        _ended(work, row, ExportState.GONE)
    return tuple(row.id for row in rows)


def _ended(work: Work, row: ExportJob, state: ExportState) -> None:
    """End an export: nothing opens any more, neither its file nor what was asked."""
    row.state, row.ended_at = state, work.now
    row.owner = row.leased_until = row.file_key = None
    row.asked = row.asked_key = None
    work.session.flush()


def _own(work: Work, association_id: AssociationId, job_id: UUID) -> ExportJob:
    row = work.session.scalar(
        select(ExportJob)
        .where(ExportJob.id == job_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.association_id != association_id:
        raise NotFound("export.unknown")
    return row


def _held(work: Work, job_id: UUID, owner: str) -> ExportJob | None:
    return work.session.scalar(
        select(ExportJob)
        .where(
            ExportJob.id == job_id,
            ExportJob.owner == owner,
            ExportJob.state == ExportState.RUNNING,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _note(work: Work, row: ExportJob, what: str, **facts: object) -> None:
    work.session.flush()
    evidence.note(
        work,
        f"association:{row.association_id}",
        f"export.{what}",
        export=str(row.id),
        **({"number": row.number} if row.number else {}),
        **facts,
    )


def _hex(digest: bytes | None) -> str:
    return digest.hex() if digest else ""


# -- figures of days -------------------------------------------------------------


def add_up(
    work: Work, association_id: AssociationId, figures: Sequence[DayCard]
) -> None:
    """Write what happened on days that are over."""
    if figures:
        work.session.execute(
            insert(DayFigures),
            [
                {
                    "association_id": association_id,
                    "day": one.day,
                    "enrolments": one.enrolments,
                    "credit": one.credit,
                    "passed": one.passed,
                    "failed": one.failed,
                    "certificates": one.certificates,
                }
                for one in figures
            ],
        )
