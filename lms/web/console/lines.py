"""银行流水: give each line's money to orders, let another confirm, return the rest."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.commerce import queries
from lms.commerce.queries import matching, statements
from lms.commerce.queries.statements import LineCard
from lms.commerce.rules import TransferState
from lms.commerce.rules.matching import Candidate, Paid, numbers_in, same_payer
from lms.commerce.rules.statements import LineState, ReturnState
from lms.commerce.services import assigning, proposing, withdraw_transfer
from lms.commerce.services.assigning import Confirmed, Part
from lms.kernel.errors import Conflict, Forbidden, LmsError, NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.money import Fen
from lms.people import queries as people
from lms.reports import orders as order_reports
from lms.reports import statements as reports
from lms.web import desk, money_words, order_words
from lms.web.console.amounts import fen
from lms.web.console.sheets import Cell, Column, exported, yuan_cell
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_lines", __name__, url_prefix="/console/money/lines")

MOST_AT_ONCE = 200
_PARTS = 12


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the lines, those that wait for somebody first."""
    session, house = desk.reading(), desk.association()
    group, asked = _asked(request.args)
    return render_template(
        "console/lines.html",
        page=reports.lines(session, house, group, asked, request.args.get("after", "")),
        counts=reports.counts(session, house),
        group=group,
        asked=asked,
        said=money_words,
        two=catalogue.association(session, house).two_person,
    )


def _asked(told: Mapping[str, str]) -> tuple[str, str]:
    group = told.get("group", "open")
    known = group if group in reports.GROUPS else "open"
    return known, told.get("words", "").strip()[:60]


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table; the export goes on the record."""
    group, asked = _asked(request.form)
    columns = (
        Column(_("交易日期"), "day"), Column(_("金额（元）"), "money"),
        Column(_("对方户名"), "name", 30), Column(_("附言、用途"), width=40),
        Column(_("银行流水号"), width=24), Column(_("状态")),
        Column(_("已对应（元）"), "money"), Column(_("已退回（元）"), "money"),
        Column(_("剩余（元）"), "money"), Column(_("订单号"), width=30),
        Column(_("说明"), width=30),
    )  # fmt: skip
    rows = reports.every(desk.reading(), desk.association(), group, asked)
    filters = ((_("分类"), str(money_words.LINE_GROUP[group])), (_("查找"), asked))
    return exported(
        _("银行流水"), columns, map(_cells, rows), "lines.exported", filters
    )


def _cells(row: reports.LineRow) -> tuple[Cell, ...]:
    shares = row.shares
    return (
        row.booked_on, yuan_cell(row.amount_fen), row.payer, row.words, row.running_no,
        str(money_words.LINE[row.state][0]),
        yuan_cell(Fen(shares.proposed_fen + shares.confirmed_fen)),
        yuan_cell(Fen(shares.returned_fen)),
        yuan_cell(Fen(max(0, shares.left_fen))),
        "；".join(number for _id, number in row.parts), row.why,
    )  # fmt: skip


@bp.post("/confirm")
@staff("clerk", "manager")
def confirm_many() -> ResponseReturnValue:
    """Confirm the lines that were ticked, each in a work of its own."""
    opened = short = 0
    freed: list[str] = []
    refused: dict[str, int] = {}
    for line_id, seen in _ticked():
        try:
            with desk.begin() as work:
                done = assigning.confirm(work, desk.association(), line_id, seen=seen)
        except (Refused, Conflict, Forbidden, NotFound) as no:
            refused[_why(no)] = refused.get(_why(no), 0) + 1
            continue
        opened += len(done.opened)
        short += len(done.short)
        freed += done.freed
    _tell(Confirmed(("",) * opened, ("",) * short, tuple(freed)))
    for why, count in refused.items():
        flash(_("%(n)s 条没有确认：%(why)s", n=count, why=why), "warn")
    return redirect(url_for("console_lines.index", group="confirm"), 303)


def _why(no: LmsError) -> str:
    return str(words(no.code, no.facts))


def _ticked() -> list[tuple[UUID, str]]:
    """Read what was ticked: each line, and for which orders it stood there."""
    found = []
    for one in request.form.getlist("line")[:MOST_AT_ONCE]:
        line_id, _dot, seen = one.partition(".")
        try:
            found.append((UUID(line_id), seen))
        except ValueError as error:
            raise NotFound("line.unknown") from error
    return found


def _tell(done: Confirmed) -> None:
    if done.opened:
        flash(_("已确认到账，%(n)s 个订单已开通课程。", n=len(done.opened)), "ok")
    if done.short:
        flash(_("%(n)s 个订单款项还不足，课程没有开通。", n=len(done.short)), "warn")
    if done.freed:
        flash(
            _(
                "订单 %(numbers)s 已由别的方式付清，没有重复入账；这笔款项回到待匹配。",
                numbers="、".join(done.freed),
            ),
            "warn",
        )


@bp.post("/rematch")
@staff("clerk", "manager")
def rematch() -> ResponseReturnValue:
    """Look again at every line that waits."""
    with desk.begin() as work:
        count = proposing.rematch(work, desk.association())
    flash(_("重新匹配完成，新匹配 %(n)s 条，在“待复核”里。", n=count), "ok")
    return redirect(url_for("console_lines.index"), 303)


@bp.get("/<uuid:line_id>")
@staff("clerk", "manager")
def show(line_id: UUID) -> ResponseReturnValue:
    """Show one line, with what it may be for side by side."""
    return _page(line_id)


def _page(line_id: UUID, problem: str = "") -> str:
    session, house = desk.reading(), desk.association()
    card = statements.line(session, house, line_id)
    found = _candidates(card)
    searched = _searched(request.args.get("order", ""))
    ids = {one.order_id for one in found} | {one.id for one in searched}
    return render_template(
        "console/line.html",
        line=card,
        candidates=found,
        searched=[one for one in searched if one.id not in {c.order_id for c in found}],
        orders={one: queries.order_of(session, house, one) for one in ids},
        known={one: _known(one) for one in ids},
        same_payer=same_payer,
        names=_names(card),
        going=_going(card),
        importer=card.importer,
        two=catalogue.association(session, house).two_person,
        me=desk.me(),
        problem=problem,
        asked=request.args.get("order", ""),
        states=(LineState, TransferState, ReturnState),
        said=money_words,
        words=order_words,
        today=desk.today(),
    )


def _candidates(card: LineCard) -> tuple[Candidate, ...]:
    """List what a line may be for, as the orders stand now."""
    left = card.shares.left_fen
    if left <= 0 or card.state in {LineState.ASIDE, LineState.OUT}:
        return ()
    said = f"{card.remark} {card.summary} {card.ref}"
    book = matching.book(
        desk.reading(), desk.association(), desk.now(), numbers_in(said)
    )
    return book.candidates(Paid(left, card.payer, said))


def _searched(asked: str) -> tuple[order_reports.OrderRow, ...]:
    """Find orders by number or name, for a line that the rule could not place."""
    if not asked.strip():
        return ()
    page = order_reports.orders(
        desk.reading(),
        desk.association(),
        group="all",
        words=asked.strip()[:60],
    )
    waiting = {"pending", "expired", "cancelled"}
    return tuple(one for one in page.rows if one.state.value in waiting)[:8]


def _known(order_id: UUID) -> tuple[str, tuple[str, ...]]:
    """Give an order's buyer and the titles that its invoices ask for. PII."""
    session = desk.reading()
    order = queries.order_of(session, desk.association(), order_id)
    return people.name(session, order.person_id), matching.titles_of(session, order_id)


def _names(card: LineCard) -> dict[UUID, str]:
    who = {card.importer} | {p.proposed_by for p in card.parts}
    who |= {p.second_by for p in card.parts} | {r.asked_by for r in card.returns}
    session = desk.reading()
    return {one: people.name(session, PersonId(one)) for one in who if one is not None}


def _going(card: LineCard) -> tuple[tuple[str, date, str], ...]:
    agreed = [one for one in card.returns if one.state is ReturnState.AGREED]
    if not agreed:
        return ()
    return reports.going_out(desk.reading(), desk.association(), agreed[0].amount_fen)


@bp.post("/<uuid:line_id>/parts")
@staff("clerk", "manager")
def assign(line_id: UUID) -> ResponseReturnValue:
    """Give a line's money to the orders that were named."""
    parts = []
    for order_id, amount in zip(
        request.form.getlist("order")[:_PARTS],
        request.form.getlist("amount")[:_PARTS],
        strict=False,
    ):
        if amount.strip() and fen(amount):
            parts.append(Part(_uuid(order_id), fen(amount)))
    note = request.form.get("note", "")
    try:
        with desk.begin() as work:
            assigning.propose(work, desk.association(), line_id, parts, note)
            alone = not catalogue.association(
                work.session, desk.association()
            ).two_person
            if alone:
                done = assigning.confirm(work, desk.association(), line_id, note)
    except (Refused, Forbidden, Conflict) as no:
        return _page(line_id, _why(no)), 422
    if alone:
        _tell(done)
    else:
        flash(_("已匹配，等待另一人复核。"), "ok")
    return _back(line_id)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("order.unknown") from error


@bp.post("/<uuid:line_id>/confirm")
@staff("clerk", "manager")
def confirm(line_id: UUID) -> ResponseReturnValue:
    """Confirm what another person proposed for a line."""
    try:
        with desk.begin() as work:
            done = assigning.confirm(
                work,
                desk.association(),
                line_id,
                request.form.get("note", ""),
                seen=request.form.get("seen", ""),
            )
    except (Refused, Forbidden) as no:
        return _page(line_id, _why(no)), 422
    except Conflict as no:
        return _page(line_id, _why(no)), 409
    _tell(done)
    return _back(line_id)


@bp.post("/<uuid:line_id>/parts/<uuid:part_id>/withdraw")
@staff("clerk", "manager")
def withdraw(line_id: UUID, part_id: UUID) -> ResponseReturnValue:
    """Take a part back that was wrongly matched."""
    card = statements.line(desk.reading(), desk.association(), line_id)
    if part_id not in {one.id for one in card.parts}:
        raise NotFound("transfer.unknown")
    with desk.begin() as work:
        withdraw_transfer(work, desk.association(), part_id)
    flash(_("已撤销，这笔款项回到待匹配。"), "ok")
    return _back(line_id)


def _back(line_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("console_lines.show", line_id=line_id), 303)
