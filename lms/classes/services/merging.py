"""Places in sessions under two accounts of one person become one person's."""

from lms.classes.models import ClassChoice, ClassPlace
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Move places; of a lesson for which both hold one, each keeps their own."""
    move(work, ClassChoice, goes, stays, once=("lesson_id",))
    return move(work, ClassPlace, goes, stays, once=("lesson_id",))
