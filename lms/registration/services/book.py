"""Write what was done to an application: its own book, and the evidence."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.work import Work
from lms.policy.flow import Party
from lms.registration.models import ApplicationEvent, ApplicationRow
from lms.registration.rules.states import Act


def stream(application_id: UUID) -> str:
    """Name an application's stream of evidence."""
    return f"application:{application_id}"


def locked(work: Work, application_id: UUID, seen: int | None) -> ApplicationRow:
    """Lock an application for an act of somebody who saw it at a version.

    Raises: NotFound; Conflict when somebody else has acted since.
    """
    row = work.session.scalar(
        select(ApplicationRow)
        .where(ApplicationRow.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("application.unknown")
    if seen is not None and row.version != seen:
        raise Conflict("application.moved_on")
    return row


@dataclass(frozen=True, slots=True)
class Said:
    """What was said with an act: why, from which office, and codes and dates."""

    reason: str = ""
    office_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


SILENT = Said()


def write(
    work: Work, row: ApplicationRow, act: Act, party: Party, said: Said = SILENT
) -> None:
    """Write one act; two at once cannot have the same number."""
    reason = said.reason
    row.version += 1
    work.session.add(
        ApplicationEvent(
            application_id=row.id,
            n=row.version,
            step=row.step,
            act=act,
            party=party,
            account_id=work.actor.account_id,
            person_id=work.actor.person_id,
            office_id=said.office_id,
            at=work.now,
            reason=reason,
            facts=dict(said.facts),
        )
    )
    work.session.flush()
    evidence.note(
        work,
        stream(row.id),
        f"application.{act}",
        n=row.version,
        step=row.step,
        party=party,
        reason=hashlib.sha256(reason.encode()).hexdigest() if reason else "",
        **said.facts,
    )
