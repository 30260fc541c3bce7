"""使用件: the company asks for a certificate's use copy; the person says yes or no."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.credentials import queries as credentials
from lms.credentials import services
from lms.credentials.services import CopyAsk
from lms.kernel.errors import Refused
from lms.people import queries as people
from lms.web import desk
from lms.web.archive_desk import NEEDED
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, bp
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

_PLACES = {
    "use_copy.days": "days",
    "use_copy.no_certificate": "link",
    "use_copy.not_valid": "link",
}


class CopyForm(PageForm):
    """Whose certificate, for what, for how long."""

    link = SelectField(_l("人员"), validators=[InputRequired(NEEDED)])
    purpose = StringField(
        _l("用途"),
        validators=[InputRequired(NEEDED), Length(min=2, max=80)],
        description=_l("例如：某某工程投标。印在使用件上，不能他用。"),
        render_kw={"maxlength": 80, "autocomplete": "off"},
    )
    days = IntegerField(
        _l("使用天数"),
        validators=[Optional(), NumberRange(1, 180, _l("请填 1 至 180 天。"))],
        description=_l("不填则按最长天数。"),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


def _form(form: CopyForm) -> CopyForm:
    staff_of = people.staff_of(desk.reading(), acting_company())
    form.link.choices = [(str(one.link_id), one.name) for one in staff_of]
    return form


@bp.get("/copies")
@staff("employer")
def copies() -> ResponseReturnValue:
    """List the use copies that were asked for, with a form for one more."""
    chosen = request.args.get("link", "")
    return _copies(_form(CopyForm.blank(link=chosen)))


def _copies(form: CopyForm) -> str:
    employer_id, session = acting_company(), desk.reading()
    bound = {one.person_id: one.name for one in people.staff_of(session, employer_id)}
    asked = credentials.use_copies_for(session, employer_id)
    return render_template(
        "employer/copies.html",
        form=form,
        cards=[card for card in asked if card.person_id in bound],
        names=bound,
        today=desk.today(),
    )


@bp.post("/copies")
@staff("employer")
@limiter.limit("60/hour")
def copy_ask() -> ResponseReturnValue:
    """Ask one of the company's people for a use copy."""
    form = _form(CopyForm.sent())
    if not form.validate():
        return _copies(form), 422
    employer_id = acting_company()
    link_id = UUID(str(form.link.data))
    one = people.staff_one(desk.reading(), employer_id, link_id)
    ask = CopyAsk(one.person_id, employer_id, str(form.purpose.data), form.days.data)
    try:
        with desk.begin() as work:
            services.ask_use_copy(work, ask)
    except Refused as refused:
        field = form[_PLACES.get(refused.code, "purpose")]
        field.errors = [*field.errors, words(refused.code, refused.facts)]
        return _copies(form), 422
    flash(_("已请 %(name)s 确认。本人同意后即可下载。", name=one.name), "ok")
    return redirect(url_for("employer.copies"), 303)


@bp.get("/copies/<uuid:copy_id>")
@staff("employer")
def copy_file(copy_id: UUID) -> ResponseReturnValue:
    """Give a use copy while its days last."""
    employer_id = acting_company()
    body = credentials.use_copy_file(desk.reading(), employer_id, copy_id, desk.today())
    response = Response(body, content_type="application/pdf")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="use-copy.pdf"'
    return response
