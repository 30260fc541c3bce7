"""Passwords, contact and closing; and what the database may never show."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.accounts import queries, services
from lms.accounts.models import Account
from lms.accounts.rules import (
    AccountState,
    CodePurpose,
    CodeVerdict,
)
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId, SessionId, new_id
from lms.kernel.work import Work
from tests.make import accounts as make
from tests.make.accounts import GOOD, as_actor, try_in, visitor


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
    made = services.prepare_password(GOOD).hash
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not services.outdated(made)
    assert services.outdated(made.replace("m=19456", "m=4096"))


@pytest.mark.parametrize("kept", ["", "$argon2id$", "plain", "$2b$12$abc", "章" * 60])
def test_a_hash_that_was_never_made_here_matches_nothing(work: Work, kept: str) -> None:
    candidate = services.Candidate(0, AccountId(new_id()), kept)

    assert not services.password_matches(candidate, GOOD)


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
