"""Companies at an association's desk, and what an inspector sees of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from lms.accounts.rules import Role
from lms.commerce import queries
from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, new_id
from lms.people import queries as people_queries
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as shop
from tests.make import companies
from tests.make import seats as make
from tests.make.commerce import Sold
from tests.make.companies import Company
from tests.make.seats import Staff
from tests.web.employer.test_buying import followed, found, shown, uploaded

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@dataclass
class Street:
    """A company that bought here, one that did not, and who looks at them."""

    house: AssociationId
    sold: Sold
    company: Company
    uscc: str
    other: Company
    staff: Staff
    line: UUID
    clerk: Browser
    manager: Browser
    stranger: Browser
    inspector: Browser


@pytest.fixture
def street(begin: Begin, browser_of: Sign) -> Street:
    with begin() as work:
        house = shop.association(work)
        sold = shop.course(work, house)
        company = companies.proved(work, name="包头第一建筑公司")
        other = companies.proved(work, name="没有来往的公司")
        staff = make.staff(work, company, name="张建国")
        line = make.bought(work, company, sold, 2).line_id
        uscc = people_queries.company(work.session, company.id).uscc
        seats = {
            who: make_accounts.staff(
                work, role, association_id=where, email=f"{who}@demo.example"
            )
            for who, role, where in (
                ("clerk", Role.CLERK, house),
                ("manager", Role.MANAGER, house),
                ("stranger", Role.CLERK, shop.association(work)),
                ("inspector", Role.INSPECTOR, house),
            )
        }
    browsers = {who: browser_of(account) for who, account in seats.items()}
    return Street(house, sold, company, uscc, other, staff, line, **browsers)


def test_the_list_names_who_deals_with_this_association_alone(street: Street) -> None:
    assert "包头第一建筑公司" in shown(street.clerk.get("/console/companies"))
    assert "没有来往的公司" not in shown(street.clerk.get("/console/companies"))
    assert "包头第一建筑公司" not in shown(street.stranger.get("/console/companies"))
    by_code = shown(street.clerk.get(f"/console/companies?words={street.uscc}"))
    assert "包头第一建筑公司" in by_code


def test_its_people_are_masked_and_foreign_companies_are_not_there(
    street: Street,
) -> None:
    page = shown(street.clerk.get(f"/console/companies/{street.company.id}"))

    assert "张*" in page
    assert "张建国" not in page
    assert street.staff.made.id_number not in page
    for company in (street.other.id, new_id()):
        assert street.clerk.get(f"/console/companies/{company}").status_code == 404
    here = f"/console/companies/{street.company.id}"
    assert street.stranger.get(here).status_code == 404


def test_a_clerk_quotes_for_a_company_found_by_its_code(street: Street) -> None:
    url = "/console/companies/quote"
    assert "没有找到这家企业" in shown(
        street.clerk.get(f"{url}?uscc=91150203MA0N00000X")
    )
    page = shown(street.clerk.get(f"{url}?uscc={street.uscc}"))
    once = found(page, r'name="once" value="([^"]+)"')
    form = {"uscc": street.uscc, "once": once, f"course:{street.sold.course_id}": "50"}

    told = followed(street.clerk, url, form)

    assert "报价单已发给企业经办人" in told
    assert "¥6,400.00" in told
    pdf = found(told, r'href="([^"]+/quotes/[^"]+/quote\.pdf)"')
    assert street.clerk.get(pdf).data[:5] == b"%PDF-"
    withdrawn = followed(street.clerk, found(told, r'action="([^"]+/withdraw)"'))
    assert "报价单已作废" in withdrawn
    empty = street.clerk.post(url, {"uscc": street.uscc, "once": once})
    assert empty.status_code == 422


def test_a_clerk_seats_and_frees_for_the_company_and_a_manager_looks(
    street: Street,
) -> None:
    url = f"/console/companies/{street.company.id}/seats/{street.line}"
    told = followed(street.clerk, f"{url}/assign", {"link": str(street.staff.link)})
    assert "已为 1 人开通" in told
    looked = shown(street.manager.get(url))
    assert "没有开始" in looked
    assert "/free" not in looked
    assert street.manager.post(f"{url}/assign").status_code == 403
    assert street.stranger.post(f"{url}/assign").status_code == 404
    seat = found(told, r"/seat/([0-9a-f-]{36})/free")
    deed = f"/console/companies/{street.company.id}/seat/{seat}"
    assert "请先勾选" in followed(street.clerk, f"{deed}/move")

    assert "席位已收回" in followed(street.clerk, f"{deed}/free")

    db.session.remove()
    line = queries.seat_line(db.session(), street.company.id, street.line)
    assert line.count.free == 2


def test_a_clerk_hands_in_a_list_for_the_company(street: Street) -> None:
    url = f"/console/companies/{street.company.id}/roster"
    sent = uploaded(street.clerk, url, ("李四", 13911110004, None, None, "市政"))
    page = shown(street.clerk.get(sent.headers["Location"]))
    assert "全部 1 行校验通过" in page

    told = followed(street.clerk, f"{sent.headers['Location']}/take")

    assert "已代企业向 1 人发出邀请" in told
    assert "李*" in told
    db.session.remove()
    lines = evidence.lines(db.session(), f"employer:{street.company.id}")
    assert "roster.taken" in {line.kind for line in lines}
    assert street.manager.get(url).status_code == 403


def test_a_manager_parts_a_person_and_a_company_for_cause(street: Street) -> None:
    url = f"/console/companies/{street.company.id}/links/{street.staff.link}/end"
    wrong = street.manager.post(url, {"left_on": "2026-11-20", "reason": ""})
    assert wrong.status_code == 422
    assert street.clerk.post(url, {}).status_code == 403

    told = followed(
        street.manager, url, {"left_on": "2026-11-20", "reason": "查实已离职"}
    )

    assert "已解除关联" in told
    db.session.remove()
    assert not people_queries.staff_of(db.session(), street.company.id)
    person = f"person:{street.staff.made.person_id}"
    kinds = {line.kind for line in evidence.lines(db.session(), person)}
    assert "link.parted_for_cause" in kinds


def test_an_inspector_sees_orders_and_masked_people_and_may_do_nothing(
    street: Street,
) -> None:
    assert "包头第一建筑公司" in shown(street.inspector.get("/inspect/companies"))
    page = shown(street.inspector.get(f"/inspect/companies/{street.company.id}"))

    assert "张*" in page
    assert "张建国" not in page
    main = page.partition("<main")[2].partition("</main>")[0]
    forms = re.findall(r'<form[^>]*action="([^"]+)"', main)
    assert forms == [f"/inspect/companies/{street.company.id}/export.xlsx"]
    assert main.count("<form") == len(forms)
    gone = street.inspector.get(f"/inspect/companies/{street.other.id}")
    assert gone.status_code == 404


def test_a_companys_order_is_found_by_the_companys_name(street: Street) -> None:
    page = shown(street.clerk.get("/console/orders?words=包头第一"))

    assert "包头第一建筑公司" in page
    order = found(page, r"/console/orders/([0-9a-f-]{36})")
    assert "× 2" in shown(street.clerk.get(f"/console/orders/{order}"))
