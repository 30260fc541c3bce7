"""Records of old platforms under two accounts of one person become one person's."""

from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work
from lms.legacy.models import LegacyPerson, LegacyWithdrawn


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Move the records that were found to be a person's."""
    move(work, LegacyWithdrawn, goes, stays)
    return move(work, LegacyPerson, goes, stays)
