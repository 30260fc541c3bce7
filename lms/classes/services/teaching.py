"""Say who of the register holds a session."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from lms.catalogue.rules.teaching import MOST_TEACHERS
from lms.classes.models import ClassTeacher
from lms.classes.rules import SessionState
from lms.classes.services.rows import lock_session
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.teachers import queries as register


def set_teachers(
    work: Work,
    association_id: AssociationId,
    session_id: UUID,
    teacher_ids: Sequence[UUID],
) -> None:
    """Name who holds a session, in this order; a typed name gives way to them.

    It may still be put right while the class runs: somebody stood in for another.

    Raises: NotFound, for another association's session or teacher too; Conflict when
        the session has ended; Refused for too many.
    """
    row = lock_session(work, session_id, association_id)
    if row.state is not SessionState.PLANNED:
        raise Conflict("class.ended")
    wanted = tuple(dict.fromkeys(teacher_ids))
    if len(wanted) > MOST_TEACHERS:
        raise Refused("course.many_teachers")
    open_to = {one.id for one in register.choices(work.session, association_id)}
    before = select(ClassTeacher.teacher_id).where(ClassTeacher.session_id == row.id)
    if not set(wanted) <= open_to | set(work.session.scalars(before)):
        raise NotFound("teacher.unknown")
    work.session.execute(delete(ClassTeacher).where(ClassTeacher.session_id == row.id))
    for n, one in enumerate(wanted):
        work.session.add(ClassTeacher(session_id=row.id, teacher_id=one, position=n))
    row.from_register = bool(wanted)
    if wanted:
        row.teacher = ""
    work.session.flush()
    evidence.note(
        work,
        f"association:{association_id}",
        "class.teachers_set",
        session=row.id,
        teachers=[str(one) for one in wanted],
    )
