"""Ask for publication, publish, send back, withdraw."""

import secrets
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from lms.catalogue import queries
from lms.catalogue.models import (
    Association,
    CourseVersion,
    Lesson,
    Revision,
)
from lms.catalogue.rules import MOVES, VersionState, review_mark
from lms.catalogue.services.authoring import lock_course, search_words, version_of
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Forbidden, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.text import normal
from lms.kernel.work import HOUSE, Work

_LONGEST_REASON = 400


def submit(work: Work, association_id: AssociationId, version_id: UUID) -> None:
    """Ask a manager to publish a draft.

    Raises: Refused with everything that is missing.
    """
    version = version_of(work, association_id, version_id)
    _sound(work, version)
    _move(work, version, VersionState.REVIEW, "course.submitted")
    version.asked_at = work.now
    version.returned_for = None


def send_back(
    work: Work, association_id: AssociationId, version_id: UUID, reason: str
) -> None:
    """Give a version back to its author, and say why.

    Raises: Refused without a reason.
    """
    version = version_of(work, association_id, version_id)
    said = normal(reason)
    if not said:
        raise Refused("course.no_reason")
    _move(work, version, VersionState.DRAFT, "course.sent_back")
    version.returned_for = said[:_LONGEST_REASON]


def publish(
    work: Work,
    association_id: AssociationId,
    version_id: UUID,
    *,
    seen: str | None = None,
) -> None:
    """Put a version on sale; the older ones of the course leave the shop window.

    `seen` is the `review_mark` of the page on which it was looked through: what was
    sent back, changed and submitted again since was seen by nobody.

    Raises: Refused with everything that is missing; Conflict for another `seen`. Where
    the association wants two persons: Forbidden to its own author, Conflict for a draft
    that nobody submitted.
    """
    version = version_of(work, association_id, version_id)
    lock_course(work, version.course_id)
    _second_person(work, version)
    if seen is not None and seen != review_mark(version.state, version.asked_at):
        raise Conflict("course.anew")
    _sound(work, version)
    _move(work, version, VersionState.PUBLISHED, "course.published")
    version.published_at = work.now
    version.published_by = work.actor.account_id
    lessons = work.session.execute(
        select(Lesson.title, Lesson.body_html).where(Lesson.version_id == version.id)
    )
    version.search_text = search_words(version, [(x[0], x[1]) for x in lessons])
    work.session.execute(
        update(CourseVersion)
        .where(
            CourseVersion.course_id == version.course_id,
            CourseVersion.id != version.id,
            CourseVersion.state == VersionState.PUBLISHED,
        )
        .values(state=VersionState.WITHDRAWN)
    )
    bump(work)


def _second_person(work: Work, version: CourseVersion) -> None:
    """Hold the second person apart from the first; the house itself needs none."""
    association = work.session.get(Association, version.association_id)
    if association is None or not association.two_person or work.actor == HOUSE:
        return
    if version.made_by and version.made_by == work.actor.account_id:
        raise Forbidden("course.second_person")
    if version.state is VersionState.DRAFT:
        raise Conflict("course.not_submitted")


def withdraw(work: Work, association_id: AssociationId, version_id: UUID) -> None:
    """Take a version off sale; who bought it goes on studying."""
    version = version_of(work, association_id, version_id)
    _move(work, version, VersionState.WITHDRAWN, "course.withdrawn")
    bump(work)


def retire_overdue(work: Work, on: date) -> int:
    """Take off sale what was valid until a day that is over; tell how many."""
    over = work.session.scalars(
        select(CourseVersion)
        .where(
            CourseVersion.state == VersionState.PUBLISHED,
            CourseVersion.valid_until < on,
        )
        .with_for_update()
    ).all()
    for version in over:
        _move(work, version, VersionState.WITHDRAWN, "course.overdue")
    if over:
        bump(work)
    return len(over)


def _sound(work: Work, version: CourseVersion) -> None:
    wrong = queries.hindrances(work.session, version.id, work.now)
    if wrong:
        raise Refused(
            "course.unsound",
            reasons=tuple(dict.fromkeys(code for code, _title in wrong)),
            lessons=tuple(dict.fromkeys(title for _code, title in wrong if title)),
        )


def _move(work: Work, version: CourseVersion, to: VersionState, deed: str) -> None:
    if to not in MOVES[version.state]:
        raise Conflict("course.state")
    version.state = to
    work.session.flush()
    evidence.note(
        work,
        f"course:{version.course_id}",
        deed,
        version=version.id,
        n=version.n,
    )


def bump(work: Work) -> None:
    """Note that the public catalogue changed."""
    changed = work.session.execute(
        update(Revision).where(Revision.id == 1).values(n=Revision.n + 1)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE has a count
        # A chance beginning: pages kept of one database never pass for another's.
        work.session.add(Revision(id=1, n=secrets.randbelow(2**30)))
        work.session.flush()
