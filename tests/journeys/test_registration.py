"""A renewal from the person's phone over company and office to a certificate."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from lms.kernel import pii
from tests.browser import PHONE, Tour, opened
from tests.journeys import way
from tests.journeys.conftest import DEMO_PASSWORD, Tours
from tests.journeys.house import RunningHouse
from tests.journeys.test_staff import certain

APPLICANT = "李秀英"


@pytest.mark.browser
def test_a_renewal_goes_from_a_phone_over_company_and_office_to_a_certificate(
    tours: Tours, street: RunningHouse
) -> None:
    with tours("applicant", PHONE) as tour:
        tour.sign_in("graduate@demo.example", DEMO_PASSWORD)
        number = _apply(tour)
    with tours("company") as tour:
        tour.sign_in("employer@demo.example", DEMO_PASSWORD)
        _confirm(tour)
    with tours("teller") as tour:
        _enter_office(tour, "office")
        _pass(tour, number, "予以受理", "受理凭证")
        _pass(tour, number, "审查合格，转审批", "承诺办结")
    with tours("approver") as tour:
        _enter_office(tour, "approver")
        _pass(tour, number, "准予", "准予决定书")
    with tours("holder", PHONE) as tour:
        tour.sign_in("graduate@demo.example", DEMO_PASSWORD)
        _hold(tour)
    assert not street.faults()


def _apply(tour: Tour) -> str:
    tour.go("/me/applications")
    tour.look("my-registration")
    tour.follow(tour.link("申请延续注册"))
    tour.look("before-renewal")
    tour.follow(tour.button("开始申请"))
    tour.says("申请已开始")
    tour.look("renewal-begun")
    tour.follow(tour.link("去上传"))
    tour.look("materials-owed")
    tour.follow(tour.button("用个人中心的照片"))
    tour.follow(tour.page.locator("#signature form[action*=stored] button"))
    tour.look("materials-given")
    tour.follow(tour.link("返回申请"))
    tour.follow(tour.link("去签署"))
    tour.look("promise")
    tour.press(tour.page.get_by_label("我已逐字阅读以上承诺"))
    tour.follow(tour.button("签署承诺书"))
    tour.look("promised")
    tour.press(tour.page.get_by_label("我已阅读以上须知"))
    tour.follow(tour.button(re.compile("提交给聘用企业确认")))
    tour.look("waits-for-company")
    return _number(tour.page)


def _number(page: Page) -> str:
    """Read the application's number, as a person would to ask after it."""
    found = re.search(r"\d{20}[0-9A-Z]", page.inner_text("main"))
    assert found, page.inner_text("main")
    return found[0]


def _confirm(tour: Tour) -> None:
    tour.go("/employer/applications")
    tour.look("company-waits")
    row = tour.page.get_by_role("listitem").filter(has_text=APPLICANT)
    tour.follow(row.get_by_role("link", name="查看并确认"))
    tour.look("company-application")
    tour.press(tour.page.get_by_role("checkbox").first)
    tour.page.get_by_label("签署人").fill("企业经办人")
    tour.follow(tour.button("确认并提交"))
    tour.look("company-done")


def _enter_office(tour: Tour, who: str) -> None:
    email = f"{who}@demo.example"
    tour.sign_in(email, DEMO_PASSWORD)
    tour.says("两步验证")
    tour.second_factor(pii.mask_email(email))
    tour.go("/office")
    tour.look(f"{who}-queue")


def _pass(tour: Tour, number: str, deed: str, seen: str) -> None:
    tour.go("/office")
    row = tour.page.locator("main li, main tr").filter(has_text=number)
    tour.follow(row.get_by_role("link").first)
    tour.look("office-application")
    button = tour.page.get_by_role("button", name=deed, exact=True)
    if button.locator("xpath=ancestor::form[@data-confirm]").count():
        certain(tour, button)
    else:
        tour.follow(button)
    tour.says(seen)
    tour.look("office-done")


def _hold(tour: Tour) -> None:
    tour.go("/me/applications")
    tour.says("我持有的注册")
    tour.look("granted")
    tour.follow(tour.link("查看电子注册证书"))
    tour.look("registration-certificate")
    original = tour.link("查看原件").get_attribute("href")
    assert original
    answer = tour.page.context.request.get(original)
    assert answer.headers["content-type"] == "application/pdf"
    file = tour.folder / "certificate.pdf"
    file.write_bytes(answer.body())
    link = way.read_code(file, tour.folder / "certificate.png")
    browser = tour.page.context.browser
    assert browser
    with opened(browser, link.split("/v/")[0], tour.screen) as stranger:
        words = way.check_as_stranger(tour, stranger, link)
    assert "证书真实有效" in words
