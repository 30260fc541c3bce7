"""Places in sessions under two accounts of one person become one person's."""

from lms.classes.models import ClassChoice, ClassPlace, ClassWait
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Move places and waits; of a lesson for which both hold one, each keeps theirs."""
    move(work, ClassChoice, goes, stays, once=("lesson_id",))
    move(work, ClassWait, goes, stays, once=("session_id",))
    return move(work, ClassPlace, goes, stays, once=("lesson_id",))
