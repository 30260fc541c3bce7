"""发送记录: what became of each message of an association."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.evidence import services as evidence
from lms.notify import services
from lms.notify.rules import Channel, MessageState
from lms.reports import messages as reports
from lms.reports.messages import Asked
from lms.web import desk
from lms.web import notice_words as said
from lms.web.console.sheets import Cell, Column, Counted, exported
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_messages", __name__, url_prefix="/console/messages")

_WAYS = (Channel.SMS, Channel.MAIL, Channel.CONTACT)


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the association's messages, the newest first."""
    session, house = desk.reading(), desk.association()
    asked = _asked(request.args)
    return render_template(
        "console/messages.html",
        page=reports.log(session, house, asked, request.args.get("after", "")),
        failed=reports.failed(session, house),
        asked=asked,
        told=_told(asked),
        choices={
            "state": [(s.value, said.MESSAGE[s][0]) for s in MessageState],
            "channel": [(way.value, said.CHANNEL[way]) for way in _WAYS],
            "kind": [(kind, said.TEMPLATE[kind]) for kind in said.OF_DESK],
        },
        states=MessageState,
        said=said,
        why=why,
    )


def _asked(told: Mapping[str, str]) -> Asked:
    state, way = told.get("state", ""), told.get("channel", "")
    kind = told.get("kind", "")
    return Asked(
        MessageState(state) if state in set(MessageState) else None,
        Channel(way) if way in _WAYS else None,
        kind if kind in said.OF_DESK else "",
        _day(told.get("day", "")),
    )


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 2000 < found.year < 2200 else None  # noqa: PLR2004 - sane years


def _told(asked: Asked) -> dict[str, str]:
    """Write what was asked as the page's form sends it."""
    return {
        "state": asked.state.value if asked.state else "",
        "channel": asked.channel.value if asked.channel else "",
        "kind": asked.template,
        "day": asked.day.isoformat() if asked.day else "",
    }


def why(row: reports.MessageRow) -> str:
    """Say in plain words why a message failed last."""
    return str(words(row.fault, {})) if row.fault else ""


@bp.get("/<uuid:message_id>")
@staff("clerk", "manager")
def show(message_id: UUID) -> ResponseReturnValue:
    """Show one message with the words that went."""
    return render_template(
        "console/message.html",
        sent=reports.sent(desk.reading(), desk.association(), message_id),
        said=said,
        why=why,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table; the export goes on the record."""
    asked = _asked(request.form)
    columns = (
        Column(_("时间"), "instant", 18), Column(_("内容"), width=24),
        Column(_("方式")), Column(_("收件地址"), width=28), Column(_("状态"), width=24),
        Column(_("尝试次数"), "count"), Column(_("发出时间"), "instant", 18),
        Column(_("最近一次失败的原因"), width=40),
    )  # fmt: skip
    session, house = desk.walking(), desk.association()
    rows = Counted(
        map(_cells, reports.every(session, house, asked)),
        reports.count(session, house, asked),
    )
    told = _told(asked)
    filters = (
        (_("状态"), told["state"]), (_("方式"), told["channel"]),
        (_("内容"), told["kind"]), (_("日期"), told["day"]),
    )  # fmt: skip
    return exported(_("发送记录"), columns, rows, "messages.exported", filters)


def _cells(row: reports.MessageRow) -> tuple[Cell, ...]:
    return (
        row.owed_at, str(said.TEMPLATE.get(row.template, row.template)),
        str(said.CHANNEL[row.channel]), row.masked, str(said.MESSAGE[row.state][0]),
        row.tries, row.sent_at, why(row),
    )  # fmt: skip


@bp.post("/<uuid:message_id>/again")
@staff("clerk", "manager")
def again(message_id: UUID) -> ResponseReturnValue:
    """Send a message once more; the deed goes on the record."""
    house = desk.association()
    with desk.begin() as work:
        services.send_again(work, house, message_id)
        evidence.note(
            work, f"association:{house}", "message.sent_again", message=str(message_id)
        )
    flash(_("已重新安排发送。"), "ok")
    return redirect(url_for("console_messages.index"), 303)
