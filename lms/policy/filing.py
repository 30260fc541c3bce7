"""How long one has to file what has changed (变更之日起 30 日内)."""

from datetime import date, timedelta

from lms.policy.verdict import Finding

FILING_DAYS = 30
"""Units: calendar days after the change, which itself is not counted."""

CLAUSE = "四川办事说明 变更注册 注意3"
"""The one document at hand that names the thirty days."""


def file_by(changed_on: date) -> date:
    """Name the last day to file a change of one's particulars.

    Source: 四川《二级建造师注册相关》办事说明 变更注册.

    >>> file_by(date(2026, 10, 22))
    datetime.date(2026, 11, 21)
    """
    return changed_on + timedelta(days=FILING_DAYS)


def late_filing(changed_on: date, filed_on: date) -> Finding | None:
    """Warn of a change that is filed late. It is accepted nevertheless."""
    last = file_by(changed_on)
    if filed_on <= last:
        return None
    return Finding("change.filed_late", CLAUSE, days={"until": last})
