"""The wallet: every form, links that can be switched off, the company."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from lms.accounts import queries as accounts
from lms.catalogue import queries as catalogue
from lms.claims import services as deciding
from lms.claims.rules import ClaimKind, Wanted
from lms.claims.services import Answer
from lms.credentials import queries, services
from lms.credentials.rules import FileKind
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.people import services as people
from lms.people.models import Employer, Person
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.learning.ground import course
from tests.make import claims, registrations
from tests.make import credentials as make
from tests.make.learning import enrolled
from tests.spread import PAGES
from tests.web.records.holder import Life, seal_file

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
LINK = {"days": "30", "name": "whole", "note": "某项目投标"}


@pytest.fixture
def life(app: Flask, begin: Begin, browser_of: Any) -> Life:
    return Life(app, begin, browser_of)


def secret_of(page: str) -> str:
    found = re.search(r"/s/([0-9A-Z]{26})", page)
    assert found, page
    return found[1]


# -- what is held ------------------------------------------------------------------


def test_what_counts_is_first_and_nothing_is_ever_left_out(
    life: Life, begin: Begin
) -> None:
    with begin() as work:
        services.revoke(work, life.held, reason="x", approvals=(new_id(),))
        registrations.granted(work, life.person)

    page = life.browser.get("/certificates").text

    good, _mark, past = page.partition("过往证书")
    assert "/present" in good
    assert str(life.held) not in good
    assert str(life.held) in past
    assert str(life.licence) in past
    assert "已撤销" in past
    assert "已换发" in past


@pytest.mark.parametrize(
    ("kind", "media"),
    [
        (FileKind.PDF, "application/pdf"),
        (FileKind.OFD, "application/ofd"),
        (FileKind.CREDENTIAL, "application/vc"),
        (FileKind.JWT, "application/vc+jwt"),
        (FileKind.LONG_TERM, "application/pdf"),
    ],
)
def test_each_form_is_given_by_its_own_name_and_type(
    life: Life, begin: Begin, kind: FileKind, media: str
) -> None:
    with begin() as work:
        if kind is FileKind.LONG_TERM:
            seal_file(work, life.person, life.held, kind)
        kept = queries.open_file(work.session, life.held, kind)

    assert f"kind={kind.value}" in life.page()
    answer = life.browser.get(
        f"/certificates/{life.held}/file?kind={kind.value}&save=1"
    )

    assert answer.data == kept
    assert answer.content_type == media
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="SLXH-JXJY-2026-0000001-2.{kind.value}"'
    )


@pytest.mark.parametrize("kind", ["lt.pdf", "exe", "../pdf"])
def test_a_form_that_is_not_there_is_not_offered_and_not_found(
    life: Life, kind: str
) -> None:
    assert f"kind={kind}" not in life.page()
    answer = life.browser.get(f"/certificates/{life.held}/file?kind={kind}")
    assert answer.status_code == 404


def test_a_change_of_name_and_employer_alters_no_issued_file(
    life: Life, begin: Begin
) -> None:
    url = f"/certificates/{life.held}/file"
    paper = f"/certificates/registration/{life.licence}/file"
    before = [life.browser.get(each).data for each in (url, paper)]
    with begin() as work:
        work.session.execute(update(Person).values(name="张改名"))
        work.session.execute(update(Employer).values(name="另一家建筑公司"))

    after = [life.browser.get(each).data for each in (url, paper)]

    assert before == after
    page = life.page()
    assert "张建国" in page
    assert "另一家建筑公司" not in page


# -- states ------------------------------------------------------------------------


def test_one_that_was_replaced_says_by_which(life: Life, begin: Begin) -> None:
    with begin() as work:
        new = services.supersede(
            work, life.held, printer=make.PLAIN, reason="x", approvals=(new_id(),)
        )

    page = life.page()

    assert "换发" in page
    assert f"/certificates/{new}" in page
    assert "看新证书 SLXH-JXJY-2026-0000002" in page


def test_a_scan_of_one_that_was_replaced_says_by_which(
    life: Life, begin: Begin
) -> None:
    with begin() as work:
        on = legal_day(work.now)
        held = [
            queries.holding(work.session, life.person, one, on)
            for one in (life.held, life.licence)
        ]
        services.supersede(
            work, life.held, printer=make.PLAIN, reason="x", approvals=(new_id(),)
        )
        paper = registrations.granted(work, life.person)
        new = queries.owned_registration(work.session, life.person, paper)

    study, licence = [life.stranger.get(f"/v/{one.token}").text for one in held]

    assert "编号 SLXH-JXJY-2026-0000002" in study
    assert f"编号 {new.facts.number}" in licence


def test_one_that_was_revoked_says_why_and_how_to_appeal(
    life: Life, begin: Begin
) -> None:
    with begin() as work:
        put = claims.application(
            Wanted(ClaimKind.REVOCATION, Specialty.BUILDING),
            reason="查明由他人代学",
            certificate_id=life.held,
        )
        first = claims.staff(work, "manager", life.association)
        claim = deciding.ask(first, life.person, life.association, put)
    assert "协会正在复核这张证书" in life.page()
    with begin() as work:
        deciding.decide(
            claims.staff(work, "manager", life.association),
            claim,
            Answer(True, "属实"),
            association_id=life.association,
            printer=make.PLAIN,
        )

    page = life.page()

    assert "撤销理由：查明由他人代学" in page
    assert f"/me/claims/{claim}#appeal" in page
    assert "/present" not in page


def test_the_learning_centre_offers_the_appeal_and_not_another_certificate(
    begin: Begin, browser_of: Any
) -> None:
    with begin() as work:
        version, _lessons = course(work, 1000)
        here = catalogue.version(work.session, version).association_id
        person = make.graduate(work, here)
        enrolled(work, version, person_id=person)
        account = accounts.account_of(work.session, person)
    browser: Browser = browser_of(account.id)
    assert "可以领取合格证" in browser.get("/learn").text

    with begin() as work:
        held = services.issue(work, person, Specialty.BUILDING, printer=make.PLAIN)
        services.revoke(work, held, reason="x", approvals=(new_id(),))
    page = browser.get("/learn").text

    assert "可以领取合格证" not in page
    assert "合格证已被撤销，不同意的可以申诉" in page
    assert f"/certificates/{held}" in page
    # What was learned stays learned: hours go by an adjustment alone.
    assert "60/60" in page


# -- links -------------------------------------------------------------------------


def test_the_page_says_why_a_family_name_alone_goes_without_the_file(
    life: Life,
) -> None:
    refused = life.post("/links", {**LINK, "name": "masked", "with_file": "y"})

    assert refused.status_code == 422
    assert "PDF 上写着完整姓名" in refused.text


def test_a_link_is_made_copied_and_switched_off(life: Life) -> None:
    assert life.post("/links", LINK).status_code == 303
    page = life.page("/sharing")
    secret = secret_of(page)
    assert "某项目投标" in page
    assert "还没有人打开" in page
    stranger = life.stranger
    assert "有人把一张证书分享给您" in stranger.get(f"/s/{secret}").text

    (end,) = re.findall(r"/certificates/links/[0-9a-f-]{36}/end", page)
    assert life.browser.post(end).status_code == 303

    assert secret not in life.page("/sharing")
    assert stranger.get(f"/s/{secret}").status_code == 404


def test_the_page_says_how_many_came(life: Life, clock: HandClock) -> None:
    life.post("/links", LINK)
    secret = secret_of(life.page("/sharing"))
    stranger = life.stranger
    for _ in range(3):
        stranger.client.post(f"/s/{secret}")

    assert "已打开 3 次，最近一次 2026-11-21 10:00" in life.page("/sharing")


@pytest.mark.parametrize(
    "form", [{}, {"days": "8", "name": "whole"}, {"days": "7", "name": "x"}]
)
def test_a_link_that_is_not_offered_is_not_made(
    life: Life, form: dict[str, str]
) -> None:
    assert life.post("/links", form).status_code == 422
    assert queries.shares(db.session(), life.person) == ()


def test_a_registration_certificate_is_shared_on_the_same_page(life: Life) -> None:
    assert life.post("/links", LINK, life.licence).status_code == 303
    secret = secret_of(life.page("/sharing", life.licence))

    opened = life.stranger.client.post(f"/s/{secret}", follow_redirects=True)

    assert "注册证书" in opened.text
    assert "张建国" in opened.text


# -- the company -------------------------------------------------------------------


def test_the_company_sees_what_was_granted_takes_it_and_is_seen(life: Life) -> None:
    agent = life.agent()
    assert "还没有人授权" in agent.get("/employer/certificates").text
    assert life.post("/grants", {"span": "30"}).status_code == 303

    page = agent.get("/employer/certificates").text
    assert "张建国" in page
    assert "有效" in page
    assert "150203" not in page
    (file,) = set(re.findall(r"/employer/certificates/[0-9a-f-]{36}/file", page))
    taken = agent.post(file, {"kind": "pdf"})

    assert taken.data == queries.open_file(db.session(), life.held)
    assert "由企业经办下载 PDF" in life.page("/sharing")


def test_what_is_withdrawn_is_gone_from_the_companys_page(life: Life) -> None:
    life.post("/grants", {"span": "0"})
    agent = life.agent()
    (file,) = set(
        re.findall(
            r"/employer/certificates/[0-9a-f-]{36}/file",
            agent.get("/employer/certificates").text,
        )
    )
    (end,) = re.findall(
        r"/certificates/grants/[0-9a-f-]{36}/end", life.page("/sharing")
    )

    assert life.browser.post(end).status_code == 303

    assert "还没有人授权" in agent.get("/employer/certificates").text
    assert agent.post(file, {"kind": "pdf"}).status_code == 404


def test_a_revoked_certificate_says_so_to_the_company(life: Life, begin: Begin) -> None:
    life.post("/grants", {"span": "30"})
    with begin() as work:
        services.revoke(work, life.held, reason="x", approvals=(new_id(),))

    assert "已撤销" in life.agent().get("/employer/certificates").text


def test_who_belongs_to_no_company_is_told_how_to_get_there(
    life: Life, begin: Begin
) -> None:
    with begin() as work:
        people.leave(life.own(work), life.person, legal_day(work.now), "合同到期")

    assert "去绑定单位" in life.page("/sharing")
    assert life.post("/grants", {"span": "30"}).status_code == 422


# -- whose -------------------------------------------------------------------------


def test_anothers_certificate_looks_like_no_certificate_everywhere(
    life: Life, begin: Begin, browser_of: Any
) -> None:
    with begin() as work:
        other = make.graduate(work, life.association, serial=2)
        account = accounts.account_of(work.session, other)
    stranger: Browser = browser_of(account.id)
    for tail in ("/sharing", "/present", "/file?kind=pdf"):
        foreign = stranger.get(f"/certificates/{life.held}{tail}")
        nothing = stranger.get(f"/certificates/{new_id()}{tail}")
        assert foreign.status_code == nothing.status_code == 404
    for tail, form in (("/links", LINK), ("/grants", {"span": "30"})):
        assert (
            stranger.post(f"/certificates/{life.held}{tail}", form).status_code == 404
        )
