"""Study: the course's outline, the player, and what the player asks."""

from dataclasses import asdict, replace
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.rules import browser_of, network_of
from lms.catalogue import queries as catalogue
from lms.catalogue.rules import LessonKind
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import EnrolmentId, LessonId
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.ports import BeatBook
from lms.learning.rules.presence import MOST_TRIES, PICTURE_TEXT_ON
from lms.learning.services.answers import Asked
from lms.people import queries as people
from lms.people.ports import PhotoStudio
from lms.policy.model import Specialty
from lms.web import desk, pieces
from lms.web import media as film_files
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.headers import PERMISSIONS
from lms.web.limits import limiter
from lms.web.study import forms, shown

_UNFIT = {"photo.no_face": "check.no_face", "photo.many_faces": "check.many_faces"}

bp = Blueprint("study", __name__, url_prefix="/study")


@bp.post("/beat")
@learner
def beat() -> ResponseReturnValue:
    """Credit one beat of the player. The busiest address of the house."""
    sent = forms.beat(request.get_json())
    with desk.begin() as work:
        answer = learning.record_beat(work, desk.me(), sent, tick=desk.tick())
    if answer.line:
        desk.port(BeatBook).write(answer.line)
    status = 200 if answer.in_step else 409
    return Response(answer.body, status, mimetype="application/json")


@bp.post("/lease")
@learner
def lease() -> ResponseReturnValue:
    """Begin to earn in a lesson on this device."""
    enrolment_id, lesson_id, ask = forms.lease(request.get_json())
    with desk.begin() as work:
        card = learning.open_lease(
            work,
            desk.me(),
            EnrolmentId(enrolment_id),
            LessonId(lesson_id),
            replace(ask, device=_device(), tick=desk.tick()),
        )
    return jsonify(asdict(card))


@bp.post("/check")
@learner
def check() -> ResponseReturnValue:
    """Judge an answer to a presence check."""
    sent = forms.reply(request.get_json())
    with desk.begin() as work:
        card = learning.answer_check(work, desk.me(), sent)
    return jsonify(asdict(card))


@bp.post("/check/picture")
@learner
@limiter.limit("10/minute", key_func=by_account)
def check_picture() -> ResponseReturnValue:
    """Take a picture instead of an answer, from whoever has agreed to that."""
    lease_id, check_id = forms.named(
        request.form.get("lease"), request.form.get("check")
    )
    consent = queries.picture_consent(desk.reading(), current_user.account_id)
    if consent is None or not consent.agreed:
        raise Refused("check.no_consent")
    upload = request.files.get("picture")
    made = desk.port(PhotoStudio).portrait(upload.read() if upload else b"")
    if made.finding in _UNFIT:
        raise Refused(_UNFIT[made.finding])
    reply = learning.Reply(lease_id, check_id, MOST_TRIES, picture=made.jpeg)
    with desk.begin() as work:
        card = learning.answer_check(work, desk.me(), reply)
    return jsonify(asdict(card))


@bp.get("/camera")
@learner
def camera() -> ResponseReturnValue:
    """Show the text on pictures, and what this person said to it."""
    return render_template(
        "study/camera.html",
        consent=queries.picture_consent(desk.reading(), current_user.account_id),
        text_on=PICTURE_TEXT_ON,
    )


@bp.post("/camera")
@learner
def camera_save() -> ResponseReturnValue:
    """Write down that somebody agrees to pictures, or takes it back at once."""
    agreed = request.form.get("agreed") == "1"
    with desk.begin() as work:
        learning.say_pictures(work, current_user.account_id, agreed=agreed)
    flash(_("已同意用照片确认。") if agreed else _("已撤回，不再使用照片确认。"), "ok")
    return redirect(url_for("study.camera"), 303)


@bp.get("/<uuid:enrolment_id>")
@learner
def course(enrolment_id: UUID) -> ResponseReturnValue:
    """Show a course that was bought: its lessons, and where it counts."""
    session = desk.reading()
    page = shown.course(session, desk.me(), EnrolmentId(enrolment_id))
    return render_template(
        "study/course.html",
        page=page,
        choices=_choices() if page.may_choose else (),
        teachers=catalogue.shown_teachers(session, page.version.id)
        if page.version.from_register
        else (),
    )


@bp.post("/<uuid:enrolment_id>/specialty")
@learner
def specialty(enrolment_id: UUID) -> ResponseReturnValue:
    """Choose the specialty for which a 公共 course counts."""
    try:
        chosen = Specialty(request.form.get("specialty", ""))
    except ValueError:
        raise NotFound("specialty.unknown") from None
    if chosen not in _choices():
        raise NotFound("specialty.unknown")
    with desk.begin() as work:
        learning.assign_specialty(work, desk.me(), EnrolmentId(enrolment_id), chosen)
    flash(_("已改为计入所选专业。"), "ok")
    return redirect(url_for("study.course", enrolment_id=enrolment_id), 303)


@bp.get("/<uuid:enrolment_id>/<uuid:lesson_id>")
@learner
def lesson(enrolment_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Show one lesson: its film or text, its questions, the way on."""
    page = shown.lesson(
        desk.reading(), desk.me(), EnrolmentId(enrolment_id), LessonId(lesson_id)
    )
    if page.lesson.kind is LessonKind.CLASS:
        return redirect(url_for("classes.show", lesson_id=lesson_id), 303)
    response = make_response(render_template("study/lesson.html", page=page))
    # Nowhere else may a page ask for the camera.
    response.headers["Permissions-Policy"] = PERMISSIONS.replace(
        "camera=()", "camera=(self)"
    )
    return response


@bp.get("/media/<uuid:lesson_id>")
@learner
def media(lesson_id: UUID) -> ResponseReturnValue:
    """Send a film, by ranges, to who is enrolled in its course."""
    key = _enrolled_lesson(lesson_id).media_key
    if not key:
        raise NotFound("lesson.no_media")
    return film_files.sent(key, "private, max-age=3600")


@bp.get("/film/<uuid:lesson_id>.m3u8")
@learner
def stream(lesson_id: UUID) -> ResponseReturnValue:
    """List a film's qualities for who is enrolled in its course."""
    play = _enrolled_film(lesson_id)
    return pieces.master(play, f"{lesson_id}/LINES.m3u8")


@bp.get("/film/<uuid:lesson_id>/<int:lines>.m3u8")
@learner
def pieces_of(lesson_id: UUID, lines: int) -> ResponseReturnValue:
    """List the pieces of one quality, each for this session alone."""
    return pieces.playlist(_enrolled_film(lesson_id), lines)


@bp.get("/film/<uuid:lesson_id>/thumbnails.vtt")
@learner
def thumbnails(lesson_id: UUID) -> ResponseReturnValue:
    """List the small pictures of a film."""
    return pieces.thumbnails(_enrolled_film(lesson_id))


@bp.get("/captions/<uuid:lesson_id>.vtt")
@learner
def captions(lesson_id: UUID) -> ResponseReturnValue:
    """Send a film's captions to who is enrolled in its course."""
    text = _enrolled_lesson(lesson_id).captions_vtt
    if not text:
        raise NotFound("lesson.no_captions")
    return Response(text, mimetype="text/vtt")


@bp.post("/<uuid:enrolment_id>/<uuid:lesson_id>/answers")
@learner
@limiter.limit("60/minute", key_func=by_account)
def answers(enrolment_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Judge an answer to a question within the lesson."""
    asked = Asked(
        EnrolmentId(enrolment_id),
        LessonId(lesson_id),
        request.form.get("question", ""),
    )
    with desk.begin() as work:
        card = learning.answer_question(
            work, desk.me(), asked, frozenset(request.form.getlist("choice"))
        )
    if request.accept_mimetypes.best == "application/json":
        return jsonify(asdict(card))
    verdict = _("回答正确。") if card.right else _("回答不对，请再想一想。")
    flash(f"{verdict} {card.explanation}", "ok" if card.right else "warn")
    place = url_for("study.lesson", enrolment_id=enrolment_id, lesson_id=lesson_id)
    return redirect(f"{place}#questions", 303)


def _device() -> learning.Device:
    return learning.Device(
        browser_of(request.user_agent.string), network_of(request.remote_addr)
    )


def _enrolled_lesson(lesson_id: UUID) -> catalogue.LessonCard:
    """Find a lesson of a course that the signed-in person is enrolled in.

    Raises: NotFound.
    """
    session = desk.reading()
    found = catalogue.lesson(session, lesson_id)
    if queries.is_enrolled(session, desk.me(), found.version_id) is None:
        raise NotFound("lesson.unknown")
    return found


def _enrolled_film(lesson_id: UUID) -> catalogue.PlayCard:
    """Find the film of such a lesson, as it was made ready.

    Raises: NotFound, also for a film of before, which is one file.
    """
    found = _enrolled_lesson(lesson_id)
    play = catalogue.plays(desk.reading(), found.film_id)
    if play is None or play.media_key != found.media_key:
        raise NotFound("lesson.no_media")
    return play


def _choices() -> tuple[Specialty, ...]:
    """List the specialties that a 公共 course may count for."""
    try:
        registration = people.registration(desk.reading(), desk.me())
    except NotFound:
        return tuple(Specialty)
    return tuple(each.code for each in registration.specialties)
