"""Forget who left long ago."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from lms.kernel.work import Work
from lms.teachers.models import Teacher, TeacherConsent, TeacherPaper
from lms.teachers.rules import State
from lms.teachers.services.rows import note

AT_ONCE = 200


def drop_old(work: Work, before: datetime, *, spare: Collection[UUID] = ()) -> int:
    """Forget the teachers who left before an instant; say how many.

    The key goes, and all that could be read without it. That somebody of this number
    was checked and taught stays in the book.
    """
    rows = work.session.scalars(
        select(Teacher)
        .where(
            Teacher.state == State.RETIRED,
            Teacher.retired_at < before,
            Teacher.wrapped.is_not(None),
            Teacher.id.not_in(spare),
        )
        .order_by(Teacher.retired_at)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    for row in rows:
        row.wrapped = row.phone = row.id_number = row.id_mark = None
        row.name = row.employer = row.title = row.sex = row.cv_html = ""
        row.since_year, row.retired_for, row.returned_for = None, None, None
        row.specialties, row.entered_by = [], []
        gone = TeacherPaper.teacher_id == row.id
        work.session.execute(
            update(TeacherPaper)
            .where(gone)
            .values(body=None, number=None, called="", issuer="")
        )
        work.session.execute(
            update(TeacherConsent)
            .where(TeacherConsent.teacher_id == row.id)
            .values(body=None)
        )
        note(work, row, "forgotten")
    return len(rows)
