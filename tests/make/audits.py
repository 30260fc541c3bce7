"""Checks after the grant for tests: one that asks, as if it had been drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from lms.kernel.clock import legal_day
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.registration.models import ApplicationRow, AuditCase, AuditDraw
from lms.registration.rules.audits import AuditState


def asked(work: Work, application_id: UUID, **over: Any) -> UUID:
    """Ask for the papers of an application, without a hold."""
    row = work.session.get_one(ApplicationRow, application_id)
    today = legal_day(work.now)
    draw = AuditDraw(
        id=new_id(), province=row.province, office_id=new_id(), since=today,
        until=today, share=100, pot=1, taken=1, at=work.now,
    )  # fmt: skip
    work.session.add(draw)
    work.session.flush()
    facts: dict[str, Any] = {
        "state": AuditState.ASKED, "person_handed": [], "employer_handed": [],
        "words": "", "answer": "", **over,
    }  # fmt: skip
    case = AuditCase(
        id=new_id(), draw_id=draw.id, application_id=row.id, person_id=row.person_id,
        employer_id=row.employer_id, province=row.province, asked_on=today,
        due_on=today + timedelta(days=10), **facts,
    )  # fmt: skip
    work.session.add(case)
    work.session.flush()
    return case.id
