"""Let go what of a class served that class alone."""

from datetime import datetime

from sqlalchemy import delete, select, update

from lms.classes.models import ClassChoice, ClassPlace, ClassSession, ClassWait
from lms.classes.rules import IN_LINE
from lms.kernel.work import Work


def drop_traces(work: Work, before: datetime, *, limit: int = 5000) -> int:
    """Forget telephones, ended waits and stale wishes from before; say how many.

    Who was there, when, and what it earned stays.
    """
    over = select(ClassSession.id).where(ClassSession.ends_at < before)
    phones = select(ClassPlace.id).where(
        ClassPlace.device.is_not(None), ClassPlace.session_id.in_(over)
    )
    waits = select(ClassWait.id).where(
        ClassWait.state.not_in(IN_LINE), ClassWait.ended_at < before
    )
    wishes = select(ClassChoice.person_id, ClassChoice.lesson_id).where(
        ClassChoice.chosen_at < before
    )
    named = work.session.scalars(phones.limit(limit)).all()
    waited = work.session.scalars(waits.limit(limit)).all()
    wished = work.session.execute(wishes.limit(limit)).all()
    work.session.execute(
        update(ClassPlace).where(ClassPlace.id.in_(named)).values(device=None)
    )
    work.session.execute(delete(ClassWait).where(ClassWait.id.in_(waited)))
    for one in wished:
        work.session.execute(
            delete(ClassChoice).where(
                ClassChoice.person_id == one.person_id,
                ClassChoice.lesson_id == one.lesson_id,
            )
        )
    return len(named) + len(waited) + len(wished)
