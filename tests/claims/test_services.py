"""A claim's way: asked by one, decided by others, carried out once."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from lms.approvals.rules import ApprovalState
from lms.claims import queries, services
from lms.claims.rules import ClaimKind, Stage
from lms.claims.services import Answer, Application
from lms.credentials import queries as credentials
from lms.credentials import services as issuing
from lms.evidence import queries as evidence
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.hours import queries as hours
from lms.hours.rules import EntryKind
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.people import queries as people
from lms.policy.model import Specialty, Track
from tests.make import claims as make
from tests.make import credentials as graduates

YES, NO = Answer(True, "属实"), Answer(False, "材料看不清")
ELECTIVE = (Specialty.BUILDING, Track.ELECTIVE)


@pytest.fixture
def here(work: Work) -> AssociationId:
    return graduates.association(work)


@pytest.fixture
def me(work: Work, here: AssociationId) -> PersonId:
    return graduates.constructor(work)


def say(work: Work, claim: Any, here: AssociationId, answer: Answer = YES) -> Any:
    return services.decide(
        work, claim, answer, association_id=here, printer=graduates.PLAIN
    )


def granted(work: Work, claim: Any, here: AssociationId) -> Any:
    manager = make.staff(work, "manager", here)
    say(make.staff(work, "clerk", here), claim, here)
    return say(manager, claim, here)


def tally(work: Work, me: PersonId) -> Any:
    since, until = graduates.PERIOD
    return hours.tally(work.session, me, since=since, until=until)


def postings(work: Work, me: PersonId) -> Any:
    since, until = graduates.PERIOD
    return hours.postings(work.session, me, since=since, until=until)


def test_a_claim_posts_once_with_the_managers_yes(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    claim = make.asked(work, me, here)
    clerk = make.staff(work, "clerk", here)

    assert say(clerk, claim, here).stage is Stage.DECIDING
    assert postings(work, me) == ()
    card = say(make.staff(work, "manager", here), claim, here)

    assert (card.stage, card.applied_at) == (Stage.GRANTED, work.now)
    (entry,) = postings(work, me)
    assert (entry.kind, entry.credit, entry.track) == (
        EntryKind.SUBSTITUTION, 2000, Track.ELECTIVE,
    )  # fmt: skip
    assert (entry.source, entry.earned_on) == (f"approval:{claim}", make.DAY)
    assert evidence.verify(work.session, f"person:{me}").intact
    with pytest.raises(Conflict, match=r"approval\.ended"):
        say(make.staff(work, "manager", here), claim, here)


def test_nobody_checks_what_they_made_nor_what_is_their_own(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    claim = make.asked(work, me, here)
    with pytest.raises(Refused, match=r"approval\.own"):
        say(make.staff(work, "clerk", here, person=me), claim, here)

    clerk = new_id()
    say(make.staff(work, "clerk", here, person=clerk), claim, here)
    with pytest.raises(Refused, match=r"approval\.heard"):
        # The same person by a second account, and a manager there.
        say(make.staff(work, "manager", here, person=clerk), claim, here)
    with pytest.raises(Refused, match=r"approval\.last_role"):
        say(make.staff(work, "clerk", here), claim, here)
    assert postings(work, me) == ()


def test_what_staff_ask_another_manager_decides_even_where_one_clerk_works(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    work.session.execute(text("UPDATE associations SET two_person = false"))
    manager = make.staff(work, "manager", here)
    put = make.application(make.hours(ClaimKind.ADJUSTMENT, credit=300))
    claim = services.ask(manager, me, here, put)

    with pytest.raises(Refused, match=r"approval\.own"):
        say(manager, claim, here)
    with pytest.raises(Refused, match=r"approval\.last_role"):
        say(make.staff(work, "clerk", here), claim, here)
    with pytest.raises(Refused, match=r"approval\.own"):
        say(make.staff(work, "manager", here, person=me), claim, here)
    say(make.staff(work, "manager", here), claim, here)

    assert tally(work, me)[Specialty.BUILDING, Track.REQUIRED] == 300


def test_a_manager_does_not_begin(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    claim = make.asked(work, me, here)

    with pytest.raises(Refused, match=r"approval\.first_role"):
        say(make.staff(work, "manager", here), claim, here)
    card = say(make.staff(work, "manager", here), claim, here, NO)
    assert card.stage is Stage.REFUSED


def test_another_associations_claim_is_not_found(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    there = graduates.association(work, code="BTJX", name="另一协会")
    claim = make.asked(work, me, here)
    file_id = queries.owned(work.session, me, claim).files[0].id
    foreign = make.staff(work, "clerk", there)

    with pytest.raises(NotFound):
        say(foreign, claim, there)
    with pytest.raises(NotFound):
        services.look(foreign, claim, file_id, association_id=there, reason="看看材料")
    with pytest.raises(NotFound):
        queries.owned(work.session, PersonId(new_id()), claim)
    assert queries.waiting(work.session, there) == ()
    assert len(queries.waiting(work.session, here)) == 1


def test_a_claim_needs_reason_and_paper_and_one_paper_counts_once(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    own, wanted = make.own(work, me), make.work_outside()
    for over, code in (
        ({"papers": ()}, "claim.no_paper"),
        ({"reason": " "}, "claim.reason"),
        ({"papers": (make.paper(),) * 6}, "claim.many_papers"),
    ):
        with pytest.raises(Refused) as refused:
            services.ask(own, me, here, make.application(wanted, **over))
        assert refused.value.reasons == (code,)

    same = {"papers": (make.paper("同一本书"),)}
    services.ask(own, me, here, make.application(wanted, **same))
    with pytest.raises(Refused, match=r"claim\.paper_used"):
        services.ask(own, me, here, make.application(wanted, **same))


def test_papers_lie_sealed_and_every_look_is_on_the_record(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    put = make.application(make.work_outside(), papers=(make.paper("出版合同"),))
    claim = services.ask(make.own(work, me), me, here, put)
    (file,) = queries.owned(work.session, me, claim).files
    kept = work.session.scalar(text("SELECT body FROM claim_files"))
    assert "出版合同".encode() not in bytes(kept)

    opened = services.look(
        make.staff(work, "clerk", here),
        claim,
        file.id,
        association_id=here,
        reason="办理学员申请",
    )

    assert opened == ("image/jpeg", "出版合同".encode())
    assert [one.what for one in people.looks(work.session, me)] == ["claim_file"]


def test_a_no_tells_why_and_is_appealed_once_to_others(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    claim = make.asked(work, me, here)
    first = new_id()
    say(make.staff(work, "clerk", here, person=first), claim, here, NO)
    own = make.own(work, me)
    told = work.session.scalars(select(OutboxMessage.template)).all()
    assert told == ["claim_decided"]

    services.appeal(own, me, claim, "材料重新拍过了")
    assert queries.owned(work.session, me, claim).stage is Stage.APPEALED
    with pytest.raises(Refused, match=r"approval\.before"):
        say(make.staff(work, "clerk", here, person=first), claim, here)
    card = granted(work, claim, here)

    assert card.stage is Stage.GRANTED
    (entry,) = postings(work, me)
    assert entry.source == f"approval:{card.appeal.id}"
    with pytest.raises(Refused, match=r"claim\.no_appeal"):
        services.appeal(own, me, claim, "还要再申诉")


def test_a_claim_can_be_taken_back_by_who_asked_and_nobody_else(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    claim = make.asked(work, me, here)
    with pytest.raises(NotFound):
        services.withdraw(make.staff(work, "clerk", here), claim)

    services.withdraw(make.own(work, me), claim)

    card = queries.owned(work.session, me, claim)
    assert (card.stage, card.may_appeal) == (Stage.WITHDRAWN, False)
    with pytest.raises(Conflict, match=r"approval\.ended"):
        granted(work, claim, here)


def test_the_tally_counts_no_more_than_the_cap(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    for _ in range(4):
        granted(work, make.asked(work, me, here), here)

    assert tally(work, me)[ELECTIVE] == 6000
    assert sum(entry.credit for entry in postings(work, me)) == 8000


def test_nobody_is_left_with_less_than_nothing(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    taken = make.hours(ClaimKind.ADJUSTMENT, credit=-100)
    claim = make.asked(work, me, here, taken)
    say(make.staff(work, "clerk", here), claim, here)

    with pytest.raises(Conflict, match=r"claim\.below_zero"):
        say(make.staff(work, "manager", here), claim, here)


def test_hours_taken_by_staff_come_back_when_the_appeal_is_heard(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    graduates.credit(work, me, here)
    put = make.application(make.hours(ClaimKind.ADJUSTMENT, credit=-500))
    claim = services.ask(make.staff(work, "clerk", here), me, here, put)
    say(make.staff(work, "manager", here), claim, here)
    assert tally(work, me)[Specialty.BUILDING, Track.REQUIRED] == 5500

    services.appeal(make.own(work, me), me, claim, "我确实学了这门课")
    granted(work, claim, here)

    assert tally(work, me)[Specialty.BUILDING, Track.REQUIRED] == 6000


def test_a_certificate_is_revoked_and_reissued_by_two(
    work: Work, here: AssociationId
) -> None:
    me = graduates.graduate(work, here, serial=3)
    on = legal_day(work.now)
    first = issuing.issue(work, me, Specialty.BUILDING, printer=graduates.PLAIN)
    reissue = make.application(
        replace(make.hours(ClaimKind.REISSUE), credit=0), certificate_id=first
    )
    own = make.own(work, me)
    claim = services.ask(own, me, here, reissue)
    with pytest.raises(Conflict, match=r"claim\.open"):
        services.ask(own, me, here, reissue)
    granted(work, claim, here)
    states = [one.verdict for one in credentials.held(work.session, me, on)]
    assert states == ["valid", "superseded"]

    second = credentials.held(work.session, me, on)[0].id
    revoke = make.application(
        replace(make.hours(ClaimKind.REVOCATION), credit=0), certificate_id=second
    )
    with pytest.raises(Refused, match=r"claim\.kind"):
        services.ask(own, me, here, revoke)
    claim = services.ask(make.staff(work, "clerk", here), me, here, revoke)
    card = say(make.staff(work, "manager", here), claim, here)

    states = [one.verdict for one in credentials.held(work.session, me, on)]
    assert states == ["revoked", "superseded"]
    assert card.may_appeal


def test_nothing_is_reissued_while_its_revocation_is_undecided(
    work: Work, here: AssociationId
) -> None:
    me = graduates.graduate(work, here, serial=5)
    held = issuing.issue(work, me, Specialty.BUILDING, printer=graduates.PLAIN)

    def put(kind: ClaimKind) -> Application:
        return make.application(
            replace(make.hours(kind), credit=0), certificate_id=held
        )

    own = make.own(work, me)
    early = services.ask(own, me, here, put(ClaimKind.REISSUE))
    clerk = make.staff(work, "clerk", here)
    say(make.staff(work, "clerk", here), early, here)
    services.ask(clerk, me, here, put(ClaimKind.REVOCATION))

    with pytest.raises(Conflict, match=r"claim\.revoking"):
        say(make.staff(work, "manager", here), early, here)
    work.session.rollback()


def test_a_locked_test_opens_by_two(work: Work, me: PersonId, here: Any) -> None:
    wanted = replace(make.hours(ClaimKind.UNLOCK), credit=0)
    with pytest.raises(Refused, match=r"unlock\.not_locked"):
        make.asked(work, me, here, wanted)
    for n in (1, 2, 3):
        _failed(work, me, here, n)

    claim = make.asked(work, me, here, wanted)
    other = make.asked(work, graduates.constructor(work, serial=9), here)
    granted(work, claim, here)

    assert queries.owned(work.session, me, claim).applied_at == work.now
    assert [one.id for one in queries.waiting(work.session, here)] == [other]


def _failed(work: Work, me: PersonId, here: AssociationId, n: int) -> None:
    graduates.passed(work, me, here, score=40)
    row = work.session.scalars(
        select(Attempt).where(Attempt.state == AttemptState.GRADED, Attempt.n == 1)
    ).one()
    row.n = 10 - n
    work.session.flush()


def test_when_the_world_moved_on_nothing_is_decided(
    work: Work, here: AssociationId
) -> None:
    me = graduates.graduate(work, here, serial=4)
    held = issuing.issue(work, me, Specialty.BUILDING, printer=graduates.PLAIN)
    put = make.application(
        replace(make.hours(ClaimKind.REISSUE), credit=0), certificate_id=held
    )
    claim = services.ask(make.own(work, me), me, here, put)
    say(make.staff(work, "clerk", here), claim, here)
    issuing.revoke(work, held, reason="test", approvals=(new_id(),))

    nested = work.session.begin_nested()
    with pytest.raises(Conflict, match=r"claim\.stale"):
        say(make.staff(work, "manager", here), claim, here)
    nested.rollback()
    assert queries.owned(work.session, me, claim).question.state is ApprovalState.OPEN
