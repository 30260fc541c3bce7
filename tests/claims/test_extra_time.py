"""More time in tests: asked by the person or a clerk, decided by a manager."""

from __future__ import annotations

from typing import Any

import pytest

from lms.claims import queries, services
from lms.claims.rules import ClaimKind, Stage, Wanted
from lms.claims.services import Answer, Application
from lms.evidence import queries as evidence
from lms.exams import queries as exams
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.reports import acts
from tests.claims.test_services import granted, here, me, say
from tests.make import claims as make
from tests.make import credentials as graduates

__all__ = ["here", "me"]
NO = Answer(False, "材料看不清")


def application(percent: int = 50) -> Application:
    wanted = Wanted(ClaimKind.EXTRA_TIME, Specialty.BUILDING, percent=percent)
    return Application(wanted, "右手骨折，书写缓慢", (make.paper(),))


def extra(work: Work, me: PersonId, here: AssociationId) -> int:
    return exams.extra_percent(work.session, me, here, on=legal_day(work.now))


def ask(work: Work, me: PersonId, here: AssociationId, percent: int = 50) -> Any:
    return services.ask(make.own(work, me), me, here, application(percent))


def test_two_persons_grant_it_until_the_registration_ends(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    claim = ask(work, me, here)
    assert extra(work, me, here) == 0

    card = granted(work, claim, here)

    assert card.stage is Stage.GRANTED
    assert card.facts == {"percent": 50}
    assert extra(work, me, here) == 50
    until = graduates.PERIOD[1]
    assert exams.extra_percent(work.session, me, here, on=until) == 50
    told = [one.kind for one in evidence.lines(work.session, f"person:{me}")]
    assert told.count("exam.time_given") == 1
    shown = [one for one in acts.of_person(work.session, me) if one.what == "longer"]
    assert [one.matter for one in shown] == ["50"]


def test_one_word_gives_nothing_and_a_no_neither(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    claim = ask(work, me, here)

    say(make.staff(work, "clerk", here), claim, here)
    assert extra(work, me, here) == 0
    say(make.staff(work, "manager", here), claim, here, NO)
    assert extra(work, me, here) == 0
    assert queries.owned(work.session, me, claim).stage is Stage.REFUSED


def test_a_clerk_asks_for_somebody_and_a_manager_alone_decides(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    clerk = make.staff(work, "clerk", here)
    claim = services.ask(clerk, me, here, application(100))

    with pytest.raises(Refused, match=r"approval\.own"):
        say(clerk, claim, here)
    say(make.staff(work, "manager", here), claim, here)

    assert extra(work, me, here) == 100


def test_another_share_and_a_second_question_are_refused(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    with pytest.raises(Refused) as refused:
        ask(work, me, here, percent=60)
    assert refused.value.reasons == ("exam.extra_time",)

    ask(work, me, here)
    with pytest.raises(Conflict, match=r"claim\.open"):
        ask(work, me, here)
