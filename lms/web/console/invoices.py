"""发票: what buyers ask for, the file for the tax system, and what it made of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
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
from werkzeug.datastructures import FileStorage

from lms.commerce.ports import HandoverPress, InvoicePaper, InvoiceReader
from lms.commerce.queries import invoices as queries
from lms.commerce.queries import payers_of, sellers
from lms.commerce.rules.columns import plain
from lms.commerce.rules.invoices import (
    InvoiceState,
    Read,
    RedState,
    RedWhy,
    TitleKind,
    speaks_of,
)
from lms.commerce.rules.matching import same_payer
from lms.commerce.services import invoices, issuing
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused, Unavailable
from lms.kernel.ids import PersonId
from lms.kernel.money import Fen
from lms.people import queries as people
from lms.reports import invoices as reports
from lms.web import desk, money_words
from lms.web.account.profile_parts import by_account
from lms.web.console.amounts import fen
from lms.web.console.sheets import Cell, Column, Firm, exported, yuan_cell
from lms.web.doors import staff
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("console_invoices", __name__, url_prefix="/console/money/invoices")

UPLOAD_BYTES = 60 * 2**20
MOST_FILES = 40
_UPLOADS = {"console_invoices.upload", "console_invoices.issued"}


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint in _UPLOADS:
        request.max_content_length = UPLOAD_BYTES


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the invoices, those that wait for somebody first."""
    return _list()


def _list(ticked: Sequence[UUID] | None = None, lacks: Sequence[str] = ()) -> str:
    """Draw the list, perhaps with what kept the ticked ones from going out."""
    session, house = desk.reading(), desk.association()
    group, asked = _asked(request.args)
    return render_template(
        "console/invoices.html",
        page=reports.invoices(
            session, house, group, asked, request.args.get("after", "")
        ),
        counts=reports.counts(session, house),
        handovers=reports.handovers(session, house),
        names=_names(one.made_by for one in reports.handovers(session, house)),
        group=group,
        asked=asked,
        said=money_words,
        most=MOST_FILES,
        lacks=[words(one, {}) for one in lacks],
        chosen=ticked,
    )


def _names(who: Any) -> dict[UUID, str]:  # noqa: ANN401 - any iterable of ids
    session = desk.reading()
    return {one: people.name(session, PersonId(one)) for one in set(who) if one}


def _asked(told: Mapping[str, str]) -> tuple[str, str]:
    group = told.get("group", "ready")
    known = group if group in reports.GROUPS else "ready"
    return known, told.get("words", "").strip()[:60]


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table; the export goes on the record."""
    group, asked = _asked(request.form)
    columns = (
        Column(_("发票流水号"), width=20), Column(_("抬头"), "name", 30),
        Column(_("税号"), width=22), Column(_("发票类型")),
        Column(_("金额（元）"), "money"), Column(_("已红冲（元）"), "money"),
        Column(_("状态")), Column(_("申请时间"), "instant", 18),
        Column(_("发票号码"), width=24), Column(_("开票日期"), "day"),
        Column(_("订单号"), width=30), Column(_("付款户名"), "name", 30),
    )  # fmt: skip
    rows = reports.every(desk.reading(), desk.association(), group, asked)
    filters = ((_("分类"), str(money_words.INVOICE_GROUP[group])), (_("查找"), asked))
    return exported(_("发票"), columns, map(_cells, rows), "invoices.exported", filters)


def _cells(row: reports.InvoiceRow) -> tuple[Cell, ...]:
    return (
        row.serial, _named(row, row.title), row.tax_no, str(money_words.TYPE[row.type]),
        yuan_cell(row.amount_fen), yuan_cell(row.red_fen),
        str(money_words.INVOICE[row.state][0]), row.asked_at, row.issued_number or "",
        row.issued_on, "；".join(row.orders),
        _named(row, "；".join(dict.fromkeys(row.payers))),
    )  # fmt: skip


def _named(row: reports.InvoiceRow, name: str) -> str:
    """Tell a company's own name from a person's, of whom the family name is enough."""
    firm = row.kind is TitleKind.COMPANY and same_payer(name, (row.title,))
    return Firm(name) if firm else name


@bp.post("/hand-over")
@staff("clerk", "manager")
def hand_over() -> ResponseReturnValue:
    """Make the tax system's file of the requests that were ticked."""
    chosen = []
    for one in request.form.getlist("invoice"):
        try:
            chosen.append(UUID(one))
        except ValueError as error:
            raise NotFound("invoice.unknown") from error
    try:
        with desk.begin() as work:
            made = issuing.hand_over(
                work, desk.association(), chosen, desk.port(HandoverPress)
            )
    except Refused as no:
        if no.code != "invoice.no_seller":
            raise
        return _list(chosen, no.reasons), 422
    flash(_("已生成开票文件，请下载后导入电子税务局。"), "ok")
    return redirect(
        url_for("console_invoices.index", group="handed", made=made, _anchor="files"),
        303,
    )


@bp.get("/files/<uuid:handover_id>")
@staff("clerk", "manager")
def handover(handover_id: UUID) -> ResponseReturnValue:
    """Give a file for the tax system as it was made."""
    kind, made_at, body = queries.handover(
        desk.reading(), desk.association(), handover_id
    )
    media = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }[kind]
    return _sent(body, media, f"invoices-{made_at:%Y%m%d}.{kind}")


def _sent(body: bytes, media: str, name: str) -> Response:
    response = Response(body, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@bp.post("/upload")
@staff("clerk", "manager")
@limiter.limit("300/hour", key_func=by_account)
def upload() -> ResponseReturnValue:
    """Take in many files; each finds its own request by what it says."""
    told: list[tuple[str, str, str]] = []
    for sent in request.files.getlist("files")[:MOST_FILES]:
        if sent.filename:
            tone, said = _one(sent)
            told.append((tone, sent.filename[-80:], said))
    if not told:
        flash(_("请选择文件。"), "bad")
    return render_template("console/invoice_upload.html", told=told)


def _one(sent: FileStorage) -> tuple[str, str]:
    try:
        paper = desk.port(InvoiceReader).read(sent.read())
    except (Refused, Unavailable) as no:
        return "bad", why(no)
    fitting = _fitting(paper)
    if len(fitting) != 1:
        found = _("没有找到对应的申请，请打开申请单独上传。")
        many = _("有多个申请都符合，请打开申请单独上传。")
        return "warn", many if fitting else found
    try:
        with desk.begin() as work:
            issuing.record_issued(work, desk.association(), fitting[0], paper, Read())
    except LmsError as no:
        return "bad", why(no)
    return "ok", _("已登记为发票 %(number)s。", number=paper.said.number or "")


def why(no: LmsError) -> str:
    """Say why something was refused, with every reason."""
    listed = "；".join(str(words(one, {})) for one in no.reasons)
    first = str(words(no.code, no.facts))
    return f"{first}{listed}" if listed else first


def _fitting(paper: InvoicePaper) -> list[UUID]:
    """Find the requests that a file can be: by our numbers, else by what it says."""
    found, marked = [], []
    for one in reports.waiting_for_file(desk.reading(), desk.association()):
        if any(plain(mark) in paper.said.words for mark in one.marks):
            marked.append(one.id)
        elif speaks_of(paper.said, one.title, one.amount_fen, ()):
            found.append(one.id)
    return marked or found


@bp.get("/<uuid:invoice_id>")
@staff("clerk", "manager")
def show(invoice_id: UUID) -> ResponseReturnValue:
    """Show one invoice with its orders, files and red entries."""
    return page(invoice_id)


def page(invoice_id: UUID, problem: str = "") -> str:
    """Draw one invoice's page, perhaps with what was wrong."""
    session, house = desk.reading(), desk.association()
    card = queries.invoice_of(session, house, invoice_id)
    payers = [
        who
        for some in payers_of(session, [o.order_id for o in card.orders]).values()
        for who in some
    ]
    return render_template(
        "console/invoice.html",
        invoice=card,
        payers=payers,
        strange=bool(payers)
        and not any(same_payer(one, (card.title.name,)) for one in payers),
        names=_names([card.person_id, *(red.asked_by for red in card.reds)]),
        problem=problem,
        layout=queries.layout(session, house, desk.today()),
        seller=card.seller or sellers.seller(session, house, desk.now()),
        states=(InvoiceState, RedState),
        whys=[one for one in RedWhy if one is not RedWhy.REFUND],
        me=desk.me(),
        said=money_words,
        today=desk.today(),
    )


@bp.post("/<uuid:invoice_id>/issued")
@staff("clerk", "manager")
def issued(invoice_id: UUID) -> ResponseReturnValue:
    """Take in the invoice that the tax system made."""
    try:
        paper, typed = sent_paper()
        with desk.begin() as work:
            issuing.record_issued(work, desk.association(), invoice_id, paper, typed)
    except (Refused, Conflict) as no:
        return page(invoice_id, why(no)), 422
    flash(_("发票已登记，学员可以下载。"), "ok")
    return back(invoice_id)


def sent_paper() -> tuple[InvoicePaper, Read]:
    """Read the file that was sent, and what was typed beside it.

    Raises: Refused.
    """
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused("invoice.format")
    paper = desk.port(InvoiceReader).read(sent.read())
    typed = request.form
    amount = typed.get("amount", "").strip()
    return paper, Read(
        typed.get("number", "").strip() or None,
        _day(typed.get("issued_on", "")),
        Fen(fen(amount)) if amount else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@bp.post("/<uuid:invoice_id>/decline")
@staff("clerk", "manager")
def decline(invoice_id: UUID) -> ResponseReturnValue:
    """Send a request back to who asked."""
    with desk.begin() as work:
        invoices.decline(
            work, desk.association(), invoice_id, request.form.get("reason", "")
        )
    flash(_("已退回学员修改。"), "ok")
    return back(invoice_id)


@bp.post("/<uuid:invoice_id>/take-back")
@staff("clerk", "manager")
def take_back(invoice_id: UUID) -> ResponseReturnValue:
    """Take a request out of a file that was made."""
    with desk.begin() as work:
        issuing.take_back(work, desk.association(), invoice_id)
    flash(_("已撤回导出，可以修改或重新导出。"), "ok")
    return back(invoice_id)


@bp.get("/<uuid:invoice_id>/file/<uuid:paper_id>")
@staff("clerk", "manager")
def file(invoice_id: UUID, paper_id: UUID) -> ResponseReturnValue:
    """Give a file of an invoice."""
    session = desk.reading()
    card = queries.invoice_of(session, desk.association(), invoice_id)
    return sent_file(card, paper_id)


def sent_file(card: queries.InvoiceCard, paper_id: UUID) -> Response:
    """Send one file of an invoice, to be saved."""
    form, body = queries.file(desk.reading(), card, paper_id)
    media = {"pdf": "application/pdf", "ofd": "application/ofd"}[form.value]
    return _sent(body, media, f"invoice-{card.issued_number}.{form.value}")


def back(invoice_id: UUID) -> ResponseReturnValue:
    """Go back to an invoice's page."""
    return redirect(url_for("console_invoices.show", invoice_id=invoice_id), 303)
