"""我的单位: invitations, the company one belongs to, and leaving it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.kernel.errors import LmsError, Refused
from lms.people import queries, services
from lms.people.rules import LinkState
from lms.web import desk, employer_words
from lms.web.archive_desk import NEEDED
from lms.web.doors import learner
from lms.web.employer.parts import LeaveForm
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("unit", __name__, url_prefix="/me/unit")

_OPEN = frozenset({LinkState.INVITED, LinkState.ASKED})
_PAST = frozenset({LinkState.LEFT, LinkState.REFUSED, LinkState.WITHDRAWN})


class AskForm(PageForm):
    """The company a person wants to belong to, by its code."""

    uscc = StringField(
        _l("单位的统一社会信用代码"),
        validators=[InputRequired(NEEDED), Length(max=40)],
        description=_l("18 位，可向单位人事部门索取，或看劳动合同。"),
        render_kw={"maxlength": 24, "autocomplete": "off", "spellcheck": "false"},
    )


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """Show the company, what waits for an answer, and what was."""
    return _page(AskForm.blank(), LeaveForm.blank(left_on=desk.today()))


def _page(ask: AskForm, leave: LeaveForm) -> str:
    session = desk.reading()
    links = queries.links_to(session, desk.me())
    visitor = desk.visitor()
    return render_template(
        "account/me_unit.html",
        bond=queries.employer_of(session, desk.me()),
        waiting=[pair for pair in links if pair[0].state in _OPEN],
        past=[
            pair
            for pair in links
            if pair[0].state in _PAST and pair[0].person_id is not None
        ],
        stated=queries.employer(session, desk.me()),
        acts=queries.acts_for(session, visitor.account_id) if visitor else None,
        ask_form=ask,
        leave_form=leave,
        said=employer_words,
    )


@bp.post("/<uuid:link_id>/accept")
@learner
def accept(link_id: UUID) -> ResponseReturnValue:
    """Say yes to a company; from now on it sees dates and hours."""
    with desk.begin() as work:
        services.accept(work, desk.me(), link_id)
    flash(_("已接受。单位今后能看到您的注册到期日和学时情况。"), "ok")
    return redirect(url_for("unit.index"), 303)


@bp.post("/<uuid:link_id>/refuse")
@learner
def refuse(link_id: UUID) -> ResponseReturnValue:
    """Say no to a company, or take an own question back."""
    with desk.begin() as work:
        services.refuse(work, desk.me(), link_id)
    flash(_("已处理，单位看不到您的任何资料。"), "ok")
    return redirect(url_for("unit.index"), 303)


@bp.post("/ask")
@learner
@limiter.limit("20/hour")
def ask() -> ResponseReturnValue:
    """Ask a company to belong to it."""
    form = AskForm.sent()
    if form.validate():
        try:
            with desk.begin() as work:
                services.ask_employer(work, desk.me(), str(form.uscc.data))
        except LmsError as said:
            form.uscc.errors = [*form.uscc.errors, words(said.code, said.facts)]
        else:
            flash(_("已向单位提出，等单位确认。"), "ok")
            return redirect(url_for("unit.index"), 303)
    return _page(form, LeaveForm.blank(left_on=desk.today())), 422


@bp.post("/quiet")
@learner
def quiet() -> ResponseReturnValue:
    """Switch the company's reminders off, or on again."""
    off = request.form.get("quiet") == "1"
    with desk.begin() as work:
        services.set_quiet(work, desk.me(), quiet=off)
    flash(_("已关闭单位提醒。") if off else _("已恢复单位提醒。"), "ok")
    return redirect(url_for("unit.index"), 303)


@bp.post("/leave")
@learner
def leave() -> ResponseReturnValue:
    """Leave the company, with date and reason."""
    form = LeaveForm.sent()
    if form.validate() and form.left_on.data:
        try:
            with desk.begin() as work:
                services.leave(
                    work, desk.me(), form.left_on.data, str(form.reason.data)
                )
        except Refused as refused:
            form.blame(refused.reasons)
        else:
            flash(_("已登记离职，原单位不能再查看您的情况。"), "ok")
            return redirect(url_for("unit.index"), 303)
    return _page(AskForm.blank(), form), 422
