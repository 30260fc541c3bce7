"""Owe messages about a session to those whom it concerns."""

from collections.abc import Iterable

from lms.accounts import queries as accounts
from lms.catalogue import queries as catalogue
from lms.classes.models import ClassPlace, ClassSession, ClassWait
from lms.kernel.clock import SHANGHAI
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.notify import services as notify


def tell(
    work: Work,
    row: ClassSession,
    places: Iterable[ClassPlace | ClassWait],
    template: str,
    again: str,
    **facts: str,
) -> None:
    """Owe a message about a session to each who has, or waits for, a place in it."""
    lesson = catalogue.lesson(work.session, row.lesson_id)
    course = catalogue.version(work.session, row.version_id).title
    starts = row.starts_at.astimezone(SHANGHAI)
    for place in places:
        try:
            account = accounts.account_of(work.session, PersonId(place.person_id))
        except NotFound:
            continue
        notify.message(
            work,
            account.id,
            template,
            dedupe=f"{template}:{place.id}:{again}",
            of=row.association_id,
            course=course,
            lesson=lesson.title,
            at=f"{starts:%Y-%m-%d %H:%M}",
            where=" ".join(filter(None, (row.address, row.room))),
            **facts,
        )
