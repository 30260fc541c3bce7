"""What a newcomer at the register of teachers is told, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms.catalogue.services import teaching
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.policy.model import Specialty
from lms.teachers import queries, services
from lms.teachers.rules import PaperKind, Scan
from tests.conftest import Browser
from tests.make import catalogue as courses
from tests.make import teachers as make
from tests.web.console.teaching import PAGE, At, desks

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
NUMBER = "京1112024202400091"


@pytest.fixture
def at(begin: Begin, browser_of: Sign) -> At:
    return desks(begin, browser_of)


def paper_of(at: At, one: UUID) -> UUID:
    db.session.rollback()
    return queries.teacher(db.session(), at.house.here, one).papers[0].id


def test_who_checks_sees_the_whole_number_beside_the_scan_and_it_is_written_down(
    at: At, begin: Begin
) -> None:
    with begin() as work:
        here = at.house.here
        one = make.waiting(make.nobody(work, here), here, make.paper(issuer=""))
    page = at.second.get(f"{PAGE}/{one}").text
    assert NUMBER not in page
    assert "发证机关：未填" in page
    # Empty cards say nothing: a clerk can do nothing else while it is checked.
    assert "<h2>其他</h2>" not in page
    scan = page.partition("/papers/")[0].rpartition("<form")[2]
    scan += page.partition("/papers/")[2].partition(">")[0]
    assert 'target="_blank"' in scan
    assert 'rel="noopener"' in scan

    looked = at.second.post(f"{PAGE}/{one}/papers/{paper_of(at, one)}").text

    assert "data:image/jpeg;base64," in looked
    assert NUMBER in looked
    assert "未填" in looked
    assert f'href="{PAGE}/{one}"' in looked
    assert at.manager.get("/console/deeds").text.count("查看教师证书扫描件") == 1
    numbers = at.second.post(f"{PAGE}/{one}/reveal", {"reason": "核对证书"})
    assert NUMBER in numbers.text


def test_a_scan_that_is_a_pdf_opens_beside_its_number(at: At, begin: Begin) -> None:
    with begin() as work:
        clerk, here = make.nobody(work, at.house.here), at.house.here
        one = make.entered(clerk, here)
        pdf = Scan("application/pdf", b"%PDF-1.4", b"s" * 32)
        services.add_paper(clerk, here, one, make.paper(), pdf)
    look = f"{PAGE}/{one}/papers/{paper_of(at, one)}"

    beside, alone = at.second.post(look), at.second.post(look, {"alone": "1"})

    assert NUMBER in beside.text
    assert "打开 PDF" in beside.text
    assert alone.mimetype == "application/pdf"
    assert alone.data == b"%PDF-1.4"


def test_a_scan_is_not_called_optional(at: At, begin: Begin) -> None:
    with begin() as work:
        one = make.entered(work, at.house.here)

    page = at.clerk.get(f"{PAGE}/{one}").text
    label = page.partition("证书扫描件")[2].partition("</label>")[0]

    assert "选填" not in label
    assert "选填" in page


def test_who_checked_is_told_that_the_consent_lacks_and_who_notes_it(
    at: At, begin: Begin
) -> None:
    with begin() as work:
        here = at.house.here
        one = make.waiting(make.nobody(work, here), here)
    yes = {"answer": "yes", "comment": "", "seen": "1"}
    late = at.second.post(f"{PAGE}/{one}/decide", yes)
    assert late.status_code == 409
    assert "请对照现在的资料再复核一遍" in late.text
    assert 'name="seen" value="2"' in late.text
    yes["seen"] = "2"
    assert at.second.post(f"{PAGE}/{one}/decide", yes).status_code == 303

    desk, author = (by.get(f"{PAGE}/{one}").text for by in (at.second, at.author))

    assert "已复核，列入师资库。还没有登记教师本人的同意" in desk
    assert 'href="#consent"' in desk
    assert 'href="#consent"' not in author
    assert "请经办人或负责人在本页登记" in author
    agreed = {"given_on": "2026-11-20", "how": "signed"}
    assert at.second.post(f"{PAGE}/{one}/consent", agreed).status_code == 303
    assert "还没有登记教师本人的同意" not in at.author.get(f"{PAGE}/{one}").text


def test_who_chooses_sees_specialty_and_papers_and_is_warned_though_nothing_is_asked(
    at: At, begin: Begin
) -> None:
    with begin() as work:
        here, today = at.house.here, legal_day(work.now)
        _course, version = courses.course(work, here, publish=False)
        fit = make.registered(work, here)
        for until, name, specialty in (
            (today + make.SOON, "周敏", Specialty.MUNICIPAL),
            (today - timedelta(days=1), "韩冬", Specialty.BUILDING),
        ):
            make.registered(
                work, here, make.paper(valid_until=until), name=name, id_number="",
                specialties=(specialty,),
            )  # fmt: skip
        teaching.set_teachers(work, here, version, [fit])

    page = at.author.get(f"/console/teaching/courses/{version}").text
    lines = {
        name: page.partition(f"<span>{name}")[2].partition("</label>")[0]
        for name in ("高建民", "周敏", "韩冬")
    }

    assert "专业：建筑工程；资格：一级注册建造师（2029-03-01）" in lines["高建民"]
    assert "badge warn" not in lines["高建民"]
    assert "专业与课程不符" in lines["周敏"]
    assert "有资格 60 天内到期" in lines["周敏"]
    assert "没有在有效期内的资格证书" in lines["韩冬"]
    assert "专业与课程不符" not in lines["韩冬"]
    course = at.author.get(f"/console/courses/{version}").text
    told = course.partition("<dt>主讲</dt>")[2].partition("</dd>")[0]
    assert "高建民" in told


def test_one_paper_that_ended_is_told_beside_one_that_holds(
    at: At, begin: Begin
) -> None:
    with begin() as work:
        here, over = at.house.here, legal_day(work.now) - timedelta(days=1)
        _course, version = courses.course(work, here, publish=False)
        make.registered(
            work, here, make.paper(),
            make.paper(kind=PaperKind.COST, number="建造0091", valid_until=over),
        )  # fmt: skip

    page = at.author.get(f"/console/teaching/courses/{version}").text

    assert "有资格已过期" in page
    assert "没有在有效期内的资格证书" not in page


def test_the_list_says_that_piles_overlap_and_speaks_english_without_chinese_brackets(
    at: At, begin: Begin
) -> None:
    with begin() as work:
        endless = make.paper(kind=PaperKind.TITLE, valid_until=None)
        make.registered(work, at.house.here, endless)

    assert "两处都会计数" in at.clerk.get(PAGE).text
    assert "职称证书（长期有效）" in at.clerk.get(PAGE).text
    at.clerk.post("/language", {"lang": "en", "next": "/"})
    english = at.clerk.get(PAGE).text
    assert "长期" not in english
