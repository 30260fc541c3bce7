"""All that keeps a version from being published: what is in it, and who teaches it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion
from lms.catalogue.queries import content, teaching, terms
from lms.kernel.clock import legal_day
from lms.teachers import queries as register
from lms.teachers.rules import objections


def hindrances(
    session: Session, version_id: UUID, at: datetime
) -> tuple[tuple[str, str], ...]:
    """List what keeps a version from being published at an instant.

    Shape: pairs of code and title of a lesson or name of a teacher.
    Raises: NotFound.
    """
    found = content.missing(session, version_id)
    facts = session.execute(
        select(CourseVersion.association_id, CourseVersion.specialty).where(
            CourseVersion.id == version_id
        )
    ).one()
    asked = terms.teachers_asked(session, facts.association_id, at)
    if not asked.checked:
        return found
    standing = register.standings(session, teaching.teacher_ids(session, version_id))
    return found + objections(asked, standing, facts.specialty, legal_day(at))
