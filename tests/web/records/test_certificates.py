"""我的证书 and the association's list: own things only, and what is missing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.credentials import services
from lms.credentials.models import Certificate, PrintQueue
from lms.kernel.db import db
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.people.models import Person
from lms.policy.model import Specialty
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import credentials as make

Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]


def account_of(session: Session, person_id: PersonId) -> AccountId:
    return accounts.account_of(session, person_id).id


@pytest.fixture
def association(begin: Begin) -> AssociationId:
    with begin() as work:
        return make.association(work, keys=True)


@pytest.fixture
def graduate(
    begin: Begin, association: AssociationId, browser_of: BrowserOf
) -> Browser:
    with begin() as work:
        person = make.graduate(work, association)
        account = account_of(work.session, person)
    return browser_of(account)


def issued() -> int:
    found = db.session.scalar(select(func.count()).select_from(Certificate)) or 0
    db.session.remove()
    return found


def test_the_page_says_what_is_missing_and_offers_nothing_yet(
    begin: Begin, association: AssociationId, browser_of: BrowserOf
) -> None:
    with begin() as work:
        person = make.constructor(work)
        make.credit(work, person, association, required=4200, elective=6000)
        account = account_of(work.session, person)

    page = browser_of(account).get("/certificates").text

    assert "必修 42 / 60 学时" in page
    assert "还差 18 学时" in page
    assert "专业考试合格" in page
    assert "领取合格证" not in page


def test_claiming_shows_the_certificate_and_the_file_is_private(
    graduate: Browser,
) -> None:
    assert "领取合格证" in graduate.get("/certificates").text

    claimed = graduate.post("/certificates", {"specialty": "building"})
    page = graduate.get(claimed.location)
    file = graduate.get(f"{claimed.location}/file?save=1")

    assert claimed.status_code == 303
    assert "/v/" in page.text
    assert "SLXH-JXJY-2026-0000001-2" in page.text
    assert file.data.startswith(b"%PDF-1.7")
    assert file.headers["Cache-Control"] == "no-store"
    assert "attachment" in file.headers["Content-Disposition"]
    assert "SLXH-JXJY-2026-0000001-2" in graduate.get("/certificates").text
    assert issued() == 1


def test_claiming_twice_changes_nothing(graduate: Browser) -> None:
    first = graduate.post("/certificates", {"specialty": "building"})
    second = graduate.post("/certificates", {"specialty": "building"})

    assert first.location == second.location
    assert issued() == 1


def test_claiming_too_early_says_every_reason(
    begin: Begin, association: AssociationId, browser_of: BrowserOf
) -> None:
    with begin() as work:
        person = make.constructor(work)
        make.credit(work, person, association, required=100, elective=0)
        account = account_of(work.session, person)

    page = browser_of(account).post("/certificates", {"specialty": "building"})

    assert page.status_code == 422
    for words in ("必修学时不足", "选修学时不足", "专业考试未合格"):
        assert words in page.text
    assert issued() == 0


def test_a_name_without_a_glyph_goes_to_the_association(
    begin: Begin, association: AssociationId, browser_of: BrowserOf
) -> None:
    with begin() as work:
        person = make.graduate(work, association)
        work.session.execute(
            update(Person).where(Person.id == person).values(name="张𱁬")
        )
        account = account_of(work.session, person)
    browser = browser_of(account)

    claimed = browser.post("/certificates", {"specialty": "building"})

    assert claimed.location.endswith("/certificates")
    assert "人工制证" in browser.get("/certificates").text
    assert issued() == 0
    assert db.session.scalar(select(PrintQueue.characters)) == "𱁬"


def test_another_persons_certificate_looks_like_no_certificate(
    begin: Begin,
    association: AssociationId,
    browser_of: BrowserOf,
    graduate: Browser,
) -> None:
    mine = graduate.post("/certificates", {"specialty": "building"}).location
    with begin() as work:
        account = account_of(work.session, make.graduate(work, association, serial=2))
    stranger = browser_of(account)

    for tail in ("", "/file"):
        foreign = stranger.get(mine + tail)
        nothing = stranger.get(f"/certificates/{new_id()}{tail}")
        assert foreign.status_code == nothing.status_code == 404


# -- the association's desk -----------------------------------------------------


def issue(work: Work, person: PersonId) -> None:
    services.issue(work, person, Specialty.BUILDING, printer=make.PLAIN)


@pytest.fixture
def clerk(begin: Begin, association: AssociationId, browser_of: BrowserOf) -> Browser:
    with begin() as work:
        account = make_accounts.staff(work, "clerk", association_id=association)
    return browser_of(account)


def test_an_association_sees_only_its_own(
    begin: Begin, clerk: Browser, browser_of: BrowserOf, association: AssociationId
) -> None:
    with begin() as work:
        other = make.association(work, code="GZJX", name="贵州示例协会")
        mine = make.graduate(work, association, serial=1)
        foreign = make.graduate(work, other, serial=2, name="李外人")
        theirs = make_accounts.staff(
            work, "manager", association_id=other, email="m@demo.example"
        )
        issue(work, mine)
        issue(work, foreign)
    manager = browser_of(theirs)

    ours = clerk.get("/console/certificates").text
    assert "张建国" in ours
    assert "李外人" not in ours
    assert "李外人" in manager.get("/console/certificates?q=李外").text
    assert "李外人" not in manager.get("/console/certificates?q=nobody").text


def test_the_table_to_download_holds_every_certificate_and_no_formula(
    begin: Begin, association: AssociationId, clerk: Browser
) -> None:
    with begin() as work:
        issue(work, make.graduate(work, association))

    answer = clerk.post("/console/certificates/export.xlsx", {"state": "valid"})

    book = load_workbook(io.BytesIO(answer.data))
    told = {a.value: b.value for a, b in book["筛选条件"].iter_rows(max_col=2)}
    assert (told["状态"], told["专业"]) == ("有效", "全部")
    rows = list(book["证书表"].iter_rows(values_only=True))
    assert rows[1][0] == "SLXH-JXJY-2026-0000001-2"
    assert rows[1][2] == "1502**********0010"
    assert not any(re.match(r"[=+@]", str(cell)) for row in rows for cell in row)


def test_learners_have_no_business_at_the_desk(graduate: Browser) -> None:
    assert graduate.get("/console/certificates").status_code == 403
    assert graduate.get("/console/certificates/batches").status_code == 403
    assert graduate.post("/console/certificates/batches").status_code == 403
