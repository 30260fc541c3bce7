"""Hours that are taken back never leave a certificate standing unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lms.claims import queries, services
from lms.claims.queries.resting import resting
from lms.claims.rules import ClaimKind, Inherited, Stage
from lms.claims.services import Answer
from lms.credentials import queries as credentials
from lms.credentials import services as issuing
from lms.evidence import queries as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId, CertificateId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track
from tests.make import claims as make
from tests.make import credentials as graduates

YES, NO = Answer(True, "属实"), Answer(False, "不成立")


@pytest.fixture
def here(work: Work) -> AssociationId:
    return graduates.association(work)


@pytest.fixture
def me(work: Work, here: AssociationId) -> PersonId:
    return graduates.graduate(work, here)


@pytest.fixture
def held(work: Work, me: PersonId) -> CertificateId:
    return issue(work, me)


def issue(work: Work, me: PersonId) -> CertificateId:
    return issuing.issue(work, me, Specialty.BUILDING, printer=graduates.PLAIN)


def say(work: Work, claim: Any, here: AssociationId, answer: Answer = YES) -> Any:
    return services.decide(
        work, claim, answer, association_id=here, printer=graduates.PLAIN
    )


def taken(work: Work, me: PersonId, here: AssociationId, credit: int = -300) -> Any:
    """Take hours back by two members of staff; give the adjustment's claim."""
    put = make.application(
        make.hours(ClaimKind.ADJUSTMENT, credit=credit, occurred_on=legal_day(work.now))
    )
    claim = services.ask(make.staff(work, "manager", here), me, here, put)
    say(make.staff(work, "manager", here), claim, here)
    return claim


def asked(work: Work, me: PersonId) -> list[queries.ClaimCard]:
    """List what the house itself has asked."""
    found = queries.claims_of(work.session, me)
    return [one for one in found if one.approval.asked_role == "house"]


def state(work: Work, me: PersonId, held: CertificateId) -> str:
    card = credentials.owned(work.session, me, held, legal_day(work.now))
    return card.verdict.value


def both(work: Work, claim: Any, here: AssociationId, answer: Answer = YES) -> Any:
    say(make.staff(work, "clerk", here), claim, here)
    return say(make.staff(work, "manager", here), claim, here, answer)


def test_a_certificate_that_is_not_earned_any_more_is_put_before_two_persons(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    behind = taken(work, me, here)

    (claim,) = asked(work, me)
    assert (claim.kind, claim.certificate_id) == (ClaimKind.REVOCATION, held)
    assert (claim.stage, claim.question.needs) == (Stage.CHECKING, 2)
    assert claim.facts["behind"] == str(behind)
    assert (claim.facts["says"], claim.facts["has"]) == ([6000, 6000], [5700, 6000])
    assert state(work, me, held) == "valid"
    assert claim.id in {one.id for one in queries.waiting(work.session, here)}
    assert evidence.verify(work.session, f"person:{me}").intact


def test_two_say_yes_and_it_is_revoked_and_may_be_appealed(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    taken(work, me, here)
    (claim,) = asked(work, me)
    manager = make.staff(work, "manager", here)
    with pytest.raises(Refused, match=r"approval\.first_role"):
        say(manager, claim.id, here)

    both(work, claim.id, here)

    assert state(work, me, held) == "revoked"
    assert queries.owned(work.session, me, claim.id).may_appeal


def test_a_no_leaves_it_as_it_is(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    taken(work, me, here)
    (claim,) = asked(work, me)

    say(make.staff(work, "clerk", here), claim.id, here, NO)

    assert state(work, me, held) == "valid"


def test_who_still_has_what_the_law_asks_gets_the_right_hours_printed(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    graduates.credit(work, me, here, required=600, elective=0)
    held = issue(work, me)
    taken(work, me, here)
    (claim,) = asked(work, me)

    both(work, claim.id, here)

    assert claim.kind is ClaimKind.REISSUE
    old = credentials.owned(work.session, me, held, legal_day(work.now))
    assert old.verdict == "superseded"
    assert old.successor is not None
    new = credentials.owned(work.session, me, old.successor, legal_day(work.now))
    assert new.facts.hours[0].required == 6300


def test_hours_earned_since_cover_what_is_taken(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    graduates.credit(work, me, here, required=600, elective=0)

    taken(work, me, here)

    assert asked(work, me) == []


def test_it_is_asked_once_however_often_hours_are_taken(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    taken(work, me, here)
    taken(work, me, here)

    assert len(asked(work, me)) == 1


def test_the_hours_of_another_association_concern_it_not(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    there = graduates.association(work, code="GZJX", name="贵州示例协会")
    graduates.credit(work, me, there, required=600, elective=0)

    taken(work, me, there)

    assert asked(work, me) == []


def test_what_is_revoked_already_is_not_asked_about(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    issuing.revoke(work, held, reason="x", approvals=(new_id(),))

    taken(work, me, here)

    assert asked(work, me) == []


def test_hours_that_an_appeal_brought_back_stop_the_revocation(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    behind = taken(work, me, here)
    for role in ("clerk", "manager"):
        make.staff(work, role, here)
    services.appeal(make.own(work, me), me, behind, "学时没有错，请再看")
    both(work, behind, here)
    (claim,) = asked(work, me)

    say(make.staff(work, "clerk", here), claim.id, here)
    with pytest.raises(Conflict, match=r"claim\.hours_back"):
        say(make.staff(work, "manager", here), claim.id, here)

    assert state(work, me, held) == "valid"


def test_a_certificate_that_rests_on_hours_is_found_until_it_is_revoked(
    work: Work, me: PersonId, here: AssociationId, held: CertificateId
) -> None:
    today = legal_day(work.now)
    other = AssociationId(new_id())
    first, foreign = (
        Inherited(new_id(), me, house, Specialty.BUILDING, Track.REQUIRED, 300, today)
        for house in (here, other)
    )

    assert [one.id for one in resting(work.session, [first], today)] == [held]
    assert resting(work.session, [foreign], today) == ()
    behind = replace(first, earned_on=date(2019, 1, 1))
    assert resting(work.session, [behind], today) == ()
    put = make.application(
        replace(make.hours(ClaimKind.REVOCATION), credit=0), certificate_id=held
    )
    claim = services.ask(make.staff(work, "clerk", here), me, here, put)
    say(make.staff(work, "manager", here), claim, here)
    assert resting(work.session, [first], today) == ()
