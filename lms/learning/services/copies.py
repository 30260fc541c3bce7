"""Copies of one asking for a lease.

On a bad line a page cannot know whether its question or the answer was lost. It asks
again under the same name, and hears of the same lease: else its own first lease would
look like another device at work.
"""

import hashlib
import secrets
from uuid import UUID

from sqlalchemy import select

from lms.kernel.ids import LessonId, PersonId
from lms.kernel.work import Work
from lms.learning.models import Lease, PresenceCheck, Study
from lms.learning.services import presence


def living(
    work: Work, person_id: PersonId, lesson_id: LessonId, once: UUID | None
) -> Lease | None:
    """Find the lease that an earlier copy was given, while it lives."""
    if once is None:
        return None
    return work.session.scalar(
        select(Lease)
        .join(Study, Study.id == Lease.study_id)
        .where(
            Lease.id == _named(person_id, once),
            Lease.ended_at.is_(None),
            Study.lesson_id == lesson_id,
        )
        .execution_options(populate_existing=True)
    )


def fresh_id(work: Work, person_id: PersonId, once: UUID | None) -> UUID:
    """Name a lease after its asking; whoever asks twice by one name gets another."""
    named = _named(person_id, once) if once else None
    if named is None or work.session.get(Lease, named) is not None:
        return UUID(bytes=secrets.token_bytes(16))
    return named


def check_of(work: Work, lease: Lease) -> presence.Told | None:
    """Tell of the check that waits in a lease, if any."""
    if lease.check_id is None:
        return None
    return presence.tell(work, work.session.get_one(PresenceCheck, lease.check_id))


def _named(person_id: PersonId, once: UUID) -> UUID:
    # Bound to the person, so that nobody can name a lease of somebody else.
    return UUID(bytes=hashlib.sha256(person_id.bytes + once.bytes).digest()[:16])
