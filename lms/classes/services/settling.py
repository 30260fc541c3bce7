"""Judge a presence, and credit it by the one door through which all study goes."""

from datetime import datetime

from sqlalchemy import select

from lms.catalogue import queries as catalogue
from lms.classes import queries
from lms.classes.models import ClassPlace, ClassSession
from lms.classes.rules import PlaceState, enough, present_seconds
from lms.classes.services.rows import note
from lms.kernel.ids import LessonId, PersonId
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning


def settle(work: Work, row: ClassSession, place: ClassPlace) -> bool:
    """Credit the lesson to who was there for long enough; the caller holds the head.

    Again credits nothing. Who missed a spot roll call waits for the desk's word.
    """
    if place.in_at is None or place.out_at is None:
        return False
    person_id = PersonId(place.person_id)
    span = (row.starts_at, row.ends_at)
    elsewhere = learning.earned_between(
        work, person_id, max(place.in_at, span[0]), min(place.out_at, span[1])
    ) + _in_other_classes(work, place)
    place.present_seconds = present_seconds(span, place.in_at, place.out_at, elsewhere)
    work.session.flush()
    lesson = catalogue.lesson(work.session, place.lesson_id)
    terms = queries.terms(work.session, row.association_id, row.starts_at)
    needed = lesson.required_seconds
    fit = enough(place.present_seconds, span, terms.present_percent, needed)
    if not fit or unanswered(work, place):
        return False
    fail_point("classes.before_credit")
    if not learning.attended(
        work, person_id, LessonId(place.lesson_id), place.present_seconds
    ):
        return False
    place.state, place.settled_at = PlaceState.CREDITED, work.now
    work.session.flush()
    note(work, place, "class.credited", seconds=place.present_seconds)
    return True


def unanswered(work: Work, place: ClassPlace) -> tuple[int, ...]:
    """Name the spot roll calls that somebody who was there did not answer."""
    if place.in_at is None:
        return ()
    went = place.out_at or work.now
    return tuple(
        spot.n
        for spot in queries.spots(work.session, place.session_id)
        if place.in_at <= spot.opened_at
        and spot.until <= went
        and spot.n not in place.spots
    )


def _in_other_classes(work: Work, place: ClassPlace) -> int:
    """Say how long somebody was credited for another class meanwhile."""
    assert place.in_at is not None and place.out_at is not None  # noqa: S101, PT018 - settle() saw to it
    rows = work.session.execute(
        select(ClassPlace.in_at, ClassPlace.out_at).where(
            ClassPlace.person_id == place.person_id,
            ClassPlace.id != place.id,
            ClassPlace.state == PlaceState.CREDITED,
            ClassPlace.in_at < place.out_at,
            ClassPlace.out_at > place.in_at,
        )
    )
    return sum(
        _common((row.in_at, row.out_at), (place.in_at, place.out_at)) for row in rows
    )


def _common(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> int:
    least = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, int(least.total_seconds()))
