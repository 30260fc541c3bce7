"""通知公告: what an association, or the house, tells many."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.announcements import queries, services
from lms.announcements.queries import AnnouncementCard
from lms.announcements.rules import ALONE_UP_TO, Audience, State, needs_second
from lms.announcements.services import DAY
from lms.approvals import queries as approvals
from lms.catalogue import queries as catalogue
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AccountId
from lms.people import queries as people
from lms.reports import audiences
from lms.reports.audiences import Count
from lms.web import desk
from lms.web import notice_words as said
from lms.web.account.profile_forms import blame
from lms.web.console.announcement_forms import AnnouncementForm, DecideForm, filled
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.filters import term
from lms.web.messages import words

bp = Blueprint("console_announcements", __name__, url_prefix="/console/announcements")

_EXPORTED = 2000


def _whose() -> UUID | None:
    """Name the association of the desk; an operator writes for the house.

    Raises: Forbidden.
    """
    visitor = desk.visitor()
    if visitor is not None and visitor.association_id is not None:
        return visitor.association_id
    if visitor is not None and "operator" in visitor.roles:
        return None
    raise Forbidden("staff.no_association")


@bp.get("")
@staff("clerk", "manager", "operator")
def index() -> ResponseReturnValue:
    """List what was announced, the newest first."""
    page = queries.listed(desk.reading(), _whose(), request.args.get("after", ""))
    return render_template("console/announcements.html", page=page, said=said)


@bp.post("/export.xlsx")
@staff("clerk", "manager", "operator")
def export() -> ResponseReturnValue:
    """Give the list as a table; the export goes on the record."""
    columns = (
        Column(_("标题"), width=40), Column(_("范围"), width=24), Column(_("状态")),
        Column(_("写于"), "instant", 18), Column(_("开始发送"), "instant", 18),
        Column(_("发送结束"), "instant", 18), Column(_("截止日期"), "day"),
        Column(_("已送达"), "count"), Column(_("邮件"), "count"),
        Column(_("短信"), "count"),
    )  # fmt: skip
    whose, after = _whose(), ""
    rows: list[tuple[Cell, ...]] = []
    while len(rows) < _EXPORTED:
        page = queries.listed(desk.reading(), whose, after)
        rows += [_cells(row) for row in page.rows]
        if page.after is None:
            break
        after = page.after
    return exported(
        _("通知公告"), columns, rows, "announcements.exported",
        stream=f"association:{whose}" if whose else "house:announcements",
    )  # fmt: skip


def _cells(row: AnnouncementCard) -> tuple[Cell, ...]:
    return (
        row.title, _scope(row), str(said.STATE[row.state][0]), row.made_at,
        row.begun_at, row.ended_at, row.until, row.reached, row.mailed, row.texted,
    )  # fmt: skip


@bp.get("/new")
@staff("clerk", "manager", "operator")
def new() -> ResponseReturnValue:
    """Show an empty form."""
    return _form(AnnouncementForm.blank(audience=Audience.ALL.value, days=90))


@bp.post("")
@staff("clerk", "manager", "operator")
def create() -> ResponseReturnValue:
    """Keep a draft, and show it with its count."""
    form = AnnouncementForm.sent()
    form.offer(audiences.narrowing(desk.reading(), _whose()))
    wanted = form.wanted()
    if wanted is None:
        return _form(form), 422
    with desk.begin() as work:
        made = services.draft(work, _whose(), wanted)
    return redirect(url_for("console_announcements.show", announcement_id=made), 303)


@bp.get("/<uuid:announcement_id>/edit")
@staff("clerk", "manager", "operator")
def edit(announcement_id: UUID) -> ResponseReturnValue:
    """Show a draft in its form."""
    return _form(filled(_card(announcement_id)), announcement_id)


@bp.post("/<uuid:announcement_id>")
@staff("clerk", "manager", "operator")
def save(announcement_id: UUID) -> ResponseReturnValue:
    """Keep what was changed in a draft."""
    _card(announcement_id)
    form = AnnouncementForm.sent()
    form.offer(audiences.narrowing(desk.reading(), _whose()))
    wanted = form.wanted()
    if wanted is None:
        return _form(form, announcement_id), 422
    with desk.begin() as work:
        services.change(work, _whose(), announcement_id, wanted)
    return _shown(announcement_id)


def _form(form: AnnouncementForm, announcement_id: UUID | None = None) -> str:
    form.offer(audiences.narrowing(desk.reading(), _whose()))
    return render_template(
        "console/announcement_form.html", form=form, announcement_id=announcement_id
    )


@bp.get("/<uuid:announcement_id>")
@staff("clerk", "manager", "operator")
def show(announcement_id: UUID) -> ResponseReturnValue:
    """Show an announcement: before sending its count, then how far it is."""
    return _page(announcement_id, DecideForm.blank())


def _page(announcement_id: UUID, form: DecideForm) -> str:
    card = _card(announcement_id)
    session = desk.reading()
    counted = _counted(card)
    asked = approvals.approval(session, card.approval_id) if card.approval_id else None
    form.asked.data = str(card.approval_id or "")
    return render_template(
        "console/announcement.html",
        card_=card,
        scope=_scope(card),
        counted=counted,
        second=needs_second(
            counted.people
            + queries.sent_alone(session, card.association_id, desk.now() - DAY),
            mail=card.mail,
            sms=card.sms,
        ),
        alone=ALONE_UP_TO,
        read=queries.read_by(session, card.id),
        asked=asked,
        mine=asked is not None and asked.asked_person_id == desk.me(),
        by=_name(card.made_by),
        states=State,
        form=form,
        said=said,
    )


def _counted(card: AnnouncementCard) -> Count:
    """Count afresh while it is not sent; then what was sent is what counts."""
    if card.state in {State.DRAFT, State.WAITING, State.SET}:
        return audiences.count(desk.reading(), card, desk.today())
    return Count(card.counted or 0, card.mailed, card.texted)


def _name(account_id: UUID | None) -> str:
    if account_id is None:
        return ""
    return accounts.account(desk.reading(), AccountId(account_id)).name


def _scope(card: AnnouncementCard) -> str:
    """Say for whom an announcement is, in words."""
    kind, among = str(said.AUDIENCE[card.audience]), card.among
    try:
        if card.audience is Audience.SPECIALTY:
            return f"{kind}：{term(among)}"
        if card.audience is Audience.COURSE:
            return f"{kind}：{catalogue.version(desk.reading(), UUID(among)).title}"
        if card.audience is Audience.COMPANY:
            return f"{kind}：{people.company(desk.reading(), UUID(among)).name}"
    except (ValueError, NotFound):
        return kind
    if card.audience is Audience.ENDING:
        return str(_("注册 %(n)s 天内到期", n=among))
    return kind


def _card(announcement_id: UUID) -> AnnouncementCard:
    return queries.card(desk.reading(), _whose(), announcement_id)


def _shown(announcement_id: UUID) -> ResponseReturnValue:
    where = url_for("console_announcements.show", announcement_id=announcement_id)
    return redirect(where, 303)


@bp.post("/<uuid:announcement_id>/send")
@staff("clerk", "manager", "operator")
def send(announcement_id: UUID) -> ResponseReturnValue:
    """Send a draft, or put it before a colleague."""
    card = _card(announcement_id)
    counted = _counted(card).people
    # What was counted is what is sent: many are never sent for as the few of before.
    seen = request.form.get("seen") or card.mark
    try:
        with desk.begin() as work:
            state = services.submit(work, _whose(), announcement_id, counted, seen=seen)
    except Conflict as no:
        flash(words(no.code, no.facts), "warn")
        return _page(announcement_id, DecideForm.blank()), 409
    if state is State.WAITING:
        flash(_("人数超过 %(n)s，已交给同事复核。", n=ALONE_UP_TO), "warn")
    else:
        flash(_("已安排发送，本页可以看到进度。"), "ok")
    return _shown(announcement_id)


@bp.post("/<uuid:announcement_id>/decide")
@staff("clerk", "manager", "operator")
def decide(announcement_id: UUID) -> ResponseReturnValue:
    """Say yes or no to what a colleague wants to send."""
    _card(announcement_id)
    form = DecideForm.sent()
    if not form.validate():
        return _page(announcement_id, form), 422
    approved = request.form.get("answer") == "yes"
    try:
        with desk.begin() as work:
            services.decide(
                work,
                _whose(),
                announcement_id,
                approved,
                form.comment.data or "",
                asked=_asked(form.asked.data),
            )
    except Refused as no:
        blame(form.comment, no.code)
        return _page(announcement_id, form), 422
    except Conflict as no:
        flash(words(no.code, no.facts), "warn")
        return _page(announcement_id, form), 409
    flash(_("已同意，将按时发送。") if approved else _("已退回，成为草稿。"), "ok")
    return _shown(announcement_id)


def _asked(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None


@bp.post("/<uuid:announcement_id>/take-back")
@staff("clerk", "manager", "operator")
def take_back(announcement_id: UUID) -> ResponseReturnValue:
    """Take back what is not sent, or the rest of it."""
    with desk.begin() as work:
        services.take_back(work, _whose(), announcement_id)
    flash(_("已撤回，没有收到的人不会再收到。"), "ok")
    return _shown(announcement_id)
