"""通知: what one was told, what was sent to one, and what one wants to have."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries as accounts
from lms.announcements import queries, services
from lms.announcements.queries import NoticeCard
from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.notify import leaving
from lms.notify.rules import LEAVING
from lms.reports import messages as reports
from lms.threads import queries as threads
from lms.web import desk
from lms.web import notice_words as said
from lms.web.doors import signed_in

bp = Blueprint("notices", __name__, url_prefix="/me/notices")


@bp.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List what one was told, or what one has put away."""
    archived = request.args.get("box") == "archive"
    rows = queries.notices(desk.reading(), current_user.account_id, archived=archived)
    answers = threads.answers(desk.reading(), current_user.account_id)
    return render_template(
        "account/notices.html",
        rows=rows,
        whose={row.id: whose(row) for row in rows},
        archived=archived,
        unread=unread_count() - len(answers),
        answers=answers,
        today=desk.today(),
    )


def whose(card: NoticeCard) -> str:
    """Name who tells."""
    if card.association_id is None:
        return str(_("学时平台"))
    return catalogue.association(desk.reading(), card.association_id).name


def unread_count() -> int:
    """Count what one has not read, for the head of every page."""
    found = desk.visitor()
    if found is None:
        return 0
    session, account_id = desk.reading(), found.account_id
    news = queries.unread(session, account_id, desk.today())
    return news + threads.unseen(session, account_id)


@bp.get("/<uuid:announcement_id>")
@signed_in
def show(announcement_id: UUID) -> ResponseReturnValue:
    """Show one notice."""
    card = queries.notice(desk.reading(), current_user.account_id, announcement_id)
    return render_template("account/notice.html", card_=card, whose=whose(card))


@bp.post("/<uuid:announcement_id>")
@signed_in
def read(announcement_id: UUID) -> ResponseReturnValue:
    """Note that it is read, and show it."""
    with desk.begin() as work:
        services.read(work, current_user.account_id, announcement_id)
    where = url_for("notices.show", announcement_id=announcement_id)
    return redirect(where, 303)


@bp.post("/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Note that all is read."""
    with desk.begin() as work:
        services.read_all(work, current_user.account_id)
    return redirect(url_for("notices.index"), 303)


@bp.post("/<uuid:announcement_id>/archive")
@signed_in
def archive(announcement_id: UUID) -> ResponseReturnValue:
    """Put a notice away, or bring it back."""
    kept = request.form.get("kept") != "0"
    with desk.begin() as work:
        services.archive(work, current_user.account_id, announcement_id, kept=kept)
    flash(_("已归档。") if kept else _("已移回通知。"), "ok")
    return redirect(url_for("notices.index"), 303)


@bp.get("/sent")
@signed_in
def sent() -> ResponseReturnValue:
    """List what was sent to one by text and mail, without its words."""
    return render_template(
        "account/messages.html",
        rows=reports.mine(desk.reading(), current_user.account_id),
        said=said,
    )


@bp.get("/choices")
@signed_in
def choices() -> ResponseReturnValue:
    """Show what one may refuse, and what still comes."""
    session, account_id = desk.reading(), current_user.account_id
    return render_template(
        "account/message_choices.html",
        contact=accounts.contact(session, account_id),
        unwanted=leaving.refused(session, account_id),
        lines=[(f"{wish}-{way}", wish, way) for wish, way in LEAVING],
        said=said,
    )


@bp.post("/choices")
@signed_in
def choose() -> ResponseReturnValue:
    """Keep what one wants to have."""
    wanted = set(request.form.getlist("wanted"))
    account_id = current_user.account_id
    no = frozenset(one for one in LEAVING if f"{one[0]}-{one[1]}" not in wanted)
    with desk.begin() as work:
        leaving.choose(work, account_id, no)
        evidence.note(work, f"account:{account_id}", "messages.chosen", refused=len(no))
    flash(_("接收设置已保存。"), "ok")
    return redirect(url_for("notices.choices"), 303)
