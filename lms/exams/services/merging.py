"""What was sat under two accounts of one person becomes one row of attempts."""

from sqlalchemy import func, select, update

from lms.exams.models import Attempt, ExamTime, Unlock
from lms.exams.rules.kinds import AttemptState
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Put who goes' attempts after those of who stays; they count together.

    A second account gave nobody more attempts than the rules allow.

    Raises: Refused while a test is being sat under one of them.
    """
    sitting = select(Attempt.id).where(
        Attempt.person_id.in_((goes, stays)), Attempt.state == AttemptState.OPEN
    )
    if work.session.scalar(sitting.limit(1)) is not None:
        raise Refused("merge.sitting")
    places = work.session.execute(
        select(Attempt.association_id, Attempt.specialty, Attempt.period_from)
        .where(Attempt.person_id == goes)
        .distinct()
    ).all()
    for association_id, specialty, period_from in places:
        last = work.session.scalar(
            select(func.max(Attempt.n)).where(
                Attempt.person_id == stays,
                Attempt.association_id == association_id,
                Attempt.specialty == specialty,
                Attempt.period_from == period_from,
            )
        )
        for table, place in ((Attempt, Attempt.n), (Unlock, Unlock.after_n)):
            work.session.execute(
                update(table)
                .where(
                    table.person_id == goes,
                    table.association_id == association_id,
                    table.specialty == specialty,
                    table.period_from == period_from,
                )
                .values({place: place + (last or 0), table.person_id: stays})
                .execution_options(synchronize_session=False)
            )
    once = ("association_id", "specialty", "period_from", "after_n")
    move(work, Unlock, goes, stays, once=once)
    move(work, ExamTime, goes, stays)
    return len(places)
