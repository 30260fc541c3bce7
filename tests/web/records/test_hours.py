"""学习中心 and 我的学时: what a person sees, in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms.catalogue.models import Association
from lms.commerce.models import Cart, Order
from lms.commerce.rules import OrderState
from lms.hours import services as hours
from lms.hours.rules import EntryKind
from lms.kernel.credit import Credit
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.policy.model import Specialty, Track
from tests.conftest import Browser, HandClock
from tests.learning.ground import course
from tests.make import learning as make
from tests.make import people

Sign = Callable[..., Browser]
TWO = (Specialty.BUILDING, Specialty.MUNICIPAL)


@pytest.fixture
def made(app: Flask, clock: HandClock) -> people.Made:
    with unit_of_work(HOUSE, clock=clock) as work:
        return people.person(work, specialties=TWO)


def credit(
    work: Work, person_id: PersonId, hundredths: int, track: Track = Track.REQUIRED
) -> None:
    hours.post(
        work,
        person_id,
        specialty=Specialty.BUILDING,
        track=track,
        credit=Credit(hundredths),
        association_id=AssociationId(new_id()),
        source=f"transfer:{new_id()}",
        kind=EntryKind.TRANSFER,
        earned_at=work.now - timedelta(days=3),
    )


def test_the_rings_show_what_is_done_and_owed(
    made: people.Made, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        credit(work, made.person_id, 4200)

    page = browser_of(made.account_id).get("/learn/hours").text

    assert "42/60" in page
    assert "还差 18 学时" in page
    assert "0/30" in page
    assert "距有效期结束还有 99 天" in page


def test_every_figure_opens_to_its_entries(
    made: people.Made, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        credit(work, made.person_id, 150)
        credit(work, made.person_id, 50)

    page = browser_of(made.account_id).get("/learn/hours/building/required").text

    assert page.count("2026-11-18") == 2
    assert "1.5 学时" in page
    assert "外部学时认定" in page
    assert "证据第" in page


@pytest.mark.parametrize("url", ["/learn/hours/x/required", "/learn/hours/water/x"])
def test_no_such_figure(made: people.Made, browser_of: Sign, url: str) -> None:
    assert browser_of(made.account_id).get(url).status_code == 404


def test_credit_outside_the_period_is_not_in_the_figure(
    made: people.Made, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        hours.post(
            work,
            made.person_id,
            specialty=Specialty.BUILDING,
            track=Track.REQUIRED,
            credit=Credit(1000),
            association_id=AssociationId(new_id()),
            source="study:old",
            earned_at=work.now - timedelta(days=1500),
        )
    browser = browser_of(made.account_id)

    assert "0/60" in browser.get("/learn/hours").text
    assert "还没有学时记录" in browser.get("/learn/hours/building/required").text


def test_the_person_checks_the_own_chain(
    made: people.Made, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        credit(work, made.person_id, 100)
    browser = browser_of(made.account_id)

    assert browser.post("/learn/hours/verify").status_code == 303
    assert "没有改动" in browser.get("/learn/hours").text

    with unit_of_work(HOUSE, clock=clock) as work:
        _force(work)
    browser.post("/learn/hours/verify")
    assert "不一致" in browser.get("/learn/hours").text


def _force(work: Work) -> None:
    if work.session.connection().dialect.name == "postgresql":
        work.session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        work.session.execute(text("DROP TRIGGER evidence_lines_no_update"))
    work.session.execute(text("UPDATE evidence_lines SET facts = '{}'"))


def test_the_centre_resumes_where_the_film_stopped(
    made: people.Made, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        version, lessons = course(work, 900, 900)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
    browser = browser_of(made.account_id)
    assert "从这里开始" in browser.get("/learn").text

    with unit_of_work(HOUSE, clock=clock) as work:
        seat = make.sit(work, made.person_id, mine, lessons[1])
    clock.pass_seconds(59)
    with unit_of_work(HOUSE, clock=clock) as work:
        make.send(work, seat, seat.beat(0, 59))

    page = browser.get("/learn").text

    assert f"/study/{mine}/{lessons[1]}" in page
    assert "停在 0:59" in page
    assert "本课已计 0:59 / 15:00" in page
    assert "已完成 0 / 2 课" in page


def test_a_newcomer_is_shown_the_first_step(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        account = people.account(work).account_id
    browser = browser_of(account)

    page = browser.get("/learn").text

    assert "完善个人资料" in page
    assert "还没有课程" in page
    assert "还没有注册信息" in browser.get("/learn/hours").text


def test_what_waits_is_listed(
    made: people.Made, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        version, _ = course(work, 900, specialty=None)
        make.enrolled(work, version, person_id=made.person_id)
        _pending_order(work, made.person_id)
        credit(work, made.person_id, 6000)
        credit(work, made.person_id, 6000, Track.ELECTIVE)

    page = browser_of(made.account_id).get("/learn").text

    assert "选择公共课计入的专业" in page
    assert "订单待付款" in page
    assert "还没有待办" not in page
    assert "60/60" in page


def _pending_order(work: Work, person_id: PersonId) -> None:
    association_id = work.session.scalars(select(Association.id)).first()
    cart = Cart(id=new_id(), person_id=person_id)
    work.session.add(cart)
    work.session.flush()
    work.session.add(
        Order(
            id=new_id(),
            number="JX2026TEST",
            person_id=person_id,
            association_id=association_id,
            cart_id=cart.id,
            cart_revision=1,
            state=OrderState.PENDING,
            total_fen=100,
            currency="CNY",
            placed_at=work.now,
            expires_at=work.now + timedelta(minutes=30),
        )
    )
    work.session.flush()


def test_reading_changes_nothing(
    made: people.Made, clock: HandClock, browser_of: Sign
) -> None:
    browser = browser_of(made.account_id)
    before = db.session.scalar(text("SELECT count(*) FROM evidence_lines"))

    for url in ("/learn", "/learn/hours", "/learn/hours/building/required"):
        assert browser.get(url).status_code == 200

    assert db.session.scalar(text("SELECT count(*) FROM evidence_lines")) == before
