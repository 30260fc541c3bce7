"""What the dates in a person's papers say, and when the authority's silence counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from lms.policy.dates import same_day
from lms.policy.flow import Flow, Limit
from lms.policy.model import WorkdayLimits
from lms.policy.workdays import Calendar, Due, add_workdays

INSURED_MONTHS = 3
"""Source: 《二级建造师证书办理须知》(济南) 初始注册 诚信证明."""

_MONTHS_A_YEAR = 12


def least_contract_end(applied_on: date) -> date:
    """Name the earliest day on which a contract may end (起满一年以上).

    Source: 《二级建造师证书办理须知》(济南) 劳动合同; 民法典 第二百零二条.

    >>> least_contract_end(date(2028, 2, 29))
    datetime.date(2029, 2, 28)
    """
    return same_day(applied_on, years=1)


def contract_lasts(applied_on: date, ends_on: date | None) -> bool:
    """Tell whether a contract runs a year on; one without a fixed end always does."""
    return ends_on is None or ends_on >= least_contract_end(applied_on)


def contract_begins_after(dismissed_on: date, begins_on: date) -> bool:
    """Tell whether a new contract begins after the day of dismissal (之后).

    Source: 《二级建造师证书办理须知》(济南) 劳动合同; 民法典 第一千二百五十九条.
    """
    return begins_on > dismissed_on


def dismissed_after(certificate_issued_on: date, dismissed_on: date) -> bool:
    """Tell whether a dismissal is later than the certificate's day of issue.

    Source: 《二级建造师证书办理须知》(济南) 变更注册 解聘证明.
    """
    return dismissed_on > certificate_issued_on


def month_before(month: date, count: int = 1) -> date:
    """Name the first day of the month some months earlier.

    >>> month_before(date(2027, 1, 15))
    datetime.date(2026, 12, 1)
    """
    months = month.year * _MONTHS_A_YEAR + month.month - 1 - count
    return date(months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1, 1)


def insured(applied_on: date, paid: Collection[date]) -> bool:
    """Tell whether three months in a row are paid, up to this month or the last.

    The guide asks for three months and does not say which; the month of the
    application itself is often not booked yet. `paid` holds any day of a paid month.

    Source: 《二级建造师证书办理须知》(济南) 诚信证明.
    """
    months = {month_before(day, 0) for day in paid}
    return any(
        all(
            month_before(applied_on, last + back) in months
            for back in range(INSURED_MONTHS)
        )
        for last in (0, 1)
    )


def shut_by_end(flow: Flow, on: date, ends_on: date) -> bool:
    """Tell whether a flow is shut by the nearness of a specialty's end.

    Source: 北京市二级建造师注册管理系统规则 届满前30日内只受理注销.
    """
    if flow.shut_days is None or on > ends_on:
        return False
    return on > ends_on - timedelta(days=flow.shut_days)


@dataclass(frozen=True, slots=True)
class Silence:
    """What follows where the authority has said nothing.

    `told_by` is the last day to name deficiencies. `accepted_from` is the day from
    which the application counts as accepted, None while that is open.
    """

    told_by: Due
    accepted_from: date | None


def silence(
    calendar: Calendar,
    limits: WorkdayLimits,
    received_on: date,
    today: date,
    told_on: date | None = None,
) -> Silence | None:
    """Find what silence on deficiencies means; None where no limit binds.

    What is told too late was not told in time: the application counts as accepted from
    the day on which it was received. Past the calendar nothing is presumed.

    Source: 行政许可法 第三十二条第四项.
    """
    if limits.deficiency is None:
        return None
    told_by = add_workdays(calendar, received_on, limits.deficiency)
    spoke = told_on is not None and (told_by.on is None or told_on <= told_by.on)
    late = told_by.on is not None and today > told_by.on
    return Silence(told_by, received_on if late and not spoke else None)


def workdays_allowed(limits: WorkdayLimits, limit: Limit) -> int | None:
    """Give the working days of a limit by its name; None where none is stated."""
    found: int | None = getattr(limits, limit.value)
    return found
