"""Who is to lose a registration is told, is heard, and gets the decision on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.registration.models import BarRow
from lms.registration.queries import audits as queries
from lms.registration.queries import letters
from lms.registration.rules.audits import HEARING_DAYS, AuditState, Ground
from lms.registration.rules.letters import LetterKind
from lms.registration.services import audits
from lms.registration.services.audits import Answer
from tests.registration.ground import messages
from tests.registration.test_audits import case, decided, granted, proposed
from tests.registration.walk import PRESS, as_


def paper(work: Work, person_id: PersonId) -> str:
    (application_id,) = {
        one.application_id for one in queries.of_person(work.session, person_id)
    }
    (made,) = (
        one.letter
        for one in letters.letters(work.session, application_id)
        if one.kind is LetterKind.REVOCATION
    )
    return "".join((*made.paragraphs, *made.after))


def test_a_proposal_to_revoke_is_told_to_both(work: Work) -> None:
    proposed(work, granted(work))

    assert messages("audit_proposed") == 2


def test_nobody_revokes_while_the_person_may_still_be_heard(work: Work) -> None:
    who = granted(work)
    one = proposed(work, who)
    found = one.found_at
    assert found is not None
    assert one.due_on == legal_day(found) + timedelta(days=HEARING_DAYS)
    there = replace(as_(work, who.approver), now=found)

    early = Answer(new_id(), "情况属实", Ground.FRAUD)
    with pytest.raises(Refused, match=r"audit\.unheard"):
        audits.decide(there, one.id, early, printer=PRESS)
    assert case(work, one).state is AuditState.PROPOSED

    stands = Answer(new_id(), "证据不足，不撤销")
    audits.decide(there, one.id, stands, printer=PRESS)
    assert case(work, one).state is AuditState.SOUND


@pytest.mark.parametrize(
    ("ground", "bars", "said"),
    [(Ground.FRAUD, 1, "三年内不得再次申请"), (Ground.OTHER, 0, "不限制你")],
)
def test_the_decision_is_on_paper_and_bars_only_for_fraud(
    work: Work, ground: Ground, bars: int, said: str
) -> None:
    who = granted(work)
    one = proposed(work, who)

    decided(work, who.approver, one, revoke=ground)

    person_id = who.person.person_id
    wanted = select(BarRow).where(BarRow.person_id == person_id)
    assert len(work.session.scalars(wanted).all()) == bars
    words = paper(work, person_id)
    assert said in words
    assert "情况属实，予以办理" in words
    assert "四川省人民政府申请行政复议" in words
