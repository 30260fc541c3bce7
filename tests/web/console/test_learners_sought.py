"""The list of learners by company, course, account and certificate."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from itertools import combinations
from typing import Any

import openpyxl
import pytest

from lms.accounts import services as accounts
from lms.accounts.rules import Role
from lms.credentials import services as credentials
from lms.kernel.ids import new_id
from lms.people.rules import EmployerFacts
from lms.policy.model import Specialty
from lms.reports import people as reports
from lms.reports.sought import Asked, Footing, Study, Taken
from tests.conftest import Browser
from tests.make import accounts as staff_make
from tests.make import catalogue as make_courses
from tests.make import credentials as make_credentials
from tests.make import learning as make_learning
from tests.make import merges as make_merges
from tests.make import people as make
from tests.make.companies import uscc

Begin = Callable[..., Any]
LIST = "/console/people"
YEAR = 2026


class Street:
    """Four learners of one association, each unlike the others, and one elsewhere."""

    def __init__(self, begin: Begin, browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of
        self.code = uscc()
        with begin() as work:
            self.here = make_courses.association(work)
            self.there = make_courses.association(work, name="另一协会")
            self._firms(work)
            self._courses(work)
            self.holder = make_credentials.graduate(work, self.here, name="赵有证")
            self.held = credentials.issue(
                work, self.holder, Specialty.BUILDING, printer=make_credentials.PLAIN
            )
            accounts.know_learner(work, self.holder, self.here)
            clerk = staff_make.staff(work, Role.CLERK, association_id=self.here)
        self.clerk: Browser = browser_of(clerk)

    def _firms(self, work: Any) -> None:
        firm = EmployerFacts(self.code, "鄂尔多斯宏远（集团）建筑公司")
        self.worker = make.person(work, name="钱宏远", employer=firm)
        other = EmployerFacts(self.code, "宏远三分公司")
        self.other = make.person(work, name="孙分部", employer=other)
        for one in (self.worker, self.other):
            accounts.know_learner(work, one.person_id, self.here)
        outside = make.person(work, name="周外人", employer=firm)
        accounts.know_learner(work, outside.person_id, self.there)

    def _courses(self, work: Any) -> None:
        self.course, self.version = make_courses.course(work, self.here, title="安全课")
        self.foreign, foreign = make_courses.course(work, self.there, title="外会课")
        make_learning.enrolled(work, foreign, person_id=self.worker.person_id)
        make_merges.studied(work, self.worker.person_id, self.version, 2)
        make_learning.enrolled(work, self.version, person_id=self.other.person_id)

    def named(self, **told: str) -> set[str]:
        """Say whose family names stand in the list."""
        page = self.clerk.get(LIST, query_string=told)
        assert page.status_code == 200
        return set(re.findall(r">(\w)\*+<", page.text))

    def exported(self, told: dict[str, str]) -> list[str]:
        """Say whose family names stand in the table that is taken away."""
        sent = self.clerk.post(f"{LIST}/export.xlsx", told)
        book = openpyxl.load_workbook(io.BytesIO(sent.data))
        names = [str(row[0].value) for row in book.worksheets[0]][1:]
        return [one[0] for one in names]


@pytest.fixture
def street(begin: Begin, browser_of: Any) -> Street:
    return Street(begin, browser_of)


@pytest.fixture(params=[20_000, 0], ids=["rare", "common"], autouse=True)
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few are found by an index, many are asked one by one: the answer is the same."""
    monkeypatch.setattr("lms.reports.looking.FEW", request.param)
    if not request.param:
        monkeypatch.setattr("lms.reports.ways.FIRMS", 0)


def test_a_company_is_found_by_a_part_its_code_or_what_a_learner_calls_it(
    street: Street,
) -> None:
    assert street.named(company="宏远（集团") == {"钱", "孙"}
    assert street.named(company=street.code.lower()) == {"钱", "孙"}
    assert street.named(company="宏远三分") == {"孙"}
    assert street.named(company="三分公司") == set()
    assert street.named(company="%") == set()
    assert street.named(company=" ") == {"钱", "孙", "赵"}


def test_a_course_is_asked_for_with_how_far_somebody_is(street: Street) -> None:
    course = str(street.course)

    assert street.named(course=course) == {"钱", "孙"}
    assert street.named(course=course, taken="done") == {"钱"}
    assert street.named(course=course, taken="waiting") == {"孙"}
    assert street.named(course=course, taken="open") == set()
    assert street.named(course=course, taken="closed") == set()
    with street.begin() as work:
        opened = make_merges.courses_of(work, street.other.person_id)[0]
        opened.last_at = work.now
    assert street.named(course=course, taken="open") == {"孙"}
    assert street.named(course=course, taken="waiting") == set()
    with street.begin() as work:
        opened = make_merges.courses_of(work, street.other.person_id)[0]
        opened.closed_at = work.now
    assert street.named(course=course, taken="closed") == {"孙"}
    assert street.named(course=course, taken="open") == set()


def test_another_associations_course_is_like_one_that_is_nowhere(
    street: Street,
) -> None:
    everybody = {"钱", "孙", "赵"}

    assert street.named(course=str(street.foreign), taken="done") == everybody
    assert street.named(course=str(new_id()), taken="done") == everybody
    page = street.clerk.get(LIST, query_string={"course": str(street.foreign)}).text
    assert "安全课" in page
    assert "外会课" not in page
    assert "去掉这个条件" not in page


def test_accounts_that_are_shut_bare_joined_or_closed_are_found(street: Street) -> None:
    for footing in ("shut", "bare", "joined", "closed"):
        assert street.named(account=footing) == set()
    with street.begin() as work:
        make_merges.learner(work, street.here, name="吴空白")
        accounts.suspend(work, street.worker.account_id)
        gone = make_merges.learner(work, street.here, name="郑并走")
        accounts.take_over(work, gone, street.other.person_id)
        accounts.know_as_before(work, gone, street.other.person_id)
        leaver = make.person(work, name="冯注销")
        accounts.know_learner(work, leaver.person_id, street.here)
        accounts.close_account(work, leaver.account_id)

    assert street.named(account="shut") == {"钱"}
    assert street.named(account="bare") == {"吴"}
    assert street.named(account="joined") == {"孙"}
    assert street.named(account="closed") == {"冯"}


def test_a_certificate_counts_while_it_stands_and_where_it_was_issued(
    street: Street,
) -> None:
    assert street.named(certificate="yes") == {"赵"}
    assert street.named(certificate="yes", year=str(YEAR)) == {"赵"}
    assert street.named(year=str(YEAR)) == {"赵"}
    with street.begin() as work:
        accounts.know_learner(work, street.holder, street.there)
        far = staff_make.staff(
            work, Role.CLERK, association_id=street.there, email="far@demo.example"
        )
        credentials.revoke(work, street.held, reason="x", approvals=(new_id(),))
    assert street.named(certificate="yes") == set()
    assert street.named(certificate="no") == {"钱", "孙", "赵"}
    street.clerk = street.browser_of(far)
    assert street.named(certificate="yes") == set()


def test_who_has_no_certificate_that_stands_is_found(street: Street) -> None:
    assert street.named(certificate="no") == {"钱", "孙"}
    assert street.named(certificate="no", year=str(YEAR)) == {"钱", "孙"}
    assert street.named(certificate="no", study="done") == {"钱"}
    assert street.named(certificate="no", company="宏远三分") == {"孙"}
    page = street.clerk.get(LIST, query_string={"certificate": "no", "year": str(YEAR)})
    assert f"合格证：没有（{YEAR}）" in page.text


def test_an_address_of_before_that_asked_for_certificates_still_does(
    street: Street,
) -> None:
    assert street.named(study="certified") == {"赵"}


def test_all_filters_hold_together_and_with_a_name(street: Street) -> None:
    told = {
        "company": "宏远",
        "course": str(street.course),
        "taken": "done",
        "study": "done",
        "specialty": "building",
    }

    assert street.named(**told) == {"钱"}
    assert street.named(**told | {"taken": "waiting"}) == set()
    found = street.clerk.post(f"{LIST}/search", {**told, "wanted": "钱宏"}).text
    assert "钱*" in found
    narrower = street.clerk.post(
        f"{LIST}/search", {**told, "wanted": "孙分", "taken": "done"}
    ).text
    assert "孙*" not in narrower
    assert "去掉上面的筛选条件" in narrower


def test_the_form_without_a_name_leads_to_an_address_that_can_be_kept(
    street: Street,
) -> None:
    told = {"wanted": " ", "company": "宏远", "account": "shut", "study": "nonsense"}

    sent = street.clerk.post(f"{LIST}/search", told)

    assert sent.status_code == 303
    assert sent.location.startswith(f"{LIST}?")
    assert sent.location.count("=") == 2
    page = street.clerk.get(sent.location).text
    assert re.search(r'<details class="more"\s+open', page)
    assert "没有符合条件的学员" in page


def test_each_narrowing_is_a_chip_that_takes_it_away(street: Street) -> None:
    told = {"company": "宏远", "course": str(street.course), "taken": "done"}

    page = street.clerk.get(LIST, query_string=told).text

    chips = [
        unescape(one) for one in re.findall(r'class="chip"\s+href="([^"]+)"', page)
    ]
    assert len(chips) == 2
    assert "课程：安全课（已学完）" in page
    assert "孙*" in street.clerk.get(chips[0]).text or "course=" in chips[0]
    without = next(one for one in chips if "company" in one)
    assert "course" not in without
    assert "taken" not in without
    assert "孙*" in street.clerk.get(without).text
    assert "去掉这个条件" not in street.clerk.get(LIST).text


def test_a_name_too_long_is_refused_and_the_filters_stay(street: Street) -> None:
    told = {"wanted": "王" * 61, "company": "宏远"}

    refused = street.clerk.post(f"{LIST}/search", told)

    assert refused.status_code == 422
    assert 'value="宏远"' in refused.text
    assert "王" * 61 in refused.text


def test_the_table_says_by_what_it_was_narrowed(street: Street) -> None:
    told = {
        "company": "宏远",
        "course": str(street.course),
        "taken": "done",
        "account": "",
    }

    sent = street.clerk.post(f"{LIST}/export.xlsx", told)

    book = openpyxl.load_workbook(io.BytesIO(sent.data))
    assert [row[0].value for row in book.worksheets[0]] == ["姓名", "钱*"]
    filters = {str(a): str(b) for a, b in book["筛选条件"].values}
    assert filters["聘用企业"] == "宏远"
    assert filters["课程"] == "安全课（已学完）"
    assert filters["账号状态"] == "全部"
    assert filters["合格证"] == "全部"


def test_the_next_page_stays_narrowed(street: Street) -> None:
    with street.begin() as work:
        firm = EmployerFacts(street.code, "宏远建筑公司")
        for _turn in range(27):
            one = make.person(work, name="蒋翻页", employer=firm)
            accounts.know_learner(work, one.person_id, street.here)

    first = street.clerk.get(LIST, query_string={"company": "宏远"}).text
    found = re.search(r'rel="next"\s+href="([^"]+)"', first)

    assert found is not None
    second = street.clerk.get(unescape(found.group(1))).text
    assert (first + second).count("蒋*") == 27
    assert "赵*" not in second


def test_a_list_that_is_walked_in_parts_says_so_and_goes_on_to_the_end(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.reports.looking.FEW", -1)
    monkeypatch.setattr("lms.reports.looking.SOME", 2)
    told = {"company": "宏远"}
    whole = street.exported(told)

    found: list[str] = []
    page = street.clerk.get(LIST, query_string=told).text
    assert "继续往前找" in page
    while "继续往前找" in page:
        assert "更早的还没有查看" in page
        found += re.findall(r">(\w)\*+<", page)
        onward = re.search(r'rel="next"\s+href="([^"]+)"', page)
        assert onward is not None
        page = street.clerk.get(unescape(onward.group(1))).text

    found += re.findall(r">(\w)\*+<", page)
    assert sorted(found) == sorted(whole) == ["孙", "钱"]


def test_a_part_in_which_nobody_fits_is_not_called_an_empty_list(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.reports.looking.FEW", -1)
    monkeypatch.setattr("lms.reports.looking.SOME", 1)
    told = {"company": "哪儿也没有"}

    page = street.clerk.get(LIST, query_string=told).text
    assert "这一批里没有" in page
    assert "没有符合条件的学员" not in page
    for _each in range(3):
        onward = re.search(r'rel="next"\s+href="([^"]+)"', page)
        assert onward is not None
        page = street.clerk.get(unescape(onward.group(1))).text
    assert "再往前没有了" in page
    sought = street.clerk.post(f"{LIST}/search", {**told, "wanted": "钱"}).text
    assert "只查看了最近的 1 名学员" in sought


def test_the_list_and_its_table_agree_however_it_is_narrowed(street: Street) -> None:
    with street.begin() as work:
        make_merges.learner(work, street.here, name="吴空白")
        accounts.suspend(work, street.worker.account_id)
    course = {"course": street.course}
    every: tuple[dict[str, Any], ...] = (
        {"words": "钱"},
        {"company": "宏远"},
        {"specialty": Specialty.BUILDING},
        {"ending": 180},
        *({"study": one} for one in Study),
        *({"footing": one} for one in Footing),
        {"certified": True},
        {"certified": False},
        {"certified": True, "year": YEAR},
        {"certified": False, "year": YEAR - 1},
        *({**course, "taken": one} for one in (None, *Taken)),
    )
    on, here = date(YEAR, 11, 22), street.here
    with street.begin() as work:
        for one, other in combinations(every, 2):
            asked = Asked(**{**one, **other})
            page = reports.learners(work.session, here, asked, on=on)
            table = list(reports.every_learner(work.session, here, asked, on=on))
            assert [*page.rows] == table, asked
