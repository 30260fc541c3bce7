"""注册窗口: the operators keep the offices, and two of them seat people there."""

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.accounts import queries as accounts
from lms.accounts.queries import offices as seats
from lms.accounts.rules import Role
from lms.approvals import queries as approvals
from lms.approvals.rules import ApprovalState
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId
from lms.policy.offices import Task, Term, Topic
from lms.registration.queries import offices as queries
from lms.registration.services import offices as services
from lms.registration.services.offices import APPOINTMENT, Appointment
from lms.reports import inspection
from lms.web import desk, office_words
from lms.web.doors import staff
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words

bp = Blueprint("console_offices", __name__, url_prefix="/console/offices")

_ROLES = (Role.TELLER, Role.APPROVER)


class AppointForm(PageForm):
    """Who is to sit at an office, by which document, until when."""

    email = StringField(
        _l("账号邮箱"),
        validators=[InputRequired(_l("请填写账号的邮箱。")), Length(max=254)],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )
    role = RadioField(
        _l("职务"),
        choices=[
            SelectChoice("teller", _l("受理人员（受理、补正、审查）")),
            SelectChoice("approver", _l("审批人员（决定、公示公告）")),
        ],
        validators=[InputRequired(_l("请选择职务。"))],
    )
    until = DateField(
        _l("任期截止日"), validators=[InputRequired(_l("请填写任期截止日。"))]
    )
    document = StringField(
        _l("任命文件"),
        validators=[
            InputRequired(_l("请写明任命文件的名称和文号。")),
            Length(max=200, message=_l("最多 200 个字。")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    reason = StringField(
        _l("说明"),
        validators=[Length(max=200, message=_l("最多 200 个字。"))],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )


class PlaceForm(PageForm):
    """Where an office is, when it is open, and its telephones."""

    address = StringField(_l("地址"), validators=[Length(max=200)])
    open_hours = StringField(_l("办公时间"), validators=[Length(max=200)])
    policy = StringField(_l("政策咨询电话"), validators=[Length(max=40)])
    technical = StringField(_l("系统使用咨询电话"), validators=[Length(max=40)])
    counter = StringField(_l("窗口咨询电话"), validators=[Length(max=40)])


class TermForm(PageForm):
    """A task that an office has from a day on."""

    task = SelectField(
        _l("职权"),
        choices=[SelectChoice(one.value, office_words.TASKS[one]) for one in Task],
    )
    since = DateField(_l("起始日"), validators=[InputRequired(_l("请填写起始日。"))])
    last = DateField(_l("截止日"), validators=[Optional()])
    source = StringField(
        _l("依据"),
        validators=[InputRequired(_l("请写明依据的文件。")), Length(max=200)],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )


class DecideForm(PageForm):
    """The second operator's word."""

    comment = TextAreaField(
        _l("意见"),
        validators=[
            InputRequired(_l("请写明意见。")),
            Length(max=400, message=_l("最多 400 字。")),
        ],
        render_kw={"rows": 2, "maxlength": 400},
    )


@bp.get("")
@staff("operator")
def index() -> ResponseReturnValue:
    """List the offices by province, and the appointments that wait."""
    session = desk.reading()
    found = queries.offices(session)
    return render_template(
        "console/offices.html",
        offices=found,
        today=desk.today(),
        tasks=office_words.TASKS,
        kinds=office_words.OFFICE_KINDS,
        every=tuple(Task),
        waiting=[
            (one, card)
            for one in found
            for card in _asked(one.id)
            if card.state is ApprovalState.OPEN
        ],
    )


@bp.post("/directory")
@staff("operator")
def directory() -> ResponseReturnValue:
    """Open every office that the documents name and that is not there yet."""
    with desk.begin() as work:
        before = len(queries.offices(work.session))
        services.open_directory(work)
        opened = len(queries.offices(work.session)) - before
    flash(_("已按文件登记 %(n)s 个窗口。", n=opened), "ok")
    return redirect(url_for("console_offices.index"), 303)


@bp.get("/<uuid:office_id>")
@staff("operator")
def show(office_id: UUID) -> ResponseReturnValue:
    """Show an office: its tasks by date, who sits there, where it is."""
    return _page(office_id)


@bp.post("/<uuid:office_id>")
@staff("operator")
def correct(office_id: UUID) -> ResponseReturnValue:
    """Write down where an office is and how it is reached."""
    queries.office(desk.reading(), office_id)
    form = PlaceForm.sent()
    if not form.validate():
        return _page(office_id, place=form), 422
    lines = {topic.value: (form[topic.value].data or "").strip() for topic in Topic}
    with desk.begin() as work:
        services.correct(
            work,
            office_id,
            address=form.address.data or "",
            open_hours=form.open_hours.data or "",
            lines=lines,
        )
    flash(_("已保存。"), "ok")
    return redirect(url_for("console_offices.show", office_id=office_id), 303)


@bp.post("/<uuid:office_id>/terms")
@staff("operator")
def give(office_id: UUID) -> ResponseReturnValue:
    """Give an office a task from a day on."""
    office, form = queries.office(desk.reading(), office_id), TermForm.sent()
    if not form.validate() or form.since.data is None:
        return _page(office_id, term=form), 422
    until = form.last.data
    if until is not None and until < form.since.data:
        form.last.errors = [words("office.ends_before", {})]
        return _page(office_id, term=form), 422
    told = Term(Task(form.task.data), form.since.data, until, form.source.data or "")
    if any(
        one.term.task is told.task and one.term.since == told.since
        for one in office.competences
    ):
        form.since.errors = [words("office.term_known", {})]
        return _page(office_id, term=form), 422
    with desk.begin() as work:
        services.give(work, office_id, office.province, told)
    flash(_("已登记职权。"), "ok")
    return redirect(url_for("console_offices.show", office_id=office_id), 303)


@bp.post("/<uuid:office_id>/terms/<uuid:competence_id>")
@staff("operator")
def end(office_id: UUID, competence_id: UUID) -> ResponseReturnValue:
    """Name the last day of a task."""
    office = queries.office(desk.reading(), office_id)
    if competence_id not in {one.id for one in office.competences}:
        raise NotFound("office.unknown")
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        raise Refused("office.ends_before") from None
    with desk.begin() as work:
        services.end(work, competence_id, until)
    flash(_("已登记截止日。"), "ok")
    return redirect(url_for("console_offices.show", office_id=office_id), 303)


@bp.post("/<uuid:office_id>/appointments")
@staff("operator")
def appoint(office_id: UUID) -> ResponseReturnValue:
    """Propose that somebody sits here; another operator must agree."""
    office, form = queries.office(desk.reading(), office_id), AppointForm.sent()
    if not form.validate() or form.until.data is None:
        return _page(office_id, form=form), 422
    account_id = inspection.account_at(desk.reading(), form.email.data or "")
    if account_id is None:
        form.email.errors = [words("account.unknown", {})]
        return _page(office_id, form=form), 422
    wanted = Appointment(
        account_id,
        Role(form.role.data),
        office.id,
        form.until.data,
        form.document.data or "",
    )
    try:
        with desk.begin() as work:
            services.ask_appointment(work, wanted, form.reason.data or "任命")
    except Refused as no:
        form.email.errors = [words(no.code, no.facts)]
        return _page(office_id, form=form), 422
    flash(_("已提出，须由另一位运维人员同意后生效。"), "ok")
    return redirect(url_for("console_offices.show", office_id=office_id), 303)


@bp.post("/appointments/<uuid:appointment_id>")
@staff("operator")
def decide(appointment_id: UUID) -> ResponseReturnValue:
    """Say the second operator's word."""
    card = approvals.approval(desk.reading(), appointment_id)
    if card.kind != APPOINTMENT:
        raise NotFound("approval.unknown")
    office_id, form = UUID(card.payload["office"]), DecideForm.sent()
    if not form.validate():
        return _page(office_id, failed=words("approval.no_comment", {})), 422
    approved = request.form.get("answer") == "yes"
    try:
        with desk.begin() as work:
            services.decide_appointment(
                work, appointment_id, approved, form.comment.data or ""
            )
    except (Refused, Conflict) as no:
        return _page(office_id, failed=words(no.code, no.facts)), 422
    flash(_("任命已生效。") if approved else _("已退回任命。"), "ok")
    return redirect(url_for("console_offices.show", office_id=office_id), 303)


@bp.post("/<uuid:office_id>/dismiss")
@staff("operator")
def dismiss(office_id: UUID) -> ResponseReturnValue:
    """Take a seat away at once."""
    office = queries.office(desk.reading(), office_id)
    held = seats.seats(desk.reading(), office_id, desk.today())
    told = (request.form.get("account", ""), request.form.get("role", ""))
    found = [one for one in held if (str(one.account_id), one.role.value) == told]
    if not found:
        raise NotFound("account.unknown")
    with desk.begin() as work:
        services.dismiss(work, office.id, AccountId(found[0].account_id), found[0].role)
    flash(_("已解除职务，即时生效。"), "ok")
    return redirect(url_for("console_offices.show", office_id=office_id), 303)


def _asked(office_id: UUID) -> tuple[approvals.ApprovalCard, ...]:
    return approvals.about(desk.reading(), APPOINTMENT, f"office:{office_id}")


def _page(
    office_id: UUID,
    *,
    form: AppointForm | None = None,
    place: PlaceForm | None = None,
    term: TermForm | None = None,
    failed: str = "",
) -> str:
    session = desk.reading()
    office = queries.office(session, office_id)
    asked = [
        (card, accounts.account(session, AccountId(UUID(card.payload["account"]))).name)
        for card in _asked(office_id)
    ]
    lines = {topic.value: office.telephones.get(topic, "") for topic in Topic}
    known = PlaceForm.blank(
        address=office.address, open_hours=office.open_hours, **lines
    )
    return render_template(
        "console/office.html",
        office=office,
        seats=seats.seats(session, office_id, desk.today()),
        asked=asked,
        form=form or AppointForm.blank(),
        place=place or known,
        term=term or TermForm.blank(),
        decide_form=DecideForm.blank(),
        tasks=office_words.TASKS,
        kinds=office_words.OFFICE_KINDS,
        today=desk.today(),
        me=desk.me(),
        failed=failed,
    )
