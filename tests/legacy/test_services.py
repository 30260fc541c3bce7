"""Files of an old platform are agreed to by two, and its people prove who they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.approvals.rules import ApprovalState
from lms.claims.rules import Inherited
from lms.claims.services.deciding import inherit
from lms.evidence import queries as evidence
from lms.hours import queries as ledger
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.legacy import queries
from lms.legacy.models import LegacyHours, LegacyImport, LegacyPerson
from lms.legacy.queries import records, verifying
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.standing import ImportState, Proof
from lms.legacy.services import files, linking, taking
from lms.policy.model import Specialty, Track
from tests.make import legacy as make
from tests.make import people as make_people

Begin = Callable[..., Any]
SINCE, UNTIL = make.PERIOD
NUMBER = "蒙建教证字（2023）第 0081号"


@pytest.fixture
def here(work: Work) -> AssociationId:
    return make_people.association(work)


@pytest.fixture
def taken(work: Work, here: AssociationId) -> None:
    make.taken(work, here, Kind.PEOPLE, [make.person()])
    lines = [make.hours(), make.hours("8.5", old="H2", track="选修")]
    make.taken(work, here, Kind.HOURS, lines)
    make.taken(work, here, Kind.CERTIFICATES, [make.certificate(NUMBER)])


def credit(work: Work, person_id: PersonId) -> dict[Track, int]:
    found = ledger.tally(work.session, person_id, since=SINCE, until=UNTIL)
    return {track: int(sum_) for (_specialty, track), sum_ in found.items()}


def record_of(work: Work) -> LegacyPerson:
    return work.session.scalars(select(LegacyPerson)).one()


# -- files ------------------------------------------------------------


def test_nothing_of_a_file_is_there_before_a_second_person_agrees(
    work: Work, here: AssociationId
) -> None:
    made = make.laid(work, here, make.upload(Kind.PEOPLE, make.person()))
    clerk = make.hand(work, "clerk")
    files.ask(clerk, here, made, "旧平台公司移交")

    assert not taking.take_some(work, made)
    assert work.session.scalar(select(func.count(LegacyPerson.id))) == 0


def test_who_put_a_file_never_agrees_to_it_nor_does_a_clerk(
    work: Work, here: AssociationId
) -> None:
    made = make.laid(work, here, make.upload(Kind.PEOPLE, make.person()))
    me = PersonId(new_id())
    files.ask(make.hand(work, "manager", me), here, made, "旧平台公司移交")

    with pytest.raises(Refused, match=r"approval\.own"):
        files.decide(
            make.hand(work, "manager", me), here, made, approved=True, comment=""
        )
    with pytest.raises(Refused, match=r"approval\.last_role"):
        files.decide(make.hand(work, "clerk"), here, made, approved=True, comment="")


def test_one_wrong_row_keeps_the_whole_file_out(
    work: Work, here: AssociationId
) -> None:
    bad = make.person(make.LI, name="李秀英", phone="12", old="X2")
    made = make.laid(work, here, make.upload(Kind.PEOPLE, make.person(), bad))

    with pytest.raises(Refused, match=r"legacy\.flawed"):
        files.ask(make.hand(work, "clerk"), here, made, "旧平台公司移交")


def test_the_same_file_again_brings_nothing_and_a_changed_row_is_told(
    work: Work, here: AssociationId, taken: None
) -> None:
    again = make.laid(work, here, make.upload(Kind.HOURS, make.hours()))
    with pytest.raises(Refused, match=r"legacy\.nothing_new"):
        files.ask(make.hand(work, "clerk"), here, again, "旧平台公司移交")

    changed = make.laid(work, here, make.upload(Kind.HOURS, make.hours("13")))
    with pytest.raises(Refused, match=r"legacy\.flawed"):
        files.ask(make.hand(work, "clerk"), here, changed, "旧平台公司移交")


def test_a_grown_file_brings_only_what_is_new(
    work: Work, here: AssociationId, taken: None
) -> None:
    rows = [make.hours(), make.hours("3", old="H9")]
    made = make.taken(work, here, Kind.HOURS, rows)
    card = queries.one_import(work.session, here, made)

    assert (card.rows, card.new_rows, card.state) == (2, 1, ImportState.DONE)
    assert work.session.scalar(select(func.count(LegacyHours.id))) == 3


def test_hours_without_a_person_or_under_another_name_are_refused(
    work: Work, here: AssociationId, taken: None
) -> None:
    for row in (
        make.hours(number=make.LI, name="李秀英", old="H5"),
        make.hours(name="张国建", old="H6"),
    ):
        made = make.laid(work, here, make.upload(Kind.HOURS, row))
        with pytest.raises(Refused, match=r"legacy\.flawed"):
            files.ask(make.hand(work, "clerk"), here, made, "旧平台公司移交")


def test_what_no_longer_fits_when_it_is_agreed_to_is_not_taken(
    work: Work, here: AssociationId, taken: None
) -> None:
    def put(old: str) -> UUID:
        row = make.hours("48", old=old, on="2025-06-01")
        made = make.laid(work, here, make.upload(Kind.HOURS, row))
        files.ask(make.hand(work, "clerk"), here, made, "旧平台公司移交")
        return made

    first, second = put("Z1"), put("Z2")
    manager = make.hand(work, "manager")
    files.decide(manager, here, first, approved=True, comment="")
    with pytest.raises(Conflict, match=r"legacy\.busy"):
        files.decide(manager, here, second, approved=True, comment="")
    while taking.take_some(work, first):
        pass


def test_a_file_is_seen_and_decided_by_its_own_association_alone(
    work: Work, here: AssociationId
) -> None:
    other = make_people.association(work)
    made = make.laid(work, here, make.upload(Kind.PEOPLE, make.person()))

    for deed in (
        lambda: queries.one_import(work.session, other, made),
        lambda: files.drop(work, other, made),
        lambda: files.ask(make.hand(work, "clerk"), other, made, "旧平台公司移交"),
    ):
        with pytest.raises(NotFound):
            deed()


def test_the_cells_are_gone_once_the_file_is_taken_or_sent_back(
    work: Work, here: AssociationId
) -> None:
    done = make.taken(work, here, Kind.PEOPLE, [make.person()])
    back = make.laid(
        work, here, make.upload(Kind.PEOPLE, make.person(make.LI, old="X2"))
    )
    files.ask(make.hand(work, "clerk"), here, back, "旧平台公司移交")
    files.decide(make.hand(work, "manager"), here, back, approved=False, comment="不清")

    for one in (done, back):
        row = work.session.get_one(LegacyImport, one)
        assert row.body is None
        assert row.wrapped is None


# -- whose they are ------------------------------------------------------------


def test_the_same_number_name_and_phone_give_the_hours_at_once(
    work: Work, here: AssociationId, taken: None
) -> None:
    me = make.owner(work)
    done = linking.claim(work, me)

    assert (done.linked, done.asked, done.credit) == (1, 0, 2050)
    assert credit(work, me) == {Track.REQUIRED: 1200, Track.ELECTIVE: 850}
    assert record_of(work).proof is Proof.PHONE
    assert evidence.verify(work.session, f"person:{me}").intact


def test_a_stranger_who_typed_the_number_gets_nothing_and_sees_nothing(
    work: Work, here: AssociationId, taken: None
) -> None:
    thief = make.owner(work, phone="13700007777")
    done = linking.claim(work, thief)

    assert (done.linked, done.asked) == (0, 1)
    assert credit(work, thief) == {}
    assert records.linked_to(work.session, thief) == ()


def test_another_name_finds_no_record(
    work: Work, here: AssociationId, taken: None
) -> None:
    other = make.owner(work, name="张国建")

    with pytest.raises(NotFound, match=r"legacy\.none"):
        linking.claim(work, other)


def test_a_profile_that_is_not_whole_claims_nothing(
    work: Work, here: AssociationId, taken: None
) -> None:
    made = make_people.account(work)

    with pytest.raises(Refused, match=r"legacy\.profile"):
        linking.claim(work, made.person_id)


def test_without_the_phone_a_clerk_and_a_manager_must_both_say_yes(
    work: Work, here: AssociationId, taken: None
) -> None:
    me = make.owner(work, phone="13700007777")
    linking.claim(work, me)
    record = record_of(work).id
    manager = make.hand(work, "manager")

    def say(hand: Work, *, yes: bool = True) -> ApprovalState:
        return linking.decide(hand, here, record, approved=yes, comment="已看身份证")

    with pytest.raises(Refused, match=r"approval\.first_role"):
        say(manager)
    assert say(make.hand(work, "clerk")) is ApprovalState.OPEN
    assert credit(work, me) == {}
    with pytest.raises(Refused, match=r"approval\.last_role"):
        say(make.hand(work, "clerk"))
    assert say(manager) is ApprovalState.APPROVED
    assert credit(work, me)[Track.REQUIRED] == 1200
    assert record_of(work).proof is Proof.STAFF


def test_a_refused_link_leaves_the_record_for_its_owner(
    work: Work, here: AssociationId, taken: None
) -> None:
    thief = make.owner(work, phone="13700007777")
    linking.claim(work, thief)
    linking.decide(
        make.hand(work, "clerk"),
        here,
        record_of(work).id,
        approved=False,
        comment="不是本人",
    )

    assert record_of(work).asked_by is None
    assert record_of(work).person_id is None


def test_hours_that_come_after_the_link_are_posted_as_they_come(
    work: Work, here: AssociationId, taken: None
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    make.taken(work, here, Kind.HOURS, [make.hours("3", old="H9")])

    assert credit(work, me)[Track.REQUIRED] == 1500


def test_hours_of_a_file_that_nobody_agreed_to_are_never_posted(
    work: Work, here: AssociationId
) -> None:
    me = make.owner(work)
    made = make.laid(work, here, make.upload(Kind.PEOPLE, make.person()))
    files.ask(make.hand(work, "clerk"), here, made, "旧平台公司移交")
    asked = work.session.get_one(LegacyImport, made).approval_id
    assert asked is not None
    line = Inherited(
        new_id(), me, here, Specialty.BUILDING, Track.REQUIRED, 100, make.PERIOD[0]
    )

    with pytest.raises(Refused, match=r"legacy\.not_agreed"):
        inherit(work, asked, [line])
    assert credit(work, me) == {}


# -- certificates ------------------------------------------------------------


@pytest.mark.parametrize("typed", [NUMBER, "蒙建教证字(2023)第0081号"])
def test_an_old_number_answers_with_its_source_and_masked(
    work: Work, here: AssociationId, taken: None, typed: str
) -> None:
    (found,) = verifying.by_number(work.session, typed, " 张建国 ")

    assert found.platform == make.PLATFORM
    assert (found.name, found.owner_known) == ("张*", False)
    assert make.ZHANG not in found.id_masked


def test_another_name_or_number_is_not_answered(
    work: Work, here: AssociationId, taken: None
) -> None:
    assert verifying.by_number(work.session, NUMBER, "李秀英") == ()
    assert verifying.by_number(work.session, NUMBER + "1", "张建国") == ()


def test_who_is_forgotten_is_not_answered_for_any_more(
    work: Work, here: AssociationId, taken: None
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    linking.forget(work, me)

    assert verifying.by_number(work.session, NUMBER, "张建国") == ()
    assert records.opened(record_of(work)) == {}


def test_what_nobody_asked_for_in_years_is_emptied_but_of_certified_people(
    work: Work, here: AssociationId, taken: None
) -> None:
    lone = make.person(make.LI, name="李秀英", old="X2")
    make.taken(work, here, Kind.PEOPLE, [lone])
    today = (work.now + timedelta(days=366 * 4)).date()

    assert linking.drop_old(work, today) == 1
    kept = {row.number: row.sealed is None for row in work.session.scalars(
        select(LegacyPerson))}  # fmt: skip
    assert kept == {"X1": False, "X2": True}


# -- who would count hours twice ------------------------------------------------


def renamed(kind: Kind, *rows: list[str]) -> files.Upload:
    """The same rows, said to come from a platform of another name."""
    return replace(make.upload(kind, *rows), platform="蒙建 教育网")


def test_the_same_hours_under_another_name_of_the_platform_are_refused(
    work: Work, here: AssociationId, taken: None
) -> None:
    people = make.agreed(work, here, renamed(Kind.PEOPLE, make.person(old="Y1")))
    while taking.take_some(work, people):
        pass
    again = make.laid(work, here, renamed(Kind.HOURS, make.hours()))

    with pytest.raises(Refused, match=r"legacy\.flawed"):
        files.ask(make.hand(work, "clerk"), here, again, "旧平台公司移交")


def test_one_person_has_one_sum_whatever_the_platforms_are_called(
    work: Work, here: AssociationId, taken: None
) -> None:
    people = make.agreed(work, here, renamed(Kind.PEOPLE, make.person(old="Y1")))
    while taking.take_some(work, people):
        pass
    # Twelve of sixty are there already: fifty more are two too many.
    more = make.laid(work, here, renamed(Kind.HOURS, make.hours("50", old="Y5")))
    with pytest.raises(Refused, match=r"legacy\.flawed"):
        files.ask(make.hand(work, "clerk"), here, more, "旧平台公司移交")

    rest = make.laid(work, here, renamed(Kind.HOURS, make.hours("48", old="Y5")))
    files.ask(make.hand(work, "clerk"), here, rest, "旧平台公司移交")


def test_a_number_of_this_house_is_no_old_number(
    work: Work, here: AssociationId, taken: None
) -> None:
    own = "BTJX-JXJY-2026-0000149-7"
    made = make.laid(work, here, make.upload(Kind.CERTIFICATES, make.certificate(own)))

    with pytest.raises(Refused, match=r"legacy\.flawed"):
        files.ask(make.hand(work, "clerk"), here, made, "旧平台公司移交")
    assert verifying.by_number(work.session, own, "张建国") == ()
