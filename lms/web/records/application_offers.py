"""What somebody may apply for today: each kind, open or not, and every reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.queries import RegistrationCard
from lms.policy import flows
from lms.policy.facts import ChangeKind
from lms.policy.flow import Case, Flow, Issue, Need, NotOffered, Party, Path
from lms.policy.flow_checks import shut_by_end
from lms.policy.model import Application, Province, Specialty
from lms.registration.queries import eligibility
from lms.registration.queries.applications import ApplicationCard
from lms.web import application_words, judgement
from lms.web.judgement import Judgement

BEGINS = frozenset({Application.INITIAL, Application.RE_REGISTRATION})
_SPECIAL = frozenset({Path.WRITTEN, Path.FORCED, Path.ABNORMAL, Path.ONE_OFF})
_KNOWN = frozenset({Case.OVERDUE, Case.REGISTERED, Case.EXPIRED})
"""Circumstances that the records tell; nobody is asked."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks, and what they hold on the day.

    `ended` tells that the authority has written their registration here, and ended it.
    """

    person_id: PersonId
    province: Province
    registration: RegistrationCard | None
    qualified: tuple[Specialty, ...]
    today: date
    ended: bool = False

    @property
    def registered(self) -> tuple[Specialty, ...]:
        """List the registered specialties, the main one first."""
        held = self.registration
        return tuple(each.code for each in held.specialties) if held else ()

    @property
    def expired(self) -> bool:
        """Tell whether everything that was registered has run out."""
        held = self.registration
        return held is not None and all(
            each.valid_until < self.today for each in held.specialties
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of application as it stands for somebody today.

    `why` says why it is none of theirs; `judged` is the law's answer. `rare` sets it
    aside: it is for those alone who were registered where this house knows nothing of.
    """

    flow: Flow
    specialties: tuple[Specialty, ...]
    judged: Judgement | None
    why: LazyString | None
    rare: bool = False

    @property
    def title(self) -> str:
        """Name it in the province's words."""
        return application_words.title(self.flow)

    @property
    def mine_to_start(self) -> bool:
        """Tell whether the person may begin it."""
        return Party.PERSON in self.flow.starters

    @property
    def special(self) -> bool:
        """Tell whether it is a way for those whom the usual one is shut to."""
        return self.rare or self.flow.path in _SPECIAL

    @property
    def open(self) -> bool:
        """Tell whether nothing stands against it but what is done with it."""
        return self.why is None and not (self.judged and self.judged.obstacles)


def holder(session: Session, person_id: PersonId, wanted: str, on: date) -> Holder:
    """Say what a person holds; `wanted` is the province of one not registered."""
    try:
        held = people.registration(session, person_id)
    except NotFound:
        held = None
    known = [p for p in Province if p is not Province.NATIONAL and p == wanted]
    cards = people.qualifications(session, person_id)
    return Holder(
        person_id,
        held.province if held else next(iter(known), Province.NATIONAL),
        held,
        tuple(dict.fromkeys(card.specialty for card in cards)),
        on,
        ended=held is None and people.written_here(session, person_id),
    )


def offers(session: Session, who: Holder) -> tuple[Offer, ...]:
    """List every kind that the province takes today, the open ones first."""
    found = [offer(session, who, f) for f in flows.flows_for(who.province, who.today)]
    return tuple(sorted(found, key=_place))


_ORDER = (
    Application.RENEWAL,
    Application.INITIAL,
    Application.RE_REGISTRATION,
    Application.ADD_SPECIALTY,
    Application.CHANGE,
    Application.LOST_REISSUE,
    Application.CANCELLATION,
)


def _place(each: Offer) -> tuple[bool, int, bool]:
    flow = each.flow
    return (
        each.why is not None,
        _ORDER.index(flow.application),
        flow.path is not Path.ORDINARY,
    )


def offer(session: Session, who: Holder, flow: Flow) -> Offer:
    """Ask the law about one kind for one person."""
    codes = about(who, flow)
    why = _not_theirs(who, flow, codes)
    if why is not None or (who.registration is None and _without(flow)):
        return Offer(flow, codes, None, why)
    judged = judge(session, who, flow, soonest(who, flow, codes))
    if judged is None:
        return Offer(flow, codes, None, _l("先填写身份证号码，才能判断年龄条件。"))
    return Offer(flow, codes, judged, None, rare=_rare(who, flow))


def _rare(who: Holder, flow: Flow) -> bool:
    again = flow.application is Application.RE_REGISTRATION
    return again and who.registration is None and not who.ended


def judge(
    session: Session, who: Holder, flow: Flow, codes: tuple[Specialty, ...]
) -> Judgement | None:
    """Ask the law about some specialties; None while the birth date is unknown."""
    ordinary = flow.path is Path.ORDINARY
    matter = eligibility.Matter(
        person_id=who.person_id,
        province=who.province,
        application=flow.application,
        specialties=codes,
        change_kind=ChangeKind.EMPLOYER if ordinary else ChangeKind.INFORMATION,
    )
    request = eligibility.application_request(session, matter, on=who.today)
    if request is None or not request.specialties:
        return None
    found = judgement.judge(request, today=who.today)
    return replace(found, steps=_own(flow, found.steps))


_COMMITTED = {
    "commitment.person_missing": Need.PERSON_COMMITMENT,
    "commitment.employer_missing": Need.EMPLOYER_COMMITMENT,
}


def _own(
    flow: Flow, steps: tuple[judgement.FindingView, ...]
) -> tuple[judgement.FindingView, ...]:
    """Leave of what is done with an application what this flow's steps ask for."""
    asked = frozenset[Need]().union(*(step.needs for step in flow.steps))
    own = (each for each in steps if _COMMITTED.get(each.code) in asked)
    if flow.path is Path.ORDINARY:
        return tuple(own)
    # A name put right has nothing to do with study, of which the rule's words speak.
    plain = str(_l("申请时阅读承诺书全文并签署。"))
    return tuple(replace(each, next_step=plain) for each in own)


def about(who: Holder, flow: Flow) -> tuple[Specialty, ...]:
    """List the specialties that an application of a kind can be about."""
    if flow.application in BEGINS:
        return who.qualified
    if flow.application is Application.ADD_SPECIALTY:
        return tuple(code for code in who.qualified if code not in who.registered)
    return who.registered or (who.qualified if _without(flow) else ())


def soonest(
    who: Holder, flow: Flow, codes: tuple[Specialty, ...]
) -> tuple[Specialty, ...]:
    """Choose what is applied for first: of renewals, those that end first."""
    held = who.registration
    if flow.application is not Application.RENEWAL or held is None:
        return codes
    end = min(each.valid_until for each in held.specialties)
    return tuple(each.code for each in held.specialties if each.valid_until == end)


def _not_theirs(
    who: Holder, flow: Flow, codes: tuple[Specialty, ...]
) -> LazyString | None:
    standing = _by_standing(who, flow)
    if standing is not None:
        return standing
    if not codes and flow.application is Application.ADD_SPECIALTY:
        return _l("没有尚未注册的专业：取得新的资格证书后，请先在个人中心添加。")
    shut = _shut(who, flow)
    if shut is not None:
        return shut
    if not codes:
        return _l("还没有资格证书信息，请先在个人中心添加。")
    return None


def _by_standing(who: Holder, flow: Flow) -> LazyString | None:
    """Say what does not go with being registered, never, or no more."""
    held = who.registration is not None
    if flow.application in BEGINS:
        if held and not who.expired:
            return _l("您已经注册，不需要办理。")
        if flow.application is Application.INITIAL and (held or who.ended):
            return _l("您曾经注册过，请办理重新注册。")
        return None
    if held or _without(flow):
        return None
    if who.ended:
        return _l("您的注册已注销、撤销或失效，现在没有可以办理的注册。")
    return _l("您还没有注册信息：已经注册的，请先在个人中心填写注册信息。")


def _shut(who: Holder, flow: Flow) -> LazyString | None:
    """Say why a way is shut to everybody on the day, or by the nearness of an end."""
    if flows.closure_on(who.province, who.today) is not None:
        return application_words.MESSAGES["application.closed_days"]
    ends = who.registration.specialties if who.registration else ()
    if any(shut_by_end(flow, who.today, each.valid_until) for each in ends):
        return application_words.MESSAGES["application.shut_near_end"]
    return None


def _without(flow: Flow) -> bool:
    """Tell whether a kind is open to those who hold only a record here."""
    return flow.path is Path.PERSONAL_INFORMATION and Issue.CERTIFICATE not in (
        flow.gives
    )


def asked_cases(flow: Flow) -> tuple[Case, ...]:
    """List the circumstances that the applicant is asked about."""
    named = {one for thing in (*flow.steps, *flow.materials) for one in _cases(thing)}
    return tuple(case for case in Case if case in (named | flow.only) - _KNOWN)


def told_cases(card: ApplicationCard) -> tuple[Case, ...]:
    """List the circumstances that the applicant named."""
    return tuple(case for case in asked_cases(card.flow) if case in card.cases)


def _cases(thing: object) -> Iterator[Case]:
    for name in ("case", "unless"):
        found = getattr(thing, name)
        if found is not None:
            yield found


def known_cases(who: Holder, judged: Judgement | None) -> frozenset[Case]:
    """List the circumstances that the records tell."""
    found = set()
    if who.registration is not None:
        found.add(Case.REGISTERED)
    if who.expired:
        found.add(Case.EXPIRED)
    if judged and any(w.code == "qualification.overdue" for w in judged.warnings):
        found.add(Case.OVERDUE)
    return frozenset(found)


def not_offered(who: Holder) -> tuple[NotOffered, ...]:
    """List what the province does not take, and what it says to do instead."""
    return flows.not_taken(who.province, who.today)
