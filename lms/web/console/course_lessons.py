"""Writing the lessons of a draft, and looking at those of any version."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from lms.catalogue import queries, services
from lms.catalogue.ports import MediaStore, StoredFilm
from lms.catalogue.rules import LessonKind, VersionState
from lms.catalogue.services import LessonFactsIn
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.ids import LessonId
from lms.kernel.work import Work
from lms.web import desk
from lms.web.console.course_forms import LessonForm, questions_from, rich, typed
from lms.web.console.course_scope import back, check_chapter, lesson_of, mine
from lms.web.doors import staff
from lms.web.errors import wants_json

bp = Blueprint(
    "console_lessons", __name__, url_prefix="/console/courses/<uuid:version_id>"
)

_FILM_BYTES = 512 * 2**20
_TEXT_BYTES = 4 * 2**20
_BRINGING_FILMS = {"console_lessons.create", "console_lessons.save"}


@bp.url_value_preprocessor
def _let_films_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow an author, and nobody else, a long body.

    It must be said here: the check of the form's token, which comes before any view,
    already reads the body.
    """
    visitor = desk.visitor()
    if endpoint in _BRINGING_FILMS and visitor and "author" in visitor.roles:
        request.max_content_length = _FILM_BYTES
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
    """Add a lesson; its film comes along."""
    version = mine(version_id)
    check_chapter(version, chapter_id)
    form = LessonForm.sent().offer()
    if not form.validate():
        return _unsound(version, form, None)
    with _stored(form.film.data) as film, desk.begin() as work:
        _shelve(work, film)
        wanted = _facts(form, film.key if film else None)
        lesson_id = services.add_lesson(work, desk.association(), chapter_id, wanted)
        _ask(work, lesson_id, form)
    return _done(version_id, form)


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
        body=found.body_html,
        captions=found.captions_vtt,
        questions=typed(found.questions),
    ).offer(has_film=bool(found.media_key))
    return _page(version, form, found)


@bp.post("/lessons/<uuid:lesson_id>")
@staff("author")
def save(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Keep a lesson; a new film replaces the old one."""
    version = mine(version_id)
    found = lesson_of(version, lesson_id)
    form = LessonForm.sent().offer(has_film=bool(found.media_key))
    if not form.validate():
        return _unsound(version, form, found)
    with _stored(form.film.data) as film, desk.begin() as work:
        _shelve(work, film)
        wanted = _facts(form, film.key if film else found.media_key)
        services.edit_lesson(work, desk.association(), lesson_id, wanted)
        _ask(work, found.id, form)
    return _done(version_id, form)


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
    return render_template(
        "console/course_look.html",
        version=version,
        lesson=lesson_of(version, lesson_id),
    )


@bp.get("/lessons/<uuid:lesson_id>/film")
@staff("author", "manager")
def film(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Send a lesson's film, by ranges, to who writes or publishes it."""
    key = lesson_of(mine(version_id), lesson_id).media_key
    if not key:
        raise NotFound("lesson.no_media")
    response = send_file(_store().path(key), conditional=True, etag=key)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


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


def _store() -> MediaStore:
    # The port is a Protocol: mypy cannot see that it is only a key here.
    return desk.port(MediaStore)


@contextmanager
def _stored(sent: FileStorage | None) -> Iterator[StoredFilm | None]:
    """Store an uploaded film before any transaction opens; drop it if that fails."""
    if sent is None or not sent.filename:
        yield None
        return
    store = _store()
    kept = store.put(sent.stream)
    try:
        yield kept
    except BaseException:
        store.drop(kept.key)
        raise


def _shelve(work: Work, kept: StoredFilm | None) -> None:
    if kept is not None:
        services.keep_film(work, desk.association(), kept)


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
    )


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


def _done(version_id: UUID, form: LessonForm) -> ResponseReturnValue:
    """Answer the uploading script, or the plain form."""
    flash(_("课时已保存。"), "ok")
    if form.marks_dropped:
        flash(_("字幕里的格式标记（如 <b>、<c>）不会显示，已去掉，文字都在。"), "info")
    if wants_json():
        return jsonify(next=url_for("console_courses.edit", version_id=version_id))
    return back(version_id)
