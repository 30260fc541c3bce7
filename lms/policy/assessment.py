"""May this person apply, and what follows? One pure question, every reason at once."""

from collections.abc import Iterator
from datetime import date, timedelta

from lms.policy import certificates, renewal, substitution, validity
from lms.policy.dates import same_day
from lms.policy.facts import AssessmentRequest, ChangeKind, SpecialtyFacts
from lms.policy.library import rules_for
from lms.policy.model import (
    Application,
    EmployerChange,
    Quota,
    RuleSet,
    Track,
)
from lms.policy.verdict import Assessment, Finding, HoursLine, Window, WindowState

_ENDED_MATTERS = frozenset({Application.CHANGE, Application.LOST_REISSUE})
_FROM_QUALIFICATION = frozenset({Application.INITIAL, Application.ADD_SPECIALTY})

Asked = list[tuple[SpecialtyFacts, Quota]]


def assess(request: AssessmentRequest) -> Assessment:
    """Judge an application by the rule set in force on its day.

    Cancellation is always open. Reasons and warnings stand in a fixed order, so the
    answer does not depend on the order of credits, substitutions or bars.

    Source: 建设部令第153号; 建市〔2010〕192号; the province's own document.
    """
    return assess_under(rules_for(request.province, request.applied_on), request)


def assess_under(rules: RuleSet, request: AssessmentRequest) -> Assessment:
    """Judge an application by a rule set given."""
    if request.application is Application.CANCELLATION:
        return Assessment(rule_set=rules.key)
    overdue = _overdue(rules, request)
    lines = _hours(rules, request, _asked(rules, request, overdue))
    window = renewal.renewal_window(rules, request)
    reasons = [
        *_age(rules, request),
        *_shortfalls(rules, request, lines),
        *_window(rules, request, window),
        *_change(rules, request),
        *_bars(rules, request),
        *_commitments(rules, request),
        *_certificates(request, lines),
    ]
    warnings = [_overdue_warning(rules, request, each) for each in overdue]
    return Assessment(
        rule_set=rules.key,
        reasons=tuple(sorted(reasons, key=lambda each: each.place)),
        warnings=tuple(sorted(warnings, key=lambda each: each.place)),
        hours=lines,
        window=window,
        validity=validity.new_validity(rules, request),
    )


def counting_window(
    rules: RuleSet, request: AssessmentRequest, specialty: SpecialtyFacts
) -> tuple[date, date]:
    """Tell which days' study counts for a specialty; both ends are inside.

    Source: 建市〔2010〕192号 第十九条 (in each validity period).
    """
    applied_on = request.applied_on
    if (
        request.application is Application.RENEWAL
        and specialty.valid_from
        and specialty.valid_until
    ):
        return specialty.valid_from, min(specialty.valid_until, applied_on)
    return same_day(applied_on, years=-rules.lookback_years), applied_on


def _overdue(rules: RuleSet, request: AssessmentRequest) -> list[SpecialtyFacts]:
    if request.application not in _FROM_QUALIFICATION:
        return []
    return [
        each
        for each in request.main_first
        if each.qualified_on
        and request.applied_on > same_day(each.qualified_on, years=rules.grace_years)
    ]


def _asked(
    rules: RuleSet, request: AssessmentRequest, overdue: list[SpecialtyFacts]
) -> Asked:
    if request.application is Application.INITIAL:
        return [(each, rules.overdue_initial) for each in overdue]
    if request.application is Application.ADD_SPECIALTY:
        return [(each, rules.overdue_extra) for each in overdue]
    left_on = request.deregistered_on
    long_gone = (
        request.application is Application.RE_REGISTRATION
        and left_on is not None
        and request.applied_on > same_day(left_on, years=rules.grace_years)
    )
    if request.application is Application.RENEWAL or long_gone:
        return [(each, rules.quota(each.main)) for each in request.main_first]
    return []


def _hours(
    rules: RuleSet, request: AssessmentRequest, asked: Asked
) -> tuple[HoursLine, ...]:
    if not asked:
        return ()
    windows = {
        each.code: counting_window(rules, request, each) for each, _quota in asked
    }
    fallen = certificates.cancelled(request.certificates or ())
    tally: dict[tuple[str, Track], int] = {}
    for credit in request.credits:
        window = windows.get(credit.specialty)
        if fallen and _fell(fallen.get(credit.specialty), credit.earned_on):
            continue
        if window and window[0] <= credit.earned_on <= window[1]:
            place = (credit.specialty, credit.track)
            tally[place] = tally.get(place, 0) + credit.credit
    since, until = counting_window(rules, request, request.main_first[0])
    left = substitution.pool(rules, request.substitutions, since, until)
    lines = []
    for each, quota in asked:
        for track in Track:
            needed = quota.asked(track)
            counted = tally.get((each.code, track), 0)
            used = 0
            if track is Track.ELECTIVE:
                used = min(left, max(0, needed - counted))
                left -= used
            lines.append(HoursLine(each.code, track, needed, counted + used, used))
    return tuple(lines)


def _fell(days: tuple[date, date] | None, earned_on: date) -> bool:
    return days is not None and days[0] <= earned_on <= days[1]


def _shortfalls(
    rules: RuleSet, request: AssessmentRequest, lines: tuple[HoursLine, ...]
) -> Iterator[Finding]:
    clause = rules.clause("hours.short", request.application)
    for line in lines:
        if line.missing:
            yield Finding(
                "hours.short", clause, line.specialty, line.track, line.missing
            )


def _age(rules: RuleSet, request: AssessmentRequest) -> Iterator[Finding]:
    birthday = validity.last_birthday(rules, request.born_on)
    days = {"birthday": birthday}
    if max(request.applied_on, request.granted_on or request.applied_on) > birthday:
        yield _finding(rules, request, "age.over_65", days)
    closed = rules.closed_days_before_cap
    if closed is not None:
        since = birthday - timedelta(days=closed)
        if since <= request.applied_on <= birthday:
            yield _finding(rules, request, "age.near_65", {**days, "since": since})


def _window(
    rules: RuleSet, request: AssessmentRequest, window: Window | None
) -> Iterator[Finding]:
    if window is not None and window.state is not WindowState.OPEN:
        days = {"closes_on": window.closes_on, "ends_on": window.ends_on}
        if window.opens_on is not None:
            days["opens_on"] = window.opens_on
        yield _finding(rules, request, f"window.{window.state}", days)
    if request.application in _ENDED_MATTERS:
        ends = [each.valid_until for each in request.specialties if each.valid_until]
        if ends and min(ends) < request.applied_on:
            yield _finding(rules, request, "window.expired", {"ends_on": min(ends)})


def _change(rules: RuleSet, request: AssessmentRequest) -> Iterator[Finding]:
    if (
        request.application is not Application.CHANGE
        or request.change_kind is not ChangeKind.EMPLOYER
    ):
        return
    if rules.employer_change is EmployerChange.NOT_OFFERED:
        yield _finding(rules, request, "change.not_offered", {})
    last = request.last_change_granted_on
    if rules.employer_change is EmployerChange.ONCE_A_YEAR and last is not None:
        until = same_day(last, years=1)
        if request.applied_on <= until:
            yield _finding(rules, request, "change.within_a_year", {"until": until})


def _bars(rules: RuleSet, request: AssessmentRequest) -> Iterator[Finding]:
    latest: dict[str, date] = {}
    for bar in request.bars:
        until = same_day(bar.decided_on, years=rules.bar_years(bar.cause))
        if bar.decided_on <= request.applied_on <= until:
            code = f"bar.{bar.cause}"
            latest[code] = max(until, latest.get(code, until))
    for code, until in latest.items():
        yield _finding(rules, request, code, {"until": until})


def _commitments(rules: RuleSet, request: AssessmentRequest) -> Iterator[Finding]:
    if request.application not in rules.committed:
        return
    if not request.commitments.person:
        yield _finding(rules, request, "commitment.person_missing", {})
    if not request.commitments.employer:
        yield _finding(rules, request, "commitment.employer_missing", {})


def _certificates(
    request: AssessmentRequest, lines: tuple[HoursLine, ...]
) -> Iterator[Finding]:
    if request.certificates is None or request.application is not Application.RENEWAL:
        return
    for each in request.specialties:
        met = not any(line.missing for line in lines if line.specialty is each.code)
        period = (each.valid_from, each.valid_until)
        for code in certificates.against(
            request.certificates, each.code, period, hours_met=met
        ):
            yield Finding(code, certificates.CLAUSES[code], each.code)


def _overdue_warning(
    rules: RuleSet, request: AssessmentRequest, specialty: SpecialtyFacts
) -> Finding:
    code = "qualification.overdue"
    days = {}
    if specialty.qualified_on:
        days["free_until"] = same_day(specialty.qualified_on, years=rules.grace_years)
    clause = rules.clause(code, request.application)
    return Finding(code, clause, specialty.code, days=days)


def _finding(
    rules: RuleSet, request: AssessmentRequest, code: str, days: dict[str, date]
) -> Finding:
    return Finding(code, rules.clause(code, request.application), days=days)
