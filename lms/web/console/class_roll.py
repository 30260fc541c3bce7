"""The roll of a class: the screen in the room, marks by hand, and the list of all."""

from uuid import UUID

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.approvals import queries as approvals
from lms.classes import queries, services
from lms.classes.rules import SLOT_SECONDS, Mode, screen_code
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.people.queries import naming
from lms.reports import classes as report
from lms.web import class_words, desk
from lms.web.console.class_forms import MarkForm
from lms.web.console.classes import GROUPS, card_of, narrowed, page, place_of
from lms.web.console.sheets import Column, exported
from lms.web.doors import staff
from lms.web.filters import instant
from lms.web.messages import words
from lms.web.records.qr import qr_path

bp = Blueprint("console_class_roll", __name__, url_prefix="/console/classes")


@bp.get("/<uuid:meeting_id>/screen/<any('in', out, spot):mode>")
@staff("clerk", "manager")
def screen(meeting_id: UUID, mode: str) -> ResponseReturnValue:
    """Show the code of these seconds over the whole screen, for the room."""
    card, now = card_of(meeting_id), desk.now()
    secret = desk.settings().secrets.cookie
    code = screen_code(secret, meeting_id.hex, Mode(mode), now)
    counts = queries.counts(desk.reading(), [meeting_id]).get(meeting_id, {})
    shown = render_template(
        "console/class_screen.html",
        card=card,
        title=report.titles(desk.reading(), {card.lesson_id})[card.lesson_id],
        mode=mode,
        modes=class_words.MODE,
        code=qr_path(f"{desk.settings().base_url}/classes/in/{code}"),
        counts=counts,
        where=place_of(card),
        now=now,
        left=SLOT_SECONDS - int(now.timestamp()) % SLOT_SECONDS,
    )
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<uuid:meeting_id>/spot")
@staff("clerk", "manager")
def spot(meeting_id: UUID) -> ResponseReturnValue:
    """Call a spot roll, and show its code."""
    try:
        with desk.begin() as work:
            services.open_spot(work, desk.association(), meeting_id)
    except Conflict as no:
        flash(words(no.code, no.facts), "bad")
        return redirect(url_for("console_classes.show", meeting_id=meeting_id), 303)
    return redirect(
        url_for("console_class_roll.screen", meeting_id=meeting_id, mode="spot"), 303
    )


@bp.post("/<uuid:meeting_id>/places/<uuid:place_id>/mark")
@staff("clerk", "manager")
def mark(meeting_id: UUID, place_id: UUID) -> ResponseReturnValue:
    """Put it to a second person that somebody was there."""
    card = card_of(meeting_id)
    if queries.place(desk.reading(), place_id).session_id != card.id:
        raise NotFound("class.unknown")
    form = MarkForm.sent()
    if not form.validate():
        return page(meeting_id, form, place_id), 422
    try:
        with desk.begin() as work:
            said = str(form.reason.data)
            services.ask_mark(work, desk.association(), place_id, form.mark(), said)
    except (Conflict, Refused) as no:
        flash(words(no.code, no.facts), "bad")
        return page(meeting_id, form, place_id), 422
    flash(_("补签已提交，由另一位工作人员复核后生效。"), "ok")
    return redirect(url_for("console_classes.show", meeting_id=meeting_id), 303)


@bp.post("/<uuid:meeting_id>/marks/<uuid:mark_id>")
@staff("clerk", "manager")
def decide(meeting_id: UUID, mark_id: UUID) -> ResponseReturnValue:
    """Confirm or refuse what a colleague says, as the second person."""
    card = card_of(meeting_id)
    asked = approvals.approval(
        desk.reading(), mark_id, association_id=card.association_id
    )
    if asked.payload.get("session") != str(card.id):
        raise NotFound("approval.unknown")
    yes = request.form.get("answer") == "yes"
    comment = request.form.get("comment", "")[:200]
    try:
        with desk.begin() as work:
            services.decide_mark(work, desk.association(), mark_id, (yes, comment))
    except (Conflict, Refused) as no:
        flash(words(no.code, no.facts), "bad")
    else:
        flash(_("补签已生效。") if yes else _("补签没有通过。"), "ok")
    return redirect(url_for("console_classes.show", meeting_id=meeting_id), 303)


@bp.post("/<uuid:meeting_id>/export")
@staff("clerk", "manager")
def export(meeting_id: UUID) -> ResponseReturnValue:
    """Take the roster as it is narrowed away as a table."""
    session, card = desk.reading(), card_of(meeting_id)
    wanted = request.form.get("state", "")
    rows = narrowed(queries.roster(session, meeting_id), wanted)
    names = naming.names(session, {one.person_id for one in rows})
    columns = (
        Column(_("姓名"), width=12), Column(_("状态"), width=18),
        Column(_("签到"), "instant", 18), Column(_("签到方式"), width=10),
        Column(_("签退"), "instant", 18), Column(_("签退方式"), width=10),
        Column(_("在场分钟"), "count", 10), Column(_("签名"), width=16),
    )  # fmt: skip
    table = [
        (
            names.get(one.person_id, ""),
            str(class_words.place_words(one)[0]),
            one.in_at,
            str(class_words.HOW[one.in_how]) if one.in_how else "",
            one.out_at,
            str(class_words.HOW[one.out_how]) if one.out_how else "",
            one.present_seconds // 60,
            "",
        )
        for one in rows
    ]
    course, lesson = report.titles(session, {card.lesson_id})[card.lesson_id]
    group = group_words().get(wanted, "") if wanted in GROUPS else ""
    said = (
        (_("课程"), f"{course} · {lesson}"),
        (_("开始"), instant(card.starts_at)),
        (_("名单"), group),
    )
    return exported(_("上课名单"), columns, table, "classes.roster_exported", said)


def group_words() -> dict[str, str]:
    """Name the groups of a roster."""
    return {
        "here": _("已签到"),
        "absent": _("未签到"),
        "credited": _("已计学时"),
        "missed": _("缺勤或不足"),
        "freed": _("已退出"),
    }
