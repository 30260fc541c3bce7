"""A counter that is used to find out who has an account: each try leaves a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from lms.accounts.rules import COUNTER_FAILURES_A_DAY, Role
from lms.evidence.models import EvidenceLine
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import people as make
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
HERE = "/console/counter"


class World:
    """A desk, and a learner of another association."""

    def __init__(self, begin: Begin, browser_of: Sign) -> None:
        with begin() as work:
            self.here: AssociationId = make.association(work)
            self.learner = make.person(work, name="张建国")
            make.learner_of(work, self.learner.person_id)
            hands = [
                make_accounts.staff(
                    work, role, association_id=self.here, email=f"{n}@demo.example"
                )
                for n, role in enumerate((Role.CLERK, Role.CLERK, Role.MANAGER))
            ]
        self.clerk, self.second, self.manager = map(browser_of, hands)

    def came(self, number: str = "", name: str = "张建国") -> dict[str, str]:
        number = number or self.learner.id_number
        return {"name": name, "number": number, "checked": "y", "agreed": "y"}


@pytest.fixture
def world(begin: Begin, browser_of: Sign) -> World:
    return World(begin, browser_of)


def lines() -> list[EvidenceLine]:
    db.session.rollback()
    kind = EvidenceLine.kind == "account.counter_failed"
    return list(db.session.scalars(select(EvidenceLine).where(kind)))


@pytest.mark.parametrize(
    ("deed", "change", "why"),
    [
        ("", {}, "counter.there_already"),
        ("/recover", {}, "slip.unknown_here"),
        ("/recover", {"name": "王五"}, "counter.other_name"),
        ("/recover", {"number": make.id_number(serial=77)}, "person.unknown"),
        ("/dispute", {"number": make.id_number(serial=78)}, "number.free"),
    ],
)
def test_a_try_that_tells_of_an_account_leaves_a_line_without_the_person(
    world: World, deed: str, change: dict[str, str], why: str
) -> None:
    answer = world.clerk.post(HERE + deed, world.came() | change)

    assert answer.status_code == 422
    (line,) = lines()
    facts = json.loads(line.facts)
    assert facts["why"] == why
    assert line.stream == f"association:{world.here}"
    assert world.learner.id_number not in line.facts
    assert "张建国" not in line.facts
    assert "柜台核对身份没有办成" in world.manager.get("/console/deeds").text


def test_too_many_tries_in_a_day_shut_the_counter_to_that_clerk_alone(
    world: World, clock: HandClock, browser_of: Sign
) -> None:
    for _one in range(COUNTER_FAILURES_A_DAY):
        assert world.clerk.post(HERE, world.came()).status_code == 422

    shut = world.clerk.post(HERE, world.came(make.id_number(serial=79), "李四"))

    assert shut.status_code == 422
    assert f"今天已有 {COUNTER_FAILURES_A_DAY} 次没有核对上" in shut.text
    assert "李四" in shut.text
    assert len(lines()) == COUNTER_FAILURES_A_DAY
    again = world.came(make.id_number(serial=79), "李四")
    assert world.second.post(HERE, again).status_code == 200


def test_what_comes_to_something_or_is_mistyped_is_not_counted(world: World) -> None:
    for serial in range(COUNTER_FAILURES_A_DAY + 1):
        old = make.id_number(serial=serial, born_on=date(1969, 3, 4))
        good = world.came(old, "李老师傅")
        assert world.clerk.post(HERE, good).status_code == 200
        young = make.id_number(serial=serial, born_on=date(2020, 1, 1))
        assert world.clerk.post(HERE, world.came(young)).status_code == 422

    assert lines() == []


def test_for_an_account_that_nobody_knows_the_counter_says_what_to_do(
    world: World, begin: Begin
) -> None:
    with begin() as work:
        lonely = make.person(work, name="张建国")
    came = world.came(lonely.id_number)

    answer = world.clerk.post(f"{HERE}/recover", came)

    assert answer.status_code == 422
    assert "还没有在任何协会学习过" in answer.text
    assert "都不能用了，先开户再核对" in answer.text
    assert f'value="{lonely.id_number}"' in answer.text
    (line,) = lines()
    assert json.loads(line.facts)["why"] == "slip.unknown_anywhere"
    slip = world.clerk.post(f"{HERE}/dispute", came)
    assert slip.status_code == 200
    assert "登录单据" in slip.text


def test_who_forgot_a_password_signs_no_consent_again(world: World) -> None:
    came = world.came(make.id_number(serial=80), "李四")
    del came["agreed"]
    unsigned = world.clerk.post(HERE, came)
    signed = world.clerk.post(HERE, came | {"agreed": "y"})
    anew = world.clerk.post(f"{HERE}/recover", came)

    assert unsigned.status_code == 422
    assert "签字" in unsigned.text
    assert "<h1>登录单据" in signed.text
    assert anew.status_code == 200
    assert "<h1>重设密码单据" in anew.text
