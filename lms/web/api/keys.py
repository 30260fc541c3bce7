"""接口密钥: with what an association's, an office's or a company's programs ask."""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.catalogue import queries as catalogue
from lms.credentials import queries, services
from lms.credentials.queries import ApiKeyCard
from lms.credentials.rules.asking import (
    ALLOWANCES,
    KEY_NAME,
    MOST_ASKED,
    KeyHolder,
    KeyOwner,
)
from lms.kernel.errors import Forbidden, NotFound, Refused
from lms.people import queries as people
from lms.registration.queries import offices
from lms.web import desk
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("api_keys", __name__, url_prefix="/api-keys")


class KeyForm(PageForm):
    """What a key is for."""

    name = StringField(
        _l("用在哪里"),
        validators=[InputRequired(_l("请填写用在哪里。")), Length(*KEY_NAME)],
        description=_l("例如：人事系统、招标资格审查系统。"),
        render_kw={"maxlength": KEY_NAME[1], "autocomplete": "off"},
    )


def _holder() -> KeyHolder:
    """Say for whom the visitor may make keys.

    Raises: Forbidden for an agent whose company is not proved, and staff of nothing.
    """
    visitor, session = desk.visitor(), desk.reading()
    if visitor is None:
        raise Forbidden("staff.no_association")
    if "manager" in visitor.roles:
        house = catalogue.association(session, desk.association())
        return KeyHolder(KeyOwner.ASSOCIATION, house.id, house.name)
    if "approver" in visitor.roles:
        office = offices.office(session, desk.office())
        return KeyHolder(KeyOwner.OFFICE, office.id, office.name)
    found = people.acts_for(session, visitor.account_id)
    if found is None or not found.confirmed:
        raise Forbidden("employer.unconfirmed")
    if not found.company.proved:
        raise Forbidden("employer.unproved")
    return KeyHolder(KeyOwner.EMPLOYER, found.employer_id, found.company.name)


@bp.get("")
@staff("manager", "approver", "employer")
def index() -> ResponseReturnValue:
    """List the keys, with a form for one more."""
    return _page(KeyForm.blank())


@bp.post("")
@staff("manager", "approver", "employer")
@limiter.limit("20/hour")
def make() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    holder, form = _holder(), KeyForm.sent()
    if not form.validate():
        return _page(form, status=422)
    try:
        with desk.begin() as work:
            made = services.make_api_key(work, holder, form.name.data or "")
    except Refused as no:
        form.name.errors = [*form.name.errors, words(no.code, no.facts)]
        return _page(form, status=422)
    return _page(KeyForm.blank(), secret=made.secret)


@bp.post("/export.xlsx")
@staff("manager", "approver", "employer")
def export() -> ResponseReturnValue:
    """Give the keys as a table, without their secrets; it is on the holder's record."""
    holder = _holder()
    columns = (
        Column(_("用在哪里"), width=36), Column(_("状态")),
        Column(_("生成时间"), "instant", 18), Column(_("最近使用"), "day"),
        Column(_("今天（张）"), "count"), Column(_("近 30 天（张）"), "count"),
        Column(_("停用时间"), "instant", 18),
    )  # fmt: skip
    rows = tuple(map(_cells, queries.api_keys(desk.reading(), holder, desk.today())))
    filters = ((_("单位"), holder.name), (_("范围"), _("全部密钥，含已停用的")))
    stream = f"{holder.kind.value}:{holder.id}"
    return exported(_("接口密钥"), columns, rows, "api_key.exported", filters, stream)


def _cells(one: ApiKeyCard) -> tuple[Cell, ...]:
    state = _("已停用") if one.revoked_at else _("使用中")
    used = one.used_on
    return (
        one.name, state, one.made_at, used, one.today, one.lately, one.revoked_at,
    )  # fmt: skip


@bp.post("/revoke")
@staff("manager", "approver", "employer")
def stop() -> ResponseReturnValue:
    """Take a key out of use for good."""
    holder = _holder()
    try:
        key_id = UUID(request.form.get("key", ""))
    except ValueError as error:
        raise NotFound("api_key.unknown") from error
    with desk.begin() as work:
        services.revoke_api_key(work, holder, key_id)
    flash(_("密钥已停用，用它的系统不能再查询。"), "ok")
    return redirect(url_for("api_keys.index"), 303)


def _page(form: KeyForm, *, secret: str = "", status: int = 200) -> Response:
    session, holder = desk.reading(), _holder()
    cards = queries.api_keys(session, holder, desk.today())
    page = render_template(
        "api/keys.html",
        form=form,
        secret=secret,
        holder=holder,
        live=[card for card in cards if card.revoked_at is None],
        past=[card for card in cards if card.revoked_at is not None],
        allowed=ALLOWANCES[holder.kind],
        most=MOST_ASKED,
        address=f"{desk.settings().base_url}{url_for('checks.verify')}",
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
