"""Let what was one person's be another's, where two accounts were one person's."""

from uuid import UUID

from sqlalchemy import Table as SqlTable
from sqlalchemy import exists, update

from lms.kernel.db import Table
from lms.kernel.work import Work


def move(
    work: Work,
    table: type[Table],
    goes: UUID,
    stays: UUID,
    *,
    once: tuple[str, ...] = (),
    column: str = "person_id",
) -> int:
    """Move a table's rows from who goes to who stays, and count them.

    Of rows that a person has once by the columns `once`, what the other has already
    stays behind with who went.
    """
    # What the session holds of these rows is stale afterwards.
    work.session.flush()
    found = table.__table__
    assert isinstance(found, SqlTable)  # noqa: S101 - every model of the house has one
    moving = update(found).where(found.c[column] == goes)
    if once:
        other = found.alias("other")
        same = [other.c[name] == found.c[name] for name in once]
        moving = moving.where(~exists().where(other.c[column] == stays, *same))
    count = work.session.connection().execute(moving.values({column: stays})).rowcount
    work.session.expire_all()
    return count
