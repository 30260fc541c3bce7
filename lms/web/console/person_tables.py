"""Tables of what waits about persons: corrections, merges, likely pairs."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.approvals.rules import ApprovalState
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.merges import queries as merges
from lms.merges.queries import MergeCard, PairCard
from lms.people import queries as people
from lms.people.queries import CorrectionCard, naming, numbers
from lms.people.queries.numbers import CaseCard
from lms.reports import duplicates
from lms.reports import people as learners
from lms.reports.duplicates import Twins
from lms.web import desk
from lms.web.account.profile_parts import TITLES
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.merge_words import SIGNS

bp = Blueprint("console_person_tables", __name__, url_prefix="/console")

MOST = 5_000
"""So many questions of a kind a table holds; the newest of those that ended."""


@bp.post("/people/corrections/export.xlsx")
@staff("clerk", "manager")
def corrections() -> ResponseReturnValue:
    """Give what waits for a word, and what was ended, as a table; it is noted."""
    session, here = desk.reading(), desk.association()
    found = (
        *people.correction_queue(session, here, limit=MOST),
        *people.corrections_decided(session, here, limit=MOST),
    )
    called = naming.names(session, {one.person_id for one in found})
    columns = (
        Column(_("学员"), "name"), Column(_("更正内容")),
        Column(_("提出时间"), "instant", 18), Column(_("还差几人核对"), "count"),
        Column(_("状态")), Column(_("办结时间"), "instant", 18),
    )  # fmt: skip
    rows = tuple(_correction(one, called.get(one.person_id, "")) for one in found)
    filters = (
        (_("范围"), _("待办和办结的更正申请，各最多 %(n)s 件", n=MOST)),
        (_("待审照片"), _("另有一张表")),
    )
    kind = "people.corrections_exported"
    return exported(_("信息更正"), columns, rows, kind, filters)


def _correction(one: CorrectionCard, name: str) -> tuple[Cell, ...]:
    asked = one.approval
    words = {
        ApprovalState.OPEN: _("办理中"),
        ApprovalState.APPROVED: _("已更正"),
        ApprovalState.REFUSED: _("未同意"),
    }
    return (
        name, str(TITLES[one.section]), one.asked_at, asked.left or None,
        words.get(asked.state, _("已撤回")), asked.decided_at,
    )  # fmt: skip


@bp.post("/people/photos/export.xlsx")
@staff("clerk", "manager")
def photos() -> ResponseReturnValue:
    """Give whose photos wait for somebody's eyes, without the pictures; it is noted."""
    columns = (Column(_("学员"), "name"), Column(_("提交时间"), "instant", 18))
    waiting = learners.photos_to_review(desk.reading(), desk.association())
    rows = tuple((name, since) for _person, name, since in waiting)
    filters = ((_("范围"), _("等待审核的照片，不含照片本身")),)
    return exported(_("待审照片"), columns, rows, "people.photos_exported", filters)


@bp.post("/merges/export.xlsx")
@staff("manager")
def proposals() -> ResponseReturnValue:
    """Give what was proposed about two accounts, and by whom asked; it is noted."""
    session, here = desk.reading(), desk.association()
    columns = (
        Column(_("事项"), width=20), Column(_("并走或占用号码的账号"), "name", 22),
        Column(_("保留或申请的账号"), "name", 20),
        Column(_("提出时间"), "instant", 18), Column(_("状态")),
        Column(_("办结时间"), "instant", 18),
    )  # fmt: skip
    found = (
        *merges.waiting(session, here),
        *merges.ended(session, here, limit=MOST),
    )
    cases = numbers.open_cases(session, here)
    rows = (*map(_proposal, found), *map(_case, cases))
    filters = ((_("范围"), _("等待决定、号码核对和办结的")),)
    return exported(_("重复账号"), columns, rows, "merge.exported", filters)


def _proposal(one: MergeCard) -> tuple[Cell, ...]:
    asked = one.question
    words = {
        ApprovalState.OPEN: _("等待决定"),
        ApprovalState.APPROVED: _("已办理"),
        ApprovalState.REFUSED: _("不同意"),
    }
    what = _("合并账号") if one.merges else _("身份证号码归属")
    return (
        what, _called(one.goes), _called(one.stays), asked.asked_at,
        words.get(asked.state, _("已撤回")), asked.decided_at,
    )  # fmt: skip


def _case(one: CaseCard) -> tuple[Cell, ...]:
    return (
        _("号码核对"), _called(one.holder_id), _called(one.person_id), one.asked_at,
        _("待核对"), None,
    )  # fmt: skip


def _called(person_id: UUID) -> str:
    return duplicates.called(desk.reading(), desk.association(), person_id)


@bp.post("/merges/pairs/export.xlsx")
@staff("clerk", "manager")
def pairs() -> ResponseReturnValue:
    """Give the accounts that may be one person's as a table; it is noted."""
    columns = (
        Column(_("先开的账号"), "name"), Column(_("身份证号"), width=22),
        Column(_("开户"), "day"), Column(_("后开的账号"), "name"),
        Column(_("身份证号"), width=22), Column(_("开户"), "day"),
        Column(_("相像之处"), width=30), Column(_("发现时间"), "instant", 18),
        Column(_("状态")), Column(_("确认时间"), "instant", 18),
    )  # fmt: skip
    filters = ((_("范围"), _("待核对的，和已记下不是同一人的")),)
    rows = _pairs(desk.association())
    return exported(_("可能重复的账号"), columns, rows, "merge.pairs_exported", filters)


def _pairs(here: AssociationId) -> Iterator[tuple[Cell, ...]]:
    session = desk.reading()
    yield from map(_alike, duplicates.pairs(session, here, limit=MOST))
    yield from map(_apart, merges.pairs(session, here, apart=True, limit=MOST))


def _alike(one: Twins) -> tuple[Cell, ...]:
    old, new = one.older, one.newer
    return (
        old.name, old.id_masked, legal_day(old.since),
        new.name, new.id_masked, legal_day(new.since),
        str(SIGNS[one.sign]), one.found_at, _("待核对"), None,
    )  # fmt: skip


def _apart(one: PairCard) -> tuple[Cell, ...]:
    return (
        _called(one.one), "", None, _called(one.other), "", None,
        str(SIGNS[one.sign]), one.found_at, _("不是同一人"), one.apart_at,
    )  # fmt: skip
