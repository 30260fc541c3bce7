"""旧平台记录: who was known there, who has claimed what, and who asks to."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.approvals import queries as approvals
from lms.approvals.rules import ApprovalState
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.pii import mask_name
from lms.legacy.queries import records as queries
from lms.legacy.queries.records import RecordCard
from lms.legacy.services import linking
from lms.people import queries as people
from lms.web import desk, legacy_words
from lms.web.console.sheets import Column, exported, hours_cell
from lms.web.doors import staff
from lms.web.filters import term
from lms.web.messages import words

bp = Blueprint("console_legacy_records", __name__, url_prefix="/console/legacy/records")


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the records, and who asks for one."""
    session, house = desk.reading(), desk.association()
    asked = request.args.get("page", "1")
    page = int(asked) if asked.isdecimal() and len(asked) < 6 else 1  # noqa: PLR2004 - pages
    return render_template(
        "console/legacy_records.html",
        page=queries.records(session, house, group=_group(), page=page),
        group=_group(),
        requests=queries.link_requests(session, house),
        said=legacy_words,
        mask=mask_name,
    )


def _group() -> str:
    asked = request.values.get("group", "all")
    return asked if asked in queries.GROUPS else "all"


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table, masked as the page has it."""
    columns = (
        Column(_("旧平台名称"), width=24), Column(_("旧平台编号"), width=24),
        Column(_("姓名")), Column(_("身份证号"), width=24), Column(_("专业"), width=24),
        Column(_("有效期起"), "day"), Column(_("有效期止"), "day"),
        Column(_("学时"), "hours"), Column(_("证书"), "count"),
        Column(_("认领时间"), "instant", 18), Column(_("依据"), width=30),
    )  # fmt: skip
    told = {"all": _("全部"), "waiting": _("等待认领"), "linked": _("已认领")}
    filters = ((_("状态"), told[_group()]),)
    return exported(
        _("旧平台记录"), columns, map(_cells, _every()), "legacy.exported", filters
    )


def _every() -> Iterator[RecordCard]:
    session, house, page = desk.walking(), desk.association(), 1
    while True:
        some = queries.records(session, house, group=_group(), page=page, size=500)
        yield from some.rows
        if page >= some.pages:
            return
        page += 1


def _cells(row: RecordCard) -> tuple[Any, ...]:
    return (
        row.platform, row.number, mask_name(row.name) if row.name else "",
        row.id_masked, "、".join(str(term(one)) for one in row.specialties),
        row.period_from, row.period_until, hours_cell(Credit(row.credit)),
        row.certificates,
        row.linked_at, str(legacy_words.PROOFS[row.proof]) if row.proof else "",
    )  # fmt: skip


@bp.get("/<uuid:record_id>")
@staff("clerk", "manager")
def show(record_id: UUID) -> ResponseReturnValue:
    """Show who asks for a record, beside what the old platform said."""
    return _show(record_id)


def _show(record_id: UUID, fault: str = "") -> str:
    session, house = desk.reading(), desk.association()
    card = queries.record(session, house, record_id)
    if card.question_id is None or card.asked_by is None:
        raise NotFound("legacy.unknown")
    return render_template(
        "console/legacy_link.html",
        card=card,
        question=approvals.approval(session, card.question_id),
        profile=people.profile(session, PersonId(card.asked_by)),
        heard=desk.me(),
        fault=fault,
        states=ApprovalState,
        said=legacy_words,
    )


@bp.post("/<uuid:record_id>")
@staff("clerk", "manager")
def decide(record_id: UUID) -> ResponseReturnValue:
    """Say whether it is the same person: a clerk who saw the card, then a manager."""
    try:
        with desk.begin() as work:
            state = linking.decide(
                work,
                desk.association(),
                record_id,
                approved=request.form.get("answer") == "yes",
                comment=request.form.get("comment", "")[:400],
            )
    except Refused as refused:
        return _show(record_id, words(refused.code, refused.facts)), 422
    told = {
        ApprovalState.OPEN: _("已核对，等负责人同意。"),
        ApprovalState.APPROVED: _("已同意，旧平台的学时已记入学员名下。"),
        ApprovalState.REFUSED: _("没有同意，记录继续等待本人。"),
    }
    flash(told[state], "ok")
    return redirect(url_for("console_legacy_records.index"), 303)
