"""An assessment as a page shows it: one frozen view, the same on every page."""

from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.policy.assessment import assess
from lms.policy.dates import days_left
from lms.policy.facts import AssessmentRequest
from lms.policy.flows import kinds_for
from lms.policy.library import rules_for
from lms.policy.model import Application, RuleSet, Specialty, Track
from lms.policy.portals import Portal, portal_of
from lms.policy.validity import gains
from lms.policy.verdict import Assessment, Finding, HoursLine
from lms.web import application_words, policy_words
from lms.web.timeline import Line, line_of

DATES: dict[str, LazyString] = {
    "applied": _l("申请之日"),
    "granted": _l("准予之日"),
    "opens": _l("申请开放"),
    "closes": _l("申请最后一日"),
    "begins": _l("有效期起"),
    "ends": _l("有效期止"),
    "qualified": _l("资格证书签发"),
    "free_until": _l("免继续教育的最后一日"),
    "left": _l("注销之日"),
    "until": _l("限制的最后一日"),
    "new_end": _l("新有效期止"),
    "birthday": _l("65 周岁生日"),
}

BANDS: dict[str, LazyString] = {
    "period": _l("现注册有效期"),
    "window": _l("可申请延续的日子"),
    "renewed": _l("新的有效期"),
}


@dataclass(frozen=True, slots=True)
class FindingView:
    """A reason or warning in words. `specialty` and `track` lead to courses."""

    code: str
    message: str
    clause: str
    next_step: str
    specialty: Specialty | None
    track: Track | None


@dataclass(frozen=True, slots=True)
class SpecialtyHours:
    """Both tracks of one specialty."""

    specialty: Specialty
    tracks: tuple[HoursLine, ...]

    @property
    def met(self) -> bool:
        """Tell whether nothing is missing here."""
        return not any(line.missing for line in self.tracks)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the verdict component wants.

    `obstacles` stand against the application; `steps` are done with it (commitments).
    `no_gain` names the specialties that a renewal would make no longer valid.

    Units: `days_left` from the day asked about to the last day of the window; `is_now`
    tells that this day is today.
    """

    request: AssessmentRequest
    rules: RuleSet
    found: Assessment
    headline: str
    obstacles: tuple[FindingView, ...]
    steps: tuple[FindingView, ...]
    warnings: tuple[FindingView, ...]
    hours: tuple[SpecialtyHours, ...]
    line: Line
    portal: Portal
    hours_clause: str
    window_word: str
    days_left: int | None
    is_now: bool
    no_gain: frozenset[Specialty]

    @property
    def eligible(self) -> bool:
        """Tell whether nothing speaks against the application."""
        return self.found.eligible


def judge(request: AssessmentRequest, *, today: date) -> Judgement:
    """Ask the law, and lay its answer out for a page."""
    rules = rules_for(request.province, request.applied_on)
    found = assess(request)
    reasons = [_view(each) for each in _for_people(found)]
    window = found.window
    idle = _gains_nothing(rules, request)
    no_gain = frozenset(each.specialty for each in idle if each.specialty)
    useless = bool(no_gain) and {s.code for s in request.specialties} <= no_gain
    left = days_left(window.closes_on, request.applied_on) if window else -1
    return Judgement(
        request=request,
        rules=rules,
        found=found,
        headline=policy_words.headline(_name(request), found.reasons, no_gain=useless),
        obstacles=tuple(each for each in reasons if not _is_step(each)),
        steps=tuple(each for each in reasons if _is_step(each)),
        warnings=tuple(_view(each) for each in (*idle, *found.warnings)),
        hours=_hours(found),
        line=line_of(rules, request, found),
        portal=portal_of(request.province),
        hours_clause=rules.clause("hours.short", request.application),
        window_word=str(policy_words.WINDOWS[window.state]) if window else "",
        days_left=left if left >= 0 else None,
        is_now=request.applied_on == today,
        no_gain=no_gain,
    )


def _name(request: AssessmentRequest) -> str:
    """Name the kind as the province does that takes it."""
    ways = kinds_for(request.province, request.applied_on).get(request.application)
    if ways:
        return application_words.kind_in(request.application, ways)
    return str(policy_words.APPLICATIONS[request.application])


def _gains_nothing(rules: RuleSet, request: AssessmentRequest) -> list[Finding]:
    """Warn of a renewal that would end on the day on which the registration ends.

    Source: 建设部令第153号 第十五条.
    """
    if request.application is not Application.RENEWAL:
        return []
    clause = rules.clause("age.over_65", request.application)
    return [
        Finding(
            "age.gains_nothing",
            clause,
            each.code,
            days={"ends_on": each.valid_until},
        )
        for each in request.specialties
        if each.valid_until and not gains(rules, request.born_on, each.valid_until)
    ]


def _is_step(reason: FindingView) -> bool:
    return reason.code.startswith("commitment.")


def _view(finding: Finding) -> FindingView:
    return FindingView(
        code=finding.code,
        message=policy_words.message(finding),
        clause=finding.clause,
        next_step=policy_words.next_step(finding),
        specialty=finding.specialty,
        track=finding.track,
    )


_ORDER = ("age", "bar", "window", "change", "hours", "certificate", "commitment")


def _for_people(found: Assessment) -> tuple[Finding, ...]:
    """Put first what study cannot mend; then hours as they are listed, then steps."""
    lines = [(line.specialty, line.track) for line in found.hours]

    def place(finding: Finding) -> tuple[int, int]:
        kind, _, what = finding.code.partition(".")
        if finding.specialty and finding.track:
            return (_ORDER.index(kind), lines.index((finding.specialty, finding.track)))
        return (_ORDER.index(kind), int(what == "employer_missing"))

    return tuple(sorted(found.reasons, key=place))


def _hours(found: Assessment) -> tuple[SpecialtyHours, ...]:
    specialties = dict.fromkeys(line.specialty for line in found.hours)
    return tuple(
        SpecialtyHours(
            each, tuple(line for line in found.hours if line.specialty is each)
        )
        for each in specialties
    )
