"""Let pictures of presence go when their day is over; their digests stay."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from lms.kernel.work import Work
from lms.learning.models import PresencePicture


def drop_pictures(
    work: Work, today: date, *, spare: Collection[UUID] = (), limit: int = 1000
) -> int:
    """Remove pictures past their last day, save those of spared persons; count them."""
    due = select(PresencePicture.check_id).where(PresencePicture.keep_until < today)
    if spare:
        due = due.where(PresencePicture.person_id.not_in(spare))
    doomed = work.session.scalars(
        due.order_by(PresencePicture.keep_until).limit(limit)
    ).all()
    if doomed:
        work.session.execute(
            delete(PresencePicture).where(PresencePicture.check_id.in_(doomed))
        )
    return len(doomed)
