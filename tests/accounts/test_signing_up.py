"""Opening an account by a code that was sent."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from lms.accounts import queries, services
from lms.accounts.models import Consent
from lms.accounts.rules import (
    CodePurpose,
    CodeVerdict,
    SessionState,
)
from lms.kernel.errors import Conflict, Refused
from lms.kernel.work import Work
from tests.conftest import HandClock, work_at
from tests.make import accounts as make
from tests.make.accounts import GOOD, HERE, newcomer, visitor


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
