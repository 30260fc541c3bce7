"""独立域名: the domain that an association is seen under, agreed by two managers."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.accounts.queries import staffing
from lms.approvals import queries as approvals
from lms.approvals import services as questions
from lms.catalogue import queries as catalogue
from lms.catalogue.queries import domains as queries
from lms.catalogue.queries import faces
from lms.catalogue.rules.domains import LONGEST_HOST, host_of
from lms.catalogue.services import domains as services
from lms.kernel.errors import Conflict, Refused
from lms.web import desk
from lms.web.console.second_word import question, said, status
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.messages import words

bp = Blueprint("console_domain", __name__, url_prefix="/console/domain")

_INDEX = "console_domain.index"


class DomainForm(PageForm):
    """A domain, and why."""

    host = StringField(
        _l("域名"),
        validators=[
            InputRequired(_l("请填写域名。")),
            Length(max=LONGEST_HOST + 10, message=_l("域名过长。")),
        ],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            "inputmode": "url",
        },
    )
    reason = TextAreaField(
        _l("理由"),
        validators=[
            InputRequired(_l("请写明理由，另一位负责人会看到。")),
            Length(max=400, message=_l("最多 400 字。")),
        ],
        render_kw={"rows": 2, "maxlength": 400},
    )


@bp.get("")
@staff("manager")
def index() -> ResponseReturnValue:
    """Show under what the association is seen, and what waits for the second word."""
    return _page(DomainForm.blank())


@bp.post("")
@staff("manager")
def ask() -> ResponseReturnValue:
    """Propose a domain, or that one ends."""
    form = DomainForm.sent()
    if not form.validate():
        return _page(form), 422
    if host_of(form.host.data or "") in desk.settings().hosts:
        return _page(form, words("domain.taken", {})), 422
    end = request.form.get("end") == "1"
    try:
        with desk.begin() as work:
            services.ask(
                work,
                desk.association(),
                form.host.data or "",
                form.reason.data or "",
                end=end,
            )
    except (Conflict, Refused) as no:
        return _page(form, words(no.code, no.facts)), status(no)
    flash(_("已提出，须由另一位负责人同意。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.post("/questions/<uuid:domain_question_id>/decide")
@staff("manager")
def decide(domain_question_id: UUID) -> ResponseReturnValue:
    """Say the second manager's word."""
    question(domain_question_id, services.MATTER)
    yes, comment = said()
    if not yes and not comment:
        return _page(DomainForm.blank(), words("approval.no_comment", {})), 422
    try:
        with desk.begin() as work:
            services.decide(work, desk.association(), domain_question_id, yes, comment)
    except (Conflict, Refused) as no:
        return _page(DomainForm.blank(), words(no.code, no.facts)), status(no)
    flash(_("已同意。") if yes else _("已记下不同意，提出人能看到理由。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.post("/questions/<uuid:domain_question_id>/withdraw")
@staff("manager")
def withdraw(domain_question_id: UUID) -> ResponseReturnValue:
    """Take one's own question back."""
    question(domain_question_id, services.MATTER)
    with desk.begin() as work:
        questions.withdraw(work, domain_question_id)
    flash(_("已撤回。"), "ok")
    return redirect(url_for(_INDEX), 303)


def _page(form: DomainForm, failed: str = "") -> str:
    session, house = desk.reading(), desk.association()
    asked = approvals.queue(session, house, services.MATTER)
    persons = [one.asked_person_id for one in asked if one.asked_person_id]
    return render_template(
        "console/domain.html",
        domains=queries.domains(session, house),
        asked=asked,
        called=staffing.persons_named(session, persons),
        own=faces.face(session, house),
        form=form,
        failed=failed,
        me=desk.me(),
        scheme="https" if desk.settings().secure else "http",
        code=catalogue.association(session, house).code,
    )
