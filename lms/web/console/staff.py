"""工作人员: who works for the association, as two of its managers say."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from lms.accounts.queries import inviting as invitations
from lms.accounts.queries import staffing as queries
from lms.accounts.queries.staffing import StaffCard
from lms.accounts.rules import APPOINTED, Role, identifier
from lms.accounts.services import inviting
from lms.accounts.services import staffing as services
from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.catalogue import queries as catalogue
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.web import desk
from lms.web.console.second_word import question, said, status
from lms.web.console.sheets import Column, exported
from lms.web.doors import staff
from lms.web.filters import TERMS, term
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words

bp = Blueprint("console_staff", __name__, url_prefix="/console/staff")

_INDEX = "console_staff.index"


def _reason_field() -> TextAreaField:
    return TextAreaField(
        _l("理由"),
        validators=[
            InputRequired(_l("请写明理由，另一位负责人会看到。")),
            Length(max=400, message=_l("最多 400 字。")),
        ],
        render_kw={"rows": 2, "maxlength": 400},
    )


class _RoleForm(PageForm):
    """A post, and why."""

    role = RadioField(
        _l("岗位"),
        choices=[SelectChoice(one.value, TERMS[one.value]) for one in APPOINTED],
        validators=[InputRequired(_l("请选择岗位。"))],
    )
    reason = _reason_field()


class InviteForm(_RoleForm):
    """Who is to come."""

    name = StringField(
        _l("姓名"),
        validators=[
            InputRequired(_l("请填写姓名。")),
            Length(max=50, message=_l("姓名过长，最多 50 个字。")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 50},
    )
    place = StringField(
        _l("邮箱或手机号"),
        validators=[
            InputRequired(_l("请填写邮箱或手机号，邀请链接会发到那里。")),
            Length(max=254),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )

    def validate_place(self, field: StringField) -> None:
        """Accept what reads as an address."""
        if identifier(field.data or "") is None:
            raise ValidationError(_("请填写 11 位手机号，或完整的邮箱地址。"))

    def invited(self) -> inviting.Invited:
        """Give what was typed. Only after the form was found valid."""
        place = identifier(self.place.data or "")
        if place is None:
            raise RuntimeError("the form was not validated")
        return inviting.Invited(self.name.data or "", place, Role(self.role.data))


class ChangeForm(_RoleForm):
    """Another post."""


class EndForm(PageForm):
    """Why a post ends."""

    reason = _reason_field()


@bp.get("")
@staff("manager")
def index() -> ResponseReturnValue:
    """List the staff, what waits for the second manager, and what was decided."""
    return _page(InviteForm.blank())


@bp.post("/export.xlsx")
@staff("manager")
def export() -> ResponseReturnValue:
    """Give who has a post here today as a table; the export goes on the record."""
    columns = (
        Column(_("姓名"), "name"), Column(_("岗位")), Column(_("何时起"), "day"),
        Column(_("到期"), "day"), Column(_("提出人"), "name"),
        Column(_("同意人"), "name"), Column(_("两步验证")),
    )  # fmt: skip
    session, today = desk.reading(), desk.today()
    found = queries.staff_of(session, desk.association(), today)
    called = called_by((), found)
    rows = tuple(
        (
            one.name, term(one.role), legal_day(one.since), one.until,
            called.get(str(one.asked_by), ""), called.get(str(one.agreed_by), ""),
            _("已开启") if one.secured else _("未设置"),
        )
        for one in found
    )  # fmt: skip
    filters = ((_("范围"), _("在岗人员")), (_("日期"), today.isoformat()))
    return exported(_("工作人员"), columns, rows, "staff.exported", filters)


@bp.post("/invite")
@staff("manager")
def invite() -> ResponseReturnValue:
    """Propose that somebody comes."""
    form = InviteForm.sent()
    if not form.validate():
        return _page(form), 422
    try:
        with desk.begin() as work:
            services.ask_invitation(
                work, desk.association(), form.invited(), form.reason.data or ""
            )
    except (Conflict, Refused) as no:
        return _page(form, words(no.code, no.facts)), status(no)
    flash(_("已提出。另一位负责人同意后，系统才发出邀请。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.get("/<uuid:staff_id>")
@staff("manager")
def show(staff_id: UUID) -> ResponseReturnValue:
    """Show one of the staff, and what can be proposed."""
    return _one(staff_id)


@bp.post("/<uuid:staff_id>/change")
@staff("manager")
def change(staff_id: UUID) -> ResponseReturnValue:
    """Propose another post."""
    form = ChangeForm.sent()
    _known(staff_id)
    if not form.validate():
        return _one(staff_id, change=form), 422
    try:
        with desk.begin() as work:
            services.ask_change(
                work,
                desk.association(),
                staff_id,
                Role(form.role.data),
                form.reason.data or "",
            )
    except (Conflict, Refused) as no:
        failed = words(no.code, no.facts)
        return _one(staff_id, change=form, failed=failed), status(no)
    flash(_("已提出，须由另一位负责人同意后生效。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.post("/<uuid:staff_id>/end")
@staff("manager")
def end(staff_id: UUID) -> ResponseReturnValue:
    """Propose that a post ends."""
    form = EndForm.sent()
    _known(staff_id)
    if not form.validate():
        return _one(staff_id, end=form), 422
    try:
        with desk.begin() as work:
            services.ask_withdrawal(
                work, desk.association(), staff_id, form.reason.data or ""
            )
    except (Conflict, Refused) as no:
        failed = words(no.code, no.facts)
        return _one(staff_id, end=form, failed=failed), status(no)
    flash(_("已提出，须由另一位负责人同意后生效。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.post("/questions/<uuid:staff_question_id>/decide")
@staff("manager")
def decide(staff_question_id: UUID) -> ResponseReturnValue:
    """Say the second manager's word."""
    yes, comment = said()
    question(staff_question_id, services.MATTER)
    if not yes and not comment:
        return _page(InviteForm.blank(), words("approval.no_comment", {})), 422
    session, house = desk.reading(), desk.association()
    letter = inviting.House(
        catalogue.association(session, house).name, desk.settings().base_url
    )
    try:
        with desk.begin() as work:
            services.decide(
                work, house, staff_question_id, services.Word(yes, comment), letter
            )
    except (Conflict, Refused) as no:
        return _page(InviteForm.blank(), words(no.code, no.facts)), status(no)
    flash(_("已同意并生效。") if yes else _("已记下不同意，提出人能看到理由。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.post("/questions/<uuid:staff_question_id>/withdraw")
@staff("manager")
def withdraw(staff_question_id: UUID) -> ResponseReturnValue:
    """Take one's own question back."""
    with desk.begin() as work:
        services.withdraw(work, desk.association(), staff_question_id)
    flash(_("已撤回。"), "ok")
    return redirect(url_for(_INDEX), 303)


@bp.post("/invitations/<uuid:invitation_id>/end")
@staff("manager")
def uninvite(invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back that was sent; one manager is enough for that."""
    with desk.begin() as work:
        inviting.end(work, desk.association(), invitation_id)
    flash(_("邀请已收回，链接不能再用。"), "ok")
    return redirect(url_for(_INDEX), 303)


def _known(staff_id: UUID) -> StaffCard:
    found = queries.staff_of(desk.reading(), desk.association(), desk.today())
    own = [one for one in found if one.account_id == staff_id and one.role in APPOINTED]
    if not own:
        raise NotFound("staff.unknown")
    return own[0]


def _page(form: InviteForm, failed: str = "") -> str:
    session, house = desk.reading(), desk.association()
    found = queries.staff_of(session, house, desk.today())
    asked = approvals.queue(session, house, services.MATTER)
    ended = approvals.closed(session, house, services.MATTER)
    return render_template(
        "console/staff.html",
        people=found,
        managers=sum(one.role is Role.MANAGER for one in found),
        asked=asked,
        ended=ended,
        invited={
            one.approval_id: one
            for one in invitations.waiting(session, house, desk.now())
        },
        called=called_by([*asked, *ended], found),
        form=form,
        failed=failed,
        me=desk.me(),
        own=APPOINTED,
        code=catalogue.association(session, house).code,
    )


def called_by(
    asked: Sequence[ApprovalCard], found: Sequence[StaffCard]
) -> dict[str, str]:
    """Name everybody whom the page names: by person's and by account's id."""
    session = desk.reading()
    accounts = {
        UUID(one.payload["account"]) for one in asked if "account" in one.payload
    }
    accounts |= {
        one for card in found for one in (card.asked_by, card.agreed_by) if one
    }
    persons = {one.asked_person_id for one in asked if one.asked_person_id}
    persons |= {said.person_id for one in asked for said in one.decisions}
    both = queries.names(session, accounts) | queries.persons_named(session, persons)
    return {str(one): name for one, name in both.items()}


def _one(
    staff_id: UUID,
    *,
    change: ChangeForm | None = None,
    end: EndForm | None = None,
    failed: str = "",
) -> str:
    person, session = _known(staff_id), desk.reading()
    asked = [
        one
        for one in approvals.about(
            session, services.MATTER, f"person:{person.person_id}"
        )
        if one.association_id == desk.association()
    ]
    return render_template(
        "console/staff_one.html",
        person=person,
        asked=asked,
        called=called_by(asked, (person,)),
        change=change or ChangeForm.blank(role=person.role.value),
        end=end or EndForm.blank(),
        failed=failed,
        me=desk.me(),
    )
