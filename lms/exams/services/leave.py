"""Leave to try again, and leave to sit longer: two persons decided before."""

from datetime import date
from uuid import UUID

from lms.evidence import services as evidence
from lms.exams import queries
from lms.exams.models import ExamTime, Unlock
from lms.exams.rules import EXTRA_PERCENTS
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Work


def unlock(
    work: Work,
    person_id: PersonId,
    sitting: queries.Sitting,
    *,
    reason: str,
    approvals: tuple[UUID, ...],
) -> None:
    """Give one more attempt to a person who has none left; two persons decided.

    Raises: Refused without approvals or a reason, when attempts remain, and when the
        test is passed.
    """
    on = legal_day(work.now)
    standing = queries.standing(work.session, person_id, sitting, on=on)
    why = reason.strip()
    _may_unlock(standing, why, approvals)
    work.session.add(
        Unlock(
            id=new_id(),
            person_id=person_id,
            association_id=sitting.association_id,
            specialty=sitting.specialty,
            period_from=sitting.period_from,
            after_n=len(standing.attempts),
            reason=why[:300],
            given_by=_other(work, person_id),
            given_at=work.now,
        )
    )
    evidence.note(
        work,
        f"person:{person_id}",
        "exam.unlocked",
        body={"reason": why},
        specialty=sitting.specialty.value,
        after=len(standing.attempts),
        approvals=[str(one) for one in approvals],
    )


def _may_unlock(
    standing: queries.Standing, reason: str, approvals: tuple[UUID, ...]
) -> None:
    _must_be_approved(approvals)
    if not reason.strip():
        raise Refused("unlock.no_reason")
    if not standing.locked:
        raise Refused("unlock.not_locked")


def _must_be_approved(approvals: tuple[UUID, ...]) -> None:
    if not approvals:
        raise Refused("unlock.needs_approval")


def _other(work: Work, person_id: PersonId) -> AccountId:
    """Name who acts, who must be somebody else."""
    given_by = work.actor.account_id
    if given_by is None or work.actor.person_id == person_id:
        raise Refused("unlock.own")
    return AccountId(given_by)


def grant_time(
    work: Work,
    person_id: PersonId,
    association_id: AssociationId,
    *,
    percent: int,
    until: date,
    approvals: tuple[UUID, ...],
) -> None:
    """Let a person sit longer in tests begun from now to a day; open papers stay.

    Two persons decide; who calls this has their approvals in hand.

    Units: `percent` of the usual time.
    Raises: Refused without approvals, for oneself, and for a share that is none.
    """
    _must_be_approved(approvals)
    if percent not in EXTRA_PERCENTS or until < legal_day(work.now):
        raise Refused("exam.extra_time")
    work.session.add(
        ExamTime(
            id=new_id(),
            person_id=person_id,
            association_id=association_id,
            percent=percent,
            until=until,
            approval_id=approvals[0],
            given_by=_other(work, person_id),
            given_at=work.now,
        )
    )
    work.session.flush()
    evidence.note(
        work,
        f"person:{person_id}",
        "exam.time_given",
        percent=percent,
        until=until.isoformat(),
        approvals=[str(one) for one in approvals],
    )
