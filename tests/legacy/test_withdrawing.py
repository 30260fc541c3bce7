"""A file of an old platform is taken back whole, by two managers, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.approvals import queries as approvals
from lms.approvals.rules import ApprovalState
from lms.evidence import queries as evidence
from lms.hours import queries as ledger
from lms.hours import services as hours
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind
from lms.kernel.clock import start_of
from lms.kernel.credit import Credit
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.legacy import queries
from lms.legacy.models import (
    LegacyCertificate,
    LegacyHours,
    LegacyPerson,
    LegacyWithdrawn,
)
from lms.legacy.ports import Losses
from lms.legacy.queries import records, verifying, withdrawing
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.standing import ImportState
from lms.legacy.services import files, linking, merging, taking
from lms.legacy.services import withdrawing as services
from lms.notify.models import OutboxMessage
from lms.policy.model import Specialty, Track
from lms.registration.services.losses import flag_losses
from lms.reports import learning
from tests.make import legacy as make
from tests.make import people as make_people

Begin = Callable[..., Any]
SINCE, UNTIL = make.PERIOD
NUMBER = "蒙建教证字（2023）第 0081号"
WHY = "移交的是旧名册"


@pytest.fixture
def here(work: Work) -> AssociationId:
    return make_people.association(work)


@pytest.fixture
def brought(work: Work, here: AssociationId) -> dict[Kind, UUID]:
    """People, two lines of hours and a certificate, taken over."""
    files = make.brought(work, here)
    lines = [make.certificate(NUMBER)]
    return {
        **files,
        Kind.CERTIFICATES: make.taken(work, here, Kind.CERTIFICATES, lines),
    }


def put(work: Work, here: AssociationId, made: UUID) -> None:
    services.ask(make.hand(work, "manager"), here, made, WHY)


def agree(
    work: Work, here: AssociationId, made: UUID, *, losses: Losses = flag_losses
) -> ImportState:
    return say(make.hand(work, "manager"), here, made, losses=losses)


def say(
    work: Work,
    here: AssociationId,
    made: UUID,
    comment: str | None = None,
    *,
    losses: Losses = flag_losses,
) -> ImportState:
    """Say yes; with a comment, no."""
    told = comment or ""
    return services.decide(
        work, here, made, approved=comment is None, comment=told, losses=losses
    )


def back(work: Work, here: AssociationId, made: UUID) -> None:
    put(work, here, made)
    assert agree(work, here, made) is ImportState.WITHDRAWN


def credit(work: Work, person_id: PersonId) -> dict[Track, int]:
    found = ledger.tally(work.session, person_id, since=SINCE, until=UNTIL)
    return {track: int(sum_) for (_specialty, track), sum_ in found.items()}


def count(work: Work, table: Any) -> int:
    return work.session.scalar(select(func.count()).select_from(table)) or 0


def of_matter(work: Work, here: AssociationId, made: UUID) -> withdrawing.Uses:
    return withdrawing.uses(work.session, here, made, work.now.date())


# -- who says so --------------------------------------------------


def test_nothing_changes_before_a_second_manager_agrees(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    put(work, here, brought[Kind.HOURS])

    assert count(work, LegacyHours) == 2
    card = queries.one_import(work.session, here, brought[Kind.HOURS])
    assert card.state is ImportState.LEAVING
    assert card.withdrawal is not None
    assert card.withdrawal.reason == WHY


def test_who_proposed_never_agrees_nor_does_a_clerk(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    made, me = brought[Kind.HOURS], PersonId(new_id())
    own = make.hand(work, "manager", me)
    services.ask(own, here, made, WHY)

    with pytest.raises(Refused, match=r"approval\.own"):
        say(own, here, made)
    with pytest.raises(Refused, match=r"approval\.last_role"):
        say(make.hand(work, "clerk"), here, made)
    assert count(work, LegacyHours) == 2


def test_a_proposal_needs_a_reason_and_a_no_needs_one_too(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    made = brought[Kind.HOURS]
    with pytest.raises(Refused, match=r"legacy\.withdraw_reason"):
        services.ask(make.hand(work, "manager"), here, made, "  错了 ")
    put(work, here, made)
    with pytest.raises(Refused, match=r"approval\.no_comment"):
        say(make.hand(work, "manager"), here, made, " ")


def test_after_a_no_all_stands_and_it_may_be_proposed_again(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    made = brought[Kind.HOURS]
    put(work, here, made)
    manager = make.hand(work, "manager")
    state = say(manager, here, made, "名册没有错")

    assert state is ImportState.DONE
    assert count(work, LegacyHours) == 2
    back(work, here, made)


def test_who_proposed_may_recall_it_and_nobody_else(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    made, me = brought[Kind.HOURS], make.hand(work, "manager")
    services.ask(me, here, made, WHY)
    with pytest.raises(Refused, match=r"legacy\.not_asker"):
        services.recall(make.hand(work, "manager"), here, made)

    services.recall(me, here, made)
    card = queries.one_import(work.session, here, made)
    assert card.state is ImportState.DONE
    assert card.withdrawal is not None
    assert card.withdrawal.state is ApprovalState.WITHDRAWN


def test_another_association_finds_nothing_to_take_back(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    other, made = make_people.association(work), brought[Kind.HOURS]
    put(work, here, made)
    for deed in (
        lambda: services.ask(make.hand(work, "manager"), other, made, WHY),
        lambda: agree(work, other, made),
        lambda: services.recall(make.hand(work, "manager"), other, made),
        lambda: of_matter(work, other, made),
    ):
        with pytest.raises(NotFound):
            deed()


def test_it_waits_on_the_desk_of_every_manager_but_who_proposed_it(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    me = PersonId(new_id())
    services.ask(make.hand(work, "manager", me), here, brought[Kind.HOURS], WHY)

    assert records.to_decide(work.session, here, me) == (0, 0, 0)
    assert records.to_decide(work.session, here, PersonId(new_id())) == (0, 1, 0)


@pytest.mark.parametrize("state", ["draft", "asked", "withdrawn"])
def test_only_what_was_taken_over_is_taken_back_and_once(
    work: Work, here: AssociationId, state: str
) -> None:
    made = make.laid(work, here, make.upload(Kind.PEOPLE, make.person()))
    if state != "draft":
        files.ask(make.hand(work, "clerk"), here, made, "旧平台公司移交")
    if state == "withdrawn":
        manager = make.hand(work, "manager")
        files.decide(manager, here, made, approved=True, comment="")
        assert not taking.take_some(work, made)
        back(work, here, made)
    with pytest.raises(Conflict, match=r"legacy\.moved"):
        put(work, here, made)


# -- what becomes of the rows --------------------------------------------------


def test_hours_that_were_posted_count_no_more_and_the_book_says_why(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    assert credit(work, me) == {Track.REQUIRED: 1200, Track.ELECTIVE: 850}
    back(work, here, brought[Kind.HOURS])

    assert credit(work, me) == {Track.REQUIRED: 0, Track.ELECTIVE: 0}
    assert count(work, HoursEntry) == 4
    place = Specialty.BUILDING, Track.REQUIRED
    shown = learning.posting_rows(work.session, me, place, make.PERIOD)
    assert [(int(row.credit), row.title) for row in shown] == [
        (-1200, "深基坑安全"),
        (1200, "深基坑安全"),
    ]
    assert evidence.verify(work.session, f"person:{me}").intact
    assert evidence.verify(work.session, f"association:{here}").intact
    said = work.session.scalars(select(OutboxMessage.template)).all()
    assert "legacy_withdrawn" in said


def test_hours_that_nobody_had_leave_no_trace_but_in_the_book_of_the_association(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    back(work, here, brought[Kind.HOURS])

    assert count(work, LegacyHours) == count(work, LegacyWithdrawn) == 0
    kinds = [one.kind for one in evidence.whole(work.session, f"association:{here}")]
    assert kinds[-1] == "legacy.withdrawn"


def test_an_old_number_answers_that_the_association_took_it_back(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    back(work, here, brought[Kind.CERTIFICATES])
    told = verifying.answers(work.session, NUMBER, "张建国")

    assert told.certificates == ()
    assert [one.withdrawn_at for one in told.withdrawn] == [work.now]
    assert verifying.answers(work.session, NUMBER, "李秀英").withdrawn == ()


def test_the_same_file_comes_again_and_then_answers_for_itself(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    for kind in (Kind.CERTIFICATES, Kind.HOURS, Kind.PEOPLE):
        back(work, here, brought[kind])
    assert records.linked_to(work.session, me) == ()
    make.taken(work, here, Kind.PEOPLE, [make.person()])
    make.taken(work, here, Kind.HOURS, [make.hours()])
    make.taken(work, here, Kind.CERTIFICATES, [make.certificate(NUMBER)])
    linking.claim(work, me)

    assert credit(work, me)[Track.REQUIRED] == 1200
    told = verifying.answers(work.session, NUMBER, "张建国")
    assert (len(told.certificates), told.withdrawn) == (1, ())


def test_a_person_who_asked_for_a_record_is_asked_about_no_more(
    work: Work, here: AssociationId
) -> None:
    made = make.taken(work, here, Kind.PEOPLE, [make.person(phone="13700007777")])
    linking.claim(work, make.owner(work))
    question = work.session.scalars(select(LegacyPerson.question_id)).one()
    assert of_matter(work, here, made).asking == 1
    back(work, here, made)

    assert question is not None
    assert approvals.approval(work.session, question).state is ApprovalState.WITHDRAWN
    assert records.link_requests(work.session, here) == ()


def test_a_merged_person_loses_what_the_merge_brought(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    goes = make.owner(work)
    linking.claim(work, goes)
    stays = make.owner(work, number=make.LI, name="李秀英", phone="13700007777")
    hours.take_over(work, goes, stays, "m1", {})
    merging.take_over(work, goes, stays)
    back(work, here, brought[Kind.HOURS])

    assert set(credit(work, goes).values()) == {0}
    assert set(credit(work, stays).values()) == {0}


def test_who_is_forgotten_is_found_by_no_withdrawn_number(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    back(work, here, brought[Kind.CERTIFICATES])
    linking.forget(work, me)

    assert verifying.answers(work.session, NUMBER, "张建国").withdrawn == ()


# -- what stands against it --------------------------------------------------


def test_people_stay_while_hours_or_certificates_hang_on_them(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    found = of_matter(work, here, brought[Kind.PEOPLE])

    assert {one.id for one in found.hanging} == {
        brought[Kind.HOURS],
        brought[Kind.CERTIFICATES],
    }
    with pytest.raises(Refused, match=r"legacy\.in_use") as refused:
        put(work, here, brought[Kind.PEOPLE])
    assert refused.value.reasons == ("legacy.hangs",)


def test_hours_of_which_a_correction_took_some_stay(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    _correct(work, here, me, -300)
    found = of_matter(work, here, brought[Kind.HOURS])
    assert found.corrected == (me,)
    with pytest.raises(Refused, match=r"legacy\.in_use"):
        put(work, here, brought[Kind.HOURS])

    _correct(work, here, me, 300)
    back(work, here, brought[Kind.HOURS])


def _correct(work: Work, here: AssociationId, me: PersonId, credit_: int) -> None:
    hours.post(
        work, me, specialty=Specialty.BUILDING, track=Track.REQUIRED,
        credit=Credit(credit_), association_id=here, source=f"approval:{new_id()}",
        kind=EntryKind.ADJUSTMENT, earned_at=start_of(make.PERIOD[0]),
    )  # fmt: skip


def test_what_comes_to_stand_against_it_after_the_proposal_is_told_at_the_yes(
    work: Work, here: AssociationId
) -> None:
    made = make.taken(work, here, Kind.PEOPLE, [make.person()])
    put(work, here, made)
    make.taken(work, here, Kind.HOURS, [make.hours()])

    with pytest.raises(Refused, match=r"legacy\.in_use"):
        agree(work, here, made)


def test_it_says_who_has_it_and_which_later_files_left_the_same_out(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    rows = [make.hours(), make.hours("3", old="H9")]
    make.taken(work, here, Kind.HOURS, rows)
    found = of_matter(work, here, brought[Kind.HOURS])

    assert (found.rows, found.credit, found.owners) == (2, 2050, 1)
    assert [(one.person_id, one.name) for one in found.named] == [(me, "张建国")]
    assert found.skipped_later == 1


def test_a_file_put_before_is_looked_at_again_once_its_people_are_gone(
    work: Work, here: AssociationId
) -> None:
    made = make.taken(work, here, Kind.PEOPLE, [make.person()])
    waits = make.laid(work, here, make.upload(Kind.HOURS, make.hours()))
    files.ask(make.hand(work, "clerk"), here, waits, "旧平台公司移交")
    back(work, here, made)

    with pytest.raises(Conflict, match=r"legacy\.stale"):
        files.decide(make.hand(work, "manager"), here, waits, approved=True, comment="")
    assert count(work, LegacyCertificate) == 0
