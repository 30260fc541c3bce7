"""Say who of the register teaches a draft."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from lms.catalogue.models import CourseVersion, VersionTeacher
from lms.catalogue.rules.teaching import MOST_TEACHERS
from lms.catalogue.services.authoring import draft_of, note
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.teachers import queries as register


def set_teachers(
    work: Work,
    association_id: AssociationId,
    version_id: UUID,
    teacher_ids: Sequence[UUID],
) -> None:
    """Name the teachers of a draft, in this order; with none it goes by a typed name.

    What was typed as a name goes: only the register knows who may be named.

    Raises: NotFound, for another association's teacher too; Conflict for what is no
        draft; Refused for too many.
    """
    version = draft_of(work, association_id, version_id)
    wanted = tuple(dict.fromkeys(teacher_ids))
    if len(wanted) > MOST_TEACHERS:
        raise Refused("course.many_teachers")
    open_to = {one.id for one in register.choices(work.session, association_id)}
    before = select(VersionTeacher.teacher_id).where(
        VersionTeacher.version_id == version.id
    )
    if not set(wanted) <= open_to | set(work.session.scalars(before)):
        raise NotFound("teacher.unknown")
    work.session.execute(
        delete(VersionTeacher).where(VersionTeacher.version_id == version.id)
    )
    for n, one in enumerate(wanted):
        work.session.add(
            VersionTeacher(version_id=version.id, teacher_id=one, position=n)
        )
    version.from_register = bool(wanted)
    if wanted:
        version.teacher = version.teacher_title = ""
    work.session.flush()
    note(work, "course.teachers_set", version)


def copy_teachers(work: Work, old: CourseVersion, new: CourseVersion) -> None:
    """Let the same persons teach the next version."""
    for row in work.session.scalars(
        select(VersionTeacher).where(VersionTeacher.version_id == old.id)
    ).all():
        work.session.add(
            VersionTeacher(
                version_id=new.id, teacher_id=row.teacher_id, position=row.position
            )
        )
    work.session.flush()
