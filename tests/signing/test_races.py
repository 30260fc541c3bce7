"""Many managers at once: of two keys for one purpose, one is in use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.signing import services
from lms.signing.models import SigningKey
from lms.signing.rules import Purpose, Standing
from lms.signing.services import Answer, Wish
from lms.signing.services.holding import hold
from tests.make import credentials as graduates
from tests.make import signing as make
from tests.races import race

OWNER = "association:7d4e7f0e-0000-4000-8000-000000000001"


def in_use() -> dict[Purpose, int]:
    db.session.remove()
    rows = db.session.execute(
        select(SigningKey.purpose, func.count())
        .where(SigningKey.standing == Standing.ACTIVE)
        .group_by(SigningKey.purpose)
    )
    return {row[0]: row[1] for row in rows}


def test_six_rings_made_at_once_leave_one_key_of_each_purpose_in_use(
    app: Flask,
) -> None:
    got = race(app, [lambda work: make.ring(work, OWNER)] * 6)

    assert in_use() == dict.fromkeys(Purpose, 1)
    assert all(isinstance(one, Conflict) for one in got if isinstance(one, Exception))


def test_eight_managers_who_agree_at_once_make_one_key(
    app: Flask, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        here = graduates.association(work)
        mine = make.owner(here)
        wish = Wish(Purpose.DOCUMENT, "年度更换密钥")
        question = services.generate(make.manager(work, here), mine, wish)

    def agree(work: Work) -> object:
        one = make.manager(work, here)
        return services.decide(one, make.maker(), mine, question, Answer(True))

    got = race(app, [agree] * 8)

    assert sum(not isinstance(one, Exception) for one in got) == 1
    assert all(isinstance(one, Conflict) for one in got if isinstance(one, Exception))
    assert in_use() == {Purpose.DOCUMENT: 1}


@pytest.mark.parametrize("held", [True, False], ids=["held", "the negative control"])
def test_who_calls_a_key_broken_waits_for_what_is_being_issued_with_it(
    app: Flask, begin: Callable[..., Any], held: bool
) -> None:
    if not held and db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer, who holds everything")
    with begin() as work:
        here = graduates.association(work)
        mine, ring = make.owner(here), make.ring(work, make.owner(here).key)
    sealed, broken, order = threading.Event(), threading.Event(), list[str]()

    def deed(work: Work) -> None:
        assert not held or hold(work, ring)
        sealed.set()
        broken.wait(timeout=0.7)
        order.append("issued")

    def alarm() -> None:
        with app.app_context():
            sealed.wait(timeout=30)
            with unit_of_work(HOUSE, clock=app.extensions["lms.clock"]) as work:
                clerk = make.manager(work, here)
                services.alarm(clerk, mine, ring.document.kid, work.now, "U盾丢失了")
                order.append("broken")
            broken.set()
            db.session.remove()

    thread = threading.Thread(target=alarm)
    thread.start()
    with begin() as work:
        deed(work)
    thread.join()

    assert order == (["issued", "broken"] if held else ["broken", "issued"])
    with begin() as work:
        assert not hold(work, ring)
