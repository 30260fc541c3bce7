"""Remind operators, once a month, of a year whose working days are not loaded."""

from collections.abc import Mapping
from typing import Any

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.calendar import queries
from lms.calendar.rules import owed_year
from lms.kernel.clock import Clock, legal_day
from lms.kernel.db import db
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.notify import services as notify


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Owe the reminder from November on; asked again in the same month, do nothing."""
    today = legal_day(clock())
    session = reading()
    calendar = queries.calendar(session)
    year = owed_year(calendar, today)
    if year is None:
        db.session.remove()
        return
    for account_id in accounts.holders(session, Role.OPERATOR):
        with unit_of_work(HOUSE, clock=clock) as work:
            notify.message(
                work,
                account_id,
                "calendar_owed",
                dedupe=f"calendar:{year}:{today:%Y-%m}:{account_id}",
                year=year,
                last=calendar.last.isoformat(),
            )
    db.session.remove()
