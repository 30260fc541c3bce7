"""Signing up and in, factors, codes, contact and closing, as the database sees it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from lms.accounts import queries, services
from lms.accounts.models import Account, Consent, SignedSession, Throttle
from lms.accounts.rules import (
    AccountState,
    CodePurpose,
    CodeVerdict,
    Identifier,
    Role,
    SessionState,
)
from lms.accounts.services import Visit
from lms.accounts.services.sessions import digest
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, SessionId, new_id
from lms.kernel.work import Actor, Work
from tests.conftest import HandClock, work_at
from tests.make import accounts as make

GOOD = "十五个字以上的密码才够长才安全"
HERE = Visit("Mozilla/5.0 (iPhone) Safari", "203.0.113.77")


def newcomer(
    known_as: Identifier | None = None, password: str = GOOD
) -> services.Newcomer:
    return services.Newcomer(
        known_as or make.phone(), "王师傅", services.prepare_password(password)
    )


def visitor(work: Work, token: str) -> queries.VisitorCard | None:
    work.session.flush()
    return queries.visitor_of(work.session, digest(token), work.now)


def try_in(
    work: Work, password: str, known_as: Identifier, visit: Visit = HERE
) -> tuple[int, services.SignedIn | None]:
    candidate = services.admit(work, known_as, visit)
    right = services.password_matches(candidate, password)
    done = services.sign_in(work, candidate, visit) if right else None
    return candidate.wait_seconds, done


# -- signing up ---------------------------------------------------------------------


def test_a_code_opens_an_account_with_its_consent_and_session(work: Work) -> None:
    code = make.code_sent(work, CodePurpose.SIGN_UP, make.phone())

    done = services.sign_up(work, newcomer(), code, HERE)

    assert done.signed_in is not None
    card = visitor(work, done.signed_in.token)
    assert card is not None
    assert card.state is SessionState.FULL
    assert card.roles == {"learner"}
    assert queries.contact(work.session, card.account_id).phone == make.PHONE
    [consent] = queries.consents(work.session, card.account_id)
    assert consent.subject == "privacy"
    assert consent.agreed


def test_a_consent_is_never_rewritten(work: Work) -> None:
    account_id = make.account(work)
    services.consent(work, account_id, "privacy", text_on=work.now.date())
    ending = work.session.begin_nested()

    with pytest.raises(DatabaseError, match="append-only"):
        work.session.execute(update(Consent).values(agreed=False))
    ending.rollback()


def test_a_weak_password_does_not_use_the_code_up(work: Work) -> None:
    code = make.code_sent(work, CodePurpose.SIGN_UP, make.phone())

    weak = services.sign_up(work, newcomer(password="too-short"), code, HERE)
    good = services.sign_up(work, newcomer(), code, HERE)

    assert weak.faults == ("password.short",)
    assert good.signed_in is not None


def test_a_known_number_gets_a_message_but_no_code(work: Work) -> None:
    make.account(work, phone=make.PHONE)

    assert services.send_code(work, CodePurpose.SIGN_UP, make.phone())

    assert make.templates_owed(work) == ["no_code_sign_up"]


def test_two_accounts_never_share_an_address(work: Work) -> None:
    make.account(work)

    with pytest.raises(Conflict, match=r"account\.taken"):
        make.account(work, email=" WANG@demo.example ")


def test_a_contact_that_is_none_is_refused(work: Work) -> None:
    with pytest.raises(Refused, match=r"account\.bad_contact"):
        make.account(work, email="nobody")


# -- codes --------------------------------------------------------------------------


def test_a_code_is_right_five_tries_long(work: Work) -> None:
    code = make.code_sent(work, CodePurpose.SIGN_UP, make.phone())
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    verdicts = [services.sign_up(work, newcomer(), wrong, HERE).code for _ in range(5)]
    late = services.sign_up(work, newcomer(), code, HERE)

    assert verdicts == [CodeVerdict.WRONG] * 5
    assert late.code is CodeVerdict.SPENT


def test_a_code_expires_after_ten_minutes(work: Work, clock: HandClock) -> None:
    code = make.code_sent(work, CodePurpose.SIGN_UP, make.phone())
    clock.pass_seconds(600)

    late = services.sign_up(work_at(work, clock), newcomer(), code, HERE)

    assert late.code is CodeVerdict.EXPIRED


def test_a_code_serves_its_own_purpose_only(work: Work) -> None:
    make.account(work, phone=make.PHONE)
    code = make.code_sent(work, CodePurpose.SIGN_IN, make.phone())

    verdict, _ = services.reset_password(
        work, make.phone(), code, services.prepare_password(GOOD)
    )

    assert verdict is CodeVerdict.WRONG


def test_a_second_code_must_wait_a_minute_and_replaces_the_first(
    work: Work, clock: HandClock
) -> None:
    first = make.code_sent(work, CodePurpose.SIGN_UP, make.phone())
    assert not services.send_code(work, CodePurpose.SIGN_UP, make.phone())

    clock.pass_seconds(60)
    later = work_at(work, clock)
    second = make.code_sent(later, CodePurpose.SIGN_UP, make.phone())

    if first != second:
        assert services.sign_up(later, newcomer(), first, HERE).signed_in is None
    assert services.sign_up(later, newcomer(), second, HERE).signed_in


# -- signing in ---------------------------------------------------------------------


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


# -- sessions -----------------------------------------------------------------------


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


# -- second factor ------------------------------------------------------------------


def half(work: Work, account_id: AccountId) -> tuple[str, queries.VisitorCard]:
    token = services.open_session(work, account_id, state="half", user_agent="", ip="")
    card = visitor(work, token)
    assert card is not None
    return token, card


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
    assert try_in(work, make.PASSWORD, make.email())[1].state is SessionState.HALF  # type: ignore[union-attr]

    services.remove_totp(work, account_id)

    assert try_in(work, make.PASSWORD, make.email())[1].state is SessionState.FULL  # type: ignore[union-attr]


# -- passwords ----------------------------------------------------------------------


def test_a_reset_works_once_ends_sessions_and_frees_the_account(work: Work) -> None:
    account_id = make.account(work)
    token = services.open_session(work, account_id, state="full", user_agent="", ip="")
    for _ in range(8):
        try_in(work, "wrong", make.email())
    code = make.code_sent(work, CodePurpose.RESET, make.email())
    new = services.prepare_password(GOOD)

    done = services.reset_password(work, make.email(), code, new)
    again = services.reset_password(work, make.email(), code, new)

    assert done == (CodeVerdict.RIGHT, ())
    assert again == (CodeVerdict.EXPIRED, ())
    assert visitor(work, token) is None
    assert try_in(work, GOOD, make.email())[1] is not None
    assert "password_changed" in make.templates_owed(work)


def test_only_the_right_code_learns_what_is_wrong_with_a_password(work: Work) -> None:
    make.account(work)
    code = make.code_sent(work, CodePurpose.RESET, make.email())
    weak = services.prepare_password("short")

    wrong = services.reset_password(work, make.email(), "abcdef", weak)
    right = services.reset_password(work, make.email(), code, weak)

    assert wrong == (CodeVerdict.WRONG, ())
    assert right == (CodeVerdict.RIGHT, ("password.short",))


def test_a_changed_password_ends_the_other_sessions(work: Work) -> None:
    account_id = make.account(work)
    here, there = (
        services.open_session(work, account_id, state="full", user_agent="", ip="")
        for _ in range(2)
    )
    card = visitor(work, here)
    assert card is not None

    faults = services.change_password(
        work, account_id, services.prepare_password(GOOD), keep=card.session_id
    )

    assert faults == ()
    assert visitor(work, here) is not None
    assert visitor(work, there) is None


def test_staff_may_have_shorter_passwords_because_of_the_factor(work: Work) -> None:
    learner, clerk = make.account(work), make.staff(work)
    new = services.prepare_password("tr0ub4dr")
    keep = SessionId(new_id())

    assert services.change_password(work, learner, new, keep=keep) == (
        "password.short",
    )
    assert services.change_password(work, clerk, new, keep=keep) == ()


def test_a_password_is_the_same_however_it_was_composed(work: Work) -> None:
    made = services.prepare_password("Ame\u0301lie-auf-dem-Bau")
    candidate = services.Candidate(0, AccountId(new_id()), made.hash)

    assert services.password_matches(candidate, "Am\u00e9lie-auf-dem-Bau")


def test_hashes_have_the_agreed_figures(work: Work) -> None:
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in services.prepare_password(GOOD).hash


# -- contact and closing ------------------------------------------------------------


def as_actor(work: Work, account_id: AccountId) -> Work:
    return Work(work.session, work.now, Actor(account_id))


def test_a_new_number_needs_its_code_and_the_old_one_is_told(work: Work) -> None:
    account_id = make.account(work, email=None, phone=make.PHONE)
    mine = as_actor(work, account_id)
    new = make.phone("13700002222")
    code = make.code_sent(mine, CodePurpose.NEW_CONTACT, new)

    verdict = services.change_contact(mine, account_id, new, code)

    assert verdict is CodeVerdict.RIGHT
    assert queries.contact(work.session, account_id).phone == "13700002222"
    assert make.templates_owed(work)[0] == "contact_changed"
    assert try_in(work, make.PASSWORD, make.phone())[1] is None
    assert try_in(work, make.PASSWORD, new)[1] is not None


def test_a_code_for_a_new_number_serves_only_who_asked(work: Work) -> None:
    asker, thief = make.account(work), make.account(work, email="t@demo.example")
    code = make.code_sent(as_actor(work, asker), CodePurpose.NEW_CONTACT, make.phone())

    verdict = services.change_contact(as_actor(work, thief), thief, make.phone(), code)

    assert verdict is CodeVerdict.WRONG


def test_a_number_in_use_is_not_given_away_nor_betrayed(work: Work) -> None:
    make.account(work, phone=make.PHONE)
    other = make.account(work, email="o@demo.example")

    sent = services.send_code(
        as_actor(work, other), CodePurpose.NEW_CONTACT, make.phone()
    )

    assert sent
    assert make.templates_owed(work)[0] == "no_code_new_contact"


def test_a_closed_account_leaves_its_id_and_nothing_that_reaches_anyone(
    work: Work,
) -> None:
    account_id = make.account(work, phone=make.PHONE)
    token = services.open_session(work, account_id, state="full", user_agent="", ip="")

    services.close_account(work, account_id)

    account = work.session.get_one(Account, account_id)
    assert account.state is AccountState.CLOSED
    assert account.phone is None
    assert account.email_index is None
    assert visitor(work, token) is None
    assert try_in(work, make.PASSWORD, make.email())[1] is None
    assert queries.contact(work.session, account_id).email is None
    assert make.templates_owed(work)[:2] == ["account_closed"] * 2
    assert make.account(work, phone=make.PHONE) != account_id


def test_staff_cannot_close_their_account(work: Work) -> None:
    with pytest.raises(Refused, match=r"account\.staff_stays"):
        services.close_account(work, make.staff(work))


def test_a_destroyed_key_opens_nothing(work: Work) -> None:
    account_id = make.account(work)
    person_id = queries.account(work.session, account_id).person_id
    assert len(services.data_key(work.session, person_id)) == 32

    services.destroy_key(work, person_id)

    with pytest.raises(NotFound, match=r"person\.unknown"):
        services.data_key(work.session, person_id)


def test_no_personal_value_is_in_the_bytes_of_the_database(
    begin: Callable[..., Any], session: Session, settings: Any
) -> None:
    with begin() as work:
        account_id = make.account(
            work, phone="13987654321", email="canary@demo.example"
        )
        code = make.code_sent(work, CodePurpose.RESET, make.phone("13987654321"))
        secret = services.enrol_totp(work, account_id).secret
    session.remove() if hasattr(session, "remove") else session.close()
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("the files of PostgreSQL are the journey's business")

    files = list(settings.data_dir.glob("lms.sqlite3*"))
    stored = b"".join(file.read_bytes() for file in files)

    assert str(account_id).replace("-", "").encode() in stored
    for value in ("13987654321", "canary@demo", secret, make.PASSWORD, f'"{code}"'):
        assert value.encode() not in stored
        assert value.encode("utf-16-le") not in stored
