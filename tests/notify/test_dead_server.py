"""The outbox before a real mail server: dead, dying in the middle, and asked by two.

SMTP itself allows one thing that no outbox can rule out: a server that took a mail and
died before it said so. Such a mail goes out again with the same Message-ID.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_string
from typing import Any

import pytest
from flask import Flask

from lms.gateways.mail import SmtpMail
from lms.jobs import messages
from lms.kernel.db import db
from lms.notify import services
from lms.notify.models import OutboxMessage
from lms.notify.ports import MailSender
from lms.notify.rules import Channel, Letter, MessageState
from tests.conftest import HandClock
from tests.races import failures, tried

Begin = Callable[..., Any]


@dataclass
class PostOffice:
    """An SMTP server on the loopback that can be told to die at a word."""

    server: socket.socket
    dies_at: str = ""
    taken: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                line, _address = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as paper:
            line.sendall(b"220 here\r\n")
            for heard in paper:
                verb = heard.split()[0].decode().upper()
                if verb == self.dies_at:
                    return
                if verb == "DATA":
                    line.sendall(b"354 go on\r\n")
                    self.taken.append(b"".join(iter(paper.readline, b".\r\n")).decode())
                    if self.dies_at == "AFTER":
                        return
                line.sendall(b"221 bye\r\n" if verb == "QUIT" else b"250 good\r\n")

    def marks(self) -> list[str]:
        return [str(message_from_string(one)["Message-ID"]) for one in self.taken]


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    monkeypatch.setattr("lms.gateways.mail._TIMEOUT_SECONDS", 5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = PostOffice(server)
        threading.Thread(target=made.serve, daemon=True).start()
        yield made


def ports(office: PostOffice) -> dict[type[Any], Any]:
    return {MailSender: SmtpMail(office.url, "house@demo.example")}


def owe(begin: Begin, count: int = 1) -> None:
    with begin() as work:
        for n in range(count):
            services.owe(
                work,
                Letter(
                    Channel.MAIL,
                    "order_paid",
                    address=f"one{n}@demo.example",
                    facts={"number": str(n), "total": "1", "courses": 1},
                ),
            )


def states() -> set[MessageState]:
    db.session.rollback()
    return {one.state for one in db.session.query(OutboxMessage)}


def test_what_a_living_server_takes_is_sent_once(
    app: Flask, begin: Begin, clock: HandClock, office: PostOffice
) -> None:
    owe(begin, 3)

    messages.run(clock, ports(office))
    messages.run(clock, ports(office))

    assert len(office.marks()) == len(set(office.marks())) == 3
    assert states() == {MessageState.SENT}


@pytest.mark.parametrize("word", ["EHLO", "MAIL", "RCPT", "DATA", "AFTER"])
def test_a_server_that_dies_at_any_word_loses_nothing(
    app: Flask, begin: Begin, clock: HandClock, office: PostOffice, word: str
) -> None:
    owe(begin)
    office.dies_at = word
    messages.run(clock, ports(office))
    assert states() == {MessageState.DUE}

    office.dies_at = ""
    clock.pass_seconds(3600)
    messages.run(clock, ports(office))

    assert states() == {MessageState.SENT}
    # Twice only where the server took it and died before it said so, under one mark.
    assert len(office.marks()) == (2 if word == "AFTER" else 1)
    assert len(set(office.marks())) == 1


def test_a_server_that_is_not_there_at_all_loses_nothing(
    app: Flask, begin: Begin, clock: HandClock, office: PostOffice
) -> None:
    owe(begin, 5)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nowhere = f"smtp://127.0.0.1:{gone.getsockname()[1]}"
    messages.run(clock, {MailSender: SmtpMail(nowhere, "house@demo.example")})

    # After some have found the way shut the others are not even tried.
    db.session.rollback()
    tries = sorted(one.tries for one in db.session.query(OutboxMessage))
    assert tries == [0, 0, 1, 1, 1]
    clock.pass_seconds(3600)
    messages.run(clock, ports(office))

    assert len(set(office.marks())) == 5
    assert states() == {MessageState.SENT}


def test_a_process_killed_between_sending_and_noting_sends_under_the_same_mark(
    app: Flask,
    begin: Begin,
    clock: HandClock,
    office: PostOffice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owe(begin, 2)

    def die(*_told: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "mark_sent", die)
    with pytest.raises(KeyboardInterrupt):
        messages.run(clock, ports(office))
    monkeypatch.undo()
    clock.pass_seconds(3600)
    messages.run(clock, ports(office))

    assert len(office.marks()) == 3
    assert len(set(office.marks())) == 2
    assert states() == {MessageState.SENT}


def test_two_processes_send_each_mail_once(
    app: Flask, begin: Begin, clock: HandClock, office: PostOffice
) -> None:
    owe(begin, 30)

    got = tried(app, [lambda: messages.run(clock, ports(office))] * 3)

    assert not failures(got)
    assert len(office.marks()) == len(set(office.marks())) == 30


def test_a_mail_that_may_be_refused_carries_the_heads_of_rfc_8058(
    office: PostOffice,
) -> None:
    post = SmtpMail(office.url, "house@demo.example")
    post.send("a@demo.example", "一", "二", key="1", leave="https://x/leave/y")
    post.send("a@demo.example", "一", "二", key="2")

    with_link, without = (message_from_string(one) for one in office.taken)
    assert with_link["List-Unsubscribe"] == "<https://x/leave/y>"
    assert with_link["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert without["List-Unsubscribe"] is None
