"""面授直播: the sessions of class lessons, how full they are, and how they are held."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.catalogue import queries as catalogue
from lms.classes import queries, services
from lms.classes.queries import Filters, PlaceCard, SessionCard, lines, teaching
from lms.classes.rules import USUAL, PlaceState, SessionState, slack_seconds
from lms.classes.services.hands import KIND
from lms.kernel.clock import SHANGHAI
from lms.kernel.errors import Conflict, Refused
from lms.people.queries import naming
from lms.reports import classes as report
from lms.web import class_words, desk
from lms.web.console.class_forms import MarkForm, SessionForm, TermsForm, on_wall
from lms.web.console.sheets import Column, exported
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_classes", __name__, url_prefix="/console/classes")


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the sessions, with how full each is."""
    filters = _filters()
    rows = _rows(filters)
    return render_template(
        "console/classes.html",
        rows=rows,
        titles=_titles(rows),
        counts=queries.counts(desk.reading(), [one.id for one in rows]),
        filters=filters,
        states=class_words.SESSION,
        waiting=approvals.open_count(desk.reading(), desk.association(), KIND),
        lessons=report.class_lessons(desk.reading(), desk.association()),
        now=desk.now(),
    )


def _filters() -> Filters:
    when = request.values.get("when", "coming")
    state = request.values.get("state", "")
    return Filters(
        when=when if when in {"coming", "past", ""} else "coming",
        state=state if state in set(SessionState) else "",
    )


def _rows(filters: Filters) -> tuple[SessionCard, ...]:
    session = desk.reading()
    return queries.of_association(session, desk.association(), filters, desk.now())


def _titles(rows: Sequence[SessionCard]) -> dict[UUID, tuple[str, str]]:
    """Name the course and the lesson of each session."""
    return report.titles(desk.reading(), {one.lesson_id for one in rows})


@bp.post("/export")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Take the list as it is narrowed away as a table."""
    filters = _filters()
    rows = _rows(filters)
    titles, counts = _titles(rows), queries.counts(desk.reading(), [r.id for r in rows])
    called = teaching.named(desk.reading(), rows)
    columns = (
        Column(_("课程"), width=30), Column(_("课时"), width=30),
        Column(_("开始"), "instant", 18), Column(_("结束"), "instant", 18),
        Column(_("地点"), width=36), Column(_("授课人"), width=12),
        Column(_("名额"), "count", 8), Column(_("已占"), "count", 8),
        Column(_("签到"), "count", 8), Column(_("计学时"), "count", 8),
        Column(_("状态"), width=14),
    )  # fmt: skip
    table = [
        (
            *titles[one.lesson_id], one.starts_at, one.ends_at, place_of(one),
            called[one.id], one.places, one.taken,
            counts.get(one.id, {}).get("came", 0),
            counts.get(one.id, {}).get("credited", 0),
            str(class_words.SESSION[one.state][0]),
        )
        for one in rows
    ]  # fmt: skip
    when = {"coming": _("即将开课"), "past": _("已过去"), "": ""}[filters.when]
    state = filters.state and str(class_words.SESSION[SessionState(filters.state)][0])
    said = ((_("时间"), when), (_("状态"), state))
    return exported(_("上课场次"), columns, table, "classes.exported", said)


def place_of(card: SessionCard) -> str:
    """Say where a session meets, without its link."""
    there = " ".join(filter(None, (card.address, card.room)))
    return there or _("线上直播")


@bp.get("/new")
@staff("clerk", "manager")
def new() -> ResponseReturnValue:
    """Show the form of a new session, on the day after tomorrow week."""
    base = desk.now().astimezone(SHANGHAI).replace(hour=9, minute=0, second=0)
    starts = base + timedelta(days=8)
    form = SessionForm.blank(
        lesson=request.args.get("lesson", ""),
        starts_at=on_wall(starts),
        ends_at=on_wall(starts + timedelta(hours=3, minutes=20)),
        opens_at=on_wall(desk.now().replace(second=0, microsecond=0)),
        closes_at=on_wall(starts - timedelta(hours=12)),
        places=40,
    )
    return _form(form, None)


@bp.post("/new")
@staff("clerk", "manager")
def create() -> ResponseReturnValue:
    """Plan a session."""
    form = _offered(SessionForm.sent())
    if not form.validate():
        return _form(form, None), 422
    try:
        with desk.begin() as work:
            made = services.plan_session(
                work, desk.association(), UUID(str(form.lesson.data)), form.plan()
            )
    except Refused as no:
        return _form(form, None, faults=_faults(no)), 422
    flash(_("场次已建立，学员可以按报名时间选择。"), "ok")
    return redirect(url_for("console_classes.show", meeting_id=made), 303)


def _offered(form: SessionForm) -> SessionForm:
    lessons = report.class_lessons(desk.reading(), desk.association())
    return form.offer([(str(key), " · ".join(said)) for key, said in lessons.items()])


def _faults(no: Refused) -> list[str]:
    return [words(code, no.facts) for code in no.reasons] or [words(no.code, no.facts)]


def _form(
    form: SessionForm, card: SessionCard | None, faults: Sequence[str] = ()
) -> str:
    return render_template(
        "console/class_form.html", form=_offered(form), card=card, faults=faults
    )


@bp.get("/<uuid:meeting_id>/edit")
@staff("clerk", "manager")
def edit(meeting_id: UUID) -> ResponseReturnValue:
    """Show a session, to change."""
    card = card_of(meeting_id)
    return _form(SessionForm.of(card), card)


@bp.post("/<uuid:meeting_id>/edit")
@staff("clerk", "manager")
def save(meeting_id: UUID) -> ResponseReturnValue:
    """Change a session; who has a place hears of another time or place."""
    card = card_of(meeting_id)
    form = _offered(SessionForm.sent())
    if not form.validate():
        return _form(form, card), 422
    try:
        with desk.begin() as work:
            services.change_session(work, desk.association(), meeting_id, form.plan())
    except (Conflict, Refused) as no:
        faults = [words(one, no.facts) for one in no.reasons or (no.code,)]
        return _form(form, card, faults=faults), 422
    flash(_("场次已保存；时间地点有变动的，已通知有名额的学员。"), "ok")
    return redirect(url_for("console_classes.show", meeting_id=meeting_id), 303)


def card_of(meeting_id: UUID) -> SessionCard:
    """Find one of the association's sessions.

    Raises: NotFound.
    """
    return queries.session_card(desk.reading(), meeting_id, desk.association())


@bp.get("/<uuid:meeting_id>")
@staff("clerk", "manager")
def show(meeting_id: UUID) -> ResponseReturnValue:
    """Show one session: how full it is, who is there, and what there is to do."""
    return page(meeting_id)


def page(
    meeting_id: UUID, form: MarkForm | None = None, place: UUID | None = None
) -> str:
    """Draw one session's page, perhaps with a form that was wrong."""
    session, card, now = desk.reading(), card_of(meeting_id), desk.now()
    lesson = catalogue.lesson(session, card.lesson_id)
    terms = queries.terms(session, card.association_id, card.starts_at)
    slack = slack_seconds(card.span, terms.present_percent, lesson.required_seconds)
    rows, waits = queries.roster(session, meeting_id), lines.line(session, meeting_id)
    wanted = request.args.get("state", "")
    return render_template(
        "console/class.html",
        card=card,
        title=report.titles(session, {card.lesson_id})[card.lesson_id],
        lesson=lesson,
        terms=terms,
        slack=slack // 60,
        rows=narrowed(rows, wanted),
        names=naming.names(
            session,
            {one.person_id for one in rows} | {one.person_id for one in waits},
        ),
        waits=waits,
        teachers=teaching.teachers(session, meeting_id),
        state=wanted,
        counts=queries.counts(session, [meeting_id]).get(meeting_id, {}),
        spots=queries.spots(session, meeting_id),
        marks=_marks(rows),
        form=form or MarkForm.blank(),
        place=place,
        now=now,
        where=place_of(card),
        me=desk.me(),
        states=class_words.SESSION,
        said=class_words.place_words,
        how=class_words.HOW,
        running=card.starts_at <= now < card.ends_at,
    )


GROUPS: Mapping[str, Callable[[PlaceCard], bool]] = MappingProxyType(
    {
        "": lambda one: one.state is not PlaceState.FREED,
        "here": lambda one: one.in_at is not None,
        "absent": lambda one: one.in_at is None and one.state is not PlaceState.FREED,
        "credited": lambda one: one.state is PlaceState.CREDITED,
        "missed": lambda one: one.state is PlaceState.MISSED,
        "freed": lambda one: one.state is PlaceState.FREED,
    }
)


def narrowed(rows: Sequence[PlaceCard], group: str) -> list[PlaceCard]:
    """Keep those of a group; without one, all who have a place still."""
    return list(filter(GROUPS.get(group, GROUPS[""]), rows))


Marked = tuple[ApprovalCard, PlaceCard, dict[str, datetime | None]]


def _marks(rows: Sequence[PlaceCard]) -> list[Marked]:
    """List what waits for the second person in this session."""
    here = {str(one.id): one for one in rows}
    found = approvals.queue(desk.reading(), desk.association(), KIND)
    return [
        (card, here[card.payload["place"]], _read(card.payload))
        for card in found
        if card.payload["place"] in here
    ]


def _read(payload: dict[str, str]) -> dict[str, datetime | None]:
    return {
        key: datetime.fromisoformat(payload[key]) if payload[key] else None
        for key in ("came", "went")
    }


@bp.post("/<uuid:meeting_id>/cancel")
@staff("clerk", "manager")
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """Cancel a session with a reason, and tell everybody."""
    reason = request.form.get("reason", "")[:200]
    return _done(meeting_id, lambda: _cancelled(meeting_id, reason))


def _cancelled(meeting_id: UUID, reason: str) -> str:
    with desk.begin() as work:
        told = services.cancel_session(work, desk.association(), meeting_id, reason)
    return str(_("场次已取消，已通知 %(n)s 位学员改选场次。", n=told))


@bp.post("/<uuid:meeting_id>/close")
@staff("clerk", "manager")
def close(meeting_id: UUID) -> ResponseReturnValue:
    """End a session: who has not earned it has missed it."""
    return _done(meeting_id, lambda: _closed(meeting_id))


def _closed(meeting_id: UUID) -> str:
    with desk.begin() as work:
        missed = services.close_session(work, desk.association(), meeting_id)
    return str(_("已结课，%(n)s 位学员未计学时，已通知补课办法。", n=missed))


def _done(meeting_id: UUID, deed: Callable[[], str]) -> ResponseReturnValue:
    """Do a deed of a session and say how it went, on the session's page."""
    try:
        flash(deed(), "ok")
    except (Conflict, Refused) as no:
        flash(words(no.code, no.facts), "bad")
    return redirect(url_for("console_classes.show", meeting_id=meeting_id), 303)


@bp.get("/terms")
@staff("manager")
def terms() -> ResponseReturnValue:
    """Show how classes are held, from which day on."""
    usual = queries.terms(desk.reading(), desk.association(), desk.now())
    form = TermsForm.blank(
        from_on=desk.today(),
        present_percent=usual.present_percent,
        leave_hours=usual.leave_hours,
        makeup_times=usual.makeup_times,
        makeup_days=usual.makeup_days,
    )
    return _terms(form, ())


@bp.post("/terms/export.xlsx")
@staff("manager")
def terms_export() -> ResponseReturnValue:
    """Give how classes are and were held as a table; it goes on the record."""
    columns = (
        Column(_("启用日期"), "day"), Column(_("在场至少（%）"), "count"),
        Column(_("可请假（开课前小时）"), "count"), Column(_("可补课（次）"), "count"),
        Column(_("补课期限（天）"), "count"),
    )  # fmt: skip
    rows = tuple(
        (
            day, one.present_percent, one.leave_hours, one.makeup_times,
            one.makeup_days,
        )
        for day, one in queries.terms_book(desk.reading(), desk.association())
    )  # fmt: skip
    filters = ((_("范围"), _("已定的全部规则")),)
    return exported(_("上课规则"), columns, rows, "class.terms_exported", filters)


@bp.post("/terms")
@staff("manager")
def set_terms() -> ResponseReturnValue:
    """Say how classes are held from a day on."""
    form = TermsForm.sent()
    if not form.validate():
        return _terms(form, ()), 422
    try:
        with desk.begin() as work:
            day = form.from_on.data or desk.today()
            services.set_terms(work, desk.association(), day, form.terms())
    except (Conflict, Refused) as no:
        faults = [words(one, no.facts) for one in no.reasons or (no.code,)]
        return _terms(form, faults), 422
    flash(_("上课规则已保存。"), "ok")
    return redirect(url_for("console_classes.terms"), 303)


def _terms(form: TermsForm, faults: Sequence[str]) -> str:
    return render_template(
        "console/class_terms.html",
        form=form,
        faults=faults,
        book=queries.terms_book(desk.reading(), desk.association()),
        usual=USUAL,
        today=desk.today(),
    )
