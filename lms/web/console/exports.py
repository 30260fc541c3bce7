"""导出任务: what was asked to leave the house; agreed to, made, fetched, gone."""

from collections.abc import Mapping
from datetime import UTC, datetime
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
from werkzeug.wsgi import wrap_file

from lms.exports import queries, services
from lms.exports.ports import ExportShelf
from lms.exports.queries import ExportCard
from lms.exports.rules import ExportState
from lms.reports import handing
from lms.web import desk
from lms.web.console import export_words
from lms.web.console.second_word import said
from lms.web.console.sheets import MOST_LISTED, TYPE, Cell, Column, exported
from lms.web.doors import staff

bp = Blueprint("console_exports", __name__, url_prefix="/console/exports")

_SHOW = "console_exports.show"


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the association's exports, the newest first."""
    session, association_id = desk.reading(), desk.association()
    found = queries.jobs(session, association_id, _instant())
    shown = found[: queries.PAGE]
    return render_template(
        "console/exports.html",
        jobs=shown,
        before=shown[-1].asked_at.isoformat() if len(found) > len(shown) else None,
        called=handing.called(session, [one.asked_by for one in shown]),
        words=export_words,
        me=desk.actor().account_id,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list itself as a table: who took what away, why and how often."""
    columns = (
        Column(_("名称"), width=20), Column(_("编号"), width=24),
        Column(_("申请人"), "name"), Column(_("申请时间"), "instant", 18),
        Column(_("理由"), width=40), Column(_("个人信息")), Column(_("状态")),
        Column(_("行数"), "count"), Column(_("下载次数"), "count"),
        Column(_("到期时间"), "instant", 18),
    )  # fmt: skip
    session = desk.reading()
    found = queries.jobs(session, desk.association(), limit=MOST_LISTED)
    called = handing.called(session, {one.asked_by for one in found})
    rows = tuple(_cells(one, called) for one in found)
    filters = ((_("范围"), _("最近的 %(n)s 个任务", n=MOST_LISTED)),)
    return exported(_("导出任务"), columns, rows, "export.list_exported", filters)


def _cells(one: ExportCard, called: Mapping[UUID, str]) -> tuple[Cell, ...]:
    made = one.made_at is not None
    return (
        one.title, one.number, called.get(one.asked_by, "") if one.asked_by else "",
        one.asked_at, one.reason, _("完整") if one.personal else _("姓名只留姓氏"),
        str(export_words.STATES[one.state][0]), one.done if made else None,
        one.fetched, one.expires_at,
    )  # fmt: skip


@bp.get("/<uuid:job_id>")
@staff("clerk", "manager")
def show(job_id: UUID) -> ResponseReturnValue:
    """Show how far an export is, and what can be done."""
    return _page(job_id)


def _page(job_id: UUID, wrong: str = "") -> str:
    job, visitor = _own(job_id), desk.visitor()
    roles = visitor.roles if visitor else frozenset[str]()
    own = job.asked_by == desk.actor().account_id
    waits = job.state is ExportState.ASKED
    return render_template(
        "console/export.html",
        job=job,
        own=own,
        called=handing.called(
            desk.reading(),
            [
                job.asked_by,
                *(
                    one.account_id
                    for one in (job.approval.decisions if job.approval else ())
                ),
            ],
        ),
        words=export_words,
        can_decide=waits and job.asked_person_id != desk.me() and "manager" in roles,
        can_cancel=job.can_end and (own or "manager" in roles),
        wrong=wrong,
        now=desk.now(),
    )


@bp.get("/<uuid:job_id>/progress.json")
@staff("clerk", "manager")
def tell(job_id: UUID) -> ResponseReturnValue:
    """Tell how far an export is, for the page to keep up."""
    job = _own(job_id)
    answer = jsonify(
        value=job.done,
        total=job.total or 0,
        label=export_words.progress(job),
        packages=[],
        stage=job.state.value,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<uuid:job_id>/decide")
@staff("manager")
def decide(job_id: UUID) -> ResponseReturnValue:
    """Say yes or no to what another wants to take away."""
    yes, comment = said()
    if not yes and not comment:
        return _page(job_id, _("不同意时请写明理由。")), 422
    with desk.begin() as work:
        state = services.decide(work, desk.association(), job_id, yes, comment)
    if state is ExportState.REFUSED:
        flash(_("已记下不同意，申请人能看到理由。"), "ok")
    else:
        flash(_("已同意，文件正在生成，只有申请人能下载。"), "ok")
    return redirect(url_for(_SHOW, job_id=job_id), 303)


@bp.post("/<uuid:job_id>/cancel")
@staff("clerk", "manager")
def cancel(job_id: UUID) -> ResponseReturnValue:
    """Take an export back; its file opens no more."""
    _own(job_id)
    with desk.begin() as work:
        services.cancel(work, desk.association(), job_id)
    desk.port(ExportShelf).remove(job_id)
    flash(_("已取消，文件已删除。"), "ok")
    return redirect(url_for(_SHOW, job_id=job_id), 303)


@bp.post("/<uuid:job_id>/file")
@staff("clerk", "manager")
def fetch(job_id: UUID) -> ResponseReturnValue:
    """Give the file to who asked for it; each time it goes on the record."""
    with desk.begin() as work:
        card, key = services.fetch(work, desk.association(), job_id)
    file = desk.port(ExportShelf).open(card.id, key, card.size)
    report = card.number is not None
    response = Response(
        wrap_file(request.environ, file, 1 << 16),
        mimetype="application/zip" if report else TYPE,
        direct_passthrough=True,
    )
    response.content_length = card.size
    response.headers["Cache-Control"] = "private, no-store"
    tail = "zip" if report else "xlsx"
    name = card.number or f"{card.title}-{card.asked_at:%Y%m%d}-{card.id.hex[-6:]}"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{tail}")
    return response


def _own(job_id: UUID) -> ExportCard:
    return queries.job(desk.reading(), desk.association(), job_id)


def _instant() -> datetime | None:
    try:
        return datetime.fromisoformat(request.args.get("before", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
