"""Stored films and covers: kept while a version names them."""

from collections.abc import Iterable

from sqlalchemy import delete, select

from lms.catalogue.models import CourseVersion, Lesson, MediaFile
from lms.kernel.work import Work


def forget_unnamed(work: Work, keys: Iterable[str]) -> tuple[str, ...]:
    """Take off the shelf those of the keys that no version names; list them.

    Every version counts, sold or not: who bought an old one goes on watching it.
    """
    known = tuple(keys)
    lessons = select(Lesson.media_key).where(Lesson.media_key.in_(known))
    covers = select(CourseVersion.cover_key).where(CourseVersion.cover_key.in_(known))
    named = {*work.session.scalars(lessons), *work.session.scalars(covers)}
    lost = tuple(key for key in known if key not in named)
    work.session.execute(delete(MediaFile).where(MediaFile.key.in_(lost)))
    return lost
