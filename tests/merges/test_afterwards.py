"""After two accounts became one, what was one's can be acted on as the other's."""

from __future__ import annotations

from sqlalchemy import select

from lms.accounts.models import Learner
from lms.credentials import queries as credentials
from lms.credentials import services as certificates
from lms.kernel.clock import legal_day
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.make import credentials as graduates
from tests.make import people as make
from tests.make.merges import Pair


def test_a_certificate_that_came_over_is_replaced_for_who_holds_it_now(
    work: Work,
) -> None:
    pair = Pair(work)
    pair.goes = graduates.graduate(work, pair.here, serial=8)
    made = certificates.issue(
        work, pair.goes, Specialty.BUILDING, printer=graduates.PLAIN
    )
    make.learner_of(work, pair.goes, pair.here)
    pair.merged(work)

    anew = certificates.supersede(
        work, made, printer=graduates.PLAIN, reason="x", approvals=(new_id(),)
    )

    today = legal_day(work.now)
    held = {card.id for card in credentials.held(work.session, pair.stays, today)}
    assert anew in held
    gone = select(Learner).where(Learner.person_id == pair.goes)
    assert work.session.scalar(gone) is None
