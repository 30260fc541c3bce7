"""What a company's name may hold."""

from __future__ import annotations

from lms.kernel.work import Work
from lms.people import queries, services
from lms.people.rules import EmployerFacts, EmployerKind
from tests.make import companies as make
from tests.make import people
from tests.people.test_companies import own


def test_a_name_holds_nothing_that_is_not_seen(work: Work) -> None:
    made = people.account(work)
    facts = EmployerFacts(make.uscc(), "某某\u202e建筑\u200b公司")

    opened = services.open_company(
        own(work, made), made.account_id, facts, EmployerKind.DESIGN
    )

    assert queries.company(work.session, opened).name == "某某建筑公司"
