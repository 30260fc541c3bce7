"""What no page may do, done with the house's own services in the house's own database.

`python -m tests.journeys.backstage hours NAME` is the one shortcut of the journeys:
120 学时 of the demonstration are ninety minutes of film and reading, so after the
person has studied a lesson in the browser the rest is posted to the ledger here, by
the service that a finished lesson uses, with its evidence.
`... keys ATTEMPT` tells which answers are right. The tests must know; no page says it.
"""

from __future__ import annotations

import json
import sys
from uuid import UUID

from sqlalchemy import select

from lms.accounts.models import Account
from lms.assembly import build
from lms.exams import queries as exams
from lms.hours import services as hours
from lms.kernel.clock import legal_day, system_clock
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.reports import exams as reports


def post_hours(name: str) -> dict[str, int]:
    """Post what a person still owes before the tests open. Units: hundredths."""
    posted = {}
    person_id = PersonId(
        db.session.scalars(select(Account.person_id).where(Account.name == name)).one()
    )
    db.session.rollback()
    with unit_of_work(HOUSE, clock=system_clock) as work:
        on = legal_day(work.now)
        for standing in reports.standings(work.session, person_id, on=on):
            sitting = standing.sitting
            for gap in standing.owed:
                place = f"{sitting.specialty.value}:{gap.track.value}"
                hours.post(
                    work,
                    person_id,
                    specialty=sitting.specialty,
                    track=gap.track,
                    credit=gap.missing,
                    association_id=sitting.association_id,
                    source=f"journey:{person_id}:{place}",
                )
                posted[place] = int(gap.missing)
    return posted


def keys(attempt_id: str) -> list[list[int]]:
    """Tell the right options, place by place, as the paper shows them."""
    found = exams.right_answers(db.session(), UUID(attempt_id))
    return [list(one) for one in found]


if __name__ == "__main__":
    command, subject = sys.argv[1:]
    with build().app_context():
        print(json.dumps(post_hours(subject) if command == "hours" else keys(subject)))
