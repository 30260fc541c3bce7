"""Take back a right to study that nobody has begun to use."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from lms.evidence import services as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.learning.models import Enrolment, Study


def take_back(work: Work, person_id: PersonId, sources: Sequence[str]) -> int:
    """End the enrolments that came from these sources; tell how many there were.

    Raises: Refused (enrolment.begun) when one of them has been studied.
    """
    rows = work.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.source.in_(sources))
        .with_for_update()
    ).all()
    ids = [row.id for row in rows]
    if work.session.scalar(select(exists().where(Study.enrolment_id.in_(ids)))):
        raise Refused("enrolment.begun")
    for row in rows:
        work.session.delete(row)
        evidence.note(
            work,
            f"person:{person_id}",
            "enrolment.ended",
            enrolment=row.id,
            version=row.version_id,
            source=row.source,
        )
    work.session.flush()
    return len(rows)
