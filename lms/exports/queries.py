"""Exports as the desk and the clock's work see them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.exports.models import DayFigures, ExportJob, ProvinceReport
from lms.exports.rules import (
    Basis,
    ExportState,
    Narrowing,
    may_cancel,
)
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId

PAGE = 20


@dataclass(frozen=True, slots=True)
class ExportCard:
    """One export to show. PII: `narrowing`, what somebody looked for."""

    id: UUID
    kind: str
    title: str
    number: str | None
    personal: bool
    reason: str
    asked_by: UUID | None
    asked_person_id: UUID | None
    asked_at: datetime
    state: ExportState
    approval: ApprovalCard | None
    total: int | None
    done: int
    fault: str | None
    size: int
    sha256: str
    made_at: datetime | None
    expires_at: datetime | None
    fetched: int
    narrowing: Narrowing = field(repr=False, default=Narrowing())

    @property
    def moving(self) -> bool:
        """Tell whether something happens by itself."""
        return self.state in {ExportState.WAITING, ExportState.RUNNING}

    @property
    def can_end(self) -> bool:
        """Tell whether there is something to cancel."""
        return may_cancel(self.state)


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report to the province that was signed."""

    number: str
    basis: Basis
    since: date
    until: date
    count: int
    sha256: str
    kid: str
    asked_by: UUID | None
    agreed_by: UUID | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class DayCard:
    """What happened on a day. Units: `credit` in hundredths of a 学时."""

    day: date
    enrolments: int = 0
    credit: int = 0
    passed: int = 0
    failed: int = 0
    certificates: int = 0


def jobs(
    session: Session,
    association_id: AssociationId,
    before: datetime | None = None,
    *,
    limit: int = PAGE + 1,
) -> tuple[ExportCard, ...]:
    """List an association's exports, the newest first; a page and one more."""
    chosen = (
        select(ExportJob)
        .where(ExportJob.association_id == association_id)
        .order_by(ExportJob.asked_at.desc(), ExportJob.id)
        .limit(limit)
    )
    if before is not None:
        chosen = chosen.where(ExportJob.asked_at < before)
    return _cards(session, session.scalars(chosen).all())


def job(session: Session, association_id: AssociationId, job_id: UUID) -> ExportCard:
    """Give one export of an association.

    Raises: NotFound, for a foreign one too.
    """
    row = session.get(ExportJob, job_id, populate_existing=True)
    if row is None or row.association_id != association_id:
        raise NotFound("export.unknown")
    return _cards(session, [row])[0]


def _cards(session: Session, rows: Sequence[ExportJob]) -> tuple[ExportCard, ...]:
    asked = approvals.these(session, [r.approval_id for r in rows if r.approval_id])
    return tuple(
        ExportCard(
            id=row.id,
            kind=row.kind,
            title=row.title,
            number=row.number,
            personal=row.personal,
            reason=row.reason,
            asked_by=row.asked_by,
            asked_person_id=row.asked_person_id,
            asked_at=row.asked_at,
            state=row.state,
            approval=asked.get(row.approval_id) if row.approval_id else None,
            total=row.total,
            done=row.done,
            fault=row.fault,
            size=row.size,
            sha256=row.sha256.hex() if row.sha256 else "",
            made_at=row.made_at,
            expires_at=row.expires_at,
            fetched=row.fetched,
            narrowing=narrowing(row),
        )
        for row in rows
    )


def narrowing(row: ExportJob) -> Narrowing:
    """Open by what an export was narrowed; nothing once it has ended."""
    if row.asked is None or row.asked_key is None:
        return Narrowing()
    key = pii.unwrap(row.asked_key, str(row.id))
    told = pii.unseal(key, row.asked, f"export_jobs|asked|{row.id}")
    return Narrowing.restored(json.loads(told))


def reports(
    session: Session, association_id: AssociationId, *, limit: int = 50
) -> tuple[ReportCard, ...]:
    """List the reports that an association signed for the province, newest first."""
    rows = session.scalars(
        select(ProvinceReport)
        .where(ProvinceReport.association_id == association_id)
        .order_by(ProvinceReport.made_at.desc())
        .limit(limit)
    )
    return tuple(
        ReportCard(
            number=row.number,
            basis=row.basis,
            since=row.since,
            until=row.until,
            count=row.count,
            sha256=row.sha256.hex(),
            kid=row.kid,
            asked_by=row.asked_by,
            agreed_by=row.agreed_by,
            made_at=row.made_at,
        )
        for row in rows
    )


def days(
    session: Session, association_id: AssociationId, since: date, until: date
) -> tuple[DayCard, ...]:
    """Give the figures of the days that are over and were added up, in order."""
    rows = session.scalars(
        select(DayFigures)
        .where(
            DayFigures.association_id == association_id,
            DayFigures.day >= since,
            DayFigures.day <= until,
        )
        .order_by(DayFigures.day)
    )
    return tuple(
        DayCard(
            row.day,
            row.enrolments,
            row.credit,
            row.passed,
            row.failed,
            row.certificates,
        )
        for row in rows
    )
