"""发起申报: where a province lets the company write the application first."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.queries import StaffCard
from lms.policy.flow import Case, Party, Path
from lms.policy.model import Application, Province, Specialty
from lms.registration import services
from lms.registration.services import Asked
from lms.web import desk
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, bp
from lms.web.employer_words import CASES
from lms.web.filters import term
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words
from lms.web.records import application_offers as offering
from lms.web.records.application_offers import Holder, Offer


class BeginForm(PageForm):
    """What the company writes when it files first."""

    specialties = SelectMultipleField(
        _l("申请的专业"),
        validators=[InputRequired(_l("请至少选择一个专业。"))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    cases = SelectMultipleField(
        _l("下列情形，符合的请打勾"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    employer_name = StringField(
        _l("变更后的企业名称"),
        validators=[Optional(), Length(max=100)],
        description=_l("须已在市场监管部门完成变更，并以认证的名称为准。"),
        render_kw={"maxlength": 100},
    )
    deregistered_on = DateField(
        _l("原注册注销或失效的日期"),
        validators=[Optional()],
        description=_l("平台有记录的，以记录为准。超过 3 年的，须先完成继续教育。"),
    )

    def offer(self, offered: Offer) -> None:
        """Offer what this kind can be about."""
        if offered.flow.application is not Application.RE_REGISTRATION:
            del self.deregistered_on
        self.specialties.choices = [
            (code.value, term(code)) for code in offered.specialties
        ]
        self.cases.choices = [
            (case.value, str(CASES[case]))
            for case in offering.asked_cases(offered.flow)
        ]

    def good(self, offered: Offer) -> bool:
        """Tell whether the form can be taken; if not, say so at the fields."""
        if not self.validate():
            return False
        given = {Case(one) for one in self.cases.data or ()}
        owed = offered.flow.only & set(offering.asked_cases(offered.flow)) - given
        if owed:
            named = "、".join(str(CASES[one]) for one in owed)
            self.cases.errors = [_("只有“%(case)s”的人才能办理这一项。", case=named)]
        return not owed

    @property
    def facts(self) -> dict[str, str]:
        """Give what was written of the matter itself."""
        name = str(self.employer_name.data or "").strip()
        left = self.deregistered_on.data if "deregistered_on" in self else None
        found = {
            "employer_name": name,
            "deregistered_on": left.isoformat() if left else "",
        }
        return {key: value for key, value in found.items() if value}


def _holder(person_id: PersonId) -> Holder:
    wanted = request.args.get("province", "")
    return offering.holder(desk.reading(), person_id, wanted, desk.today())


def _offers(who: Holder) -> tuple[Offer, ...]:
    """List what a company may begin for one of its people."""
    return tuple(
        one
        for one in offering.offers(desk.reading(), who)
        if Party.EMPLOYER in one.flow.starters
    )


def _chosen(offers: tuple[Offer, ...]) -> Offer | None:
    key = request.args.get("flow", "")
    return next((one for one in offers if one.flow.key == key), None)


@bp.get("/people/<uuid:link_id>/apply")
@staff("employer")
def begin(link_id: UUID) -> ResponseReturnValue:
    """Offer what the company may begin for one of its people."""
    one = people.staff_one(desk.reading(), acting_company(), link_id)
    who = _holder(one.person_id)
    offers = _offers(who)
    chosen = _chosen(offers)
    form = None
    if chosen is not None:
        first = offering.soonest(who, chosen.flow, chosen.specialties)
        form = BeginForm.blank(specialties=[code.value for code in first])
        form.offer(chosen)
    return _page((one, who), offers, chosen, form)


def _page(
    about: tuple[StaffCard, Holder],
    offers: tuple[Offer, ...],
    chosen: Offer | None,
    form: BeginForm | None,
) -> str:
    one, who = about
    return render_template(
        "employer/begin.html",
        one=one,
        province=who.province,
        provinces=[p for p in Province if p is not Province.NATIONAL],
        offers=offers,
        chosen=chosen,
        form=form,
        renames=chosen is not None and chosen.flow.path is Path.ENTERPRISE_NAME,
    )


@bp.post("/people/<uuid:link_id>/apply")
@staff("employer")
@limiter.limit("60/hour")
def begin_save(link_id: UUID) -> ResponseReturnValue:
    """Begin the application, as the company's draft."""
    employer_id = acting_company()
    one = people.staff_one(desk.reading(), employer_id, link_id)
    who = _holder(one.person_id)
    offers = _offers(who)
    chosen = _chosen(offers)
    if chosen is None:
        raise Refused("application.no_such_way")
    form = BeginForm.sent()
    form.offer(chosen)
    if chosen.why is not None or not form.good(chosen):
        return _page((one, who), offers, chosen, form), 422
    told = {Case(each) for each in form.cases.data or ()}
    asked = Asked(
        person_id=one.person_id,
        province=who.province,
        application=chosen.flow.application,
        path=chosen.flow.path,
        specialties=tuple(Specialty(s) for s in form.specialties.data or ()),
        employer_id=employer_id,
        cases=offering.known_cases(who, chosen.judged) | told,
        facts=form.facts,
    )
    try:
        with desk.begin() as work:
            made = services.open_application(work, asked, Party.EMPLOYER)
    except (Refused, Conflict) as said:
        form.specialties.errors = [
            *form.specialties.errors,
            words(said.code, said.facts),
        ]
        return _page((one, who), offers, chosen, form), 422
    return redirect(url_for("employer.application", application_id=made), 303)
