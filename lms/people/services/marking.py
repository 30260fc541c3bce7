"""Mark by night whose name and birth date are alike; once for whom was here before."""

from uuid import UUID

from sqlalchemy import select

from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.models import Person
from lms.people.queries import many
from lms.people.services.persons import twin_mark


def mark_some(work: Work, after: UUID | None, *, limit: int = 500) -> UUID | None:
    """Mark some who have a birth date and no mark; give where to go on, or None.

    One whose seal does not open stays without a mark and holds nobody up.
    """
    chosen = select(Person).where(
        Person.born_on.is_not(None), Person.twin_mark.is_(None)
    )
    if after is not None:
        chosen = chosen.where(Person.id > after)
    rows = work.session.scalars(
        chosen.order_by(Person.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    births = many.births(work.session, {row.id for row in rows})
    for row in rows:
        born_on = births.get(PersonId(row.id))
        if born_on is not None:
            row.twin_mark = twin_mark(row.name, born_on)
    return rows[-1].id if len(rows) == limit else None
