"""Writing the lessons of a draft, and looking at those of any version."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries, services
from lms.catalogue.rules import LessonKind, VersionState
from lms.catalogue.services import LessonFactsIn
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import LessonId
from lms.kernel.work import Work
from lms.web import desk, media
from lms.web.console import course_documents, course_films
from lms.web.console.course_films import WHOLE_BYTES, take_whole
from lms.web.console.course_forms import (
    LessonForm,
    questions_from,
    rich,
    typed,
    typed_again,
)
from lms.web.console.course_scope import back, check_chapter, lesson_of, mine
from lms.web.doors import staff
from lms.web.errors import wants_json
from lms.web.messages import words

bp = Blueprint(
    "console_lessons", __name__, url_prefix="/console/courses/<uuid:version_id>"
)

_TEXT_BYTES = 4 * 2**20
_LONG = {"console_lessons.create": WHOLE_BYTES, "console_lessons.save": 2 * _TEXT_BYTES}


@bp.url_value_preprocessor
def _let_films_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow an author, and nobody else, a long body.

    It must be said here: the check of the form's token, which comes before any view,
    already reads the body.
    """
    visitor = desk.visitor()
    if endpoint in _LONG and visitor and "author" in visitor.roles:
        request.max_content_length = _LONG[endpoint]
        request.max_form_memory_size = _TEXT_BYTES


@bp.get("/chapters/<uuid:chapter_id>/lessons/new")
@staff("author")
def new(version_id: UUID, chapter_id: UUID) -> ResponseReturnValue:
    """Show the form of a new lesson."""
    version = mine(version_id)
    check_chapter(version, chapter_id)
    wanted = request.args.get("kind", "film")
    kind = wanted if wanted in set(LessonKind) else "film"
    credit = Decimal(0 if kind == LessonKind.QUIZ else 1)
    form = LessonForm.blank(kind=kind, credit=credit).offer()
    return _page(version, form, None)


@bp.post("/chapters/<uuid:chapter_id>/lessons/new")
@staff("author")
def create(version_id: UUID, chapter_id: UUID) -> ResponseReturnValue:
    """Add a lesson. Its film follows by parts, or came along in one piece."""
    version = mine(version_id)
    check_chapter(version, chapter_id)
    form = LessonForm.sent().offer()
    if not form.validate():
        return _unsound(version, form, None)
    with desk.begin() as work:
        wanted = _facts(form, None)
        lesson_id = services.add_lesson(work, desk.association(), chapter_id, wanted)
        _ask(work, lesson_id, form)
    _bring(lesson_id, form)
    return _done(version_id, lesson_id, form)


@bp.get("/lessons/<uuid:lesson_id>")
@staff("author")
def edit(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Show a lesson, to change."""
    version = mine(version_id)
    found = lesson_of(version, lesson_id)
    form = LessonForm.blank(
        kind=found.kind.value,
        title=found.title,
        credit=Decimal(found.credit) / 100,
        minutes=Decimal(found.required_seconds) / 60,
        body=typed_again(found.body_html),
        captions=found.captions_vtt,
        questions=typed(found.questions),
    )
    form.has_paper = found.document_id is not None
    form.offer()
    return _page(version, form, found)


@bp.post("/lessons/<uuid:lesson_id>")
@staff("author")
def save(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Keep what was written of a lesson; its film stays what it is."""
    version = mine(version_id)
    found = lesson_of(version, lesson_id)
    form = LessonForm.sent()
    form.has_paper = found.document_id is not None
    form.offer()
    if not form.validate():
        return _unsound(version, form, found)
    with desk.begin() as work:
        wanted = _facts(form, found.media_key)
        services.edit_lesson(work, desk.association(), lesson_id, wanted)
        _ask(work, found.id, form)
    return _done(version_id, None, form)


@bp.post("/lessons/<uuid:lesson_id>/<any(up, down):way>")
@staff("author")
def move(version_id: UUID, lesson_id: UUID, way: str) -> ResponseReturnValue:
    """Change places with a neighbour."""
    lesson_of(mine(version_id), lesson_id)
    with desk.begin() as work:
        services.move_lesson(work, desk.association(), lesson_id, up=way == "up")
    return back(version_id)


@bp.post("/lessons/<uuid:lesson_id>/remove")
@staff("author")
def remove(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Take a lesson out of the draft."""
    lesson_of(mine(version_id), lesson_id)
    with desk.begin() as work:
        services.remove_lesson(work, desk.association(), lesson_id)
    return back(version_id)


@bp.get("/lessons/<uuid:lesson_id>/look")
@staff("author", "manager")
def look(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Show a lesson as learners will see it, with its answers; it gives no credit."""
    version = mine(version_id)
    found = lesson_of(version, lesson_id)
    return render_template(
        "console/course_look.html",
        version=version,
        lesson=found,
        play=queries.plays(desk.reading(), found.film_id),
        pages=queries.pages(desk.reading(), found.document_id),
    )


@bp.get("/lessons/<uuid:lesson_id>/film.mp4")
@staff("author", "manager")
def film(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Send a lesson's film, by ranges, to who writes or publishes it."""
    key = lesson_of(mine(version_id), lesson_id).media_key
    if not key:
        raise NotFound("lesson.no_media")
    return media.sent(key, "private, no-cache")


@bp.get("/lessons/<uuid:lesson_id>/captions.vtt")
@staff("author", "manager")
def captions(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Send a film's captions to who writes or publishes it."""
    text = lesson_of(mine(version_id), lesson_id).captions_vtt
    if not text:
        raise NotFound("lesson.no_captions")
    return Response(text, mimetype="text/vtt")


def _facts(form: LessonForm, media_key: str | None) -> LessonFactsIn:
    return LessonFactsIn(
        title=str(form.title.data),
        kind=LessonKind(str(form.kind.data)),
        credit=int(Decimal(form.credit.data or 0) * 100),
        # Minutes are shown with two digits: rounding gives back the same seconds.
        required_seconds=round(Decimal(form.minutes.data or 0) * 60),
        body_html=rich(str(form.body.data or "")),
        captions_vtt=form.captions_sent(),
        media_key=media_key,
    )


def _ask(work: Work, lesson_id: LessonId, form: LessonForm) -> None:
    asked = questions_from(str(form.questions.data or ""))
    services.set_questions(work, desk.association(), lesson_id, asked)


def _bring(lesson_id: LessonId, form: LessonForm) -> None:
    """Take the file that came along; what was written stays, whatever it is."""
    film, paper = form.sent_file(form.film), form.sent_file(form.paper)
    try:
        if film is not None:
            take_whole(lesson_id, film)
        if paper is not None:
            course_documents.take(lesson_id, paper)
    except Refused as refused:
        flash(words(refused.code, refused.facts), "bad")


def _page(
    version: queries.VersionCard, form: LessonForm, found: queries.LessonCard | None
) -> str:
    if version.state is not VersionState.DRAFT:
        raise Conflict("course.not_a_draft")
    return render_template(
        "console/course_lesson.html",
        version=version,
        form=form,
        lesson=found,
        association=queries.association(desk.reading(), version.association_id),
        **_shown(found),
    )


def _shown(found: queries.LessonCard | None) -> dict[str, object]:
    if found is None:
        return {}
    if found.kind is LessonKind.DOCUMENT:
        return course_documents.shown(found)
    return course_films.shown(found)


def _unsound(
    version: queries.VersionCard, form: LessonForm, found: queries.LessonCard | None
) -> ResponseReturnValue:
    """Say what is wrong: to the uploading script in a line, else in the form."""
    if wants_json():
        told = [
            f"{form[name].label.text}：{errors[0]}"
            for name, errors in form.errors.items()
            if name and name in form
        ]
        return jsonify(detail="；".join(told)), 422
    return _page(version, form, found), 422


def _done(
    version_id: UUID, added: LessonId | None, form: LessonForm
) -> ResponseReturnValue:
    """Answer the sending script, or the plain form; a new film has its own page."""
    flash(_("课时已保存。"), "ok")
    if form.marks_dropped:
        flash(_("字幕里的格式标记（如 <b>、<c>）不会显示，已去掉，文字都在。"), "info")
    place = url_for("console_courses.edit", version_id=version_id)
    told = {"next": place}
    if added is not None and form.kind.data == LessonKind.FILM:
        here: dict[str, Any] = {"version_id": version_id, "lesson_id": added}
        told["next"] = place = url_for("console_lessons.edit", **here)
        told["begin"] = url_for("console_films.begin", **here)
    elif added is not None and form.sent_file(form.paper) is not None:
        # Here its author sees what becomes of it.
        told["next"] = place = url_for(
            "console_lessons.edit", version_id=version_id, lesson_id=added
        )
    return jsonify(told) if wants_json() else redirect(place, 303)
