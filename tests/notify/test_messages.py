"""A message is owed with the fact, sent once, tried again, and then forgotten."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Account
from lms.accounts.rules import AccountState
from lms.jobs import messages
from lms.kernel.db import db
from lms.kernel.errors import Unavailable
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.notify import queries, services
from lms.notify.models import OutboxMessage
from lms.notify.ports import MailSender, SmsSender
from lms.notify.rules import MOST_TRIES, Channel, Letter, MessageState, pause_after
from tests.conftest import HandClock
from tests.make import accounts as make
from tests.races import race

Ports = Mapping[type[Any], Any]
Send = Callable[[], object]
TEMPLATES = Path(queries.__file__).parents[2] / "templates" / "mail"
WORDS: dict[str, str | int] = {"code": "123456"}


class Post:
    """Both ways out, remembering; it can be shut."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.shut = False

    def take(self, address: str, text: str, key: str) -> None:
        self.keys.append(key)
        if self.shut:
            raise Unavailable("mail.unavailable")
        self.sent.append((address, text))


class Sms:
    def __init__(self, post: Post) -> None:
        self.post = post

    def send(self, number: str, text: str, *, key: str) -> None:
        self.post.take(number, text, key)


class Mail:
    def __init__(self, post: Post) -> None:
        self.post = post

    def send(
        self, address: str, subject: str, text: str, *, key: str, leave: str = ""
    ) -> None:
        self.post.take(address, text, key)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def ports(post: Post) -> Ports:
    return {SmsSender: Sms(post), MailSender: Mail(post)}


@pytest.fixture
def send(app: Flask, clock: HandClock, ports: Ports) -> Send:
    """Send all that is owed, as the job does."""
    return partial(messages.run, clock, ports)


def letter(**more: Any) -> Letter:
    values: dict[str, Any] = {
        "channel": Channel.SMS,
        "template": "code_reset",
        "address": make.PHONE,
        "secrets": {"code": "123456"},
    }
    return Letter(**(values | more))


def rows(session: Session) -> list[OutboxMessage]:
    session.rollback()
    return list(session.scalars(select(OutboxMessage)))


def test_a_message_is_sent_once(
    begin: Callable[..., Any],
    post: Post,
    send: Send,
) -> None:
    with begin() as work:
        services.owe(work, letter())

    send()
    send()

    [(address, text)] = post.sent
    assert address == make.PHONE
    assert "123456" in text


def test_a_message_of_a_fact_that_never_was_is_never_sent(
    begin: Callable[..., Any],
    post: Post,
    send: Send,
) -> None:
    def fail() -> None:
        with begin() as work:
            services.owe(work, letter())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    send()

    assert post.sent == []


def test_who_has_no_address_at_all_is_not_tried_again(
    begin: Callable[..., Any],
    post: Post,
    session: Session,
    send: Send,
) -> None:
    """Who was given an account at a counter may have neither telephone nor mail."""
    with begin() as work:
        account = Account(
            id=new_id(),
            person_id=new_id(),
            name="王老",
            state=AccountState.ACTIVE,
            locale="zh",
            created_at=work.now,
            handle="K2345678",
        )
        work.session.add(account)
        services.owe(work, letter(address=None, to_account=account.id))

    send()

    [row] = rows(session)
    assert (row.state, row.fault) == (MessageState.DEAD, "message.no_address")
    assert not post.keys


def test_what_cannot_be_sent_is_tried_again_and_then_given_up(
    begin: Callable[..., Any],
    clock: HandClock,
    post: Post,
    session: Session,
    send: Send,
) -> None:
    with begin() as work:
        services.owe(work, letter())
    post.shut = True

    for _ in range(MOST_TRIES + 2):
        send()
        clock.pass_seconds(2 * 3600)

    [row] = rows(session)
    assert len(post.keys) == MOST_TRIES
    assert len(set(post.keys)) == 1
    assert row.state is MessageState.DEAD
    assert row.sealed is None


def test_a_failed_message_goes_out_when_the_way_is_open_again(
    begin: Callable[..., Any],
    clock: HandClock,
    post: Post,
    send: Send,
) -> None:
    with begin() as work:
        services.owe(work, letter())
    post.shut = True
    send()
    post.shut = False

    send()
    assert post.sent == []
    clock.pass_seconds(30)
    send()

    assert len(post.sent) == 1


@pytest.mark.parametrize("keep", [True, False])
def test_words_are_forgotten_once_sent_but_in_the_demonstration(
    app: Flask,
    begin: Callable[..., Any],
    clock: HandClock,
    ports: Ports,
    session: Session,
    keep: bool,
) -> None:
    with begin() as work:
        message_id = services.owe(work, letter())

    messages.send(clock, ports, message_id, keep_words=keep)

    [row] = rows(session)
    assert row.state is MessageState.SENT
    assert (row.sealed is not None) is keep
    assert (row.wrapped is not None) is keep


def test_a_letter_to_an_account_goes_by_phone_first(
    begin: Callable[..., Any],
    post: Post,
    send: Send,
) -> None:
    with begin() as work:
        both = make.account(work, phone=make.PHONE)
        services.message(work, both, "password_changed")
        mail_only = make.account(work, email="b@demo.example")
        services.message(work, mail_only, "password_changed")

    send()

    assert [address for address, _ in post.sent] == [make.PHONE, "b@demo.example"]


def test_the_same_dedupe_is_owed_once(work: Work) -> None:
    first = services.owe(work, letter(dedupe="order:1:paid"))
    work.session.flush()
    second = services.owe(work, letter(dedupe="order:1:paid"))

    assert first == second


def test_two_who_owe_the_same_at_once_owe_it_once_and_neither_fails(
    app: Flask,
) -> None:
    def owe(work: Work) -> object:
        return services.owe(work, letter(dedupe="order:1:paid"))

    got = race(app, [owe] * 6)

    assert len(got) == 6
    assert len(set(got)) == 1
    assert len(rows(db.session())) == 1
    db.session.remove()


def test_address_and_code_are_sealed(work: Work) -> None:
    services.owe(work, letter())
    work.session.flush()
    row = work.session.scalars(select(OutboxMessage)).one()

    assert row.facts == {}
    assert row.sealed is not None
    assert b"123456" not in row.sealed
    assert make.PHONE.encode() not in row.sealed
    [card] = queries.demo_outbox(work.session)
    assert (card.address, card.words) == (make.PHONE, WORDS)
    assert make.PHONE not in repr(card)


NAMES = sorted({file.name.split(".")[0] for file in TEMPLATES.glob("*.txt")})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_template_speaks_both_languages(name: str, locale: str) -> None:
    if not (TEMPLATES / f"{name}.{locale}.txt").exists():
        pytest.fail(f"{name} has no {locale}")


def test_an_unknown_language_reads_chinese() -> None:
    wording = queries.wording("code_reset", WORDS, "fr")

    assert wording.subject == "重设密码验证码"
    assert "123456" in wording.text


def test_the_pause_doubles_up_to_two_hours() -> None:
    assert [pause_after(n).total_seconds() for n in (0, 1, 2, 3)] == [30, 30, 60, 120]
    assert pause_after(50).total_seconds() == 7200
