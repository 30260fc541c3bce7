"""The company's lists leave as tables: its own, on its record, to its own agent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.policy.model import Province
from tests.conftest import Browser
from tests.make import commerce as shop
from tests.make import companies
from tests.make import seats as make
from tests.make.companies import Company
from tests.web.console.test_person_tables import table
from tests.web.employer.test_applications import World

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@dataclass(frozen=True)
class House:
    """A company that bought two seats, its agent, and another company's."""

    company: Company
    line: UUID
    agent: Browser
    stranger: Browser


@pytest.fixture
def house_of(begin: Begin, browser_of: Sign) -> House:
    with begin() as work:
        sold = shop.course(work, shop.association(work))
        company, other = companies.proved(work), companies.proved(work)
        make.staff(work, company, name="张建国")
        line = make.bought(work, company, sold, 2).line_id
    agents = [browser_of(one.agent.account_id) for one in (company, other)]
    return House(company, line, *agents)


LISTS = (
    "people/export", "applications/export", "archive/export", "certificates/export",
    "copies/export", "buying/seats", "buying/orders", "buying/quotes",
)  # fmt: skip


EMPTY = {"applications/export", "certificates/export", "copies/export"}


@pytest.mark.parametrize("where", LISTS)
def test_each_says_its_scope_and_its_time_and_is_nobody_elses(
    where: str, house_of: House
) -> None:
    rows, told = table(house_of.agent, f"/employer/{where}.xlsx")
    others, _told = table(house_of.stranger, f"/employer/{where}.xlsx")

    assert told["范围"]
    assert told["导出时间"] == "2026-11-21 10:00"
    assert others == []
    assert bool(rows) == (where not in EMPTY)
    db.session.remove()
    stream = f"employer:{house_of.company.id}"
    kinds = {line.kind for line in evidence.lines(db.session(), stream)}
    assert any(kind.endswith("_exported") for kind in kinds)


def test_people_leave_by_their_tab(house_of: House) -> None:
    (row,), told = table(house_of.agent, "/employer/people/export.xlsx", tab="active")
    waiting, said = table(house_of.agent, "/employer/people/export.xlsx", tab="waiting")

    assert row[:2] == ["张建国", "在职"]
    assert told["范围"] == "在职"
    assert (waiting, said["范围"]) == ([], "待处理")


def test_the_seats_of_a_line_leave_to_whose_they_are(house_of: House) -> None:
    where = f"/employer/seats/{house_of.line}/export.xlsx"

    rows, _told = table(house_of.agent, where)

    assert [row[3] for row in rows] == ["未分配", "未分配"]
    assert house_of.stranger.post(where).status_code == 404


def test_what_waits_for_the_company_stands_first(begin: Begin, browser_of: Any) -> None:
    world = World(begin, browser_of, Province.INNER_MONGOLIA)
    one = world.handed_on()

    (row,), _told = table(world.agent(), "/employer/applications/export.xlsx")

    assert row[0] == "张建国"
    assert row[4] == world.card(one).number
    assert row[5] == "是"
