"""核查: draw among what was granted, read what is handed over, find, and decide."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the form was found valid
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.credentials.ports import RegistrationPrinter
from lms.kernel.errors import Refused
from lms.people import queries as people
from lms.people.queries import FileCard
from lms.people.rules import Side
from lms.policy.flow import Party
from lms.policy.model import Province
from lms.policy.offices import Task
from lms.registration.queries import applications
from lms.registration.queries import audit_papers as papers
from lms.registration.queries import audits as queries
from lms.registration.queries.audit_papers import DeliveryCard
from lms.registration.queries.audits import CaseCard
from lms.registration.queries.desk import Desk
from lms.registration.rules.audits import (
    LONGEST_FINDING,
    AuditState,
    Finding,
    Ground,
    unheard,
)
from lms.registration.services import audits as services
from lms.registration.services.audits import Answer, Draw
from lms.web import application_words as said
from lms.web import audit_desk, audit_words, desk
from lms.web.archive_desk import NEEDED, span
from lms.web.doors import staff
from lms.web.employer_words import SORTS
from lms.web.filters import term
from lms.web.forms import PageForm
from lms.web.messages import words
from lms.web.office.application import inline
from lms.web.office.blueprint import bp, here, why

_Side = tuple[LazyString, datetime | None, list[DeliveryCard], tuple[FileCard, ...]]

_USUAL = timedelta(days=15)
_BACK = timedelta(days=90)
_PER_CENT = 5


class DrawForm(PageForm):
    """Which grants are drawn from, how many, and by when papers come."""

    province = SelectField(_l("省份"), validators=[InputRequired(NEEDED)])
    since = DateField(_l("准予注册从"), validators=[InputRequired(NEEDED)])
    until = DateField(_l("准予注册到"), validators=[InputRequired(NEEDED)])
    share = IntegerField(
        _l("抽查比例（%）"),
        validators=[
            InputRequired(NEEDED),
            NumberRange(1, 100, _l("抽查比例填 1 至 100。")),
        ],
        description=_l("按人次计，不足一份抽一份。由系统随机抽取，不能指定。"),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    due = DateField(
        _l("交付期限"),
        validators=[InputRequired(NEEDED)],
        description=_l("从今天起至少 5 天。"),
    )

    def blame(self, codes: tuple[str, ...]) -> bool:
        """Say at their fields what is wrong with a draw; False where none has one."""
        late = "since" if self.since.data and self.since.data > here().today else None
        place = {
            "audit.span": self.until,
            "audit.future": self[late or "until"],
            "audit.too_soon": self.due,
            "audit.share": self.share,
        }
        told = [code for code in codes if code in place]
        for code in told:
            place[code].errors = [*place[code].errors, words(code, {})]
        return bool(told)

    def wanted(self, place: Desk) -> Draw:
        """Give what is asked for; the form has been validated."""
        return Draw(
            province=Province(str(self.province.data)),
            office_id=place.office.id,
            region=place.office.region,
            since=self.since.data,  # type: ignore[arg-type]  # the form was found valid
            until=self.until.data,  # type: ignore[arg-type]  # the form was found valid
            share=self.share.data or 0,
            due_on=self.due.data,  # type: ignore[arg-type]  # the form was found valid
        )


def _words(label: object) -> TextAreaField:
    return TextAreaField(
        label,  # type: ignore[arg-type]  # a lazy text
        validators=[
            InputRequired(_l("请写明理由。")),
            Length(min=4, max=LONGEST_FINDING, message=_l("请写 4 至 1000 个字。")),
        ],
        render_kw={"rows": 4, "maxlength": LONGEST_FINDING},
    )


class FindForm(PageForm):
    """What the papers show."""

    what = RadioField(
        _l("核查结论"),
        choices=lambda: [
            (one.value, word) for one, word in audit_words.FINDINGS.items()
        ],
        validators=[InputRequired(_l("请选择核查结论。"))],
    )
    words = _words(_l("理由（本人和单位看得到）"))
    due = DateField(
        _l("整改期限"),
        validators=[Optional()],
        description=_l("责令整改时必填，从今天起至少 5 天。"),
    )


class DecideForm(PageForm):
    """Whether what was granted is revoked."""

    revoke = RadioField(
        _l("决定"),
        choices=[
            SelectChoice(
                Ground.FRAUD.value,
                _l("撤销：以欺骗、贿赂等不正当手段取得注册，三年内不得再次申请"),
            ),
            SelectChoice(
                Ground.OTHER.value,
                _l("撤销：不符合条件等依法可以撤销的其他情形，不限制再次申请"),
            ),
            SelectChoice("no", _l("不撤销，核查结束")),
        ],
        validators=[InputRequired(_l("请选择决定。"))],
    )
    answer = _words(_l("理由（本人和单位看得到）"))


@bp.get("/audits")
@staff("teller", "approver")
def audits() -> ResponseReturnValue:
    """Show what was drawn, and how far each check is."""
    today = here().today
    blank = DrawForm.blank(
        since=today - _BACK, until=today, share=_PER_CENT, due=today + _USUAL
    )
    return _list(_offered(blank))


def _offered(form: DrawForm) -> DrawForm:
    place = here()
    found = sorted(place.office.provinces(Task.DECIDE, place.today))
    form.province.choices = [(one.value, term(one)) for one in found]
    return form


def _list(form: DrawForm, failed: str = "") -> str:
    place, session = here(), desk.reading()
    found = queries.cases(session, place.provinces, place.office.region)
    # sorted() keeps the order of what is alike: open before closed, first due first.
    lines = sorted(found, key=lambda one: not one.late(place.today))
    return render_template(
        "office/audits.html",
        place=place,
        form=form,
        failed=failed,
        lines=[(one, people.name(session, one.person_id)) for one in lines],
        draws=queries.draws(session, place.provinces),
        may_draw=Party.APPROVER in place.parties and bool(form.province.choices),
        states=audit_words.STATES,
        person=Side.PERSON,
    )


@bp.post("/audits")
@staff("approver")
def audit_draw() -> ResponseReturnValue:
    """Draw, ask for the papers, and hold the records."""
    form = _offered(DrawForm.sent())
    if not form.province.choices:
        raise Refused("desk.not_here")
    if not form.validate():
        return _list(form), 422
    try:
        with desk.begin() as work:
            _one, taken = services.draw(work, form.wanted(here()))
    except Refused as no:
        return _list(form, "" if form.blame(no.reasons) else why(no)), 422
    flash(_("已抽取 %(count)s 份，已通知本人和单位交付资料。", count=taken), "ok")
    return redirect(url_for("office.audits"), 303)


@bp.get("/audits/<uuid:audit_id>")
@staff("teller", "approver")
def audit(audit_id: UUID) -> ResponseReturnValue:
    """Show one check: whose, what was granted, what came, and what is to be said."""
    return _page(_case(audit_id))


def _case(audit_id: UUID) -> CaseCard:
    """Give a check of the office's own area.

    Raises: NotFound, for another's too.
    """
    place = here()
    region = place.office.region
    return queries.case(desk.reading(), place.provinces, audit_id, region)


def _competent(card: CaseCard) -> bool:
    """Tell whether this office decides there, for the company's area."""
    uscc = ""
    if card.employer_id is not None:
        uscc = people.company(desk.reading(), card.employer_id).uscc
    return here().decides(card.province, uscc)


def _decided_here(audit_id: UUID) -> CaseCard:
    """Give a check whose papers this office reads, and which it decides.

    Raises: NotFound; Refused.
    """
    card = _case(audit_id)
    if not _competent(card):
        raise Refused("desk.not_here")
    return card


def _page(
    card: CaseCard,
    find: FindForm | None = None,
    decide: DecideForm | None = None,
    failed: str = "",
) -> str:
    place, session = here(), desk.reading()
    visitor = desk.visitor()
    me = visitor.person_id if visitor else None
    company = people.company(session, card.employer_id) if card.employer_id else None
    competent = _competent(card)
    return render_template(
        "office/audit.html",
        place=place,
        one=card,
        name=people.name(session, card.person_id),
        company=company,
        granted=applications.application(session, card.application_id),
        sides=_sides(card),
        may_open=competent and card.is_readable and me != card.person_id,
        find=find or FindForm.blank(due=place.today + _USUAL),
        decide=decide or DecideForm.blank(),
        may_find=competent
        and card.state in {AuditState.ASKED, AuditState.TO_MEND}
        and me != card.person_id,
        may_decide=competent
        and Party.APPROVER in place.parties
        and me not in {card.found_by, card.person_id}
        and not (visitor and visitor.account_id == card.drew),
        heard_still=unheard(card.due_on, place.today),
        failed=failed,
        states=audit_words.STATES,
        asked=audit_words.ASKED,
        sorts=SORTS,
        named=audit_desk.named,
        span=span,
        said=said,
    )


def _sides(card: CaseCard) -> list[_Side]:
    """Give for each side when it handed over, what it said, and which files."""
    session, competent = desk.reading(), _competent(card)
    given = papers.deliveries(session, card) if competent else ()
    return [
        (
            word,
            card.handed_at(side),
            [one for one in given if one.side is side],
            queries.handed(session, card, side),
        )
        for side, word in audit_words.SIDES.items()
        if side is Side.PERSON or card.employer_id
    ]


@bp.post("/audits/<uuid:audit_id>/papers/<uuid:kept_id>")
@staff("teller", "approver")
def audit_paper(audit_id: UUID, kept_id: UUID) -> ResponseReturnValue:
    """Open a file that was handed over; the look goes on the person's record."""
    card = _decided_here(audit_id)
    with desk.begin() as work:
        found = services.look(work, card, kept_id)
    ending = found.card.media.rpartition("/")[2]
    return inline(found.body, found.card.media, f"{kept_id}.{ending}")


@bp.post("/audits/<uuid:audit_id>/find")
@staff("teller", "approver")
def audit_find(audit_id: UUID) -> ResponseReturnValue:
    """Write what the papers show."""
    card, form = _decided_here(audit_id), FindForm.sent()
    if not form.validate():
        return _page(card, find=form), 422
    what, due = Finding(str(form.what.data)), form.due.data
    try:
        with desk.begin() as work:
            services.find(work, card.id, what, form.words.data or "", due)
    except Refused as no:
        return _stopped(audit_id, no, find=form)
    flash(_("已记录核查结论。"), "ok")
    return _back(audit_id)


@bp.post("/audits/<uuid:audit_id>/decide")
@staff("approver")
def audit_decide(audit_id: UUID) -> ResponseReturnValue:
    """Revoke, or let it stand; never by who proposed it."""
    card, form = _decided_here(audit_id), DecideForm.sent()
    if not form.validate():
        return _page(card, decide=form), 422
    said_no = form.revoke.data == "no"
    revoke = None if said_no else Ground(str(form.revoke.data))
    try:
        desk.carried(
            lambda work: services.decide(
                work,
                card.id,
                Answer(here().office.id, form.answer.data or "", revoke),
                printer=desk.port(RegistrationPrinter),
            )
        )
    except Refused as no:
        return _stopped(audit_id, no, decide=form)
    flash(_("已作出决定，并通知本人和单位。") if revoke else _("核查已结束。"), "ok")
    return _back(audit_id)


def _stopped(
    audit_id: UUID,
    no: Refused,
    find: FindForm | None = None,
    decide: DecideForm | None = None,
) -> ResponseReturnValue:
    """Say why nothing was done; the page shows how things stand by now."""
    desk.reading().expire_all()
    return _page(_case(audit_id), find, decide, why(no)), 422


def _back(audit_id: UUID) -> Response:
    return redirect(url_for("office.audit", audit_id=audit_id), 303)
