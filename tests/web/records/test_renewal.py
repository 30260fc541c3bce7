"""能否延续, as its constructor sees it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from lms.accounts import queries as accounts
from lms.hours import services as hours
from lms.hours.rules import EntryKind
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.people import services as people
from lms.people.rules import (
    QualificationFacts,
    RegistrationFacts,
    SpecialtyPeriod,
    id_check,
)
from lms.policy.assessment import assess
from lms.policy.model import Province, Specialty, Track
from lms.registration.queries import eligibility
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import credentials as make_credentials
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

BUILDING, MUNICIPAL = Specialty.BUILDING, Specialty.MUNICIPAL
REQUIRED, ELECTIVE = Track.REQUIRED, Track.ELECTIVE
BTJX = AssociationId(new_id())
TODAY = date(2026, 11, 21)
ENDS = date(2027, 1, 9)


def registered(
    work: Work, *more: tuple[Specialty, date], province: Province
) -> tuple[AccountId, PersonId]:
    """A person of 1985 whose 建筑 ends on 2027-01-09, and what else is given."""
    account_id = make_accounts.account(work, email="zhang@demo.example")
    person_id = accounts.account(work.session, account_id).person_id
    people.save_identity(work, person_id, "张建国", "15020319850704001X")
    ends = ((BUILDING, ENDS), *more)
    for specialty, _end in ends:
        paper = QualificationFacts(specialty, "ZJ2019150001", date(2019, 6, 1))
        people.save_qualification(work, person_id, paper)
    periods = tuple(
        SpecialtyPeriod(
            specialty,
            end.replace(year=end.year - 3),
            end,
            is_main=specialty is BUILDING,
        )
        for specialty, end in ends
    )
    facts = RegistrationFacts("蒙215191900012", province, periods)
    people.save_registration(work, person_id, facts)
    return account_id, person_id


def earn(
    work: Work,
    person_id: PersonId,
    specialty: Specialty,
    track: Track,
    hours_earned: int,
    **more: Any,
) -> None:
    hours.post(
        work,
        person_id,
        specialty=specialty,
        track=track,
        credit=Credit(hours_earned * 100),
        association_id=BTJX,
        source=f"test:{new_id()}",
        **{"earned_at": datetime(2026, 5, 1, tzinfo=UTC), **more},
    )


def test_the_page_says_what_is_missing_and_until_when(
    begin: Callable[..., Any], browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        account, person = registered(work, province=Province.INNER_MONGOLIA)
        earn(work, person, BUILDING, REQUIRED, 42)
        earn(work, person, BUILDING, ELECTIVE, 60)

    page = browser_of(account).get("/learn/renewal").text

    assert "暂不能申请延续注册" in page
    assert "建筑工程 必修还差 18 学时。" in page
    assert "2027-01-09" in page
    assert "内建行函〔2022〕508号 一(二)" in page
    assert "张建国" not in page.split("<main", 1)[1]
    assert "15020319850704001X" not in page


def test_with_all_hours_only_the_commitments_are_left(
    begin: Callable[..., Any], browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        account, person = registered(work, province=Province.INNER_MONGOLIA)
        earn(work, person, BUILDING, REQUIRED, 60)
        earn(work, person, BUILDING, ELECTIVE, 40)
        earn(work, person, BUILDING, ELECTIVE, 20, kind=EntryKind.SUBSTITUTION)
        make_credentials.certified(work, person)

    page = browser_of(account).get("/learn/renewal").text

    assert "条件已具备，申请延续注册时须签署书面承诺" in page
    assert "选修中含充抵 20 学时" in page


def test_54_full_hours_without_a_certificate_lead_to_the_test(
    begin: Callable[..., Any], browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        account, person = registered(work, province=Province.GUIZHOU)
        earn(work, person, BUILDING, REQUIRED, 60)
        earn(work, person, BUILDING, ELECTIVE, 60)

    page = browser_of(account).get("/learn/renewal").text

    assert "暂不能申请延续注册" in page
    assert "建筑工程学时已满，还没有继续教育合格证。" in page
    assert "参加结业测试" in page
    assert "建市〔2010〕192号 第二十二条" in page


def test_without_a_registration_the_page_leads_to_the_profile(
    begin: Callable[..., Any], browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        account = make_accounts.account(work)

    page = browser_of(account).get("/learn/renewal").text

    assert "还没有注册信息" in page


def test_a_stranger_is_sent_away(browser: Browser) -> None:
    assert browser.get("/learn/renewal").status_code in {303, 401}


@pytest.mark.parametrize(
    ("number", "idle"),
    [("150203196201090016", True), ("150203196201100012", False)],
)
def test_nobody_is_sent_to_study_for_a_renewal_that_gains_no_day(
    begin: Callable[..., Any], browser_of: Any, number: str, idle: bool
) -> None:
    number = number[:17] + id_check(number[:17])
    with begin() as work:
        account_id, person_id = registered(work, province=Province.INNER_MONGOLIA)
        people.save_identity(work, person_id, "张建国", number)
    browser = browser_of(account_id)

    page = browser.get("/learn/renewal").text
    home = browser.get("/learn").text

    assert ("延续不会延长有效期，不必再为延续学习" in page) is idle
    assert ("找补足的课程" not in page) is idle
    assert ("届满时已年满 65 周岁，延续注册不会延长有效期" in page) is idle
    assert ("不必再为延续学习" in home) is idle


def test_each_end_is_a_renewal_of_its_own(work: Work) -> None:
    later = (MUNICIPAL, date(2028, 3, 31))
    _account, person = registered(work, later, province=Province.BEIJING)
    earn(work, person, BUILDING, REQUIRED, 60)
    earn(work, person, BUILDING, ELECTIVE, 60)
    make_credentials.certified(work, person)

    first, second = eligibility.renewal_requests(work.session, person, on=TODAY)

    assert [each.code for each in first.specialties] == [BUILDING]
    assert assess(first).eligible
    assert [each.code for each in second.specialties] == [MUNICIPAL]
    assert [each.code for each in assess(second).reasons] == [
        "hours.short",
        "hours.short",
        "window.early",
    ]


@pytest.mark.parametrize(
    ("earned_at", "counts"),
    [
        pytest.param(datetime(2024, 1, 8, 15, 59, tzinfo=UTC), False, id="the eve"),
        pytest.param(datetime(2024, 1, 8, 16, 0, tzinfo=UTC), True, id="midnight"),
    ],
)
def test_the_ledgers_legal_day_decides(
    work: Work, earned_at: datetime, counts: bool
) -> None:
    _account, person = registered(work, province=Province.GUIZHOU)
    earn(work, person, BUILDING, REQUIRED, 60, earned_at=earned_at)

    (asked,) = eligibility.renewal_requests(
        work.session, person, on=legal_day(work.now)
    )

    assert assess(asked).hours[0].counted == (6000 if counts else 0)
