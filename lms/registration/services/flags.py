"""What the law or the clock says of an application, for a person to settle.

Nothing here decides. A deemed acceptance or a deemed grant takes effect only when
somebody at the desk confirms it, and by the same door as any other act. No law takes an
accepted application for withdrawn when its supplement is not answered: once the days
are over the desk is told, and who confirms it has it decided on what is there.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.credentials.ports import RegistrationPrinter
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.flow import Party, StepName
from lms.policy.flows import flow_of
from lms.registration.models import ApplicationRow, Flag
from lms.registration.rules import limits
from lms.registration.rules.states import Act, FlagKind, Move, Status, move
from lms.registration.services.acting import Doing, act
from lms.registration.services.book import Said, locked, write
from lms.registration.services.clock import silent_since, unanswered

_CONFIRMED_BY: Mapping[FlagKind, tuple[StepName | None, Party | None, Act]] = {
    FlagKind.DEEMED_ACCEPTANCE: (StepName.ACCEPT, Party.TELLER, Act.PASS),
    FlagKind.DEEMED_GRANT: (StepName.DECIDE, Party.APPROVER, Act.GRANT),
    FlagKind.UNANSWERED: (None, None, Act.RESUME),
}
"""What confirming a flag does: at which step, by whom, which act; None is any."""


def under_way(work: Work) -> tuple[UUID, ...]:
    """List the applications that the house looks through."""
    wanted = select(ApplicationRow.id).where(ApplicationRow.closed_at.is_(None))
    return tuple(work.session.scalars(wanted.order_by(ApplicationRow.opened_at)))


def look_at(
    work: Work, application_id: UUID, *, printer: RegistrationPrinter
) -> tuple[FlagKind, ...]:
    """Raise what is due on one application; close one that nobody accepted in time."""
    row = locked(work, application_id, None)
    if row.closed_at is not None:
        return ()
    today = legal_day(work.now)
    if _lapses(row, today):
        doing = Doing(row.id, Act.LAPSE, Party.HOUSE, None)
        act(work, doing, printer=printer)
        return ()
    found = _found(work, row, today)
    return tuple(kind for kind in found if raise_flag(work, row, kind))


def _lapses(row: ApplicationRow, today: date) -> bool:
    """Tell whether the house closes an application now, where the table lets it."""
    flow = flow_of(row.flow)
    days = limits.Days(row.filed_on, row.accepted_on, row.decided_on)
    last = limits.lapses_on(days, legal_day(row.opened_at), flow)
    if last is None or today <= last:
        return False
    step = flow.step(row.step)
    found = move(step, row.status, Act.LAPSE, Party.HOUSE, row.started_by)
    return isinstance(found, Move)


def _found(work: Work, row: ApplicationRow, today: date) -> Iterator[FlagKind]:
    waits = row.status is Status.SUPPLEMENT
    if row.due_on is not None and today > row.due_on and not waits:
        yield FlagKind.OVERDUE
    if row.accepted_on is not None and unanswered(work, row):
        yield FlagKind.UNANSWERED
    if row.step is StepName.ACCEPT and silent_since(work, row) is not None:
        yield FlagKind.DEEMED_ACCEPTANCE
    ends = _ends(work, row)
    if limits.deemed_granted(flow_of(row.flow), row.filed_on, ends, today):
        yield FlagKind.DEEMED_GRANT


def _ends(work: Work, row: ApplicationRow) -> date | None:
    try:
        held = people.registration(work.session, PersonId(row.person_id))
    except NotFound:
        return None
    return min(
        (s.valid_until for s in held.specialties if s.code in row.specialties),
        default=None,
    )


def raise_flag(
    work: Work,
    row: ApplicationRow,
    kind: FlagKind,
    subject: str = "",
    facts: dict[str, Any] | None = None,
) -> bool:
    """Raise a flag once for each subject; tell whether it is new."""
    held = select(Flag.id).filter_by(application_id=row.id, kind=kind, subject=subject)
    if work.session.scalar(held) is not None:
        return False
    work.session.add(
        Flag(
            id=new_id(),
            application_id=row.id,
            kind=kind,
            subject=subject,
            raised_at=work.now,
            facts=facts or {},
            comment="",
        )
    )
    said = Said(facts={"flag": kind.value, "subject": subject})
    write(work, row, Act.FLAG, Party.HOUSE, said)
    return True


def settle(
    work: Work,
    flag_id: UUID,
    by: Party,
    comment: str,
    *,
    upheld: bool,
    printer: RegistrationPrinter,
) -> None:
    """Say what becomes of a flag; a confirmed one does what the law says.

    Raises: NotFound; Conflict when it was settled; Refused without a comment, or for
        whoever may not do what follows.
    """
    flag = work.session.scalar(select(Flag).where(Flag.id == flag_id).with_for_update())
    if flag is None:
        raise NotFound("application.flag_unknown")
    if flag.settled_at is not None:
        raise Conflict("application.flag_settled")
    if not comment.strip():
        raise Refused("application.reason_missing")
    row = locked(work, flag.application_id, None)
    flag.settled_at = work.now
    flag.settled_by = work.actor.account_id
    flag.upheld = upheld
    flag.comment = comment.strip()
    facts = {"flag": flag.kind.value, "upheld": upheld}
    write(work, row, Act.SETTLE, by, Said(comment.strip(), facts=facts))
    follows = _CONFIRMED_BY.get(flag.kind)
    if upheld and follows is not None:
        _carry_out(work, row, flag, by, printer)


def _carry_out(
    work: Work,
    row: ApplicationRow,
    flag: Flag,
    by: Party,
    printer: RegistrationPrinter,
) -> None:
    at, whose, what = _CONFIRMED_BY[flag.kind]
    if whose is not None and by is not whose:
        raise Refused("application.not_yours")
    if at is not None and row.step is not at:
        raise Refused("application.not_now")
    # Who waits no longer says why to the applicant, too.
    reason = flag.comment if what is Act.RESUME else ""
    doing = Doing(row.id, what, by, None, reason, facts={"deemed": flag.kind.value})
    act(work, doing, printer=printer)
