"""授课教师: who of the register teaches a draft, and who holds a class."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import VersionCard
from lms.catalogue.services import teaching as courses
from lms.classes import queries as classes
from lms.classes import services as class_services
from lms.classes.queries import teaching as class_teaching
from lms.kernel.errors import NotFound
from lms.teachers import queries
from lms.teachers.queries import ChoiceCard
from lms.web import desk
from lms.web import teacher_words as said
from lms.web.console.course_scope import back, mine
from lms.web.doors import staff

bp = Blueprint("console_teaching", __name__, url_prefix="/console/teaching")

_MOST_SENT = 50


@bp.get("/courses/<uuid:version_id>")
@staff("author")
def course(version_id: UUID) -> ResponseReturnValue:
    """Show the register, to choose who teaches a draft."""
    version = mine(version_id)
    return _page(
        version,
        version.title,
        catalogue.teachers(desk.reading(), version_id),
        url_for("console_courses.edit", version_id=version_id),
    )


@bp.post("/courses/<uuid:version_id>")
@staff("author")
def save_course(version_id: UUID) -> ResponseReturnValue:
    """Name who teaches a draft."""
    mine(version_id)
    with desk.begin() as work:
        courses.set_teachers(work, desk.association(), version_id, _sent())
    flash(_("授课教师已保存。"), "ok")
    return back(version_id)


@bp.get("/classes/<uuid:meeting_id>")
@staff("clerk", "manager")
def meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Show the register, to choose who holds a session."""
    session = desk.reading()
    card = classes.session_card(session, meeting_id, desk.association())
    lesson = catalogue.lesson(session, card.lesson_id)
    return _page(
        catalogue.version(session, lesson.version_id),
        lesson.title,
        class_teaching.teachers(session, meeting_id),
        url_for("console_classes.show", meeting_id=meeting_id),
    )


@bp.post("/classes/<uuid:meeting_id>")
@staff("clerk", "manager")
def save_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Name who holds a session."""
    with desk.begin() as work:
        class_services.set_teachers(work, desk.association(), meeting_id, _sent())
    flash(_("授课教师已保存。"), "ok")
    return redirect(url_for("console_classes.show", meeting_id=meeting_id), 303)


def _page(
    course: VersionCard, title: str, chosen: Iterable[ChoiceCard], away: str
) -> str:
    now = tuple(chosen)
    known = {one.id for one in now}
    others = queries.choices(desk.reading(), desk.association())
    return render_template(
        "console/teaching.html",
        title=title,
        specialty=course.specialty,
        on=desk.today(),
        chosen=known,
        teachers=[*now, *(one for one in others if one.id not in known)],
        away=away,
        said=said,
    )


def _sent() -> list[UUID]:
    """Read who was chosen.

    Raises: NotFound for what names nobody.
    """
    try:
        return [UUID(one) for one in request.form.getlist("teacher")[:_MOST_SENT]]
    except ValueError:
        raise NotFound("teacher.unknown") from None
