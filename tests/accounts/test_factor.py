"""The second factor: codes of the moment, spare codes, the way half in."""

import pytest

from lms.accounts import queries, services
from lms.accounts.rules import (
    SessionState,
)
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from tests.conftest import HandClock, work_at
from tests.make import accounts as make
from tests.make.accounts import half, try_in, visitor


def test_staff_come_half_way_by_password_alone(work: Work) -> None:
    make.staff(work, email=make.EMAIL)

    _, done = try_in(work, make.PASSWORD, make.email())

    assert done is not None
    assert done.state is SessionState.HALF


def test_a_code_of_the_moment_works_once_and_changes_the_token(
    work: Work, clock: HandClock
) -> None:
    account_id = make.staff(work)
    old, card = half(work, account_id)
    code = services.demo_code(work.session, account_id, work.now)

    proof = services.prove_factor(work, account_id, card.session_id, code)
    _, second = half(work, account_id)
    replay = services.prove_factor(work, account_id, second.session_id, code)

    assert proof.token is not None
    assert visitor(work, old) is None
    full = visitor(work, proof.token)
    assert full is not None
    assert full.state is SessionState.FULL
    assert replay.token is None


def test_a_code_of_two_steps_ago_is_too_old(work: Work, clock: HandClock) -> None:
    account_id = make.staff(work)
    _, card = half(work, account_id)
    code = services.demo_code(work.session, account_id, work.now)
    clock.pass_seconds(60)

    late = services.prove_factor(
        work_at(work, clock), account_id, card.session_id, code
    )

    assert late.token is None


def test_guessing_the_factor_is_slowed_down(work: Work) -> None:
    account_id = make.staff(work)
    _, card = half(work, account_id)

    waits = [
        services.prove_factor(
            work, account_id, card.session_id, "nonsense"
        ).wait_seconds
        for _ in range(7)
    ]

    assert waits[:5] == [0] * 5
    assert min(waits[5:]) > 0


def test_ten_spare_codes_each_work_once(work: Work) -> None:
    account_id = make.staff(work, enrolled=False)
    services.enrol_totp(work, account_id)
    first = services.demo_code(work.session, account_id, work.now)
    spare = services.confirm_totp(work, account_id, first)
    assert spare is not None
    assert len(set(spare)) == 10
    _, card = half(work, account_id)
    typed = spare[3].lower().replace("-", " ")

    once = services.prove_factor(work, account_id, card.session_id, typed)
    _, again = half(work, account_id)
    twice = services.prove_factor(work, account_id, again.session_id, typed)

    assert once.token is not None
    assert twice.token is None
    assert queries.factor(work.session, account_id).recovery_left == 9


def test_a_second_factor_is_not_replaced_behind_its_owner(work: Work) -> None:
    account_id = make.staff(work)

    with pytest.raises(Refused, match=r"factor\.there_already"):
        services.enrol_totp(work, account_id)


def test_staff_cannot_take_their_factor_away(work: Work) -> None:
    account_id = make.staff(work)

    with pytest.raises(Refused, match=r"factor\.staff_must"):
        services.remove_totp(work, account_id)


def test_a_learner_may_turn_the_factor_on_and_off(work: Work) -> None:
    account_id = make.account(work)
    services.enrol_totp(work, account_id, confirmed=True)
    assert try_in(work, make.PASSWORD, make.email())[1].state is SessionState.HALF  # type: ignore[union-attr]  # it is there

    services.remove_totp(work, account_id)

    assert try_in(work, make.PASSWORD, make.email())[1].state is SessionState.FULL  # type: ignore[union-attr]  # it is there
