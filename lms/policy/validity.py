"""From when until when a registration is good."""

from datetime import date, timedelta

from lms.policy.dates import last_day_of_term, same_day
from lms.policy.facts import AssessmentRequest, SpecialtyFacts
from lms.policy.model import Application, RenewalStart, RuleSet
from lms.policy.verdict import Validity

_KEEPS_NOTHING = frozenset({Application.CANCELLATION, Application.LOST_REISSUE})


def last_birthday(rules: RuleSet, born_on: date) -> date:
    """Name the birthday after which nobody is registered; itself it is still good.

    Source: 建设部令第153号 第十五条; 内建行函〔2022〕508号 一(三).

    >>> from lms.policy.provinces.national import NATIONAL_2010
    >>> last_birthday(NATIONAL_2010, date(1964, 2, 29))
    datetime.date(2029, 2, 28)
    """
    return same_day(born_on, years=rules.age_cap_years)


def gains(rules: RuleSet, born_on: date, ends_on: date) -> bool:
    """Tell whether a renewal can end later than the registration that it renews.

    >>> from lms.policy.provinces.national import NATIONAL_2010
    >>> gains(NATIONAL_2010, date(1963, 1, 10), date(2028, 1, 10))
    False
    """
    return ends_on < last_birthday(rules, born_on)


def new_validity(
    rules: RuleSet, request: AssessmentRequest
) -> tuple[Validity, ...] | None:
    """Compute each specialty's dates after the grant.

    A specialty whose validity would end before it begins is left out. A change keeps
    the dates that were.

    Source: 内建行函〔2022〕508号 一(三); 黔建建通〔2023〕55号 五(一)2.
    """
    granted_on = request.granted_on
    cap = last_birthday(rules, request.born_on)
    if (
        granted_on is None
        or request.application in _KEEPS_NOTHING
        or max(granted_on, request.applied_on) > cap
    ):
        return None
    if request.application is Application.CHANGE:
        return tuple(
            Validity(each.code, each.valid_from, each.valid_until, clamped=False)
            for each in request.specialties
            if each.valid_from and each.valid_until
        )
    terms = [
        term(rules, each, _begin(rules, request, each, granted_on), cap)
        for each in request.specialties
    ]
    return tuple(each for each in terms if each.valid_until >= each.valid_from)


def term(rules: RuleSet, specialty: SpecialtyFacts, begin: date, cap: date) -> Validity:
    """Give one specialty its full term, cut at the last birthday."""
    natural = last_day_of_term(begin, years=rules.validity_years)
    return Validity(specialty.code, begin, min(natural, cap), clamped=natural > cap)


def _begin(
    rules: RuleSet,
    request: AssessmentRequest,
    specialty: SpecialtyFacts,
    granted_on: date,
) -> date:
    if (
        request.application is Application.RENEWAL
        and rules.renewal_start is RenewalStart.OLD_END
        and specialty.valid_until is not None
    ):
        return specialty.valid_until + timedelta(days=1)
    return granted_on
