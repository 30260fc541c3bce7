"""A check as its two sides and the desk see it: periods, what lacks, being heard."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader, PdfWriter

from lms.accounts.rules import Role
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.people import queries as people_queries
from lms.people.queries import Shelf
from lms.people.rules import ArchiveKind, Period, Side, SpecialtyPeriod
from lms.people.services import write_granted
from lms.policy.model import Province, Specialty
from lms.registration.models import AuditCase
from lms.registration.queries import audits as queries
from lms.registration.rules.audits import AuditState
from tests.conftest import Browser
from tests.make import audits as make
from tests.make import people, pictures
from tests.registration.test_audit_papers import NEW, OLD, put
from tests.registration.test_audits import granted, own_shelf
from tests.registration.walk import Cast, as_, last
from tests.spread import PAGES
from tests.web.office.test_office import seat, seated

pytestmark = pytest.mark.sqlite_alone(PAGES)

HERE = Province.INNER_MONGOLIA
FIRST = Period(date(2024, 3, 1), date(2027, 2, 28))
SECOND = Period(date(2025, 6, 1), date(2028, 5, 31))
TWO = (
    SpecialtyPeriod(Specialty.BUILDING, FIRST.since, FIRST.until, is_main=True),
    SpecialtyPeriod(Specialty.HIGHWAY, SECOND.since, SECOND.until),
)
WHY = "全部网络学习，没有录音录像"


class Scene:
    """A grant of Sichuan that is checked; the person keeps papers of two periods."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of
        with begin() as work:
            self.who: Cast = granted(work)
            me = as_(work, self.who.person)
            self.old = put(me, own_shelf(self.who), OLD, ArchiveKind.PENSION)[0]
            self.new = put(me, own_shelf(self.who), NEW, ArchiveKind.DUTY)[0]
            card = last(work, self.who.person.person_id)
            self.case = make.asked(work, card.id)
            seated(work, self.who, "SC-ZX", "SC-JST")
            seat(work, self.who.agent.account_id, Role.APPROVER, "SC-ZX")
        db.session.remove()
        self.mine = f"/me/applications/audits/{self.case}"
        self.desk = f"/office/audits/{self.case}"

    @property
    def own(self) -> Browser:
        return self._of(self.who.person.account_id)

    @property
    def department(self) -> Browser:
        return self._of(self.who.approver.account_id)

    @property
    def centre(self) -> Browser:
        return self._of(self.who.teller.account_id)

    def _of(self, account_id: UUID) -> Browser:
        made: Browser = self.browser_of(account_id)
        return made

    def handed(self) -> list[str]:
        db.session.remove()
        row = db.session.get_one(AuditCase, self.case)
        return [name for name, _sum in row.person_handed]


@pytest.fixture
def scene(begin: Callable[..., Any], browser_of: Any) -> Scene:
    return Scene(begin, browser_of)


def test_the_page_leads_with_the_period_checked_and_names_what_lacks(
    scene: Scene,
) -> None:
    page = scene.own.get(scene.mine).text
    assert re.search(
        rf'period={OLD.key}" aria-current="page">{OLD.since} — {OLD.until}', page
    )
    assert "本次核查" in page
    assert "还缺：学习录音、学习录像、到岗履职" in page
    assert "资料不全，说明原因并交付" in page
    other = scene.own.get(f"{scene.mine}?period={NEW.key}").text
    assert "还缺：培训证明、学习录音、学习录像、养老保险" in other


def test_a_part_is_handed_over_with_a_reason_and_not_without(scene: Scene) -> None:
    refused = scene.own.post(scene.mine, {"period": OLD.key, "why": ""})
    assert refused.status_code == 422
    assert "还缺学习录音、学习录像、到岗履职。请写明为什么没有" in refused.text
    assert scene.handed() == []

    sent = scene.own.post(scene.mine, {"period": OLD.key, "why": WHY})
    assert sent.status_code == 303
    assert scene.handed() == [str(scene.old)]
    assert WHY in scene.own.get(scene.mine).text
    page = scene.department.get(scene.desk).text
    assert WHY in page
    assert "缺：学习录音、学习录像、到岗履职" in page


@pytest.mark.parametrize("period", ["", "2020-01-01_2022-12-31", "x" * 31])
def test_no_other_period_is_handed_over(scene: Scene, period: str) -> None:
    sent = scene.own.post(scene.mine, {"period": period, "why": WHY})
    assert sent.status_code in {404, 422}
    assert scene.handed() == []


def sign(pdf: bool = True) -> tuple[io.BytesIO, str]:
    if not pdf:
        return io.BytesIO(pictures.inch_jpeg()), "a.jpg"
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return io.BytesIO(out.getvalue()), "a.pdf"


def locked() -> tuple[io.BytesIO, str]:
    writer = PdfWriter(clone_from=PdfReader(sign()[0]))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return io.BytesIO(out.getvalue()), "a.pdf"


def archive_behind() -> tuple[io.BytesIO, str]:
    body = sign()[0].getvalue() + b"\nPK\x05\x06" + b"\0" * 18
    return io.BytesIO(body), "a.pdf"


def test_a_statement_comes_with_papers_from_the_phone_and_the_desk_opens_them(
    scene: Scene,
) -> None:
    sent = {"words": "我每天都在工地。", "papers": [sign(), sign(pdf=False)]}
    answer = scene.own.post(f"{scene.mine}/statements", sent)
    assert answer.status_code == 303
    page = scene.department.get(scene.desk).text
    assert "我每天都在工地。" in page
    for name in scene.handed():
        opened = scene.department.post(f"{scene.desk}/papers/{name}")
        assert opened.status_code == 200
        assert opened.mimetype in {"application/pdf", "image/jpeg"}
    assert len(scene.handed()) == 2


@pytest.mark.parametrize("make_one", [locked, archive_behind])
def test_a_locked_or_double_paper_is_refused_at_its_field(
    scene: Scene, make_one: Callable[[], tuple[io.BytesIO, str]]
) -> None:
    sent = {"words": "我每天都在工地。", "papers": [make_one()]}
    answer = scene.own.post(f"{scene.mine}/statements", sent)
    assert answer.status_code == 422
    assert 'id="papers-error"' in answer.text
    assert "我每天都在工地。" in answer.text
    assert scene.handed() == []


def test_the_company_says_its_own_and_sees_nothing_of_the_persons(
    scene: Scene,
) -> None:
    scene.own.post(f"{scene.mine}/statements", {"words": "我每天都在工地。"})
    agent = scene.browser_of(scene.who.agent.account_id)
    where = f"/employer/audits/{scene.case}"
    assert agent.post(f"{where}/statements", {"words": "情况属实。"}).status_code == 303
    page = agent.get(where).text
    assert "情况属实。" in page
    assert "我每天都在工地" not in page
    assert "情况属实。" not in scene.own.get(scene.mine).text


def test_an_office_that_does_not_decide_opens_nothing(scene: Scene) -> None:
    scene.own.post(scene.mine, {"period": OLD.key, "why": WHY})
    page = scene.centre.get(scene.desk).text
    assert WHY not in page
    assert f"{scene.desk}/papers/" not in page
    look = scene.centre.post(f"{scene.desk}/papers/{scene.old}")
    assert look.status_code == 422
    assert "这一步不由本窗口办理" in look.text


def test_an_office_of_another_place_does_not_know_of_it(scene: Scene) -> None:
    with scene.begin() as work:
        found = queries.cases(work.session, [Province.SICHUAN], "5101")
        assert found == ()
        with pytest.raises(NotFound, match=r"audit\.unknown"):
            queries.case(work.session, [Province.SICHUAN], scene.case, "5101")
        here = queries.case(work.session, [Province.SICHUAN], scene.case, "1502")
        assert here.state is AuditState.ASKED


def test_a_paper_is_put_into_the_period_that_its_owner_chose(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    """Somebody whose second specialty has a period of its own."""
    with begin() as work:
        made = people.person(work)
        write_granted(work, made.person_id, "蒙2152020202100001", HERE, TWO)
    db.session.remove()
    own: Browser = browser_of(made.account_id)
    page = own.get("/me/archive").text
    assert page.index(FIRST.key) < page.index(SECOND.key)
    sent = {
        "period": SECOND.key, "kind": "duty", "title": "项目甲任命",
        "upload": (io.BytesIO(pictures.inch_jpeg()), "p.jpg"),
    }  # fmt: skip
    assert own.post("/me/archive", sent).status_code == 303
    with begin() as work:
        shelf = Shelf(Side.PERSON, made.person_id)
        (card,) = people_queries.archive(work.session, shelf)
        assert card.period == SECOND
    wrong = sent | {"period": "2001-01-01_2003-12-31", "title": "别的"}
    wrong["upload"] = (io.BytesIO(pictures.inch_jpeg()), "p.jpg")
    assert own.post("/me/archive", wrong).status_code == 422
    package = own.post("/me/archive/pack", {"period": SECOND.key})
    assert package.mimetype == "application/zip"
    package.close()
    assert own.post("/me/archive/pack", {"period": FIRST.key}).status_code == 404


def test_a_company_keeps_and_packs_by_the_period_that_it_chose(scene: Scene) -> None:
    agent = scene.browser_of(scene.who.agent.account_id)
    with scene.begin() as work:
        links = people_queries.links_of(work.session, scene.who.employer_id)
    where = f"/employer/archive/{links[0].id}"
    sent = {
        "period": OLD.key, "kind": "works", "title": "某项目",
        "upload": (io.BytesIO(pictures.inch_jpeg()), "p.jpg"),
    }  # fmt: skip
    assert agent.post(where, sent).status_code == 303
    assert agent.post(f"{where}/pack", {"period": NEW.key}).status_code == 404
    package = agent.post(f"{where}/pack", {"period": OLD.key})
    assert package.status_code == 200
    assert package.mimetype == "application/zip"
    package.close()
