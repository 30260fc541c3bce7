"""The company's lists as tables: its people, their papers, what it bought.

Who is named here is the company's own and accepted it; its agent reads the same names
on the page. That a table went out stands on the company's record.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce import queries as commerce
from lms.commerce.queries import OrderRow
from lms.commerce.rules import OrderState
from lms.commerce.rules.seats import SeatState
from lms.credentials import queries as credentials
from lms.credentials.queries import GrantCard, UseCopyCard
from lms.credentials.rules import CopyState
from lms.credentials.rules.sharing import HoldingKind
from lms.kernel.clock import legal_day
from lms.people import queries as people_queries
from lms.people.queries import LinkCard
from lms.people.rules import LinkState
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Status
from lms.reports import seats as seat_reports
from lms.reports import staff as reports
from lms.reports.seats import SeatRow, Use
from lms.reports.staff import StaffRow
from lms.web import (
    application_words,
    certificate_files,
    company_words,
    desk,
    employer_words,
    order_words,
)
from lms.web.console.sheets import MOST_LISTED, Cell, Column, exported, yuan_cell
from lms.web.doors import staff
from lms.web.employer.applications import seen_by_company, waits
from lms.web.employer.parts import acting_company, bp
from lms.web.employer.people import TABS
from lms.web.filters import listed, term

Rows = Iterable[Sequence[Cell]]


def _given(
    name: str, columns: Sequence[Column], rows: Rows, kind: str, narrowed: str
) -> ResponseReturnValue:
    """Send a table of the company's own, noted on its record."""
    filters = ((_("范围"), narrowed),)
    stream = f"employer:{acting_company()}"
    return exported(name, columns, rows, kind, filters, stream)


@bp.post("/people/export.xlsx")
@staff("employer")
def people_export() -> ResponseReturnValue:
    """Give the people of one tab as a table."""
    employer_id, session = acting_company(), desk.reading()
    asked = request.form.get("tab", "")
    tab = asked if asked in TABS else "active"
    columns = (
        Column(_("姓名"), width=20), Column(_("状态"), width=18),
        Column(_("专业"), width=30), Column(_("到期日"), "day"),
        Column(_("剩余天数"), "count"), Column(_("学时完成（%）"), "count"),
        Column(_("加入日期"), "day"), Column(_("离职日期"), "day"),
    )  # fmt: skip
    drawn = {
        row.link_id: row for row in reports.staff(session, employer_id, on=desk.today())
    }
    rows = tuple(
        _person(link, drawn.get(link.id))
        for link in people_queries.links_of(session, employer_id)
        if link.state in TABS[tab]
    )
    words = {"active": _("在职"), "waiting": _("待处理"), "past": _("已结束")}
    return _given(_("单位人员"), columns, rows, "employer.people_exported", words[tab])


def _person(link: LinkCard, row: StaffRow | None) -> tuple[Cell, ...]:
    there = row is not None and row.deadline is not None
    return (
        link.name or link.called or link.shown,
        str(employer_words.STATES[link.state][0]),
        listed(term(one.specialty) for one in row.drawn) if row else "",
        row.deadline if row else None, row.days_left if row and there else None,
        row.percent if row and there else None,
        legal_day(link.since) if link.since else None, link.left_on,
    )  # fmt: skip


@bp.post("/applications/export.xlsx")
@staff("employer")
def applications_export() -> ResponseReturnValue:
    """Give what waits for the company, and all it takes part in, as a table."""
    columns = (
        Column(_("姓名"), width=14), Column(_("事项"), width=30),
        Column(_("专业"), width=30), Column(_("省份")), Column(_("编号"), width=24),
        Column(_("等本单位办理")), Column(_("状态")), Column(_("承诺办结"), "day"),
        Column(_("办结日期"), "day"),
    )  # fmt: skip
    seen = sorted(seen_by_company(), key=lambda card: not waits(card))
    rows = tuple(map(_application, seen))
    kind = "employer.applications_exported"
    return _given(_("注册申请"), columns, rows, kind, _("等本单位办理的在前，含其他"))


def _application(card: ApplicationCard) -> tuple[Cell, ...]:
    if card.status is Status.OPEN:
        state = str(application_words.STEPS[card.step.name])
    else:
        state = str(application_words.STATUSES[card.status][0])
    return (
        people_queries.name(desk.reading(), card.person_id),
        application_words.title(card.flow), listed(map(term, card.specialties)),
        term(card.province), card.number, _("是") if waits(card) else "", state,
        card.due_on, legal_day(card.closed_at) if card.closed_at else None,
    )  # fmt: skip


@bp.post("/archive/export.xlsx")
@staff("employer")
def archive_export() -> ResponseReturnValue:
    """Give for each person which kinds of paper are missing, as a table."""
    employer_id, session = acting_company(), desk.reading()
    columns = (
        Column(_("姓名"), width=14), Column(_("注册期开始"), "day"),
        Column(_("注册期结束"), "day"), Column(_("还缺"), width=40),
        Column(_("离职日期"), "day"),
    )  # fmt: skip
    kept = people_queries.kept_by(session, employer_id)
    past: list[tuple[Cell, ...]] = [
        (card.name, None, None, "", card.left_on)
        for card in people_queries.links_of(session, employer_id)
        if card.state is LinkState.LEFT and card.id in kept
    ]
    here = map(_kept, reports.staff(session, employer_id, on=desk.today()))
    kind, told = "employer.archive_exported", _("在职人员，和留存有资料的已离职人员")
    return _given(_("资料存档"), columns, (*here, *past), kind, told)


def _kept(row: StaffRow) -> tuple[Cell, ...]:
    lacks = listed(str(employer_words.SORTS[one].name) for one in row.owed)
    period = row.period
    return (
        row.name, period.since if period else None, period.until if period else None,
        lacks or _("齐全"), None,
    )  # fmt: skip


@bp.post("/certificates/export.xlsx")
@staff("employer")
def certificates_export() -> ResponseReturnValue:
    """Give the certificates that were granted as a table, as they stand now."""
    columns = (
        Column(_("姓名"), width=14), Column(_("证书")), Column(_("编号"), width=28),
        Column(_("专业"), width=30), Column(_("状态")), Column(_("有效期至"), "day"),
        Column(_("本人授权到"), "day"),
    )  # fmt: skip
    found = credentials.granted_to(desk.reading(), acting_company(), desk.today())
    rows, kind = tuple(map(_granted, found)), "employer.certificates_exported"
    told = _("本人授权给本单位的")
    return _given(_("人员证书"), columns, rows, kind, told)


def _granted(one: GrantCard) -> tuple[Cell, ...]:
    held = one.holding
    registered = held.kind is HoldingKind.REGISTRATION
    return (
        held.name, _("注册证书") if registered else _("合格证"), held.number,
        listed(map(term, held.specialties)),
        str(certificate_files.VERDICTS[held.verdict]), held.valid_until,
        one.valid_until,
    )  # fmt: skip


@bp.post("/copies/export.xlsx")
@staff("employer")
def copies_export() -> ResponseReturnValue:
    """Give the use copies that were asked for as a table."""
    employer_id, session = acting_company(), desk.reading()
    columns = (
        Column(_("姓名"), width=14), Column(_("用途"), width=40), Column(_("状态")),
        Column(_("申请时间"), "instant", 18), Column(_("开始日期"), "day"),
        Column(_("失效日期"), "day"),
    )  # fmt: skip
    bound = {
        one.person_id: one.name for one in people_queries.staff_of(session, employer_id)
    }
    rows = tuple(
        _copy(card, bound[card.person_id])
        for card in credentials.use_copies_for(session, employer_id)
        if card.person_id in bound
    )
    kind, told = "employer.copies_exported", _("在职人员的全部申请")
    return _given(_("使用件"), columns, rows, kind, told)


def _copy(card: UseCopyCard, name: str) -> tuple[Cell, ...]:
    states = {CopyState.ASKED: _("等本人确认"), CopyState.REFUSED: _("本人未同意")}
    state = states.get(card.state, _("已失效"))
    if card.live(desk.today()):
        state = _("可使用")
    return (
        name, card.purpose, state, card.asked_at, card.valid_from, card.valid_until,
    )  # fmt: skip


@bp.post("/buying/seats.xlsx")
@staff("employer")
def buying_seats() -> ResponseReturnValue:
    """Give what the company has seats of as a table."""
    columns = (
        Column(_("课程或套餐"), width=40), Column(_("订单号"), width=28),
        Column(_("金额（元）"), "money"), Column(_("付款时间"), "instant", 18),
        Column(_("已购席位"), "count"), Column(_("已分配"), "count"),
        Column(_("未分配"), "count"), Column(_("已退款"), "count"),
    )  # fmt: skip
    rows = tuple(
        (
            one.title, one.order_number, yuan_cell(one.price_fen), one.paid_at,
            one.count.bought, one.count.assigned, one.count.free, one.count.returned,
        )
        for one in commerce.seat_lines(desk.reading(), acting_company())
    )  # fmt: skip
    told = _("全部已付款的课程和套餐")
    return _given(_("席位"), columns, rows, "employer.seats_exported", told)


@bp.post("/buying/orders.xlsx")
@staff("employer")
def buying_orders() -> ResponseReturnValue:
    """Give the company's orders as a table."""
    columns = (
        Column(_("订单号"), width=28), Column(_("内容"), width=60),
        Column(_("金额（元）"), "money"), Column(_("状态")),
        Column(_("下单时间"), "instant", 18),
    )  # fmt: skip
    found = commerce.company_orders(desk.reading(), acting_company())
    rows = tuple(map(_order, found))
    return _given(_("订单"), columns, rows, "employer.orders_exported", _("全部订单"))


def _order(one: OrderRow) -> tuple[Cell, ...]:
    state = str(order_words.ORDER[one.state][0])
    if one.state is OrderState.FULFILLED:
        # A company opens no course itself: it has seats to give.
        state = _("席位已开通")
    return (
        one.number, "；".join(one.titles), yuan_cell(one.total_fen), state,
        one.placed_at,
    )  # fmt: skip


@bp.post("/buying/quotes.xlsx")
@staff("employer")
def buying_quotes() -> ResponseReturnValue:
    """Give the company's quotes as a table."""
    columns = (
        Column(_("报价单"), width=28), Column(_("席位"), "count"),
        Column(_("金额（元）"), "money"), Column(_("状态")),
        Column(_("有效期至"), "day"), Column(_("协会发来")),
        Column(_("生成时间"), "instant", 18),
    )  # fmt: skip
    found = commerce.quotes_for(
        desk.reading(), acting_company(), desk.today(), limit=MOST_LISTED
    )
    rows = tuple(
        (
            one.number, one.seats, yuan_cell(one.total_fen),
            str(company_words.QUOTES[one.state][0]), one.valid_until,
            _("是") if one.by_clerk else "", one.made_at,
        )
        for one in found
    )  # fmt: skip
    told = _("最近的 %(n)s 份报价单", n=MOST_LISTED)
    return _given(_("报价单"), columns, rows, "employer.quotes_exported", told)


@bp.post("/seats/<uuid:line_id>/export.xlsx")
@staff("employer")
def seats_export(line_id: UUID) -> ResponseReturnValue:
    """Give the seats of a line, and who sits there, as a table."""
    employer_id, session = acting_company(), desk.reading()
    line = commerce.seat_line(session, employer_id, line_id)
    columns = (
        Column(_("席位"), "count"), Column(_("人员"), width=14), Column(_("在职")),
        Column(_("使用情况")), Column(_("分配时间"), "instant", 18),
    )  # fmt: skip
    rows = tuple(map(_seat, seat_reports.seat_rows(session, employer_id, line_id)))
    told = f"{line.title} · {line.order_number}"
    return _given(_("席位明细"), columns, rows, "employer.seats_exported", told)


def _seat(row: SeatRow) -> tuple[Cell, ...]:
    uses = {Use.DONE: _("已学完"), Use.BEGUN: _("学习中")}
    state = str(company_words.SEATS[row.state][0])
    if row.state is SeatState.ASSIGNED:
        state = uses.get(row.use, _("没有开始"))
    here = (_("是") if row.here else _("否")) if row.name else ""
    return row.n, row.name, here, state, row.assigned_at
