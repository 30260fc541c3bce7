"""Who wrote of a teacher under two accounts is one person, who does not check it."""

from sqlalchemy import String, cast, select

from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.teachers.models import Teacher


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Name who stays where who goes wrote since the last check; count the records.

    Who added a paper, noted a consent or checked stays named as it was then.
    """
    rows = work.session.scalars(
        select(Teacher)
        .where(cast(Teacher.entered_by, String).contains(str(goes)))
        .with_for_update()
    ).all()
    for row in rows:
        left = [one for one in row.entered_by if one not in {str(goes), str(stays)}]
        row.entered_by = [*left, str(stays)]
    work.session.flush()
    return len(rows)
