"""The lock that all study of one person takes."""

from typing import Any

from sqlalchemy import Row, bindparam, select, text

from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.learning.models import StudyHead

_HEAD = StudyHead.__table__
_LOCK = select(_HEAD).where(_HEAD.c.person_id == bindparam("person_id"))
_LOCK_ROW = _LOCK.with_for_update()
_ONLY_LOCK = (
    select(_HEAD.c.person_id)
    .where(_HEAD.c.person_id == bindparam("person_id"))
    .with_for_update()
)
_OPEN = text(
    "INSERT INTO study_heads "
    "(person_id, credited_until, day, day_seconds, boot, lag_ms) "
    "VALUES (:person_id, :credited_until, :day, 0, '', 0) ON CONFLICT DO NOTHING"
).bindparams(
    bindparam("person_id", type_=_HEAD.c.person_id.type),
    bindparam("credited_until", type_=_HEAD.c.credited_until.type),
    bindparam("day", type_=_HEAD.c.day.type),
)


def lock(work: Work, person_id: PersonId) -> Row[tuple[Any, ...]]:
    """Lock a person's study head, making it at the first lesson."""
    connection = work.session.connection()
    found = connection.execute(_LOCK_ROW, {"person_id": person_id}).first()
    if found is not None:
        return found
    connection.execute(
        _OPEN,
        {
            "person_id": person_id,
            "credited_until": work.now,
            "day": legal_day(work.now),
        },
    )
    return connection.execute(_LOCK_ROW, {"person_id": person_id}).one()


def lock_only(work: Work, person_id: PersonId) -> None:
    """Take the lock before what it guards is read, where BEGIN has not done so."""
    connection = work.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_ONLY_LOCK, {"person_id": person_id})
