"""Signing in under attack, and the sessions that follow."""

import pytest
from sqlalchemy import func, select

from lms.accounts import queries, services
from lms.accounts.models import SignedSession, Throttle
from lms.accounts.rules import (
    CodePurpose,
    CodeVerdict,
    Role,
    SessionState,
)
from lms.accounts.services import Visit
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, SessionId, new_id
from lms.kernel.work import Work
from tests.conftest import HandClock, work_at
from tests.make import accounts as make
from tests.make.accounts import GOOD, HERE, try_in, visitor


def test_the_right_password_opens_a_session(work: Work) -> None:
    make.account(work)

    _, done = try_in(work, make.PASSWORD, make.email())

    assert done is not None
    assert done.state is SessionState.FULL
    assert visitor(work, done.token) is not None
    assert work.session.scalar(select(func.count()).select_from(Throttle)) == 1


def test_six_wrong_passwords_make_even_the_right_one_wait(
    work: Work, clock: HandClock
) -> None:
    make.account(work)

    waits = [try_in(work, "wrong", make.email())[0] for _ in range(6)]
    blocked, done = try_in(work, make.PASSWORD, make.email())
    clock.pass_seconds(2)
    _, later = try_in(work_at(work, clock), make.PASSWORD, make.email())

    assert waits[:5] == [0] * 5
    assert waits[5] > 0
    assert blocked > 0
    assert done is None
    assert later is not None


def test_an_unknown_account_waits_just_as_a_known_one(work: Work) -> None:
    make.account(work)

    known = [try_in(work, "wrong", make.email())[0] for _ in range(8)]
    unknown = [
        try_in(work, "wrong", make.email("no@demo.example"))[0] for _ in range(8)
    ]

    assert known == unknown


def test_no_more_than_a_hundred_guesses_are_ever_looked_at(
    work: Work, clock: HandClock
) -> None:
    make.account(work)
    looked_at = 0
    for turn in range(160):
        clock.pass_seconds(15 * 60)
        visit = Visit("x", f"198.51.{turn // 256}.{turn % 256}")
        candidate = services.admit(work_at(work, clock), make.email(), visit)
        looked_at += candidate.wait_seconds == 0

    assert looked_at == 100


def test_the_owners_browser_is_let_in_while_others_attack(work: Work) -> None:
    make.account(work)
    _, done = try_in(work, make.PASSWORD, make.email())
    assert done is not None
    for _ in range(10):
        try_in(work, "wrong", make.email())

    _, owner = try_in(
        work, make.PASSWORD, make.email(), Visit("x", "203.0.113.77", done.device)
    )
    _, stranger = try_in(
        work, make.PASSWORD, make.email(), Visit("x", "203.0.113.77", "forged")
    )

    assert owner is not None
    assert owner.device == done.device
    assert stranger is None


def test_one_address_gets_fifty_failures_an_hour(work: Work, clock: HandClock) -> None:
    waits = [
        services.admit(work, make.email(f"a{n}@demo.example"), HERE).wait_seconds
        for n in range(51)
    ]
    clock.pass_seconds(3600)
    later = services.admit(work_at(work, clock), make.email("b@demo.example"), HERE)

    assert waits[:50] == [0] * 50
    assert waits[50] == 3600
    assert later.wait_seconds == 0


def test_honest_sign_ins_do_not_use_an_address_up(work: Work) -> None:
    make.account(work)

    done = [try_in(work, make.PASSWORD, make.email())[1] for _ in range(60)]

    assert all(done)


def test_a_suspended_account_is_out_at_once(work: Work) -> None:
    account_id = make.account(work)
    _, done = try_in(work, make.PASSWORD, make.email())
    assert done is not None

    services.suspend(work, account_id)

    assert visitor(work, done.token) is None
    assert try_in(work, make.PASSWORD, make.email())[1] is None
    services.reinstate(work, account_id)
    assert try_in(work, make.PASSWORD, make.email())[1] is not None


def test_a_password_changed_meanwhile_is_not_enough(work: Work) -> None:
    account_id = make.account(work)
    candidate = services.admit(work, make.email(), HERE)
    session_id = SessionId(new_id())
    services.change_password(
        work, account_id, services.prepare_password(GOOD), keep=session_id
    )

    assert services.sign_in(work, candidate, HERE) is None


def test_a_code_signs_a_learner_in(work: Work) -> None:
    make.account(work, phone=make.PHONE, password=None)
    code = make.code_sent(work, CodePurpose.SIGN_IN, make.phone())

    verdict, done = services.sign_in_by_code(work, make.phone(), code, HERE)
    again, nothing = services.sign_in_by_code(work, make.phone(), code, HERE)

    assert verdict is CodeVerdict.RIGHT
    assert done is not None
    assert again is CodeVerdict.EXPIRED
    assert nothing is None


def test_staff_get_no_code_to_sign_in(work: Work) -> None:
    make.staff(work, email=make.EMAIL)

    services.send_code(work, CodePurpose.SIGN_IN, make.email())

    assert make.templates_owed(work)[0] == "no_code_sign_in"


def test_a_sixth_browser_ends_the_one_unseen_for_longest(
    work: Work, clock: HandClock
) -> None:
    account_id = make.account(work)
    tokens = []
    for _ in range(6):
        clock.pass_seconds(1)
        tokens.append(
            services.open_session(
                work_at(work, clock), account_id, state="full", user_agent="", ip=""
            )
        )

    assert visitor(work, tokens[0]) is None
    assert visitor(work, tokens[1]) is not None
    assert len(queries.sessions(work.session, account_id)) == 5


def test_another_ones_session_is_not_found(work: Work) -> None:
    mine, other = make.account(work), make.account(work, email="o@demo.example")
    services.open_session(work, other, state="full", user_agent="", ip="")
    [card] = queries.sessions(work.session, other)

    with pytest.raises(NotFound, match=r"session\.unknown"):
        services.close_session(work, mine, card.id)


def test_a_role_is_felt_with_the_next_request(work: Work) -> None:
    account_id = make.account(work)
    token = services.open_session(work, account_id, state="full", user_agent="", ip="")
    association = AssociationId(new_id())

    services.grant(work, account_id, Role.CLERK, association_id=association)
    services.grant(work, account_id, Role.CLERK, association_id=association)
    as_clerk = visitor(work, token)
    services.revoke(work, account_id, Role.CLERK)
    as_learner = visitor(work, token)

    assert as_clerk is not None
    assert as_clerk.roles == {"clerk"}
    assert as_clerk.association_ids == (association,)
    assert as_learner is not None
    assert as_learner.roles == {"learner"}


def test_the_token_is_nowhere_in_the_table(work: Work) -> None:
    account_id = make.account(work)
    token = services.open_session(
        work, account_id, state="full", user_agent="", ip="203.0.113.77"
    )
    row = work.session.scalars(select(SignedSession)).one()

    assert token.encode() not in row.token_hash
    assert row.network == "203.0.113.0/24"


def test_what_has_run_out_is_swept_away(work: Work, clock: HandClock) -> None:
    account_id = make.account(work)
    services.open_session(work, account_id, state="full", user_agent="", ip="")
    try_in(work, "wrong", make.email())
    services.send_code(work, CodePurpose.RESET, make.email())
    clock.pass_days(3)

    services.sweep(work_at(work, clock))

    for table in (SignedSession, Throttle):
        assert work.session.scalar(select(func.count()).select_from(table)) == 0
