"""Writing and publishing courses. Authors draft, managers publish."""

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from lms.catalogue import queries, services
from lms.catalogue.ports import MediaStore, StoredFilm
from lms.catalogue.rules import LessonKind, VersionState
from lms.catalogue.services import DraftFacts, LessonFactsIn
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track
from lms.reports import desk as reports
from lms.web import desk
from lms.web.console.course_forms import CourseForm, LessonForm, questions_from, typed
from lms.web.doors import staff
from lms.web.errors import wants_json

bp = Blueprint("console_courses", __name__, url_prefix="/console/courses")

_FILM_BYTES = 512 * 2**20


@bp.get("")
@staff("author", "manager")
def index() -> ResponseReturnValue:
    """List the association's courses."""
    rows = reports.authored(desk.reading(), desk.association())
    return render_template("console/courses.html", rows=rows)


@bp.get("/new")
@staff("author")
def new() -> ResponseReturnValue:
    """Show the form that begins a course."""
    form = CourseForm.blank(year=desk.today().year, price=Decimal(0)).offer()
    return render_template("console/course_facts.html", form=form, version=None)


@bp.post("/new")
@staff("author")
def create() -> ResponseReturnValue:
    """Begin a course."""
    form = CourseForm.sent().offer()
    if not form.validate():
        page = render_template("console/course_facts.html", form=form, version=None)
        return page, 422
    with desk.begin() as work:
        version_id = services.draft_course(work, desk.association(), _facts(form))
    flash(_("草稿已建立，请添加章节和课时。"), "ok")
    return redirect(url_for("console_courses.edit", version_id=version_id), 303)


@bp.get("/<uuid:version_id>")
@staff("author", "manager")
def edit(version_id: UUID) -> ResponseReturnValue:
    """Show a version: chapters, lessons, what is missing, what can be done."""
    version = _mine(version_id)
    session = desk.reading()
    return render_template(
        "console/course.html",
        version=version,
        chapters=queries.outline(session, version.id),
        association=queries.association(session, version.association_id),
        missing=queries.missing(session, version.id),
        writable=version.state is VersionState.DRAFT,
        kinds=tuple(LessonKind),
    )


@bp.get("/<uuid:version_id>/facts")
@staff("author")
def facts(version_id: UUID) -> ResponseReturnValue:
    """Show what the version says of itself, to change."""
    version = _mine(version_id)
    form = CourseForm.blank(
        title=version.title,
        summary=version.summary_html,
        specialty=version.specialty.value if version.specialty else "",
        track=version.track.value,
        price=Decimal(version.price) / 100,
        teacher=version.teacher,
        teacher_title=version.teacher_title,
        year=version.year,
    ).offer()
    return render_template("console/course_facts.html", form=form, version=version)


@bp.post("/<uuid:version_id>/facts")
@staff("author")
def save_facts(version_id: UUID) -> ResponseReturnValue:
    """Keep what the version says of itself."""
    form = CourseForm.sent().offer()
    if not form.validate():
        version = _mine(version_id)
        page = render_template("console/course_facts.html", form=form, version=version)
        return page, 422
    with desk.begin() as work:
        services.edit_draft(work, desk.association(), version_id, _facts(form))
    return _back(version_id)


@bp.post("/<uuid:version_id>/chapters")
@staff("author")
def add_chapter(version_id: UUID) -> ResponseReturnValue:
    """Add a chapter."""
    with desk.begin() as work:
        title = request.form.get("title", "")[:80]
        services.add_chapter(work, desk.association(), version_id, title)
    return _back(version_id)


@bp.post("/<uuid:version_id>/chapters/<uuid:chapter_id>/remove")
@staff("author")
def remove_chapter(version_id: UUID, chapter_id: UUID) -> ResponseReturnValue:
    """Take an empty chapter away."""
    _chapter_of(_mine(version_id), chapter_id)
    with desk.begin() as work:
        services.remove_chapter(work, desk.association(), chapter_id)
    return _back(version_id)


@bp.get("/<uuid:version_id>/chapters/<uuid:chapter_id>/lessons/new")
@staff("author")
def new_lesson(version_id: UUID, chapter_id: UUID) -> ResponseReturnValue:
    """Show the form of a new lesson."""
    version = _mine(version_id)
    _chapter_of(version, chapter_id)
    wanted = request.args.get("kind", "film")
    kind = wanted if wanted in set(LessonKind) else "film"
    form = LessonForm.blank(kind=kind, credit=Decimal(1)).offer()
    return _lesson_page(version, form, chapter_id, None)


@bp.post("/<uuid:version_id>/chapters/<uuid:chapter_id>/lessons/new")
@staff("author")
def create_lesson(version_id: UUID, chapter_id: UUID) -> ResponseReturnValue:
    """Add a lesson; a film comes along, or later."""
    request.max_content_length = _FILM_BYTES
    version = _mine(version_id)
    _chapter_of(version, chapter_id)
    form = LessonForm.sent().offer()
    if not form.validate():
        return _lesson_page(version, form, chapter_id, None), 422
    film = _store(form.film.data)
    with desk.begin() as work:
        _shelve(work, film)
        wanted = _lesson_facts(form, film, None)
        lesson_id = services.add_lesson(work, desk.association(), chapter_id, wanted)
        asked = questions_from(str(form.questions.data or ""))
        services.set_questions(work, desk.association(), lesson_id, asked)
    return _done(version_id)


@bp.get("/<uuid:version_id>/lessons/<uuid:lesson_id>")
@staff("author")
def lesson(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Show a lesson, to change."""
    version = _mine(version_id)
    found = _lesson_of(version, lesson_id)
    form = LessonForm.blank(
        kind=found.kind.value,
        title=found.title,
        credit=Decimal(found.credit) / 100,
        minutes=Decimal(found.required_seconds) / 60,
        body=found.body_html,
        captions=found.captions_vtt,
        questions=typed(found.questions),
    ).offer()
    return _lesson_page(version, form, None, found)


@bp.post("/<uuid:version_id>/lessons/<uuid:lesson_id>")
@staff("author")
def save_lesson(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Keep a lesson; a new film replaces the old one."""
    request.max_content_length = _FILM_BYTES
    version = _mine(version_id)
    found = _lesson_of(version, lesson_id)
    form = LessonForm.sent().offer()
    if not form.validate():
        return _lesson_page(version, form, None, found), 422
    film = _store(form.film.data)
    with desk.begin() as work:
        _shelve(work, film)
        wanted = _lesson_facts(form, film, found.media_key)
        services.edit_lesson(work, desk.association(), lesson_id, wanted)
        asked = questions_from(str(form.questions.data or ""))
        services.set_questions(work, desk.association(), lesson_id, asked)
    return _done(version_id)


@bp.post("/<uuid:version_id>/lessons/<uuid:lesson_id>/<any(up, down):way>")
@staff("author")
def move_lesson(version_id: UUID, lesson_id: UUID, way: str) -> ResponseReturnValue:
    """Change places with a neighbour."""
    _lesson_of(_mine(version_id), lesson_id)
    with desk.begin() as work:
        services.move_lesson(work, desk.association(), lesson_id, up=way == "up")
    return _back(version_id)


@bp.post("/<uuid:version_id>/lessons/<uuid:lesson_id>/remove")
@staff("author")
def remove_lesson(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Take a lesson out of the draft."""
    _lesson_of(_mine(version_id), lesson_id)
    with desk.begin() as work:
        services.remove_lesson(work, desk.association(), lesson_id)
    return _back(version_id)


@bp.post("/<uuid:version_id>/submit")
@staff("author")
def submit(version_id: UUID) -> ResponseReturnValue:
    """Ask a manager to publish."""
    with desk.begin() as work:
        services.submit(work, desk.association(), version_id)
    flash(_("已提交，等待负责人发布。"), "ok")
    return _back(version_id)


@bp.post("/<uuid:version_id>/publish")
@staff("manager")
def publish(version_id: UUID) -> ResponseReturnValue:
    """Put a version on sale."""
    with desk.begin() as work:
        services.publish(work, desk.association(), version_id)
    flash(_("课程已发布。"), "ok")
    return _back(version_id)


@bp.post("/<uuid:version_id>/send-back")
@staff("manager")
def send_back(version_id: UUID) -> ResponseReturnValue:
    """Give a version back to its author."""
    with desk.begin() as work:
        services.send_back(work, desk.association(), version_id)
    flash(_("已退回作者修改。"), "ok")
    return _back(version_id)


@bp.post("/<uuid:version_id>/withdraw")
@staff("manager")
def withdraw(version_id: UUID) -> ResponseReturnValue:
    """Take a version off sale."""
    with desk.begin() as work:
        services.withdraw(work, desk.association(), version_id)
    flash(_("课程已下架，已购买的学员可继续学习。"), "ok")
    return _back(version_id)


@bp.post("/<uuid:version_id>/new-version")
@staff("author")
def new_version(version_id: UUID) -> ResponseReturnValue:
    """Copy a version into a new draft."""
    with desk.begin() as work:
        made = services.new_version(work, desk.association(), version_id)
    return _back(made)


def _mine(version_id: UUID) -> queries.VersionCard:
    """Find a version of the visitor's association.

    Raises: NotFound, also for another association's.
    """
    version = queries.version(desk.reading(), version_id)
    if version.association_id != desk.association():
        raise NotFound("course.unknown")
    return version


def _lesson_of(version: queries.VersionCard, lesson_id: UUID) -> queries.LessonCard:
    found = queries.lesson(desk.reading(), lesson_id)
    if found.version_id != version.id:
        raise NotFound("lesson.unknown")
    return found


def _chapter_of(version: queries.VersionCard, chapter_id: UUID) -> None:
    """Check that a chapter is this version's.

    Raises: NotFound.
    """
    chapters = queries.outline(desk.reading(), version.id)
    if chapter_id not in {chapter.id for chapter in chapters}:
        raise NotFound("course.unknown")


def _facts(form: CourseForm) -> DraftFacts:
    specialty = str(form.specialty.data or "")
    return DraftFacts(
        title=str(form.title.data),
        summary_html=str(form.summary.data or ""),
        specialty=Specialty(specialty) if specialty else None,
        track=Track(str(form.track.data)),
        price_fen=int(Decimal(form.price.data or 0) * 100),
        teacher=str(form.teacher.data),
        teacher_title=str(form.teacher_title.data or ""),
        year=int(form.year.data or desk.today().year),
    )


def _lesson_facts(
    form: LessonForm, film: StoredFilm | None, kept: str | None
) -> LessonFactsIn:
    return LessonFactsIn(
        title=str(form.title.data),
        kind=LessonKind(str(form.kind.data)),
        credit=int(Decimal(form.credit.data or 0) * 100),
        required_seconds=int(Decimal(form.minutes.data or 0) * 60),
        body_html=str(form.body.data or ""),
        captions_vtt=str(form.captions.data or ""),
        media_key=film.key if film else kept,
    )


def _store(sent: FileStorage | None) -> StoredFilm | None:
    """Store an uploaded film before any transaction opens."""
    if sent is None or not sent.filename:
        return None
    # The port is a Protocol: mypy cannot see that it is only a key here.
    store = desk.port(MediaStore)  # type: ignore[type-abstract]
    return store.put(sent.stream)


def _shelve(work: Work, film: StoredFilm | None) -> None:
    if film is not None:
        services.keep_film(work, desk.association(), film)


def _lesson_page(
    version: queries.VersionCard,
    form: LessonForm,
    chapter_id: UUID | None,
    found: queries.LessonCard | None,
) -> str:
    if version.state is not VersionState.DRAFT:
        raise Conflict("course.not_a_draft")
    return render_template(
        "console/course_lesson.html",
        version=version,
        form=form,
        chapter_id=chapter_id,
        lesson=found,
        association=queries.association(desk.reading(), version.association_id),
    )


def _back(version_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("console_courses.edit", version_id=version_id), 303)


def _done(version_id: UUID) -> ResponseReturnValue:
    """Answer the uploading script, or the plain form."""
    flash(_("课时已保存。"), "ok")
    place = url_for("console_courses.edit", version_id=version_id)
    return jsonify(next=place) if wants_json() else redirect(place, 303)
