"""Begin an application: which specialties, in what circumstances, through whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.accounts import services as accounts
from lms.credentials import queries as credentials
from lms.credentials.queries import RegistrationCertificateCard
from lms.kernel.errors import NotFound, Refused
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.queries import CompanyCard
from lms.people.rules import IdentityFacts, LinkState
from lms.policy import flows
from lms.policy.filing import late_filing
from lms.policy.flow import Case, Party, Path
from lms.policy.model import Application, Specialty
from lms.registration import services
from lms.registration.queries import applications
from lms.registration.queries.provenance import former_employer
from lms.registration.services import Asked
from lms.web import application_words, desk, policy_words
from lms.web.account.profile_parts import TITLES, by_account
from lms.web.doors import learner
from lms.web.filters import term
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words
from lms.web.records import application_offers as offering
from lms.web.records.application_offers import Holder, Offer
from lms.web.records.application_parts import IdentityChangeForm, LeftForm, bp, page
from lms.web.records.application_terms import new_terms


class StartForm(PageForm):
    """Which specialties, in which circumstances."""

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

    changed_on = DateField(
        _l("信息变更的日期"),
        validators=[Optional()],
        description=_l("例如身份证上新姓名的签发日期。须在变更后 30 日内办理。"),
    )

    def offer(self, offered: Offer) -> None:
        """Offer what this kind can be about."""
        if offered.flow.duty_days is None:
            del self.changed_on
        self.specialties.choices = [
            (code.value, term(code)) for code in offered.specialties
        ]
        self.cases.choices = [
            (case.value, application_words.CASES[case])
            for case in offering.asked_cases(offered.flow)
        ]

    @property
    def happened_on(self) -> date | None:
        """Give the day of the change, where this kind asks for it."""
        return self.changed_on.data if "changed_on" in self else None

    def good(self, offered: Offer) -> bool:
        """Tell whether the form can be taken; if not, say so at the fields."""
        if not self.validate():
            return False
        if self.happened_on and self.happened_on > desk.today():
            self.changed_on.errors = [_("这一天还没有到。")]
            return False
        given = {Case(one) for one in self.cases.data or ()}
        owed = offered.flow.only & set(offering.asked_cases(offered.flow))
        if not owed <= given:
            missing = [str(application_words.CASES[one]) for one in owed - given]
            self.cases.errors = [
                _("只有“%(case)s”的人才能办理这一项。", case="、".join(missing))
            ]
            return False
        return True


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one start page; two of them only where the kind asks for them."""

    start: StartForm
    change: IdentityChangeForm | None
    left: LeftForm | None

    def good(self, offered: Offer) -> bool:
        """Tell whether all of it can be taken."""
        told = [self.start.good(offered)]
        told += [form.validate() for form in (self.change, self.left) if form]
        return all(told)


def _forms(offered: Offer, who: Holder, *, sent: bool) -> Forms:
    def make(kind: Any, **known: object) -> Any:  # noqa: ANN401 - any of the three
        return kind.sent() if sent else kind.blank(**known)

    soonest = offering.soonest(who, offered.flow, offered.specialties)
    start = make(StartForm, specialties=[code.value for code in soonest])
    start.offer(offered)
    personal = offered.flow.path is Path.PERSONAL_INFORMATION
    again = offered.flow.application is Application.RE_REGISTRATION
    name = people.name(desk.reading(), who.person_id)
    return Forms(
        start,
        make(IdentityChangeForm, name=name) if personal else None,
        make(LeftForm) if again else None,
    )


def visitor_holds() -> Holder:
    """Say what the visitor holds; one not registered names a province."""
    return offering.holder(
        desk.reading(), desk.me(), request.values.get("province", ""), desk.today()
    )


def _offered(who: Holder, application: str, path: str) -> Offer:
    """Read which kind is wanted.

    Raises: NotFound for what the province does not take today.
    """
    if application not in set(Application) or path not in set(Path):
        raise NotFound("application.no_such_way")
    kind, way = Application(application), Path(path)
    flow = flows.flow_for(who.province, kind, way, who.today)
    if flow is None:
        raise NotFound("application.no_such_way")
    return offering.offer(desk.reading(), who, flow)


@bp.get("/new/<application>/<path>")
@learner
def new(application: str, path: str) -> ResponseReturnValue:
    """Show what one kind asks, and the form that begins it."""
    who = visitor_holds()
    offered = _offered(who, application, path)
    return _page(who, offered, _forms(offered, who, sent=False))


@bp.post("/new/<application>/<path>")
@learner
@limiter.limit("20/hour", key_func=by_account)
def start(application: str, path: str) -> ResponseReturnValue:
    """Begin it."""
    who = visitor_holds()
    offered = _offered(who, application, path)
    forms = _forms(offered, who, sent=True)
    if offered.why is not None or not forms.good(offered):
        return _page(who, offered, forms), 422
    try:
        with desk.begin() as work:
            application_id = _begin(work, who, offered, forms)
    except Refused as refused:
        if forms.left and refused.code.startswith("application.deregistered_"):
            forms.left.deregistered_on.errors = [words(refused.code, {})]
            return _page(who, offered, forms), 422
        if refused.code not in {"application.profile", "profile.invalid"}:
            raise
        return _page(who, offered, forms, _told(refused)), 422
    flash(_("申请已开始，请按页面提示一步一步办理。"), "ok")
    happened = forms.start.happened_on
    late = late_filing(happened, desk.today()) if happened else None
    if late is not None:
        flash(policy_words.message(late), "warn")
    return redirect(url_for("applications.show", application_id=application_id), 303)


def _begin(work: Work, who: Holder, offered: Offer, forms: Forms) -> object:
    flow, me = offered.flow, who.person_id
    codes = tuple(Specialty(one) for one in forms.start.specialties.data or ())
    facts: dict[str, str] = {}
    if forms.left and forms.left.deregistered_on.data:
        facts["deregistered_on"] = forms.left.deregistered_on.data.isoformat()
    if forms.start.happened_on:
        facts["changed_on"] = forms.start.happened_on.isoformat()
    accounts.lock_person(work, me)
    if forms.change is not None:
        asked = people_services.Asked(
            IdentityFacts(
                forms.change.name.data or "", forms.change.id_number.data or ""
            ),
            forms.change.reason.data or "",
        )
        facts["correction"] = str(people_services.ask_at_desk(work, me, asked))
    company = employer_for(flow.application)
    if company is None and goes_through_company(offered):
        raise Refused("application.no_employer")
    return services.open_application(
        work,
        Asked(
            person_id=me,
            province=who.province,
            application=flow.application,
            path=flow.path,
            specialties=codes,
            employer_id=company.id if company else None,
            cases=_cases(who, offered, forms),
            facts=facts,
        ),
        Party.PERSON,
    )


def _cases(who: Holder, offered: Offer, forms: Forms) -> frozenset[Case]:
    told = {Case(one) for one in forms.start.cases.data or ()}
    return offering.known_cases(who, offered.judged) | told


def goes_through_company(offered: Offer) -> bool:
    """Tell whether a company has a step in this kind."""
    return any(step.by is Party.EMPLOYER for step in offered.flow.steps)


def employer_for(application: Application) -> CompanyCard | None:
    """Name the company an application goes through: the one I belong to.

    A cancellation goes through the last one, for who has left already.
    """
    session, me = desk.reading(), desk.me()
    bond = people.employer_of(session, me)
    if bond is not None:
        return bond.company
    if application is not Application.CANCELLATION:
        return None
    left = (
        c for link, c in people.links_to(session, me) if link.state is LinkState.LEFT
    )
    return next(left, None)


def _former(offered: Offer) -> str:
    """Name the company that a change of company leads away from; "" for unknown."""
    flow = offered.flow
    if flow.application is not Application.CHANGE or flow.path is not Path.ORDINARY:
        return ""
    return former_employer(desk.reading(), desk.me())


def _told(refused: Refused) -> list[tuple[str, str]]:
    """Say each reason, with the section of the profile where it is put right."""
    places = {section.value: str(title) for section, title in TITLES.items()}
    return [
        (places[one], url_for(f"me.{one}")) if one in places else (words(one, {}), "")
        for one in refused.reasons
    ]


def _held(offered: Offer, who: Holder) -> RegistrationCertificateCard | None:
    """Give the e-certificate that is here anyway, where one is to be replaced."""
    if offered.flow.application is not Application.LOST_REISSUE:
        return None
    return credentials.registered(desk.reading(), who.person_id)


def _page(
    who: Holder,
    offered: Offer,
    forms: Forms,
    owed: Iterable[tuple[str, str]] = (),
) -> str:
    return page(
        "application_new",
        owner=who,
        offer=offered,
        forms=forms,
        owed=list(owed),
        company=employer_for(offered.flow.application),
        needs_company=goes_through_company(offered),
        former=_former(offered),
        licence=_held(offered, who),
        terms=new_terms(None if offered.why else offered.judged, who.today),
        under_way=applications.open_of_person(desk.reading(), who.person_id),
        said=application_words,
        person=Party.PERSON,
    )
