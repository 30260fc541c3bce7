"""导入流水: bring a bank's file in, say once which column is what, take it in whole."""

import csv
import hashlib
import io
import zlib
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from lms.catalogue import queries as catalogue
from lms.commerce.ports import StatementReader
from lms.commerce.queries import statements as queries
from lms.commerce.queries.statements import ImportCard
from lms.commerce.rules.columns import Field, head_row
from lms.commerce.rules.statements import ImportState, read
from lms.commerce.services import imports
from lms.kernel.errors import NotFound, Refused
from lms.reports import orders as reports
from lms.web import desk, money_words
from lms.web.account.profile_parts import by_account
from lms.web.console.columns import columns_in, make_room, place
from lms.web.console.sheets import MOST_LISTED, Cell, Column, exported, yuan_cell
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("console_statements", __name__, url_prefix="/console/money/statements")

UPLOAD_BYTES = 5 * 2**20
SHOWN = 12
_FLAWS = 200


make_room(bp, "send", UPLOAD_BYTES)


class FileForm(PageForm):
    """A bank's file."""

    file = FileField(
        _l("流水文件"),
        validators=[FileRequired(_l("请选择文件。"))],
        description=_l(
            "从网银下载的 CSV（最多 4 MB）或 Excel（.xlsx，最多 2 MB），2 万行以内。"
            "编码会自动识别。"
        ),
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the files, and offer to bring one in."""
    return _page(FileForm.blank())


def _page(form: FileForm) -> str:
    return render_template(
        "console/statements.html",
        form=form,
        files=queries.statements(desk.reading(), desk.association()),
        draft=ImportState.DRAFT,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the files that were brought in as a table; it goes on the record."""
    columns = (
        Column(_("文件"), width=36), Column(_("银行"), width=24),
        Column(_("账号"), width=26), Column(_("最早交易日"), "day"),
        Column(_("最晚交易日"), "day"), Column(_("新流水"), "count"),
        Column(_("重复流水"), "count"), Column(_("收入（元）"), "money"),
        Column(_("支出（元）"), "money"), Column(_("状态")),
        Column(_("导入时间"), "instant", 18),
    )  # fmt: skip
    session, house = desk.reading(), desk.association()
    found = queries.statements(session, house, limit=MOST_LISTED)
    filters = ((_("范围"), _("最近导入的 %(n)s 份文件", n=MOST_LISTED)),)
    kind = "statement.files_exported"
    return exported(_("流水文件"), columns, tuple(map(_cells, found)), kind, filters)


def _cells(one: ImportCard) -> tuple[Cell, ...]:
    taken = one.state is not ImportState.DRAFT
    return (
        one.file_name or _("未命名"), one.bank, one.account, one.first_on, one.last_on,
        one.new_lines if taken else None, one.known_lines if taken else None,
        yuan_cell(one.in_fen) if taken else None,
        yuan_cell(one.out_fen) if taken else None,
        _("已导入") if taken else _("未导入"), one.done_at or one.made_at,
    )  # fmt: skip


@bp.post("")
@staff("clerk", "manager")
@limiter.limit("120/hour", key_func=by_account)
def send() -> ResponseReturnValue:
    """Read a file and lay it on the desk."""
    form = FileForm.sent()
    if not form.validate():
        return _page(form), 422
    sent = form.file.data
    body = sent.read()
    try:
        cells = desk.port(StatementReader).read(body)
        upload = imports.Upload(
            sent.filename or "", hashlib.sha256(body).digest(), cells
        )
        with desk.begin() as work:
            made = imports.upload(work, desk.association(), upload)
    except Refused as refused:
        form.file.errors = [words(refused.code, refused.facts)]
        return _page(form), 422
    return redirect(url_for("console_statements.show", statement_id=made), 303)


@bp.get("/<uuid:statement_id>")
@staff("clerk", "manager")
def show(statement_id: UUID) -> ResponseReturnValue:
    """Show how a file is read, or what became of it."""
    return _file(statement_id, ())


def _file(statement_id: UUID, problems: tuple[str, ...], *, edit: bool = False) -> str:
    session, house = desk.reading(), desk.association()
    card = queries.statement(session, house, statement_id)
    if card.state is ImportState.DONE:
        return render_template("console/statement_done.html", card=card)
    cells = queries.cells(session, house, statement_id)
    head = card.head if 0 <= card.head < len(cells) else head_row(cells) or 0
    told = read(cells, head, card.columns, desk.today())
    ready = bool(card.account) and not problems and not edit
    known = queries.mapping(session, house, card.fingerprint)
    return render_template(
        "console/statement_draft.html",
        card=card,
        cells=cells,
        head=head,
        width=max(len(row) for row in cells[head : head + SHOWN + 1]),
        shown=SHOWN,
        told=told,
        flaws=told.flaws[:_FLAWS],
        ready=ready and not request.args.get("edit"),
        known=known,
        problems=[words(code, {}) for code in problems],
        suggested=_account(card),
        said=money_words,
        words=words,
    )


def _account(card: ImportCard) -> tuple[str, str]:
    """Suggest the bank and account that the association's orders print."""
    house = catalogue.association_at(desk.reading(), desk.association(), desk.now())
    ours = house.transfer_account
    return card.bank or ours.get("bank", ""), card.account or ours.get("account", "")


@bp.post("/<uuid:statement_id>/mapping")
@staff("clerk", "manager")
def remap(statement_id: UUID) -> ResponseReturnValue:
    """Remember which column is what."""
    form = request.form
    reading = imports.Reading(
        form.get("bank", ""),
        form.get("account", ""),
        place(form.get("head", "")),
        columns_in(form, Field),
    )
    try:
        with desk.begin() as work:
            imports.remap(work, desk.association(), statement_id, reading)
    except Refused as refused:
        return _file(statement_id, refused.reasons or (refused.code,), edit=True), 422
    return redirect(url_for("console_statements.show", statement_id=statement_id), 303)


@bp.post("/<uuid:statement_id>/take")
@staff("clerk", "manager")
def take(statement_id: UUID) -> ResponseReturnValue:
    """Take a file in: every line, or none."""
    with desk.begin() as work:
        done = imports.take(work, desk.association(), statement_id)
    flash(
        _(
            "新流水 %(new)s 条，以前导入过 %(known)s 条，自动匹配 %(matched)s 条。",
            new=done.new_lines,
            known=done.known_lines,
            matched=done.matched,
        ),
        "ok",
    )
    return redirect(url_for("console_statements.show", statement_id=statement_id), 303)


@bp.post("/<uuid:statement_id>/drop")
@staff("clerk", "manager")
def drop(statement_id: UUID) -> ResponseReturnValue:
    """Take a file from the desk that nobody wants."""
    with desk.begin() as work:
        imports.drop(work, desk.association(), statement_id)
    flash(_("没有导入，文件已丢弃。"), "info")
    return redirect(url_for("console_statements.index"), 303)


@bp.get("/sample.csv")
@staff("clerk", "manager")
def sample() -> ResponseReturnValue:
    """Give a statement to try with, made of orders that wait: a demonstration's."""
    if not desk.settings().demo:
        raise NotFound("statement.unknown")
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows(_sample())
    # As the bank's own site gives it: in GB18030.
    response = Response(
        file.getvalue().encode("gb18030"), content_type="text/csv; charset=gb18030"
    )
    response.headers["Content-Disposition"] = (
        'attachment; filename="sample-statement.csv"'
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _sample() -> list[list[str]]:
    day = desk.today()
    page = reports.orders(desk.reading(), desk.association(), group="pending", words="")
    rows = [
        ["演示银行企业网银账户明细查询"],
        ["交易日期", "交易流水号", "借方发生额", "贷方发生额", "余额", "对方户名",
         "对方账号", "附言"],
    ]  # fmt: skip
    moves: list[tuple[int, str, str]] = [
        (one.total_fen, one.name, f"培训费 {one.number}") for one in page.rows[:3]
    ]
    moves += [(one.total_fen, one.name, "继续教育培训费") for one in page.rows[3:5]]
    moves += [(66_600, "包头市某某商贸有限公司", "货款"), (31, "演示银行", "结息")]
    balance = 1_000_000
    for fen, payer, said in moves:
        balance += fen
        # What was in an earlier file of the day has the same number in a later one.
        n = zlib.crc32(f"{payer}{said}".encode()) % 10**6
        rows.append(
            [f"{day:%Y%m%d}", f"{day:%Y%m%d}{n:06d}", "", _yuan(fen), _yuan(balance),
             payer, f"62220000{n:08d}", said]
        )  # fmt: skip
    rows.append(["", "", "", "", "", "", "", ""])
    rows.append(["合计", str(len(moves)), "", _yuan(sum(fen for fen, *_r in moves))])
    return rows


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
