"""Who works for an association: one manager asks, another agrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts import queries
from lms.accounts.models import StaffInvitation
from lms.accounts.queries import inviting as invitations
from lms.accounts.queries import staffing as looks
from lms.accounts.rules import Role, can_second, managers_left, role_clashes
from lms.accounts.services import inviting, open_session, staffing
from lms.accounts.services.sessions import digest
from lms.approvals import queries as approvals
from lms.evidence import queries as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Forbidden, LmsError, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, new_id
from lms.kernel.work import HOUSE as OPERATOR
from lms.kernel.work import Actor, Work, unit_of_work
from lms.notify import queries as notify
from tests.conftest import HandClock, work_at
from tests.make import accounts as make
from tests.races import race

HERE = AssociationId(new_id())
THERE = AssociationId(new_id())
HOUSE = inviting.House("示例协会", "https://xue.example")
NEW = "new@x.example"


@dataclass
class Crew:
    """A work, and those in it by name."""

    work: Work
    accounts: dict[str, AccountId]

    def as_(self, who: str, work: Work | None = None) -> Work:
        card = queries.account(self.work.session, self.accounts[who])
        actor = Actor(card.id, card.person_id, frozenset({who[:-1]}), HERE)
        return replace(work or self.work, actor=actor)

    def posts(self) -> dict[str, str]:
        day = legal_day(self.work.now)
        found = looks.staff_of(self.work.session, HERE, day)
        named = {account: who for who, account in self.accounts.items()}
        return {named.get(one.account_id, "?"): one.role.value for one in found}


def crew_of(work: Work, *who: str) -> Crew:
    made = {
        one: make.staff(work, one[:-1], association_id=HERE, email=f"{one}@x.example")
        for one in who
    }
    return Crew(work, made)


@pytest.fixture
def crew(work: Work) -> Crew:
    return crew_of(work, "manager1", "manager2", "manager3", "clerk1")


def invited(role: Role = Role.CLERK, place: str = NEW) -> inviting.Invited:
    return inviting.Invited("新来的", make.email(place), role)


def link(work: Work) -> str:
    work.session.flush()
    told = notify.demo_outbox(work.session)[0].words
    return str(told["link"]).removeprefix("https://xue.example/account/join/")


def sent(crew: Crew, role: Role = Role.CLERK, place: str = NEW) -> str:
    asked = staffing.ask_invitation(
        crew.as_("manager1"), HERE, invited(role, place), "人手不够"
    )
    yes(crew, "manager2", asked)
    return link(crew.work)


def yes(crew: Crew, who: str, asked: UUID) -> None:
    staffing.decide(crew.as_(who), HERE, asked, staffing.Word(True), HOUSE)


@pytest.mark.parametrize(
    ("role", "held", "clash"),
    [
        pytest.param(Role.CLERK, [], False, id="nothing held"),
        pytest.param(Role.CLERK, [(Role.EMPLOYER, None)], False, id="an agent is none"),
        pytest.param(Role.CLERK, [(Role.CLERK, HERE)], False, id="the same again"),
        pytest.param(Role.CLERK, [(Role.CLERK, THERE)], True, id="two houses"),
        pytest.param(Role.CLERK, [(Role.MANAGER, HERE)], True, id="two posts of one"),
        pytest.param(Role.REVIEWER, [(Role.REVIEWER, THERE)], False, id="two reviews"),
        pytest.param(Role.REVIEWER, [(Role.CLERK, THERE)], True, id="no neutral third"),
        pytest.param(Role.INSPECTOR, [(Role.TELLER, None)], False, id="of an office"),
        pytest.param(Role.INSPECTOR, [(Role.CLERK, HERE)], True, id="no own inspector"),
    ],
)
def test_who_may_hold_which_posts_together(
    role: Role, held: list[tuple[Role, UUID | None]], clash: bool
) -> None:
    assert role_clashes(role, HERE, held) is clash


def test_a_house_keeps_a_manager_and_needs_a_second_for_everything() -> None:
    one, two, three = new_id(), new_id(), new_id()

    assert not managers_left([one], one)
    assert managers_left([one, two], one)
    assert not can_second([one], one)
    assert not can_second([one, two], one, two)
    assert can_second([one, two, three], one, two)


def test_an_invitation_goes_out_with_the_second_managers_yes_alone(crew: Crew) -> None:
    asked = staffing.ask_invitation(crew.as_("manager1"), HERE, invited(), "人手不够")

    assert "staff_invited" not in make.templates_owed(crew.work)
    with pytest.raises(Refused, match=r"approval\.own"):
        yes(crew, "manager1", asked)
    with pytest.raises(Forbidden, match=r"staff\.no_manager"):
        yes(crew, "clerk1", asked)
    yes(crew, "manager2", asked)
    assert make.templates_owed(crew.work) == ["staff_invited"]


def test_who_has_the_link_opens_an_account_and_must_set_up_a_second_factor(
    crew: Crew,
) -> None:
    token = sent(crew)

    weak = inviting.join_new(
        crew.work, token, "新来的", make.prepared("short"), make.HERE
    )
    done = inviting.join_new(
        crew.work, token, "新来的", make.prepared(make.GOOD), make.HERE
    )

    assert weak == inviting.Joined(("password.short",))
    assert done.signed_in is not None
    assert done.signed_in.state == "half"
    day = legal_day(crew.work.now)
    found = looks.staff_of(crew.work.session, HERE, day)
    (new,) = (one for one in found if one.name == "新来的")
    assert (new.role, new.secured) == (Role.CLERK, False)
    assert (new.asked_by, new.agreed_by) == (
        crew.accounts["manager1"],
        crew.accounts["manager2"],
    )
    kept = crew.work.session.scalars(select(StaffInvitation)).one()
    assert (kept.sealed, kept.wrapped, kept.contact_index) == (None, None, None)
    with pytest.raises(Conflict, match=r"staff\.invitation_over"):
        inviting.join_new(
            crew.work, token, "又一个", make.prepared(make.GOOD), make.HERE
        )


def test_a_link_is_dead_after_seven_days_and_forgets_where_it_went(
    crew: Crew, clock: HandClock
) -> None:
    token = sent(crew)
    clock.pass_days(7.01)
    later = work_at(crew.work, clock)

    card = invitations.by_token(crew.work.session, token, clock())
    assert card is not None
    assert not card.stands
    with pytest.raises(Conflict, match=r"staff\.invitation_over"):
        inviting.join_new(later, token, "新来的", make.prepared(make.GOOD), make.HERE)
    inviting.expire(later)
    card = invitations.by_token(crew.work.session, token, clock())
    assert card is not None
    assert card.opened is None
    staffing.ask_invitation(crew.as_("manager1", later), HERE, invited(), "再请一次")


def test_an_invitation_that_is_taken_back_opens_nothing(crew: Crew) -> None:
    token = sent(crew)
    row = crew.work.session.scalars(select(StaffInvitation)).one()

    with pytest.raises(NotFound):
        inviting.end(crew.work, THERE, row.id)
    inviting.end(crew.as_("manager3"), HERE, row.id)

    with pytest.raises(Conflict):
        inviting.join_new(
            crew.work, token, "新来的", make.prepared(make.GOOD), make.HERE
        )
    with pytest.raises(NotFound):
        inviting.join_new(
            crew.work, "guessed", "新来的", make.prepared(make.GOOD), make.HERE
        )


def test_one_address_is_invited_once_at_a_time(crew: Crew) -> None:
    staffing.ask_invitation(crew.as_("manager1"), HERE, invited(), "一")
    with pytest.raises(Conflict, match=r"staff\.invited"):
        staffing.ask_invitation(crew.as_("manager2"), HERE, invited(Role.AUTHOR), "二")


def test_an_account_takes_its_post_up_itself_and_signs_in_anew(crew: Crew) -> None:
    known = make.account(crew.work, email=NEW)
    other = make.account(crew.work, email="other@x.example")
    old = open_session(crew.work, known, state="full", user_agent="", ip="")
    token = sent(crew)

    with pytest.raises(Refused, match=r"staff\.other_account"):
        inviting.join_known(crew.work, token, other, make.HERE)
    done = inviting.join_known(crew.work, token, known, make.HERE)

    assert done.signed_in is not None
    assert done.signed_in.state == "half"
    assert make.visitor(crew.work, old) is None


def test_who_works_elsewhere_cannot_take_a_post_up(crew: Crew) -> None:
    known = make.staff(crew.work, "clerk", association_id=THERE, email=NEW)
    token = sent(crew)

    with pytest.raises(Refused, match=r"account\.other_staff"):
        inviting.join_known(crew.work, token, known, make.HERE)


def test_a_post_that_is_withdrawn_ends_every_session_at_once(crew: Crew) -> None:
    clerk = crew.accounts["clerk1"]
    token = open_session(crew.work, clerk, state="full", user_agent="", ip="")
    asked = staffing.ask_withdrawal(crew.as_("manager1"), HERE, clerk, "调离")
    assert make.visitor(crew.work, token) is not None

    yes(crew, "manager2", asked)

    assert make.visitor(crew.work, token) is None
    assert "clerk1" not in crew.posts()
    found = queries.visitor_of(
        crew.work.session.connection(), digest(token), crew.work.now
    )
    assert found is None


def test_a_change_ends_the_old_post_and_says_who_decided(crew: Crew) -> None:
    clerk = crew.accounts["clerk1"]
    asked = staffing.ask_change(
        crew.as_("manager1"), HERE, clerk, Role.AUTHOR, "改做课程"
    )
    with pytest.raises(Conflict, match=r"staff\.asked"):
        staffing.ask_withdrawal(crew.as_("manager3"), HERE, clerk, "两件事")

    yes(crew, "manager2", asked)

    assert crew.posts()["clerk1"] == "author"
    found = looks.staff_of(crew.work.session, HERE, legal_day(crew.work.now))
    (card,) = (one for one in found if one.account_id == clerk)
    assert card.asked_by == crew.accounts["manager1"]
    assert card.agreed_by == crew.accounts["manager2"]
    lines = evidence.whole(crew.work.session, f"association:{HERE}")
    assert [one.kind for one in lines] == ["staff.changed"]
    assert {one.association_id for one in lines} == {HERE}


def test_nobody_decides_about_themselves(crew: Crew) -> None:
    two = crew.accounts["manager2"]
    asked = staffing.ask_withdrawal(crew.as_("manager1"), HERE, two, "轮换")

    with pytest.raises(Refused, match=r"approval\.own"):
        yes(crew, "manager2", asked)
    yes(crew, "manager3", asked)
    assert "manager2" not in crew.posts()


def test_two_managers_cannot_end_one_another_and_one_alone_decides_nothing(
    work: Work,
) -> None:
    crew = crew_of(work, "manager1", "manager2")
    one, two = crew.accounts["manager1"], crew.accounts["manager2"]

    with pytest.raises(Refused, match=r"staff\.no_second"):
        staffing.ask_withdrawal(crew.as_("manager1"), HERE, two, "不合")
    yes(
        crew, "manager2", staffing.ask_withdrawal(crew.as_("manager1"), HERE, one, "退")
    )
    with pytest.raises(Refused, match=r"staff\.last_manager"):
        staffing.ask_withdrawal(crew.as_("manager2"), HERE, two, "退")
    with pytest.raises(Refused, match=r"staff\.no_second"):
        staffing.ask_invitation(crew.as_("manager2"), HERE, invited(), "人手不够")
    with pytest.raises(Refused, match=r"staff\.last_manager"):
        staffing.unseat(work, "manager2@x.example", Role.MANAGER, HERE)
    staffing.seat(work, "third@x.example", "第三位", Role.MANAGER, HERE)
    staffing.ask_invitation(crew.as_("manager2"), HERE, invited(), "人手不够")


def test_what_a_manager_asked_goes_with_the_manager(crew: Crew) -> None:
    mine = staffing.ask_invitation(crew.as_("manager3"), HERE, invited(), "我的人")
    three = crew.accounts["manager3"]

    asked = staffing.ask_withdrawal(crew.as_("manager1"), HERE, three, "离任")
    yes(crew, "manager2", asked)

    assert approvals.approval(crew.work.session, mine).state == "withdrawn"
    with pytest.raises(Forbidden, match=r"staff\.no_manager"):
        staffing.ask_invitation(crew.as_("manager3"), HERE, invited(), "还是我的人")


def test_another_associations_people_and_questions_are_not_there(crew: Crew) -> None:
    asked = staffing.ask_invitation(crew.as_("manager1"), HERE, invited(), "人手不够")
    far = make.staff(crew.work, "manager", association_id=THERE, email="far@x.example")
    make.staff(crew.work, "manager", association_id=THERE, email="far2@x.example")
    card = queries.account(crew.work.session, far)
    actor = Actor(card.id, card.person_id, frozenset({"manager"}), THERE)
    there = replace(crew.work, actor=actor)

    with pytest.raises(NotFound):
        staffing.decide(there, THERE, asked, staffing.Word(True), HOUSE)
    with pytest.raises(NotFound):
        staffing.ask_withdrawal(there, THERE, crew.accounts["clerk1"], "不是我的人")
    with pytest.raises(Forbidden):
        staffing.ask_withdrawal(there, HERE, crew.accounts["clerk1"], "越界")


def test_a_no_forgets_whom_it_was_about(crew: Crew) -> None:
    asked = staffing.ask_invitation(crew.as_("manager1"), HERE, invited(), "人手不够")
    no = staffing.Word(False, "名额已满")
    staffing.decide(crew.as_("manager2"), HERE, asked, no, HOUSE)

    kept = crew.work.session.scalars(select(StaffInvitation)).one()
    assert kept.sealed is None
    assert make.templates_owed(crew.work) == []


def test_of_two_managers_who_leave_in_one_moment_one_stays(
    app: Flask, clock: HandClock
) -> None:
    with unit_of_work(OPERATOR, clock=clock) as work:
        crew = crew_of(work, "manager1", "manager2")
        asked = {
            who: staffing.ask_withdrawal(
                crew.as_(who), HERE, crew.accounts[who], "退休"
            )
            for who in ("manager1", "manager2")
        }
        hands = {who: crew.as_(who).actor for who in asked}

    def agree(who: str, other: str) -> Callable[[Work], object]:
        def deed(work: Work) -> object:
            own = replace(work, actor=hands[who])
            word = staffing.Word(True)
            return staffing.decide(own, HERE, asked[other], word, HOUSE)

        return deed

    got = race(app, [agree("manager1", "manager2"), agree("manager2", "manager1")])

    assert sum(isinstance(one, LmsError) for one in got) == 1
    with unit_of_work(OPERATOR, clock=clock) as work:
        left = looks.staff_of(work.session, HERE, legal_day(work.now))
    assert len(left) == 1
