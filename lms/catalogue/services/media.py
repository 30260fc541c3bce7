"""Stored films and covers: kept while a version names them."""

from collections.abc import Iterable

from sqlalchemy import delete, select

from lms.catalogue.models import (
    CourseVersion,
    Document,
    DocumentPage,
    Film,
    Lesson,
    MediaFile,
    Rendition,
)
from lms.kernel.work import Work

_NAMING = (
    Lesson.media_key,
    CourseVersion.cover_key,
    Film.media_key,
    Film.poster_key,
    Film.sprite_key,
    Rendition.key,
    Document.source_key,
    DocumentPage.key,
)


def forget_unnamed(work: Work, keys: Iterable[str]) -> tuple[str, ...]:
    """Take off the shelf those of the keys that no version or film names; list them.

    Every version counts, sold or not: who bought an old one goes on watching it.
    """
    known = tuple(keys)
    named: set[str | None] = set()
    for column in _NAMING:
        named |= set(work.session.scalars(select(column).where(column.in_(known))))
    lost = tuple(key for key in known if key not in named)
    work.session.execute(delete(MediaFile).where(MediaFile.key.in_(lost)))
    return lost
