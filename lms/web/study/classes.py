"""My class: choose a session, see when and where, check in with the room's code."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import LessonCard, VersionCard
from lms.catalogue.rules import LessonKind, VersionState
from lms.classes import queries, rules, services
from lms.classes.queries import PlaceCard, SessionCard, lines, teaching
from lms.classes.queries.lines import WaitCard
from lms.classes.rules import Fresh, Mode, PlaceState, Scanned, Terms
from lms.commerce import queries as commerce
from lms.commerce import services as buying
from lms.commerce.rules import OfferKind
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import EnrolmentId, VersionId, new_token
from lms.learning import queries as learning
from lms.web import class_words, desk
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner, public
from lms.web.filters import instant
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("classes", __name__, url_prefix="/classes")

_COOKIE = "class_device"
_YEAR = 366 * 86_400


@dataclass(frozen=True, slots=True)
class ClassPage:
    """A class lesson, as the person who has it, or is about to buy it, sees it."""

    lesson: LessonCard
    version: VersionCard
    enrolment: EnrolmentId | None
    mine: tuple[tuple[PlaceCard, SessionCard], ...]
    open: tuple[SessionCard, ...]
    chosen: UUID | None
    waits: dict[UUID, WaitCard]
    terms: Terms
    now: datetime
    left: int
    taught: dict[UUID, str]

    @property
    def live(self) -> tuple[PlaceCard, SessionCard] | None:
        """Give the place that counts now."""
        return next((each for each in self.mine if each[0].state in rules.LIVE), None)

    def problem(self, one: SessionCard) -> str | None:
        """Say why I take no place in a session now; one kept for me is no problem."""
        wait = self.waits.get(one.id)
        why = one.problem(self.now)
        kept = wait is not None and wait.kept(self.now)
        return None if kept and why == "class.full" else why

    @property
    def credited(self) -> bool:
        """Tell whether the lesson is earned."""
        return any(one.state is PlaceState.CREDITED for one, _session in self.mine)

    @property
    def missed(self) -> int:
        """Count the sessions that were missed."""
        return sum(one.state is PlaceState.MISSED for one, _session in self.mine)


@bp.get("/<uuid:lesson_id>")
@learner
def show(lesson_id: UUID) -> ResponseReturnValue:
    """Show a class: my place, or the sessions among which to choose."""
    return render_template(
        "study/class.html", page=_page(lesson_id), said=class_words.place_words
    )


def _page(lesson_id: UUID) -> ClassPage:
    session, me, now = desk.reading(), desk.me(), desk.now()
    lesson = catalogue.lesson(session, lesson_id)
    version = catalogue.version(session, lesson.version_id)
    enrolment = learning.is_enrolled(session, me, VersionId(lesson.version_id))
    on_sale = version.state is VersionState.PUBLISHED
    if lesson.kind is not LessonKind.CLASS or not (enrolment or on_sale):
        raise NotFound("lesson.unknown")
    mine = queries.of_person(session, me, [lesson_id])
    live = next((each for each in mine if each[0].state in rules.LIVE), None)
    at = live[1].starts_at if live else now
    offered = tuple(queries.of_lessons(session, [lesson_id], now).get(lesson.id, ()))
    return ClassPage(
        lesson,
        version,
        enrolment,
        mine,
        offered,
        queries.choices(session, me, [lesson_id]).get(lesson_id),
        lines.of_person(session, me, [one.id for one in offered]),
        queries.terms(session, version.association_id, at),
        now,
        int((at - now).total_seconds()),
        teaching.named(session, {*offered, *(one for _place, one in mine)}),
    )


@bp.post("/sessions/<uuid:meeting_id>/choose")
@learner
@limiter.limit("60/hour", key_func=by_account)
def choose(meeting_id: UUID) -> ResponseReturnValue:
    """Take a place with what one has, or keep in mind what one is about to buy."""
    card = queries.session_card(desk.reading(), meeting_id)
    back = redirect(url_for("classes.show", lesson_id=card.lesson_id), 303)
    version_id = VersionId(card.version_id)
    has = learning.is_enrolled(desk.reading(), desk.me(), version_id)
    try:
        return _take(card) if has else _wish(card)
    except (Conflict, Refused) as no:
        flash(words(no.code, no.facts), "bad")
        return back


def _take(card: SessionCard) -> ResponseReturnValue:
    with desk.begin() as work:
        services.take(work, desk.me(), card.id)
    flash(_("名额已占好：%(at)s。", at=instant(card.starts_at)), "ok")
    return redirect(url_for("classes.show", lesson_id=card.lesson_id), 303)


def _wish(card: SessionCard) -> ResponseReturnValue:
    """Keep the wish, and put the course into the cart if it is not there."""
    session, me = desk.reading(), desk.me()
    version = catalogue.version(session, card.version_id)
    covered = {
        each for item in commerce.cart(session, me).items for each in item.version_ids
    }
    with desk.begin() as work:
        services.choose(work, me, card.id)
        if version.id not in covered:
            buying.add(work, me, OfferKind.COURSE, version.course_id)
    flash(_("场次已选好，提交订单时占名额，付款前保留 30 分钟。"), "ok")
    return redirect(url_for("shop.cart"), 303)


@bp.post("/sessions/<uuid:meeting_id>/wait")
@learner
@limiter.limit("60/hour", key_func=by_account)
def wait(meeting_id: UUID) -> ResponseReturnValue:
    """Get into line for a full session."""
    card = queries.session_card(desk.reading(), meeting_id)
    try:
        with desk.begin() as work:
            services.line_up(work, desk.me(), card.id)
    except (Conflict, Refused) as no:
        flash(words(no.code, no.facts), "bad")
    else:
        flash(_("已排上候补。轮到您时会发消息，名额保留 24 小时。"), "ok")
    return redirect(url_for("classes.show", lesson_id=card.lesson_id), 303)


@bp.post("/sessions/<uuid:meeting_id>/wait/leave")
@learner
def step_out(meeting_id: UUID) -> ResponseReturnValue:
    """Leave the line."""
    card = queries.session_card(desk.reading(), meeting_id)
    with desk.begin() as work:
        services.step_out(work, desk.me(), card.id)
    flash(_("已退出候补。"), "ok")
    return redirect(url_for("classes.show", lesson_id=card.lesson_id), 303)


@bp.post("/places/<uuid:place_id>/leave")
@learner
def leave(place_id: UUID) -> ResponseReturnValue:
    """Give a place up in time."""
    lesson_id = queries.place(desk.reading(), place_id).lesson_id
    try:
        with desk.begin() as work:
            services.leave(work, desk.me(), place_id)
    except Refused as no:
        flash(words(no.code, no.facts), "bad")
    else:
        flash(_("已请假，名额已退出，可以改选其他场次。"), "ok")
    return redirect(url_for("classes.show", lesson_id=lesson_id), 303)


@bp.get("/sessions/<uuid:meeting_id>/class.ics")
@learner
def calendar(meeting_id: UUID) -> ResponseReturnValue:
    """Give a session for the calendar of a telephone, to who has a place."""
    session = desk.reading()
    card = queries.session_card(session, meeting_id)
    if queries.in_session(session, desk.me(), meeting_id) is None:
        raise NotFound("class.unknown")
    lesson = catalogue.lesson(session, card.lesson_id)
    there = " ".join(filter(None, (card.address, card.room))) or _("线上直播")
    address = url_for("classes.show", lesson_id=card.lesson_id)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Xueshi//classes//ZH",
        "BEGIN:VEVENT",
        f"UID:{card.id}@xueshi",
        f"DTSTAMP:{_stamp(desk.now())}",
        f"DTSTART:{_stamp(card.starts_at)}",
        f"DTEND:{_stamp(card.ends_at)}",
        f"SUMMARY:{_quoted(lesson.title)}",
        f"LOCATION:{_quoted(there)}",
        f"URL:{desk.settings().base_url}{address}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_quoted(lesson.title)}",
        "TRIGGER:-PT2H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    answer = Response("".join(map(_folded, lines)), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = "attachment; filename=class.ics"
    return answer


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _quoted(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text


def _folded(line: str) -> str:
    """Fold a line at 70 octets, as RFC 5545 asks, never within a letter."""
    parts, here = [], ""
    for letter in line:
        if len((here + letter).encode()) > 70:  # noqa: PLR2004 - octets, RFC 5545
            parts.append(here)
            here = " "
        here += letter
    return "\r\n".join([*parts, here]) + "\r\n"


# -- the code in the room -----------------------------------------------------------


@bp.get("/in/<code>")
@public
@limiter.limit("60/minute")
def scanned(code: str) -> ResponseReturnValue:
    """Look at a code that a telephone read: in time, it leads on by a ticket.

    Only the device is named here; who holds it says so on the next page.
    """
    secret, now = desk.settings().secrets.cookie, desk.now()
    seen = rules.judge_screen(secret, code, now)
    if seen.fresh is not Fresh.LIVE:
        return _stale(seen)
    device = _device() or new_token()
    pass_ = rules.ticket(secret, seen, device, now)
    answer = redirect(url_for("classes.arrive", t=pass_), 303)
    answer.set_cookie(
        _COOKIE,
        device,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=desk.settings().base_url.startswith("https://"),
        path="/classes",
    )
    return answer


def _stale(seen: Scanned) -> ResponseReturnValue:
    code = "class.stale" if seen.fresh is Fresh.STALE else "class.forged"
    return render_template("study/class_stale.html", why=words(code, {})), 422


def _device() -> str:
    found = request.cookies.get(_COOKIE, "")
    return found if found.isascii() and 16 <= len(found) <= 64 else ""  # noqa: PLR2004 - as made


@bp.get("/arrive")
@learner
def arrive() -> ResponseReturnValue:
    """Ask whether it is them, and say what will be written down."""
    text = request.args.get("t", "")
    seen = _ticket(text)
    if seen.fresh is not Fresh.LIVE:
        return _stale(seen)
    return _arrival(seen, text)


def _ticket(text: str) -> Scanned:
    secret = desk.settings().secrets.cookie
    return rules.judge_ticket(secret, text, _device(), desk.now())


def _arrival(seen: Scanned, text: str, fault: str = "") -> ResponseReturnValue:
    session, now = desk.reading(), desk.now()
    card = queries.session_card(session, UUID(seen.session))
    page = render_template(
        "study/class_arrive.html",
        card=card,
        lesson=catalogue.lesson(session, card.lesson_id),
        mode=seen.mode.value,
        word=class_words.MODE[seen.mode],
        ticket=text,
        fault=fault,
        early=_early(card, seen.mode, now),
        place=queries.in_session(session, desk.me(), card.id),
        now=now,
    )
    answer = make_response(page, 422 if fault else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _early(card: SessionCard, mode: Mode, now: datetime) -> int:
    """Say how many minutes are left of a session that somebody is about to leave."""
    left = int((card.ends_at - now).total_seconds()) // 60
    return max(0, left) if mode is Mode.OUT else 0


@bp.post("/arrive")
@learner
@limiter.limit("30/minute", key_func=by_account)
def check() -> ResponseReturnValue:
    """Write down that somebody is there."""
    text = request.form.get("t", "")
    seen = _ticket(text)
    if seen.fresh is not Fresh.LIVE:
        return _stale(seen)
    secret = desk.settings().secrets.cookie
    try:
        with desk.begin() as work:
            done = services.check(
                work,
                desk.me(),
                UUID(seen.session),
                seen.mode,
                rules.device_mark(secret, _device()),
            )
    except (Conflict, Refused) as no:
        return _arrival(seen, text, words(no.code, no.facts))
    flash(_told(done), "ok" if done.new else "info")
    return redirect(url_for("classes.show", lesson_id=done.place.lesson_id), 303)


def _told(done: services.Arrival) -> str:
    if not done.new:
        return str(_("您之前已经办过，不用再扫。"))
    if done.mode is Mode.IN:
        at = instant(done.place.in_at)
        return str(_("签到成功：%(at)s。下课时请再扫一次签退码。", at=at))
    if done.mode is Mode.SPOT:
        return str(_("点名应答成功。"))
    if done.credited:
        return str(_("签退成功，本课学时已记入。"))
    return str(_("签退成功，但在场时间不足或有点名未应答，暂未计学时。"))
