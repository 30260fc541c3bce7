"""An ID number that another account holds: its owner asks an association."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.accounts.rules import SENSITIVE_TEXT_ON
from lms.catalogue import queries as catalogue
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId
from lms.people import services
from lms.people.queries import numbers
from lms.people.rules import read_id_number, read_name
from lms.people.services import Said
from lms.reports import people as reports
from lms.web import desk
from lms.web.account.profile_forms import Consenting
from lms.web.account.profile_parts import (
    bp,
    by_account,
    card,
    consent_owed,
    consents,
    keep_consent,
)
from lms.web.doors import learner
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words


class NumberForm(Consenting, PageForm):
    """Whose number it is said to be, and to whom."""

    name = StringField(
        _l("姓名"),
        validators=[InputRequired(_l("请填写姓名。")), Length(max=50)],
        render_kw={"autocomplete": "name", "maxlength": 50},
    )
    id_number = StringField(
        _l("身份证号码"),
        validators=[InputRequired(_l("请填写身份证号码。")), Length(max=30)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    association = SelectField(
        _l("请哪家协会核对"), validators=[InputRequired(_l("请选择协会。"))]
    )
    reason = TextAreaField(
        _l("说明"),
        validators=[InputRequired(_l("请写明情况。")), Length(max=200)],
        description=_l("例如：以前用旧手机号注册过；或从来没有注册过别的账号。"),
        render_kw={"rows": 3, "maxlength": 200},
    )


@bp.get("/identity/number")
@learner
def number() -> ResponseReturnValue:
    """Show the form, or how far one's question has come."""
    return _page(NumberForm.blank(name=card().name))


@bp.post("/identity/number")
@learner
@limiter.limit("5/hour", key_func=by_account)
def number_say() -> ResponseReturnValue:
    """Put the question to an association."""
    form = _offered(NumberForm.sent())
    if not form.validate() or not consents(form):
        return _page(form), 422
    read = read_id_number(form.id_number.data or "")
    if read is None:
        form.id_number.errors = [words("id_number.checksum", {})]
        return _page(form), 422
    name = read_name(form.name.data or "")
    said = Said(name, read.value, form.reason.data or "")
    here = AssociationId(UUID(form.association.data))
    try:
        with desk.begin() as work:
            keep_consent(work)
            services.report_number(work, desk.me(), here, said)
    except (Refused, Conflict) as no:
        codes = no.reasons or (no.code,)
        form.id_number.errors = [words(code, no.facts) for code in codes]
        return _page(form), 422
    flash(_("已提交，请带身份证到协会核对，结果会通知您。"), "success")
    return redirect(url_for("me.number"), 303)


@bp.post("/identity/number/withdraw")
@learner
def number_withdraw() -> ResponseReturnValue:
    """Take one's question back."""
    with desk.begin() as work:
        services.withdraw_number(work, desk.me())
    flash(_("申请已撤回。"), "success")
    return redirect(url_for("me.identity"), 303)


def _offered(form: NumberForm) -> NumberForm:
    """Offer the associations that know the person; to who is new here, all of them."""
    session = desk.reading()
    own = [(one.id, one.name) for one in reports.associations_of(session, desk.me())]
    some = own or [(one.id, one.name) for one in catalogue.associations(session)]
    form.association.choices = [(str(one), name) for one, name in some]
    return form


def _page(form: NumberForm) -> str:
    session = desk.reading()
    asked = numbers.open_of(session, desk.me())
    return render_template(
        "account/me_number.html",
        form=_offered(form),
        asked=asked,
        where=catalogue.association(session, asked.association_id).name
        if asked
        else "",
        consent_on=SENSITIVE_TEXT_ON if consent_owed() else None,
    )
