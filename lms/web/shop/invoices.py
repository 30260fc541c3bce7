"""我的发票: a buyer asks for invoices, sees how they stand, and takes them away."""

from collections.abc import Sequence
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
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from lms.catalogue import queries as catalogue
from lms.commerce import queries as bought
from lms.commerce.queries import invoices as queries
from lms.commerce.queries import sellers
from lms.commerce.queries.cards import OrderRow
from lms.commerce.queries.invoices import InvoiceCard
from lms.commerce.rules.invoices import (
    InvoiceState,
    InvoiceType,
    RedState,
    RedWhy,
    Title,
    TitleKind,
)
from lms.commerce.services import invoices, reds
from lms.commerce.services.invoices import INVOICEABLE
from lms.commerce.services.reds import RedAsk
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.people import queries as people
from lms.web import desk, money_words
from lms.web.console.invoices import sent_file
from lms.web.doors import learner
from lms.web.forms import PageForm
from lms.web.messages import words

bp = Blueprint("invoices", __name__, url_prefix="/shop/invoices")

_NEEDED = _l("请填写此项。")
_AT = {
    "invoice.name": "name",
    "uscc.form": "tax_no",
    "uscc.checksum": "tax_no",
    "invoice.special_facts": "address",
    "invoice.special_person": "sort",
    "invoice.email": "email",
}


class TitleForm(PageForm):
    """What an invoice shall say of its buyer."""

    kind = RadioField(
        _l("抬头类型"),
        choices=lambda: [(one.value, money_words.TITLE[one]) for one in TitleKind],
        validators=[InputRequired(_NEEDED)],
    )
    sort = RadioField(
        _l("发票类型"),
        choices=lambda: [(one.value, money_words.TYPE[one]) for one in InvoiceType],
        validators=[InputRequired(_NEEDED)],
    )
    name = StringField(
        _l("抬头"),
        validators=[InputRequired(_NEEDED), Length(max=100)],
        description=_l("单位全称或本人姓名，与税务登记一致。"),
        render_kw={"autocomplete": "organization"},
    )
    tax_no = StringField(
        _l("税号（统一社会信用代码）"),
        validators=[Optional(), Length(max=30)],
        description=_l("单位抬头必填，18 位。"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    email = StringField(
        _l("接收邮箱"),
        validators=[Optional(), Length(max=72)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    address = StringField(
        _l("单位地址"),
        validators=[Optional(), Length(max=100)],
        render_kw={"autocomplete": "street-address"},
    )
    phone = StringField(
        _l("单位电话"), validators=[Optional(), Length(max=20)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )  # fmt: skip
    bank = StringField(_l("开户银行"), validators=[Optional(), Length(max=60)])
    account = StringField(
        _l("银行账号"), validators=[Optional(), Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )  # fmt: skip

    def title(self) -> Title:
        """Give the title that was typed."""
        return Title(
            TitleKind(self.kind.data),
            InvoiceType(self.sort.data),
            *(
                (getattr(self, name).data or "").strip()
                for name in ("name", "tax_no", "address", "phone", "bank", "account",
                             "email")
            ),
        )  # fmt: skip

    def mark(self, reasons: tuple[str, ...]) -> None:
        """Say at each field what is wrong with it."""
        for code in reasons:
            field = getattr(self, _AT.get(code, "name"))
            field.errors = [*field.errors, words(code, {})]


class WishForm(TitleForm):
    """What is wrong with an invoice, and what it shall say instead."""

    why = RadioField(
        _l("哪里有误"),
        choices=lambda: [
            (one.value, money_words.WHY[one])
            for one in RedWhy
            if one is not RedWhy.REFUND
        ],
        validators=[InputRequired(_NEEDED)],
    )
    words = StringField(
        _l("说明"), validators=[InputRequired(_NEEDED), Length(max=200)]
    )


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """List my invoices, and the orders that may have one."""
    return render_template(
        "shop/invoices.html",
        invoices=queries.invoices(desk.reading(), desk.me()),
        free=_free(),
        said=money_words,
    )


def _free() -> tuple[OrderRow, ...]:
    """List my orders that stand on no invoice."""
    session = desk.reading()
    mine = [
        one
        for one in (
            *bought.orders(session, desk.me()),
            *bought.placed_for_companies(session, desk.me()),
        )
        if one.state in INVOICEABLE and one.total_fen
    ]
    ids = [one.id for one in mine]
    taken, held = queries.standing_of(session, ids), queries.holdings(session, ids)
    return tuple(one for one in mine if one.id not in taken and held[one.id] > 0)


@bp.get("/new")
@learner
def new() -> ResponseReturnValue:
    """Show the form, filled with what was asked for the last time."""
    free = _free()
    asked = set(request.args.getlist("order"))
    chosen = [one.id for one in free if str(one.id) in asked]
    form = TitleForm.blank(**_last())
    return _new_page(form, free, chosen or [one.id for one in free[:1]])


def _last() -> dict[str, object]:
    """Recall the title of the last request; else a company that one works for.

    What was ordered for a company stands on its invoice.
    """
    session = desk.reading()
    for_company = _bought_for()
    if for_company:
        return {
            "kind": TitleKind.COMPANY.value,
            "sort": InvoiceType.NORMAL.value,
            **for_company,
        }
    before = queries.invoices(session, desk.me())
    if before:
        title = before[0].title
        return {
            "kind": title.kind.value, "sort": title.type.value, "name": title.name,
            "tax_no": title.tax_no, "address": title.address, "phone": title.phone,
            "bank": title.bank, "account": title.account, "email": title.email,
        }  # fmt: skip
    return {
        "kind": TitleKind.COMPANY.value,
        "sort": InvoiceType.NORMAL.value,
        **_company(),
    }


def _bought_for() -> dict[str, str]:
    """Name the company for which the chosen order was placed, if for any."""
    chosen = request.args.get("order", type=UUID)
    own = bought.placed_for_companies(desk.reading(), desk.me())
    if chosen is None or chosen not in {one.id for one in own}:
        return {}
    found = bought.purchase(desk.reading(), chosen)
    return {"name": found.company_name, "tax_no": found.uscc} if found else {}


def _company() -> dict[str, str]:
    try:
        works_for = people.profile(desk.reading(), desk.me()).employer
    except NotFound:
        return {}
    return {"name": works_for.name, "tax_no": works_for.uscc} if works_for else {}


def _new_page(
    form: TitleForm,
    free: tuple[OrderRow, ...],
    chosen: Sequence[UUID],
    problem: str = "",
) -> str:
    session = desk.reading()
    houses = {
        one.association_id: catalogue.association(session, one.association_id).name
        for one in free
    }
    return render_template(
        "shop/invoice_new.html",
        form=form,
        free=free,
        chosen=chosen,
        problem=problem,
        houses=houses,
        held=queries.holdings(session, [one.id for one in free]),
    )


@bp.post("")
@learner
def ask() -> ResponseReturnValue:
    """Ask for one invoice over the orders that were ticked."""
    free = _free()
    ticked = set(request.form.getlist("orders"))
    chosen = [one.id for one in free if str(one.id) in ticked]
    form = TitleForm.sent()
    if not form.validate() or not chosen:
        problem = "" if chosen else _("请选择要开票的订单。")
        return _new_page(form, free, chosen, problem), 422
    try:
        with desk.begin() as work:
            made = invoices.ask(work, desk.me(), chosen, form.title())
    except (Refused, Conflict) as no:
        _mark(form, no)
        return _new_page(form, free, chosen), 422
    flash(_("已提交开票申请。"), "ok")
    return redirect(url_for("invoices.show", invoice_id=made), 303)


def _mark(form: TitleForm, no: Refused | Conflict) -> None:
    if no.reasons:
        form.mark(no.reasons)
    else:
        form.name.errors = [words(no.code, no.facts)]


@bp.get("/<uuid:invoice_id>")
@learner
def show(invoice_id: UUID) -> ResponseReturnValue:
    """Show one of my invoices."""
    return _page(queries.invoice(desk.reading(), desk.me(), invoice_id))


def _page(
    card: InvoiceCard,
    form: TitleForm | None = None,
    wish: WishForm | None = None,
    problem: str = "",
) -> str:
    facts = {
        "kind": card.title.kind.value, "sort": card.title.type.value,
        "name": card.title.name, "tax_no": card.title.tax_no,
        "address": card.title.address, "phone": card.title.phone,
        "bank": card.title.bank, "account": card.title.account,
        "email": card.title.email,
    }  # fmt: skip
    session = desk.reading()
    return render_template(
        "shop/invoice.html",
        invoice=card,
        form=form or TitleForm.blank(**facts),
        wish=wish or WishForm.blank(**facts, why=RedWhy.TITLE.value),
        problem=problem,
        opened=form is not None,
        wished=wish is not None,
        house=catalogue.association(session, card.association_id),
        states=(InvoiceState, RedState),
        said=money_words,
        seller=card.seller or sellers.seller(session, card.association_id, desk.now()),
    )


@bp.post("/<uuid:invoice_id>")
@learner
def retitle(invoice_id: UUID) -> ResponseReturnValue:
    """Change what my request says."""
    card = queries.invoice(desk.reading(), desk.me(), invoice_id)
    form = TitleForm.sent()
    if not form.validate():
        return _page(card, form), 422
    try:
        with desk.begin() as work:
            invoices.retitle(work, desk.me(), invoice_id, form.title())
    except Refused as no:
        _mark(form, no)
        return _page(card, form), 422
    flash(_("开票信息已修改。"), "ok")
    return _back(invoice_id)


@bp.post("/<uuid:invoice_id>/withdraw")
@learner
def withdraw(invoice_id: UUID) -> ResponseReturnValue:
    """Take my request back."""
    with desk.begin() as work:
        invoices.withdraw(work, desk.me(), invoice_id)
    flash(_("已撤回开票申请。"), "ok")
    return _back(invoice_id)


@bp.post("/<uuid:invoice_id>/wish")
@learner
def wish(invoice_id: UUID) -> ResponseReturnValue:
    """Say that an issued invoice is wrong."""
    card = queries.invoice(desk.reading(), desk.me(), invoice_id)
    form = WishForm.sent()
    if not form.validate():
        return _page(card, wish=form), 422
    asked = RedAsk(RedWhy(form.why.data), str(form.words.data), form.title())
    try:
        with desk.begin() as work:
            reds.wish(work, desk.me(), invoice_id, asked)
    except (Refused, Conflict) as no:
        _mark(form, no)
        return _page(card, wish=form, problem=words(no.code, no.facts)), 422
    flash(_("已提交，协会核对后会重新开具。"), "ok")
    return _back(invoice_id)


@bp.get("/<uuid:invoice_id>/files/<uuid:paper_id>")
@learner
def file(invoice_id: UUID, paper_id: UUID) -> Response:
    """Give a file of my invoice."""
    card = queries.invoice(desk.reading(), desk.me(), invoice_id)
    return sent_file(card, paper_id)


def _back(invoice_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("invoices.show", invoice_id=invoice_id), 303)
